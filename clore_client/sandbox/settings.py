"""Applies a set_server_settings body, modern or legacy; refuses all of it or none."""

from __future__ import annotations

import copy

from . import forms
from .forms import JsonMapping
from .order import Row
from .quotes import COINS, amount, usd_block
from .refusal import field, malformed
from .state import Host

# Hosts may let for 6 to 3000 hours, says the documentation of leasing.
_MRL_HOURS = (6, 3000)


def change(host: Host, body: JsonMapping) -> None:
    """Change ``host`` by ``body``; both forms may be mixed, as one known bot does."""
    visible = forms.flag(body, "availability") if "availability" in body else host.visible
    if host.server is None:
        host.visible = visible
        return
    server = copy.deepcopy(host.server)
    if "mrl" in body:
        server["mrl"] = _mrl(body)
    _set_prices(server, body)
    _set_autoprice(server, body)
    _set_coins(server, body)
    server["price"]["usd"] = usd_block(server["price"]["on_demand"])
    host.visible = visible
    host.server.update(server)


def _mrl(body: JsonMapping) -> int:
    hours = forms.integer(body, "mrl")
    if not _MRL_HOURS[0] <= hours <= _MRL_HOURS[1]:
        raise field("invalid_mrl")
    return hours


def _price(body: JsonMapping, key: str) -> float:
    value = body.get(key)
    if (
        not isinstance(value, (int, float))
        or isinstance(value, bool)
        or not abs(value) < forms.LARGEST
    ):
        raise malformed()
    if value <= 0:
        raise field("amount_too_low")
    return value


def _set_prices(server: Row, body: JsonMapping) -> None:
    """Both forms; the legacy on_demand and spot are amounts of bitcoin."""
    for kind in ("on_demand", "spot"):
        for coin, key in [("bitcoin", kind), *((coin, f"{coin}_{kind}") for coin in COINS)]:
            if key in body:
                server["price"][kind][coin] = _price(body, key)
                server["price"].get("original_usd", {}).pop(coin, None)


def _set_autoprice(server: Row, body: JsonMapping) -> None:
    """Prices typed in USD, for the coins whose autoprice is switched on."""
    autoprice = forms.mapping(body.get("autoprice", {}))
    typed = forms.mapping(body.get("usd_pricing", {}))
    for coin in COINS:
        if autoprice.get(coin) == "usd" and coin in typed:
            pair = forms.mapping(typed[coin])
            quote = {kind: _price(pair, kind) for kind in ("on_demand", "spot")}
            server["price"].setdefault("original_usd", {})[coin] = quote
            for kind, usd in quote.items():
                server["price"][kind][coin] = amount(coin, usd)


def _set_coins(server: Row, body: JsonMapping) -> None:
    allowed = server["allowed_coins"]
    wanted = {
        coin: forms.flag(body, f"enabled-{coin}") for coin in COINS if f"enabled-{coin}" in body
    }
    server["allowed_coins"] = [coin for coin in COINS if wanted.get(coin, coin in allowed)]
