"""The configuration file as its tests look at it: its mode, and the error that each use gives."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

import pytest

from clore_client import config, credentials
from clore_client.errors import ConfigError

if TYPE_CHECKING:
    from pathlib import Path


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def unusable(what: str) -> ConfigError:
    """The error with which each use of the file fails."""
    errors = []
    for use in (config.load, credentials.resolve, lambda: config.update(dict.clear)):
        with pytest.raises(ConfigError, match=what) as caught:
            use()
        errors.append(caught.value)
    assert len({str(error) for error in errors}) == 1
    return errors[0]
