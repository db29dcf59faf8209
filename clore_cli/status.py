"""The exit statuses of `clore`, in one table for the program, its manual and its tests."""

from __future__ import annotations

from enum import IntEnum
from typing import Dict


class Status(IntEnum):
    """What an exit status of `clore` means."""

    DONE = 0
    ERROR = 1
    USAGE = 2
    AUTH = 3
    NOT_FOUND = 4
    RATE_LIMIT = 5
    REFUSED = 6
    NETWORK = 7
    TIMEOUT = 8
    UNKNOWN = 9
    INTERRUPTED = 130


MEANING: Dict[Status, str] = {
    Status.DONE: "Done. An empty list counts as done, and so does a closed pipe.",
    Status.ERROR: "Any other error, the API's own failures (code 1) included.",
    Status.USAGE: "Wrong usage or invalid input; nothing was done.",
    Status.AUTH: "No API key, or one that the API does not accept.",
    Status.NOT_FOUND: "There is no such server, order or setting.",
    Status.RATE_LIMIT: "Still too many requests after all retries.",
    Status.REFUSED: "The API refused the request (code 6).",
    Status.NETWORK: "The API could not be reached, or no complete answer came back.",
    Status.TIMEOUT: "Timed out waiting.",
    Status.UNKNOWN: (
        "It is not known whether an order was made, or the order is accepted but not listed yet."
    ),
    Status.INTERRUPTED: "Interrupted with Ctrl-C.",
}
