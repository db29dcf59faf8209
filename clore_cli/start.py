"""The beginning and the end of the program `clore`."""

from __future__ import annotations

import atexit
import contextlib
import gc
import os
import sys
import threading

#: Objects that are made before Python looks for garbage again. A run imports, makes its rows,
#: prints them and ends, and 5,000 servers are 300,000 objects: looking through them, and through
#: what is imported, was a fifth of a search.
_GARBAGE = 500_000


def main() -> int:
    """Run `clore` with the arguments of this process and return its exit status, if at all."""
    gc.set_threshold(_GARBAGE)
    from .main import cli
    from .main import main as run

    status = run()
    # A plugin may leave open what Python closes at its end.
    if cli.builtins.keys() >= cli.commands.keys() and not (_at_work() or _is_watched()):
        _leave(status)
    return status


def _at_work() -> bool:
    """Whether a thread is waited for."""
    own = threading.current_thread()
    return any(not thread.daemon for thread in threading.enumerate() if thread is not own)


def _is_watched() -> bool:
    """Whether somebody wants to tell afterwards what has happened: a profiler, say."""
    tools = getattr(sys, "monitoring", None)  # from Python 3.12 on
    watching = tools and any(map(tools.get_tool, range(6)))
    return bool(watching or sys.getprofile() or sys.gettrace() or sys.flags.inspect)


def _leave(status: int) -> None:
    """End the process, without taking each object in it apart.

    That took 24 of the 170 ms of a search, and 7 of the 43 of ``--version``. What was registered
    to be done at the end is done; all that commands write and send is written and sent by now.
    """
    try:
        atexit._run_exitfuncs()  # noqa: SLF001  what Python itself calls here
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(AttributeError, OSError, ValueError):  # there may be none
                stream.flush()
    finally:  # a Ctrl-C comes too late
        os._exit(status)
