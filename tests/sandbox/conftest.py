"""One fresh world per test."""

from __future__ import annotations

import pytest
from sandbox.api import Api


@pytest.fixture
def api() -> Api:
    return Api()
