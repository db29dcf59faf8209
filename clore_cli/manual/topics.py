"""The pages about no single command, made from the tables that the program itself runs by."""

from __future__ import annotations

import inspect
from typing import Callable, Dict, List, NamedTuple, Sequence

from clore_cli import output
from clore_cli.options import root_options
from clore_cli.output_options import output_options
from clore_cli.status import MEANING

from . import topic_plugins, topic_query
from .command_page import RELEASED, SOURCE, examples, references
from .pages import (
    Items,
    Page,
    Paragraph,
    Section,
    inline,
    items,
    paragraphs,
)
from .surroundings import ENVIRONMENT, FILES
from .usage import about, option_names, short_help


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
    rows = [(str(o.envvar), f"{o.opts[-1]}: {about(o)}") for o in options if o.envvar]
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
        Section("EXAMPLES", examples(_FORMAT_EXAMPLES)),
    ]


_FORMAT_EXAMPLES = [
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
    "plugins": Topic(
        "How to add commands of your own.", topic_plugins.sections, ["plugins", "help"]
    ),
    "query": Topic(
        "How to say which offers you want.", topic_query.sections, ["search", "rent", "formats(7)"]
    ),
}
