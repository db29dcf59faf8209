"""What came of one case with one kind of client, as plain data that can cross processes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import List, Optional


@dataclass
class Outcome:
    """What a caller saw.

    Attributes:
        client: "sync", "async" or "cli".
        kinds: the names of the error's class and of its bases; empty when there was no error.
        text: the error's text, or what the command line printed on stderr.
        value: the value, printed.
        right: whether the case's expectation of the value holds.
        chain: the full names of the classes that the error drags along.
        leaks: where which secrets were shown.
        seconds: how long it took.
        exit: the exit status of the command line.
        doubt: whether the caller was told that an order may exist that is not known yet.
        growth: MB by which the peak memory grew.
        peak: MB of the peak memory, before anything was done with the outcome.
    """

    client: str
    kinds: List[str] = field(default_factory=list)
    text: str = ""
    value: str = ""
    right: Optional[bool] = None
    status: Optional[int] = None
    sent: Optional[bool] = None
    chain: List[str] = field(default_factory=list)
    leaks: List[str] = field(default_factory=list)
    seconds: float = 0.0
    exit: Optional[int] = None
    doubt: bool = False
    growth: Optional[float] = None
    peak: float = 0.0
