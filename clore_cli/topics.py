"""The pages about no single command, made from the tables that the program itself runs by."""

from __future__ import annotations

import inspect
from typing import Any, Callable, Dict, List, NamedTuple, Sequence

from . import output
from .columns import Column
from .manual import RELEASED, SOURCE, column_rows, examples, references
from .options import root_options
from .output_options import output_options
from .pages import (
    Example,
    Items,
    Page,
    Paragraph,
    Section,
    Span,
    Usage,
    inline,
    italic,
    items,
    paragraphs,
)
from .quantities import measure
from .status import MEANING
from .surroundings import ENVIRONMENT, FILES
from .tree import find
from .usage import option_names, short_help


class Topic(NamedTuple):
    """A topic: what it is about in one sentence, what makes its sections, and related pages."""

    about: str
    sections: Callable[[], Sequence[Section]]
    see: Sequence[str]


def page(name: str) -> Page:
    """The page about the topic ``name``, which is one of `TOPICS`."""
    topic = TOPICS[name]
    related = references(["clore", *(f"clore-{other}" for other in topic.see)])
    sections = [*topic.sections(), Section("SEE ALSO", [Paragraph(related)])]
    return Page(f"clore-{name}", 7, topic.about.rstrip("."), SOURCE, RELEASED, sections)


def _exit_codes() -> List[Section]:
    return [
        Section(
            "DESCRIPTION",
            [
                *paragraphs("The exit status tells scripts how a command ended:"),
                items([(str(status.value), text) for status, text in MEANING.items()]),
                *paragraphs(
                    "A failure prints 'error:' and, where something can be done, 'hint:' on stderr;"
                    " stdout is then empty or holds what was done before. When several things were"
                    " to be done, as with 'clore cancel', the status is that of the first failure."
                    "\n\n'clore ssh' and 'clore sandbox run' pass on the status of the program that"
                    " they run; it is 127 when there is no such program."
                ),
            ],
        ),
        Section("MONEY", paragraphs(_UNKNOWN)),
        Section(
            "EXAMPLES",
            examples(
                [
                    (
                        'clore wait 1939941 --for ssh || echo "exit status $?"',
                        "Wait for a machine, and tell how it went.",
                    ),
                    (
                        "clore rent 4090 --max-price 0.40 --yes\n[ $? -ne 9 ] || clore reconcile",
                        "Rent, and find out what became of it where that is not known.",
                    ),
                ]
            ),
        ),
    ]


_UNKNOWN = (
    "9 is about money: the answer to an attempt to rent was lost, so that there may be an order,"
    " which costs money. Run 'clore reconcile' before you rent again; it also knows of attempts"
    " that were interrupted or killed. A 'clore deploy --wait' that ends with 8 has made its order,"
    " which goes on."
)


def _environment() -> List[Section]:
    options = [*root_options(), *output_options([], single=False)]
    rows = [(str(o.envvar), f"{o.opts[-1]}: {o.help}") for o in options if o.envvar]
    return [
        Section(
            "DESCRIPTION",
            paragraphs(
                "What clore reads from its environment. A setting is taken from the option, then"
                " from the variable, then from the configuration file; the API key never comes from"
                " an option."
            ),
        ),
        Section("OPTIONS", [*paragraphs("Options that have a variable:"), items(rows)]),
        Section("VARIABLES", [items(list(ENVIRONMENT.items()))]),
        Section("FILES", [Items([(inline(k), inline(v)) for k, v in FILES.items()])]),
        Section(
            "EXAMPLES",
            examples(
                [
                    ("CLORE_PROFILE=work clore orders", "The orders of another account."),
                    ("export CLORE_OUTPUT=json", "Print JSON from here on, in a script."),
                    (
                        "CLORE_API_KEY_FILE=/run/secrets/clore clore wallets",
                        "Take the key from a file, as in a container.",
                    ),
                ]
            ),
        ),
    ]


def _formats() -> List[Section]:
    chosen = [o for o in output_options([], single=False) if o.opts[-1] not in _SHOWN]
    return [
        Section(
            "DESCRIPTION",
            [
                *paragraphs(
                    "Every command that prints data takes -o FORMAT; --json and --csv are short"
                    " forms, and CLORE_OUTPUT sets the default. Data is on stdout, everything else"
                    " on stderr."
                ),
                items([(name, _first_line(form)) for name, form in output.FORMATS.items()]),
                *paragraphs(
                    "'clore ssh-config' and 'clore open' have the format text as well, which is"
                    " what other programs read; it is their default."
                ),
            ],
        ),
        Section(
            "OPTIONS",
            [
                *paragraphs("These go with every list, most of them with single objects:"),
                Items([(tuple(option_names(o)), inline(short_help(o))) for o in chosen]),
            ],
        ),
        Section("TABLES", paragraphs(_TABLES)),
        Section("KEYS AND VALUES", paragraphs(_KEYS)),
        Section("SECRETS", paragraphs(_SECRETS)),
        Section(
            "EXAMPLES",
            examples(
                [
                    (
                        "clore search 4090 --json | jq '.[0].id'",
                        "The number of the cheapest 4090.",
                    ),
                    (
                        "clore orders --csv --columns id,gpu,price_per_day,currency > orders.csv",
                        "Some columns for a spreadsheet.",
                    ),
                    (
                        "clore search --sort -reliability,price --limit 10",
                        "The ten most reliable servers, of equals the cheapest first.",
                    ),
                    (
                        "clore orders -o tsv --no-header --columns id | xargs -n 1 clore order",
                        "A command for each order.",
                    ),
                ]
            ),
        ),
    ]


_TABLES = (
    "A table of several rows leaves some columns out; the other formats have all. On a terminal,"
    " columns are added where it is wide and left out where it is narrow, and long texts are cut to"
    " fit; in a pipe nothing is cut. Numbers are rounded for reading, and prices are shown per hour"
    " and per day."
)
_KEYS = (
    "Keys are stable, with the unit in the name, such as price_usd_per_hour or ram_gb; keys are"
    " only added within a major version. 'clore schema COMMAND' prints them as JSON Schema. Values"
    " in JSON, CSV and TSV are raw; one that is missing is null or empty, never 0. Amounts have the"
    " digits that the API sent.\n\nA list is an array, also one without rows; a single thing is an"
    " object. --raw prints the API's own objects instead, under the API's own names."
)
_SECRETS = (
    "Secrets are masked in every format, with --raw too. 'clore api' prints what the API sent, its"
    " secrets included. What hosts call their machines is made harmless for your terminal;"
    " --csv-safe does the same for your spreadsheet."
)
_SHOWN = ("--output", "--json", "--csv")


def _first_line(form: Callable[..., str]) -> str:
    return (inspect.getdoc(form) or "").split("\n")[0]


def _query() -> List[Section]:
    columns = _search_columns()
    one, more = (italic("TERM"),), (Span("["), italic("TERM"), Span("...]"))
    return [
        Section("SYNOPSIS", [Usage("clore search", [more]), Usage("clore rent", [one, more])]),
        Section(
            "DESCRIPTION",
            [
                *paragraphs(
                    "Terms choose offers in 'clore search' and 'clore rent'. A word alone matches"
                    " the GPU's name, regardless of case, spaces and hyphens. Any other term is"
                    " FIELD OP VALUE, and all of them must hold:",
                    {"FIELD", "OP", "VALUE"},
                ),
                Example([_QUERY[0][0]]),
                *paragraphs(
                    "Quote a term, because < and > mean something to the shell. A value that is"
                    " missing never matches. --explain tells on stderr how many offers each term"
                    " removed."
                ),
            ],
        ),
        Section("OPERATORS", [items(list(_OPERATORS.items()))]),
        Section("UNITS", [*paragraphs(_UNITS), items(_units(columns))]),
        Section("FIELDS", [*paragraphs(_FIELDS), column_rows(columns)]),
        Section("EXAMPLES", examples(_QUERY)),
    ]


_OPERATORS = {
    "= !=": "equal or not; for texts regardless of case.",
    "< <= > >=": "less, at most, more, at least.",
    "~": "the text contains the value.",
    "in": "one of several values, separated by commas.",
}
_UNITS = (
    "A value may have a unit behind it; without one it counts in the unit that the field's name"
    " ends in. A price may have a $ in front. 1 TB is 1000 GB. RAM is as the host reports it, so"
    " that a machine sold with 64 GB may have 63."
)
_FIELDS = (
    "The fields are the columns of 'clore search', with their short names. With --spot, price is"
    " the spot price. A field that is true or false takes yes and no."
)
_QUERY = [
    (
        "clore search 4090 'gpus>=2' 'price<=0.80/h' 'country in DE,NL'",
        "At least two 4090s in Germany or the Netherlands for at most 0.80 USD per hour.",
    ),
    (
        "clore search gpu=rtx-4090 'ram>=60GB' 'rel>=99%'",
        "The RTX 4090 and no variant of it, with enough RAM, that is nearly always there.",
    ),
    (
        "clore search 'vram>=24GB' 'price<=9/day' 'lease>=7d'",
        "Any GPU with 24 GB, priced per day, that can be had for a week.",
    ),
    (
        "clore search 'cuda>=12.4' 'down>=1gbps' 'coins~clore' --explain",
        "By CUDA version, bandwidth and coin, and what each term removed.",
    ),
]


def _units(columns: Sequence[Column]) -> List[Any]:
    """What fits the fields, by the units that they are measured in."""
    fields: Dict[str, List[str]] = {}
    for column in columns:
        listed = measure(column.key).listed
        if listed:
            fields.setdefault(listed, []).append(
                column.aliases[0] if column.aliases else column.key
            )
    return [(listed, f"for {', '.join(names)}.") for listed, names in fields.items()]


def _search_columns() -> List[Column]:
    command: Any = find(["search"]).command
    columns: List[Column] = command.columns
    return columns


def _plugins() -> List[Section]:
    return [
        Section(
            "DESCRIPTION",
            paragraphs(
                "Every installed Python distribution can add commands: it names them in the"
                " entry-point group clore_cli.plugins. A command takes the App first and returns"
                " rows; formats, columns, sorting, exit statuses, error texts and the manual page"
                " come from clore.\n\nPlugins are imported when their command runs, and not before."
                " A built-in command keeps its name, and a plugin that cannot be loaded harms no"
                " other command. 'clore plugins list' shows what is installed and whether it"
                " works; CLORE_NO_PLUGINS=1 leaves all plugins out."
            ),
        ),
        Section(
            "A COMMAND",
            [
                *paragraphs("In my_package.py:"),
                Example(_PLUGIN),
                *paragraphs("In its setup.cfg:"),
                Example(
                    ["[options.entry_points]", "clore_cli.plugins =", "    mine = my_package:mine"]
                ),
                *paragraphs(_DECORATOR),
            ],
        ),
        Section("ITS MANUAL PAGE", paragraphs(_PAGE)),
        Section("ITS TESTS", paragraphs(_TESTS)),
        Section(
            "EXAMPLES",
            examples(
                [
                    ("clore plugins list", "The plugins that are installed."),
                    (
                        "clore help --roff mine > man/clore-mine.1",
                        "The manual page, to be shipped with the plugin.",
                    ),
                ]
            ),
        ),
    ]


_PLUGIN = (
    "from __future__ import annotations",
    "",
    "from clore_cli.plugin import App, Column, command",
    "",
    "@command(",
    '    columns=[Column("id"), Column("gpu_model")],',
    '    examples=[("clore mine --json", "All of them, for a script.")],',
    ")",
    "def mine(app: App) -> object:",
    '    """List offers of 4090s."""',
    '    return app.client.marketplace(gpu="4090")',
)
_DECORATOR = (
    "clore_cli.plugin is all that a command needs, and is kept compatible within a major version."
    " app.client is the SDK's client with the user's key and settings; app.note and app.warn tell"
    " something on stderr, and app.confirm asks before something costs money."
)
_PAGE = (
    "'clore help NAME' shows a plugin's page like any other. 'clore help --roff NAME' prints its"
    " source; ship it in the wheel as share/man/man1/clore-NAME.1, and man(1) finds it. The page is"
    " made from the help texts, the columns and what the decorator is told: examples, more (further"
    " paragraphs), arguments, exits, environment, files and see."
)
_TESTS = (
    "Where clore is installed, pytest has a fixture called clore: a function that runs the command"
    " against a marketplace of the test's own, with no account and no network."
)

TOPICS: Dict[str, Topic] = {
    "environment": Topic(
        "The environment variables that clore reads.", _environment, ["auth", "config"]
    ),
    "exit-codes": Topic(
        "What the exit status of a command means.", _exit_codes, ["reconcile", "wait"]
    ),
    "formats": Topic(
        "How data is printed, and how to choose and order it.", _formats, ["schema", "query(7)"]
    ),
    "plugins": Topic("How to add commands of your own.", _plugins, ["plugins", "help"]),
    "query": Topic("How to say which offers you want.", _query, ["search", "rent", "formats(7)"]),
}
