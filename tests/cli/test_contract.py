"""Every command that prints rows, in every format, against the sandbox and its own schema.

The commands come from the tree, so a new one without arguments in `ARGUMENTS` fails here.
"""

from __future__ import annotations

import csv
import io
import json
import sys
from pathlib import Path
from typing import Any, Callable, Dict, Iterator, List, Tuple

import click
import jsonschema
import pytest
from cli_helpers import Unlimited

from clore_cli.builtins import BUILTINS
from clore_cli.command import RowsCommand
from clore_cli.docgen import declared, tree
from clore_cli.main import run
from clore_cli.output import FORMATS
from clore_cli.schema import schema
from clore_cli.tree import walk
from clore_client.sandbox import World, serve

ROOT = Path(__file__).resolve().parent.parent.parent
SPEED = 200.0
KEY = "sandbox-key-0123456789"


def free_server(world: World) -> int:
    """A server that nobody rents and that takes USD."""
    return next(
        number
        for number, row in world.state.servers.items()
        if not world.state.rented(number)
        and not world.state.owns(number)
        and number not in world.state.offline
        and "USD-Blockchain" in row["allowed_coins"]
        and "USD-Blockchain" in row["price"]["on_demand"]
    )


def an_order(world: World) -> int:
    """A live order, made when there is none."""
    live = [o.id for o in world.state.mine() if o.ended is None and not o.spot]
    if not live:
        assert run(["deploy", str(free_server(world)), "--yes", "-q"]) == 0
        return an_order(world)
    return live[-1]


def a_higher_bid(world: World) -> List[float]:
    """A live spot bid of the account's, made when there is none, and a price above it."""
    live = [o for o in world.state.mine() if o.ended is None and o.spot]
    if not live:
        server = free_server(world)
        bid = world.state.servers[server]["price"]["spot"]["USD-Blockchain"] * 2
        options = ["--type", "spot", "--spot-price", str(bid), "--yes", "-q"]
        assert run(["deploy", str(server), *options]) == 0
        return a_higher_bid(world)
    return [live[-1].id, live[-1].price + 0.5]


def gpu_of(world: World, server_id: int) -> str:
    return str(world.state.servers[server_id]["gpu_array"][0]).strip()


def lost_order(world: World) -> List[Any]:
    """Nothing, after an attempt to rent whose outcome is unknown."""
    world.fail("lost-answer", "create_order")
    world.state.lag = 1e6
    try:
        assert run(["deploy", str(free_server(world)), "--yes", "-q"]) == 9
    finally:
        world.state.lag = 1.0
    for order in world.state.mine():
        order.listed_at = 0.0
    return []


def a_piped_key(world: World) -> List[str]:
    """A key on stdin."""
    sys.stdin = io.StringIO(f"{KEY}\n")
    return ["--with-token"]


def a_stored_key(world: World) -> List[Any]:
    """Nothing, after a key was stored."""
    assert run(["config", "set", "api_key", KEY]) == 0
    return []


#: The arguments with which a command prints at least one row and exits with 0.
ARGUMENTS: Dict[str, Callable[[World], List[Any]]] = {
    "auth login": a_piped_key,
    "auth logout": a_stored_key,
    "auth status": lambda world: [],
    "cancel": lambda world: [an_order(world), "--yes"],
    "config show": lambda world: [],
    "deploy": lambda world: [free_server(world), "--yes"],
    "fees": lambda world: [],
    "open": lambda world: [an_order(world), "--print"],
    "order": lambda world: [an_order(world)],
    "orders": lambda world: ["--completed"],
    "plugins list": lambda world: [],
    "reconcile": lost_order,
    "rent": lambda world: [gpu_of(world, free_server(world)), "--yes"],
    "search": lambda world: ["--limit", "5"],
    "server-config": lambda world: ["MyGPU"],
    "server-set": lambda world: ["MyGPU", "--on-demand", "USD=2.4", "--yes"],
    "servers": lambda world: [],
    "spend": lambda world: [],
    "spot": lambda world: [
        next(o.server["id"] for o in world.state.orders.values() if o.spot and o.ended is None)
    ],
    "spot-price": lambda world: [*a_higher_bid(world), "--yes"],
    "ssh-config": lambda world: [an_order(world)],
    "wait": lambda world: [an_order(world)],
    "wallets": lambda world: [],
}


def commands() -> Dict[str, RowsCommand]:
    group = tree(declared(ROOT))
    return {
        ctx.command_path.partition(" ")[2]: ctx.command
        for ctx in walk(group, "clore")
        if isinstance(ctx.command, RowsCommand) and ctx.command.columns
    }


COMMANDS = commands()


@pytest.fixture(scope="module")
def served() -> Iterator[Tuple[World, str]]:
    world = World(clock=Unlimited(SPEED), servers=120, lag=1.0, deploy=5.0)
    with serve(world) as url:
        yield world, url


@pytest.fixture
def world(served: Tuple[World, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    for name, value in {
        "HOME": str(tmp_path),
        "CLORE_BASE_URL": served[1],
        "CLORE_API_KEY": KEY,
        "CLORE_NO_PLUGINS": "1",
        "CLORE_SANDBOX_SPEED": str(SPEED),
        "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
    }.items():
        monkeypatch.setenv(name, value)
    some_plugin(tmp_path / "site")
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    return served[0]


def some_plugin(site: Path) -> None:
    """An installed plugin, so that there is one to list; it is never imported here."""
    info = site / "clore_thing-1.2.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: clore-thing\nVersion: 1.2\n")
    (info / "entry_points.txt").write_text("[clore_cli.plugins]\nthing = thing:thing\n")


@pytest.fixture
def printed(
    world: World,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    logs_kept: None,
) -> Callable[..., str]:
    """A function that runs a command, which must succeed, and returns its stdout."""
    monkeypatch.setattr(sys, "stdin", sys.stdin)  # put back whatever the arguments pipe in

    def go(name: str, *more: str) -> str:
        arguments = [str(word) for word in ARGUMENTS[name](world)]
        capsys.readouterr()
        status = run([*name.split(), *arguments, *more])
        out, err = capsys.readouterr()
        assert status == 0, err
        return out

    return go


def test_every_command_that_prints_rows_is_played() -> None:
    assert set(ARGUMENTS) == set(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_json_is_what_the_schema_says(printed: Callable[..., str], name: str) -> None:
    command = COMMANDS[name]
    found = schema(f"clore {name}", command.columns, single=command.single)
    rows = json.loads(printed(name, "-o", "json"))
    jsonschema.Draft202012Validator.check_schema(found)
    jsonschema.Draft202012Validator(found).validate(rows)
    assert rows
    assert list(rows if command.single else rows[0]) == [c.key for c in command.columns]


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize("form", sorted(set(FORMATS) - {"json"}))
def test_every_format_has_a_row(printed: Callable[..., str], name: str, form: str) -> None:
    out = printed(name, "-o", form)
    keys = [column.key for column in COMMANDS[name].columns]
    if form == "jsonl":
        rows = [json.loads(line) for line in out.splitlines()]
        assert rows
        assert all(list(row) == keys for row in rows)
    elif form in ("csv", "tsv"):
        delimiter = "," if form == "csv" else "\t"
        header, *rows = csv.reader(io.StringIO(out), delimiter=delimiter)
        assert header == keys
        assert rows
        assert all(len(row) == len(keys) for row in rows)
    else:
        assert len(out.splitlines()) >= 2
        assert "\x1b" not in out


@pytest.mark.parametrize("name", [name for name in COMMANDS if COMMANDS[name].text])
def test_a_text_of_its_own_is_the_usual_format(printed: Callable[..., str], name: str) -> None:
    text = printed(name)
    assert text.strip()
    assert printed(name, "-o", "text") == text


@pytest.mark.parametrize("name", COMMANDS)
def test_the_command_prints_its_schema(
    world: World, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    assert run(["schema", *name.split()]) == 0
    command = COMMANDS[name]
    expected = schema(f"clore {name}", command.columns, single=command.single)
    assert json.loads(capsys.readouterr().out) == expected


@pytest.mark.parametrize("name", COMMANDS)
def test_every_column_says_what_it_holds(name: str) -> None:
    assert [column.key for column in COMMANDS[name].columns if column.kind is None] == []


def test_a_command_without_rows_has_no_schema(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["schema", "config", "set"]) == 2
    assert run(["schema", "nosuch"]) == 2
    assert "no such command; see 'clore --help'." in capsys.readouterr().err


def test_the_table_of_builtins_knows_them_all() -> None:
    assert {name.split()[0] for name in COMMANDS} <= {builtin.name for builtin in BUILTINS}
    assert all(isinstance(command, click.Command) for command in COMMANDS.values())
