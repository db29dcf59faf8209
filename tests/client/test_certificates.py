"""Whose certificates are trusted: the variables' order, and what is said when one is no good."""

from __future__ import annotations

import shutil
import ssl
import warnings
from typing import TYPE_CHECKING, Iterator, Optional

import pytest
import trustme
from client.wires import Answering, listening

from clore_client import CloreAI
from clore_client.errors import ConfigError, NetworkError
from clore_client.transport import Urllib3Transport
from clore_client.wire import Request

if TYPE_CHECKING:
    from pathlib import Path

KEY = "k" * 28 + "9876"
VARIABLES = ["CLORE_CA_BUNDLE", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"]


@pytest.fixture(scope="module")
def strangers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bundle that does not hold the server's authority."""
    file = tmp_path_factory.mktemp("strangers") / "ca.pem"
    trustme.CA().cert_pem.write_to_path(str(file))
    return file


@pytest.fixture
def server(tls: ssl.SSLContext) -> Iterator[Answering]:
    handler = Answering()
    with listening(handler, tls) as port:
        handler.url = f"https://127.0.0.1:{port}/v1"
        yield handler


def ask(url: str) -> int:
    transport = Urllib3Transport(url, KEY)
    try:
        return transport.send(Request("POST", "/create_order", json={}, fresh=True)).status
    finally:
        transport.close()


@pytest.mark.parametrize("variable", VARIABLES)
def test_each_variable_names_whom_to_trust(
    server: Answering, bundle: Path, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv(variable, str(bundle))
    assert ask(server.url) == 200


@pytest.mark.parametrize(("first", "second"), [VARIABLES[:2], VARIABLES[1:]])
def test_the_first_one_counts(
    server: Answering,
    bundle: Path,
    strangers: Path,
    monkeypatch: pytest.MonkeyPatch,
    first: str,
    second: str,
) -> None:
    monkeypatch.setenv(first, str(bundle))
    monkeypatch.setenv(second, str(strangers))
    assert ask(server.url) == 200
    monkeypatch.setenv(first, str(strangers))
    monkeypatch.setenv(second, str(bundle))
    with pytest.raises(NetworkError, match="TLS connection failed"):
        ask(server.url)


def test_an_empty_variable_is_none(
    server: Answering, bundle: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLORE_CA_BUNDLE", "")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(bundle))
    assert ask(server.url) == 200


def test_a_certificate_of_nobody_known_is_refused_before_anything_is_sent(
    server: Answering, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(NetworkError, match=r"TLS connection failed.*certificate") as caught:
        ask(server.url)
    assert caught.value.sent is False
    assert server.seen == []
    assert "CLORE_CA_BUNDLE" in str(caught.value)


def test_a_certificate_for_another_name_is_refused(
    authority: trustme.CA, bundle: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLORE_CA_BUNDLE", str(bundle))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("other.example").configure_cert(context)
    failing = pytest.raises(NetworkError, match="TLS connection failed")
    with listening(handler := Answering(), context) as port, failing as caught:
        ask(f"https://127.0.0.1:{port}/v1")
    assert caught.value.sent is False
    assert handler.seen == []


def _laxly(context: ssl.SSLContext) -> ssl.SSLContext:
    """``context`` as older Pythons make it, and as a system's OpenSSL can be told to."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = ssl.TLSVersion.TLSv1
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    return context


@pytest.mark.parametrize("version", ["TLSv1_1", "TLSv1_2"])
def test_tls_before_1_2_is_not_spoken_whatever_the_system_allows(
    authority: trustme.CA, bundle: Path, monkeypatch: pytest.MonkeyPatch, version: str
) -> None:
    monkeypatch.setenv("CLORE_CA_BUNDLE", str(bundle))
    usual = ssl.create_default_context
    monkeypatch.setattr(ssl, "create_default_context", lambda **files: _laxly(usual(**files)))
    context = _laxly(ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.maximum_version = ssl.TLSVersion[version]
    authority.issue_cert("127.0.0.1").configure_cert(context)
    with listening(handler := Answering(), context) as port:
        url = f"https://127.0.0.1:{port}/v1"
        if version == "TLSv1_2":
            assert ask(url) == 200
            return
        with pytest.raises(NetworkError, match="TLS connection failed"):
            ask(url)
    assert handler.seen == []


def test_a_directory_of_certificates(
    server: Answering, bundle: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """By OpenSSL's hashed names; an empty one trusts nobody."""
    monkeypatch.setenv("CLORE_CA_BUNDLE", str(tmp_path))
    with pytest.raises(NetworkError, match="TLS connection failed"):
        ask(server.url)
    assert server.seen == []
    shutil.copy(bundle, tmp_path / "ca.pem")
    monkeypatch.setenv("CLORE_CA_BUNDLE", str(tmp_path / "ca.pem"))
    assert ask(server.url) == 200


@pytest.mark.parametrize("variable", VARIABLES)
@pytest.mark.parametrize("content", [None, b"", b"no PEM", b"\x00\xff" * 50], ids=str)
def test_a_bundle_that_is_none_is_named_and_nobody_else_is_trusted(
    server: Answering,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    variable: str,
    content: Optional[bytes],
) -> None:
    file = tmp_path / "ca.pem"
    if content is not None:
        file.write_bytes(content)
    monkeypatch.setenv(variable, str(file))
    failing = pytest.raises(ConfigError, match=rf"^{variable}: its certificates cannot be read")
    with CloreAI(KEY, base_url=server.url, limiter="off") as client, failing:
        client.wallets()
    assert server.seen == []
