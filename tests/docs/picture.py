"""Draws docs/session.svg, the picture in the README, from a real run on a terminal.

In the project's root: ``python -m tests.docs.picture [--check]``. The commands run against a
sandbox whose clock is frozen, on a terminal of their own, and the question is answered as a person
would. The check compares the words that are drawn, but for the seconds of ages.
"""

from __future__ import annotations

import fcntl
import html
import io
import os
import pty
import re
import struct
import subprocess
import sys
import tempfile
import termios
from pathlib import Path
from typing import Dict, Iterator, List

from rich.console import Console
from rich.terminal_theme import MONOKAI
from rich.text import Text

from clore_client.sandbox import FrozenClock, World, serve

from .place import KEY, Place

PICTURE = Path("docs/session.svg")
COLUMNS = 92
#: What is typed: a command, and the answer to its question if it asks one.
SESSION = [
    ("clore search 4090 'price<=0.40/h' --limit 3", ""),
    ("clore rent 4090 --max-price 0.40 --wait ssh --columns id,status,ssh_command", "y\n"),
    ("clore spend", ""),
    ("clore cancel 1939941 --yes", ""),
]
_PUBLIC_KEY = f"ssh-ed25519 {'A' * 68} me@laptop\n"
#: The SVG that rich draws, without the fonts that it would fetch from elsewhere.
_FRAME = """\
<svg class="rich-terminal" viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
<title>A session of clore in the sandbox</title>
<style>
.{unique_id}-matrix {{
    font-family: ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace;
    font-size: {char_height}px;
    line-height: {line_height}px;
}}
.{unique_id}-title {{ font-size: 18px; font-weight: bold; font-family: sans-serif; }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}" />
</clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix" xml:space="preserve">
{matrix}
</g>
</g>
</svg>
"""


def on_a_terminal(command: str, answer: str, env: Dict[str, str]) -> str:
    """What a terminal shows of ``command``, the ``answer`` included, lines that were wiped not."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 50, COLUMNS, 0, 0))
    with subprocess.Popen(
        ["bash", "-c", command], stdin=slave, stdout=slave, stderr=slave, env=env, cwd=env["HOME"]
    ):
        os.close(slave)
        os.write(master, answer.encode())
        shown = b"".join(_read(master)).decode()
    os.close(master)
    if answer:  # the terminal echoes it at once, before there is a question: put it behind that
        shown = shown.replace(answer.replace("\n", "\r\n"), "", 1)
        shown = re.sub(r"(\[y/N\]:? ?)", rf"\g<1>{answer}", shown, count=1)
    return re.sub(r"[^\n]*\r\x1b\[2K", "", shown).replace("\r\n", "\n")


def _read(master: int) -> Iterator[bytes]:
    while True:
        try:
            piece = os.read(master, 65536)
        except OSError:  # Linux says so when the last process has gone
            return
        if not piece:
            return
        yield piece


def session() -> str:
    """The whole session, as a terminal shows it."""
    world = World(clock=FrozenClock(tick=5.0), lag=2.0, deploy=40.0)
    shown = []
    with tempfile.TemporaryDirectory() as home, serve(world) as url:
        place = Place(Path(home), url, world)
        env = {**place.environment, "CLORE_API_KEY": KEY, "TERM": "xterm-256color"}
        Path(home, ".ssh").mkdir()
        Path(home, ".ssh", "id_ed25519.pub").write_text(_PUBLIC_KEY, encoding="utf-8")
        for command, answer in SESSION:
            printed = on_a_terminal(command, answer, env).replace(home, "~")
            shown.append(f"\x1b[1;32m$\x1b[0m \x1b[1m{command}\x1b[0m\n{printed}")
        assert world.state.ssh is not None
        port = str(world.state.ssh[1])
    return "\n".join(shown).replace(port, "22022")


def drawn(text: str) -> str:
    """``text`` as an SVG."""
    console = Console(record=True, width=COLUMNS, file=io.StringIO(), force_terminal=True)
    console.print(Text.from_ansi(text))
    svg = console.export_svg(title="clore", theme=MONOKAI, code_format=_FRAME, unique_id="session")
    return "".join(f"{line.rstrip()}\n" for line in svg.splitlines())


def words(svg: str) -> List[str]:
    """What is to be read in ``svg``, without the digits of ages."""
    texts = re.findall(r"<text[^>]*>(.*?)</text>", svg)
    return [re.sub(r"\b\d+[smhd]\b", "(age)", html.unescape(text)) for text in texts]


def main(arguments: List[str]) -> int:
    """Draw the picture, or with ``--check`` say whether a new one would show anything else."""
    new = drawn(session())
    if "--check" not in arguments:
        PICTURE.write_text(new, encoding="utf-8")
        return 0
    old = PICTURE.read_text(encoding="utf-8")
    if words(old) == words(new):
        return 0
    sys.stderr.write(f"{PICTURE} is out of date: run python -m tests.docs.picture\n")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
