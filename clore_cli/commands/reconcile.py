"""`clore reconcile`: what became of attempts to rent whose outcome was unknown."""

from __future__ import annotations

from typing import TYPE_CHECKING, List

from clore_cli.plugin import App, Column, CommandError, Status, cells, command, iso_utc

if TYPE_CHECKING:
    from clore_client.models import Reconciled

COLUMNS = [
    Column("server_id", "SERVER", align="right"),
    Column("outcome", whole=True),
    Column("order_id", "ORDER", align="right"),
    Column("order_status", "STATUS", whole=True),
    Column("type"),
    Column("sent_at", "SENT", get=lambda row: iso_utc(int(row.sent_at)), whole=True),
    Column("operation", extra=True),
    Column("server_ids", format=cells.listing, extra=True),
    Column("order_ids", format=cells.listing, extra=True),
]


@command(columns=COLUMNS, section="renting", empty="No attempt to rent is in doubt.")
def reconcile(app: App) -> List[Reconciled]:
    """Find out about earlier attempts to rent.

    Every attempt is written down before it is sent, so one that was killed or whose answer was
    lost is found here: "found" with its order, "none" when no order was made, or "unknown" as
    long as an order may still show up, which takes up to 10 minutes, and while it is under way;
    the exit status is 9 then. What is settled is shown until its rows have been written.
    """
    client = app.client
    results = client.reconcile(forget=False)
    for result in results:
        if result.order_id is not None:  # also where --limit or a closed pipe hides the row
            app.note(f"Server {result.server_id} was rented: order {result.order_id}.")
    app.when_shown(lambda: client.forget(results))
    if any(result.outcome == "unknown" for result in results):
        app.fail_later(
            CommandError(
                "it is too early to tell what became of some attempts.",
                hint="Run 'clore reconcile' again in some minutes, before you rent again.",
                status=Status.UNKNOWN,
            )
        )
    return results
