"""What a start may import.

`clore --version`, help and TAB are felt by hand: each of these packages costs 20 to 140 ms, and
plugins multiply it. Modules are counted, not milliseconds, because they do not depend on the
machine. Each list of arguments runs in a process of its own; nothing else can have imported.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, List, Optional, Set, Tuple

import pytest
from orders_made import make_order

from clore_cli import plugin
from clore_cli.docgen import declared, tree
from clore_cli.tree import walk

if TYPE_CHECKING:
    from cli_helpers import Clore

    from clore_client.sandbox import World

HEAVY = {
    "urllib3", "keyring", "tabulate", "dataclasses_json", "marshmallow", "asyncio", "http.client",
    "ssl", "clore_client.client", "clore_client.models", "clore_client.sandbox",
}  # fmt: skip
ROOT = Path(__file__).resolve().parent.parent.parent
HELP = [[*ctx.command_path.split()[1:], "--help"] for ctx in walk(tree(declared(ROOT)), "clore")]
TEXTS = [
    ["help"], ["help", "query"], ["help", "environment"], ["help", "search"], ["help", "clore"],
    ["help", "--roff", "deploy"], ["completion", "bash"],
]  # fmt: skip

PROBE = """
import sys
sys.argv = ["clore", *{args!r}]
from clore_cli.main import main
status = main()
print("HEAVY", *sorted(set(sys.modules) & set({heavy!r})), file=sys.stderr)
sys.exit(status)
"""


def imported(clore: Clore, args: List[str], **env: str) -> List[str]:
    code = PROBE.format(args=args, heavy=sorted(HEAVY))
    done = subprocess.run(
        [sys.executable, "-c", code], env={**clore.env, **env}, capture_output=True, text=True,
        timeout=60, check=False,
    )  # fmt: skip
    assert done.stdout, done.stderr
    return done.stderr.splitlines()[-1].split()[1:]


#: What each start may load of clore_cli: every module more is half a millisecond of some 55.
START = {
    "builtins", "completing", "entrypoints", "failures", "grouping", "helping", "main", "numbers",
    "options", "plugins", "status", "terminal", "told",
}  # fmt: skip
A_COMMAND = START | {
    "app", "columns", "command", "commands", "format", "formats", "gpus", "optional",
    "output_options", "plugin", "price_columns", "units",
}  # fmt: skip
ORDERS = A_COMMAND | {"commands.connect", "commands.orders", "commands.own_order", "moments"}
SEARCH = A_COMMAND | {
    "commands.groups", "commands.search", "market", "offer_columns", "offers", "progress", "query",
}  # fmt: skip
SSH = {"endings", "commands.ssh", "commands.ssh_files", "commands.ssh_words"}
RUN = {"jsonout", "output", "stdout", "trace", "view", "width"}
TAB = {"plugin_cache", "completion", "completion.plugin_names", "completion.tab"}

#: The same of other packages, and of the standard library beside what click and the SDK's package
#: load: gettext, with which click reads its own words, loads locale. None: no budget, for what a
#: request needs is the SDK's.
LIBRARY = {"locale", "math"}
BUDGETS = [
    (["--version"], START, set(), LIBRARY),
    (["--help"], START | {"plugin_cache"}, set(), LIBRARY | {"textwrap"}),
    (["orders", "--help"], ORDERS, {"click_plugins"}, LIBRARY | {"textwrap", "traceback"}),
    (["search", "--help"], SEARCH, {"click_plugins"}, LIBRARY | {"textwrap", "traceback"}),
    (
        ["search", "--gpu", "4090", "--json"],
        SEARCH | RUN,
        {
            "click_plugins",
            "urllib3",
            "dataclasses_json",
            "marshmallow",
            "backports",
            "typing_extensions",
        },
        None,
    ),
    (
        ["TAB", "ssh", ""],
        ORDERS | TAB | SSH | {"completion.candidates"},
        {"click_plugins"},
        None,
    ),
    (
        ["TAB", "orders", "--sort", ""],
        ORDERS | TAB | {"output", "jsonout", "width", "completion.table_words"},
        {"click_plugins"},
        None,
    ),
]

LOADED = """
import sys
import click, clore_client
click.HelpFormatter(width=80)  # 8.1 imports shutil for it in any case
before = set(sys.modules)
args = {args!r}
sys.argv = ["clore", *args]
from clore_cli import main
if args[0] == "TAB":
    from clore_cli.completion import tab
    print(tab.text(main.cli, args[1:]))
else:
    main.main()
loaded = {{name: sys.modules[name] for name in set(sys.modules) - before}}
ours, tops = "clore_cli.", {{name.partition(".")[0]: module for name, module in loaded.items()}}
told = [name[len(ours):] for name in loaded if name.startswith(ours)]
known = {{"click", "clore_cli", "clore_client"}} | {{name.partition(".")[0] for name in before}}
others = {{name for name in tops if name[0] != "_"}} - known
paths = {{name: getattr(tops[name], "__file__", "") or "" for name in others}}
sites = {{name for name in others if "site-packages" in paths[name]}}
print("LOADED", *(",".join(sorted(names)) or "-" for names in (told, sites, others - sites)),
      file=sys.stderr)
"""


@pytest.mark.parametrize(
    ("args", "ours", "packages", "library"),
    BUDGETS,
    ids=[" ".join(budget[0]) for budget in BUDGETS],
)
def test_a_start_loads_no_more_than_its_budget(
    clore: Clore,
    world: World,
    args: List[str],
    ours: Set[str],
    packages: Set[str],
    library: Optional[Set[str]],
) -> None:
    """A failure names what is too much: import it where it is used, or say here what it is for."""
    make_order(world, 51)
    clore("orders")
    del clore.env["CLORE_NO_PLUGINS"]
    if "--help" in args:
        del clore.env["CLORE_BASE_URL"]  # which is checked, as all that is typed, by the SDK
    here = aged(clore.home)
    for _ in range(2):  # the first one looks for plugins
        done = subprocess.run(
            [sys.executable, "-c", LOADED.format(args=args)], cwd=here, env=clore.env,
            capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
    assert done.stdout.strip(), done.stderr
    told = done.stderr.splitlines()[-1].split()[1:]
    loaded = [set(names.split(",")) - {"-"} for names in told]
    budget = (ours, packages, loaded[2] if library is None else library)
    assert [sorted(names - allowed) for names, allowed in zip(loaded, budget)] == [[], [], []]


def aged(home: Path) -> Path:
    """A directory that python -c may search and that was not changed just now."""
    found = home / "aged"
    found.mkdir(exist_ok=True)
    os.utime(found, (1e9, 1e9))
    return found


@pytest.mark.parametrize("args", [["--version"], [], *HELP, *TEXTS], ids=" ".join)
def test_help_and_version_import_nothing_heavy(clore: Clore, args: List[str]) -> None:
    clore.env.pop("CLORE_NO_PLUGINS")
    assert imported(clore, args) == []


#: Ends a probe that would open a connection, or ask for the key.
OFFLINE = """
import socket, clore_client.credentials
def refuse(*_): raise SystemExit("it was asked")
socket.socket.connect = socket.create_connection = refuse
clore_client.credentials.resolve = refuse
"""
VALUES = ["ssh ", "deploy ", "server-config ", "search --gpu ", "search cou", "search country=",
          "orders --columns ", "orders --sort id,", "help ", "api GET ", "config get ",
          "--profile ", "deploy 1 --image "]  # fmt: skip


def pressed(clore: Clore, words: str, before: str = "") -> Tuple[List[str], List[str]]:
    """What TAB behind ``words`` prints, and which heavy modules it has imported."""
    answer = "status = 0; from clore_cli.main import cli; from clore_cli.completion import tab; "
    answer += "print(tab.text(cli, {!r}), end='')"
    probe = PROBE.replace("status = main()", answer.format(words.split(" ")).replace("{", "{{"))
    done = subprocess.run(
        [sys.executable, "-c", before + probe.format(args=[], heavy=sorted(HEAVY))],
        env=clore.env, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    return done.stdout.splitlines(), done.stderr.splitlines()


@pytest.mark.parametrize("words", ["", "orders -", "orders -o ", "sandbox "])
def test_completion_imports_nothing_heavy(clore: Clore, words: str) -> None:
    found, told = pressed(clore, words)
    assert found
    assert told == ["HEAVY"]


@pytest.mark.parametrize("words", VALUES)
def test_values_come_from_the_disk_alone(clore: Clore, world: World, words: str) -> None:
    make_order(world, 51)
    for command in ("orders", "servers", "search"):
        assert clore(command).returncode == 0
    asked = len(world.log)
    found, told = pressed(clore, words, OFFLINE)
    assert found
    assert told == ["HEAVY"]
    assert len(world.log) == asked


def test_values_do_not_ask_for_the_key(clore: Clore, world: World) -> None:
    settings = clore.home / ".clore"
    settings.mkdir(mode=0o700)
    witness = clore.home / "asked"
    command = f"touch {witness}"
    (settings / "config.json").write_text(json.dumps({"key_command": command}))
    del clore.env["CLORE_API_KEY"]
    assert clore("orders").returncode == 3
    assert witness.exists()
    witness.unlink()
    for words in ("ssh ", "deploy ", "config get "):
        assert pressed(clore, words)[1] == ["HEAVY"]
    assert not witness.exists()


def test_csv_never_pays_for_tables(clore: Clore, world: World) -> None:
    assert "tabulate" not in imported(clore, ["wallets", "--csv"])
    assert "tabulate" in imported(clore, ["wallets"])


def test_a_key_in_the_environment_spares_the_keyring(clore: Clore, world: World) -> None:
    assert "keyring" not in imported(clore, ["wallets"])


@pytest.mark.parametrize(
    ("settings", "asked"),
    [('{"key_store": "keyring"}', True), ('{"api_key": "a-key"}', False), ("{}", False)],
)
def test_the_keyring_is_imported_only_when_the_key_is_there(
    clore: Clore, world: World, settings: str, asked: bool
) -> None:
    del clore.env["CLORE_API_KEY"]
    (clore.home / ".clore").mkdir()
    (clore.home / ".clore" / "config.json").write_text(settings)
    assert ("keyring" in imported(clore, ["auth", "status"])) == asked
    assert ("keyring" in imported(clore, ["search", "--json"])) == asked
    env = {"CLORE_API_KEY": "a-key"}
    for args in (["auth", "status"], ["config", "show"], ["search", "--json"]):
        assert "keyring" not in imported(clore, args, **env)


def test_a_command_does_not_pay_for_what_others_need(clore: Clore) -> None:
    others = ["completion", "installed", "manual", "query", "quantities", "tree"]
    code = PROBE.format(args=["wallets", "--help"], heavy=[f"clore_cli.{name}" for name in others])
    done = subprocess.run(
        [sys.executable, "-c", code], env=clore.env, capture_output=True, text=True, timeout=60,
        check=False,
    )  # fmt: skip
    assert done.stderr.split() == ["HEAVY"]


def test_a_builtin_command_does_not_look_for_plugins(clore: Clore) -> None:
    clore.env.pop("CLORE_NO_PLUGINS")
    for args in (["wallets", "--help"], ["--version"], ["wallets", "--nonsense"]):
        code = PROBE.format(args=args, heavy=["importlib.metadata"])
        done = subprocess.run(
            [sys.executable, "-c", code], env=clore.env, capture_output=True, text=True, check=False
        )
        assert done.stderr.splitlines()[-1] == "HEAVY", args


def test_every_name_of_the_facade_is_there() -> None:
    for name in plugin.__all__:
        assert getattr(plugin, name) is not None
    with pytest.raises(AttributeError, match="has no attribute 'nosuch'"):
        getattr(plugin, "nosuch")  # noqa: B009  mypy knows that there is none
