"""`clore servers`: the servers that you rent out."""

from __future__ import annotations

from typing import List

from clore_cli.plugin import App, command

from .hosting import COLUMNS, Hosted, listed


@command(columns=COLUMNS, section="hosting", empty="You rent out no servers.")
def servers(app: App) -> List[Hosted]:
    """List the servers that you rent out.

    Prices are what renters pay for the whole machine, the spot price the lowest bid that is
    taken. 'clore server-config NAME' shows one in full.
    """
    return [listed(server) for server in app.client.my_servers()]
