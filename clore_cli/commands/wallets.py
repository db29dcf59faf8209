"""`clore wallets`: the balances."""

from __future__ import annotations

from typing import TYPE_CHECKING, List

from clore_cli.plugin import App, Column, cells, command

if TYPE_CHECKING:
    from clore_client.models import Wallet

COLUMNS = [
    Column("currency", get=lambda wallet: wallet.name, aliases=("name",), kind="string"),
    Column("balance", format=cells.coins, align="right", kind="number", about="in the currency"),
    Column(
        "withdrawal_fee",
        format=cells.coins,
        align="right",
        extra=True,
        kind="number",
        about="in the currency",
    ),
    Column("deposit", "DEPOSIT ADDRESS", whole=True, kind="string"),
]


@command(columns=COLUMNS, section="money", empty="You have no wallets.")
def wallets(app: App) -> List[Wallet]:
    """Show your balances and deposit addresses.

    Each amount is in the wallet's own currency.
    """
    return app.client.wallets()
