"""A command whose rows are printed as they come, for as long as there are any."""

from __future__ import annotations

from contextlib import ExitStack
from itertools import islice
from typing import Any, Iterator, List

from .app import App, Shown
from .command import RowsCommand
from .output_options import PREFIX
from .progress import make_way
from .stdout import write
from .view import View

#: What an end that may never come rules out: an order of all rows, and one array around them.
_NO_OPTIONS = ("sort", "raw")
_INSTEAD = {"json": "jsonl"}
_END = object()
#: Rows that are printed at once where there is an end: 1,000 take a third of the time of one by
#: one, and a megabyte.
_PART = 1000


class StreamCommand(RowsCommand):
    """A command whose callback is a generator; each row it yields is printed at once.

    JSON is one object per line. A table is shown without its header, for no width fits what is
    still to come; ``text`` gives the rows a form of their own. --limit ends the command after so
    many rows. What `App.when_shown` has asked for happens after each row.

    A callback that returns a list instead, as for a single look, has it printed at once, with the
    header of a table; JSON is one object per line all the same.

    With ``ends``, the rows come to an end by themselves and there may be many: they are printed
    thousand by thousand, and every format is what it is of a list. A table and --sort, which need
    all of them, wait for them.

    Args:
        args: those of `RowsCommand`.
        ends: whether the rows come to an end by themselves.
        kwargs: those of `RowsCommand`.
    """

    def __init__(self, *args: Any, ends: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ends = ends
        dropped = set() if ends else {PREFIX + name for name in _NO_OPTIONS}
        self.params = [param for param in self.params if param.name not in dropped]
        self.output_names = [name for name in self.output_names if name not in dropped]

    def _rows(self, result: Any) -> Any:
        return result if isinstance(result, Iterator) else super()._rows(result)

    def _print(self, view: View, app: App, rows: Any) -> Shown:
        if not self.ends:
            view = view._replace(format=_INSTEAD.get(view.format, view.format))
        with ExitStack() as stack:
            if hasattr(rows, "close"):
                stack.callback(rows.close)  # what a generator cleans up must not wait
            if isinstance(rows, list) or (self.ends and view.needs_all):
                return super()._print(view, app, list(rows))
            shown = _in_parts(view, app, rows) if self.ends else _one_by_one(view, app, rows)
        if not shown and view.format in ("table", "text"):
            app.note(self.empty)
        return Shown([], [column.key for column in view.columns])


def _one_by_one(view: View, app: App, rows: Iterator[Any]) -> int:
    """Print each row as it comes, and return how many they were."""
    if view.format == "table":
        view = view.without_header()
    keys = [column.key for column in view.columns]
    shown = 0
    while shown != view.limit:  # asked before, for the next row may take its time
        row = next(rows, _END)
        if row is _END:
            break
        make_way()
        write(view.render([row]))
        view = view.without_header()
        shown += 1
        app.has_shown(Shown([row], keys))
    return shown


def _in_parts(view: View, app: App, rows: Iterator[Any]) -> int:
    """Print many rows at once, and return how many they were."""
    keys = [column.key for column in view.columns]
    left, shown = islice(rows, view.limit), 0

    def parts() -> Iterator[List[Any]]:
        nonlocal shown
        for part in iter(lambda: list(islice(left, _PART)), []):
            yield part
            shown += len(part)  # whoever asks for the next one has printed it
            app.has_shown(Shown(part, keys))

    for text in view.render_parts(parts()):
        write(text)
    return shown
