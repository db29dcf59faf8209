"""``@command``: a click command that returns rows, printed in the format the user chose."""

from __future__ import annotations

import functools
import sys
from typing import (
    TYPE_CHECKING,
    Any,
    Callable,
    Collection,
    List,
    Mapping,
    Optional,
    Sequence,
    Type,
)

import click

from . import helping, terminal, told
from .formats import TEXT
from .optional import spelled_out
from .options import absorb, repeated_options, settings, without_taken
from .output_options import output_options

if TYPE_CHECKING:
    from .app import App, Shown
    from .columns import Column
    from .view import Text, View

Callback = Callable[..., Any]


class RowsCommand(click.Command):
    """A command whose callback returns rows, or one object, for the output layer.

    Args:
        args: those of `click.Command`.
        columns: what a row shows.
        variants: by option, the columns that are shown where it is given.
        single: the callback returns one object.
        empty: the note about no rows.
        section: of the help in which it stands.
        text: makes one text of the rows; ``-o text`` is the default then.
        surplus: what to tell somebody who gives words that it does not take.
        kwargs: those of `click.Command`, and what `clore_cli.told.Told` has.
    """

    context_class = helping.HelpContext

    def __init__(
        self,
        *args: Any,
        columns: Sequence[Column] = (),
        variants: Optional[Mapping[str, Sequence[Column]]] = None,
        single: bool = False,
        empty: str = "Nothing found.",
        section: str = "",
        text: Optional[Text] = None,
        surplus: str = "",
        **kwargs: Any,
    ) -> None:
        self.told = told.taken(kwargs)
        super().__init__(*args, **kwargs)
        self.surplus = surplus
        self.columns, self.single, self.text = list(columns), single, text
        self.variants = dict(variants or {})
        self.empty, self.section = empty, section
        if columns:
            offered = output_options(self.columns, single=single, text=text is not None)
            made = without_taken(self.params, offered)
            self.output_names = [option.name or "" for option in made]
            self.params += made
        self.params += without_taken(self.params, repeated_options())

    def parse_args(self, ctx: click.Context, args: List[str]) -> List[str]:
        """Read the command line; an option's value may be missing where it has a default."""
        allowed, ctx.allow_extra_args = ctx.allow_extra_args, True  # click would quote the words
        left = super().parse_args(ctx, spelled_out(self.params, args))
        ctx.allow_extra_args = allowed
        if left and not allowed and not ctx.resilient_parsing:
            raise click.UsageError(_surplus(len(left), self.surplus), ctx)
        return left

    def invoke(self, ctx: click.Context) -> None:
        """Run the callback and print what it returns."""
        from .stdout import UnwrittenError

        absorb(ctx)
        view = self._view(ctx) if self.columns else None
        app = app_of(ctx)
        result = super().invoke(ctx)
        try:
            if view is not None and result is not None:
                rows = [result] if self.single else self._rows(result)
                app.has_shown(self._print(view, app, rows))
        except (BrokenPipeError, UnwrittenError):  # a reader who has gone, or a full disk
            app.has_lost()
            if app.failure is None:
                raise
        if app.failure is not None:
            raise app.failure

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """End the help with where to read on."""
        super().format_epilog(ctx, formatter)
        helping.more(ctx, formatter)

    def _rows(self, result: Any) -> List[Any]:
        if isinstance(result, (str, Mapping)):
            raise TypeError(f"{self.name} returns one object: declare it with single=True")
        return list(result)

    def _view(self, ctx: click.Context) -> View:
        from .view import chosen_view  # --help prints no rows

        options = {name: ctx.params.pop(name) for name in self.output_names}
        columns = self.columns_with({name for name, value in ctx.params.items() if value})
        width = _terminal()
        return chosen_view(ctx, columns, options, single=self.single, width=width, text=self.text)

    def columns_with(self, given: Collection[str]) -> Sequence[Column]:
        """The columns of a run for which the parameters ``given`` are set."""
        return next((own for name, own in self.variants.items() if name in given), self.columns)

    def _print(self, view: View, app: App, rows: List[Any]) -> Shown:
        from .stdout import write

        shown = view.choose(rows)
        text = view.render(shown.rows)
        if not rows and view.format in ("table", TEXT):
            app.note(self.empty)
        write(text)
        return shown


def _surplus(count: int, advice: str) -> str:
    """A word in the wrong place is often the value of an option, and may be a secret."""
    words = "1 word" if count == 1 else f"{count} words"
    text = f"{words} more than the command takes, not shown here: a secret may be among them."
    return f"{text} {advice}".strip()


def _terminal() -> Optional[int]:
    """The width of the terminal that stdout is, or None."""
    return terminal.columns() if sys.stdout.isatty() else None


def app_of(ctx: click.Context) -> App:
    """The run's `App`; one of its own where a command is run alone, as in a test of a plugin."""
    from .app import App  # --help has none

    return ctx.ensure_object(App)


def with_app(func: Callback) -> Callback:
    """``func`` with the run's `App` as its first argument."""

    @functools.wraps(func)
    def call(*args: Any, **kwargs: Any) -> Any:
        ctx = click.get_current_context()
        app = app_of(ctx)
        app.settings = settings(ctx)
        return func(app, *args, **kwargs)

    return call


def command(
    name: Optional[str] = None,
    *,
    columns: Sequence[Column] = (),
    cls: Type[RowsCommand] = RowsCommand,
    **attrs: Any,
) -> Callable[[Callback], click.Command]:
    """Make a command of a function that takes the `App` first and returns rows.

    Args:
        name: the command's name; the function's by default.
        columns: what a row shows. Without columns the function prints nothing itself, or on its
            own account, and there are no output options.
        cls: a kind of `RowsCommand`, for one that reads its words in a way of its own.
        attrs: ``single=True`` when it returns one object; ``empty`` for the note about no rows;
            ``section`` of the help; what `clore_cli.told.Told` has for the manual page, such as
            ``examples=[("clore mine", "What it does.")]``; ``surplus``, what to tell somebody who
            gives words that it does not take; ``text``, which makes one text of the rows, for a
            command whose usual output is not a table: ``-o text`` is its default then; and
            everything that `click.command` takes.
    """

    def decorate(func: Callback) -> click.Command:
        made: click.Command = click.command(name, cls=cls, columns=columns, **attrs)(with_app(func))
        return made

    return decorate
