"""What TAB offers of the marketplace and of one's own, see `clore_cli.completing`: as last seen."""

from __future__ import annotations

import os
import re
import time
from typing import TYPE_CHECKING, Callable, Dict, Iterable, Iterator, List, Optional, Tuple

from clore_cli import cells
from clore_cli.options import typed_setting
from clore_cli.units import per_hour
from clore_client import account_cache, config
from clore_client import profiles as accounts

if TYPE_CHECKING:
    import click

    from clore_cli.completing import Offer
    from clore_client.account_cache import KeptOrder
    from clore_client.glances import Glance

_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")  # what a shell, or the shell's script, may trip over
_SERIES = re.compile(r"[a-z]+-(?=[0-9])")


def orders(ctx: click.Context, param: click.Parameter, incomplete: str) -> Iterable[Offer]:  # noqa: ARG001
    """The orders that have not ended."""
    return map(_order, _orders(ctx))


def machines(ctx: click.Context, param: click.Parameter, incomplete: str) -> Iterable[Offer]:  # noqa: ARG001
    """The orders that have a machine, or get it."""
    return [_order(order) for order in _orders(ctx) if order.status != "queued"]


def bids(ctx: click.Context, param: click.Parameter, incomplete: str) -> Iterable[Offer]:  # noqa: ARG001
    """The orders that are bids."""
    return [_order(order) for order in _orders(ctx) if order.type == "spot"]


def _orders(ctx: click.Context) -> List[KeptOrder]:
    """The orders that were seen last, without those whose time is over since.

    A sandbox has a clock of its own, which may stand still years ago.
    """
    address, profile = _account(ctx)
    found, now = account_cache.orders(address, profile), time.time()
    if os.environ.get("CLORE_SANDBOX") == address:
        return found
    return [order for order in found if (order.expires_at or now) >= now]


def _order(order: KeptOrder) -> Offer:
    parts = (order.gpu and cells.gpus(order.gpu), order.status, order.host)
    return str(order.id), cells.listing(part for part in parts if part)


def _account(ctx: click.Context) -> Tuple[str, str]:
    """The API's address and the profile that the command would use."""
    profile = accounts.chosen(typed_setting(ctx, "profile"))
    return config.base_url(typed_setting(ctx, "base_url"), profile), profile


def servers(ctx: click.Context, param: click.Parameter, incomplete: str) -> Iterable[Offer]:  # noqa: ARG001
    """The servers that can be rented, cheapest first."""
    free = [offer for offer in _numbered(ctx, incomplete) if offer.available]
    return _priced(free, lambda offer: offer.usd_per_day)


def spot_servers(ctx: click.Context, param: click.Parameter, incomplete: str) -> Iterable[Offer]:  # noqa: ARG001
    """The servers with a spot price, cheapest first."""
    priced = [o for o in _numbered(ctx, incomplete) if o.spot_usd_per_day is not None]
    return _priced(priced, lambda offer: offer.spot_usd_per_day)


def _numbered(ctx: click.Context, digits: str) -> List[Glance]:
    """The offers whose numbers begin with ``digits``: to describe all of them takes 10 ms."""
    return [offer for offer in _offers(ctx) if str(offer.id).startswith(digits)]


def _offers(ctx: click.Context) -> List[Glance]:
    from clore_client.glances import glances

    return glances(_account(ctx)[0])


def _priced(
    offers: Iterable[Glance], price: Callable[[Glance], Optional[float]]
) -> Iterator[Offer]:
    for offer in sorted(offers, key=lambda o: (price(o) is None, price(o) or 0.0, o.id)):
        parts = (offer.gpu and cells.gpus(offer.gpu), _hourly(price(offer)), offer.country)
        yield str(offer.id), cells.listing(part for part in parts if part)


def _hourly(per_day: Optional[float]) -> str:
    usd = per_hour(per_day)
    return "" if usd is None else f"${cells.usd_per_hour(usd)}/h"


def own_servers(ctx: click.Context, param: click.Parameter, incomplete: str) -> Iterable[Offer]:  # noqa: ARG001
    """The servers that the account rents out."""
    kept = account_cache.servers(*_account(ctx))
    return [(server.name, cells.gpus(server.gpu or "")) for server in kept]


def gpus(ctx: click.Context, param: click.Parameter, incomplete: str) -> Iterable[Offer]:  # noqa: ARG001
    """The GPU models on the marketplace, as words such as ``rtx-4090``, and 4090 for digits."""
    free: Dict[str, int] = {}
    for text, count in _to_rent(ctx, lambda offer: offer.gpu).items():
        word = _gpu_word(text)
        free[word] = free.get(word, 0) + count
    for word, about in _counted(free):
        yield word, about
        if incomplete[:1].isdigit():
            yield _SERIES.sub("", word, count=1), about


def _to_rent(ctx: click.Context, of: Callable[[Glance], Optional[str]]) -> Dict[str, int]:
    """How many of the servers with the same ``of`` can be rented."""
    free: Dict[str, int] = {}
    for offer in _offers(ctx):
        name = of(offer) or ""
        free[name] = free.get(name, 0) + offer.available
    return free


def _counted(free: Dict[str, int]) -> Iterator[Tuple[str, str]]:
    """Names and counts, without what strangers have made no word of."""
    for name in sorted(free):
        if name and not _UNSAFE.search(name):
            yield name, f"{free[name]} to rent"


def _gpu_word(text: str) -> str:
    """A GPU's name as a word that no shell changes and that finds it; empty where there is none."""
    from clore_cli.gpus import model_in
    from clore_client.offers import same_gpu

    name = model_in(text)
    word = _UNSAFE.sub("-", name.lower()).strip("-")
    return word if same_gpu(name, word) else ""


def countries(ctx: click.Context, param: click.Parameter, incomplete: str) -> Iterable[Offer]:  # noqa: ARG001
    """The countries on the marketplace."""
    return _counted(_to_rent(ctx, lambda offer: offer.country))


def currencies(ctx: click.Context, param: click.Parameter, incomplete: str) -> Iterable[Offer]:  # noqa: ARG001
    """The coins that prices are in."""
    from clore_client.offers import QUOTES

    return map(cells.coin, QUOTES)


def images(ctx: click.Context, param: click.Parameter, incomplete: str) -> Iterable[Offer]:  # noqa: ARG001
    """The default image, and those of the account's orders."""
    yield str(param.default), "default"
    for order in _orders(ctx):
        yield order.image or "", f"order {order.id}"
