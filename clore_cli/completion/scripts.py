"""The completion scripts: an engine for each shell, with the command tree in its language."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Iterator

from clore_cli.tree import walk

from .command_tree import Node, Tree, Value, tree

if TYPE_CHECKING:
    import click

_ENGINES = Path(__file__).parent / "engines"
_DATA = "@DATA@\n"


def script(group: click.Command, shell: str) -> str:
    """The script with which ``shell`` completes the commands of ``group``."""
    known = tree(walk(group, "clore"))
    lines = _fish(known) if shell == "fish" else _sh(known, described=shell == "zsh")
    engine = (_ENGINES / f"clore.{shell}").read_text(encoding="utf-8")
    return engine.replace(_DATA, "".join(f"{line}\n" for line in lines))


def _quoted(text: str) -> str:
    """One word of bash and zsh."""
    return "'" + text.replace("'", "'\\''") + "'"


def _fish_quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _array(words: Iterator[str]) -> str:
    return "(" + " ".join(map(_quoted, words)) + ")"


def _flags(node: Node, *, described: bool) -> Iterator[str]:
    """The listed options: names with commas between, ``+`` for one that may be repeated."""
    for names, about, multiple in node.flags:
        word = ",".join((*sorted(names, key=len, reverse=True), *["+"] * multiple))
        yield f"{word}\t{about}" if described else word


def _commands(node: Node, *, described: bool) -> Iterator[str]:
    for name, about in node.commands:
        yield f"{name}\t{about}" if described else name


def _sh(known: Tree, *, described: bool) -> Iterator[str]:
    """The two functions of data, which bash and zsh read alike."""
    yield "_clore_node() { # COMMAND: sets what may follow its name"
    yield "  subcommands=() flags=()"
    yield "  case $1 in"
    for node in known.nodes:
        below = f"subcommands={_array(_commands(node, described=described))} "
        flags = f"flags={_array(_flags(node, described=described))}"
        yield f"    {_quoted(node.path)}) {below if node.commands else ''}{flags} ;;"
    yield "  esac"
    yield "}"
    yield "_clore_value() { # PLACE: sets what may be there; fails when nothing is expected"
    yield "  kind= choices=() separator= optional= anycase="
    yield "  case $1 in"
    for value, places in known.places.items():
        yield f"    {'|'.join(map(_quoted, places))}) {_sh_sets(value)} ;;"
    yield "    *) return 1 ;;"
    yield "  esac"
    yield "}"


def _sh_sets(value: Value) -> str:
    found = {
        "kind": value.kind,
        "choices": _array(iter(value.words)) if value.words else "",
        "separator": value.separator and _quoted(value.separator),
        "optional": value.optional and "1",
        "anycase": value.any_case and "1",
    }
    return " ".join(f"{name}={text}" for name, text in found.items() if text) or ":"


def _fish(known: Tree) -> Iterator[str]:
    yield "function __clore_node -a command # sets what may follow its name"
    yield "    set -g __clore_commands"
    yield "    set -g __clore_options"
    yield "    switch $command"
    for node in known.nodes:
        yield f"        case {_fish_quoted(node.path)}"
        if node.commands:
            yield f"            set __clore_commands {_fish_list(_commands(node, described=True))}"
        yield f"            set __clore_options {_fish_list(_flags(node, described=True))}"
    yield "    end"
    yield "end"
    yield "function __clore_value -a place # sets what may be there; fails when nothing is expected"
    for name in ("kind", "choices", "separator", "optional"):
        yield f"    set -g __clore_{name}"
    yield "    switch $place"
    for value, places in known.places.items():
        yield f"        case {_fish_list(iter(places))}"
        yield from (f"            set __clore_{line}" for line in _fish_sets(value))
    yield "        case '*'"
    yield "            return 1"
    yield "    end"
    yield "    return 0"
    yield "end"


def _fish_list(words: Iterator[str]) -> str:
    return " ".join(map(_fish_quoted, words))


def _fish_sets(value: Value) -> Iterator[str]:
    """The values in fish, which completes in any case by itself."""
    if value.kind:
        yield f"kind {value.kind}"
    if value.words:
        yield f"choices {_fish_list(iter(value.words))}"
    if value.separator:
        yield f"separator {_fish_quoted(value.separator)}"
    if value.optional:
        yield "optional 1"
