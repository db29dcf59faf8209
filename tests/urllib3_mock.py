"""Lets `responses` answer urllib3, which it does not patch by itself.

Only canned answers: what is sent, refused or cut off on the way is tested on real sockets.
`_make_request` is private to urllib3; `test_transport.py` fails loudly if it goes away.
"""

from __future__ import annotations

import contextlib
from typing import Any, Iterator, Mapping, Optional
from unittest import mock

import requests
import responses
from requests.adapters import HTTPAdapter
from urllib3.connectionpool import HTTPConnectionPool


@contextlib.contextmanager
def answering() -> Iterator[responses.RequestsMock]:
    """A `responses.RequestsMock` that urllib3 asks; every registered answer must be used."""
    with responses.RequestsMock() as mocked:
        adapter = HTTPAdapter()

        def exchange(
            pool: HTTPConnectionPool,
            conn: object,
            method: str,
            url: str,
            *,
            body: Optional[bytes] = None,
            headers: Mapping[str, str],
            retries: object = None,
            **options: Any,
        ) -> Any:
            full = f"{pool.scheme}://{pool.host}{url}"
            request = requests.Request(method, full, headers=dict(headers), data=body).prepare()
            answer = HTTPAdapter.send(adapter, request).raw  # `responses` has patched `send`
            answer.retries = retries
            answer._connection = options.get("response_conn")
            answer._pool = pool
            return answer

        with mock.patch.object(HTTPConnectionPool, "_make_request", exchange):
            yield mocked
