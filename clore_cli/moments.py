"""Unix times as ISO 8601. Pure."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any, Optional


def iso_utc(seconds: Any) -> Optional[str]:
    """A unix time as ISO 8601 in UTC; None for what is missing or no believable time."""
    try:
        moment = datetime.fromtimestamp(seconds, timezone.utc)
    except (TypeError, ValueError, OverflowError, OSError):
        return None
    return moment.isoformat().replace("+00:00", "Z")
