"""What a command's manual page says beside what its parameters and columns tell. Pure."""

from __future__ import annotations

from typing import Any, Dict, Mapping, NamedTuple, Optional, Sequence, Tuple

from .status import Status

#: How every command may end that asks the API; an empty text is the general meaning.
API_EXITS: Mapping[int, str] = {
    Status.AUTH: "",
    Status.RATE_LIMIT: "",
    Status.REFUSED: "",
    Status.NETWORK: "",
}


_NOTHING: Mapping[str, str] = {}


class Told(NamedTuple):
    """What an author tells about a command, for its manual page.

    Attributes:
        examples: command lines, each with what it does in one sentence.
        more: paragraphs that follow the help text.
        arguments: what the arguments mean, by placeholder.
        exits: the exit statuses beside 0, 1, 2 and 130, or what those mean for this command; an
            empty text is the general meaning. None when nobody has said.
        environment: the variables that matter to this command; an empty text as above.
        files: the files that it reads or writes; an empty text as above.
        see: related commands and topics.
    """

    examples: Sequence[Tuple[str, str]] = ()
    more: str = ""
    arguments: Mapping[str, str] = _NOTHING
    exits: Optional[Mapping[int, str]] = None
    environment: Mapping[str, str] = _NOTHING
    files: Mapping[str, str] = _NOTHING
    see: Sequence[str] = ()


def taken(attrs: Dict[str, Any]) -> Told:
    """What ``attrs`` of a command tell; it is taken from them, because click knows none of it."""
    return Told(**{name: attrs.pop(name) for name in Told._fields if name in attrs})


def of(command: object) -> Told:
    """What is told about ``command``, which may be one of click's own making."""
    found: Told = getattr(command, "told", Told())
    return found
