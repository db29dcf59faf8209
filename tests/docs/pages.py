"""The project's pages and the code blocks in them; runs nothing.

A comment directly above a block says what is special about it::

    <!-- not run: REASON -->     a reader would run it, the tests do not
    <!-- file: NAME -->          it is the content of a file that later commands of the page use
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Iterator, List, Optional, Sequence, Tuple

from markdown_it import MarkdownIt

if TYPE_CHECKING:
    from markdown_it.token import Token

ROOT = Path(__file__).resolve().parent.parent.parent

#: How the blocks of each kind are treated; `play` carries it out. A kind that is not listed fails.
KINDS = {
    "python": "python",
    "console": "console",
    "sh": "sh",
    "bash": "sh",
    "json": "data",
    "toml": "data",
    "ini": "data",
    "text": "plain",  # what is shown, not run: output, parts of files, pictures of letters
    # No code: the build of the site resolves these, and fails where it cannot.
    "{eval-rst}": "plain",
    "{include}": "plain",
    "{toctree}": "plain",
}

_GLOBS = ("*.md", "docs/**/*.md", "plugins/*/README.md")
_NO_PAGES = ("CHANGELOG.md",)  # what was, not what can be run today
_MARKER = re.compile(r"<!--\s*(?P<word>not run|file):\s*(?P<rest>.*?)\s*-->\s*", re.DOTALL)


@dataclass(frozen=True)
class Block:
    """A code block of a page.

    Attributes:
        page: the file, relative to the project.
        line: where it begins, from 1; for an editor.
        lines: the first line of its text and the one behind the last, from 0.
        kind: the word behind the fence, "" when there is none, which is a fault.
        skipped: why it is not run, else None.
        file: the name of the file that it is, else None.
    """

    page: str
    line: int
    lines: Tuple[int, int]
    kind: str
    text: str
    skipped: Optional[str] = None
    file: Optional[str] = None

    @property
    def how(self) -> Optional[str]:
        """What is done with it: a value of `KINDS`, "skip", "file", or None for an unknown kind."""
        if self.skipped is not None:
            return "skip"
        return "file" if self.file is not None else KINDS.get(self.kind)

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"


@dataclass(frozen=True)
class Page:
    """A page with its blocks, and what is wrong with its form, as texts."""

    name: str
    text: str
    blocks: Sequence[Block]
    problems: Sequence[str]


def page_names() -> List[str]:
    """The names of all pages, relative to the project; directories of tools (`_build`) are none."""
    files = {file for glob in _GLOBS for file in ROOT.glob(glob)}
    names = [file.relative_to(ROOT).as_posix() for file in files]
    return sorted(n for n in names if n not in _NO_PAGES and not re.search(r"(^|/)[._]", n))


def load(name: str) -> Page:
    """The page with this name."""
    return parse(name, (ROOT / name).read_text(encoding="utf-8"))


def parse(name: str, text: str) -> Page:
    """Find the blocks of a page."""
    tokens = MarkdownIt("commonmark").parse(text)
    blocks = list(_blocks(name, tokens))
    return Page(name, text, blocks, list(_problems(name, text, tokens, blocks)))


def _blocks(name: str, tokens: Sequence[Token]) -> Iterator[Block]:
    above: Optional[Token] = None
    for token in tokens:
        if token.type == "fence":
            begin, end = token.map or (0, 0)
            word, rest = _marker(above) if above and _adjoin(above, token) else ("", "")
            kind = token.info.split()[0] if token.info.strip() else ""
            yield Block(
                name, begin + 1, (begin + 1, end - 1), kind, token.content,
                skipped=rest if word == "not run" else None,
                file=rest if word == "file" else None,
            )  # fmt: skip
        above = token


def _marker(token: Token) -> Tuple[str, str]:
    found = _MARKER.fullmatch(token.content) if token.type == "html_block" else None
    return (found["word"], " ".join(found["rest"].split())) if found else ("", "")


def _adjoin(above: Token, below: Token) -> bool:
    return bool(above.map and below.map) and (above.map or [])[1] == (below.map or [])[0]


def _problems(
    name: str, text: str, tokens: Sequence[Token], blocks: Sequence[Block]
) -> Iterator[str]:
    for token in tokens:
        if token.type == "code_block":
            yield f"{name}:{(token.map or [0])[0] + 1}: indented code has no kind; fence it"
    for block in blocks:
        if block.how is None:
            yield f"{block}: {block.kind!r} is no kind of block that is known"
        if "" in (block.skipped, block.file):
            yield f"{block}: the marker above it gives no reason or name"
    # However it is indented or spelled: what looks like a marker stands above a block.
    inside = {line for block in blocks for line in range(*block.lines)}
    outside = "\n".join(w for n, w in enumerate(text.splitlines()) if n not in inside)
    seen = len(re.findall(r"<!--\s*(?:not[ _-]?run|skip|file)\b", outside, re.IGNORECASE))
    used = sum(block.skipped is not None or block.file is not None for block in blocks)
    if seen != used:
        yield f"{name}: {seen} markers, but {used} of them directly above a block"


def _file_problems(page: Page) -> Iterator[str]:
    for number, block in enumerate(page.blocks):
        later = [b.text for b in page.blocks[number:] if b.how in ("console", "sh")]
        if block.file and not any(block.file.split("/")[0] in text for text in later):
            yield f"{block}: no later command uses the file {block.file} or its directory"


def problems(page: Page) -> List[str]:
    """All that is wrong with the form of a page, empty if nothing is."""
    return [*page.problems, *_file_problems(page)]


def skipped_lines() -> List[str]:
    """For the summary of a run: how many blocks are not run, which, and why."""
    blocks = [block for name in page_names() for block in load(name).blocks]
    left_out = [f"{block}: {block.skipped}" for block in blocks if block.skipped is not None]
    return [f"{len(left_out)} of {len(blocks)} code blocks of the pages are not run", *left_out]
