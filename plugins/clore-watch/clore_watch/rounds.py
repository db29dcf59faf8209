"""Looks again and again, through failures, and tells what has happened."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Iterator, Optional

from clore_cli.plugin import App, Outages, PassingError

from .events import Event
from .watches import Watches

if TYPE_CHECKING:
    from clore_cli.plugin import Progress, offers


@dataclass
class Rounds:
    """One look per interval, shared with whoever else on this machine looks at the marketplace.

    Attributes:
        app: the run.
        watches: what the looks are for.
        interval: seconds between two looks.
        looks: end after so many; None never ends.
        changes_only: say nothing of what is there at the first look.
        hasty: an error ends it at once, whatever its kind.
    """

    app: App
    watches: Watches
    interval: float
    looks: Optional[int] = None
    changes_only: bool = False
    hasty: bool = False
    _seen_at: Optional[float] = None

    def events(self) -> Iterator[Event]:
        """What happens, as it is found out.

        Raises:
            CloreAPIError: one that waiting does not heal.
        """
        done, outages = 0, Outages(self.app, self.interval)
        with self.app.progress() as progress:
            while True:
                # All looks were in vain: the error is what there is to say.
                last = self._seen_at is None and done + 1 == self.looks
                found = self._look() if self.hasty or last else outages.attempt(self._look)
                if found is not None:
                    yield from self._told(found)
                done += 1
                if done == self.looks:
                    return
                self._show(progress)
                self.app.sleep(self.interval - (found.age if found else 0.0))

    def _look(self) -> offers.Look:
        """The marketplace, if there is one."""
        from clore_cli.plugin import offers

        # An answer of the last half interval is as good: those who look then meet.
        found = offers.look(self.app, self.interval / 2)
        if not found.servers:
            raise PassingError("the marketplace lists no servers at all.")
        return found

    def _told(self, found: offers.Look) -> Iterator[Event]:
        moment = self._now() - found.age
        events = self.watches.look(found.servers, moment, found.unread)
        first, self._seen_at = self._seen_at is None, moment
        if first and self.looks != 1:
            self.app.note(f"{self._matching()} now.")
        if not (first and self.changes_only):
            yield from events

    def _matching(self) -> str:
        counts = self.watches.matching
        if len(counts) == 1:
            (count,) = counts.values()
            return "1 offer matches" if count == 1 else f"{count} offers match"
        listed = ", ".join(f"{count} match {name!r}" for name, count in counts.items())
        return f"Offers: {listed}"

    def _show(self, progress: Progress) -> None:
        text = f"Watching, every {self.interval:g} s; Ctrl-C ends it"
        more = ""
        if self._seen_at is not None:
            at = time.strftime("%H:%M:%S", time.localtime(self._seen_at))
            more = f". {self._matching()} (as of {at})."
        progress.update(text, more=more)

    def _now(self) -> float:
        return self.app.client.server_time
