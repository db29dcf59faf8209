"""TLS: certificates that must not be trusted, handshakes that fail, and connections that break."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Dict

from clore_client.errors import BadAnswerError, NetworkError, OrderUncertainError

from . import behaviours as do
from . import tls
from .build import GOOD, READ, TEXT, TWICE, family, get, once, rent, slow
from .case import AGAIN, ODD, Case
from .cases_money import FOUND
from .wire import head

if TYPE_CHECKING:
    from attack.faultserver import Behaviour

LOST = (NetworkError,)


def _untrusted(name: str, what: str, **more: Any) -> Case:
    expected: Dict[str, Any] = {"raises": LOST, "sent": False, "requests": 0, **more}
    return get(f"tls-{name.replace(' ', '-')}", what, tls=name, **expected)


def _no_handshake(name: str, what: str, greeting: Behaviour, **more: Any) -> Case:
    expected: Dict[str, Any] = {"raises": LOST, "sent": False, "requests": 0, **more}
    return get(f"tls-{name}", what, tls="good", greeting=greeting, **expected)


HANDSHAKES = [
    get("tls", "a good certificate", tls="good", call=AGAIN, returns=TWICE, requests=2),
    _untrusted("unknown authority", "a certificate that nobody vouches for", cli=True),
    _untrusted("wrong host", "a certificate for another host"),
    _untrusted("expired", "a certificate that has expired"),
    _untrusted("obsolete", "offers TLS 1.0 and 1.1 only"),
    # In TLS 1.3 the server learns only after the request that there is no certificate.
    _untrusted("client certificate", "asks for a client certificate", sent=None),
    _no_handshake("plain", "speaks plain HTTP on the TLS port", do.raw(GOOD)),
    _no_handshake("garbage", "sends random bytes instead of a handshake",
                  do.raw(bytes(range(256)))),
    _no_handshake("alert", "answers the hello with an alert", tls.hello_then(do.raw(tls.ALERT))),
    _no_handshake("closed", "hangs up after the hello", tls.hello_then(do.close)),
    _no_handshake("reset", "resets after the hello", tls.hello_then(do.reset)),
    slow("tls-hang", "says nothing to the hello", None, tls="good", greeting=do.hang, sent=False,
         requests=0),
    slow("tls-drip", "sends its part of the handshake byte by byte", None, tls="good",
         greeting=tls.dripping_handshake, sent=False, requests=0),
]  # fmt: skip

BODY = head("200 OK", f"Content-Length: {len(TEXT)}")

ANSWERS = [
    get("tls-close", "closes TLS properly after the answer",
        tls.farewell(do.sanely(stay=False)), tls="good", returns=READ, requests=1),
    get("tls-no-notify", "closes without saying so after the answer",
        do.sanely(stay=False), tls="good", returns=READ, requests=1),
    get("tls-cut", "closes without saying so in the middle of the body",
        do.raw(BODY + TEXT[:50]), tls="good", raises=LOST, sent=True, requests=3),
    get("tls-cut-unframed", "closes without saying so in the middle of a body without a length",
        do.raw(head("200 OK") + TEXT[:50]), tls="good", raises=ODD, requests=3),
    get("tls-breaks", "sends what is no TLS instead of an answer", tls.breaking(), tls="good",
        raises=LOST, sent=True, requests=3),
    get("tls-breaks-body", "sends what is no TLS in the middle of the body",
        tls.breaking(BODY + TEXT[:50]), tls="good", raises=LOST, sent=True, requests=3),
    get("tls-alerts", "sends an alert instead of an answer", tls.alerting, tls="good",
        raises=LOST, sent=True, requests=3),
    once("tls-breaks-once", "sends what is no TLS instead of an answer", tls.breaking(),
         tls="good"),
    get("tls-reset-late", "resets after the request", do.reset, tls="good", raises=LOST, sent=True,
        requests=3),
    slow("tls-drip-body", "sends the body byte by byte", do.drip(BODY, TEXT), tls="good"),
    slow("tls-silent", "says nothing to the request", do.hang, tls="good", sent=True),
    get("tls-plain-redirect", "redirects to plain HTTP",
        do.redirect("301 Moved", "{elsewhere}/wallets"), tls="good", raises=(BadAnswerError,),
        status=301, requests=1),
]  # fmt: skip

_WELL: Dict[str, Any] = {"returns": FOUND, "orders": 1, "tls": "good"}
_UNSURE: Dict[str, Any] = {"raises": (OrderUncertainError,), "tls": "good"}
RENTALS = [
    rent("tls-rent", "create_order: all is well", do.sanely(), **_WELL),
    rent("tls-rent-breaks-made", "create_order: made, then what is no TLS",
         do.made(tls.breaking()), **_WELL),
    rent("tls-rent-breaks-not", "create_order: not made, what is no TLS", tls.breaking(),
         **_UNSURE),
    rent("tls-rent-alert", "create_order: made, then an alert", do.made(tls.alerting), **_WELL),
    rent("tls-rent-cut", "create_order: made, then cut without saying so",
         do.made(do.raw(head("200 OK", "Content-Length: 99") + b'{"co')), **_WELL),
    rent("tls-rent-redirect", "create_order: redirected to plain HTTP",
         do.redirect("307 Moved", "{elsewhere}/create_order"), **_UNSURE),
    rent("tls-rent-untrusted", "create_order: a certificate that nobody vouches for",
         tls="unknown authority", raises=LOST, sent=False, requests=0, looks=0),
]  # fmt: skip

CASES = family("TLS", [*HANDSHAKES, *ANSWERS, *RENTALS])
