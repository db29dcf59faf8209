"""Which names of settings, fields and parameters stand for secrets: one answer for all. Pure."""

from __future__ import annotations

import re

#: Anywhere in a name. Many names are other programs' own, so this rather hides too much.
_PARTS = (
    r"passw|passphrase|token|secret|credential|key|authori[sz]ation|auto_?login|cookie|mnemonic"
    r"|signature|webhook|private"
)
#: Only as a word of its own: "author" and "design" are in other names.
_WORDS = frozenset(["auth", "bearer", "dsn", "jwt", "otp", "pass", "pin", "psk", "pwd", "sig"])

_WORD = r"[a-z0-9]+"
_HUMP = r"(?<=[a-z0-9])(?=[A-Z])"  # of camelCase

#: What has "key" in its name and is public, or names where the key is.
_HARMLESS = frozenset(
    ["host_key_alias", "key_command", "key_store", "keyring_left", "public_key", "ssh_key"]
)


def is_secret(name: str) -> bool:
    """Whether what goes by ``name`` may be a secret."""
    lower = re.sub(_HUMP, "_", name).lower().replace("-", "_")
    if lower in _HARMLESS:
        return False
    return bool(re.search(_PARTS, lower)) or not _WORDS.isdisjoint(re.findall(_WORD, lower))
