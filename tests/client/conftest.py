"""Certificates that only these tests trust, no proxy of anybody, and where a key may be kept."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING

import pytest
import trustme
from client.keys import Keyring

from clore_client import config, keyrings

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    """A certificate authority that nobody knows yet."""
    return trustme.CA()


@pytest.fixture(scope="session")
def bundle(authority: trustme.CA, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file with the authority's own certificate."""
    file = tmp_path_factory.mktemp("ca") / "ca.pem"
    authority.cert_pem.write_to_path(str(file))
    return file


@pytest.fixture(scope="session")
def tls(authority: trustme.CA) -> ssl.SSLContext:
    """A server's TLS context for api.example and this machine."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate = authority.issue_cert("api.example", "proxy.example", "127.0.0.1", "localhost")
    certificate.configure_cert(context)
    return context


@pytest.fixture(autouse=True)
def no_proxy_of_anybody(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the proxies nor the certificates of whoever runs the tests."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def usual_directory(monkeypatch: pytest.MonkeyPatch) -> None:
    """``~/.clore``, whose keys the keyring has under the profiles' own names."""
    monkeypatch.delenv("CLORE_CONFIG_DIR")


@pytest.fixture
def file() -> Path:
    """Where the configuration belongs: it is not there, its directory is."""
    path = config.path()
    path.parent.mkdir(mode=0o700)
    return path


@pytest.fixture
def keyring(monkeypatch: pytest.MonkeyPatch) -> Keyring:
    """What is asked in place of the system's keyring."""
    ring = Keyring()
    for name in ("get", "put", "forget"):
        monkeypatch.setattr(keyrings, name, getattr(ring, name))
    return ring
