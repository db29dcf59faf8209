"""Proxies that refuse, break or listen: nothing but CONNECT reaches them, and never a secret."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Dict, List

from clore_client.errors import (
    AnswerTooLargeError,
    ConfigError,
    FieldError,
    NetworkError,
    OrderUncertainError,
)

from . import behaviours as do
from . import tls
from .build import GOOD, READ, TWICE, family, get, rent
from .case import AGAIN, Case
from .cases_money import ALL_LOOKS, FOUND
from .faultserver import ESTABLISHED, Exchange, healthy
from .inbound import CONNECT
from .leaks import PASSWORD
from .wire import answer, chunk, head, zeros

if TYPE_CHECKING:
    from attack.faultserver import Behaviour

LOST = (NetworkError,)
#: Over a limit is over a limit: how it is called depends on who notices.
REFUSED = (NetworkError, AnswerTooLargeError)

PROXY = {"HTTPS_PROXY": "http://{gate}"}
WITH_PASSWORD = {"HTTPS_PROXY": f"http://me:{PASSWORD}@{{gate}}"}


def gate(id: str, what: str, *steps: Any, **expected: Any) -> Case:  # noqa: A002
    """A case of reading the wallets through a proxy, which lets nothing through."""
    expected = {"environment": PROXY, "requests": 0, **expected}
    if "returns" not in expected:
        expected = {"raises": LOST, "sent": False, **expected}
    case = get(f"proxy-{id}", f"a proxy: {what}", **expected)
    script = {CONNECT: (*steps, ...) if len(steps) == 1 else steps} if steps else {}
    return replace(case, script=script)


def _slow(id: str, what: str, step: Behaviour) -> Case:  # noqa: A002
    return gate(id, what, step, hangs=1, retries=0, timeout=0.25)


def _other_certificate(kind: str) -> Behaviour:
    """Let the request through to a server that shows a bad certificate."""

    def behave(exchange: Exchange) -> None:
        exchange.send(ESTABLISHED)
        exchange.server.encrypt(exchange, tls.context(kind))
        exchange.stays_open = True

    return behave


def _echo(exchange: Exchange) -> None:
    """Refuse, and show what was sent, the proxy's password included."""
    text = exchange.request.text
    credentials = exchange.request.headers.get("proxy-authorization", "")
    exchange.last(answer(f"{text} {PASSWORD}", f"407 {PASSWORD}", f"X-Sent: {credentials}"))


THROUGH = [
    gate("well", "all is well", call=AGAIN, returns=TWICE, requests=2, cli=False),
    gate("interim", "100 Continue first", do.raw(head("100 Continue")), raises=LOST),
    gate("http10", "answers with HTTP/1.0", _other_certificate("good"), returns=READ, requests=1),
    gate("once", "502 once, then all is well", do.page("502 Bad Gateway"), healthy, returns=READ,
         requests=1),
    gate("all", "all is well; named by ALL_PROXY", environment={"ALL_PROXY": "http://{gate}"},
         returns=READ, requests=1),
    gate("lower", "all is well; named by https_proxy", environment={"https_proxy": "{gate}"},
         returns=READ, requests=1),
    get("proxy-plain", "plain http to this machine goes around HTTP_PROXY", returns=READ,
        environment={"HTTP_PROXY": "http://{elsewhere}", "ALL_PROXY": "http://{elsewhere}"}),
    get("proxy-none", "NO_PROXY names the host", tls="good", returns=READ, environment={
        "HTTPS_PROXY": "http://{elsewhere}", "NO_PROXY": "127.0.0.1"}),
]  # fmt: skip

_STATUSES = (
    "201 Created", "204 No Content", "301 Moved", "400 Bad Request", "401 Unauthorized",
    "403 Forbidden", "404 Not Found", "407 Proxy Authentication Required", "429 Slow Down",
    "500 Oops", "502 Bad Gateway", "503 Busy", "504 Gateway Timeout",
)  # fmt: skip

ANSWERS = [
    *(
        gate(status[:3], f"a page with {status}", do.page(status), cli=status[:3] == "407")
        for status in _STATUSES if status[0] != "2"
    ),
    gate("302", "302 to another host", do.redirect("302 Found", "{elsewhere}/wallets")),
    gate("407-basic", "407 that asks for a password",
         do.says(b"", "407 Who", 'Proxy-Authenticate: Basic realm="x"')),
    gate("407-password", "407, although a password was sent; sends it back", _echo,
         environment=WITH_PASSWORD, cli=True),
    gate("502-json", "502 with the API's code 0", do.says({"code": 0}, "502 Bad Gateway")),
    gate("closed", "hangs up", do.close),
    gate("reset", "resets", do.reset),
    gate("junk", "random bytes", do.raw(bytes(range(256)) * 4)),
    gate("http09", "a body only", do.raw(b'{"code": 0}')),
    gate("no-status", "a status that is no number", do.raw(b"HTTP/1.1 abc OK\r\n\r\n")),
    gate("half", "half of the headers", do.raw(b"HTTP/1.1 200 OK\r\nX-")),
    gate("ssh", "is an SSH server", do.raw(b"SSH-2.0-OpenSSH_9.2p1\r\n")),
    gate("bomb", "502 with a gzip stream of 1 GB", do.pieces(
        head("502 Bad", "Content-Encoding: gzip"), lambda: zeros(1024)), raises=REFUSED),
    gate("flood", "a status line without end", do.flood(b"HTTP/1.1 200 ", b"O" * 65536)),
    _slow("hang", "no answer", do.hang),
    _slow("drip-status", "a status line byte by byte", do.drip(b"", ESTABLISHED * 8)),
    _slow("drip-headers", "headers byte by byte",
          do.drip(b"HTTP/1.1 200 OK\r\nX-Padding: ", b"x" * 200)),
    _slow("endless-headers", "header after header, slowly",
          do.drip(b"HTTP/1.1 200 OK\r\n", [b"X-Padding: x\r\n"] * 90)),
    gate("refused", "nobody listens", port="refused"),
    gate("unaccepted", "the system accepts, the proxy never reads", port="unaccepted", hangs=1,
         retries=0, timeout=0.25),
]  # fmt: skip

TUNNELS = [
    gate("tunnel-closed", "says 200 and hangs up", do.tunnelled(do.close)),
    gate("tunnel-reset", "says 200 and resets", do.tunnelled(do.reset)),
    gate("tunnel-junk", "says 200 and sends random bytes",
         do.tunnelled(do.raw(bytes(range(256))))),
    gate("tunnel-plain", "says 200 and answers for the API itself",
         do.tunnelled(tls.hello_then(do.raw(GOOD)))),
    _slow("tunnel-page", "says 200, shows a page and waits", do.page("200 OK")),
    gate("tunnel-chunks", "says 200, sends chunks and hangs up",
         do.raw(head("200 OK", "Transfer-Encoding: chunked") + chunk(b"x"))),
    gate("tunnel-alert", "says 200 and sends a TLS alert",
         do.tunnelled(tls.hello_then(do.raw(tls.ALERT)))),
    _slow("tunnel-hang", "says 200 and nothing more", do.tunnelled(do.hang)),
    *(
        gate(f"tunnel-{kind.replace(' ', '-')}", f"leads to a server with a certificate: {kind}",
             _other_certificate(kind))
        for kind in ("unknown authority", "wrong host", "expired")
    ),
]  # fmt: skip

_BEHIND_TLS = {"HTTPS_PROXY": "https://{gate}"}

ADDRESSES = [
    gate("tls-407", "behind TLS: 407", do.page("407 Who"), tls="good", environment=_BEHIND_TLS),
    gate("tls-untrusted", "behind TLS: a certificate that nobody vouches for",
         tls="unknown authority", environment=_BEHIND_TLS),
    gate("tls-other", "behind TLS: a certificate for another host", tls="wrong host",
         environment=_BEHIND_TLS),
    gate("tls-plain", "said to be behind TLS, but speaks plain HTTP", environment=_BEHIND_TLS,
         greeting=tls.hello_then(do.raw(answer(b"no", "400 Bad Request")))),
    *(
        gate(f"address-{name}", f"an address that is none: {what}", raises=(ConfigError,),
             sent=None, environment={"HTTPS_PROXY": address})
        for name, what, address in (
            ("socks", "socks5", "socks5://{gate}"),
            ("ftp", "ftp", "ftp://{gate}"),
            ("host", "no host", "http://:{gate}"),
            ("line", "a line end", "http://{gate}\r\nX-Evil: 1"),
            ("password", "a password and a bad port", f"http://me:{PASSWORD}@{{gate}}9999"),
        )
    ),
]  # fmt: skip


def _rent(
    id: str,  # noqa: A002
    what: str,
    *steps: Any,
    connects: Any = (),
    before: Any = (),
    **expected: Any,
) -> Case:
    """A case of a rental through a proxy, whose tunnels meet ``connects``, my_orders ``before``."""
    script: Dict[str, Any] = {CONNECT: connects, "my_orders": before}
    return rent(f"proxy-rent-{id}", f"create_order through a proxy: {what}", *steps,
                script=script, **{"environment": PROXY, **expected})  # fmt: skip


def _second(step: Behaviour, *more: Any) -> List[Any]:
    """The tunnel for my_orders is good, the one for the POST meets ``step``."""
    return [healthy, step, *more]


_WELL: Dict[str, Any] = {"returns": FOUND, "orders": 1}
_UNSENT: Dict[str, Any] = {"raises": LOST, "sent": False, "requests": 0, "looks": 1}

RENTALS = [
    _rent("well", "all is well", do.sanely(), **_WELL),
    _rent("502", "502 when the POST is due", connects=_second(do.page("502 Bad"), ...), **_UNSENT),
    _rent("407", "407 when the POST is due; sends the password back",
          connects=_second(_echo, ...), environment=WITH_PASSWORD, **_UNSENT),
    _rent("reset", "a reset when the POST is due", connects=_second(do.reset, ...), **_UNSENT),
    _rent("hang", "no answer when the POST is due", connects=_second(do.hang, ...), **_UNSENT,
          hangs=1, retries=0),
    _rent("junk", "says 200 and sends junk when the POST is due",
          connects=_second(do.tunnelled(do.raw(bytes(range(256)))), ...), **_UNSENT),
    _rent("untrusted", "leads to a bad certificate when the POST is due",
          connects=_second(_other_certificate("unknown authority"), ...), **_UNSENT),
    _rent("flood", "headers without end when the POST is due", connects=_second(
        do.flood(b"HTTP/1.1 200 OK\r\n", b"X-Padding: " + b"x" * 60_000 + b"\r\n"), ...),
        **_UNSENT, retries=0, timeout=2.0),
    _rent("502-once", "502 once when the POST is due", do.sanely(),
          connects=_second(do.page("502 Bad"), healthy), **_WELL),
    _rent("lost-made", "made, then the tunnel is reset", do.made(do.reset), **_WELL),
    _rent("lost-not", "not made, the tunnel is reset", do.reset, raises=(OrderUncertainError,),
          looks=ALL_LOOKS),
    _rent("lost-refused", "made, then the tunnel is reset; the proxy lets nothing more through",
          do.made(do.reset), connects=[healthy, healthy, do.page("502 Bad"), ...],
          before=[do.sanely("Connection: close", stay=False)],
          raises=(OrderUncertainError,), orders=1, looks=1),
    _rent("code-6", "code 6", do.says({"code": 6, "error": "server-already-rented"}),
          raises=(FieldError,), looks=1),
]  # fmt: skip

CASES = family("Proxies", [*THROUGH, *ANSWERS, *TUNNELS, *ADDRESSES, *RENTALS])
