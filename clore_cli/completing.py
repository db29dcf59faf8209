"""What TAB offers as the value of an argument or an option.

Each of these is a ``shell_complete`` of `argument` and `option`. It answers from what is on this
computer's disk: no network, no keyring, no key::

    @argument("order_id", shell_complete=completing.orders)

`values` makes one of a function of your own. When TAB is pressed the command line is not complete
and no `App` is there; the words typed so far are in ``ctx.params``.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Callable, Collection, Iterable, List, Tuple, Union

import click

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

#: What `argument` and `option` take as ``shell_complete``.
Completer = Callable[[click.Context, click.Parameter, str], List["CompletionItem"]]
#: A value, alone or with what it stands for.
Offer = Union[str, Tuple[str, str]]
#: Finds what could be meant; it may offer too much and fail, see `values`.
Finder = Callable[[click.Context, click.Parameter, str], Iterable[Offer]]

_ABOUT = 100  # characters; a line of a list of choices


def values(find: Finder) -> Completer:
    """Offer what ``find`` does, as far as it begins with what is typed and is not there already.

    Args:
        find: takes the context, the parameter and what is typed of the value, and returns values
            or pairs of a value and what it stands for. What it offers too much is left out, and
            when it fails nothing is offered: a traceback in the middle of a command line helps
            nobody.
    """

    def complete(
        ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> List[CompletionItem]:
        from click.shell_completion import CompletionItem  # a start without TAB has none

        from clore_client.text import clean

        try:
            typed = _typed(ctx, param)
            pairs = [pair(one) for one in find(ctx, param, incomplete)]
        except Exception:  # noqa: BLE001  see above
            return []
        found = dict(reversed(pairs))  # of two, the first one counts
        return [
            CompletionItem(value, help=clean(found[value], _ABOUT) or None)
            for value in dict.fromkeys(value for value, _ in pairs)
            if _fits(value, incomplete) and value not in typed
        ]

    return complete


def pair(offer: Offer) -> Tuple[str, str]:
    """A value and what it stands for, which may be nothing."""
    return offer if isinstance(offer, tuple) else (offer, "")


def _typed(ctx: click.Context, param: click.Parameter) -> Collection[str]:
    """The values that a parameter of several has already."""
    if param.nargs == 1 and not param.multiple:
        return ()
    return {str(value) for value in ctx.params.get(param.name or "") or ()}


def _fits(value: str, incomplete: str) -> bool:
    from clore_client.text import clean

    # Strangers name things: what a terminal cannot show as it is, nobody can mean.
    return value.casefold().startswith(incomplete.casefold()) and clean(value) == value != ""


def files(ctx: click.Context, param: click.Parameter, incomplete: str) -> List[CompletionItem]:  # noqa: ARG001  click's signature
    """Let the shell offer files."""
    from click.shell_completion import CompletionItem

    return [CompletionItem(incomplete, type="file")]


def _later(module: str, name: str) -> Completer:
    """What ``name`` in a module of ours finds, which only who presses TAB imports."""

    def find(*asked: Any) -> Iterable[Offer]:
        found: Iterable[Offer] = getattr(import_module(f"clore_cli.{module}"), name)(*asked)
        return found

    return values(find)


#: Orders that have not ended: all of them, those with a machine, and bids.
orders = _later("completion.candidates", "orders")
machines = _later("completion.candidates", "machines")
bids = _later("completion.candidates", "bids")
#: Servers on the marketplace: those that can be rented, and those with a spot price.
servers = _later("completion.candidates", "servers")
spot_servers = _later("completion.candidates", "spot_servers")
#: The names of the servers that the account rents out.
own_servers = _later("completion.candidates", "own_servers")
#: GPU models, as words for --gpu and for query terms.
gpus = _later("completion.candidates", "gpus")
#: The short names of coins.
currencies = _later("completion.candidates", "currencies")
#: The parameter's default and the images of the account's orders.
images = _later("completion.candidates", "images")
#: Query terms: GPU models, fields, operators and values, each where it can stand.
terms = _later("completion.query_words", "terms")
#: Lists of the columns of the command that is typed, to print and to sort by.
columns = _later("completion.table_words", "columns")
sort_keys = _later("completion.table_words", "sort_keys")
#: The profiles in the configuration file, and the names of the settings of the one that is meant.
profiles = _later("completion.table_words", "profiles")
settings = _later("completion.table_words", "settings")
#: Commands, one word each; and the same with the topics of help.
commands = _later("completion.table_words", "commands")
topics = _later("completion.table_words", "topics")
#: The API's endpoints: the methods, and the paths for the method that is typed.
methods = _later("completion.table_words", "methods")
paths = _later("completion.table_words", "paths")
