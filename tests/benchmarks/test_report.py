"""docs/performance.md says what docs/performance.json says."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Dict

import pytest

from benchmarks import report
from benchmarks.goals import Goal, failed, judged
from benchmarks.measure import Spread
from benchmarks.peers import ROOT
from benchmarks.startup import Cost

if TYPE_CHECKING:
    from pathlib import Path

SAMPLES: Dict[str, Any] = {
    "ours": {"wall": [0.08], "cpu": [0.06], "memory": [2**24], "count": [0]},
    "floor": {"wall": [0.04], "cpu": [0.04], "memory": [2**23]},
}


@pytest.fixture
def document() -> Dict[str, Any]:
    from benchmarks.__main__ import document

    found = [
        judged(Goal("a", "floor", 1.6), "`a`", SAMPLES),
        judged(Goal("a", "floor", None, "memory"), "`a`", SAMPLES),
        judged(Goal("a", "reference", 0.3), "`a`", SAMPLES),
        judged(Goal("b", None, 0, "count"), "`b`", SAMPLES),
        failed(Goal("c", "small", 10, grows=True), "`c`", "it broke"),
    ]
    cost = Cost("click", Spread(0.03, 0.02, 0.04), ["`--version`"], "It is needed.")
    made = document(11, found, (Spread(0.012, 0.012, 0.012), [cost]))
    told: Dict[str, Any] = json.loads(json.dumps(made))
    return told


def test_a_row_per_goal(document: Dict[str, Any]) -> None:
    rows = report.table(document["results"]).splitlines()[2:]
    assert rows[:5] == [
        "| `a` | wall | 80 ms | floor: 40 ms | 2.00 (2.00 to 2.00) | 1.50 | 1.6 | **missed** |",
        "| `a` | memory | 16 MiB | floor: 8 MiB | 2.00 (2.00 to 2.00) |  |  | information |",
        "| `a` | wall | 80 ms | reference |  |  | 0.3 | not run |",
        "| `b` | count | 0 |  |  |  | 0 | met |",
        "| `c` | growth of wall |  | small |  |  | 10 | **failed** |",
    ]
    assert rows[6:] == ["- `a`: there is no reference", "- `c`: it broke"]


def test_the_page_has_everything(document: Dict[str, Any]) -> None:
    page = report.page(document)
    assert "median of 11 rounds" in page
    assert "imports nothing (12 ms)" in page
    assert "| click | 30.0 | `--version` | It is needed. |" in page
    assert document["machine"]["python"] in page
    assert "{" not in page


def test_a_page_that_says_something_else_is_found(
    document: Dict[str, Any],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    data, page = tmp_path / "performance.json", tmp_path / "performance.md"
    monkeypatch.setattr(report, "DATA", data)
    monkeypatch.setattr(report, "PAGE", page)
    report.write(document)
    assert report.main(["--check"]) == 0
    page.write_text(page.read_text().replace("80 ms", "8 ms"))
    assert report.main(["--check"]) == 1
    assert "performance.md is not what" in capsys.readouterr().err
    assert report.main([]) == 0
    assert report.main(["--check"]) == 0
    page.unlink()
    assert report.main(["--check"]) == 1


@pytest.mark.parametrize(
    ("value", "quantity", "text"),
    [(0.0123, "wall", "12 ms"), (0.001, "wall", "1 ms"), (0.0000921, "wall", "0.092 ms"),
     (12.3456, "wall", "12346 ms"), (3, "count", "3"), (50 * 2**20, "memory", "50 MiB")],
)  # fmt: skip
def test_units(value: float, quantity: str, text: str) -> None:
    assert report.amount(value, quantity) == text


@pytest.mark.skipif(not report.DATA.exists(), reason="nothing has been measured yet")
def test_the_page_in_docs_is_up_to_date() -> None:
    assert not report.drifted(), "run python -m benchmarks.report"


def test_the_readme_tells_what_was_measured() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    results = json.loads(report.DATA.read_text(encoding="utf-8"))["results"]
    beside = {
        (one["title"], one["goal"]["quantity"]): one["ratio"]["median"]
        for one in results
        if one["goal"]["than"] == "reference" and not one["goal"]["grows"]
    }
    version = beside["`clore --version`", "wall"]
    wall, memory = (beside["`clore search`, 5,000 servers", what] for what in ("wall", "memory"))
    assert f"| start of `clore --version` | {version:.2f} of the time |" in readme
    assert f"| {wall:.2f} of the time, {memory:.2f} of the memory |" in readme
