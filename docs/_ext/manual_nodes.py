"""Writes the pages of the manual for Sphinx: the same `Page` that man(1) and the terminal get."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Dict, Iterator, List, Sequence

from docutils import nodes
from docutils.parsers.rst import Directive
from sphinx import addnodes

from clore_cli import docgen
from clore_cli.manual.pages import (
    BOLD,
    CODE,
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
from clore_cli.plugins import SECTIONS
from clore_cli.tree import walk

_PROJECT = Path(__file__).resolve().parents[2]
_MANUAL = "/reference/"
_NODES = {BOLD: nodes.strong, ITALIC: nodes.emphasis, CODE: nodes.literal}


@functools.cache
def pages() -> Dict[str, Page]:
    """The whole manual by file name, such as ``clore-search.1``."""
    builtins = docgen.declared(_PROJECT)
    return {page.file: page for page in docgen.manual_pages(docgen.tree(builtins))}


def index() -> Dict[str, List[str]]:
    """The pages by the sections of the help, in its order; those about topics come last."""
    sections = {b.name: b.section for b in docgen.declared(_PROJECT)}
    found: Dict[str, List[str]] = {"": ["clore.1"], **{s.capitalize(): [] for s in SECTIONS}}
    found["Topics"] = [file for file in pages() if file.endswith(".7")]
    for file in pages():
        if file.endswith(".1") and file != "clore.1":
            found[_section(file, sections)].append(file)
    return {title: files for title, files in found.items() if files}


def _section(file: str, sections: Dict[str, str]) -> str:
    """The section of the command on a page, which may belong to a group."""
    name = file[len("clore-") : -len(".1")]
    known = [one for one in sections if name == one or name.startswith(f"{one}-")]
    return sections[max(known, key=len)].capitalize()


class ManualPage(Directive):
    """Shows the page of the manual whose file name is the argument."""

    required_arguments = 1

    def run(self) -> List[nodes.Node]:
        """The page as one section with others in it."""
        page = pages()[self.arguments[0]]
        title = _command(page) if page.number == 1 else f"{page.name}({page.number})"
        top = nodes.section("", nodes.title("", title), ids=[page.name])
        top += nodes.paragraph("", f"{page.about}.")
        for section in page.all_sections[1:]:
            top += _section_nodes(section, page.name)
        return [top]


class ManualIndex(Directive):
    """Lists the pages of the manual, by section."""

    def run(self) -> List[nodes.Node]:
        """A list for each section, each page with what it is about."""
        found: List[nodes.Node] = []
        for title, files in index().items():
            listed = nodes.bullet_list("", *map(_entry, files))
            name = nodes.make_id(f"manual-{title}")
            found.append(
                nodes.section("", nodes.title("", title), listed, ids=[name]) if title else listed
            )
        return found


def _entry(file: str) -> nodes.list_item:
    about = nodes.Text(f": {pages()[file].about}.")
    return nodes.list_item("", nodes.paragraph("", "", _link(file, _shown(file)), about))


def _shown(file: str) -> nodes.Node:
    page = pages()[file]
    if page.number == 1:
        return nodes.literal("", _command(page))
    return nodes.strong("", f"{page.name}({page.number})")


def _command(page: Page) -> str:
    """The command that a page is about, as it is typed."""
    return _commands()[page.name]


@functools.cache
def _commands() -> Dict[str, str]:
    paths = [ctx.command_path for ctx in walk(docgen.tree(docgen.declared(_PROJECT)), "clore")]
    return {path.replace(" ", "-"): path for path in paths}


def _section_nodes(section: Section, page: str) -> nodes.section:
    name = nodes.make_id(f"{page}-{section.title}")
    made = nodes.section("", nodes.title("", section.title.capitalize()), ids=[name])
    for block in section.blocks:
        made += _block(block)
    return made


def _block(block: Block) -> nodes.Node:
    if isinstance(block, Heading):
        return nodes.rubric("", block.text)
    if isinstance(block, Paragraph):
        return nodes.paragraph("", "", *_line(block.text))
    if isinstance(block, Example):
        text = "\n".join(block.lines)
        return nodes.literal_block(text, text, language="text")
    if isinstance(block, Usage):
        parts = [node for part in block.parts for node in (nodes.Text(" "), *_line(part))]
        return nodes.paragraph("", "", nodes.strong("", block.command), *parts)
    return _items(block)


def _items(block: Items) -> nodes.Node:
    made = nodes.definition_list(classes=["compact"] if block.compact else [])
    for term, text in block.rows:
        meaning = nodes.definition("", nodes.paragraph("", "", *_line(text)))
        made += nodes.definition_list_item("", nodes.term("", "", *_line(term)), meaning)
    return made


def _line(line: Sequence[Span]) -> Iterator[nodes.Node]:
    """The text of ``line``; what names a page, or begins with a command, leads there."""
    following = [*line[1:], Span("")]
    for span, after in zip(line, following):
        node = _NODES[span.kind]("", span.text) if span.kind else nodes.Text(span.text)
        target = _page_of(span, after)
        yield _link(target, node) if target else node


def _page_of(span: Span, after: Span) -> str:
    """The file of the page that a span leads to; an empty text if it leads to none."""
    if span.kind == BOLD and after.text[:3] in ("(1)", "(7)"):
        return f"{span.text}.{after.text[1]}"  # whether it is there is found when it is resolved
    if span.kind != CODE:
        return ""
    words = span.text.split()
    topic = f"clore-{words[-1]}.7"
    if words[:2] == ["clore", "help"] and topic in pages():
        return topic
    starts = ("-".join(words[:count]) + ".1" for count in range(len(words), 1, -1))
    return next((start for start in starts if start in pages()), "")


def _link(file: str, shown: nodes.Node) -> nodes.Node:
    return addnodes.pending_xref(
        "",
        shown,
        refdomain="std",
        reftype="doc",
        reftarget=f"{_MANUAL}{file}",
        refexplicit=True,
        refwarn=True,
    )
