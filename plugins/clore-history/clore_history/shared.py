"""What several of the commands share: options, columns, and where the history lies."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Callable, Collection, List, Mapping, Optional

from clore_cli.plugin import Column, CommandError, IntRange, Status, gpus, option, price_columns

from .record import usd_per_day

_NAME = "history.sqlite"

#: For the manual pages: the file, and what is beside it.
FILES = {
    "~/.local/share/clore/history.sqlite": (
        "The history. XDG_DATA_HOME moves the directory; where CLORE_CONFIG_DIR is set, it is"
        " history.sqlite in that directory."
    ),
}
ENVIRONMENT = {"CLORE_HISTORY_DB": "The file with the history, instead of --db."}
#: How a command ends that reads the file and asks nobody.
EXITS = {
    Status.ERROR: "There is no history yet, or the file cannot be used.",
}


def db_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the option ``--db``, whose value `place` takes."""
    return option(
        "--db",
        metavar="FILE",
        envvar="CLORE_HISTORY_DB",
        show_envvar=True,
        help="The file with the history.  [default: history.sqlite in your data directory]",
    )(command)


def place(given: Optional[str], env: Mapping[str, str] = os.environ) -> Path:
    """The file that ``given``, the value of ``--db``, or else the environment means.

    Another configuration directory than the usual one has a history of its own: it belongs to a
    sandbox or a test, whose prices must not get among real ones.

    Raises:
        CommandError: nothing says where, and there is no home directory.
    """
    if given:
        return Path(os.path.expanduser(given))  # noqa: PTH111  Path's own fails without a home
    if env.get("CLORE_CONFIG_DIR"):
        return Path(env["CLORE_CONFIG_DIR"]) / _NAME
    data = env.get("XDG_DATA_HOME", "")
    if not os.path.isabs(data):  # noqa: PTH117  the standard says to pass over others
        data = os.path.expanduser("~/.local/share")  # noqa: PTH111
    if data.startswith("~"):
        raise CommandError("there is no home directory; name the file with --db.")
    return Path(data) / "clore" / _NAME


def days_option(default: int) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """The option ``--days``."""
    return option(
        "--days",
        metavar="N",
        type=IntRange(min=1, max=36500),
        default=default,
        show_default=True,
        help="How many days before the latest sample.",
    )


def gpu_prices(
    name: str, title: str, of: Callable[[Any], Optional[float]], about: str, **more: Any
) -> List[Column]:
    """A price per GPU, per hour and per day.

    Args:
        name: how the columns' keys begin.
        title: how their headings begin.
        of: takes the price, as a `Record` has it, from a row.
        about: what it is.
        more: what `price_columns` takes.
    """
    return price_columns(
        f"{name}_usd_per_gpu_{{}}",
        f"{title}/{{}}",
        lambda row: usd_per_day(of(row)),
        usd=True,
        about=f"{about}, USD per GPU",
        **more,
    )


def known_model(names: Collection[str], wanted: str) -> str:
    """The one of the models ``names`` that ``wanted`` means: its name, or a part of no other's.

    Raises:
        CommandError: none has such a name, or several have.
    """
    found = [name for name in names if gpus.same(name, wanted)]
    found = found or [name for name in names if gpus.named(name, wanted)]
    if len(found) == 1:
        return found[0]
    if found:
        raise CommandError(
            f"{wanted!r} may mean several models.", hint=f"Choose one: {', '.join(found)}."
        )
    raise CommandError(
        f"no sample has a GPU called {wanted!r}.",
        hint="'clore history show --columns gpu' lists the models.",
        status=Status.NOT_FOUND,
    )
