"""Checks the settings of a server that is rented out, and writes them in the API's form. Pure."""

from __future__ import annotations

from typing import Any, Callable, Dict, Mapping, Optional, TypeVar

from . import validate
from .wire import JsonObject

T = TypeVar("T")

_KINDS = ("on_demand", "spot")

#: The coin of the documented prices, which name none.
_BITCOIN = "bitcoin"


def settings(
    name: str,
    availability: Optional[bool] = None,
    mrl: Optional[int] = None,
    on_demand: Optional[float] = None,
    spot: Optional[float] = None,
    *,
    on_demand_prices: Optional[Mapping[str, float]] = None,
    spot_prices: Optional[Mapping[str, float]] = None,
    enabled_coins: Optional[Mapping[str, bool]] = None,
    autoprice: Optional[Mapping[str, bool]] = None,
    usd_pricing: Optional[Mapping[str, Mapping[str, float]]] = None,
) -> JsonObject:
    """The body of set_server_settings: what is given, under the wire's names.

    The arguments are those of `CloreAI.set_server_settings`.

    Raises:
        InvalidInputError: an argument is wrong, or there is nothing to change.
    """
    body: JsonObject = {"name": validate.text("name", name)}
    if availability is not None:
        body["availability"] = validate.flag("availability", availability)
    if mrl is not None:
        body["mrl"] = validate.identifier("mrl", mrl)
    body.update(_prices("on_demand", on_demand, on_demand_prices))
    body.update(_prices("spot", spot, spot_prices))
    enabled = _by_coin("enabled_coins", enabled_coins, validate.flag)
    body.update({f"enabled-{coin}": value for coin, value in enabled.items()})
    followed = _by_coin("autoprice", autoprice, validate.flag)
    typed = _by_coin("usd_pricing", usd_pricing, _pair)
    if followed:
        body["autoprice"] = {coin: "usd" if follow else False for coin, follow in followed.items()}
    if typed:
        body["usd_pricing"] = typed
    if len(body) == 1:
        raise validate.refuse("name", "alone changes nothing: give something to change")
    return body


def _prices(
    kind: str, in_bitcoin: Optional[float], prices: Optional[Mapping[str, float]]
) -> JsonObject:
    """One kind of price in both forms, which must not contradict each other."""
    by_coin = _by_coin(f"{kind}_prices", prices, validate.positive)
    body: JsonObject = {f"{coin}_{kind}": price for coin, price in by_coin.items()}
    if in_bitcoin is None:
        return body
    if _BITCOIN in by_coin:
        raise validate.refuse(f"{kind}_prices", f'must not name "{_BITCOIN}" beside {kind}')
    return {kind: validate.positive(kind, in_bitcoin), **body}


def _by_coin(argument: str, value: Any, check: Callable[[str, Any], T]) -> Dict[str, T]:
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise validate.refuse(argument, "must be a mapping from coins")
    return {validate.line(argument, coin): check(argument, item) for coin, item in value.items()}


def _pair(argument: str, value: Any) -> Dict[str, float]:
    if not isinstance(value, Mapping) or not value or not set(value) <= set(_KINDS):
        raise validate.refuse(argument, 'must map each coin to its "on_demand" and "spot" price')
    return {kind: validate.positive(argument, price) for kind, price in value.items()}
