"""Runs whole processes in turn, A B A B; medians, quartiles and ratios of what they took."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Dict, List, Mapping, NamedTuple, Sequence

if TYPE_CHECKING:
    from typing_extensions import Self

#: Seconds until a process that does not end is killed.
PATIENCE = 180.0
_EXCERPT = 300

#: What was measured of one contender, by quantity, one value per round: ``wall`` and ``cpu`` in
#: seconds, ``memory`` in bytes, ``count`` of whatever the case counts.
Series = Dict[str, List[float]]
#: The same for all contenders of a case.
Samples = Dict[str, Series]


class FailedError(Exception):
    """A process that did not do what was to be measured; the text says what it did."""


@dataclass(frozen=True)
class Command:
    """A process to be started: the words, and all of its environment."""

    words: Sequence[str]
    env: Mapping[str, str]


class Outcome(NamedTuple):
    """What a process took, what it printed where that was kept, and what it complained of."""

    wall: float
    cpu: float
    memory: float
    stdout: bytes
    stderr: bytes


class Spread(NamedTuple):
    """A median between its quartiles."""

    median: float
    low: float
    high: float


class Runner:
    """Runs commands by means of one small process, see `benchmarks.spawner`.

    Args:
        patience: seconds until a process that does not end is killed.
    """

    def __init__(self, patience: float = PATIENCE) -> None:
        self._patience = patience
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        work = self._stack.enter_context(tempfile.TemporaryDirectory())
        self._out, self._err = Path(work, "out"), Path(work, "err")
        spawner = Path(__file__).with_name("spawner.py")
        self._process = self._stack.enter_context(
            subprocess.Popen(
                [sys.executable, "-I", str(spawner)],
                cwd=os.sep,  # with -c, Python looks for packages here first, such as a checkout's
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
        )
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def run(self, command: Command, *, keep: bool = False) -> Outcome:
        """Run ``command`` to its end.

        Args:
            command: what to run; it reads nothing.
            keep: give back what it prints, which otherwise goes to nowhere.

        Raises:
            FailedError: it ended with another status than 0, or did not end.
        """
        taken = self._taken(
            {
                "words": list(command.words),
                "env": dict(command.env),
                "out": str(self._out) if keep else os.devnull,
                "err": str(self._err),
                "patience": self._patience,
            }
        )
        status, errors = taken.pop("status"), self._err.read_bytes()
        if status != 0:
            raise FailedError(_told(command, status, errors))
        return Outcome(**taken, stdout=self._out.read_bytes() if keep else b"", stderr=errors)

    def _taken(self, asked: Dict[str, Any]) -> Dict[str, Any]:
        stdin, stdout = self._process.stdin, self._process.stdout
        if stdin is None or stdout is None:
            raise OSError("the spawner has no pipes")
        stdin.write(json.dumps(asked) + "\n")
        stdin.flush()
        found: Dict[str, Any] = json.loads(stdout.readline())
        if "error" in found:
            raise FailedError(found["error"])
        return found

    def alternate(
        self, commands: Mapping[str, Command], rounds: int, *, inner: bool = False
    ) -> Samples:
        """Run each of ``commands`` in turn, ``rounds`` times after a round that does not count.

        Args:
            commands: by contender.
            rounds: how many.
            inner: each prints a JSON object of what it took, which counts in the place of the
                process as a whole: its start is not what is measured.

        Raises:
            FailedError: one of them failed.
        """
        samples: Samples = {name: {} for name in commands}
        for count in range(rounds + 1):
            for name, command in commands.items():
                outcome = self.run(command, keep=inner)
                if count:
                    for quantity, value in _values(outcome, inner=inner).items():
                        samples[name].setdefault(quantity, []).append(value)
        return samples

    def within(self, command: Command) -> Samples:
        """What a program measured by itself, of several contenders in turn in one process.

        Raises:
            FailedError: it failed.
        """
        samples: Samples = json.loads(self.run(command, keep=True).stdout)
        return samples


def _told(command: Command, status: int, errors: bytes) -> str:
    name = " ".join(os.path.basename(word) for word in command.words[:3])  # noqa: PTH119
    text = " ".join(errors.decode("utf-8", "replace").split())
    return f"{name} ended with {_exit(status)}: {text[-_EXCERPT:] or 'it said nothing'}"


def _exit(status: int) -> str:
    if os.WIFSIGNALED(status):
        return f"signal {os.WTERMSIG(status)}"
    return f"status {os.WEXITSTATUS(status)}"


def _values(outcome: Outcome, *, inner: bool) -> Dict[str, float]:
    whole = {"wall": outcome.wall, "cpu": outcome.cpu, "memory": outcome.memory}
    return {**whole, **json.loads(outcome.stdout)} if inner else whole


def spread(values: Sequence[float]) -> Spread:
    """The median of ``values`` and their quartiles."""
    if len(values) == 1:
        return Spread(values[0], values[0], values[0])
    low, median, high = statistics.quantiles(values, n=4, method="inclusive")
    return Spread(median, low, high)


def ratios(ours: Sequence[float], theirs: Sequence[float]) -> List[float]:
    """``ours`` by ``theirs``, round by round: what disturbs a round disturbs both."""
    return [one / other for one, other in zip(ours, theirs)]


def growths(empty: Sequence[float], small: Sequence[float], large: Sequence[float]) -> List[float]:
    """How much more a large input costs than a small one, less what none costs, by rounds.

    A round in which the small input cost nothing beyond the empty one tells nothing and is left
    out.
    """
    return [
        (most - none) / (some - none)
        for none, some, most in zip(empty, small, large)
        if some > none
    ]
