"""Performs a case's call with the blocking client, the asynchronous one, or the script."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, List

from clore_cli.status import Status
from clore_client import AsyncCloreAI, CloreAI
from clore_client.errors import OrderUncertainError

from . import memory
from .case import ANSWER, Call, Case
from .leaks import Log, chain, in_error, shown
from .outcome import Outcome

SCRIPT = shutil.which("clore", path=str(Path(sys.executable).parent))

_SHOWN = 300  # characters of a value in a report


def perform(case: Case, url: str, kind: str) -> Outcome:
    """Make the call of ``case`` against ``url`` and write down what came of it."""
    if kind == "cli":
        return _cli(case, url)
    outcome, value, failure = Outcome(kind), None, None
    with Log() as log:
        start = time.monotonic()
        try:
            value = _async(case, url) if kind == "async" else _sync(case, url)
        except Exception as error:  # noqa: BLE001  what it is, is the question
            failure = error
        outcome.seconds, outcome.peak = time.monotonic() - start, memory.peak_mb()
        if failure is None:
            _note_value(outcome, case, value)
        else:
            _note_error(outcome, failure)
        outcome.leaks += log.leaks()
    return outcome


def options(case: Case, url: str) -> Any:
    """The arguments of a client for ``case``."""
    return {
        "api_key": case.key,
        "base_url": url,
        "timeout": case.timeout,
        "max_retries": case.retries,
        "limiter": "off",
    }


def _sync(case: Case, url: str) -> Any:
    with CloreAI(**options(case, url)) as client:
        values = [_made(case.call, client) for _ in range(case.call.times)]
    return values if case.call.times > 1 else values[0]


def _made(call: Call, client: Any) -> Any:
    try:
        return call.make(client)
    except call.despite as error:
        return error


async def _awaited(call: Call, client: Any) -> Any:
    try:
        return await call.make(client)
    except call.despite as error:
        return error


def _async(case: Case, url: str) -> Any:
    async def call() -> Any:
        async with AsyncCloreAI(**options(case, url)) as client:
            try:
                values = [await _awaited(case.call, client) for _ in range(case.call.times)]
            except Exception as error:  # noqa: BLE001  asyncio's own frames are not ours to judge
                return error
        return values if case.call.times > 1 else values[0]

    value = asyncio.run(call())
    if isinstance(value, Exception):
        raise value
    return value


def _note_value(outcome: Outcome, case: Case, value: Any) -> None:
    outcome.value = repr(value)[:_SHOWN]
    outcome.right = bool((case.returns or ANSWER).holds(value))
    outcome.doubt = getattr(value, "status", None) == "pending"


def _note_error(outcome: Outcome, error: Exception) -> None:
    outcome.kinds = [kind.__name__ for kind in type(error).__mro__]
    outcome.text = str(error)
    outcome.status = getattr(error, "status", None)
    outcome.sent = getattr(error, "sent", None)
    outcome.chain = [f"{type(e).__module__}.{type(e).__qualname__}" for e in chain(error)]
    outcome.leaks = in_error(error)
    outcome.doubt = isinstance(error, OrderUncertainError)


def _cli(case: Case, url: str) -> Outcome:
    start = time.monotonic()
    script = start_script(case, url)
    out, told = script.communicate(timeout=60)
    outcome = of_script(out.decode(), told.decode(), script.returncode)
    outcome.seconds = time.monotonic() - start
    return outcome


def start_script(case: Case, url: str) -> subprocess.Popen[bytes]:
    """The command line of ``case``, running."""
    assert SCRIPT, "install the project into this environment first"
    command = [SCRIPT, "-v", "--timeout", str(case.timeout), "--retries", str(case.retries)]
    return subprocess.Popen(
        [*command, *case.call.argv],
        env={**os.environ, "CLORE_BASE_URL": url, "CLORE_API_KEY": case.key},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def of_script(out: str, told: str, status: int) -> Outcome:
    """What came of a command line that printed ``out`` and ``told`` and ended with ``status``."""
    leaks: List[str] = [f"stdout: {secret}" for secret in shown(out)]
    leaks += [f"stderr: {secret}" for secret in shown(told)]
    doubt = status == Status.UNKNOWN
    return Outcome("cli", text=told, value=out[:_SHOWN], exit=status, leaks=leaks, doubt=doubt)
