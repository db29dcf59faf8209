"""The global options, before and after the command, and the settings that they make up."""

from __future__ import annotations

from typing import Any, Callable, Dict, List, Optional

import click
from click.core import ParameterSource

from . import completing
from .numbers import FloatRange, IntRange

_SETTINGS = "clore_cli.settings"
_PREFIX = "global_"  # keeps clear of the names of a command's own parameters
_GIVEN = (ParameterSource.COMMANDLINE, ParameterSource.ENVIRONMENT)


class Settings:
    """What the global options say; None leaves the choice to the SDK.

    Attributes:
        profile: the account in the configuration file.
        base_url: the API's address.
        timeout: seconds per request.
        retries: how often a request is repeated.
        verbose: above 0, requests and retries are traced; above 1, bodies too.
        quiet: notes and warnings are left out.
        no_color: nothing is coloured.
    """

    def __init__(
        self,
        profile: Optional[str] = None,
        base_url: Optional[str] = None,
        timeout: Optional[float] = None,
        retries: Optional[int] = None,
        verbose: int = 0,
        quiet: bool = False,
        no_color: bool = False,
    ) -> None:
        self.profile = profile
        self.base_url = base_url
        self.timeout = timeout
        self.retries = retries
        self.verbose = verbose
        self.quiet = quiet
        self.no_color = no_color


def settings(ctx: click.Context) -> Settings:
    """The settings of this run, shared by all its contexts."""
    found: Settings = ctx.meta.setdefault(_SETTINGS, Settings())
    return found


def _profile(**more: Any) -> click.Option:
    text = "Which of the accounts in your configuration."
    return click.Option(
        ["global_profile", "--profile"],
        metavar="NAME",
        shell_complete=completing.profiles,
        help=text,
        **more,
    )


def _address(ctx: click.Context, param: click.Parameter, value: Optional[str]) -> Optional[str]:
    """Where the API may be; a bad address is not quoted, for it may hold a password."""
    if not value:
        return None
    from clore_client import addresses  # most runs are given none
    from clore_client.errors import ConfigError

    try:
        return addresses.checked(value, "it")
    except ConfigError as error:
        raise click.BadParameter(str(error), ctx=ctx, param=param) from None


def _base_url(**more: Any) -> click.Option:
    text = "Address of the API.  [default: https://api.clore.ai/v1]"
    return click.Option(
        ["global_base_url", "--base-url"], metavar="URL", callback=_address, help=text, **more
    )


def _timeout(**more: Any) -> click.Option:
    kind = FloatRange(min=0, min_open=True)
    text = "Longest time for one request, in seconds.  [default: 30]"
    return click.Option(
        ["global_timeout", "--timeout"], metavar="SECONDS", type=kind, help=text, **more
    )


def _retries(**more: Any) -> click.Option:
    text = "How often a request is repeated after a rate limit or network error.  [default: 3]"
    return click.Option(
        ["global_retries", "--retries"], metavar="N", type=IntRange(min=0), help=text, **more
    )


def _verbose(**more: Any) -> click.Option:
    text = "Trace requests on stderr, without secrets; -vv shows bodies, too."
    return click.Option(
        ["global_verbose", "-v", "--verbose"], count=True, type=IntRange(min=0), help=text, **more
    )


def _quiet(**more: Any) -> click.Option:
    text = "No notes and warnings; errors and questions stay."
    return click.Option(["global_quiet", "-q", "--quiet"], is_flag=True, help=text, **more)


def _no_color(**more: Any) -> click.Option:
    text = "No colours; NO_COLOR in the environment says the same."
    return click.Option(["global_no_color", "--no-color"], is_flag=True, help=text, **more)


_GLOBALS: Dict[str, Callable[..., click.Option]] = {
    "profile": _profile,
    "base_url": _base_url,
    "timeout": _timeout,
    "retries": _retries,
    "verbose": _verbose,
    "quiet": _quiet,
    "no_color": _no_color,
}


def root_options() -> List[click.Option]:
    """The global options of `clore` itself, each with its environment variable."""
    return [
        build(envvar=f"CLORE_{name.upper()}", show_envvar=True) for name, build in _GLOBALS.items()
    ]


def repeated_options() -> List[click.Option]:
    """The same for every command, unlisted, so that they may also follow its name."""
    return [build(hidden=True) for build in _GLOBALS.values()]


def without_taken(own: List[click.Parameter], more: List[click.Option]) -> List[click.Option]:
    """``more`` without the options whose flags a command already uses for itself."""
    taken = {flag for param in own for flag in (*param.opts, *param.secondary_opts)}
    return [option for option in more if not taken.intersection(option.opts)]


def typed_setting(ctx: click.Context, name: str) -> Any:
    """What the global option ``name`` says on a command line that is being completed.

    Nothing is absorbed then: the value is still in the context of the command that it is typed
    behind, or in the one of `clore` itself, where the variable's is, too.
    """
    at: Optional[click.Context] = ctx
    while at is not None:
        value = at.params.get(_PREFIX + name)
        if value is not None:
            return value
        at = at.parent
    return None


def absorb(ctx: click.Context) -> None:
    """Move the global options of ``ctx`` into the settings of the run."""
    target = settings(ctx)
    for name in _GLOBALS:
        param = _PREFIX + name
        value = ctx.params.pop(param, None)
        if value is not None and ctx.get_parameter_source(param) in _GIVEN:
            setattr(target, name, target.verbose + value if name == "verbose" else value)
