"""Runs the commands in docs/tour.md against a sandbox and writes what they print below them.

In the project's root: ``python -m tests.tour [--check]``. The sandbox's clock is frozen, so that
a run prints what the last one printed; what cannot be equal (the ports of the sandbox, the names
of temporary directories) is given a fixed name. The client counts on from the clock's last word,
so ages may differ by a second: the check leaves them out. Prices are never touched.
"""

from __future__ import annotations

import difflib
import os
import re
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

from clore_client.sandbox import FrozenClock, World, serve

TOUR = Path("docs/tour.md")
KEY = "sandbox-key-for-the-tour-0c41e"
_MARK = "\x1e"  # what no command prints
_AGE = re.compile(r"\b\d+[smhd]( \d+[smh])?\b")
_BLOCK = re.compile(r"(?<=^```console\n).*?(?=^```$)", re.DOTALL | re.MULTILINE)


def commands(block):
    """The commands of a block, each with its continuation lines."""
    found = []
    for line in block.splitlines():
        if line.startswith("$ "):
            found.append(line[2:])
        elif found and found[-1].endswith("\\"):
            found[-1] += "\n" + line.partition("> ")[2]
    return found


def transcript(lines, run):
    """A block in which every command is followed by what it prints."""
    shown = []
    for line in lines:
        shown += ["$ " + line.replace("\n", "\n> "), *run(line).splitlines()]
    return "".join(f"{line}\n" for line in shown)


class Shell:
    """One bash for all commands, which knows the sandbox and nothing of the user's."""

    def __init__(self, home, url, ssh_port):
        self._home, self._url, self._ssh_port = home, url, ssh_port
        self._bash = subprocess.Popen(
            ["bash", "--norc", "--noprofile"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, cwd=home, env=self._environment(),
        )  # fmt: skip

    def _environment(self):
        return {
            "PATH": os.pathsep.join([sysconfig.get_path("scripts"), os.environ["PATH"]]),
            "HOME": str(self._home),
            "LANG": "C.UTF-8",
            "KEY": KEY,
            "CLORE_BASE_URL": self._url,
            "CLORE_NO_PLUGINS": "1",
            "CLORE_SANDBOX_SPEED": "20",
            "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
        }

    def run(self, line):
        """What ``line`` prints on both streams."""
        self._bash.stdin.write(f"{line}\nprintf '{_MARK}\\n'\n")
        self._bash.stdin.flush()
        printed = []
        for text in self._bash.stdout:
            if text.endswith(_MARK + "\n"):
                printed.append(text[: -len(_MARK) - 1])
                return self._normal("".join(printed))
            printed.append(text)
        raise RuntimeError(f"bash has ended at: {line}")

    def _normal(self, text):
        text = text.replace(self._url, "https://sandbox.example/v1")
        text = text.replace(str(self._home), "~")
        return re.sub(rf"\b{self._ssh_port}\b", "22022", text)

    def close(self):
        self._bash.communicate()


def retold(text):
    """``text`` with the transcripts of a new run."""
    world = World(clock=FrozenClock(tick=5.0), lag=2.0, deploy=40.0)
    with tempfile.TemporaryDirectory() as home, serve(world) as url:
        shell = Shell(Path(home), url, world.state.ssh[1])
        try:
            return _BLOCK.sub(lambda block: transcript(commands(block[0]), shell.run), text)
        finally:
            shell.close()


def timeless(line):
    """``line`` without the digits of its ages, and without the alignment that depends on them."""
    return re.sub(" +", " ", _AGE.sub("(age)", line))


def main(arguments):
    """Write the tour, or with ``--check`` print what differs; 1 when something does."""
    old = TOUR.read_text(encoding="utf-8")
    new = retold(old)
    if "--check" not in arguments:
        TOUR.write_text(new, encoding="utf-8")
        return 0
    lines = [[timeless(line) for line in text.splitlines(keepends=True)] for text in (old, new)]
    difference = list(difflib.unified_diff(*lines, "docs/tour.md", "a new run"))
    sys.stdout.writelines(difference)
    return int(bool(difference))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
