"""The secrets that the suite hands to the SDK, and the search for them in whatever comes out."""

from __future__ import annotations

import base64
import html
import json
import logging
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, FrozenSet, Iterator, List
from urllib.parse import quote

if TYPE_CHECKING:
    from typing_extensions import Self

KEY = "kQ7xW2mZ9pL4vB8nR5tY1cD6fG3hJ0sA"
PASSWORD = "Pw5eKd82mTqZx7LrVn4Ub9"
TOKEN = "jT3pXz6KwQ9fHs2MvB8yLd"
#: As a Docker Hub token looks.
DOCKER = "dckr_pat_Zr4Yw8Nq2Lm6Xk9Tj3Vb"
#: Whoever masks it has to know how JSON, URLs and HTML may write it.
AWKWARD = "wé/\"R7q\\Zk'8<Lm2>+Xp4%Nd"

ENV = {"DOCKER_TOKEN": DOCKER, "AWKWARD": AWKWARD}
NAMES = {
    KEY: "the API key", PASSWORD: "ssh_password", TOKEN: "jupyter_token", DOCKER: "env value",
    AWKWARD: "env value with escapes",
}  # fmt: skip

#: Ten characters of a secret in a row are the secret: an excerpt that cuts it is no excuse. Every
#: run of ten holds one of the pieces of seven that begin at every fourth character.
_PIECE, _STRIDE = 7, 4
_HERE = str(Path(__file__).resolve().parent)
_SCANNED = 4_000_000  # characters of one text; what is printed first counts


def spellings(secret: str) -> Iterator[str]:
    """How ``secret`` may be written: as it is, and as the usual escapes write it."""
    plain, ascii_only = json.dumps(secret, ensure_ascii=False)[1:-1], json.dumps(secret)[1:-1]
    sent = secret.encode()
    yield from (secret, plain, ascii_only, ascii_only.replace("/", "\\/"))
    yield from (repr(secret)[1:-1], ascii(secret)[1:-1], repr(sent)[2:-1], sent.decode("latin-1"))
    yield from (quote(secret), quote(secret, safe=""), html.escape(secret))
    yield base64.b64encode(sent).decode().rstrip("=")


def escaped(secret: str) -> str:
    """``secret`` with every character as a JSON escape."""
    return "".join(f"\\u{ord(character):04x}" for character in secret)


def _pieces(text: str, unit: int = 1) -> Iterator[str]:
    width = _PIECE * unit
    return (text[at : at + width] for at in range(0, len(text) - width + 1, _STRIDE * unit))


def _marks(secret: str) -> FrozenSet[str]:
    found = {piece for text in spellings(secret) for piece in _pieces(text)}
    return frozenset({*found, *_pieces(escaped(secret), len(r"\u0000"))})


_MARKS = {secret: _marks(secret) for secret in NAMES}


def shown(text: str) -> List[str]:
    """The names of the secrets that ``text`` shows."""
    text = text[:_SCANNED]
    return [
        NAMES[secret] for secret, marks in _MARKS.items() if any(mark in text for mark in marks)
    ]


def chain(error: BaseException) -> List[BaseException]:
    """``error`` and everything that it drags along as cause or context."""
    found: List[BaseException] = []
    pending = [error]
    while pending:
        current = pending.pop()
        if not any(current is other for other in found):
            found.append(current)
            pending += [e for e in (current.__cause__, current.__context__) if e is not None]
    return found


def in_error(error: BaseException) -> List[str]:
    """Where ``error`` shows secrets: texts, attributes, tracebacks and what hangs on them."""
    found = []
    for link in chain(error):
        kind = type(link).__name__
        places = {"text": str(link), "repr": repr(link), "attributes": repr(vars(link))}
        found += [f"{place} of {kind}: {s}" for place, t in places.items() for s in shown(t)]
        found += [f"{place} of {kind}: {s}" for place, t in _frames(link) for s in shown(t)]
    printed = "".join(traceback.format_exception(type(error), error, error.__traceback__))
    return found + [f"traceback: {secret}" for secret in shown(printed)]


def _frames(error: BaseException) -> Iterator[tuple[str, str]]:
    """The local variables of every frame but the suite's own."""
    told = traceback.TracebackException(
        type(error), error, error.__traceback__, capture_locals=True
    )
    for frame in told.stack:
        if not frame.filename.startswith(_HERE):
            for name, value in (frame.locals or {}).items():
                yield f"local {name!r} in {Path(frame.filename).name}:{frame.name}", value


class Log(logging.Handler):
    """Keeps what the SDK and urllib3 log at DEBUG while it is open."""

    loggers = ("clore_client", "urllib3")

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.setFormatter(logging.Formatter("%(name)s %(message)s"))
        self.lines: List[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a record with its arguments and traceback."""
        self.lines.append(f"{self.format(record)} {record.args!r}")

    def __enter__(self) -> Self:
        for name in self.loggers:
            logging.getLogger(name).addHandler(self)
            logging.getLogger(name).setLevel(logging.DEBUG)
        return self

    def __exit__(self, *_: object) -> None:
        for name in self.loggers:
            logging.getLogger(name).removeHandler(self)
            logging.getLogger(name).setLevel(logging.NOTSET)

    def leaks(self) -> List[str]:
        """The secrets in what was logged."""
        return [f"log: {secret}" for secret in shown("\n".join(self.lines))]


def in_files(directory: Path) -> List[str]:
    """The secrets in the files under ``directory``, the SDK's journal among them."""
    files = [path for path in sorted(directory.rglob("*")) if path.is_file()]
    return [
        f"file {path.name}: {secret}"
        for path in files
        for secret in shown(path.read_text(encoding="utf-8", errors="replace"))
    ]
