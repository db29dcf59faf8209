"""`clore watch`: which offers are new, gone and cheaper, as it happens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterable, Iterator, Optional, Tuple

from clore_cli.plugin import (
    API_EXITS,
    App,
    Choice,
    FloatRange,
    IntRange,
    Status,
    StreamCommand,
    argument,
    command,
    completing,
    option,
)

from .events import COLUMNS, lines
from .policy import DEARER, EVENTS, SETTLE

if TYPE_CHECKING:
    from .events import Event

#: Seconds. The API answers one request a second, and others of this account want some of them.
SHORTEST = 5
INTERVAL = 60

EXAMPLES = [
    ("clore watch 4090 --below 0.30/h", "RTX 4090s at 0.30 USD per hour or less."),
    (
        "clore watch --watch 'big: gpus>=4 4090' --watch 'eu: country in DE,NL,FI' --json",
        "Several watches with one request, as JSON lines.",
    ),
    (
        "clore watch 4090 --changes-only --exec 'notify-send \"clore watch\"'",
        "Run a command for whatever changes.",
    ),
    ("clore watch a100 --once --csv", "What there is now, and no more."),
]
EXITS = {
    **API_EXITS,
    Status.AUTH: "There is a key, but it cannot be read, or the API does not accept it.",
    143: "SIGTERM has ended it.",
}
ENVIRONMENT = {
    "CLORE_WATCH_EVENT": (
        "For the CMD of --exec: what has happened. There is one such variable for each column,"
        " with the column's name in capitals; it is empty where nothing is known."
    ),
}


@command(
    cls=StreamCommand,
    columns=COLUMNS,
    text=lines,
    section="market",
    empty="Nothing to tell.",
    arguments={"TERMS": "Words of the GPU's name, and conditions: see clore-query(7)."},
    examples=EXAMPLES,
    exits=EXITS,
    environment=ENVIRONMENT,
    files={"~/.clore/cache/": "The last answer of the marketplace, which several watches share."},
    see=["search", "spot", "query(7)"],
)
@argument("terms", nargs=-1, shell_complete=completing.terms)
@option(
    "--watch",
    "named",
    metavar="'NAME: TERMS'",
    multiple=True,
    help="Another watch, with a name; may be given several times.",
)
@option("--below", metavar="PRICE", help="At this price or lower, as 0.30/h or 7/day.")
@option("--spot", is_flag=True, help="Watch the lowest bids in place of on-demand prices.")
@option(
    "--interval",
    metavar="SECONDS",
    type=FloatRange(min=SHORTEST),
    default=INTERVAL,
    show_default=True,
    help="Time between two looks.",
)
@option(
    "--settle",
    metavar="LOOKS",
    type=IntRange(min=1),
    default=SETTLE,
    show_default=True,
    help="How many looks in a row must agree that an offer is gone or dearer.",
)
@option(
    "--event",
    "wanted",
    type=Choice(EVENTS),
    multiple=True,
    help="Tell this kind of event only; may be given several times.  [default: all but dearer]",
)
@option("--changes-only", is_flag=True, help="Do not begin with what is on offer already.")
@option("--once", is_flag=True, help="Tell what is on offer now, and end.")
@option("--looks", metavar="N", type=IntRange(min=1), help="End after so many looks.")
@option("--exec", "program", metavar="CMD", help="Run CMD for each event.")
def watch(
    app: App,
    terms: Tuple[str, ...],
    named: Tuple[str, ...],
    below: Optional[str],
    spot: bool,
    interval: float,
    settle: int,
    wanted: Tuple[str, ...],
    changes_only: bool,
    once: bool,
    looks: Optional[int],
    program: Optional[str],
) -> Iterable[Event]:
    """Tell which offers are new, gone and cheaper, as it happens.

    TERMS are those of 'clore search': words of the GPU's name and conditions. An offer is new
    when it can be rented and matches, and gone when it no longer does. It begins with what
    matches now, then looks once a minute. With -o jsonl or --json each event is one line of JSON.

    What flickers is not told: an offer is gone when three looks in a row lack it, and one that
    is back within half an hour is told when it has become cheaper, or else after that time. It is
    cheaper at 1 % and at 0.01 USD per day below what it cost before: the lowest price told, or a
    higher one that has lasted.

    CMD is split into words as by a shell, but no shell runs it. It finds the event as JSON on its
    stdin and in variables such as CLORE_WATCH_EVENT, CLORE_WATCH_ID, CLORE_WATCH_GPU and
    CLORE_WATCH_PRICE_USD_PER_HOUR. What it prints goes to stderr. It may take 60 seconds; when it
    fails, that is told and the watch goes on.

    The watch outlasts network errors. All watches of one command share a request, and so do
    several commands on one computer. Needs no API key.
    """
    from .hook import Hook
    from .rounds import Rounds
    from .watches import Watches, parsed

    watches = Watches(parsed(terms, named, below=below, spot=spot), spot=spot, settle=settle)
    if program is not None:
        app.when_shown(Hook(app, program))
    rounds = Rounds(app, watches, interval, 1 if once else looks, changes_only, hasty=once)
    told = wanted or [event for event in EVENTS if event != DEARER]
    events = (event for event in rounds.events() if event.event in told)
    # A single look is a table with a header. CMD must be ended by what ends the watch.
    return list(events) if once and program is None else _until_stopped(events)


def _until_stopped(events: Iterator[Event]) -> Iterator[Event]:
    from clore_cli.plugin import stoppable

    with stoppable():
        yield from events
