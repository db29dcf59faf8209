"""Writes a page of the manual for ``man``, in roff with the macros of man(7). Pure."""

from __future__ import annotations

from typing import Iterator, List, Sequence

from clore_client.text import clean

from .pages import (
    BOLD,
    CODE,
    FIXED_SPACE,
    ITALIC,
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

_ESCAPES = str.maketrans(
    {
        "\\": r"\(rs",
        "-": r"\-",
        "'": r"\(aq",
        "`": r"\(ga",
        "^": r"\(ha",
        "~": r"\(ti",
        '"': r"\(dq",
        FIXED_SPACE: r"\ ",
    }
)
_FONTS = {BOLD: "B", CODE: "B", ITALIC: "I"}
_WIDEST = 26  # columns for the terms of a compact list
_LONGEST = 100_000  # characters of a span: nothing is cut, only made harmless


def write(page: Page) -> str:
    """The source of ``page``; one page always makes the same text."""
    name, source = _escaped(page.name.upper()), _escaped(page.source)
    title = f'"{name}" "{page.number}" "{page.date}" "{source}" "Clore Manual"'
    # Neither adjusted nor hyphenated: commands and options are searched for and copied. The
    # macros of groff go by their register, and those of mandoc by the request.
    lines = [
        r".\" Made by 'clore help --roff'. Do not edit.",
        f".TH {title}",
        ".nr HY 0",
        ".nh",
        ".ad l",
    ]
    lines += [line for section in page.all_sections for line in _section(section)]
    return "\n".join(lines) + "\n"


def _section(section: Section) -> Iterator[str]:
    yield f".SH {_escaped(section.title)}"
    first = True  # a paragraph below a title needs no macro, and mandoc complains about one
    for block in section.blocks:
        yield from _block(block, first)
        first = isinstance(block, Heading)
        if isinstance(block, Usage) and block is section.blocks[0] is not section.blocks[-1]:
            yield ".PD 0"
    if isinstance(section.blocks[-1], Usage) and len(section.blocks) > 1:
        yield ".PD"


def _block(block: Block, first: bool) -> List[str]:
    if isinstance(block, Heading):
        return [f".SS {_escaped(block.text)}"]
    if isinstance(block, Paragraph):
        return [*([] if first else [".PP"]), _line(block.text)]
    if isinstance(block, Usage):
        return _usage(block)
    if isinstance(block, Example):
        return [".RS 4", ".EX", *map(_verbatim, block.lines), ".EE", ".RE"]
    return _items(block)


def _usage(usage: Usage) -> List[str]:
    """The command beside its parts, which hang behind it."""
    # On one line: groff takes the end of a line that ends in "...]" for that of a sentence.
    parts = " ".join(map(_line, usage.parts)) or r"\&"
    command = _escaped(usage.command.replace(" ", FIXED_SPACE))
    return [f".TP {len(usage.command) + 1}", rf"\fB{command}\fR", parts]


def _items(block: Items) -> List[str]:
    indent = f" {_breadth(block)}" if block.compact else ""
    lines: List[str] = []
    for number, (term, text) in enumerate(block.rows):
        lines += [f".TP{indent}", _line(term), _line(text) or r"\&"]
        if block.compact and number == 0 and len(block.rows) > 1:
            lines.append(".PD 0")
    return [*lines, ".PD"] if ".PD 0" in lines else lines


def _breadth(block: Items) -> int:
    """The columns of the longest term that is not too long, and two more."""
    widths = [sum(len(span.text) for span in term) for term, _ in block.rows]
    return max((width for width in widths if width <= _WIDEST), default=_WIDEST) + 2


def _line(line: Sequence[Span]) -> str:
    """``line`` on one line; it cannot be taken for a request."""
    text = "".join(map(_span, line)).strip(" ")
    return rf"\&{text}" if text.startswith(".") else text


def _span(span: Span) -> str:
    font = _FONTS.get(span.kind)
    text = _escaped(span.text)
    return rf"\f{font}{text}\fR" if font else text


def _verbatim(line: str) -> str:
    text = _escaped(line)
    return rf"\&{text}" if text.startswith(".") else text


def _escaped(text: str) -> str:
    return clean(text, _LONGEST).translate(_ESCAPES)
