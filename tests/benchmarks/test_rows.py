"""What is compared does the same work: the scripts, the server, completion in bash."""

from __future__ import annotations

import configparser
import re
import shutil
from http.client import HTTPConnection
from typing import TYPE_CHECKING, Set, Tuple

import pytest

from benchmarks import rows, startup, tab
from benchmarks.bench import Bench, serving
from benchmarks.measure import FailedError
from benchmarks.peers import ROOT

if TYPE_CHECKING:
    from pathlib import Path


def test_the_server_keeps_connections_and_counts(answers: Path) -> None:
    with serving(answers) as address:
        connection = HTTPConnection(address.rpartition("/")[2])
        for path, status in (("/wallets/v1/x", 200), ("/wallets/v1/x?y=1", 200), ("/no/v1/x", 404)):
            connection.request("GET", path, headers={"auth": "key"})
            with connection.getresponse() as answer:
                assert answer.status == status
                assert answer.read()
                assert connection.sock is not None
        connection.request("GET", "/seen")
        with connection.getresponse() as answer:
            seen = answer.read().decode()
        connection.close()
    assert '"/wallets/v1/x": {"count": 2' in seen
    assert '"auth": "key"' in seen


def test_the_bare_script_prints_what_the_program_prints(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rows, "_MIDDLE", 400)
    ours = bench.clore("search", "--include-rented", "--json", market="5000")
    script = bench.script("search_json.py", market="5000")
    printed = bench.runner.run(ours, keep=True).stdout
    assert printed.count(b'"id"') == 400
    assert bench.runner.run(script, keep=True).stdout == printed


@pytest.mark.parametrize(
    ("name", "words", "contenders"),
    [
        ("table.py", ("{inputs}/5000.json", "1"), {"ours", "tabulate"}),
        ("calls.py", ("3", "1"), {"ours", "urllib3"}),
        ("free_limiter.py", ("{work}", "3", "1"), {"ours"}),
        ("concurrent_calls.py", ("3", "1"), {"ours", "one call"}),
    ],
)
def test_what_is_measured_within_a_process(
    bench: Bench, name: str, words: Tuple[str, ...], contenders: Set[str]
) -> None:
    given = [word.format(inputs=bench.inputs, work=bench.work) for word in words]
    samples = bench.runner.within(
        bench.script(name, *given, market="5000" if "conc" in name else "wallets")
    )
    assert set(samples) == contenders
    assert all(len(series["wall"]) == 1 for series in samples.values())
    assert samples["ours"].get("count", [1]) == [1]


def test_a_call_of_the_sdk_measures_itself(bench: Bench) -> None:
    samples = rows._marketplace("nested")(bench)
    assert samples["ours"]["count"] == [400]
    assert samples["ours"]["wall"][0] > 0


def test_a_search_that_shows_something_else_is_not_measured(bench: Bench) -> None:
    with pytest.raises(FailedError, match="ours does not show 20 servers"):
        rows._must_show(bench, "ours", bench.clore("search", "--limit", "3", market="5000"))


@pytest.mark.skipif(not shutil.which("bash"), reason="there is no bash")
def test_the_pythons_that_tab_starts_are_counted(bench: Bench) -> None:
    assert tab.word(bench) == {"ours": {"count": [0]}}
    assert tab._pressed(bench, "clore search --gpu 40")[1] == 1


def test_every_dependency_has_its_reason() -> None:
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg", encoding="utf-8")
    lines = setup["options"]["install_requires"].split("\n")
    required = {re.split(r"[^A-Za-z0-9_-]", line, maxsplit=1)[0] for line in lines if line}
    assert required == {name for reason in startup.REASONS for name in reason.requires}


def test_what_a_run_imports_is_seen(bench: Bench) -> None:
    command = bench.python("-c", "import json.tool")
    assert {"json", "json.decoder", "json.tool"} <= startup.modules(bench, command)
