"""The hooks of a commit: one version of each tool, which comes with the extra dev."""

from __future__ import annotations

import importlib.util
import os
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


@pytest.fixture(scope="module")
def hooks() -> List[Dict[str, Any]]:
    yaml = pytest.importorskip("yaml", reason="pre-commit, of the extra dev, brings it along")
    pytest.importorskip("pre_commit", reason="of the extra dev")
    repositories = yaml.safe_load(CONFIG.read_text(encoding="utf-8"))["repos"]
    assert {repository["repo"] for repository in repositories} == {"local"}
    found: List[Dict[str, Any]] = [hook for repo in repositories for hook in repo["hooks"]]
    return found


def dev() -> Set[str]:
    """The distributions of the extra dev."""
    setup = ConfigParser()
    setup.read(ROOT / "setup.cfg", encoding="utf-8")
    lines = setup["options.extras_require"]["dev"].split("\n")
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
            assert importlib.util.find_spec(words[1]), hook["entry"]
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
