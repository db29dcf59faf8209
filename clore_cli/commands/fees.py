"""`clore fees`: what renting costs beside the price."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any, Dict, List, NamedTuple, Optional

from clore_cli.plugin import API_EXITS, App, Column, cells, command

if TYPE_CHECKING:
    from clore_client.models import RenterFees
    from clore_client.models.fees import FeePercents

_TYPES = {"on-demand": "on_demand", "spot": "spot"}


class Fee(NamedTuple):
    """What orders of one type pay in one coin.

    Attributes:
        fees: the API's answer.
        type: ``"on-demand"`` or ``"spot"``.
        currency: the coin.
        poh: percent of the fee that holding CLORE takes off, by our estimate.
    """

    fees: RenterFees
    type: str
    currency: str
    poh: Optional[float]

    @property
    def raw(self) -> Dict[str, Any]:
        """What the API sent about it, under the API's names."""
        kind = _TYPES[self.type]
        percents = _object(_object(self.fees.raw, "renter_fees"), kind)
        sent = {name: _object(percents, name).get(self.currency) for name in percents}
        creation = _object(_object(self.fees.raw, "creation_fees"), kind).get(self.currency)
        names = {"type": self.type, "currency": self.currency}
        return {**names, **sent, "creation_fee": creation}

    @property
    def _percents(self) -> Optional[FeePercents]:
        found: Optional[FeePercents] = getattr(self.fees.renter_fees, _TYPES[self.type], None)
        return found

    @property
    def percent(self) -> Optional[float]:
        """The whole fee, in percent of the price."""
        return self.fees.percent(self.type, self.currency)

    @property
    def base(self) -> Optional[float]:
        """The fee itself, in percent of the price."""
        return self._percents.base.get(self.currency) if self._percents else None

    @property
    def added(self) -> Optional[float]:
        """What is added to it, in percent of the price."""
        return self._percents.added.get(self.currency) if self._percents else None

    @property
    def creation_fee(self) -> Optional[float]:
        """What making an order costs once, in the coin."""
        return self.fees.creation_fee(self.type, self.currency)

    @property
    def reduced(self) -> Optional[float]:
        """The whole fee less what holding CLORE takes off, in percent of the price."""
        from clore_client.amounts import over, times

        if self.percent is None or self.poh is None:
            return None
        return over(times(self.percent, 100 - self.poh), 100)


def _object(sent: Dict[str, Any], name: str) -> Dict[str, Any]:
    """The object called ``name``; an empty one where something else was sent."""
    found = sent.get(name)
    return found if isinstance(found, dict) else {}


def _percent(value: float) -> str:
    return f"{cells.coins_rounded(value)}%"


def _column(key: str, title: str, name: str, about: str, *, extra: bool = False) -> Column:
    get = attrgetter(name)
    return Column(key, title, _percent, get, "right", extra=extra, kind="number", about=about)


COLUMNS = [
    Column("type", kind="string", about="on-demand or spot"),
    Column("currency", "COIN", cells.coin, kind="string", about="what the order is paid in"),
    _column("fee_percent", "FEE", "percent", "on top of the price, in percent of it"),
    _column("base_percent", "BASE", "base", "the fee without what is added to it", extra=True),
    _column("added_percent", "ADDED", "added", "what is added to the base", extra=True),
    _column("poh_reduction_percent", "POH OFF", "poh", "off the fee, in percent of it; estimated"),
    _column("reduced_fee_percent", "YOUR FEE", "reduced", "the fee less the reduction; estimated"),
    Column(
        "creation_fee",
        "CREATION FEE",
        cells.coins,
        align="right",
        kind="number",
        about="once per order, in the currency",
    ),
]


@command(
    columns=COLUMNS,
    section="market",
    empty="The API names no fees.",
    examples=[
        ("clore fees", "All fees, and what holding CLORE takes off."),
        (
            "clore fees --columns type,currency,fee_percent,base_percent,added_percent",
            "What the fees are made of.",
        ),
        (
            "clore fees --json | jq '.[] | select(.type == \"spot\") | .fee_percent'",
            "The fees on bids, for a script.",
        ),
    ],
    exits=API_EXITS,
    see=["deploy", "spend", "wallets"],
)
def fees(app: App) -> List[Fee]:
    """Show the fees on top of a server's price.

    The fee is a percentage of the price; the creation fee is paid once per order, in its coin.
    Holding CLORE (Proof of Holding) lowers the fee, up to what the API says. How it works out
    less than that is not documented: what is shown is an estimate, in proportion to what you hold,
    and 'deploy', 'rent' and 'spend' count the fee in full.
    """
    found = app.client.renter_fees()
    poh = _reduction(found)
    _note_holding(app, found, poh)
    return [Fee(found, kind, coin, poh) for kind in _TYPES for coin in _coins(found, kind)]


def _coins(found: RenterFees, kind: str) -> List[str]:
    """The coins that the API names a fee in, as it lists them."""
    percents = getattr(found.renter_fees, _TYPES[kind], None)
    creation = getattr(found.creation_fees, _TYPES[kind], None) or {}
    return list(dict.fromkeys([*(percents.base if percents else {}), *creation]))


def _reduction(found: RenterFees) -> Optional[float]:
    """What holding takes off, in percent of the fee, in proportion to what is held."""
    from clore_client.amounts import over, times

    config, held = found.poh_config, found.poh_balance
    if not config or held is None or config.max_reduction_percent is None:
        return None
    if not config.max_poh_amount:
        return None
    part = min(max(over(held, config.max_poh_amount), 0.0), 1.0)
    return times(config.max_reduction_percent, part)


def _note_holding(app: App, found: RenterFees, poh: Optional[float]) -> None:
    if poh is None or not found.poh_config:
        return
    most, enough = found.poh_config.max_reduction_percent, found.poh_config.max_poh_amount
    about = "" if poh in (0, most) else "about "
    app.note(f"You hold {found.poh_balance:,.0f} CLORE: {about}{_percent(poh)} off the fees.")
    if most is not None and poh < most:
        app.note(f"Holding {enough:,.0f} CLORE takes {_percent(most)} off, the most there is.")
