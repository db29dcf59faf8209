"""A command whose rows are printed as they come, for as long as there are any."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any, Iterator

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


class StreamCommand(RowsCommand):
    """A command whose callback is a generator; each row it yields is printed at once.

    JSON is one object per line. A table is shown without its header, for no width fits what is
    still to come; ``text`` gives the rows a form of their own. --limit ends the command after so
    many rows. What `App.when_shown` has asked for happens after each row.

    A callback that returns a list instead, as for a single look, has it printed at once, with the
    header of a table; JSON is one object per line all the same.

    Args:
        args: those of `RowsCommand`.
        kwargs: those of `RowsCommand`.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dropped = {PREFIX + name for name in _NO_OPTIONS}
        self.params = [param for param in self.params if param.name not in dropped]
        self.output_names = [name for name in self.output_names if name not in dropped]

    def _rows(self, result: Any) -> Any:
        return result if isinstance(result, Iterator) else super()._rows(result)

    def _print(self, view: View, app: App, rows: Any) -> Shown:
        view = view._replace(format=_INSTEAD.get(view.format, view.format))
        if isinstance(rows, list):
            return super()._print(view, app, rows)
        with ExitStack() as stack:
            if hasattr(rows, "close"):
                stack.callback(rows.close)  # what a generator cleans up must not wait
            shown = self._stream(view, app, rows)
        if not shown and view.format in ("table", "text"):
            app.note(self.empty)
        return Shown([], [column.key for column in view.columns])

    @staticmethod
    def _stream(view: View, app: App, rows: Iterator[Any]) -> int:
        header = view.style.header and view.format != "table"
        view = view._replace(style=view.style._replace(header=header))
        keys = [column.key for column in view.columns]
        shown = 0
        while shown != view.limit:  # asked before, for the next row may take its time
            row = next(rows, _END)
            if row is _END:
                break
            make_way()
            write(view.render([row]))
            view = view._replace(style=view.style._replace(header=False))
            shown += 1
            app.has_shown(Shown([row], keys))
        return shown
