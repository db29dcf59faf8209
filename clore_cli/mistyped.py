"""What errors say of the words that were typed: never the API key that was pasted in their place.

Errors end up in logs and in reports. So a name that nobody knows is repeated when it is nearly
right only, and what looks like a key is left out of whatever else an error says.
"""

from __future__ import annotations

from typing import Iterable, Optional, Sequence

#: Letters and digits. A key has 32, and a float, the longest number, 24 characters.
_KEY = 24
_HIDDEN = "********"


def nearest(word: str, names: Iterable[str]) -> Optional[str]:
    """The one of ``names`` that ``word`` was probably meant to be; None when it is like none."""
    import difflib  # few names are wrong

    return next(iter(difflib.get_close_matches(word, names, n=1)), None)


def unknown(what: str, word: str, names: Iterable[str], otherwise: str) -> str:
    """That there is no ``what`` called ``word``, with the name that was meant, or ``otherwise``."""
    near = nearest(word, names)
    if near is None:
        return f"no such {what}; {otherwise}"
    return f"no {what} {word!r}; did you mean {near!r}?"


def without_keys(message: str, words: Sequence[str]) -> str:
    """``message`` without those of the typed ``words`` that look like a key."""
    parts = {part.strip("-") for word in words for part in word.split("=")}
    for part in sorted(filter(_looks_like_key, parts), key=len, reverse=True):
        message = message.replace(part, _HIDDEN)
    return message


def _looks_like_key(word: str) -> bool:
    """Whether it is one long run of letters and digits, as nothing that people make up is."""
    plain = word.replace("-", "").replace("_", "")
    if len(plain) < _KEY or not (plain.isascii() and plain.isalnum()):
        return False
    return not (plain.isalpha() or plain.isdecimal())
