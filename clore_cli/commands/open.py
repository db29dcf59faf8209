"""`clore open`: the web address of an order."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Dict, Generator, NamedTuple, Sequence

from clore_cli.plugin import (
    API_EXITS,
    App,
    Column,
    CommandError,
    IntRange,
    argument,
    command,
    completing,
    option,
)

from . import connect, own_order

if TYPE_CHECKING:
    from clore_client.models import Order

_YOUNG = 900  # seconds; pages were there after minutes at most

COLUMNS = [
    Column("order_id", "ORDER", align="right", kind="integer", about="the number of the order"),
    Column("http_url", "HTTP", kind="string", about="of the container's web server", whole=True),
]


class Page(NamedTuple):
    """The web address of an order; ``raw`` is the order as the API sent it."""

    order_id: int
    http_url: str
    raw: Dict[str, Any]


def address(pages: Sequence[Page]) -> str:
    """The addresses alone."""
    return "\n".join(page.http_url for page in pages)


@command(
    "open",
    columns=COLUMNS,
    text=address,
    single=True,
    section="renting",
    examples=[
        ("clore open 1939941", "Open the page in your browser."),
        ("clore open 1939941 --print", "Print the address only."),
        ('curl -I "$(clore open 1939941 -q)"', "Ask whether the page answers."),
    ],
    exits={**API_EXITS, 4: "You have no such order, or it has ended."},
    environment={"BROWSER": "The program that shows the page; a text browser will do, too."},
    see=["order", "ssh", "deploy"],
)
@argument("order_id", type=IntRange(min=1), shell_complete=completing.machines)
@option("--print", "only_print", is_flag=True, help="Print the address and open nothing.")
def open_(app: App, order_id: int, only_print: bool) -> Page:
    """Open an order's web address in the browser, and print it.

    On a terminal the page is opened in a graphical browser, or in the one that BROWSER names;
    elsewhere the address is printed only. The format text is the address alone.
    """
    order = own_order.live(app, order_id)
    url = connect.web_address(order)
    if url is None:
        raise _without_address(order)
    if _is_young(app, order):
        app.note("It can take minutes until the page answers: an error such as 502 is usual first.")
    if not only_print and sys.stdout.isatty():
        app.when_shown(lambda _: _browse(app, url))
    return Page(order_id, url, order.raw)


def _without_address(order: Order) -> CommandError:
    if not order.http_pub:
        return CommandError(
            f"order {order.id} has no web address.",
            hint="Ports are chosen when you rent: 'clore deploy SERVER_ID --port 8888:http'.",
        )
    return CommandError(
        f"order {order.id} has no usable web address: the API sent {order.http_pub!r}.",
        hint=f"'clore order {order.id}' shows what there is.",
    )


def _is_young(app: App, order: Order) -> bool:
    if order.ct is None or order.status == "deploying":
        return True
    return app.client.server_time - order.ct < _YOUNG


def _browse(app: App, url: str) -> None:
    import webbrowser  # only here

    with _no_text_browsers(), suppress(webbrowser.Error):
        webbrowser.get()  # looks for the browsers there are, once
    if not webbrowser.open(url):
        app.warn("no graphical browser was found; open the address yourself.")


@contextmanager
def _no_text_browsers() -> Generator[None, None, None]:
    """Within this context none is found but in BROWSER: they would fill the terminal."""
    term = os.environ.pop("TERM", None)
    try:
        yield
    finally:
        if term is not None:
            os.environ["TERM"] = term
