"""`clore wait`: returns when an order runs, can be logged in to, or is gone."""

from __future__ import annotations

from clore_cli.plugin import (
    API_EXITS,
    App,
    Choice,
    FloatRange,
    IntRange,
    argument,
    command,
    completing,
    option,
)

from . import waiting
from .orders import COLUMNS, Listed, listed


@command(
    columns=COLUMNS,
    single=True,
    section="renting",
    examples=[
        ("clore wait 1939941", "Return when the machine runs."),
        (
            "clore wait 1939941 --for ssh -q > /dev/null && clore ssh 1939941",
            "Log in as soon as that is possible.",
        ),
        (
            "clore wait 1939941 --for gone --timeout 86400 --interval 60",
            "Return when the order has ended, looking once a minute for a day.",
        ),
    ],
    exits={
        **API_EXITS,
        4: "You have no such order, or it has ended; with --for gone that is success.",
        8: "It took longer than --timeout; the order goes on.",
    },
    see=["deploy", "orders", "ssh"],
)
@argument("order_id", type=IntRange(min=1), shell_complete=completing.orders)
@option(
    "--for",
    "goal",
    type=Choice([waiting.RUNNING, waiting.SSH, waiting.GONE]),
    default=waiting.RUNNING,
    show_default=True,
    help="Until it runs, its SSH server answers, or it has ended.",
)
@option(
    "--timeout",
    metavar="SECONDS",
    type=FloatRange(min=0),
    default=waiting.TIMEOUT,
    show_default=True,
    help="Give up after so long. In front of 'wait' it is the limit of one request.",
)
@option(
    "--interval",
    metavar="SECONDS",
    type=FloatRange(min=0, min_open=True),
    default=waiting.INTERVAL,
    show_default=True,
    help="Time between two looks.",
)
def wait(app: App, order_id: int, goal: str, timeout: float, interval: float) -> Listed:
    """Wait for an order, and show it.

    The exit status is 8 when it takes too long, and 4 when there is no such order or it has
    ended. The order itself is left alone.
    """
    return listed(app, waiting.Watch(app, goal, timeout, interval).wait(order_id))
