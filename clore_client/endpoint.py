"""``@endpoint`` declares one API call: its wire contract and the pure function that builds it."""

from __future__ import annotations

import functools
import sys
from dataclasses import dataclass, field
from typing import (
    TYPE_CHECKING,
    Any,
    Callable,
    Dict,
    Generic,
    Mapping,
    NamedTuple,
    Optional,
    Protocol,
    Tuple,
    TypeVar,
)

from .method import Method
from .wire import JsonObject, Request

if sys.version_info >= (3, 10):
    from typing import ParamSpec
else:
    from typing_extensions import ParamSpec

if TYPE_CHECKING:
    from .plan import Run
    from .rental import Attempt
    from .steps import Steps

P = ParamSpec("P")
T = TypeVar("T")

#: The limiter's buckets: every call counts in the first, create_order in both.
ANY, CREATE = "any", "create_order"


class Spec(NamedTuple):
    """The wire contract of one endpoint: what client, sandbox and documents must agree on."""

    name: str
    method: str
    path: str
    #: needs an API key
    auth: bool = True
    #: may be sent again when the first attempt may have arrived
    idempotent: bool = True
    buckets: Tuple[str, ...] = (ANY,)
    #: makes an order that costs money: kept in the journal until its outcome is known
    paid: bool = False
    #: the answer is the API's object with its ``code``; anything else is an object as it is
    enveloped: bool = True


_UNKNOWN = Spec("", "", "")


class RowFilter(Protocol):
    """Which rows of an answer are wanted; equal filters want the same ones, and have one hash."""

    def matches(self, row: JsonObject) -> bool:
        """Whether ``row``, as the API sent it, is wanted."""
        ...


class WantedRows(NamedTuple):
    """The rows of the answer's list ``name`` that are read; the others are passed over."""

    name: str
    filter: RowFilter


@dataclass(frozen=True)
class Call(Generic[T]):
    """One API call, described but not sent; ``parse`` makes the caller's value of the answer."""

    parse: Callable[[JsonObject], T]
    query: Mapping[str, str] = field(default_factory=dict)
    json: Any = field(default=None, repr=False)  # an order's secrets are in it
    spec: Spec = _UNKNOWN  # filled in by the endpoint
    url: str = ""  # a whole address somewhere else instead of the spec's path
    intent: Optional[Attempt] = None  # what the journal keeps of a paid call
    wanted: Optional[WantedRows] = None  # what reaches ``parse``, all of it if None
    as_sent: bool = False  # the caller gets the bytes of the answer, and ``parse`` is not asked

    @property
    def request(self) -> Request:
        """The request that asks for it."""
        return self.telling(None)

    def telling(self, on_departure: Optional[Callable[[], None]]) -> Request:
        """The request that asks for it, and tells ``on_departure`` when it leaves."""
        spec = self.spec
        return Request(
            spec.method, spec.path, self.query, self.json, self.url, spec.paid, on_departure
        )


class Endpoint(Method[P, T]):
    """A declared API call. Calling it builds the `Call` and sends nothing."""

    def __init__(self, spec: Spec, build: Callable[P, Call[T]]) -> None:
        self.spec = spec
        self.build = build
        functools.update_wrapper(self, build)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> Call[T]:
        """Build the call and send nothing."""
        call = self.build(*args, **kwargs)
        # It was made just now, for us: what `dataclasses.replace` takes to copy it is for nothing.
        object.__setattr__(call, "spec", self.spec)
        return call

    def steps(self, run: Run, *args: P.args, **kwargs: P.kwargs) -> Steps[T]:
        """One call is one plan."""
        return run(self(*args, **kwargs))


def endpoint(
    method: str, path: str, **contract: Any
) -> Callable[[Callable[P, Call[T]]], Endpoint[P, T]]:
    """Declare the decorated function as the endpoint ``method path``; see `Spec` for the rest."""

    def declare(build: Callable[P, Call[T]]) -> Endpoint[P, T]:
        return Endpoint(Spec(build.__name__, method, path, **contract), build)

    return declare


def table(namespace: Mapping[str, Any]) -> Dict[str, Endpoint[Any, Any]]:
    """The endpoints declared in a module's ``namespace``, by name."""
    return {name: value for name, value in namespace.items() if isinstance(value, Endpoint)}
