"""What TAB offers of clore itself, see `clore_cli.completing`: columns, commands, settings."""

from __future__ import annotations

import pkgutil
import re
from typing import TYPE_CHECKING, Iterable, List, Tuple

import click

from clore_cli.columns import Column
from clore_cli.command import RowsCommand
from clore_cli.options import typed_setting
from clore_client import config
from clore_client import profiles as accounts

if TYPE_CHECKING:
    from clore_cli.completing import Offer

#: Method and path of each endpoint that `clore_client.endpoints` declares. Its text is read: to
#: import it takes the models and 50 ms.
_ENDPOINT = re.compile(r'^@endpoint\("(\w+)", "([^"]+)"', re.MULTILINE)


def columns(ctx: click.Context, param: click.Parameter, incomplete: str) -> Iterable[Offer]:  # noqa: ARG001
    """The list that is typed, with each column that it lacks."""
    head, names = _list(incomplete)
    listed = set(names)
    for column in _columns(ctx):
        if listed.isdisjoint((column.key, *column.aliases)):
            yield head + column.key, column.about


def sort_keys(ctx: click.Context, param: click.Parameter, incomplete: str) -> Iterable[Offer]:  # noqa: ARG001
    """The same of columns to sort by, with a minus in front where one is typed."""
    head, names = _list(incomplete)
    minus = "-" if incomplete[len(head) :].startswith("-") else ""
    listed = {name.lstrip("-") for name in names}
    for column in _columns(ctx):
        own = (*column.aliases, column.key)
        if listed.isdisjoint(own):
            yield from ((head + minus + name, column.about) for name in own)


def _list(incomplete: str) -> Tuple[str, List[str]]:
    """What is complete of a list such as ``id,pri``: ``id,`` and its names."""
    head, comma, _ = incomplete.rpartition(",")
    return head + comma, [name.strip() for name in head.split(",")]


def _columns(ctx: click.Context) -> Iterable[Column]:
    command = ctx.command
    if not isinstance(command, RowsCommand):
        return ()
    return command.columns_with({name for name, value in ctx.params.items() if value})


def profiles(ctx: click.Context, param: click.Parameter, incomplete: str) -> Iterable[Offer]:  # noqa: ARG001
    """The profiles in the configuration file."""
    return accounts.names(config.load())


def settings(ctx: click.Context, param: click.Parameter, incomplete: str) -> Iterable[Offer]:  # noqa: ARG001
    """The names of the settings that the profile has in the configuration file."""
    return config.of_profile(accounts.chosen(typed_setting(ctx, "profile")))


def commands(ctx: click.Context, param: click.Parameter, incomplete: str) -> Iterable[Offer]:
    """The commands of the group that the words before name; at first, those of clore."""
    at: click.Context = ctx.find_root()
    words = list(ctx.params.get(param.name or "") or ())
    for word in words[1:] if words[:1] == ["clore"] else words:
        found = at.command.get_command(at, word) if isinstance(at.command, click.Group) else None
        if found is None:
            return []
        at = click.Context(found, info_name=word, parent=at, resilient_parsing=True)
    if not isinstance(at.command, click.Group):
        return []
    return [(item.value, item.help or "") for item in at.command.shell_complete(at, incomplete)]


def topics(ctx: click.Context, param: click.Parameter, incomplete: str) -> Iterable[Offer]:
    """The topics of help, and what `commands` offers, also behind ``clore``."""
    from clore_cli.manual.topics import TOPICS

    if not ctx.params.get(param.name or ""):
        yield from ((name, topic.about) for name, topic in TOPICS.items())
        yield "clore", "The program itself."
    yield from commands(ctx, param, incomplete)


def methods(ctx: click.Context, param: click.Parameter, incomplete: str) -> Iterable[Offer]:  # noqa: ARG001
    """The methods of the API's endpoints."""
    return sorted({method for method, _ in _endpoints()})


def paths(ctx: click.Context, param: click.Parameter, incomplete: str) -> Iterable[Offer]:  # noqa: ARG001
    """The paths of the API's endpoints, for the method that is typed before."""
    wanted = str(ctx.params.get("method") or "").upper()
    return (path for method, path in _endpoints() if method == wanted)


def _endpoints() -> List[Tuple[str, str]]:
    text = (pkgutil.get_data("clore_client", "endpoints.py") or b"").decode()
    return _ENDPOINT.findall(text)
