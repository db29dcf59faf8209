"""Writes a page of the manual as text for a terminal. Pure: is told width and colour."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Iterator, List, Sequence, Tuple

import click

from clore_cli.width import measure
from clore_client.text import clean

from .pages import (
    BOLD,
    CODE,
    FIXED_SPACE,
    Block,
    Example,
    Heading,
    Items,
    Page,
    Paragraph,
    Section,
    Span,
    Usage,
)

_INDENT = 4
_WIDEST = 26  # columns for the terms of a compact list

#: A word: its pieces, each with whether it is bold.
Word = List[Tuple[str, bool]]


@dataclass(frozen=True)
class Terminal:
    """What is written for.

    Attributes:
        width: its columns; only what cannot be broken is wider.
        color: whether headings and names are bold; commands are in quotes where they are not.
    """

    width: int = 80
    color: bool = False


def write(page: Page, terminal: Terminal) -> str:
    """The text of ``page``, without a header and a footer."""
    return sections(page.all_sections, terminal)


def sections(shown: Sequence[Section], terminal: Terminal) -> str:
    """The text of some sections alone."""
    return "\n\n".join("\n".join(_section(section, terminal)) for section in shown)


def _section(section: Section, terminal: Terminal) -> Iterator[str]:
    yield _bold(section.title, terminal)
    previous = None
    for block in section.blocks:
        if previous is not None and not _close(previous, block):
            yield ""
        yield from _block(block, terminal)
        previous = block


def _close(previous: Block, block: Block) -> bool:
    """Whether ``block`` follows without a blank line."""
    if isinstance(previous, Heading) or (isinstance(block, Example) and len(block.lines) == 1):
        return True
    return isinstance(previous, Usage) and isinstance(block, Usage)


def _block(block: Block, terminal: Terminal) -> List[str]:
    margin = " " * _INDENT
    if isinstance(block, Heading):
        return [f"  {_bold(block.text, terminal)}"]
    if isinstance(block, Example):
        return [f"{margin * 2}{clean(line)}".rstrip() for line in block.lines]
    if isinstance(block, Paragraph):
        return _wrapped(block.text, terminal, _INDENT, margin)
    if isinstance(block, Usage):
        start = f"{margin}{_bold(block.command, terminal)} "
        parts = [span for part in block.parts for span in (*part, Span(" "))]
        return _wrapped(parts, terminal, _INDENT + measure(block.command) + 1, start)
    return _items(block, terminal)


def _items(block: Items, terminal: Terminal) -> List[str]:
    if block.compact:
        widths = [sum(measure(clean(text)) for text, _ in _joined(term)) for term, _ in block.rows]
        indent = _INDENT + max((w for w in widths if w <= _WIDEST), default=_WIDEST) + 2
        return [line for term, text in block.rows for line in _beside(term, text, indent, terminal)]
    lines: List[str] = []
    for term, text in block.rows:
        lines += [*([""] if lines else []), *_wrapped(term, terminal, _INDENT, " " * _INDENT)]
        lines += _wrapped(text, terminal, 2 * _INDENT, " " * 2 * _INDENT)
    return lines


def _beside(
    term: Sequence[Span], text: Sequence[Span], indent: int, terminal: Terminal
) -> List[str]:
    """A term and what it means beside it; below it, where there is no room."""
    wide = sum(measure(piece) for piece, _ in _joined(term))
    head = " " * _INDENT + "".join(_styled(piece, bold, terminal) for piece, bold in _joined(term))
    if _INDENT + wide + 2 > indent:
        return [head, *_wrapped(text, terminal, indent, " " * indent)]
    return _wrapped(text, terminal, indent, head + " " * (indent - _INDENT - wide))


def _joined(line: Sequence[Span]) -> Word:
    return [(clean(span.text.replace(FIXED_SPACE, " ")), span.kind == BOLD) for span in line]


def _wrapped(line: Sequence[Span], terminal: Terminal, indent: int, start: str) -> List[str]:
    """``line`` in lines that fit; the first one has ``start``, the others ``indent`` spaces."""
    lines, used = [start], indent
    for word in _words(line, terminal):
        wide = sum(measure(piece) for piece, _ in word)
        fresh = used == indent
        if not fresh and used + 1 + wide > terminal.width:
            lines.append(" " * indent)
            used, fresh = indent, True
        text = "".join(_styled(piece, bold, terminal) for piece, bold in word)
        lines[-1] += text if fresh else f" {text}"
        used += wide + (not fresh)
    return [line.rstrip() for line in lines]


def _words(line: Sequence[Span], terminal: Terminal) -> List[Word]:
    """The words of ``line``; one of them may change from bold to plain."""
    words: List[Word] = [[]]
    for span in line:
        quote = "'" if span.kind == CODE and not terminal.color else ""
        for number, piece in enumerate(f"{quote}{span.text}{quote}".split(" ")):
            if number:
                words.append([])
            if piece:
                text = clean(piece.replace(FIXED_SPACE, " "))
                words[-1].append((text, span.kind in (BOLD, CODE)))
    return [word for word in words if word]


def _styled(text: str, bold: bool, terminal: Terminal) -> str:
    return _bold(text, terminal) if bold else text


def _bold(text: str, terminal: Terminal) -> str:
    return click.style(clean(text), bold=True) if terminal.color else clean(text)
