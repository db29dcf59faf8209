"""The `clore` program: the root group, and the one place that turns endings into exit statuses."""

from __future__ import annotations

import contextlib
import os
import sys
from typing import TYPE_CHECKING, Any, List, Optional, Sequence

import click
from click.core import ParameterSource

from clore_client._version import __version__

from .builtins import BUILTINS
from .failures import Failure
from .options import absorb, root_options, settings
from .plugins import PluginGroup
from .status import Status

if TYPE_CHECKING:
    from .entrypoints import Builtin

#: Options of the commands that people also try in front of them.
_BEHIND = ("--json", "--csv", "--output", "--columns", "--limit", "--sort", "--raw", "-o")
_EPILOG = (
    "Without an account: 'clore sandbox run -- clore search --gpu 4090' tries everything against"
    " a simulated marketplace."
)


class Root(PluginGroup):
    """The root group: hands every command its `App`, and keeps return values to itself."""

    def invoke(self, ctx: click.Context) -> None:
        """Run the command with an `App` that is closed afterwards."""
        from .app import App  # --version and --help need none

        absorb(ctx)
        app = App(settings(ctx))
        ctx.obj, ctx.color = app, app.color
        ctx.call_on_close(app.close)
        super().invoke(ctx)


def root(builtins: Sequence[Builtin]) -> Root:
    """The whole command tree above these built-ins."""
    group = Root(
        "clore",
        builtins=builtins,
        params=root_options(),
        help="Rent GPU servers on the Clore.ai marketplace.",
        epilog=_EPILOG,
        context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    )
    click.version_option(__version__, prog_name="clore", help="Show the version and exit.")(group)
    return group


cli = root(BUILTINS)


def main() -> int:
    """Run `clore` with the arguments of this process and return its exit status."""
    if os.environ.get("_CLORE_COMPLETE") == "argv_complete":  # what a completion script says
        from .completion import tab

        tab.answer(cli, sys.argv[1:])
    if sys.stdout is None:
        return _tell(Failure(Status.ERROR, "there is nowhere to write to: stdout is closed."))
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")  # an ASCII terminal is no reason to fail
    sys.unraisablehook = _unraisable
    try:
        status = run(sys.argv[1:])
    except KeyboardInterrupt:
        status = int(Status.INTERRUPTED)
    return _finished(status)


def _unraisable(event: Any) -> None:
    """What went wrong in a finalizer is told for debugging only; a Ctrl-C in one is repeated.

    A moment later: at once it would be raised, and lost, in here.
    """
    if event.exc_type is not None and issubclass(event.exc_type, KeyboardInterrupt):
        import signal  # 2 ms that hardly a run needs

        if hasattr(signal, "setitimer"):
            signal.signal(signal.SIGALRM, signal.default_int_handler)
            signal.setitimer(signal.ITIMER_REAL, 0.01)
    elif os.environ.get("CLORE_DEBUG"):
        sys.__unraisablehook__(event)


def run(arguments: List[str]) -> int:
    """Run one command line and return its exit status; errors are told on stderr."""
    streams = sys.stdout, sys.stderr
    try:
        # click returns the status of ctx.exit(), and None otherwise: see `Root.invoke`.
        return int(cli.main(arguments, prog_name="clore", standalone_mode=False) or 0)
    except click.Abort:
        return Status.INTERRUPTED
    except SystemExit as stop:
        closed_pipe = sys.stdout is not streams[0]  # click wraps the streams then, and exits with 1
        sys.stdout, sys.stderr = streams
        return Status.DONE if closed_pipe else _stopped(stop)
    except Exception as error:  # noqa: BLE001  no traceback ever reaches a user
        return _tell(_failure(error))


def _stopped(stop: SystemExit) -> int:
    """The status of a plugin, or of click's completion, that called sys.exit."""
    if stop.code is None or isinstance(stop.code, int):
        return stop.code or 0
    return _tell(Failure(Status.ERROR, str(stop.code)))


def _failure(error: Exception) -> Failure:
    from clore_client.errors import CloreAPIError  # a run that does not fail knows no error

    if isinstance(error, CloreAPIError):
        from .explaining import explain

        return explain(error)
    if isinstance(error, click.ClickException):
        hint: str = getattr(error, "hint", "") or _usage_hint(error)
        # Some versions of click name the variable whoever gave the value: the hint knows better.
        named = f" (env var: {getattr(getattr(error, 'param', None), 'envvar', None)!r})"
        return Failure(error.exit_code, error.format_message().replace(named, ""), hint)
    if isinstance(error, OSError):
        return Failure(Status.ERROR, str(error))
    return _bug(error)


def _usage_hint(error: click.ClickException) -> str:
    ctx: Optional[click.Context] = getattr(error, "ctx", None)
    if ctx is None or "'clore --help'" in error.format_message():
        return ""
    param = getattr(error, "param", None)
    if param is not None and ctx.get_parameter_source(param.name) is ParameterSource.ENVIRONMENT:
        return f"The value is that of {param.envvar}: see 'clore help environment'."
    option = getattr(error, "option_name", None)
    if option in _BEHIND and ctx.parent is None:
        return f"{option} goes behind the command, as in 'clore wallets {option}'."
    return f"See '{ctx.command_path} --help'."


def _bug(error: Exception) -> Failure:
    """One line about what cannot be the user's fault, with the place that a report needs."""
    import traceback

    if os.environ.get("CLORE_DEBUG"):
        traceback.print_exception(type(error), error, error.__traceback__)
    place = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{os.path.basename(place.filename)}:{place.lineno}"  # noqa: PTH119
    culprit = getattr(error, "clore_plugin", f"clore {__version__}")
    return Failure(
        Status.ERROR,
        f"{culprit} stopped on a bug: {type(error).__name__}: {error} ({where})",
        "Please report it to its authors with what the same command says under CLORE_DEBUG=1.",
    )


def _tell(failure: Failure) -> int:
    from clore_client.text import clean

    from .mistyped import without_keys

    color = False if _plain() else None
    message, hint = (
        clean(without_keys(text, sys.argv)) for text in (failure.message, failure.hint)
    )
    lines = [f"{click.style('error:', fg='red', bold=True)} {message}"]
    if hint:
        lines.append(f"{click.style('hint:', bold=True)} {hint}")
    with contextlib.suppress(OSError):
        click.echo("\n".join(lines), err=True, color=color)
    return failure.status


#: What click takes for true in the environment.
_YES = ("1", "on", "t", "true", "y", "yes")


def _plain() -> bool:
    """Whether an error is told without colour; what the options say may not be known yet."""
    said = os.environ.get("CLORE_NO_COLOR", "").strip().lower() in _YES
    return said or bool(os.environ.get("NO_COLOR")) or "--no-color" in sys.argv


def _finished(status: int) -> int:
    """Write out what is left; Python's own attempt at exit would complain about a closed pipe."""
    for stream in (sys.stdout, sys.stderr):
        status = _flushed(stream, status)
    return status


def _flushed(stream: Any, status: int) -> int:
    try:
        if stream is not None:
            stream.flush()
    except BrokenPipeError:
        _discard(stream)
    except OSError as error:
        from .stdout import unwritten

        _discard(stream)
        return status or _tell(_failure(unwritten(error)))
    return status


def _discard(stream: Any) -> None:
    with contextlib.suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
