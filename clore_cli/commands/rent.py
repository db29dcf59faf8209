"""`clore rent`: the best offer that matches, and the next one when it is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Iterator, List, Optional, Tuple

from clore_cli.plugin import (
    App,
    CommandError,
    FieldError,
    IntRange,
    Status,
    UsageError,
    argument,
    command,
    completing,
    in_usd,
    offers,
    option,
)

from . import paying, rental_options, renting
from .account import Account
from .orders import COLUMNS, Listed
from .quote import SPOT, Quote, price

if TYPE_CHECKING:
    from clore_client.models import MarketplaceServer

    from .rental_options import Wish

#: The refusals that are about one server. Any other, such as an empty wallet, would meet every
#: offer.
_ABOUT_THE_SERVER = frozenset(
    [
        "cant-rent-from-yourself",
        "currency-not-allowed",
        "machine-is-on-gigaspot",
        "server-already-rented",
        "server-dont-exist",
        "server-offline",
        "too-low-price",
        "you-already-have-spot-order",
    ]
)


@command(
    columns=COLUMNS,
    single=True,
    section="renting",
    more=renting.MANUAL,
    arguments={"TERMS": "Words of the GPU's name, and conditions: see clore-query(7)."},
    examples=[
        (
            "clore rent 4090 'reliability>=99%' --max-price 0.40",
            "The cheapest reliable 4090 for at most 0.40 USD per hour.",
        ),
        (
            "clore rent gpu=rtx-3090 'gpus>=2' 'country in DE,NL' --try 5 --wait ssh",
            "The cheapest of five servers that is not gone yet, ready to log in.",
        ),
        ("clore rent 4090 --dry-run", "See which one it would be, and what it costs."),
        (
            "clore rent 4090 --max-price 0.40 --wait ssh --yes --json | jq .id",
            "Rent in a script; the number of the order is printed.",
        ),
        (
            "clore rent 4090 --type spot --spot-price 2.50",
            "Bid 2.50 USD per day where the lowest bid that is taken is lowest.",
        ),
    ],
    exits={
        **renting.EXITS,
        4: "No server matches.",
        6: "Every server that was asked for was refused, or none can be paid; nothing was rented.",
    },
    files={"~/.clore/attempts/": "", "~/.ssh/": "Your public key, where --ssh-key is not given."},
    see=["search", "deploy", "wait", "ssh", "cancel", "reconcile", "query(7)"],
)
@argument("terms", metavar="TERMS...", nargs=-1, required=True, shell_complete=completing.terms)
@option(
    "--try",
    "tries",
    metavar="N",
    type=IntRange(min=1),
    default=3,
    show_default=True,
    help="Ask for at most N servers, one after the other.",
)
@rental_options.options
def rent(app: App, terms: Tuple[str, ...], tries: int, **options: Any) -> Optional[Listed]:
    """Rent the cheapest server that matches.

    The cheapest with its fee, which depends on the coin. TERMS are those of 'clore search'. Shows
    what the server costs and asks before it spends. When it is refused and nothing was rented, the
    next one is asked for; never after an attempt whose outcome is unknown.
    """
    wish = rental_options.wish(app, options)
    spot, most = wish.kind == SPOT, wish.max_price
    wish = wish._replace(limits=offers.limits(terms, spot=spot, max_price=most))
    account = Account(app)
    with app.progress() as progress:
        progress.update(renting.READING)
        quotes = _quotes(app, account, terms, wish, tries)
    requests = [renting.shown(renting.request(quote, wish)) for quote in quotes]
    renting.warn_of_login(app, wish)
    if wish.dry_run:
        renting.announce(app, quotes[0], wish)
        app.emit(requests[0])
        return None
    return _rented(app, account, quotes, wish)


def _quotes(
    app: App, account: Account, terms: Tuple[str, ...], wish: Wish, tries: int
) -> List[Quote]:
    """The offers to be asked for, the best one first."""
    servers = offers.find(app, terms, max_price=wish.max_price, spot=wish.kind == SPOT)
    if not servers:
        limit = "" if wish.max_price is None else ", or raise --max-price"
        raise CommandError(
            "no server matches.",
            hint=f"Loosen a condition{limit}; 'clore search --explain' with the same words shows"
            " how many servers each one removes.",
            status=Status.NOT_FOUND,
        )
    refusals: List[Exception] = []
    quotes = sorted(_usable(account, servers, wish, refusals), key=_rank)
    if not quotes:
        raise _none_usable(refusals, len(servers))
    return quotes[:tries]


def _rank(quote: Quote) -> Tuple[bool, float]:
    """The lowest total first, in the coin that will pay; of bids, the one for the lowest floor."""
    per_day = quote.total_per_day if quote.floor is None else quote.floor
    usd = in_usd(per_day, quote.rate)
    return usd is None, usd or 0.0


def _usable(
    account: Account, servers: List[MarketplaceServer], wish: Wish, refusals: List[Exception]
) -> Iterator[Quote]:
    """The quotes of those servers that can be paid; the reasons of the others in ``refusals``."""
    mine = {order.server_id for order in account.orders} if wish.kind == SPOT else set()
    for server in servers:
        try:
            quote = paying.choose(account, server, wish)
        except (CommandError, UsageError) as error:
            refusals.append(error)
            continue
        if server.id not in mine and not quote.below_floor:
            yield quote


def _none_usable(refusals: List[Exception], count: int) -> CommandError:
    first = refusals[0] if refusals else None
    if not isinstance(first, (CommandError, UsageError)):
        return CommandError(
            f"{_matches(count)}, but your bid is below what is taken, or you bid already.",
            hint="'clore search --spot' shows the lowest bids.",
            status=Status.REFUSED,
        )
    return CommandError(
        f"{_matches(count)}, but none can be rented: {first.message}",
        hint=getattr(first, "hint", ""),
        status=first.exit_code,
    )


def _matches(count: int) -> str:
    return "1 server matches" if count == 1 else f"{count} servers match"


def _rented(app: App, account: Account, quotes: List[Quote], wish: Wish) -> Listed:
    """The order at the first of ``quotes`` that is not refused."""
    coin = None
    for number, quote in enumerate(quotes, 1):
        renting.announce(app, quote, wish)
        if number == 1:
            _announce_others(app, quotes[1:])
            renting.warn_of_doubts(app, quotes)
        app.confirm(renting.question(quote, coin), yes=wish.yes)
        coin = quote.coin
        try:
            return renting.rent(app, account, quote, wish)
        except FieldError as error:
            if number == len(quotes) or not _is_about_the_server(error):
                raise
            app.note(f"It was refused: {error.message}. Trying the next one.")
    raise AssertionError("the last one has returned or raised")


def _announce_others(app: App, quotes: List[Quote]) -> None:
    for quote in quotes:
        cost = price(quote, quote.total_per_day)
        app.note(f"If it is refused: server {quote.server.id} for {cost}.")


def _is_about_the_server(error: FieldError) -> bool:
    return (error.error or "").replace("_", "-") in _ABOUT_THE_SERVER
