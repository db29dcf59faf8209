"""The commands that retell the pages and list what is not run."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from docs.transcripts import differences, main

TOLD = "```console\n$ echo a\nb\n```\n"


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project of one page, whose transcript is not what its command prints."""
    for module in ("docs.pages", "docs.transcripts"):
        monkeypatch.setattr(f"{module}.ROOT", tmp_path)
    file = tmp_path / "README.md"
    file.write_text(TOLD, encoding="utf-8")
    return file


def test_check_shows_what_differs_and_writes_nothing(
    page: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--check"]) == 1
    assert "-b\n+a\n" in capsys.readouterr().out
    assert page.read_text("utf-8") == TOLD


def test_without_check_the_page_is_written_and_then_in_order(page: Path) -> None:
    assert main(["README.md"]) == 0
    assert page.read_text("utf-8") == TOLD.replace("\nb\n", "\na\n")
    assert main(["--check"]) == 0


def test_a_script_that_fails_beside_a_transcript_is_told(
    page: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page.write_text(TOLD + "\n```sh\nexit 3\n```\n", encoding="utf-8")
    assert main([]) == 1
    assert "README.md:6: exit status 3" in capsys.readouterr().out


def test_ages_may_differ_and_prices_may_not() -> None:
    assert differences("p", "1  RTX   40s\n", "1  RTX  1m 2s\n") == []
    assert differences("p", "1  0.1250\n", "1  0.1251\n") != []


def test_what_is_not_run_is_listed_with_its_reason() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.docs.skipped"],
        cwd=Path(__file__).resolve().parent.parent.parent,
        capture_output=True, encoding="utf-8", check=True,
    )  # fmt: skip
    first, *others = done.stdout.splitlines()
    assert first == f"{len(others)} of {first.split()[2]} code blocks of the pages are not run"
    assert "docs/migration.md:" in done.stdout
    assert all(line.partition(": ")[2] for line in others)
