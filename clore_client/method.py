"""What a client attribute is: one definition that is a blocking and an awaitable method."""

from __future__ import annotations

import functools
import inspect
import sys
from typing import TYPE_CHECKING, Any, Callable, Coroutine, Generic, TypeVar, overload

if sys.version_info >= (3, 10):
    from typing import ParamSpec
else:
    from typing_extensions import ParamSpec

if TYPE_CHECKING:
    from .client import AsyncRunner, SyncRunner
    from .plan import Run
    from .steps import Steps

P = ParamSpec("P")
T = TypeVar("T")


class Method(Generic[P, T]):
    """A definition placed in a client class; `attach` turns it into that client's method.

    Type checkers see the descriptor below: `CloreAI.wallets` returns a list,
    `AsyncCloreAI.wallets` a coroutine of one, with the same exact parameters. The coroutine
    holds no Any, because mypy then loses the types that `asyncio.gather` returns.
    """

    __wrapped__: Callable[..., Any]

    def steps(self, run: Run, *args: P.args, **kwargs: P.kwargs) -> Steps[T]:
        """The steps of one call, for either driver."""
        raise NotImplementedError

    if TYPE_CHECKING:  # at run time `attach` has put a real function in its place

        @overload
        def __get__(self, obj: SyncRunner, owner: Any = None) -> Callable[P, T]: ...
        @overload
        def __get__(
            self, obj: AsyncRunner, owner: Any = None
        ) -> Callable[P, Coroutine[None, None, T]]: ...
        @overload
        def __get__(self, obj: None, owner: Any = None) -> Callable[..., Any]: ...
        def __get__(self, obj: Any, owner: Any = None) -> Any: ...


def attach(cls: type, make: Callable[[Method[Any, Any]], Any]) -> None:
    """Replace the `Method`s that ``cls`` inherits with functions made by ``make``."""
    inherited = {
        name: value for base in reversed(cls.__mro__) for name, value in vars(base).items()
    }
    for name, definition in inherited.items():
        if isinstance(definition, Method):
            method: Any = functools.update_wrapper(make(definition), definition.__wrapped__)
            method.__signature__ = _signature(definition.__wrapped__)
            method.__qualname__ = f"{cls.__qualname__}.{name}"
            setattr(cls, name, method)


@functools.cache  # each is a method of two clients, and it takes 20 us
def _signature(func: Callable[..., Any]) -> inspect.Signature:
    """``func`` as a method: with ``self``, without a workflow's ``run``, `Call[X]` as ``X``."""
    signature = inspect.signature(func)
    me = inspect.Parameter("self", inspect.Parameter.POSITIONAL_OR_KEYWORD)
    rest = [p for p in signature.parameters.values() if p.name != "run"]
    returns = signature.return_annotation.partition("[")[2][:-1]
    return signature.replace(parameters=[me, *rest], return_annotation=returns)
