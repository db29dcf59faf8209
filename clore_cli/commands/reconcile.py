"""`clore reconcile`: what became of attempts to rent whose outcome was unknown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Iterator, List, Optional

from clore_cli.plugin import (
    API_EXITS,
    App,
    Column,
    CommandError,
    Shown,
    Status,
    cells,
    command,
    completing,
    iso_utc,
    option,
)

if TYPE_CHECKING:
    from clore_client.models import Reconciled

COLUMNS = [
    Column(
        "server_id",
        "SERVER",
        align="right",
        kind="integer",
        about="the first server that was asked for",
    ),
    Column("outcome", whole=True, kind="string", about="found, none or unknown"),
    Column("order_id", "ORDER", align="right", kind="integer", about="the order that was found"),
    Column("order_status", "STATUS", whole=True, kind="string", about="of that order"),
    Column("type", kind="string", about="on-demand, spot or gigaspot"),
    Column(
        "sent_at",
        "SENT",
        get=lambda row: iso_utc(int(row.sent_at)),
        whole=True,
        kind="string",
        about="ISO 8601, UTC",
    ),
    Column("id", extra=True, whole=True, kind="string", about="of the attempt, for --dismiss"),
    Column("operation", extra=True, kind="string", about="what was attempted, as create_order"),
    Column(
        "server_ids",
        format=cells.listing,
        extra=True,
        kind="array",
        about="all servers that were asked for",
    ),
    Column(
        "order_ids",
        format=cells.listing,
        extra=True,
        kind="array",
        about="all orders that were found",
    ),
]


def _on_record(*_: Any) -> Iterator[str]:
    """The ids of the attempts in the journal, whoever's they are."""
    from clore_client import config

    for file in (config.directory() / "attempts").glob("*.json"):
        yield file.stem


@command(
    columns=COLUMNS,
    section="renting",
    empty="No attempt to rent is in doubt.",
    examples=[
        ("clore reconcile", "What became of attempts that ended with status 9, or were killed."),
        (
            "clore reconcile --json | jq '.[] | select(.outcome == \"found\") | .order_id'",
            "The orders that were found.",
        ),
        (
            "while clore reconcile; [ $? -eq 9 ]; do sleep 60; done",
            "Ask until everything is known.",
        ),
        (
            "clore reconcile --columns id,server_id,sent_at\nclore reconcile --dismiss 3f2a",
            "Forget an attempt that you have looked into yourself, by the beginning of its id.",
        ),
    ],
    exits={
        **API_EXITS,
        4: "With --dismiss: no attempt on record has such an id.",
        9: "It is too early to tell what became of some attempts.",
    },
    files={"~/.clore/attempts/": ""},
    see=["deploy", "rent", "orders", "cancel"],
)
@option(
    "--dismiss",
    metavar="ID",
    shell_complete=completing.values(_on_record),
    help="Forget the attempt with this id, although it is unknown.",
)
@option("-y", "--yes", is_flag=True, help="Do not ask before it is forgotten.")
def reconcile(app: App, dismiss: Optional[str], yes: bool) -> List[Reconciled]:
    """Find out about earlier attempts to rent.

    Every attempt is written down before it is sent, so one that was killed or whose answer was
    lost is found here: "found" with its order, "none" when no order was made, or "unknown" as
    long as an order may still show up, which takes up to 10 minutes, or a day where the API had
    accepted it, and while it is under way; the exit status is 9 then. What is settled is shown
    until its row has been written.

    ID is the id of an attempt, or how it begins; --columns id shows it.
    """
    client = app.client
    results = client.reconcile(forget=False)
    if dismiss is not None:
        results = [_named(results, dismiss)]
        _ask(app, results[0], yes=yes)
    for result in results:
        if result.order_id is not None:  # also where --limit or a closed pipe hides the row
            app.note(f"Server {result.server_id} was rented: order {result.order_id}.")
    forgets = dismiss is not None
    app.when_shown(lambda shown: client.forget(_seen(shown), unknown=forgets))
    if not forgets and any(result.outcome == "unknown" for result in results):
        app.fail_later(
            CommandError(
                "it is too early to tell what became of some attempts.",
                hint="Run 'clore reconcile' again in some minutes, before you rent again.",
                status=Status.UNKNOWN,
            )
        )
    return results


def _named(results: List[Reconciled], beginning: str) -> Reconciled:
    """The attempt whose id begins so.

    Raises:
        CommandError: there is none, status 4; or there are several, status 2.
    """
    found = [one for one in results if beginning and one.id.startswith(beginning)]
    if len(found) == 1:
        return found[0]
    hint = "'clore reconcile --columns id,server_id,outcome' lists what is on record."
    if found:
        raise CommandError(
            f"{len(found)} attempts have an id that begins so; nothing was done.",
            hint=hint,
            status=Status.USAGE,
        )
    raise CommandError("no attempt has such an id.", hint=hint, status=Status.NOT_FOUND)


def _ask(app: App, result: Reconciled, *, yes: bool) -> None:
    """Ask before an attempt is forgotten of which there may be an order."""
    if result.under_way:
        raise CommandError(
            "another program is making this attempt right now; nothing was done.",
            hint="Let it come to its end, then run 'clore reconcile'.",
            status=Status.USAGE,
        )
    if result.outcome == "unknown":
        app.note("An order that came of it goes on costing money: see 'clore orders' first.")
        app.confirm(f"Forget the attempt to rent server {result.server_id}?", yes=yes)


def _seen(shown: Shown) -> List[Reconciled]:
    """What was printed, without the orders whose number was not: they would be lost."""
    numbered = not {"order_id", "order_ids"}.isdisjoint(shown.keys)
    return [row for row in shown.rows if numbered or row.order_id is None]
