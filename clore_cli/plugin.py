"""The public facade for command authors: all that a `clore` command needs, built in or not.

Example:
    ::

        @command(columns=[Column("id"), Column("price_usd", "$/h", cells.usd_per_hour)])
        @argument("gpu")
        def mine(app: App, gpu: str) -> object:
            return app.client.marketplace(gpu=gpu)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from click import UNPROCESSED, Choice, Context, File, UsageError, argument, option
from click.exceptions import Exit

from clore_client import lazy

if TYPE_CHECKING:
    from clore_client.errors import (
        AuthError,
        CloreAPIError,
        FieldError,
        NetworkError,
        OrderUncertainError,
        WaitTimeoutError,
    )
    from clore_client.text import clean

    from . import completing, endings, gpus, offers
    from . import format as cells
    from .alone import alone
    from .app import App, Shown
    from .columns import Column
    from .command import RowsCommand, command
    from .completion.install import install as install_completion
    from .completion.install import own_script as completion_script
    from .completion.install import setup as completion_setup
    from .failures import CommandError
    from .grouping import group
    from .installed import InstalledPlugin, installed_plugins
    from .jsonout import dumps as to_json
    from .keeping_on import Outages, PassingError, stoppable
    from .manual.helptext import help_text
    from .mistyped import nearest as nearest_name
    from .moments import iso_utc
    from .numbers import FloatRange, IntRange
    from .price_columns import price_columns
    from .price_text import dollars, price_in
    from .progress import Progress, bar
    from .quantities import QuantityError
    from .quantities import read as read_quantity
    from .query import Condition, Query, QueryError, Removed
    from .query import condition as query_condition
    from .query import parse as parse_query
    from .skeleton import write as write_plugin
    from .status import Status
    from .streaming import StreamCommand
    from .terminal import columns as terminal_width
    from .told import API_EXITS
    from .tree import find as find_command
    from .tree import row_schema
    from .units import HOURS_PER_DAY, in_usd, per_hour
    from .words import CommandLine, Suffixed

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
    "endings",
    "find_command",
    "gpus",
    "group",
    "help_text",
    "in_usd",
    "install_completion",
    "installed_plugins",
    "iso_utc",
    "nearest_name",
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

#: Each of these is imported when it is asked for, so that a command pays for what it names.
_LATER = {
    "API_EXITS": "clore_cli.told",
    "App": "clore_cli.app",
    "AuthError": "clore_client.errors",
    "CloreAPIError": "clore_client.errors",
    "Column": "clore_cli.columns",
    "CommandError": "clore_cli.failures",
    "CommandLine": "clore_cli.words",
    "Condition": "clore_cli.query",
    "FieldError": "clore_client.errors",
    "FloatRange": "clore_cli.numbers",
    "HOURS_PER_DAY": "clore_cli.units",
    "InstalledPlugin": "clore_cli.installed",
    "IntRange": "clore_cli.numbers",
    "NetworkError": "clore_client.errors",
    "OrderUncertainError": "clore_client.errors",
    "Outages": "clore_cli.keeping_on",
    "PassingError": "clore_cli.keeping_on",
    "Progress": "clore_cli.progress",
    "QuantityError": "clore_cli.quantities",
    "Query": "clore_cli.query",
    "QueryError": "clore_cli.query",
    "Removed": "clore_cli.query",
    "RowsCommand": "clore_cli.command",
    "Shown": "clore_cli.app",
    "Status": "clore_cli.status",
    "StreamCommand": "clore_cli.streaming",
    "Suffixed": "clore_cli.words",
    "WaitTimeoutError": "clore_client.errors",
    "alone": "clore_cli.alone",
    "bar": "clore_cli.progress",
    "cells": "clore_cli.format:",
    "clean": "clore_client.text",
    "command": "clore_cli.command",
    "completing": "clore_cli.completing:",
    "completion_script": "clore_cli.completion.install:own_script",
    "completion_setup": "clore_cli.completion.install:setup",
    "dollars": "clore_cli.price_text",
    "endings": "clore_cli.endings:",
    "find_command": "clore_cli.tree:find",
    "gpus": "clore_cli.gpus:",
    "group": "clore_cli.grouping",
    "help_text": "clore_cli.manual.helptext",
    "in_usd": "clore_cli.units",
    "install_completion": "clore_cli.completion.install:install",
    "installed_plugins": "clore_cli.installed",
    "iso_utc": "clore_cli.moments",
    "nearest_name": "clore_cli.mistyped:nearest",
    "offers": "clore_cli.offers:",
    "parse_query": "clore_cli.query:parse",
    "per_hour": "clore_cli.units",
    "price_columns": "clore_cli.price_columns",
    "price_in": "clore_cli.price_text",
    "query_condition": "clore_cli.query:condition",
    "read_quantity": "clore_cli.quantities:read",
    "row_schema": "clore_cli.tree",
    "stoppable": "clore_cli.keeping_on",
    "terminal_width": "clore_cli.terminal:columns",
    "to_json": "clore_cli.jsonout:dumps",
    "write_plugin": "clore_cli.skeleton:write",
}

if not TYPE_CHECKING:
    __getattr__, __dir__ = lazy.attributes(__name__, _LATER)
