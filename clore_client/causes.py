"""What an error of ours may keep of the exception that caused it. Pure."""

from __future__ import annotations


class OriginalError(Exception):
    """Stands in for somebody else's exception: its name, and no more.

    The exception itself quotes headers or the body, where secrets may be.
    """

    @classmethod
    def of(cls, error: BaseException) -> OriginalError:
        """What may be kept of ``error``."""
        return cls(type(error).__name__)
