"""A command on a terminal of its own, for what only a person can answer."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import time


class Terminal:
    """A command on a terminal of its own."""

    def __init__(self, clore, *args):
        self.master, slave = pty.openpty()
        self.shown = ""
        self.process = subprocess.Popen(
            ["setsid", "-c", "-w", clore.script, *args],
            env=clore.env, stdin=slave, stdout=slave, stderr=slave,
        )  # fmt: skip
        os.close(slave)

    def until(self, text, seconds=20):
        """Read until ``text`` is shown, or the end when it is None."""
        deadline = time.monotonic() + seconds
        while text is None or text not in self.shown:
            ready, _, _ = select.select([self.master], [], [], deadline - time.monotonic())
            assert ready, self.shown
            try:
                self.shown += os.read(self.master, 4096).decode()
            except OSError:  # Linux says so when the last process has gone
                break

    def type(self, text):
        os.write(self.master, text.encode())

    def ends(self):
        self.until(None)
        os.close(self.master)
        return self.process.wait(20)
