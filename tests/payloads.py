"""The project's own copies of the API's payloads, and the rows in them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Dict, List

FIXTURES = Path(__file__).parent / "fixtures"


def payload(name: str) -> Dict[str, Any]:
    """A fresh copy of the payload ``name``, as `json.loads` gives it."""
    found: Dict[str, Any] = json.loads((FIXTURES / f"{name}.json").read_text(encoding="utf-8"))
    return found


def rows(name: str, key: str) -> List[Dict[str, Any]]:
    """The rows of a payload."""
    found: List[Dict[str, Any]] = payload(name)[key]
    return found
