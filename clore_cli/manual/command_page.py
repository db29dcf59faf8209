"""Turns one command into its manual page. Pure: reads the command, writes nothing."""

from __future__ import annotations

import inspect
import re
from typing import AbstractSet, Any, Dict, List, Mapping, Sequence, Tuple

import click

from clore_cli import told
from clore_cli.columns import Column
from clore_cli.options import root_options
from clore_cli.output_options import PREFIX, output_options
from clore_cli.status import MEANING, Status
from clore_client._version import __version__

from .pages import (
    Block,
    Example,
    Heading,
    Items,
    Line,
    Page,
    Paragraph,
    Section,
    Span,
    bold,
    inline,
    items,
    paragraphs,
)
from .surroundings import ENVIRONMENT, FILES
from .usage import (
    children,
    option_names,
    option_rows,
    placeholders,
    short_help,
    shown_options,
    synopsis,
    usage_text,
)

#: Of the version that the pages describe; mandoc complains about a page without a date.
RELEASED = "2026-11-23"
#: What our own pages belong to.
SOURCE = f"clore {__version__}"

_ARGUMENTS = {
    "ORDER_ID": "The number of an order, as 'clore orders' lists it.",
    "SERVER_ID": "The number of a server, as 'clore search' lists it.",
}
_ALWAYS: Mapping[int, str] = {
    Status.DONE: "",
    Status.ERROR: "",
    Status.USAGE: "",
    Status.INTERRUPTED: "",
}
_FORMATS = "These options choose what is printed, and how; clore-formats(7) tells more:"


def page(ctx: click.Context, source: str = SOURCE) -> Page:
    """The manual page of the command of ``ctx``, which belongs to ``source``."""
    command = ctx.command
    mine = told.of(command)
    marks = placeholders(command)
    return Page(
        _name(ctx.command_path),
        1,
        summary(command),
        source,
        RELEASED,
        [
            Section("SYNOPSIS", list(synopsis(ctx))),
            Section("DESCRIPTION", _help(command, mine.more.strip(), marks)),
            Section("COMMANDS", _commands(ctx)),
            Section("ARGUMENTS", _arguments(mine, marks)),
            Section("OPTIONS", _options(command, marks)),
            Section("COLUMNS", _columns(command)),
            Section("EXAMPLES", examples(mine.examples)),
            Section("EXIT STATUS", _exits(command, mine)),
            Section("ENVIRONMENT", _environment(command, mine)),
            Section("FILES", _named(mine.files, FILES, inline)),
            Section("SEE ALSO", [Paragraph(_related(ctx, mine))]),
        ],
    )


def summary(command: click.Command) -> str:
    """What ``command`` does, in one line without a full stop."""
    return command.get_short_help_str(limit=200).rstrip(".")


def examples(told_ones: Sequence[Tuple[str, str]]) -> List[Block]:
    """Command lines, each below what it does."""
    blocks: List[Block] = []
    for line, text in told_ones:
        blocks += [Paragraph(inline(text.rstrip(".:") + ":")), Example(line.split("\n"))]
    return blocks


def references(names: Sequence[str]) -> Line:
    """The pages called ``names``, such as ``clore-search`` and ``clore-query(7)``, in order."""
    spans: List[Span] = []
    for number, name in sorted({_numbered(name) for name in names}):
        spans += [Span(", ")] if spans else []
        spans += [bold(name), Span(f"({number})")]
    return tuple(spans)


def _numbered(name: str) -> Tuple[int, str]:
    return (7, name[: -len("(7)")]) if name.endswith("(7)") else (1, name)


def _name(path: str) -> str:
    return path.replace(" ", "-")


def _help(command: click.Command, more: str, marks: AbstractSet[str]) -> List[Block]:
    """The help text; its first sentence, which is the summary, begins the first paragraph."""
    text = inspect.cleandoc(command.help or "").partition("\f")[0]  # click shows no more of it
    text += f"\n\n{more}" if more else ""
    text = re.sub(r"\n\s*\n(?!\s*\x08)", " ", text, count=1)
    return [*paragraphs(text, marks), *paragraphs(inspect.cleandoc(command.epilog or ""), marks)]


def _commands(ctx: click.Context) -> List[Block]:
    rows: List[Tuple[Line, Line]] = [
        (
            (bold(_name(f"{ctx.command_path} {child.name}")), Span("(1)")),
            inline(child.get_short_help_str(limit=200)),
        )
        for child in children(ctx)
    ]
    return [Items(rows)] if rows else []


def _arguments(mine: told.Told, marks: AbstractSet[str]) -> List[Block]:
    known = {name: text for name, text in _ARGUMENTS.items() if name in marks}
    rows: List[Tuple[Line, Line]] = [
        (usage_text(name), inline(text, marks))
        for name, text in {**known, **mine.arguments}.items()
    ]
    return [Items(rows)] if rows else []


def _options(command: click.Command, marks: AbstractSet[str]) -> List[Block]:
    if isinstance(command, click.Group):
        return []
    own = shown_options(command)
    blocks: List[Block] = [option_rows(own, marks)] if own else []
    if getattr(command, "columns", ()):
        blocks += [Heading("Output options")] if own else []
        blocks += [Paragraph(inline(_FORMATS)), _printing(command)]
    blocks += [Heading("Global options")] if blocks else []
    return [*blocks, Paragraph(_globals(command))]


def _printing(command: Any) -> Items:
    """The output options in short; the columns have a place of their own."""
    made = output_options([], single=command.single, text=command.text is not None)
    shown = [option for option in made if option.name in command.output_names]
    rows = [(tuple(option_names(o)), inline(short_help(o))) for o in shown]
    return Items(rows, compact=True)


def _globals(command: click.Command) -> Line:
    own = {flag for option in shown_options(command) for flag in option.opts}
    names = [o.opts[-1] for o in root_options() if not own.intersection(o.opts)]
    listed = f"{', '.join(names[:-1])} and {names[-1]}"
    return inline(f"{listed} go with every command, before or after its name; see clore(1).")


def _columns(command: Any) -> List[Block]:
    columns: Sequence[Column] = getattr(command, "columns", ())
    if not columns:
        return []
    blocks: List[Block] = [
        Paragraph(inline(_columns_text(command))),
        column_rows(columns, starred=not command.single),
    ]
    keys = [column.key for column in columns]
    for name, others in command.variants.items():
        if [column.key for column in others] != keys:
            option = f"--{name.replace('_', '-')}"
            text = f"With {option} the columns are:"
            blocks += [Paragraph(inline(text)), column_rows(others, starred=True)]
    return blocks


def _columns_text(command: Any) -> str:
    columns: Sequence[Column] = command.columns
    text = "The keys of JSON and CSV, and the names for --columns"
    text += " and --sort" if PREFIX + "sort" in command.output_names else ""
    text += "." if not any(c.aliases for c in columns) else "; the short names will do as well."
    if not command.single and any(map(_is_hidden, columns)):
        text += " A table leaves out those with a * unless --columns names them."
    return text


def _is_hidden(column: Column) -> bool:
    return column.extra and not column.room and not column.flag


def column_rows(columns: Sequence[Column], *, starred: bool = False) -> Items:
    """What each of ``columns`` is called, holds and means."""
    rows: List[Tuple[Line, Line]] = []
    for column in columns:
        star = Span("*" if starred and _is_hidden(column) else "")
        rows.append(((bold(column.key), star), inline(column_text(column))))
    return Items(rows, compact=True)


def column_text(column: Column) -> str:
    """The kind, the meaning and the short names of a column."""
    kind = "any of several strings" if column.kind == "array" else column.kind or "text"
    about = f"{kind}; {column.about}" if column.about else kind
    short = f"; short: {', '.join(column.aliases)}" if column.aliases else ""
    return f"{about}{short}."


def _exits(command: click.Command, mine: told.Told) -> List[Block]:
    if mine.exits is None:
        return [
            Paragraph(inline("0 when it is done; the others are those of clore-exit-codes(7)."))
        ]
    found: Dict[int, str] = {**_ALWAYS, **mine.exits}
    lists = getattr(command, "columns", ()) and not getattr(command, "single", False)
    found[0] = found[0] or ("" if lists else "Done.")
    general = {int(status): text for status, text in MEANING.items()}
    if Status.NETWORK not in found:
        general[1] = "Any other error."
    if any("--yes" in option.opts for option in shown_options(command)):
        general[1] = f"You answered no, or a{general[1][1:]}"
    rows = [(str(int(status)), text or general[status]) for status, text in sorted(found.items())]
    return [items(rows)]


def _environment(command: click.Command, mine: told.Told) -> List[Block]:
    if isinstance(command, click.Group):
        return []
    found: Dict[str, str] = {}
    if mine.exits and Status.AUTH in mine.exits:
        found["CLORE_API_KEY"] = "The API key; clore-auth(1) tells where else it may be."
    if getattr(command, "columns", ()):
        found["CLORE_OUTPUT"] = "The output format, where no option chooses one."
    named = _named({**found, **mine.environment}, ENVIRONMENT, lambda name: (bold(name),))
    text = "clore-environment(7) lists the variables that every command reads."
    return [*named, Paragraph(inline(text))]


def _named(chosen: Mapping[str, str], general: Mapping[str, str], mark: Any) -> List[Block]:
    """``chosen`` with the general text where there is none of its own."""
    rows: List[Tuple[Line, Line]] = [
        (mark(name), inline(text or general[name])) for name, text in chosen.items()
    ]
    return [Items(rows)] if rows else []


def _related(ctx: click.Context, mine: told.Told) -> Line:
    """The parent, what the author names, and the topics that concern every such command."""
    names = [ctx.parent.command_path if ctx.parent else "clore"]
    if getattr(ctx.command, "columns", ()):
        names.append("clore formats(7)")
    names += [f"clore {name}" for name in (*mine.see, "exit-codes(7)")]
    return references([_name(name) for name in names])
