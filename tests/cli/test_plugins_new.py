"""`clore plugins new`: a distribution that works, tests included, as soon as it is installed."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING, Callable

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from cli_helpers import Clore


@pytest.fixture
def made(clore: Clore, tmp_path: Path) -> Callable[[str], Path]:
    """A function that writes a plugin, and leaves it as an installer would, on PYTHONPATH."""

    def make(name: str) -> Path:
        place = tmp_path / f"clore-{name}"
        done = clore("plugins", "new", name, "-q", cwd=tmp_path)
        assert (done.returncode, done.stdout, done.stderr) == (0, f"clore-{name}\n", "")
        entry = re.search(
            r'^\[project.entry-points."clore_cli.plugins"\]\n(.*?)\n\n',
            (place / "pyproject.toml").read_text(),
            re.DOTALL | re.MULTILINE,
        )
        assert entry
        info = place / f"clore_{name.replace('-', '_')}-0.1.0.dist-info"
        info.mkdir()
        about = f"Metadata-Version: 2.1\nName: clore-{name}\nVersion: 0.1.0\n"
        (info / "METADATA").write_text(about)
        entries = f"[clore_cli.plugins]\n{entry[1]}\n".replace('"', "")
        (info / "entry_points.txt").write_text(entries)
        clore.env["PYTHONPATH"] = str(place)
        del clore.env["CLORE_NO_PLUGINS"]
        return place

    return make


# A keyword, a name that its module uses, and two words are no worse than any other name.
@pytest.mark.parametrize("name", ["demo", "class", "offers", "my-gpus2"])
def test_what_it_writes_works_and_its_tests_pass(
    made: Callable[[str], Path], clore: Clore, name: str
) -> None:
    place = made(name)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"],
        cwd=place, env={**os.environ, **clore.env}, capture_output=True, text=True, check=False,
        timeout=60,
    )  # fmt: skip
    assert "2 passed" in done.stdout, done.stdout + done.stderr
    assert f"Usage: clore {name} [OPTIONS]" in clore(name, "--help").stdout


def test_it_is_a_complete_distribution(made: Callable[[str], Path]) -> None:
    place = made("demo")
    files = {str(file.relative_to(place)) for file in place.rglob("*") if file.is_file()}
    assert {name for name in files if "dist-info" not in name} == {
        ".gitignore", "README.md", "clore_demo/__init__.py", "pyproject.toml",
        "tests/test_clore_demo.py",
    }  # fmt: skip
    assert "https://clore.ai" not in (place / "README.md").read_text()  # that is the marketplace
    for name in files:
        text = (place / name).read_text()
        assert not re.search(r"\$(name|module|function)", text), name


def test_it_says_what_comes_next(clore: Clore, tmp_path: Path) -> None:
    done = clore("plugins", "new", "demo", cwd=tmp_path)
    assert "pip install './clore-demo'" in done.stderr
    assert "clore sandbox run -- clore demo" in done.stderr
    elsewhere = clore("plugins", "new", "demo", "--directory", "a/b c", cwd=tmp_path)
    assert elsewhere.stdout == "a/b c\n"
    assert (tmp_path / "a" / "b c" / "pyproject.toml").exists()
    assert "pip install './a/b c'" in elsewhere.stderr


def test_nothing_that_is_there_is_touched(clore: Clore, tmp_path: Path) -> None:
    for name in ("clore-demo", "file"):
        (tmp_path / name).write_text("mine")
    assert clore("plugins", "new", "demo", cwd=tmp_path).returncode == 1
    done = clore("plugins", "new", "demo", "--directory", "file/below", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert "file/below cannot be written" in done.stderr
    assert {path.read_text() for path in tmp_path.iterdir() if path.is_file()} == {"mine"}


def test_the_prefix_of_the_distribution_is_not_part_of_the_name(
    clore: Clore, tmp_path: Path
) -> None:
    done = clore("plugins", "new", "clore-demo", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert "'clore plugins new demo' writes clore-demo." in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["home"]


@pytest.mark.parametrize(
    "name", ["", "Demo", "my gpus", "../demo", "-x", "a--b", "2x", "é", "wait"]
)
def test_a_name_that_no_plugin_can_have_is_wrong_usage(
    clore: Clore, tmp_path: Path, name: str
) -> None:
    done = clore("plugins", "new", "--", name, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert "error: " in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["home"]
