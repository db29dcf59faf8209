"""Every place where the API key may be, in order, and what is there: for `clore auth status`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Dict, Iterator, List, Optional

from . import config
from .credentials import Source, sources
from .errors import ConfigError
from .keyrings import KeyringUnusableError

_UNSET = {
    "CLORE_API_KEY": "not set",
    "CLORE_API_KEY_FILE": "not set",
    "key_command": "not set",
    "keyring": "no key was stored there",
    "config": "no api_key",
}


@dataclass(frozen=True)
class Finding:
    """What a source has.

    Attributes:
        source: its name, as in `clore_client.credentials.Source`.
        where: the place in words; None for one that is not set.
        has_key: None when it was not asked, or did not say.
        key_end: the last four characters of the key.
        used: whether its key is the one that is used.
        note: what else there is to say, as a clause; empty for nothing.
        error: why the source cannot be used and none after it is, as the resolver would say it.
    """

    source: str
    where: Optional[str]
    has_key: Optional[bool] = None
    key_end: Optional[str] = None
    used: bool = False
    note: str = ""
    error: Optional[ConfigError] = None


def survey(profile: str) -> List[Finding]:
    """What each source has, in the order in which they are asked.

    Neither a program nor the keyring is asked when an earlier source answers.
    """
    found: List[Finding] = []
    try:
        for source in sources(profile):
            found.append(_look(source, decided=any(f.used or f.error for f in found)))
    except ConfigError as error:  # the file that says more cannot be used
        found.append(Finding("config", _file(profile), note=error.message, error=error))
        return found
    return list(_with_unset({one.source: one for one in found}, profile))


def _look(source: Source, *, decided: bool) -> Finding:
    finding = Finding(source.name, source.where)
    if decided and source.asks:
        return replace(finding, note="not asked: an earlier source decides")
    try:
        key = source.look()
    except KeyringUnusableError as error:
        return replace(finding, note=str(error))
    except ConfigError as error:
        return replace(finding, note=error.message, error=error)
    return replace(finding, has_key=True, key_end=key.end, used=not decided)


def _with_unset(found: Dict[str, Finding], profile: str) -> Iterator[Finding]:
    """All sources in their order, those included that the settings do not mention."""
    for name, note in _UNSET.items():
        where = _file(profile) if name == "config" else None
        yield found.get(name) or Finding(name, where, has_key=False, note=note)


def _file(profile: str) -> Optional[str]:
    try:
        return config.place(profile)
    except ConfigError:  # no home directory
        return None
