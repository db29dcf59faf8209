"""What the completion scripts know: every command's options, and what may follow them. Pure."""

from __future__ import annotations

import re
import textwrap
from typing import Any, Dict, Iterable, List, NamedTuple, Optional, Tuple

import click

from clore_cli.words import CommandLine, Suffixed

_WIDTH = 72  # characters of a description beside a word
#: Placeholders that tell what a value is.
_PLACES = {"FILE": "file", "DIR": "dir"}


class Value(NamedTuple):
    """What an argument, or the value of an option, may be.

    Attributes:
        kind: ``file``, ``dir``, ``command`` (another program and its arguments), ``ask`` when only
            the program knows, and empty for the words, or for free text when there are none.
        words: all that it may be.
        separator: what the words come after, as the colon in ``22:tcp``.
        optional: the option may also stand without it.
        any_case: capitals and small letters are the same.
    """

    kind: str = ""
    words: Tuple[str, ...] = ()
    separator: str = ""
    optional: bool = False
    any_case: bool = False


class Flag(NamedTuple):
    """A listed option: its names, what it does, and whether it may be repeated."""

    names: Tuple[str, ...]
    help: str
    multiple: bool


class Node(NamedTuple):
    """A command: its words after ``clore``, the commands below it, its listed options."""

    path: str
    commands: List[Tuple[str, str]]
    flags: List[Flag]


class Tree(NamedTuple):
    """All commands, and each kind of value with the places that take it.

    A place is a command's path with the name of an option, or with ``@1`` for its first argument,
    ``@2`` for the second, ``@rest`` for all from there on.
    """

    nodes: List[Node]
    places: Dict[Value, List[str]]


def tree(contexts: Iterable[click.Context]) -> Tree:
    """The description of the commands of ``contexts``, parents first."""
    nodes: Dict[str, Node] = {}
    places: Dict[Value, List[str]] = {}
    for ctx in contexts:
        path = ctx.command_path.partition(" ")[2]
        nodes[path] = Node(path, [], _flags(ctx))
        if path:
            parent = path.rpartition(" ")[0]
            about = ctx.command.get_short_help_str(_WIDTH)
            nodes[parent].commands.append((path.rpartition(" ")[2], _short(about)))
        for name, value in _values(ctx):
            places.setdefault(value, []).append(f"{path} {name}")
    return Tree(list(nodes.values()), places)


def _flags(ctx: click.Context) -> List[Flag]:
    return [
        Flag((*p.opts, *p.secondary_opts), _short(p.help), p.multiple or p.count)
        for p in ctx.command.get_params(ctx)
        if isinstance(p, click.Option) and not p.hidden
    ]


def _values(ctx: click.Context) -> Iterable[Tuple[str, Value]]:
    """Every name of a parameter that takes a value, also of an unlisted one."""
    position = 1
    for param in ctx.command.get_params(ctx):
        if isinstance(param, click.Argument):
            for _ in range(max(param.nargs, 1)):
                yield ("@rest" if param.nargs == -1 else f"@{position}"), _value(param)
                position += 1
        elif isinstance(param, click.Option) and not (param.is_flag or param.count):
            for name in param.opts:
                yield name, _value(param)


def _value(param: click.Parameter) -> Value:
    place = (param.metavar or "").partition("|")[0]
    if place in _PLACES:
        return Value(_PLACES[place])
    if param._custom_shell_complete is not None:  # noqa: SLF001  click has no other way to know
        return Value("ask")
    if isinstance(param.type, click.Choice):
        return _choice(param, param.type)
    return _of_type(param.type)


def _choice(param: click.Parameter, kind: click.Choice[Any]) -> Value:
    words = tuple(str(getattr(choice, "name", choice)) for choice in kind.choices)
    optional = isinstance(getattr(param, "flag_value", None), str)
    return Value(words=words, optional=optional, any_case=not kind.case_sensitive)


def _of_type(kind: click.ParamType[Any]) -> Value:
    if isinstance(kind, click.File):
        return Value("file")
    if isinstance(kind, click.Path):
        return Value("file" if kind.file_okay else "dir")
    if isinstance(kind, CommandLine):
        return Value("command")
    if isinstance(kind, Suffixed):
        return Value(words=kind.choices, separator=kind.separator)
    own = type(kind).shell_complete is not click.ParamType.shell_complete
    return Value("ask" if own else "")


def _short(text: Optional[str]) -> str:
    """The beginning of a help text, as far as it fits beside a word."""
    plain = " ".join((text or "").split())
    first = re.split(r"[.;:](?: |$)", plain)[0]
    return textwrap.shorten(first, _WIDTH, placeholder="...")
