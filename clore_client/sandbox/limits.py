"""The API's rate limiter, as strict as the real one is feared to be; it never waits."""

from __future__ import annotations

from typing import Dict, List, Tuple

#: Seconds between two requests of one key: over all endpoints, and of create_order.
SHARED_SPACING = 1.0
CREATE_SPACING = 5.0


class Limiter:
    """Remembers when each key's last accepted request arrived."""

    def __init__(self) -> None:
        self._accepted: Dict[Tuple[str, str], float] = {}

    def admit(self, who: str, endpoint: str, at: float) -> bool:
        """Accept the request that ``who`` sent, or refuse it; a refused one leaves no trace."""
        buckets = _buckets(endpoint)
        if any(self._too_soon((who, name), spacing, at) for name, spacing in buckets):
            return False
        self._accepted.update({(who, name): at for name, _ in buckets})
        return True

    def _too_soon(self, bucket: Tuple[str, str], spacing: float, at: float) -> bool:
        last = self._accepted.get(bucket)
        # Rounded to the microsecond: ten steps of 0.1 s add up to 0.9999999999999999.
        return last is not None and round(at - last, 6) < spacing


def _buckets(endpoint: str) -> List[Tuple[str, float]]:
    shared = [("", SHARED_SPACING)]
    return [*shared, (endpoint, CREATE_SPACING)] if endpoint == "create_order" else shared
