"""What the environment says about the network: proxies and certificates."""

from __future__ import annotations

import contextlib
import os
import ssl
from pathlib import Path
from typing import Any, Optional, Tuple
from urllib.parse import unquote, urlsplit

from .addresses import is_loopback
from .errors import ConfigError

_PROXY_VARIABLES = ("http_proxy", "https_proxy", "all_proxy")

#: Before the system's own certificates, in this order. OpenSSL reads the second one itself.
_BUNDLES = ("CLORE_CA_BUNDLE", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE")


def proxy_for(url: str) -> Optional[str]:
    """The address of the proxy for ``url`` by HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY.

    Plain http to this machine never goes through one, which would read the key on the way.

    Raises:
        ConfigError: the variable names no HTTP proxy. The text never quotes it: it may hold a
            password.
    """
    if not any(os.environ.get(n) or os.environ.get(n.upper()) for n in _PROXY_VARIABLES):
        return None
    if never_proxied(url):
        return None
    parts = urlsplit(url)
    from urllib import request  # the environment's rules, NO_PROXY's among them

    proxies = request.getproxies_environment()
    if request.proxy_bypass_environment(parts.netloc, proxies):  # type: ignore[attr-defined]
        return None
    proxy = proxies.get(parts.scheme) or proxies.get("all")
    return _checked(proxy, parts.scheme if parts.scheme in proxies else "all") if proxy else None


def never_proxied(url: str) -> bool:
    """Whether ``url`` is plain http to this machine, whatever the environment says."""
    return url.startswith("http:") and is_loopback(url)


def _checked(proxy: str, kind: str) -> str:
    address = proxy if "://" in proxy else f"http://{proxy}"
    name = f"{kind.upper()}_PROXY"
    scheme, usable = "", False
    with contextlib.suppress(ValueError):
        parts = urlsplit(address)
        scheme, usable = parts.scheme, bool(parts.hostname) and parts.port != 0
    if not usable or not address.isascii() or not address.isprintable() or " " in address:
        raise ConfigError(f"{name} must look like http://proxy.example:3128")
    if scheme not in ("http", "https"):
        raise ConfigError(f"{name} must name an http or https proxy; {scheme} is not known")
    return address


def split_credentials(proxy: str) -> Tuple[str, Optional[str]]:
    """The proxy's address without user and password, and ``user:password`` if there was one."""
    parts = urlsplit(proxy)
    credentials, _, host = parts.netloc.rpartition("@")
    # urllib3 writes them in Latin-1, which makes of each byte that was escaped that very byte.
    user, _, password = unquote(credentials, "latin-1").partition(":")
    return f"{parts.scheme}://{host}", f"{user}:{password}" if credentials else None


def tls_context() -> ssl.SSLContext:
    """How servers are verified: CLORE_CA_BUNDLE, SSL_CERT_FILE, REQUESTS_CA_BUNDLE, the system.

    Raises:
        ConfigError: the variable names no file or directory of certificates.
    """
    name = next((name for name in _BUNDLES if os.environ.get(name)), None)
    try:
        context = ssl.create_default_context(**_location(name))
    except (OSError, ValueError) as error:  # ssl.SSLError is an OSError
        what = getattr(error, "strerror", None) or "not PEM certificates"
        raise ConfigError(f"{name}: its certificates cannot be read ({what})") from None
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _location(name: Optional[str]) -> Any:
    if name is None:
        return {}
    path = os.environ[name]
    return {"capath": path} if Path(path).is_dir() else {"cafile": path}
