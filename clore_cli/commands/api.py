"""`clore api`: any endpoint, its answer as it was sent."""

from __future__ import annotations

import json
import sys
from typing import Any, Dict, NoReturn, Optional, Sequence, Tuple
from urllib.parse import parse_qsl

from clore_cli.plugin import (
    API_EXITS,
    App,
    CloreAPIError,
    CommandError,
    File,
    Status,
    UsageError,
    argument,
    command,
    completing,
    option,
    to_json,
)


@command(
    section="tools",
    arguments={
        "METHOD": "GET or POST.",
        "PATH": "The endpoint's path below the address of the API, such as /wallets.",
    },
    examples=[
        ("clore api GET /wallets", "Ask for something."),
        ("clore api GET /spot_marketplace -f market=6 | jq .market", "With a query."),
        (
            "clore api POST /set_spot_price -F order_id=1939942 -F desired_price=2.9 --yes",
            "Send fields as JSON numbers.",
        ),
        (
            "clore api POST /cancel_order --input body.json",
            "Send a file, after a question.",
        ),
    ],
    exits={
        **API_EXITS,
        1: "Any other error; the answer of the API, if there was one, is on stderr.",
        4: "There is no such endpoint, server or order.",
        9: "It is not known whether the order that was to be placed exists.",
    },
    see=["order", "reconcile", "deploy"],
)
@argument("method", shell_complete=completing.methods)
@argument("path", shell_complete=completing.paths)
@option(
    "-f",
    "--raw-field",
    "texts",
    metavar="NAME=TEXT",
    multiple=True,
    help="A text: of the query for GET, of the JSON body otherwise; repeat for more.",
)
@option(
    "-F",
    "--field",
    "values",
    metavar="NAME=VALUE",
    multiple=True,
    help="The same, but numbers, true, false, null, lists and objects are read as JSON.",
)
@option(
    "--input",
    "body",
    metavar="FILE",
    type=File("rb"),
    shell_complete=completing.files,
    help="Send this JSON; - is stdin. Fields then belong to the query.",
)
@option("-y", "--yes", is_flag=True, help="Do not ask.")
def api(
    app: App,
    method: str,
    path: str,
    texts: Tuple[str, ...],
    values: Tuple[str, ...],
    body: Optional[Any],
    yes: bool,
) -> None:
    """Call any endpoint and print its answer.

    As in 'clore api GET /spot_marketplace -f market=6'. The answer is printed as it was sent, and
    in a readable form on a terminal. When the API refuses, its answer is on stderr and stdout
    stays empty. Everything but GET asks first. An order that is placed in this way is not looked
    after: prefer 'clore deploy'.
    """
    path, query = _split(path)
    given = {**_fields(texts), **_values(values)}
    content = None if body is None else _content(body)
    if body is not None or method.upper() == "GET":
        query.update({name: _text(value) for name, value in given.items()})
    elif given:
        content = given
    paid = _paid(method, path)
    if method.upper() != "GET":
        cost = "costs money" if paid else "may change or end what you have"
        app.confirm(f"{method.upper()} /{path.strip('/')} {cost}. Send it?", yes=yes)
    _print(app, _answer(app, method, path, query, content, paid=paid))


def _split(path: str) -> Tuple[str, Dict[str, str]]:
    """The path, and the query that may stand in it."""
    path, _, query = path.partition("?")
    return path, dict(parse_qsl(query, keep_blank_values=True))


def _fields(pairs: Sequence[str]) -> Dict[str, Any]:
    found: Dict[str, Any] = {}
    for pair in pairs:
        name, separator, value = pair.partition("=")
        if not name or not separator:
            raise UsageError("a field is NAME=VALUE.")  # not quoted: it may be a secret
        found[name] = value
    return found


def _values(pairs: Sequence[str]) -> Dict[str, Any]:
    return {name: _typed(value) for name, value in _fields(pairs).items()}


def _typed(text: str) -> Any:
    try:
        return json.loads(text, parse_constant=_no_number)
    except (ValueError, RecursionError):
        return text


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is nothing that JSON has")


def _text(value: Any) -> str:
    return value if isinstance(value, str) else to_json(value)


def _content(file: Any) -> Any:
    try:
        return json.loads(file.read(), parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        where = f"line {error.lineno}" if isinstance(error, json.JSONDecodeError) else "not UTF-8"
        raise UsageError(f"--input is no JSON ({where}).") from None


def _paid(method: str, path: str) -> bool:
    """Whether it makes an order; what is no endpoint at all is refused here."""
    from clore_client import passthrough

    return passthrough.spec(method, path).paid


def _answer(
    app: App, method: str, path: str, query: Dict[str, str], content: Any, *, paid: bool
) -> bytes:
    try:
        return app.client.request_raw(method, path, query=query, json=content)
    except CloreAPIError as error:
        if error.response is not None:
            app.tell(to_json(error.response))
        if paid:
            _raise_unknown(error)
        raise


def _raise_unknown(error: CloreAPIError) -> None:
    """Nobody looks after this order, so whoever placed it must hear that it may exist."""
    from clore_client.rental import proves_no_order

    if not proves_no_order(error):
        raise CommandError(
            f"{error.message}: it is not known whether an order was made.",
            hint="Look at 'clore orders' before you try again: an order that exists costs money.",
            status=Status.UNKNOWN,
        ) from None


def _print(app: App, answer: bytes) -> None:
    """The bytes as they came; on a terminal in ASCII, because strangers' text is in them."""
    if sys.stdout.isatty():
        from clore_client import jsontext

        app.emit(to_json(jsontext.loads(answer), indent=2))
    else:
        app.emit_bytes(answer if answer.endswith(b"\n") else answer + b"\n")
