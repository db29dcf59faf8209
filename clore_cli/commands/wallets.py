"""`clore wallets`: the balances."""

from __future__ import annotations

from typing import TYPE_CHECKING, List

from clore_cli.plugin import API_EXITS, App, Column, cells, command

if TYPE_CHECKING:
    from clore_client.models import Wallet

COLUMNS = [
    Column(
        "currency",
        get=lambda wallet: wallet.name,
        aliases=("name",),
        kind="string",
        about="of the wallet",
    ),
    Column("balance", format=cells.coins, align="right", kind="number", about="in the currency"),
    Column(
        "withdrawal_fee",
        format=cells.coins,
        align="right",
        extra=True,
        kind="number",
        about="in the currency",
    ),
    Column(
        "deposit", "DEPOSIT ADDRESS", whole=True, kind="string", about="the address to send it to"
    ),
]


@command(
    columns=COLUMNS,
    section="money",
    empty="You have no wallets.",
    examples=[
        ("clore wallets", "What you have, and where to send more."),
        (
            "clore wallets --json | jq '.[] | select(.currency == \"bitcoin\") | .balance'",
            "One balance, with every digit.",
        ),
        ("clore wallets --columns currency,withdrawal_fee", "What it costs to withdraw."),
    ],
    exits=API_EXITS,
    see=["spend", "fees"],
)
def wallets(app: App) -> List[Wallet]:
    """Show your balances and deposit addresses.

    Each amount is in the wallet's own currency.
    """
    return app.client.wallets()
