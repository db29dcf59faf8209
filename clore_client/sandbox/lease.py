"""Turns an accepted request into an order: its fee, its addresses, its delays."""

from __future__ import annotations

from typing import TYPE_CHECKING, List

from . import ledger
from .order import CREATION_FEE_USD, Order, Row
from .refusal import field
from .state import RATES, State

if TYPE_CHECKING:
    from .forms import OrderForm

_CLUSTERS = {"US": "n1.us.clorecloud.net", "CA": "n1.us.clorecloud.net", "RU": "n1.msk.cloreai.ru"}
_OTHER_CLUSTER = "n1.de.clorecloud.net"


def sign(state: State, form: OrderForm, server: Row, price: float) -> Order:
    """Enter the order; on demand it is billed from now on, a bid from the day it wins."""
    order = Order(
        id=state.next_order,
        server=server,
        currency=form.currency,
        price=price,
        created=state.now,
        spot=form.spot,
        image=form.image,
        creation_fee=creation_fee(form.currency),
        mrl=server["mrl"] * 3600,
    )
    check_funds(state, order)
    _set_delays(state, order)
    _set_addresses(state, order, form)
    state.orders[order.id] = order
    state.next_order += 1
    if not order.spot:
        order.start(state.now)
    return order


def creation_fee(coin: str) -> float:
    """What making an order in ``coin`` costs at once, in that coin."""
    return round(CREATION_FEE_USD / RATES[coin], 2 if coin != "bitcoin" else 8)


def check_funds(state: State, order: Order) -> None:
    """Refuse an order that the wallet cannot pay for a minute."""
    needed = order.creation_fee + ledger.first_minute(order.price)
    if ledger.balance(state, order.currency) < needed:
        raise field("not_enough_balance")


def _set_delays(state: State, order: Order) -> None:
    chance = state.chance("delays", order.id)
    lag, deploy = 2 + 3 * chance.random(), 35 + 145 * chance.random()
    order.listed_at = state.now + (lag if state.lag is None else state.lag)
    order.deploy_time = deploy if state.deploy is None else state.deploy


def _set_addresses(state: State, order: Order, form: OrderForm) -> None:
    country = order.server["specs"]["net"]["cc"]
    cluster = _CLUSTERS.get(country, _OTHER_CLUSTER)
    order.pub_cluster = state.ssh[0] if state.ssh else cluster
    order.tcp_ports = [_public(state, port) for port, kind in form.ports.items() if kind == "tcp"]
    order.http_port = next((port for port, kind in form.ports.items() if kind == "http"), None)
    if order.http_port is not None:
        # A served world sends nobody to a name that may exist.
        order.http_pub = _http_name(state, order, ".sandbox.invalid" if state.ssh else cluster[2:])


def _public(state: State, port: str) -> str:
    if state.ssh and port == "22":
        return f"22:{state.ssh[1]}"
    state.next_port += 1
    return f"{port}:{state.next_port}"


def _http_name(state: State, order: Order, domain: str) -> str:
    chance = state.chance("http", order.id)
    letters: List[str] = [chance.choice("0123456789abcdefghijklmnopqrstuvwxyz") for _ in range(13)]
    return "".join(letters) + domain
