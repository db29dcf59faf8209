"""What may be set on the GPUs of a machine on GigaSPOT; knows no bids."""

from __future__ import annotations

from typing import Any, Dict, List

from .order import Row

Limits = Dict[str, Any]

#: [lowest, highest] in MHz, as in the one published answer; the power limit is the card's own.
_CLOCKS = {
    "mem_lock": [405, 9501],
    "core_lock": [210, 2100],
    "mem_offset": [-1000, 3000],
    "core_offset": [-200, 200],
}
_UNKNOWN_POWER = 250  # W, of the rows that tell none


def limits(row: Row) -> List[Limits]:
    """One object per GPU, as the snapshot shows it."""
    names = _names(row["gpu_array"])
    power = row["specs"].get("pl") or [0]
    return [
        {"pl": _power(power[min(index, len(power) - 1)]), **_CLOCKS, "model": name.strip()}
        for index, name in enumerate(names)
    ]


def fits(row: Row, oc: List[Row]) -> bool:
    """Whether the machine's GPUs take ``oc``: one object for each, every value in its range."""
    cards = limits(row)
    return len(oc) == len(cards) and all(map(_fits, cards, oc))


def _fits(card: Limits, settings: Row) -> bool:
    return all(card[name][0] <= value <= card[name][1] for name, value in settings.items())


def _names(array: List[Any]) -> List[str]:
    return [name for part in array for name in (part if isinstance(part, list) else [part])]


def _power(watts: int) -> List[int]:
    highest = watts or _UNKNOWN_POWER
    return [min(100, highest // 2), highest]
