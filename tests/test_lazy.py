"""Names that a module has only when somebody asks for them."""

from __future__ import annotations

import subprocess
import sys
from types import ModuleType
from typing import Iterator

import pytest

import clore_ai
import clore_client
import clore_client.models
import clore_client.sandbox
from clore_cli import plugin
from clore_client import lazy

HOMES = {"sep": "os", "copy": "shutil:copyfile", "paths": "posixpath:"}


@pytest.fixture
def module() -> Iterator[ModuleType]:
    """A module with the names of `HOMES`."""
    made = ModuleType("a_module_of_a_test")
    sys.modules[made.__name__] = made
    get, listed = lazy.attributes(made.__name__, HOMES)
    vars(made).update(__getattr__=get, __dir__=listed, __all__=["sep", "paths", "copy"])
    yield made
    del sys.modules[made.__name__]


def test_a_name_is_that_of_its_home(module: ModuleType) -> None:
    import os
    import posixpath
    import shutil

    assert module.sep is os.sep
    assert module.copy is shutil.copyfile
    assert module.paths is posixpath


def test_a_name_is_looked_for_once(module: ModuleType) -> None:
    assert "sep" not in vars(module)
    assert module.sep is vars(module)["sep"]


def test_the_names_are_listed_before_they_are_there(module: ModuleType) -> None:
    assert dir(module) == ["copy", "paths", "sep"]


def test_any_other_name_is_missing_as_usual(module: ModuleType) -> None:
    with pytest.raises(AttributeError, match="'a_module_of_a_test' has no attribute 'nosuch'"):
        _ = module.nosuch


@pytest.mark.parametrize(
    "home", [clore_ai, clore_client, clore_client.models, clore_client.sandbox, plugin]
)
def test_every_public_name_can_be_had_and_seen(home: ModuleType) -> None:
    names = home.__all__
    assert set(dir(home)) >= set(names)
    for name in names:
        assert getattr(home, name) is not None


def test_importing_the_packages_imports_no_name_of_theirs() -> None:
    code = """
import sys, clore_client.models, clore_cli.plugin
later = ["clore_client.client", "clore_client.errors", "clore_client.models.base"]
print(*set(later).intersection(sys.modules))
"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == ""
