"""Two keys, the settings that may hold one, and a keyring that works or fails with a reason."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Dict, Optional

from clore_client.keyrings import KeyringUnusableError

if TYPE_CHECKING:
    from pathlib import Path

KEY = "k" * 28 + "9876"
OTHER = "o" * 28 + "1234"


def write(file: Path, **settings: Any) -> None:
    file.write_text(json.dumps(settings))
    file.chmod(0o600)


class Keyring:
    """In place of the system's; ``asked`` counts how often, ``trouble`` is why it fails."""

    def __init__(self) -> None:
        self.asked, self.trouble = 0, ""
        self.kept: Dict[str, str] = {}

    def ask(self) -> None:
        self.asked += 1
        if self.trouble:
            raise KeyringUnusableError(self.trouble)

    def get(self, account: str) -> Optional[str]:
        self.ask()
        return self.kept.get(account)

    def put(self, account: str, secret: str, seconds: float, waiting: object) -> None:
        self.ask()
        self.kept[account] = secret

    def forget(self, account: str) -> bool:
        self.ask()
        return self.kept.pop(account, None) is not None
