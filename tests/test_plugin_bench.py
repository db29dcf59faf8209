"""`clore_cli.testing`: the fixture with which the authors of plugins test their commands."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from clore_client.sandbox import Fault

if TYPE_CHECKING:
    from clore_cli.testing import Bench


def test_clore_runs_against_a_marketplace_of_its_own(clore: Bench) -> None:
    rows = clore("search", "4090", "--json").json()
    assert {row["gpu"] for row in rows} == {"RTX 4090"}
    assert [entry.path for entry in clore.world.log] == ["/marketplace"]
    with clore.client() as client:
        assert [server.id for server in client.marketplace(gpu="4090")]


def test_a_run_that_failed_tells_why(clore: Bench) -> None:
    clore.world.inject(Fault("html", times=99))
    done = clore("wallets", "--retries", "0", "--json")
    assert done.status == 1
    with pytest.raises(AssertionError, match="error:"):
        done.json()


def test_nothing_of_the_users_is_seen(
    clore: Bench, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("CLORE_OUTPUT", "csv")
    monkeypatch.setenv("CLORE_API_KEY", "users-own")
    assert clore("config", "path").stdout == f"{clore.env['HOME']}/.clore/config.json\n"
    assert clore.env["CLORE_API_KEY"] != "users-own"
    assert clore("wallets").stdout.startswith("CURRENCY")


def test_input_and_variables_reach_the_run(clore: Bench) -> None:
    assert clore("wallets", env={"CLORE_OUTPUT": "csv"}).stdout.startswith("currency,")
    words = ("auth", "login", "--with-token", "--no-verify", "--insecure-storage")
    assert clore(*words, stdin="a-key-of-mine\n").status == 0
    assert "a-key-of-mine" in Path(clore.env["CLORE_CONFIG_DIR"], "config.json").read_text()


def test_pytest_loads_nothing_of_ours_for_it() -> None:
    """Else the coverage of a package would miss what ran before it was measured."""
    code = (
        "import sys, clore_cli.testing; "
        "print(sorted(name for name in sys.modules if name.startswith('clore')))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "['clore_cli', 'clore_cli.testing']\n"
