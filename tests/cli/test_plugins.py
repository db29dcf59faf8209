"""Other people's commands: lazy, listed by their summary, and harmless when they are broken."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Dict, Tuple

import pytest

from clore_cli import plugin, probing
from clore_cli.entrypoints import discover

if TYPE_CHECKING:
    from pathlib import Path

    from cli_helpers import Clore, Install

    from clore_client.sandbox import World

GOOD = """
from clore_cli.plugin import Column, command
print("noise at import")

@command(columns=[Column("id"), Column("name")])
def hello(app):
    '''Say hello.'''
    return [{"id": 1, "name": "x"}]
"""
PLAIN = """
import click

@click.command()
@click.pass_obj
def plain(app):
    click.echo(type(app).__name__)
    return 7
"""
BROKEN = {
    "missing": "import no_such_module_at_all",
    "leaves": "import sys; sys.exit(0)",
    "raises": "raise RuntimeError('\\x1b[2Jboom')",
    "base": "raise BaseException('no ordinary one')",
    "nothing": "value = 3",
    "object": "object = 3",
}


def test_a_plugin_has_formats_and_settings_and_keeps_stdout_clean(
    clore: Clore, install: Install
) -> None:
    install("hello", GOOD)
    done = clore("hello", "--json", "--columns", "id", "-q")
    assert json.loads(done.stdout) == [{"id": 1}]
    assert "noise at import" in done.stderr
    assert "Say hello." in clore("hello", "--help").stdout


def test_a_plugin_may_have_an_output_option_of_its_own(clore: Clore, install: Install) -> None:
    own = GOOD.replace("Column, command", "Column, command, option").replace(
        "def hello(app):", '@option("-o", "--output", "print_json")\ndef hello(app, print_json):'
    )
    install("hello", own.replace('"name": "x"', '"name": print_json'))
    done = clore("hello", "-o", "file.txt")
    assert (done.returncode, done.stdout.split()) == (0, ["ID", "NAME", "1", "file.txt"])
    assert json.loads(clore("hello", "--json").stdout) == [{"id": 1, "name": None}]


def test_a_list_command_that_returns_one_object_is_a_bug_that_says_so(
    clore: Clore, install: Install
) -> None:
    install("hello", GOOD.replace("return [{", "return {").replace('"x"}]', '"x"}'))
    done = clore("hello")
    assert (done.returncode, done.stdout) == (1, "")
    assert "single=True" in done.stderr


def test_a_summary_cannot_drive_the_terminal(clore: Clore, install: Install) -> None:
    install("hello", GOOD, summary="\x1b]0;title\x07 \u202ehi")
    assert "\x1b" not in clore("--help").stdout
    assert "\u202e" not in clore("--help").stdout


def test_a_plain_click_command_gets_the_app_and_its_return_value_is_no_status(
    clore: Clore, install: Install
) -> None:
    install("plain", PLAIN)
    done = clore("plain")
    assert (done.stdout, done.returncode) == ("App\n", 0)


def test_help_and_completion_list_plugins_without_importing_them(
    clore: Clore, install: Install, tmp_path: Path
) -> None:
    mark = tmp_path / "imported"
    install("touchy", f"open({str(mark)!r}, 'w').close()", summary="Touches a file.")
    assert re.search(r"touchy +Touches a file\.", clore("--help").stdout)
    env = {"_CLORE_COMPLETE": "bash_complete", "COMP_WORDS": "clore to", "COMP_CWORD": "1"}
    assert clore(env=env).stdout == "plain,touchy\n"
    clore("search", "--help")
    assert not mark.exists()


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_plugin_is_named_and_harms_nothing_else(
    clore: Clore, install: Install, name: str
) -> None:
    install(name, BROKEN[name])
    assert re.search(rf"{name} +A plugin for the tests\.", clore("--help").stdout)
    for args in ([name], [name, "--help"], ["help", name], ["schema", name]):
        done = clore(*args)
        assert done.returncode == 1
        assert f"the plugin '{name}' of clore-{name} 1.2 cannot be loaded" in done.stderr
        assert "CLORE_NO_PLUGINS=1" in done.stderr
        assert "Traceback" not in done.stderr
        assert "\x1b" not in done.stderr


def test_a_bug_in_a_plugin_prints_one_line_and_where_it_is(clore: Clore, install: Install) -> None:
    install("bug", GOOD.replace("hello", "bug").replace("return [", "return 1 / 0; return ["))
    done = clore("bug")
    assert done.returncode == 1
    assert "clore-bug 1.2 stopped on a bug: ZeroDivisionError" in done.stderr
    assert "plug_bug.py:" in done.stderr
    assert "Traceback" not in done.stderr
    assert "Traceback" in clore("bug", env={"CLORE_DEBUG": "1"}).stderr


def test_a_builtin_keeps_its_name(clore: Clore, install: Install, world: World) -> None:
    install("wallets", GOOD.replace("hello", "wallets"))
    assert "CURRENCY" in clore("wallets").stdout
    assert clore("--help").stdout.count("wallets") == 1


def test_a_damaged_distribution_harms_nothing(clore: Clore, install: Install) -> None:
    (install("damaged", GOOD, summary="") / "METADATA").write_bytes(b"\xff\xfe\x00")
    install("hello", GOOD)
    assert clore("hello").returncode == 0
    assert clore("--help").returncode == 0


def test_no_plugins_when_asked(clore: Clore, install: Install) -> None:
    install("hello", GOOD)
    env = {"CLORE_NO_PLUGINS": "1"}
    assert "hello" not in clore("--help", env=env).stdout
    assert clore("hello", env=env).returncode == 2


def listed(clore: Clore, **env: str) -> Dict[Tuple[str, str], str]:
    rows = json.loads(clore("plugins", "list", "--json", env=env).stdout)
    return {(row["name"], row["distribution"]): row["state"] for row in rows}


def test_the_list_says_what_works_and_what_does_not(clore: Clore, install: Install) -> None:
    install("hello", GOOD)
    install("missing", BROKEN["missing"])
    install("leaves", BROKEN["leaves"])
    install("value", "value = 3")
    install("wallets", GOOD.replace("hello", "wallets"))
    assert listed(clore) == {
        ("hello", "clore-hello"): "ok",
        ("missing", "clore-missing"): (
            "broken: ModuleNotFoundError: No module named 'no_such_module_at_all'"
        ),
        ("leaves", "clore-leaves"): "broken: SystemExit: 0",
        ("value", "clore-value"): "broken: plug_value:value is not a click command",
        ("wallets", "clore-wallets"): "hidden by a built-in command",
    }


def test_the_second_plugin_of_a_name_is_hidden_by_the_first(clore: Clore, install: Install) -> None:
    install("hello", GOOD)
    info = install("other", GOOD.replace('"x"', '"y"'))
    (info / "entry_points.txt").write_text("[clore_cli.plugins]\nhello = plug_other:hello\n")
    states = {state: project for (_, project), state in listed(clore).items()}
    first = states.pop("ok")
    assert list(states) == [f"hidden by {first} 1.2"]
    runs = "x" if first == "clore-hello" else "y"
    assert json.loads(clore("hello", "--json").stdout)[0]["name"] == runs


def test_the_list_keeps_stdout_clean_and_imports_nothing_that_is_off(
    clore: Clore, install: Install
) -> None:
    install("hello", GOOD)
    done = clore("plugins", "list", "--json")
    assert "noise at import" in done.stderr
    assert json.loads(done.stdout)[0]["version"] == "1.2"
    assert listed(clore, CLORE_NO_PLUGINS="1") == {
        ("hello", "clore-hello"): "off: CLORE_NO_PLUGINS is set"
    }
    assert "noise" not in clore("plugins", "list", env={"CLORE_NO_PLUGINS": "1"}).stderr


def test_a_broken_plugin_cannot_act_on_the_terminal(clore: Clore, install: Install) -> None:
    install("raises", BROKEN["raises"])
    done = clore("plugins", "list")
    assert "RuntimeError" in done.stdout
    assert "\x1b" not in done.stdout


def test_what_a_plugin_does_to_the_process_it_does_to_another_one(
    clore: Clore, install: Install
) -> None:
    install("hello", GOOD)
    install("ends", "import os; os._exit(5)")
    install("native", "import os; os.write(1, b'from C'); native = None")
    assert listed(clore) == {
        ("hello", "clore-hello"): "ok",
        ("ends", "clore-ends"): "broken: its import ends Python with status 5",
        ("native", "clore-native"): "broken: plug_native:native is not a click command",
    }


def test_an_import_that_hangs_is_given_up(
    install: Install, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    install("stuck", "import threading; threading.Event().wait()")
    monkeypatch.syspath_prepend(tmp_path / "site")
    monkeypatch.setattr(probing, "LIMIT", 0.5)
    (stuck,) = (found for found in discover() if found.name == "stuck")
    assert probing.state(stuck) == "broken: its import takes longer than 0.5 s"


def test_noise_below_python_stays_off_stdout_too(clore: Clore, install: Install) -> None:
    install("hello", GOOD.replace("print(", "import os; os.write(1, b'from C'); print("))
    done = clore("hello", "--json")
    assert [row["id"] for row in json.loads(done.stdout)] == [1]
    assert "from C" in done.stderr


def test_the_facade_has_a_semantic_version() -> None:
    assert re.fullmatch(r"1\.[0-9]+\.[0-9]+", plugin.__version__)
