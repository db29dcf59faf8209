"""`clore server-config`: one of your servers in full."""

from __future__ import annotations

from typing import Any, Callable, List, Optional

from clore_cli.plugin import API_EXITS, App, Column, argument, cells, command, completing

from . import hosting


def _of(name: str) -> Callable[[Any], Any]:
    return lambda row: getattr(row.server, name)


def _typed(wire: str, kind: str) -> Callable[[Any], Optional[float]]:
    """The price that the host typed in USD for one coin; 0 on the wire is none."""
    return lambda row: getattr(row.server.usd_pricing.get(wire), kind, None) or None


def _typed_columns() -> List[Column]:
    return [
        Column(
            f"{prefix}usd_per_day_for_{short.lower()}",
            f"{prefix.replace('_', ' ').upper()}$/day FOR {short}",
            cells.usd,
            _typed(wire, kind),
            "right",
            kind="number",
            about=f"the price in USD that the one in {short} follows where it follows one",
        )
        for short, wire in hosting.COINS.items()
        for kind, prefix in (("on_demand", ""), ("spot", "spot_"))
    ]


COLUMNS = [
    *hosting.COLUMNS,
    *_typed_columns(),
    Column(
        "max_rental_hours",
        "LONGEST RENTAL",
        cells.hours,
        _of("mrl"),
        aliases=("mrl",),
        kind="integer",
        about="longest rental, hours",
    ),
    Column(
        "max_fair_price_usd",
        "FAIR PRICE $",
        cells.usd,
        _of("mfp_usd"),
        "right",
        kind="number",
        about="the highest fair price, as the API has it",
    ),
    Column(
        "overclocking",
        format=cells.yes_no,
        get=_of("allow_oc"),
        kind="boolean",
        about="renters may overclock the GPUs",
    ),
    Column(
        "vpn", "VPN", cells.yes_no, _of("is_vpn_enabled"), kind="boolean", about="the VPN is on"
    ),
    Column("kernel", get=_of("kernel"), kind="string", about="version of Linux"),
    Column(
        "background_image",
        get=lambda row: getattr(row.server.background_job, "image", None),
        kind="string",
        about="what runs while nobody rents it",
    ),
]


@command(
    "server-config",
    columns=COLUMNS,
    single=True,
    section="hosting",
    arguments={"NAME": "The server's name, as 'clore servers' lists it; the case counts."},
    examples=[
        ("clore server-config MyGPU", "All that is set for a server."),
        (
            "clore server-config MyGPU --columns price_usd_per_day,max_rental_hours,coins",
            "Some of it.",
        ),
        ("clore server-config MyGPU --raw --json", "The configuration as the API sent it."),
    ],
    exits={**API_EXITS, 4: "You have no server of that name."},
    see=["servers", "server-set"],
)
@argument("name", shell_complete=completing.own_servers)
def server_config(app: App, name: str) -> hosting.Hosted:
    """Show one of your servers in full.

    NAME is the name that 'clore servers' lists. What a server with a price in USD asks in other
    coins follows the rates.
    """
    return hosting.configured(hosting.read_config(app, name))
