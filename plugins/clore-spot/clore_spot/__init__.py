"""`clore bid`: keeps a spot order at the lowest bid that wins. The rules are in `policy`."""

from __future__ import annotations
