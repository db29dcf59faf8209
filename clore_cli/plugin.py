"""The public facade for command authors: all that a `clore` command needs, built in or not.

Example:
    ::

        @command(columns=[Column("id"), Column("price_usd", "$/h", cells.usd_per_hour)])
        @argument("gpu")
        def mine(app: App, gpu: str) -> object:
            return app.client.marketplace(gpu=gpu)
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Dict, Tuple

from click import UNPROCESSED, Choice, Context, File, UsageError, argument, option
from click.exceptions import Exit

from clore_client.errors import (
    AuthError,
    CloreAPIError,
    FieldError,
    NetworkError,
    OrderUncertainError,
    WaitTimeoutError,
)

from . import format as cells
from .app import App, Shown
from .columns import Column
from .command import RowsCommand, command, group
from .failures import CommandError
from .jsonout import dumps as to_json
from .moments import iso_utc
from .numbers import FloatRange, IntRange
from .price_columns import price_columns
from .progress import Progress, bar
from .status import Status
from .units import HOURS_PER_DAY, in_usd, per_hour
from .words import CommandLine, Suffixed

if TYPE_CHECKING:
    from . import gpus, offers
    from .completion import install as install_completion
    from .completion import own_script as completion_script
    from .completion import setup as completion_setup
    from .installed import InstalledPlugin, installed_plugins
    from .query import Condition, Query, QueryError, Removed
    from .query import condition as query_condition
    from .query import parse as parse_query
    from .topics import help_text
    from .tree import find as find_command
    from .tree import row_schema

#: The version of this facade, by semantic versioning: within 1.x names are only added.
__version__ = "1.0.0"

__all__ = [
    "HOURS_PER_DAY",
    "UNPROCESSED",
    "App",
    "AuthError",
    "Choice",
    "CloreAPIError",
    "Column",
    "CommandError",
    "CommandLine",
    "Condition",
    "Context",
    "Exit",
    "FieldError",
    "File",
    "FloatRange",
    "InstalledPlugin",
    "IntRange",
    "NetworkError",
    "OrderUncertainError",
    "Progress",
    "Query",
    "QueryError",
    "Removed",
    "RowsCommand",
    "Shown",
    "Status",
    "Suffixed",
    "UsageError",
    "WaitTimeoutError",
    "argument",
    "bar",
    "cells",
    "command",
    "completion_script",
    "completion_setup",
    "find_command",
    "gpus",
    "group",
    "help_text",
    "in_usd",
    "install_completion",
    "installed_plugins",
    "iso_utc",
    "offers",
    "option",
    "parse_query",
    "per_hour",
    "price_columns",
    "query_condition",
    "row_schema",
    "to_json",
]

#: What few commands need, imported when it is asked for: module, and name in it if not all of it.
_LATER: Dict[str, Tuple[str, str]] = {
    "Condition": ("query", "Condition"),
    "InstalledPlugin": ("installed", "InstalledPlugin"),
    "Query": ("query", "Query"),
    "QueryError": ("query", "QueryError"),
    "Removed": ("query", "Removed"),
    "completion_script": ("completion", "own_script"),
    "completion_setup": ("completion", "setup"),
    "find_command": ("tree", "find"),
    "gpus": ("gpus", ""),
    "help_text": ("topics", "help_text"),
    "install_completion": ("completion", "install"),
    "installed_plugins": ("installed", "installed_plugins"),
    "offers": ("offers", ""),
    "parse_query": ("query", "parse"),
    "query_condition": ("query", "condition"),
    "row_schema": ("tree", "row_schema"),
}


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module, own_name = _LATER[name]
    found = import_module(f"clore_cli.{module}")
    return getattr(found, own_name) if own_name else found
