"""The sandbox stands apart from the client, and is light until it is used."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path
from typing import Iterator

import pytest

import clore_client.sandbox

SOURCES = sorted(Path(clore_client.sandbox.__file__).parent.glob("*.py"))
SHARED = {
    "clore_client.endpoints",
    "clore_client.errors",
    "clore_client.lazy",
    "clore_client.wire",
}
#: Those who may open sockets or look at the computer's clock.
WORLDLY = {
    "server.py": {"socket", "socketserver", "http"},
    "accepting.py": {"socket", "socketserver"},
    "ssh_door.py": {"socket", "socketserver"},
    "clock.py": {"time"},
}


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level <= 1, f"{path.name} leaves the package by a relative import"
            if node.module == "clore_client":
                yield from (f"clore_client.{alias.name}" for alias in node.names)
            elif node.level == 0:
                yield node.module or ""


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_nothing_of_the_client_but_the_contract_is_imported(path: Path) -> None:
    ours = {name for name in _imports(path) if name.startswith("clore_")}
    assert ours <= SHARED


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_only_the_standard_library_and_no_sockets_in_the_world(path: Path) -> None:
    roots = {name.partition(".")[0] for name in _imports(path)} - {"clore_client"}
    if sys.version_info >= (3, 10):  # type checkers bring typing_extensions along
        assert roots <= sys.stdlib_module_names | {"typing_extensions"}
    assert not roots & ({"socket", "socketserver", "http", "time"} - WORLDLY.get(path.name, set()))


def test_a_world_can_be_made_without_the_heavy_modules() -> None:
    heavy = ["http.server", "urllib3", "dataclasses_json", "asyncio", "clore_client.endpoints"]
    program = (
        "import sys; from clore_client.sandbox import World; World();"
        f"print([name for name in {heavy} if name in sys.modules])"
    )
    found = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert found.stdout == "[]\n"
