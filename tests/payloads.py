"""The project's own copies of the API's payloads, and the rows in them."""

from __future__ import annotations

import json
from pathlib import Path

FIXTURES = Path(__file__).parent / "fixtures"


def payload(name):
    """A fresh copy of the payload ``name``, as `json.loads` gives it."""
    return json.loads((FIXTURES / f"{name}.json").read_text(encoding="utf-8"))


def rows(name, key):
    """The rows of a payload."""
    return payload(name)[key]
