"""A command on a terminal of its own, for what only a person can answer."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import time
from typing import TYPE_CHECKING, Optional

if TYPE_CHECKING:
    from cli_helpers import Clore


class Terminal:
    """A command on a terminal of its own."""

    def __init__(self, clore: Clore, *args: str) -> None:
        self.master, slave = pty.openpty()
        self.shown = ""
        self.process = subprocess.Popen(
            ["setsid", "-c", "-w", clore.script, *args],
            env=clore.env, stdin=slave, stdout=slave, stderr=slave,
        )  # fmt: skip
        os.close(slave)

    def until(self, text: Optional[str], seconds: float = 20) -> None:
        """Read until ``text`` is shown, or the end when it is None."""
        deadline = time.monotonic() + seconds
        while text is None or text not in self.shown:
            ready, _, _ = select.select([self.master], [], [], deadline - time.monotonic())
            assert ready, self.shown
            try:
                self.shown += os.read(self.master, 4096).decode()
            except OSError:  # Linux says so when the last process has gone
                break

    def type(self, text: str) -> None:
        os.write(self.master, text.encode())

    def ends(self) -> int:
        self.until(None)
        os.close(self.master)
        return self.process.wait(20)
