"""Kinds of words that a shell can complete without asking the program."""

from __future__ import annotations

from typing import TYPE_CHECKING, List, Sequence, Tuple

from click.types import StringParamType

if TYPE_CHECKING:
    import click
    from click.shell_completion import CompletionItem


class Suffixed(StringParamType):
    """Text that ends in one of a few words, as ``22:tcp`` does.

    Attributes:
        separator: what is between.
        choices: the words that may follow it.
    """

    def __init__(self, separator: str, choices: Sequence[str]) -> None:
        self.separator = separator
        self.choices: Tuple[str, ...] = tuple(choices)

    def shell_complete(
        self,
        ctx: click.Context,  # noqa: ARG002  click's signature
        param: click.Parameter,  # noqa: ARG002
        incomplete: str,
    ) -> List[CompletionItem]:
        """The whole words that ``incomplete`` may become, once the separator is there."""
        from click.shell_completion import CompletionItem  # a start without TAB has none

        start, found, _ = incomplete.partition(self.separator)
        offers = [start + self.separator + choice for choice in self.choices] if found else []
        return [CompletionItem(offer) for offer in offers if offer.startswith(incomplete)]


class CommandLine(StringParamType):
    """A command of this computer and its arguments, which nothing of ours reads."""
