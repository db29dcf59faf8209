"""What a manual page is made of, whatever it is written as. Pure.

A `Page` has sections, a section has blocks, and a block is made of lines of marked text. The text
of help and of the built-in pages is marked by `inline`, from what it looks like.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import AbstractSet, Iterator, List, NamedTuple, Sequence, Tuple, Union

#: Kinds of a span: typed as it is, replaced by what it stands for, and a whole command.
BOLD, ITALIC, CODE = "bold", "italic", "code"
#: A space at which no line is broken.
FIXED_SPACE = "\u00a0"

#: Placeholders that texts of several pages use.
_USUAL = frozenset(("ORDER_ID", "SERVER_ID", "COMMAND", "FILE", "NAME", "CMD"))
#: What click wants in front of a paragraph that it must not wrap.
_UNWRAPPED = "\b"
_SPACES = re.compile(r"[ \t\r\n]+")
_MARKED = re.compile(
    r"""
    '(?P<code>(?:clore|man)\b[^']*)'
    | (?P<page>\bclore(?:-[a-z]+)*)(?=\([17]\))
    | (?P<option>(?<![\w-])(?:--[a-z][a-z-]*|-[A-Za-z]{1,2}(?![\w-])))
    | (?P<path>~/[\w./-]*\w/?)
    | (?P<capitals>\b[A-Z]{2,}(?:_[A-Z]+)*\b)
    """,
    re.VERBOSE,
)


class Span(NamedTuple):
    """A piece of text of one kind; the kind of ordinary text is empty."""

    text: str
    kind: str = ""


Line = Tuple[Span, ...]


class Paragraph(NamedTuple):
    """Running text."""

    text: Line


class Items(NamedTuple):
    """Terms, each with what it means; compact ones without blank lines between them."""

    rows: Sequence[Tuple[Line, Line]]
    compact: bool = False


class Example(NamedTuple):
    """Lines to be shown as they are."""

    lines: Sequence[str]


class Usage(NamedTuple):
    """A command with what may follow it; no part of that is broken."""

    command: str
    parts: Sequence[Line]


class Heading(NamedTuple):
    """What the blocks below it, up to the next one, are about."""

    text: str


Block = Union[Paragraph, Items, Example, Usage, Heading]


class Section(NamedTuple):
    """A part of a page under its title, which is in capitals."""

    title: str
    blocks: Sequence[Block]


@dataclass(frozen=True)
class Page:
    """One page of the manual.

    Attributes:
        name: what to give to ``man``, such as ``clore-search``.
        number: the section of the manual: 1 for commands, 7 for everything else.
        about: what it is about, in one line without a full stop.
        source: the distribution that the page belongs to, and its version.
        date: the day as of which it holds, in ISO 8601.
        sections: everything below the name; those without blocks are left out.
    """

    name: str
    number: int
    about: str
    source: str
    date: str
    sections: Sequence[Section]

    @property
    def file(self) -> str:
        """The usual name of its file."""
        return f"{self.name}.{self.number}"

    @property
    def all_sections(self) -> List[Section]:
        """The sections as they are shown, the name first."""
        name = (Span(self.name), Span(f" - {self.about}"))
        shown = [section for section in self.sections if section.blocks]
        return [Section("NAME", [Paragraph(name)]), *shown]


def bold(text: str) -> Span:
    """What is typed as it is."""
    return Span(text, BOLD)


def italic(text: str) -> Span:
    """What something else is typed for."""
    return Span(text, ITALIC)


def inline(text: str, placeholders: AbstractSet[str] = frozenset()) -> Line:
    """``text`` with its commands, options, variables, pages and placeholders marked.

    Args:
        text: as it is written in help texts, with commands in single quotes.
        placeholders: the words in capitals that stand for something else.
    """
    return tuple(_spans(_SPACES.sub(" ", text).strip(), placeholders))


def _spans(text: str, placeholders: AbstractSet[str]) -> Iterator[Span]:
    end = 0
    for found in _MARKED.finditer(text):
        if found.start() > end:
            yield Span(text[end : found.start()])
        kind, word = str(found.lastgroup), str(found[found.lastgroup or 0])
        yield Span(word, _kind(kind, word, placeholders))
        end = found.end()
    if text[end:]:
        yield Span(text[end:])


def _kind(group: str, word: str, placeholders: AbstractSet[str]) -> str:
    if group == "capitals":
        if word in placeholders or word in _USUAL:
            return ITALIC
        return BOLD if "_" in word else ""
    return {"code": CODE, "path": ITALIC}.get(group, BOLD)


def paragraphs(text: str, placeholders: AbstractSet[str] = frozenset()) -> List[Block]:
    """``text`` as paragraphs, which blank lines part; one that click must not wrap stays so."""
    parts = re.split(r"\n[ \t]*\n", text.strip("\n "))
    return [_paragraph(part, placeholders) for part in parts if part.strip()]


def _paragraph(text: str, placeholders: AbstractSet[str]) -> Block:
    if text.startswith(_UNWRAPPED):
        return Example(text[len(_UNWRAPPED) :].strip("\n").split("\n"))
    return Paragraph(inline(text, placeholders))


def items(rows: Sequence[Tuple[str, str]], *, compact: bool = True) -> Items:
    """Terms that are typed as they are, each with what it means."""
    return Items([((bold(term),), inline(text)) for term, text in rows], compact)
