"""The typed programs of tests/typed run, and leave nothing out that is public.

That their types are right is checked by mypy and pyright, which refuse an `assert_type` that does
not hold; that the wrong program is wrong in each line, likewise. What is public of the packages is
complete: ``pyright --verifytypes clore_client --ignoreexternal`` says so.
"""
# pyright: strict

from __future__ import annotations

import ast
import asyncio
import inspect
import typing
from pathlib import Path
from typing import Any, Dict, NoReturn, Set, Type

import pytest
from typed import awaited, blocking, failing, plugged, sandboxed

from clore_ai import AsyncCloreAI, CloreAI, exceptions, models
from clore_cli import plugin

if typing.TYPE_CHECKING:
    from types import ModuleType

    from clore_ai.exceptions import CloreAPIError
    from clore_cli.testing import Bench

TYPED = Path(__file__).parent / "typed"

#: What the API sends there is not described anywhere.
UNDESCRIBED = {
    "MarketplaceServer.autoprice",
    "MarketplaceServer.gigaspot",
    "MyServer.autoprice",
    "ServerConfig.autoprice",
    "ServerConfig.clock_lock_ranges",
    "ServerSpecs.stock_oc",
    "ServerSpecs.stock_oc_override",
}

#: What an error cannot do without.
_DETAILS: Dict[str, Dict[str, Any]] = {
    "NetworkError": {"sent": True},
    "OrderUncertainError": {"server_id": 7, "type": "spot", "sent_at": 0.0},
}


def test_the_blocking_program() -> None:
    blocking.main(sandboxed.clients("docs")[0], sandboxed.clients("market")[0])


def test_the_program_for_asyncio() -> None:
    client, bidder = sandboxed.clients("docs")[1], sandboxed.clients("market")[1]
    asyncio.run(awaited.main(client, bidder))


def test_the_program_with_a_sandbox() -> None:
    assert sandboxed.logged(sandboxed.broken()) == []
    assert sandboxed.served() == ["wallets"]


@pytest.mark.parametrize("name", exceptions.__all__)
def test_the_program_that_fails(name: str) -> None:
    kind: Type[CloreAPIError] = getattr(exceptions, name)
    details = _DETAILS.get(name, {})

    def fail() -> NoReturn:
        raise kind("what went wrong", **details)

    assert failing.outcome(fail) == "what went wrong"
    assert failing.outcome(list) == "done"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A directory with the plugin in it, as pip would leave it."""
    site = tmp_path / "site"
    info = site / "typed_plugin-1.dist-info"
    info.mkdir(parents=True)
    (site / "plugged.py").write_text((TYPED / "plugged.py").read_text())
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: typed-plugin\nVersion: 1\n")
    (info / "entry_points.txt").write_text(
        "[clore_cli.plugins]\ntyped = plugged:typed\ntyped-group = plugged:typed_group\n"
    )
    return site


def test_the_plugin(clore: Bench, site: Path) -> None:
    env: Dict[str, Any] = {"PYTHONPATH": str(site)}
    assert len(clore("typed", "4090", "--count", 2, "--json", env=env).json()) == 2
    done = clore("typed-group", "follow", "4090", "--limit", 1, "--no-header", env=env)
    assert (done.status, len(done.stdout.splitlines())) == (0, 1)


def test_the_plugin_tells_of_clore(clore: Bench, site: Path, tmp_path: Path) -> None:
    made = tmp_path / "made"
    done = clore("typed-group", "about", made, env={"PYTHONPATH": str(site)}, stdin="a line")
    assert (done.status, done.stderr.splitlines()[-1]) == (1, "error: at the end")
    assert (made / "pyproject.toml").exists()


def test_the_plugin_s_helpers(clore: Bench) -> None:
    with clore.client() as client:
        servers = client.marketplace(gpu="4090")
    plugged.queries(servers)
    assert plugged.texts(servers[0])["json"] == '{\n  "id": 7\n}'


@pytest.mark.parametrize(("client", "program"), [(CloreAI, blocking), (AsyncCloreAI, awaited)])
def test_each_method_is_in_the_program(client: type, program: ModuleType) -> None:
    documented = {name for name in dir(client) if not name.startswith("_")} - {"overheard"}
    assert documented <= _asked_of_the_client(program)


def test_each_name_of_the_facade_is_in_the_plugin() -> None:
    assert set(plugin.__all__) <= set(vars(plugged))


@pytest.mark.parametrize("name", models.__all__)
def test_no_attribute_of_a_model_is_anything(name: str) -> None:
    model: Any = getattr(models, name)
    types = typing.get_type_hints(model)
    types.update(
        (attribute, typing.get_type_hints(value.fget)["return"])
        for attribute, value in inspect.getmembers(model, lambda one: isinstance(one, property))
        if attribute not in ("raw", "extra")  # JSON as it came
    )
    loose = {f"{name}.{attribute}" for attribute, kind in types.items() if _loose(kind)}
    assert loose == {one for one in UNDESCRIBED if one.startswith(f"{name}.")}


def test_each_line_of_the_wrong_program_must_be_refused() -> None:
    text = (TYPED / "wrong.py").read_text()
    lines = text.splitlines()
    unchecked = [
        lines[statement.lineno - 1]
        for function in ast.parse(text).body
        if isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef))
        for statement in function.body
        if "# type: ignore[" not in lines[statement.lineno - 1]
    ]
    assert unchecked == []
    assert text.count("# type: ignore[") > 70


def _loose(kind: Any) -> bool:
    return kind is Any or any(map(_loose, typing.get_args(kind)))


def _asked_of_the_client(program: ModuleType) -> Set[str]:
    return {
        node.attr
        for node in ast.walk(ast.parse(inspect.getsource(program)))
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "client"
    }
