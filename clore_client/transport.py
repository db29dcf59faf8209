"""HTTP over urllib3. The only module that imports it; it decides nothing about retries."""

from __future__ import annotations

import functools
import io
import json
import os
import re
import ssl
import sys
from http.client import HTTPException
from typing import Any, Dict, Iterator, Optional, Tuple
from urllib.parse import urlencode

import urllib3
from urllib3.util import parse_url

from . import exchange, network, redact
from ._version import __version__
from .causes import OriginalError
from .errors import AnswerTooLargeError, BadAnswerError, CloreAPIError, NetworkError
from .text import clean
from .transport_sockets import POOLS, bounded
from .validate import refuse
from .wire import Request, Response

#: Bytes of one answer after decompression: the whole marketplace is about 2.5 MB today.
BODY_LIMIT = 64 * 1024 * 1024
_CHUNK = 64 * 1024
_NEVER = urllib3.Retry(False, redirect=False)
_SECRET = 8  # characters; the API's keys have 32, and a sandbox's "k" is in every answer
_KEPT = 1000  # idle connections: `workers.REQUESTS`; urllib3 warns on stderr of each one over it

USER_AGENT = f"clore-ai/{__version__} (unofficial; Python {sys.version.split()[0]})"


class Urllib3Transport:
    """Sends requests to ``base_url``, with ``api_key`` in the ``auth`` header.

    Args:
        base_url: the API; only its host ever sees the key.
        api_key: left out where there is none.
        timeout: seconds for one attempt as a whole, from the look-up of the name to the last
            byte of the answer.
    """

    def __init__(self, base_url: str, api_key: Optional[str] = None, timeout: float = 30.0) -> None:
        self._base, self._key = base_url.rstrip("/"), api_key
        self._timeout = min(timeout, exchange.LONGEST)
        self._tls: Any = None
        self._near = network.never_proxied(self._base)
        self._managers: Dict[Tuple[int, str, Optional[str]], Any] = {}
        #: those of the base URL alone, by process: what `urllib3.PoolManager` would find each time
        self._pools: Dict[int, Any] = {}

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._base!r})"

    def send(self, request: Request) -> Response:
        """Send ``request`` once; see `clore_client.wire.Transport`.

        Raises:
            NetworkError: no complete answer, in time or at all.
            BadAnswerError: an answer that is too large or written in a way not asked for.
            ConfigError: the environment's proxy or certificates cannot be used.
        """
        name = _name(request)
        with exchange.begin(self._timeout, BODY_LIMIT, request.on_departure) as state:
            try:
                return self._exchange(request, name)
            except (urllib3.exceptions.HTTPError, HTTPException, OSError, ValueError) as error:
                failure = self._failure(error, request, sent=state.left)
                failure.__cause__ = OriginalError.of(error)
        # Raised out here, so that it does not drag the original along, whose text and
        # traceback may hold the key.
        raise failure

    def close(self) -> None:
        """Close every connection."""
        managers, self._managers = self._managers, {}  # other threads may be adding some
        pools, self._pools = self._pools, {}
        if os.getpid() in pools:  # its manager may have given it up for others
            pools[os.getpid()].pool.drain()
        for (process, *_), manager in list(managers.items()):
            if process == os.getpid():  # a thread of the parent's may hold the lock of another
                _close(manager)

    def _exchange(self, request: Request, name: str) -> Response:
        url = request.url or self._base + request.path
        query = "?" + urlencode(request.query) if request.query else ""
        body = _encode(request.json)
        headers = self._headers(request, body)
        proxy = None if self._near and not request.url else network.proxy_for(url)
        if request.fresh:
            manager = self._connect(url, proxy)
            try:
                return self._ask(manager, request, name, (url + query, body, headers))
            finally:
                _close(manager)
        if request.url or proxy is not None:
            manager = self._manager(url, proxy)
            return self._ask(manager, request, name, (url + query, body, headers))
        return self._ask(self._pool(), request, name, (_target(url) + query, body, headers))

    def _headers(self, request: Request, body: Optional[bytes]) -> Dict[str, str]:
        headers = {
            "accept": "application/json",
            # Only what is bounded here; a server that answers in another way is refused.
            "accept-encoding": "gzip",
            "user-agent": USER_AGENT,
        }
        if body is not None:
            headers["content-type"] = "application/json"
        if self._key and not request.url:
            headers["auth"] = self._key
        return headers

    def _ask(
        self, opener: Any, request: Request, name: str, message: Tuple[str, Any, Any]
    ) -> Response:
        url, body, headers = message
        raw = opener.urlopen(
            request.method, url, body=body, headers=headers, redirect=False, preload_content=False
        )
        try:
            data = _read(raw, name)
        except BaseException:
            raw.close()
            raise
        raw.release_conn()
        return Response(raw.status, self._without_key(data), _lower(raw.headers))

    def _pool(self) -> Any:
        """The kept connections to the API itself, in this process."""
        process = os.getpid()
        pools = self._pools  # another thread may be closing them
        if process not in pools:
            pools[process] = self._manager(self._base).connection_from_url(self._base)
        return pools[process]

    def _manager(self, url: str, proxy: Optional[str] = None) -> Any:
        """The kept connections: of this process, for a forked one must not share its sockets."""
        place = (os.getpid(), url.partition(":")[0], proxy)
        managers = self._managers  # another thread may be closing them
        if place not in managers:
            managers[place] = self._connect(url, proxy)
        return managers[place]

    def _connect(self, url: str, proxy: Optional[str]) -> Any:
        # Neither retries nor redirects: urllib3 re-sent a POST when TLS broke after it, and
        # carries our `auth` header to whatever host a redirect names.
        options: Dict[str, Any] = {"maxsize": _KEPT, "retries": _NEVER, "timeout": self._timeout}
        if url.startswith("https:"):
            options["ssl_context"] = self._context()
        if proxy is None:
            manager = urllib3.PoolManager(**options)
        else:
            address, credentials = network.split_credentials(proxy)
            if credentials:
                options["proxy_headers"] = urllib3.make_headers(proxy_basic_auth=credentials)
            if address.startswith("https:"):
                options["proxy_ssl_context"] = self._context()
            manager = urllib3.ProxyManager(address, **options)
        manager.pool_classes_by_scheme = POOLS
        return manager

    def _context(self) -> Any:
        if self._tls is None:  # 21 ms, and plain http to a sandbox needs none
            self._tls = bounded(network.tls_context())
        return self._tls

    def _without_key(self, data: bytes) -> bytes:
        """``data``, unless it echoes the key: then it would end up in error texts and logs.

        The secrets of an order are taken out of errors only: the ``servers`` of ``ROLE=servers``
        is part of an answer's own names.
        """
        if self._key and len(self._key) >= _SECRET:
            data = redact.mask_bytes(data, (self._key,))
        return data

    def _failure(self, error: Exception, request: Request, *, sent: bool) -> CloreAPIError:
        causes, name = list(_chain(error)), _name(request)
        if sent and any(isinstance(cause, exchange.TooMuchError) for cause in causes):
            return too_large(name)  # before that, a proxy's: no answer, and nothing was sent
        reason, advice = _reason(causes, self._timeout)
        arrived = "" if request.method == "GET" else "; it may have arrived"  # a read does no harm
        text = f"{name}: {reason}{arrived if sent else '; nothing was sent'}"
        return NetworkError(text, sent=sent, advice=advice)


def _name(request: Request) -> str:
    return request.path.strip("/") or "snapshot"


def too_large(name: str, status: Optional[int] = None) -> AnswerTooLargeError:
    """The error for an answer of more than `BODY_LIMIT` bytes."""
    where = f" (HTTP {status})" if status else ""
    text = f"{name}: the answer is over {BODY_LIMIT >> 20} MB{where}"
    return AnswerTooLargeError(text, status=status, advice="Check the base URL.")


@functools.lru_cache(maxsize=64)
def _target(url: str) -> str:
    """What a server is asked for ``url``: its path, as urllib3 writes it."""
    return parse_url(url).request_uri


def _close(manager: Any) -> None:
    """Close the connections here: urllib3 would in a finalizer, which swallows a Ctrl-C.

    A pool itself stays open for another thread that is about to use it.
    """
    for place in manager.pools.keys():  # noqa: SIM118  it is no mapping that can be iterated over
        pool = manager.pools.get(place)
        if pool is not None:
            pool.pool.drain()
    manager.clear()


def _encode(value: Any) -> Optional[bytes]:
    if value is None:
        return None
    try:
        return json.dumps(value, allow_nan=False).encode()
    except (RecursionError, TypeError, ValueError):
        raise refuse("json", "must be made of JSON's types and finite numbers") from None


def _lower(headers: Any) -> Dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


_CODINGS = ("br", "compress", "deflate", "x-compress", "zstd")


def _read(raw: Any, name: str) -> bytes:
    encoding = (raw.headers.get("content-encoding") or "identity").strip().lower()
    if encoding not in ("identity", "gzip", "x-gzip"):
        # Quoted where it is a known one: a server may echo the key in any header.
        known = encoding if encoding in _CODINGS else "something unknown"
        raise BadAnswerError(
            f"{name}: the answer is compressed as {known}, which was not asked"
            f" for (HTTP {raw.status})",
            status=raw.status,
            advice="Check the base URL and any proxy.",
        )
    length = raw.length_remaining or 0
    if encoding == "identity" and 0 < length <= BODY_LIMIT:  # as most answers: in one piece
        whole: bytes = raw.read(length)
        return whole
    body = io.BytesIO()  # gives its bytes away without copying them
    for chunk in raw.stream(_CHUNK, decode_content=True):
        body.write(chunk)
        if body.tell() > BODY_LIMIT:
            raise too_large(name, raw.status)
    return body.getvalue()


def _reason(causes: Any, timeout: float) -> Tuple[str, str]:
    """What happened and what to do, in words that quote nothing but the operating system."""
    for kind, reason, advice in _REASONS:
        # A refused connection is a kind of ConnectTimeoutError in urllib3 2.
        if any(isinstance(e, kind) and type(e) is not _REFUSED for e in causes):
            proxied = any(isinstance(e, _PROXY) for e in causes)
            what = reason.format(timeout=timeout) + _certificate(causes)
            if kind is _PROXY:
                what += _refusal(causes)
            elif proxied:
                what = f"on the way to the proxy, {what}"
            return what, _CHECK_PROXY if proxied else advice
    words = next((e.strerror for e in causes if isinstance(e, OSError) and e.strerror), "")
    what = clean(words, 80) or type(causes[0]).__name__
    return f"the connection failed ({what})", "Check the network and the base URL."


def _refusal(causes: Any) -> str:
    """The status of a proxy's refusal, or why nobody answers there; none of the proxy's words."""
    for cause in causes:
        status = _TUNNEL.match(str(cause)) if isinstance(cause, OSError) else None
        words = f"HTTP {status[1]}" if status else getattr(cause, "strerror", None)
        if words:
            return f" ({clean(words, 80)})"
    return ""


def _certificate(causes: Any) -> str:
    """What is wrong with the server's certificate, in OpenSSL's words."""
    words = next((getattr(e, "verify_message", "") for e in causes if _refuses(e)), "")
    return f" ({clean(words, 120)})" if words else ""


def _refuses(error: BaseException) -> bool:
    return isinstance(error, ssl.SSLCertVerificationError)


_TUNNEL = re.compile(r"Tunnel connection failed: ([0-9]{3})\b")  # http.client's words
_REFUSED = urllib3.exceptions.NewConnectionError
_PROXY = urllib3.exceptions.ProxyError  # around what happened on the way to it
_CHECK_PROXY = "Check HTTPS_PROXY and NO_PROXY."
_SLOW = "Try again, or with a longer timeout."
_REASONS: Tuple[Tuple[Any, str, str], ...] = (
    (exchange.TooMuchError, "a proxy sends without end", _CHECK_PROXY),
    (
        urllib3.exceptions.NameResolutionError,
        "the host name cannot be resolved",
        "Check the network and the base URL.",
    ),
    (urllib3.exceptions.ConnectTimeoutError, "no connection within {timeout:g} s", _SLOW),
    (urllib3.exceptions.ReadTimeoutError, "no complete answer within {timeout:g} s", _SLOW),
    (exchange.DeadlineError, "no complete answer within {timeout:g} s", _SLOW),
    (
        urllib3.exceptions.SSLError,
        "the TLS connection failed",
        "Check the clock, and CLORE_CA_BUNDLE where a proxy has its own certificates.",
    ),
    (urllib3.exceptions.DecodeError, "the answer's compression is broken", "Try again."),
    (urllib3.exceptions.IncompleteRead, "the answer was cut off", "Try again."),
    (_PROXY, "the proxy did not let it through", _CHECK_PROXY),
)


def _chain(error: Optional[BaseException]) -> Iterator[BaseException]:
    """``error`` and what caused it, as far as urllib3 tells."""
    seen = 0
    while error is not None and seen < 10:  # noqa: PLR2004  causes could form a ring
        seen += 1
        yield error
        inner = (arg for arg in error.args if isinstance(arg, BaseException))
        error = error.__cause__ or next(inner, None) or error.__context__
