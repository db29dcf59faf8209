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
from clore_client.text import clean

from . import completing
from . import format as cells
from .app import App, Shown
from .columns import Column
from .command import RowsCommand, command, group
from .failures import CommandError
from .jsonout import dumps as to_json
from .moments import iso_utc
from .numbers import FloatRange, IntRange
from .price_columns import price_columns
from .price_text import dollars, price_in
from .progress import Progress, bar
from .status import Status
from .terminal import columns as terminal_width
from .told import API_EXITS
from .units import HOURS_PER_DAY, in_usd, per_hour
from .words import CommandLine, Suffixed

if TYPE_CHECKING:
    from . import gpus, offers
    from .alone import alone
    from .completion import install as install_completion
    from .completion import own_script as completion_script
    from .completion import setup as completion_setup
    from .helptext import help_text
    from .installed import InstalledPlugin, installed_plugins
    from .keeping_on import Outages, PassingError, stoppable
    from .quantities import QuantityError
    from .quantities import read as read_quantity
    from .query import Condition, Query, QueryError, Removed
    from .query import condition as query_condition
    from .query import parse as parse_query
    from .skeleton import write as write_plugin
    from .streaming import StreamCommand
    from .tree import find as find_command
    from .tree import row_schema

#: The version of this facade, by semantic versioning: within 1.x names are only added.
__version__ = "1.0.0"

__all__ = [
    "API_EXITS",
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
    "Outages",
    "PassingError",
    "Progress",
    "QuantityError",
    "Query",
    "QueryError",
    "Removed",
    "RowsCommand",
    "Shown",
    "Status",
    "StreamCommand",
    "Suffixed",
    "UsageError",
    "WaitTimeoutError",
    "alone",
    "argument",
    "bar",
    "cells",
    "clean",
    "command",
    "completing",
    "completion_script",
    "completion_setup",
    "dollars",
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
    "price_in",
    "query_condition",
    "read_quantity",
    "row_schema",
    "stoppable",
    "terminal_width",
    "to_json",
    "write_plugin",
]

#: What few commands need, imported when it is asked for: module, and name in it if not all of it.
_LATER: Dict[str, Tuple[str, str]] = {
    "Condition": ("query", "Condition"),
    "InstalledPlugin": ("installed", "InstalledPlugin"),
    "Outages": ("keeping_on", "Outages"),
    "PassingError": ("keeping_on", "PassingError"),
    "QuantityError": ("quantities", "QuantityError"),
    "Query": ("query", "Query"),
    "QueryError": ("query", "QueryError"),
    "Removed": ("query", "Removed"),
    "StreamCommand": ("streaming", "StreamCommand"),
    "alone": ("alone", "alone"),
    "completion_script": ("completion", "own_script"),
    "completion_setup": ("completion", "setup"),
    "find_command": ("tree", "find"),
    "gpus": ("gpus", ""),
    "help_text": ("helptext", "help_text"),
    "install_completion": ("completion", "install"),
    "installed_plugins": ("installed", "installed_plugins"),
    "offers": ("offers", ""),
    "parse_query": ("query", "parse"),
    "query_condition": ("query", "condition"),
    "read_quantity": ("quantities", "read"),
    "row_schema": ("tree", "row_schema"),
    "stoppable": ("keeping_on", "stoppable"),
    "write_plugin": ("skeleton", "write"),
}


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module, own_name = _LATER[name]
    found = import_module(f"clore_cli.{module}")
    return getattr(found, own_name) if own_name else found
