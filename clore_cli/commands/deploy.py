"""`clore deploy`: rents one server, after showing what it costs."""

from __future__ import annotations

from typing import Any, Optional

from clore_cli.plugin import App, CommandError, IntRange, Status, argument, command, completing

from . import paying, rental_options, renting
from .account import Account
from .orders import COLUMNS, Listed
from .quote import Quote


@command(
    columns=COLUMNS,
    single=True,
    section="renting",
    more=renting.MANUAL,
    examples=[
        (
            "clore deploy 23928 --wait ssh",
            "Rent a server with your SSH key on it, and return when you can log in.",
        ),
        ("clore deploy 23928 --dry-run", "See what it costs and what would be sent."),
        (
            "clore deploy 23928 --image pytorch/pytorch --autossh --port 22:tcp --port 6006:http",
            "Run an image of your own, which has no SSH server, and open a port for TensorBoard.",
        ),
        (
            "clore deploy 23928 --env-file .env --command 'python /root/train.py' --yes",
            "Start a job at once, with the variables of a file, without being asked.",
        ),
        (
            "clore deploy 23928 --type spot --spot-price 2.80",
            "Bid 2.80 USD per day; the machine is yours as long as nobody bids more.",
        ),
    ],
    exits=renting.EXITS,
    files={"~/.clore/attempts/": "", "~/.ssh/": "Your public key, where --ssh-key is not given."},
    see=["search", "rent", "wait", "ssh", "cancel", "reconcile", "fees"],
)
@argument("server_id", type=IntRange(min=1), shell_complete=completing.servers)
@rental_options.options
def deploy(app: App, server_id: int, **options: Any) -> Optional[Listed]:
    """Rent a server.

    Shows what it costs and asks before it spends. An on-demand order names the price you were
    shown, so that one that has moved since is refused, not paid. With --dry-run the request is
    printed instead, as one JSON object whatever the output format.
    """
    wish = rental_options.wish(app, options)
    account = Account(app)
    quote = _quote(app, account, server_id, wish)
    request = renting.shown(renting.request(quote, wish))
    renting.announce(app, quote, wish)
    renting.warn_of_login(app, wish)
    if wish.dry_run:
        app.emit(request)
        return None
    renting.warn_of_doubts(app, [quote])
    app.confirm(renting.question(quote), yes=wish.yes)
    return renting.rent(app, account, quote, wish)


def _quote(app: App, account: Account, server_id: int, wish: rental_options.Wish) -> Quote:
    with app.progress() as progress:
        progress.update(renting.READING)
        server = renting.find(app, server_id)
        if server is not None:
            return paying.choose(account, server, wish)
    raise CommandError(
        f"server {server_id} is not on the marketplace.",
        hint="'clore search' lists the servers there are.",
        status=Status.NOT_FOUND,
    )
