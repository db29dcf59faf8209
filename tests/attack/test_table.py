"""The table itself, and the report that is made of it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Dict, List, Optional

from attack import report
from attack.case import PAID, Case
from attack.cases_types import conforms
from attack.table import CASES, clients

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_cases_are_many_and_distinct() -> None:
    assert len({case.id for case in CASES}) == len(CASES) >= 130
    assert len({(case.family, case.what) for case in CASES}) == len(CASES)


def test_each_case_expects_something() -> None:
    for case in CASES:
        assert case.family
        assert case.raises or case.returns or case.interrupt, case.id
        if case.call.endpoint in PAID:
            assert case.requests is not None, case.id


def row(case: Case, **found: Any) -> Dict[str, Any]:
    start: Dict[str, Any] = {
        "id": case.id,
        "family": case.family,
        "what": case.what,
        "expected": case.expected,
    }
    measured = {"overrun_s": 0.1, "peak_mb": None, "orders": 0, "orders_wanted": 0}
    return {**start, **measured, "clients": clients(case), "problems": {}, "secrets": [], **found}


def test_the_report_lists_every_case_and_the_figures(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [row(case) for case in CASES]
    rows[0].update(problems={"sync": ["returned []"]}, secrets=["log: the API key"], orders=1)
    rows[1].update(peak_mb=77.7, overrun_s=0.42)
    results, document = tmp_path / "faults.json", tmp_path / "reliability.md"
    results.write_text(json.dumps({"cases": rows}), encoding="utf-8")
    document.write_text(f"Before\n{report.BEGIN}\nold\n{report.END}\nAfter\n", encoding="utf-8")
    assert report.main([str(results), str(document)]) == 0
    text = document.read_text(encoding="utf-8")
    assert text.startswith("Before\n")
    assert text.endswith("\nAfter\n")
    assert "old" not in text.splitlines()
    assert f"**{len(CASES)} behaviours tried**" in text
    assert f"**{len(CASES) - 1} survived**, orders duplicated: **1**, secrets shown: **1**" in text
    assert "**0.42 s**" in text
    assert "**78 MB**" in text
    assert report.main(["--check", str(document)]) == 0
    assert capsys.readouterr().err == ""


def test_the_check_ignores_figures_and_finds_changed_cases(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    document = tmp_path / "reliability.md"
    text = report.written("", [row(case) for case in CASES])
    document.write_text(text.replace("0.10 s", "0.99 s"), encoding="utf-8")
    assert report.main(["--check", str(document)]) == 0
    document.write_text(text.replace(CASES[3].what, "something else", 1), encoding="utf-8")
    assert report.main(["--check", str(document)]) == 1
    told = capsys.readouterr().err
    assert "outdated: " in told
    assert f"missing: `{CASES[3].id}`" in told
    assert report.main(["--check", str(tmp_path / "none.md")]) == 1


def test_types_are_told_apart() -> None:
    assert conforms(1, float)
    assert conforms({"a": [1.5]}, Dict[str, List[float]])
    assert conforms(None, Optional[int])
    wrong = [(True, int), (True, float), (float("nan"), float), ("1", int), (None, str)]
    for value, hint in [*wrong, ({"a": "x"}, Dict[str, float]), ([None], List[str])]:
        assert not conforms(value, hint), (value, hint)
