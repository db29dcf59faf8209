"""`clore servers`: the servers that you rent out."""

from __future__ import annotations

from typing import List

from clore_cli.plugin import API_EXITS, App, command

from .hosting import COLUMNS, Hosted, listed


@command(
    columns=COLUMNS,
    section="hosting",
    empty="You rent out no servers.",
    examples=[
        ("clore servers", "Your servers, with status and prices in USD."),
        (
            "clore servers --columns name,status,coins,autoprice_coins",
            "What renters can pay with.",
        ),
        (
            "clore servers --json | jq -r '.[] | select(.status != \"Online\") | .name'",
            "Those that nobody can rent now, for an alarm.",
        ),
    ],
    exits=API_EXITS,
    see=["server-config", "server-set"],
)
def servers(app: App) -> List[Hosted]:
    """List the servers that you rent out.

    Prices are what renters pay for the whole machine, the spot price the lowest bid that is
    taken. 'clore server-config NAME' shows one in full.
    """
    return [listed(server) for server in app.client.my_servers()]
