"""The page about `clore` itself: what it is, first steps, and where to read on."""

from __future__ import annotations

from typing import TYPE_CHECKING, List, Tuple

from clore_cli.options import root_options
from clore_cli.plugins import SECTIONS, PluginGroup
from clore_cli.status import MEANING

from .command_page import RELEASED, SOURCE, examples, references
from .pages import (
    FIXED_SPACE,
    Block,
    Example,
    Heading,
    Items,
    Line,
    Page,
    Paragraph,
    Section,
    Span,
    Usage,
    bold,
    inline,
    italic,
    items,
    paragraphs,
)
from .surroundings import ENVIRONMENT, FILES
from .topics import TOPICS
from .usage import option_rows, shown_options

if TYPE_CHECKING:
    import click


def page(ctx: click.Context) -> Page:
    """The page about the root command, whose context is ``ctx``."""
    return Page(
        "clore",
        1,
        "Rent GPU servers on the Clore.ai marketplace",
        SOURCE,
        RELEASED,
        [
            Section("SYNOPSIS", _synopsis()),
            Section("DESCRIPTION", paragraphs(_DESCRIPTION)),
            Section("FIRST STEPS", _first_steps()),
            Section("COMMANDS", _commands(ctx)),
            Section("GLOBAL OPTIONS", [*paragraphs(_GLOBAL), option_rows(_options(ctx), set())]),
            Section("OUTPUT", paragraphs(_OUTPUT)),
            Section("MONEY", paragraphs(_MONEY)),
            Section("YOUR KEY", paragraphs(_KEY)),
            Section("PLUGINS", paragraphs(_PLUGINS)),
            Section("EXAMPLES", examples(_EXAMPLES)),
            Section("EXIT STATUS", _statuses()),
            Section("ENVIRONMENT", _environment()),
            Section("FILES", [Items([(inline(k), inline(v)) for k, v in FILES.items()])]),
            Section("SEE ALSO", _related()),
        ],
    )


def _synopsis() -> List[Block]:
    option = (Span("["), italic("GLOBAL_OPTION"), Span("...]"))
    ending = (Span("["), italic("OPTION"), Span("...]"), Span(" ["), italic("ARGUMENT"))
    words: Line = (Span("["), italic("COMMAND"), Span(f"{FIXED_SPACE}|{FIXED_SPACE}"))
    return [
        Usage("clore", [option, (italic("COMMAND"),), (*ending, Span("...]"))]),
        Usage("clore help", [(*words, italic("TOPIC"), Span("]"))]),
        Usage("clore", [(bold("--version"), Span(f"{FIXED_SPACE}|{FIXED_SPACE}"), bold("--help"))]),
    ]


_DESCRIPTION = """
Clore.ai is a marketplace on which people rent out their GPU servers by the hour. With clore you
find a server, rent it, log in, keep an eye on what it costs, and give it back, from a terminal or a
script. Hosts set the prices of their servers with it.

At a terminal you see tables; a pipeline gets JSON or CSV with stable names. Prices are those of the
whole machine, and shown per hour and per day. Nothing is bought before you have been shown what
it costs and have said yes.

Not an official product of Clore.ai.
"""
_SANDBOX = """
A marketplace to practise on is built in. It needs no account and no network, and no money is spent:
put 'clore sandbox run --' in front of any command that you meet in these pages, such as:
"""
_STEPS: List[Tuple[str, str]] = [
    ("clore auth login", "Store the API key of your account, once."),
    (
        "clore search 4090 'price<=0.40/h' 'reliability>=99%'",
        "Find a server; this needs no key. The number in front is the server's.",
    ),
    (
        "clore deploy 23928 --wait ssh",
        "See what it costs, say yes, and wait until you can log in to the order that is printed.",
    ),
    ("clore ssh 1939941", "Log in to the machine of that order, with your own ssh."),
    (
        "clore cancel 1939941",
        "Give it back. What is on the machine is lost, and nothing more is paid.",
    ),
]


def _first_steps() -> List[Block]:
    try_it = Example(["clore sandbox run -- clore search 4090"])
    return [*paragraphs(_SANDBOX), try_it, *paragraphs("In earnest:"), *examples(_STEPS)]


def _commands(ctx: click.Context) -> List[Block]:
    """The built-in commands by section, from the table alone; plugins are named elsewhere."""
    group = ctx.command
    blocks: List[Block] = paragraphs("'clore help COMMAND' shows the page of one of them.")
    builtins = group.builtins.values() if isinstance(group, PluginGroup) else ()
    for section in SECTIONS:
        rows: List[Tuple[Line, Line]] = [
            ((bold(f"clore-{b.name}"), Span("(1)")), inline(b.help))
            for b in builtins
            if b.section == section
        ]
        blocks += [Heading(section.capitalize()), Items(rows, compact=True)] if rows else []
    return blocks


_GLOBAL = (
    "They go before the command or behind it. A variable counts where the option is not given."
)


def _options(ctx: click.Context) -> List[click.Option]:
    known = {option.name for option in root_options()}
    return [o for o in shown_options(ctx.command) if o.name in known or "--version" in o.opts]


_OUTPUT = """
Data goes to stdout and everything that is said about it to stderr. -o chooses table, json, jsonl,
csv or tsv; --columns, --sort and --limit choose and order what is shown. Keys are stable and have
their unit in the name; see clore-formats(7). Colour is for terminals only, there is never a pager,
and nothing ever looks for updates.
"""
_MONEY = """
'clore deploy' and 'clore rent' show the price per hour and per day, the fees and how long your
wallet lasts, then ask. The order names the price that you were shown: one that has moved since is
refused, not paid. Without a terminal to ask on, --yes must be there, or nothing is done. --dry-run
shows what would be sent.

One command makes at most one order. An attempt to rent is written down before it is sent, and is
never repeated when an order may have come of it; the exit status is 9 then, and 'clore reconcile'
finds out. 'clore spend' tells what runs and how long your money lasts.
"""
_KEY = """
'clore auth login' keeps the API key in your system's keyring, or in a file that only you can read.
It is typed or piped in, and no option takes it, so that it is in no list of processes and in no
history of a shell. 'clore config set api_key KEY' takes it as a word all the same; with - in its
place it is read from stdin. 'clore auth status' tells which key is used; --profile NAME keeps
several accounts apart.
"""
_PLUGINS = """
Other people's commands come with the Python distributions that you install beside clore, and are
listed by 'clore --help' and 'clore plugins list'. clore-plugins(7) shows how to write one.
"""
_EXAMPLES: List[Tuple[str, str]] = [
    (
        "clore rent 4090 'reliability>=99%' --max-price 0.40",
        "Rent the cheapest server that matches, or the next one when it has just gone.",
    ),
    ("clore search --group-by gpu", "See what each model costs."),
    (
        "clore search 4090 --json | jq '.[0].price_usd_per_hour'",
        "Use the price of the cheapest 4090 in a script.",
    ),
    ("clore spend", "See what runs, what it costs and how long it lasts."),
    ("clore completion bash --install", "Complete commands, options and values with TAB."),
]


def _statuses() -> List[Block]:
    rows = [(str(status.value), meaning) for status, meaning in MEANING.items()]
    return [items(rows), *paragraphs("clore-exit-codes(7) tells what to make of them in scripts.")]


def _environment() -> List[Block]:
    text = "Each global option has a variable, which it names above, and CLORE_OUTPUT sets -o."
    return [*paragraphs(text), items(list(ENVIRONMENT.items()))]


def _related() -> List[Block]:
    topics = references([f"clore-{name}(7)" for name in TOPICS])
    first = references(
        [f"clore-{name}" for name in ("auth", "deploy", "help", "sandbox", "search")]
    )
    return [Paragraph((*first, Span(", "), *topics)), *paragraphs("https://clore.ai")]
