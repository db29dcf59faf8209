"""What `clore help TOPIC` prints, made from the tables that the program itself runs by."""

from __future__ import annotations

import difflib
import inspect
from typing import Any, Callable, Dict, List, NamedTuple, Sequence, Tuple

import click

from . import output
from .columns import Column
from .options import root_options
from .output_options import output_options
from .status import MEANING
from .tree import find

_WIDTH = 80
Rows = List[Tuple[str, str]]


class Topic(NamedTuple):
    """A topic: what it is about in one line, and what writes its text."""

    about: str
    write: Callable[[click.HelpFormatter], None]


def help_text(words: Sequence[str]) -> str:
    """The text of a topic, the help of a command, or without ``words`` the list of topics.

    Raises:
        click.UsageError: there is neither a topic nor a command of that name.
    """
    if not words:
        return _written(_index)
    if len(words) == 1 and words[0] in TOPICS:
        return _written(TOPICS[words[0]].write)
    root = find(()).command
    known = [*TOPICS, *(root.list_commands(find(())) if isinstance(root, click.Group) else ())]
    if words[0] not in known:
        near = difflib.get_close_matches(words[0], known, n=1)
        tail = f"did you mean {near[0]!r}?" if near else "'clore help' lists the topics."
        raise click.UsageError(f"no topic or command {words[0]!r}; {tail}")
    return find(words).get_help()


def _written(write: Callable[[click.HelpFormatter], None]) -> str:
    formatter = click.HelpFormatter(width=_WIDTH)
    write(formatter)
    return formatter.getvalue()


def _index(out: click.HelpFormatter) -> None:
    with out.section("Topics"):
        out.write_dl([(name, topic.about) for name, topic in TOPICS.items()])
    out.write_paragraph()
    out.write_text(
        "'clore help TOPIC' explains one, 'clore help COMMAND' a command; 'clore --help' lists"
        " the commands."
    )


def _exit_codes(out: click.HelpFormatter) -> None:
    out.write_text("The exit status tells scripts how a command ended:")
    _table(out, [(str(status.value), meaning) for status, meaning in MEANING.items()])
    _text(
        out,
        "A failure prints 'error:' and, where something can be done, 'hint:' on stderr; stdout is"
        " then empty or holds what was done before. 'clore ssh' and 'clore sandbox run' pass on"
        " the status of the program that they run.",
    )


def _environment(out: click.HelpFormatter) -> None:
    from .manual import ENVIRONMENT  # only this topic needs it

    out.write_text("Options that have a variable, which the command line comes before:")
    options = [*root_options(), *output_options([], single=False)]
    _table(out, [(str(o.envvar), f"{o.opts[-1]}: {o.help}") for o in options if o.envvar])
    _text(out, "Other variables:")
    _table(out, list(ENVIRONMENT.items()))


def _formats(out: click.HelpFormatter) -> None:
    out.write_text(
        "Every command that prints data takes -o FORMAT; --json and --csv are short forms, and"
        " CLORE_OUTPUT sets the default."
    )
    _table(out, [(name, _first_line(form)) for name, form in output.FORMATS.items()])
    _text(
        out,
        "Data is on stdout, everything else on stderr. Keys are stable, with the unit in the"
        " name; keys are only added within a major version. 'clore schema COMMAND' prints them"
        " as JSON Schema. Values in JSON, CSV and TSV are raw; one that is missing is null or"
        " empty, never 0. Amounts have the digits that the API sent.",
    )
    _text(out, "These options go with every list, most of them with single objects:")
    chosen = [o for o in output_options([], single=False) if o.opts[-1] not in _SHOWN]
    _table(out, [(_usage(o), _short_help(o)) for o in chosen])
    _text(
        out,
        "A table of several rows leaves some columns out; the other formats have all. On a"
        " terminal, long texts in a table are cut to fit its width; in a pipe nothing is cut.",
    )
    _text(
        out,
        "Secrets are masked in every format, with --raw too. 'clore api' prints what the API"
        " sent, its secrets included.",
    )


_SHOWN = ("--output", "--json", "--csv")


def _first_line(form: Callable[..., str]) -> str:
    return (inspect.getdoc(form) or "").split("\n")[0]


def _usage(option: click.Option) -> str:
    return option.opts[-1] + (f" {option.metavar}" if option.metavar else "")


def _short_help(option: click.Option) -> str:
    return (option.help or "").partition(": ")[0].rstrip(".") + "."


def _query(out: click.HelpFormatter) -> None:
    out.write_text(
        "Terms choose offers in 'clore search' and 'clore rent'. A word alone matches the GPU's"
        " name, regardless of case, spaces and hyphens. Any other term is FIELD OP VALUE, and all"
        " of them must hold:"
    )
    _example(out, "clore search 4090 'gpus>=2' 'price<=0.40/h' 'country in DE,NL'")
    _table(out, list(_OPERATORS.items()))
    _text(
        out,
        "Quote a term, because < and > mean something to the shell. A value may have a unit:"
        " 64GB, 0.4/h, 9/day; 1 TB is 1000 GB. RAM is as the host reports it, so that a machine"
        " sold with 64 GB may have 63. A value that is missing never matches. --explain tells on"
        " stderr how many offers each term removed. Fields:",
    )
    _table(out, [_field(column) for column in _search_columns()])


_OPERATORS = {
    "= !=": "equal or not; for texts regardless of case.",
    "< <= > >=": "less, at most, more, at least.",
    "~": "the text contains the value.",
    "in": "one of several values, separated by commas.",
}


def _search_columns() -> List[Column]:
    command: Any = find(["search"]).command
    columns: List[Column] = command.columns
    return columns


def _field(column: Column) -> Tuple[str, str]:
    kind = "any of several strings" if column.kind == "array" else column.kind or "text"
    about = f"{kind}; {column.about}" if column.about else kind
    return ", ".join((column.key, *column.aliases)), about


def _plugins(out: click.HelpFormatter) -> None:
    out.write_text(
        "Every installed Python distribution can add commands: it names them in the entry-point"
        " group clore_cli.plugins. A command takes the App first and returns rows; formats,"
        " columns, sorting, exit statuses and error texts come from clore:"
    )
    _example(
        out,
        "from clore_cli.plugin import App, Column, command",
        "",
        '@command(columns=[Column("id"), Column("gpu_model")])',
        "def mine(app: App) -> object:",
        '    """List offers of 4090s."""',
        '    return app.client.marketplace(gpu="4090")',
    )
    _text(out, "In its setup.cfg:")
    _example(out, "[options.entry_points]", "clore_cli.plugins =", "    mine = my_package:mine")
    _text(
        out,
        "Plugins are imported when their command runs, and not before. A built-in command keeps"
        " its name, and a plugin that cannot be loaded harms no other command."
        " 'clore plugins list' shows what is installed and whether it works;"
        " CLORE_NO_PLUGINS=1 leaves all plugins out.",
    )


def _table(out: click.HelpFormatter, rows: Rows) -> None:
    out.write_paragraph()
    with out.indentation():
        out.write_dl(rows, col_max=28)


def _text(out: click.HelpFormatter, text: str) -> None:
    out.write_paragraph()
    out.write_text(text)


def _example(out: click.HelpFormatter, *lines: str) -> None:
    out.write_paragraph()
    for line in lines:
        out.write(f"    {line}".rstrip() + "\n")


TOPICS: Dict[str, Topic] = {
    "environment": Topic("The environment variables that clore reads.", _environment),
    "exit-codes": Topic("What the exit status of a command means.", _exit_codes),
    "formats": Topic("How data is printed, and how to choose and order it.", _formats),
    "plugins": Topic("How to add commands of your own.", _plugins),
    "query": Topic("How to say which offers you want.", _query),
}
