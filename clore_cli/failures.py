"""How a run of `clore` fails: `explaining` says the same of what the SDK raises."""

from __future__ import annotations

from typing import NamedTuple

import click

from .status import Status


class Failure(NamedTuple):
    """How a run ends: its exit status, what went wrong, and what to do next."""

    status: int
    message: str
    hint: str = ""


class CommandError(click.ClickException):
    """A command's own failure, with its exit status and a next step.

    Args:
        message: what went wrong, in one sentence.
        hint: what to do next; it is printed below.
        status: the exit status.
    """

    def __init__(self, message: str, *, hint: str = "", status: int = Status.ERROR) -> None:
        super().__init__(message)
        self.hint = hint
        self.exit_code = int(status)  # type: ignore[misc]  # click reads the instance
