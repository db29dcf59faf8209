"""HTTP over urllib3. The only module that imports it; it decides nothing about retries."""

from __future__ import annotations

import json
import platform
import threading
from http.client import HTTPException
from typing import Any, Callable, Dict, Iterator, Optional
from urllib.parse import urlencode

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from ._version import __version__
from .errors import BadAnswerError, NetworkError
from .text import clean
from .validate import refuse
from .wire import Request, Response

#: Bytes of one answer after decompression: the whole marketplace is about 2.5 MB today.
BODY_LIMIT = 64 * 1024 * 1024
_CHUNK = 64 * 1024
_SECRET = 8  # characters; the API's keys have 32, and a sandbox's "k" is in every answer

USER_AGENT = f"clore-ai/{__version__} (unofficial; Python {platform.python_version()})"


class _Attempt(threading.local):
    """Whether the request of this thread's attempt began to leave, and whom to tell."""

    left = False
    on_departure: Optional[Callable[[], None]] = None


_attempt = _Attempt()


class _Watched:
    """Notes the moment when the first byte of a request goes out.

    Whether a request may have arrived decides whether an order may be sent again, and the
    class of the exception does not tell: the same TLS error comes before and after.
    """

    sock: Any

    def send(self, data: Any) -> None:
        if self.sock is None:
            self.connect()  # type: ignore[attr-defined]
        if not _attempt.left:
            _attempt.left = True
            if _attempt.on_departure:
                _attempt.on_departure()
        super().send(data)  # type: ignore[misc]


class _Connection(_Watched, HTTPConnection):
    pass


class _TLSConnection(_Watched, HTTPSConnection):
    pass


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _TLSPool(HTTPSConnectionPool):
    ConnectionCls = _TLSConnection


class Urllib3Transport:
    """Sends requests to ``base_url``, with ``api_key`` in the ``auth`` header."""

    def __init__(self, base_url: str, api_key: Optional[str] = None, timeout: float = 30.0) -> None:
        self._base = base_url.rstrip("/")
        self._headers = {
            "accept": "application/json",
            "accept-encoding": "gzip",
            "user-agent": USER_AGENT,
        }
        if api_key:
            self._headers["auth"] = api_key
        # Neither retries nor redirects: urllib3 re-sent a POST when TLS broke after it, and
        # carries our `auth` header to whatever host a redirect names.
        self._pools = urllib3.PoolManager(maxsize=4, retries=False, timeout=timeout)
        self._pools.pool_classes_by_scheme = {"http": _Pool, "https": _TLSPool}

    def send(self, request: Request) -> Response:
        """Send ``request`` once; see `clore_client.wire.Transport`."""
        _attempt.left, _attempt.on_departure = False, request.on_departure
        try:
            return self._exchange(request)
        except (urllib3.exceptions.HTTPError, HTTPException, OSError, ValueError) as error:
            reason, cause = _reason(error), _Original(type(error).__name__)
        # Raised out here, so that it does not drag the original along, whose text and
        # traceback may hold the key.
        sent = _attempt.left
        arrived = "it may have arrived" if sent else "nothing was sent"
        name = request.path.strip("/")
        raise NetworkError(f"{name}: {reason}; {arrived}", sent=sent) from cause

    def close(self) -> None:
        """Close every connection."""
        self._pools.clear()

    def _exchange(self, request: Request) -> Response:
        url = request.url or self._base + request.path
        if request.query:
            url += "?" + urlencode(request.query)
        body, headers = _encode(request.json), dict(self._headers)
        if request.url:
            headers.pop("auth", None)
        if body is not None:
            headers["content-type"] = "application/json"
        raw = self._pools.request(
            request.method, url, body=body, headers=headers, redirect=False, preload_content=False
        )
        try:
            data = _read(raw, request)
        except BaseException:
            raw.close()
            raise
        raw.release_conn()
        return Response(raw.status, self._without_key(data), _lower(raw.headers))

    def _without_key(self, data: bytes) -> bytes:
        """``data``, unless it echoes the key: then it would end up in error texts and logs."""
        key = self._headers.get("auth", "")
        return data.replace(key.encode(), b"********") if len(key) >= _SECRET else data


class _Original(Exception):  # noqa: N818  stands in for an exception of another package
    """The name of an exception of urllib3, without the headers that its text may quote."""


def _encode(value: Any) -> Optional[bytes]:
    if value is None:
        return None
    try:
        return json.dumps(value, allow_nan=False).encode()
    except (RecursionError, TypeError, ValueError):
        raise refuse("json", "must be made of JSON's types and finite numbers") from None


def _lower(headers: Any) -> Dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def _read(raw: Any, request: Request) -> bytes:
    body = bytearray()
    for chunk in raw.stream(_CHUNK, decode_content=True):
        body += chunk
        if len(body) > BODY_LIMIT:
            raise BadAnswerError(
                f"{request.path.strip('/')}: the answer is over {BODY_LIMIT >> 20} MB",
                status=raw.status,
            )
    return bytes(body)


def _reason(error: Exception) -> str:
    """What happened, in words that quote nothing but the operating system."""
    for kind, reason in _REASONS:
        # A refused connection is a kind of ConnectTimeoutError in urllib3 2.
        if isinstance(error, kind) and type(error) is not urllib3.exceptions.NewConnectionError:
            return reason
    words = next((e.strerror for e in _chain(error) if isinstance(e, OSError) and e.strerror), "")
    return f"the connection failed ({clean(words, 80) or type(error).__name__})"


_REASONS = (
    (urllib3.exceptions.NameResolutionError, "the host name cannot be resolved"),
    (urllib3.exceptions.ConnectTimeoutError, "no connection in time"),
    (urllib3.exceptions.ReadTimeoutError, "no answer in time"),
    (urllib3.exceptions.SSLError, "the TLS connection failed"),
    (urllib3.exceptions.DecodeError, "the answer's compression is broken"),
    (urllib3.exceptions.IncompleteRead, "the answer was cut off"),
)


def _chain(error: Optional[BaseException]) -> Iterator[BaseException]:
    """``error`` and what caused it, as far as urllib3 tells."""
    while error is not None:
        yield error
        error = error.__cause__ or next(
            (arg for arg in error.args if isinstance(arg, BaseException)), None
        )
