"""Blocking work off the event loop, in daemon threads, so that no exit waits for a socket."""

from __future__ import annotations

import asyncio
import threading
from contextlib import suppress
from typing import Any, Callable, TypeVar

T = TypeVar("T")


async def in_thread(work: Callable[..., T], *args: Any) -> T:
    """Run ``work`` in a thread of its own. Cancelling abandons it; it never delays the exit.

    `asyncio.to_thread` would: a cancelled program waited 8 s for its socket, against 0.2 s.
    """
    loop = asyncio.get_running_loop()
    outcome: asyncio.Future[T] = loop.create_future()

    def settle(give: Callable[[Any], None], value: Any) -> None:
        if not outcome.done():
            give(value)

    def body() -> None:
        try:
            result = work(*args)
        except BaseException as error:  # noqa: BLE001  it belongs to whoever awaits
            _tell(loop, settle, outcome.set_exception, error)
        else:
            _tell(loop, settle, outcome.set_result, result)

    threading.Thread(target=body, daemon=True, name="clore-request").start()
    return await outcome


def _tell(loop: asyncio.AbstractEventLoop, *call: Any) -> None:
    with suppress(RuntimeError):  # the loop is closed: nobody waits any more
        loop.call_soon_threadsafe(*call)
