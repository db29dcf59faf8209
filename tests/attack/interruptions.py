"""Plays a case whose caller is interrupted: a task that is cancelled, a script that gets a signal.

A behaviour says when (`behaviours.held`), and answers only after the caller has ended.
"""

from __future__ import annotations

import asyncio
import signal
import time
from asyncio import Future
from typing import TYPE_CHECKING, Any

from clore_client import AsyncCloreAI

from .clients import of_script, options, start_script
from .leaks import Log
from .outcome import Outcome

if TYPE_CHECKING:
    from .case import Case
    from .faultserver import FaultServer

#: Seconds within which the moment must come; a script takes one to start.
_PATIENCE = 20.0


def perform(case: Case, url: str, server: FaultServer) -> Outcome:
    """Make the call of ``case`` and interrupt it; `Outcome.seconds` count from then on."""
    return (
        _cancelled(case, url, server) if case.interrupt == "cancel" else _killed(case, url, server)
    )


def _cancelled(case: Case, url: str, server: FaultServer) -> Outcome:
    with Log() as log:
        outcome = asyncio.run(_cancel(case, url, server))
    outcome.text = "\n".join(log.lines)
    outcome.leaks += log.leaks()
    return outcome


async def _cancel(case: Case, url: str, server: FaultServer) -> Outcome:
    async with AsyncCloreAI(**options(case, url)) as client:
        task: Future[Any] = asyncio.ensure_future(case.call.make(client))
        await asyncio.to_thread(server.moment.wait, _PATIENCE)
        start = time.monotonic()
        task.cancel()
        ended = (await asyncio.gather(task, return_exceptions=True))[0]
    seconds = time.monotonic() - start
    return Outcome("async", kinds=[type(ended).__name__], value=repr(ended), seconds=seconds)


def _killed(case: Case, url: str, server: FaultServer) -> Outcome:
    script = start_script(case, url)
    server.moment.wait(_PATIENCE)
    start = time.monotonic()
    script.send_signal(getattr(signal, case.interrupt))
    out, told = script.communicate(timeout=_PATIENCE)
    outcome = of_script(out.decode(), told.decode(), script.returncode)
    outcome.seconds = time.monotonic() - start
    return outcome
