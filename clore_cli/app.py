"""What every command is handed: the settings, a client on demand, and a way to talk on stderr."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from functools import cached_property
from typing import (
    TYPE_CHECKING,
    Any,
    Callable,
    Collection,
    ContextManager,
    Dict,
    List,
    NamedTuple,
    Optional,
    Sequence,
)

import click

from .failures import CommandError
from .options import Settings
from .status import Status

if TYPE_CHECKING:
    from clore_client import CloreAI

    from .progress import Progress


class Shown(NamedTuple):
    """What has been printed.

    Attributes:
        rows: the rows, without those that --limit left out.
        keys: those of the columns that were printed; all of them where whole objects were.
    """

    rows: Sequence[Any]
    keys: Collection[str]


class App:
    """One run of `clore`.

    Attributes:
        settings: the global options.
        failure: what the run will end with, once its rows are printed; see `fail_later`.
    """

    def __init__(self, settings: Optional[Settings] = None) -> None:
        self.settings = settings or Settings()
        self.failure: Optional[Exception] = None
        self._shows_log = False
        self._when_shown: List[Callable[[Shown], None]] = []
        self._unsaid: List[str] = []
        self._keeping = contextlib.ExitStack()

    @cached_property
    def client(self) -> CloreAI:
        """The API client, made when it is first used and closed at the end of the run.

        What it is told of the account's orders and servers is kept for TAB.
        """
        from clore_client import account_cache, profiles

        client = self.connect()
        profile = profiles.chosen(self.settings.profile)
        self._keeping.enter_context(account_cache.keeping(client, profile))
        return client

    def connect(self, **arguments: Any) -> CloreAI:
        """Another client with the settings of this run, which the caller closes.

        Args:
            arguments: those of `clore_client.CloreAI` that come before the settings.
        """
        from clore_client import CloreAI  # --help must not pay for it

        self.show_log()
        given: Dict[str, Any] = {
            "profile": self.settings.profile,
            "base_url": self.settings.base_url,
            "timeout": self.settings.timeout,
            "max_retries": self.settings.retries,
            **arguments,
        }
        return CloreAI(**{name: value for name, value in given.items() if value is not None})

    def show_log(self) -> None:
        """Show what the SDK logs on stderr, for commands that use it without the client."""
        if not self._shows_log:
            self._shows_log = True
            from . import trace  # --help must not pay for logging

            trace.show(self.settings)

    def close(self) -> None:
        """Close the client if there is one."""
        self._keeping.close()
        client = self.__dict__.pop("client", None)
        if client is not None:
            client.close()

    @property
    def color(self) -> Optional[bool]:
        """False when nothing may be coloured; None leaves it to whether there is a terminal."""
        return False if self.settings.no_color or os.environ.get("NO_COLOR") else None

    def emit(self, text: str) -> None:
        """Print ``text`` as the command's data, for the few commands that have no rows."""
        from . import stdout

        stdout.write(f"{text}\n")

    def emit_bytes(self, data: bytes) -> None:
        """Print ``data`` as the command's; no encoding of the terminal may change it."""
        from . import stdout

        stdout.write_bytes(data)

    def tell(self, line: str) -> None:
        """Print ``line``, which must be safe on a terminal, on stderr; --quiet does not hide it."""
        _say(line, False)

    def note(self, message: str, *, always: bool = False) -> None:
        """Tell the person ``message`` on stderr, unless --quiet; ``always`` is for money."""
        if always or not self.settings.quiet:
            _say(_clean(message), self.color)

    def report(self, message: str) -> None:
        """Tell a ``message`` that must not get lost: with --quiet once rows cannot be printed."""
        self.note(message)
        if self.settings.quiet:
            self._unsaid.append(message)

    def warn(self, message: str, *, always: bool = False) -> None:
        """Warn with ``message`` on stderr, unless --quiet; ``always`` is for money."""
        if always or not self.settings.quiet:
            _say(
                f"{click.style('warning:', fg='magenta', bold=True)} {_clean(message)}", self.color
            )

    def confirm(self, question: str, *, yes: bool) -> None:
        """Ask before something that costs or destroys; return only when it may be done.

        Args:
            question: what is asked; " [y/N] " is put behind it.
            yes: the person has agreed already, with --yes.

        Raises:
            CommandError: there is nobody to ask and ``yes`` is not set; status 2.
            click.exceptions.Exit: the answer was no.
        """
        if yes:
            return
        # The question is on stderr: in a file nobody sees it, and whoever waits types anything.
        if not all(stream and stream.isatty() for stream in (sys.stdin, sys.stderr)):
            raise CommandError(
                "this asks first, and there is no terminal to ask on; nothing was done.",
                hint="Add --yes to go ahead without asking.",
                status=Status.USAGE,
            )
        # Not click.confirm: its input() puts a space on stdout, in front of the data.
        try:
            click.echo(f"{_clean(question)} [y/N] ", nl=False, err=True)
        except OSError:
            raise CommandError("stderr is closed, so this cannot ask; nothing was done.") from None
        if self.read_line().strip().lower() not in ("y", "yes"):
            _say("Nothing was done.", self.color)
            raise click.exceptions.Exit(1)

    def read_line(self) -> str:
        """The next line of stdin; empty when there is none, or no stdin at all."""
        return sys.stdin.readline() if sys.stdin else ""

    def read_secret(self, what: str) -> str:
        """The next line of stdin; somebody at a terminal is asked for it, and it is not shown.

        Args:
            what: what to ask for, such as ``"API key"``.

        Raises:
            CommandError: the terminal would show it.
        """
        if not (sys.stdin and sys.stdin.isatty()):
            return self.read_line()
        import getpass  # few commands ask
        import warnings

        from .progress import make_way

        make_way()
        with warnings.catch_warnings():
            warnings.simplefilter("error", getpass.GetPassWarning)
            try:
                return getpass.getpass(f"{_clean(what)} (what you type is not shown): ")
            except EOFError:
                return ""
            except getpass.GetPassWarning:  # it would go on and show it
                raise CommandError(
                    "this terminal cannot hide what you type; nothing was done.",
                    hint="Pipe the secret in.",
                ) from None

    def progress(self, total: Optional[float] = None) -> ContextManager[Progress]:
        """A context whose ``update`` tells on stderr how far something has come.

        Args:
            total: what the amount that is done grows up to; without it there is no bar.
        """
        from .progress import Progress

        return Progress(quiet=self.settings.quiet, total=total).showing()

    def when_shown(self, act: Callable[[Shown], None]) -> None:
        """Have ``act`` called once rows have left, and not when their reader has gone."""
        self._when_shown.append(act)

    def sleep(self, seconds: float, *, reader: bool = True) -> None:
        """Wait by the API's clock, which is faster where that is a sandbox on this machine.

        Args:
            seconds: how long.
            reader: there is no point in going on without a reader of stdout.

        Raises:
            BrokenPipeError: the reader of stdout has gone meanwhile.
        """
        from clore_client import config  # --help need not check any

        from . import stdout

        address = config.base_url(self.settings.base_url, self.settings.profile)
        wait = stdout.wait if reader else time.sleep
        wait(seconds / config.sandbox_speed(address))

    def has_shown(self, shown: Shown) -> None:
        """``shown`` are rows that have left."""
        for act in self._when_shown:
            act(shown)

    def has_lost(self) -> None:
        """The rows could not be printed."""
        for message in self._unsaid:
            self.note(message, always=True)

    def fail_later(self, error: Exception) -> None:
        """Fail with ``error`` once the rows are printed; the first such error counts."""
        self.failure = self.failure or error


def _say(line: str, color: Optional[bool]) -> None:
    from .progress import make_way

    make_way()
    with contextlib.suppress(OSError):  # a closed stderr must not stop the work
        click.echo(line, err=True, color=color)


def _clean(text: str) -> str:
    from clore_client.text import clean  # whoever is told nothing need not load Unicode's tables

    return clean(text)
