"""`clore cancel`: ends orders, each on its own, and says what became of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Dict, List, NamedTuple, Optional, Tuple

from clore_cli.plugin import (
    API_EXITS,
    App,
    CloreAPIError,
    Column,
    CommandError,
    IntRange,
    argument,
    cells,
    command,
    completing,
    option,
)

from .stopping import interruptible, status_of

if TYPE_CHECKING:
    from clore_client.account_cache import KeptOrder

COLUMNS = [
    Column(
        "order_id",
        "ORDER",
        align="right",
        aliases=("id",),
        kind="integer",
        about="the number of the order",
    ),
    Column("status", kind="string", about="cancelled, already ended or failed"),
    Column("error", kind="string", about="why it failed"),
]


@command(
    columns=COLUMNS,
    section="renting",
    more="Billing ends with the order. A bid that waits costs nothing, and is withdrawn in the same"
    " way.",
    arguments={"ORDER_ID": "One order or several, as 'clore orders' lists them."},
    examples=[
        ("clore cancel 1939941", "End an order, after a question."),
        ("clore cancel 1939941 1939942 --yes", "End two without being asked, as in a script."),
        (
            "clore cancel 1939941 --issue 'GPU 2 is gone since 14:00 UTC'",
            "Tell the marketplace what was wrong with the server.",
        ),
        (
            "clore orders -o tsv --no-header --columns id | xargs clore cancel --yes",
            "End everything that runs.",
        ),
    ],
    exits={
        **API_EXITS,
        0: "Every order has ended, also where it had ended before.",
        4: "You have no such order.",
    },
    see=["orders", "spend", "wait"],
)
@argument(
    "order_ids",
    metavar="ORDER_ID...",
    nargs=-1,
    required=True,
    type=IntRange(min=1),
    shell_complete=completing.orders,
)
@option("--issue", metavar="TEXT", help="Report what was wrong with the server.")
@option("-y", "--yes", is_flag=True, help="Do not ask.")
def cancel(app: App, order_ids: Tuple[int, ...], issue: Optional[str], yes: bool) -> List[Outcome]:
    """End orders or withdraw spot bids.

    What is on the rented machine is lost. An order that had ended already counts as cancelled.
    When some fail, the others are cancelled all the same; the exit status is that of the first
    failure.
    """
    wanted = list(dict.fromkeys(order_ids))
    if not yes:
        app.confirm(_question(app, wanted), yes=yes)
    outcomes: List[Outcome] = []
    try:
        with interruptible(), app.progress(total=len(wanted)) as progress:
            for order_id in wanted:
                if len(wanted) > 1:
                    progress.update(f"Cancelling order {order_id}", len(outcomes))
                outcomes.append(_cancel(app, order_id, issue))
    except KeyboardInterrupt as error:  # those that are done are printed all the same
        app.failure = _interrupted(wanted[len(outcomes) :], status_of(error))
    return outcomes


def _question(app: App, wanted: List[int]) -> str:
    """What is asked, with what the orders are as far as this computer has seen them."""
    from clore_client import account_cache, config, profiles

    profile = profiles.chosen(app.settings.profile)
    address = config.base_url(app.settings.base_url, profile)
    seen = {order.id: order for order in account_cache.orders(address, profile)}
    names = [_named(number, seen.get(number)) for number in wanted]
    if len(wanted) > 1:
        return f"Cancel orders {', '.join(names)}? What is on the machines is lost."
    return f"Cancel order {names[0]}? What is on the machine is lost."


def _named(number: int, seen: Optional[KeptOrder]) -> str:
    """The order's number, its GPUs and its server; a number mistyped is mostly not known."""
    if seen is None:
        return f"{number} (not among the orders seen last)"
    server = None if seen.server_id is None else f"server {seen.server_id}"
    known = ", ".join(part for part in (seen.gpu and cells.gpu(seen.gpu), server) if part)
    return f"{number} ({known})" if known else str(number)


class Outcome(NamedTuple):
    """What became of one order; ``raw`` is the API's answer."""

    order_id: int
    status: str
    error: Optional[str]
    raw: Dict[str, Any]


def _cancel(app: App, order_id: int, issue: Optional[str]) -> Outcome:
    try:
        answer = app.client.cancel_order(order_id, issue=issue)
    except CloreAPIError as error:
        app.fail_later(error)
        return Outcome(order_id, "failed", error.message, error.response or {})
    status = "already ended" if answer.get("already_ended") else "cancelled"
    return Outcome(order_id, status, None, answer)


def _interrupted(rest: List[int], status: int) -> CommandError:
    if not rest:
        return CommandError("interrupted.", status=status)
    current, *others = rest
    untouched = f", and not done: {', '.join(map(str, others))}" if others else ""
    return CommandError(
        f"interrupted; not known: order {current}{untouched}.",
        hint="Run the same command again: an order that has ended counts as cancelled.",
        status=status,
    )
