"""The public marketplace endpoint; it only reads."""

from __future__ import annotations

from typing import Any, Dict

from .state import Call, State


def marketplace(state: State, call: Call) -> Dict[str, Any]:
    """Every server on offer. ``rented`` follows on-demand orders; a spot tenant does not show."""
    held = {o.server["id"] for o in state.mine() if o.ended is None and not o.spot}
    mine = {host.server["id"]: host for host in state.hosts.values() if host.server}
    offers = [
        {**row, "rented": row["rented"] or server_id in held}
        for server_id, row in state.servers.items()
        if server_id not in mine or mine[server_id].visible
    ]
    return {"servers": offers, "my_servers": list(mine) if call.known else []}
