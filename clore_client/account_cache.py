"""What an account was last seen to have, kept on disk for those who cannot ask, such as TAB.

Only what tells orders and servers apart is kept. What else the API sends of them holds secrets:
ways to log in, environments, tokens.

Whose it is must be known without the key, which may be in a keyring that asks the user: so it is
kept by the API's address and the profile, or by the variable that the key came from instead. Not
even a digest of the key is kept. Two keys that take turns in the same variable therefore share
what is kept; whoever sees it owns both.
"""

from __future__ import annotations

import json
import os
from contextlib import contextmanager, suppress
from typing import (
    TYPE_CHECKING,
    Any,
    Callable,
    Dict,
    Generator,
    Iterable,
    List,
    NamedTuple,
    Optional,
    Tuple,
    TypeVar,
)

from . import config
from .cachefile import CacheFiles
from .errors import CloreAPIError

if TYPE_CHECKING:
    from .client import CloreAI
    from .models import Order
    from .wire import JsonObject, Request, Response

#: Seconds: an order may run for weeks, and a server keeps its name for years.
_LASTS = 90 * 86400.0
_ORDERS, _SERVERS = CacheFiles("orders", _LASTS), CacheFiles("servers", _LASTS)

T = TypeVar("T")


class KeptOrder(NamedTuple):
    """An order that had not ended when it was seen; None where the API did not say.

    Attributes:
        id: the order's number.
        type: ``"on-demand"`` or ``"spot"``.
        status: what `clore_client.models.Order` says.
        gpu: the GPUs in one text, e.g. ``"1x NVIDIA GeForce RTX 4090"``.
        host: where it can be reached.
        image: what runs in it.
        expires_at: when its longest time is over, unix time in seconds.
        server_id: the server that it is on.
    """

    id: int
    type: str
    status: str
    gpu: Optional[str]
    host: Optional[str]
    image: Optional[str]
    expires_at: Optional[int]
    server_id: Optional[int] = None


class KeptServer(NamedTuple):
    """A server that the account rents out.

    Attributes:
        name: what its owner calls it.
        gpu: the GPUs in one text, None where the API did not say.
    """

    name: str
    gpu: Optional[str]


def orders(base_url: str, profile: str) -> List[KeptOrder]:
    """The orders that were seen last. Asks nobody and never fails."""
    return _read(_ORDERS, KeptOrder, base_url, profile)


def servers(base_url: str, profile: str) -> List[KeptServer]:
    """The servers for rent that were seen last. Asks nobody and never fails."""
    return _read(_SERVERS, KeptServer, base_url, profile)


def forget(profile: str) -> None:
    """Keep nothing of the account that the key of ``profile`` was for: it has another one now."""
    for files in (_ORDERS, _SERVERS):
        files.forget(_of_profile(profile))


@contextmanager
def keeping(client: CloreAI, profile: str) -> Generator[None, None, None]:
    """Within this context, what ``client`` is told of its orders and servers is kept.

    It is written when the context ends, and however it ends.
    """
    heard = _Heard()
    try:
        with client.overheard(heard.hear):
            yield
    finally:
        with suppress(CloreAPIError, ValueError):  # an answer that tells nothing
            heard.keep(client.base_url, profile)


class _Heard:
    """The last answer to each question that matters, and the orders that were ended since."""

    def __init__(self) -> None:
        self._answers: Dict[str, bytes] = {}
        self._ended: List[Tuple[JsonObject, bytes]] = []

    def hear(self, request: Request, response: Response) -> None:
        """Remember ``response``; it is read later, when nobody waits for the next request."""
        if request.path in ("/my_orders", "/my_servers"):
            self._answers[request.path] = response.body
        elif request.path == "/cancel_order":
            self._ended.append((request.json, response.body))

    def keep(self, base_url: str, profile: str) -> None:
        """Write down what was heard.

        Raises:
            CloreAPIError: an answer is none; or a ValueError.
        """
        owner = (_owner(profile), base_url)
        if self._answers or self._ended:
            self._keep_orders(owner, orders(base_url, profile))
        if "/my_servers" in self._answers:
            _store(_SERVERS, _servers_in(self._answers["/my_servers"]), owner)

    def _keep_orders(self, owner: Tuple[str, str], before: List[KeptOrder]) -> None:
        listed = self._answers.get("/my_orders")
        known = before if listed is None else _orders_in(listed)
        ended = [asked.get("id") for asked, answer in self._ended if _is_done(answer)]
        left = [order for order in known if order.id not in ended]
        if left != before:
            _store(_ORDERS, left, owner)


def _orders_in(answer: bytes) -> List[KeptOrder]:
    from .models import Order, decode_list

    rows = decode_list(Order, _read_object(answer), "orders")
    return [_kept(row) for row in rows if row.id is not None and not row.ended]


def _kept(order: Order) -> KeptOrder:
    return KeptOrder(
        order.id or 0,
        order.type,
        order.status,
        order.gpu_model,
        order.pub_cluster,
        order.image,
        order.expires_at,
        order.server_id,
    )


def _servers_in(answer: bytes) -> List[KeptServer]:
    from .models import MyServer, decode_list

    rows = decode_list(MyServer, _read_object(answer), "servers")
    return [KeptServer(row.name, row.gpu_model) for row in rows if row.name]


def _is_done(answer: bytes) -> bool:
    return _read_object(answer).get("code") == 0


def _read_object(answer: bytes) -> JsonObject:
    from . import jsontext

    said = jsontext.loads(answer)
    return said if isinstance(said, dict) else {}


def _store(files: CacheFiles, rows: Iterable[Tuple[Any, ...]], owner: Tuple[str, str]) -> None:
    files.store(json.dumps(list(rows), separators=(",", ":")).encode(), *owner)


def _read(files: CacheFiles, kind: Callable[..., T], base_url: str, profile: str) -> List[T]:
    try:
        rows = json.loads(files.read(_owner(profile), base_url)[0])
        return [kind(*row) for row in rows]
    except (OSError, TypeError, ValueError, RecursionError, CloreAPIError):
        return []


def _owner(profile: str) -> str:
    """Where the key comes from, as far as can be told without asking for it."""
    if os.environ.get(config.KEY_VARIABLE):
        return config.KEY_VARIABLE
    file = os.environ.get(config.KEY_FILE_VARIABLE)
    return f"{config.KEY_FILE_VARIABLE}={file}" if file else _of_profile(profile)


def _of_profile(profile: str) -> str:
    return f"profile {profile}"
