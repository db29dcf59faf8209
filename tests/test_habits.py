"""The hooks of a commit, CI and the pages for strangers: that they agree with the project."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from configparser import ConfigParser
from importlib.metadata import distributions
from pathlib import Path
from typing import Any, Dict, List, Set

import pytest

ROOT = Path(__file__).resolve().parent.parent
CONFIG = ROOT / ".pre-commit-config.yaml"
WORKFLOW = ROOT / ".github" / "workflows" / "ci.yml"


@pytest.fixture(scope="module")
def hooks() -> List[Dict[str, Any]]:
    yaml = pytest.importorskip("yaml", reason="pre-commit, of the extra dev, brings it along")
    pytest.importorskip("pre_commit", reason="of the extra dev")
    repositories = yaml.safe_load(CONFIG.read_text(encoding="utf-8"))["repos"]
    assert {repository["repo"] for repository in repositories} == {"local"}
    found: List[Dict[str, Any]] = [hook for repo in repositories for hook in repo["hooks"]]
    return found


def setup_cfg() -> ConfigParser:
    found = ConfigParser()
    found.read(ROOT / "setup.cfg", encoding="utf-8")
    return found


def dev() -> Set[str]:
    """The distributions of the extra dev."""
    lines = setup_cfg()["options.extras_require"]["dev"].split("\n")
    return {line.partition(">")[0].strip() for line in lines if line}


def owners() -> Dict[str, str]:
    """The distribution of each console script that is installed."""
    found = {
        entry.name: distribution.metadata["Name"].replace("_", "-")
        for distribution in distributions()
        for entry in distribution.entry_points
        if entry.group == "console_scripts"
    }
    return {"ruff": "ruff", **found}  # ruff is a binary, which is in no table


def test_hooks_have_no_versions_of_their_own(hooks: List[Dict[str, Any]]) -> None:
    for hook in hooks:
        assert hook["language"] == "system", hook["id"]
        assert "additional_dependencies" not in hook, hook["id"]


def test_every_tool_of_a_hook_comes_with_the_project(hooks: List[Dict[str, Any]]) -> None:
    known, wanted = owners(), dev()
    for hook in hooks:
        program, *words = hook["entry"].split()
        if program == "python":
            assert words[0] == "-m"
            assert Path(ROOT, *words[1].split(".")).with_suffix(".py").is_file(), hook["entry"]
        elif "/" in program:
            assert os.access(ROOT / program, os.X_OK), program
        else:
            assert known[program] in wanted, program
            assert shutil.which(program, path=str(Path(sys.executable).parent)), program


def test_pre_commit_can_read_the_hooks(hooks: List[Dict[str, Any]]) -> None:
    assert hooks
    words = [sys.executable, "-m", "pre_commit", "validate-config", str(CONFIG)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def not_run_by_ci(text: str) -> List[str]:
    """What of the lists of nox the workflow ``text`` does not run, in words."""
    yaml = pytest.importorskip("yaml", reason="pre-commit, of the extra dev, brings it along")
    jobs: Dict[str, Any] = yaml.safe_load(text)["jobs"]
    found = []
    if not any("$(nox --list --json |" in step.get("run", "") for step in jobs["list"]["steps"]):
        found.append("the sessions are not those that nox lists")
    if jobs["session"]["strategy"]["matrix"] != {
        "session": "${{ fromJSON(needs.list.outputs.sessions) }}"
    }:
        found.append("not every session that is listed has a job")
    whole = {"name", "run", "shell", "env"}  # no condition, and no failure that is let pass
    steps = [
        step
        for step in jobs["session"]["steps"]
        if step.get("run", "").startswith('nox --session "$SESSION"') and set(step) <= whole
    ]
    if [(step["shell"], step["env"]["SESSION"]) for step in steps] != [
        ("bash", "${{ matrix.session }}")  # that shell notices a failure before a pipe, too
    ]:
        found.append("a job does not run its session")
    return found


def test_ci_runs_every_session() -> None:
    assert not_run_by_ci(WORKFLOW.read_text("utf-8")) == []


@pytest.mark.parametrize(
    ("there", "instead"),
    [
        ('run: nox --session "$SESSION" --report report.json 2>&1 | tee nox.log', 'run: "true"'),
        ("      - name: nox\n", "      - name: nox\n        continue-on-error: true\n"),
        ("        shell: bash\n        env:\n", "        shell: sh\n        env:\n"),
        ("SESSION: ${{ matrix.session }}", "SESSION: lint"),
        ("$(nox --list --json | jq -c '[.[].session]')", '[\\"lint\\"]'),
        ("session: ${{ fromJSON(needs.list.outputs.sessions) }}", "session: [lint]"),
    ],
)
def test_a_session_that_ci_leaves_out_is_noticed(there: str, instead: str) -> None:
    text = WORKFLOW.read_text("utf-8")
    assert text.count(there) == 1
    assert len(not_run_by_ci(text.replace(there, instead))) == 1


def test_ci_has_the_pythons_of_the_package() -> None:
    classifiers = setup_cfg()["metadata"]["classifiers"]
    supported = re.findall(r"Python :: (3\.\d+)$", classifiers, re.MULTILINE)
    listed = re.search(r"python-version: \|\n((?: +3\.\d+\n)+)", WORKFLOW.read_text("utf-8"))
    assert listed
    assert set(listed[1].split()) == set(supported)


def test_ci_installs_what_the_tests_use_of_the_system() -> None:
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    needed = re.findall(r"^need \S+ (\S+)$", script, re.MULTILINE)
    listed = re.search(r"no-install-recommends\n((?: +[a-z -]+\n)+)", WORKFLOW.read_text("utf-8"))
    assert listed
    assert set(listed[1].split()) == set(needed)


GUIDE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
#: Where the guide's short names are to be found.
PLACES = [ROOT, ROOT / "clore_client", ROOT / "clore_cli"]


def missing(text: str) -> List[str]:
    """The files and directories that ``text`` names in code type and that are not there."""
    names = re.findall(r"`([\w./*-]+(?:\.py|\.md|\.cfg|/)|\.ci/\w+)`", text)
    assert names
    return [name for name in names if not any(next(place.glob(name), None) for place in PLACES)]


@pytest.mark.parametrize(
    "title",
    ["Setting up", "The one unusual idea", "The map", "Measuring", "Writing a test", "Rules"],
)
def test_the_guide_names_what_is_there(title: str) -> None:
    section = re.search(rf"^## {title}.*?\n(.*?)(?=^## |\Z)", GUIDE, re.MULTILINE | re.DOTALL)
    assert section
    assert missing(section[1]) == []


def test_a_name_that_nothing_has_is_noticed() -> None:
    assert missing("`planes.py` and `plan.py`") == ["planes.py"]
