"""What can be loaded as a command: ours from a table, others' by entry point. Runs none."""

from __future__ import annotations

import contextlib
import os
import sys
from functools import reduce
from importlib import import_module
from typing import (
    TYPE_CHECKING,
    Any,
    Generator,
    Iterator,
    List,
    NamedTuple,
    NoReturn,
    Optional,
    Tuple,
    Union,
)

import click

from .failures import CommandError

if TYPE_CHECKING:
    from importlib.metadata import Distribution

#: The entry-point groups: the commands that setup.cfg declares, and everybody else's.
OURS, ANYONES = "clore_cli.commands", "clore_cli.plugins"

_SUMMARY = 200  # characters of what a distribution says of itself


class Builtin(NamedTuple):
    """One of our own commands, as the generated table knows it without importing it."""

    name: str
    value: str
    help: str
    section: str

    def load(self) -> click.Command:
        """Import the command."""
        command: click.Command = _object(self.value)
        return command


def _object(value: str) -> Any:
    """What the value of an entry point, such as ``package.module:name.attribute``, stands for."""
    module, _, path = value.partition("[")[0].partition(":")  # extras, which nobody uses, follow [
    return reduce(getattr, filter(None, path.strip().split(".")), import_module(module.strip()))


class Plugin(NamedTuple):
    """Somebody else's command, known by its entry point and distribution; never imported here.

    Attributes:
        name: of the command, which is that of the entry point.
        value: where the entry point says that it is.
        project: the distribution that it comes with.
        version: that of the distribution.
        help: what the distribution says of itself.
    """

    name: str
    value: str
    project: str
    version: str
    help: str

    @property
    def distribution(self) -> str:
        """The distribution that it comes with, and its version."""
        return f"{self.project} {self.version}"

    def load(self) -> click.Command:
        """Import the command; what goes wrong becomes a command that says so."""
        found = self._imported()
        return self._broken(found) if isinstance(found, str) else found

    def trouble(self) -> Optional[str]:
        """Why it cannot be loaded; None when it can. Imports it."""
        found = self._imported()
        return found if isinstance(found, str) else None

    def _imported(self) -> Union[click.Command, str]:
        """The command, or why there is none."""
        try:
            with _no_data():
                command = _object(self.value)
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # noqa: BLE001  whatever it is, it is the plugin's
            return f"{type(error).__name__}: {error}"
        if not isinstance(command, click.Command):
            return f"{self.value} is not a click command"
        command.name = self.name
        return command

    def _broken(self, reason: str) -> click.Command:
        return BrokenCommand(
            self.name,
            f"the plugin {self.name!r} of {self.distribution} cannot be loaded: {reason}",
        )


class BrokenCommand(click.Command):
    """Stands for a command that cannot be loaded, and says so whatever its words are."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(
            name,
            callback=self.fail,
            params=[click.Argument(["words"], nargs=-1, type=click.UNPROCESSED)],
            help="Cannot be loaded.",
            add_help_option=False,
            context_settings={"ignore_unknown_options": True},
        )
        self.reason = reason

    def fail(self, **_: Any) -> NoReturn:
        """Say why.

        Raises:
            CommandError: always.
        """
        hint = "Update or uninstall it; CLORE_NO_PLUGINS=1 leaves all plugins out."
        raise CommandError(self.reason, hint=hint)


@contextlib.contextmanager
def _no_data() -> Generator[None, None, None]:
    """Send what an import prints to stderr, also from below Python: stdout is for data."""
    with contextlib.ExitStack() as stack:
        stack.enter_context(contextlib.redirect_stdout(sys.stderr))
        with contextlib.suppress(OSError):  # one of them is closed
            own = os.dup(1)
            stack.callback(os.close, own)
            os.dup2(2, 1)
            stack.callback(os.dup2, own, 1)
        yield


def discover() -> Iterator[Plugin]:
    """Every installed plugin, in the order of sys.path."""
    for _, plugins in scan():
        yield from plugins or ()


def scan() -> Iterator[Tuple[Distribution, Optional[List[Plugin]]]]:
    """Every installed distribution with its plugins; None for those of an unreadable one."""
    from importlib.metadata import distributions  # 30 ms that built-ins need not pay

    for distribution in distributions():
        plugins = None
        # One unreadable distribution, ours or not, must not take the others along.
        with contextlib.suppress(Exception):
            plugins = _plugins_of(distribution)
        yield distribution, plugins


def _plugins_of(distribution: Distribution) -> List[Plugin]:
    if ANYONES not in (distribution.read_text("entry_points.txt") or ""):
        return []
    from clore_client.text import clean

    about = distribution.metadata
    project, version = clean(str(about["Name"]), _SUMMARY), clean(distribution.version, _SUMMARY)
    # Newer finders raise for what is missing, and older ones' type has no get().
    told = about["Summary"] if "Summary" in about else ""  # noqa: SIM401
    summary = clean(told or f"{project} {version}", _SUMMARY)
    return [
        Plugin(entry_point.name, entry_point.value, project, version, summary)
        for entry_point in distribution.entry_points
        if entry_point.group == ANYONES
    ]
