"""The settings of a server that is rented out: as they are, as they are to be, what differs. Pure.

The complete set is sent, because nobody knows what the API makes of a field that is left out.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Dict, Iterator, List, Mapping, Optional, Tuple

from clore_cli.plugin import UsageError, cells, per_hour

from .hosting import COINS

if TYPE_CHECKING:
    from clore_client.models import ServerConfig

KINDS = {"on_demand": "on-demand price", "spot": "lowest bid"}
Prices = Dict[str, float]
#: In a wish, in the place of a coin: every coin whose prices follow prices in USD.
EVERY = ""

#: Prices are per day, and typed per hour by mistake: a change of that size is pointed out.
_LARGE = 10


@dataclass(frozen=True)
class Settings:
    """What can be set; None and missing coins are what the API does not tell.

    Attributes:
        available: whether it is offered.
        mrl: the longest rental, in hours.
        prices: "on_demand" and "spot" -> coin -> price per DAY in it.
        coins: whether a coin is taken.
        following: whether a coin's prices follow prices in USD.
        usd: "on_demand" and "spot" -> coin, or `EVERY` -> the price in USD per DAY that it
            follows.
    """

    available: Optional[bool] = None
    mrl: Optional[int] = None
    prices: Dict[str, Prices] = field(default_factory=dict)
    coins: Dict[str, bool] = field(default_factory=dict)
    following: Dict[str, bool] = field(default_factory=dict)
    usd: Dict[str, Prices] = field(default_factory=dict)

    @property
    def whole(self) -> bool:
        """Whether everything that a server has is known."""
        told = self.available is not None and self.mrl is not None
        return told and bool(self.coins) and bool(self.prices.get("on_demand"))


@dataclass(frozen=True)
class Change:
    """One setting that changes: its name, the old and the new value as texts.

    Attributes:
        new: the new value; of a price, with its unit and with both per hour.
        hurts: renters or the host's income could suffer.
        factor: of a price, the new one over the old.
    """

    name: str
    old: str
    new: str
    hurts: bool = True
    factor: float = 1.0

    def __str__(self) -> str:
        return f"{self.name}: {self.old} -> {self.new}"

    @property
    def large(self) -> bool:
        """Whether a price changes as much as one typed per hour instead of per day."""
        return not 1 / _LARGE < self.factor < _LARGE


def current(config: ServerConfig) -> Settings:
    """The settings that ``config`` shows; a price of 0 is none.

    Where a coin follows something else than USD, that is left to the API: it is not sent.
    """
    known = [] if config.allowed_coins is None else [*COINS.values(), *config.allowed_coins]
    typed = {
        kind: {coin: getattr(price, kind) for coin, price in config.usd_pricing.items()}
        for kind in KINDS
    }
    return Settings(
        available=None if config.visibility is None else config.visibility == "public",
        mrl=config.mrl,
        prices={"on_demand": _real(config.pricing), "spot": _real(config.spot_pricing)},
        coins={coin: coin in (config.allowed_coins or ()) for coin in known},
        following={c: v == "usd" for c, v in config.autoprice.items() if v in ("usd", False)},
        usd={kind: _real(prices) for kind, prices in typed.items()},
    )


def _real(prices: Mapping[str, Optional[float]]) -> Prices:
    return {coin: price for coin, price in prices.items() if price and price > 0}


def wished(old: Settings, wish: Settings) -> Settings:
    """``old`` with what ``wish`` names; a price in USD makes its coin follow it.

    Raises:
        UsageError: the wishes contradict each other, or what must be known is not.
    """
    wish = _dollars(old, _spread(old, wish))
    typed = {coin for prices in wish.usd.values() for coin in prices}
    following = {**old.following, **dict.fromkeys(typed, True), **wish.following}
    new = Settings(
        available=old.available if wish.available is None else wish.available,
        mrl=old.mrl if wish.mrl is None else wish.mrl,
        prices=_merged(old.prices, wish.prices),
        coins={**old.coins, **wish.coins},
        following=following,
        usd=_merged(old.usd, wish.usd),
    )
    _check(wish, new, typed)
    return replace(new, prices=_followed(old, new, typed | set(wish.following)))


def _spread(old: Settings, wish: Settings) -> Settings:
    """``wish`` with a price in USD that names no coin for each coin that follows one."""
    following = [coin for coin, yes in {**old.following, **wish.following}.items() if yes]
    usd = {}
    for kind, prices in wish.usd.items():
        if EVERY in prices and not following:
            raise UsageError("no coin follows a price in USD: name one, as in --usd-price USD=2.")
        every = dict.fromkeys(following, prices[EVERY]) if EVERY in prices else {}
        usd[kind] = {**every, **{coin: price for coin, price in prices.items() if coin != EVERY}}
    return replace(wish, usd=usd)


def _dollars(old: Settings, wish: Settings) -> Settings:
    """``wish`` with a price in the coin USD as what it follows, where it follows USD."""
    coin = COINS["USD"]
    if not wish.following.get(coin, old.following.get(coin)):
        return wish
    asked = {kind: prices[coin] for kind, prices in wish.prices.items() if coin in prices}
    if any(coin in wish.usd.get(kind, {}) for kind in asked):
        raise UsageError("--usd-price USD says the same as --on-demand USD and --spot USD.")
    return replace(
        wish,
        prices={k: {c: p for c, p in v.items() if c != coin} for k, v in wish.prices.items()},
        usd=_merged(wish.usd, {kind: {coin: price} for kind, price in asked.items()}),
    )


def _merged(old: Dict[str, Prices], new: Dict[str, Prices]) -> Dict[str, Prices]:
    return {kind: {**old.get(kind, {}), **new.get(kind, {})} for kind in KINDS}


def _check(wish: Settings, new: Settings, typed: Any) -> None:
    for prices in wish.prices.values():
        for coin in prices:
            if new.following.get(coin):
                short = cells.coin(coin)
                raise UsageError(
                    f"the price in {short} follows one in USD: set --usd-price {short}=PRICE,"
                    f" or stop that with --autoprice {short}=off."
                )
    for coin in typed:
        if not new.following[coin]:
            short = cells.coin(coin)
            raise UsageError(f"--usd-price {short} and --autoprice {short}=off contradict.")
    for coin in {*typed, *(coin for coin, follows in wish.following.items() if follows)}:
        if any(coin not in new.usd[kind] for kind in KINDS):
            short = cells.coin(coin)
            raise UsageError(f"say what it follows: --usd-price {short}=ON_DEMAND,SPOT.")


def _followed(old: Settings, new: Settings, coins: Any) -> Dict[str, Prices]:
    """The prices in coins that follow USD, at the rate at which they did so far.

    The API reckons them itself; what is sent beside the new price in USD must not contradict it.
    """
    from clore_client.amounts import over, times

    result = {kind: dict(prices) for kind, prices in new.prices.items()}
    for kind, prices in result.items():
        for coin in coins:
            before, typed = old.usd.get(kind, {}).get(coin), new.usd[kind].get(coin)
            if not new.following.get(coin) or typed is None:
                continue
            if coin == COINS["USD"]:
                prices[coin] = typed
            elif coin in prices and before and before != typed:
                prices[coin] = over(times(prices[coin], typed), before)
    return result


def changes(old: Settings, new: Settings) -> List[Change]:
    """What differs, in the order in which it is told."""
    return [*_offers(old, new), *_prices(old, new), *_coins(old, new)]


def _offers(old: Settings, new: Settings) -> Iterator[Change]:
    if old.available != new.available:
        words = {True: "available", False: "not available", None: "unknown"}
        yield Change(
            "offer", words[old.available], words[new.available], hurts=new.available is False
        )
    if old.mrl != new.mrl:
        before = "unknown" if old.mrl is None else f"{old.mrl} h"
        yield Change("longest rental", before, f"{new.mrl} h", hurts=False)


def _prices(old: Settings, new: Settings) -> Iterator[Change]:
    for kind, name in KINDS.items():
        for coin, price in new.prices[kind].items():
            before = old.prices.get(kind, {}).get(coin)
            if not new.following.get(coin) and before != price:
                short = cells.coin(coin)
                yield _price(f"{name} in {short}", short, before, price)
        for coin, price in new.usd[kind].items():
            before = old.usd.get(kind, {}).get(coin)
            if new.following.get(coin) and before != price:
                yield _price(f"{name} in {cells.coin(coin)}", "USD", before, price)


def _price(name: str, unit: str, old: Optional[float], new: float) -> Change:
    hours, days = _hourly(new), cells.coins(new)
    if old is None:
        return Change(name, "none", f"{days} {unit} per day ({hours} per hour)")
    both = f"{days} {unit} per day ({_hourly(old)} -> {hours} per hour)"
    return Change(name, cells.coins(old), both, factor=new / old)


def _hourly(per_day: float) -> str:
    return cells.coins_rounded(per_hour(per_day) or 0)


def _coins(old: Settings, new: Settings) -> Iterator[Change]:
    for coin, taken in new.coins.items():
        if old.coins.get(coin) != taken:
            words = {True: "taken", False: "not taken", None: "unknown"}
            name = f"payment in {cells.coin(coin)}"
            yield Change(name, words[old.coins.get(coin)], words[taken], hurts=not taken)
    for coin, follows in new.following.items():
        if old.following.get(coin, False) != follows:
            words = {True: "follow USD", False: "stay as they are"}
            name = f"prices in {cells.coin(coin)}"
            yield Change(name, words[not follows], words[follows])


def arguments(settings: Settings) -> Dict[str, Any]:
    """The complete set, as `CloreAI.set_server_settings` takes it."""
    coins = {coin for prices in settings.usd.values() for coin in prices}
    typed: Dict[str, Tuple[Tuple[str, float], ...]] = {
        coin: tuple((k, settings.usd[k][coin]) for k in KINDS if coin in settings.usd[k])
        for coin in sorted(coins)
    }
    return {
        "availability": settings.available,
        "mrl": settings.mrl,
        "on_demand_prices": settings.prices["on_demand"],
        "spot_prices": settings.prices["spot"],
        "enabled_coins": settings.coins,
        "autoprice": settings.following,
        "usd_pricing": {coin: dict(pairs) for coin, pairs in typed.items()},
    }
