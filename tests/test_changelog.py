"""News for users: fragments that can be read, a build that works, a check that notices silence."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import List

import pytest

ROOT = Path(__file__).resolve().parent.parent
NEWS = ROOT / "changelog.d"
TYPES = ["added", "changed", "fixed", "removed", "security"]
NAME = re.compile(rf"(\+[a-z0-9-]+|[0-9]+)\.({'|'.join(TYPES)})\.md")
#: A capital letter, the name of something or bold type begins a sentence; a full stop ends it.
SENTENCE = re.compile(r"[A-Z`*].{20,}[.]", re.DOTALL)
CHECK = ".ci/changelog"
NONE = "Tidy up\n\nChangelog: none"


def fragments() -> List[Path]:
    return sorted(path for path in NEWS.iterdir() if path.name != "README.md")


def problems(name: str, text: str) -> List[str]:
    """What is wrong with a fragment, in words."""
    found = []
    if not NAME.fullmatch(name):
        found.append(f"{name}: the name is not +SUBJECT.TYPE.md or NUMBER.TYPE.md")
    if not SENTENCE.fullmatch(text.strip()):
        found.append(f"{name}: not a whole sentence")
    return found


@pytest.mark.parametrize("path", fragments(), ids=lambda path: path.name)
def test_a_fragment_has_a_known_type_and_a_readable_sentence(path: Path) -> None:
    assert problems(path.name, path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("+spot.bugfix.md", "`clore spot` shows the floor of each coin."),
        ("spot.fixed.md", "`clore spot` shows the floor of each coin."),
        ("+spot.fixed.md", "fix stuff"),
        ("+spot.fixed.md", "`clore spot` shows the floor of each coin"),
        ("12.fixed.md", "\n"),
    ],
)
def test_a_bad_fragment_is_noticed(name: str, text: str) -> None:
    assert len(problems(name, text)) == 1


def test_the_types_are_those_of_the_configuration_and_of_the_page() -> None:
    configured = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    tables = configured.partition("[tool.towncrier]")[2]
    assert re.findall(r'^directory = "(\w+)"$', tables, re.MULTILINE)[-len(TYPES) :] == TYPES
    page = (NEWS / "README.md").read_text(encoding="utf-8")
    assert all(f"`{kind}`" in page for kind in TYPES)


class Checkout:
    """A git repository with what the check reads, and a branch that leaves `main`."""

    def __init__(self, home: Path) -> None:
        self.root = home / "checkout"
        for name in (CHECK, "pyproject.toml", "CHANGELOG.md", "changelog.d/README.md"):
            (self.root / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, self.root / name)
        shutil.copytree(ROOT / "clore_client", self.root / "clore_client")
        self.git("init", "-q", "-b", "main")
        self.commit("Begin")
        self.git("checkout", "-q", "-b", "branch")

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        tools = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        who = dict.fromkeys(("GIT_AUTHOR_NAME", "GIT_COMMITTER_NAME"), "Somebody")
        mail = dict.fromkeys(("GIT_AUTHOR_EMAIL", "GIT_COMMITTER_EMAIL"), "somebody@example.org")
        # A hook of git runs with GIT_DIR set, which would lead to the project's own repository.
        rest = {name: text for name, text in os.environ.items() if not name.startswith("GIT_")}
        return subprocess.run(
            command, cwd=self.root, env={**rest, **who, **mail, "PATH": tools},
            capture_output=True, text=True, check=False,
        )  # fmt: skip

    def git(self, *words: str) -> None:
        done = self.run("git", *words)
        assert done.returncode == 0, done.stderr

    def commit(self, message: str) -> None:
        self.git("add", "-A")
        self.git("commit", "-q", "-m", message)

    def write(self, name: str, text: str, message: str = "Change") -> None:
        (self.root / name).parent.mkdir(parents=True, exist_ok=True)
        (self.root / name).write_text(text, encoding="utf-8")
        self.commit(message)

    def check(self, base: str = "main") -> int:
        return self.run("bash", CHECK, base).returncode


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    pytest.importorskip("towncrier", reason="comes with the extra dev")
    return Checkout(tmp_path)


def test_a_branch_that_changes_the_sdk_without_news_fails(checkout: Checkout) -> None:
    assert checkout.check() == 0
    checkout.write("clore_client/text.py", "")
    assert checkout.check() == 1
    checkout.write("changelog.d/+text.fixed.md", "Texts are shown as the API sent them.")
    assert checkout.check() == 0


def test_news_of_no_known_type_do_not_count(checkout: Checkout) -> None:
    checkout.write("clore_cli/main.py", "")
    checkout.write("changelog.d/+text.bugfix.md", "Texts are shown as the API sent them.")
    assert checkout.check() == 1


def test_tests_and_pages_need_no_news(checkout: Checkout) -> None:
    checkout.write("tests/test_text.py", "")
    checkout.write("docs/sdk.md", "")
    checkout.write("plugins/clore-watch/tests/test_watch.py", "")
    assert checkout.check() == 0
    checkout.write("plugins/clore-watch/clore_watch/events.py", "")
    assert checkout.check() == 1


def test_a_commit_can_say_that_users_notice_nothing(checkout: Checkout) -> None:
    checkout.write("clore_client/text.py", "", "Tidy up; Changelog: none is only mentioned")
    assert checkout.check() == 1
    checkout.git("reset", "-q", "--hard", "main")
    checkout.write("clore_client/text.py", "\n", NONE)
    assert checkout.check() == 0


def test_a_commit_says_so_for_itself_only(checkout: Checkout) -> None:
    checkout.write("clore_client/text.py", "\n", NONE)
    checkout.write("clore_client/wire.py", "")
    assert checkout.check() == 1
    checkout.write("changelog.d/+text.fixed.md", "Texts are shown as the API sent them.")
    assert checkout.check() == 0


@pytest.mark.parametrize("name", ["man/clore.1", "completions/clore.bash", "setup.cfg"])
def test_what_is_installed_beside_the_code_needs_news(checkout: Checkout, name: str) -> None:
    checkout.write(name, "")
    assert checkout.check() == 1


def test_a_blank_in_an_old_fragment_is_no_news(checkout: Checkout) -> None:
    checkout.git("checkout", "-q", "main")
    checkout.write("changelog.d/+text.fixed.md", "Texts are shown as the API sent them.\n")
    checkout.git("checkout", "-q", "-B", "branch")
    checkout.write("clore_client/text.py", "")
    checkout.write("changelog.d/+text.fixed.md", "Texts are  shown as the API sent them.\n\n")
    assert checkout.check() == 1
    checkout.write("changelog.d/+text.fixed.md", "Texts are shown as the hosts wrote them.\n")
    assert checkout.check() == 0


def test_on_the_main_branch_the_last_commit_is_looked_at(checkout: Checkout) -> None:
    checkout.write("clore_client/text.py", "")
    checkout.git("checkout", "-q", "main")
    assert checkout.check() == 0
    checkout.git("merge", "-q", "--no-ff", "-m", "Merge branch", "branch")
    assert checkout.check() == 1
    checkout.write("docs/sdk.md", "")
    assert checkout.check() == 0
    assert checkout.check("main~2") == 1  # what one push has brought


def test_a_merge_of_the_main_branch_needs_no_news_of_its_own(checkout: Checkout) -> None:
    checkout.write("clore_client/text.py", "\n", NONE)
    checkout.git("checkout", "-q", "main")
    checkout.write("clore_client/wire.py", "")
    checkout.git("checkout", "-q", "branch")
    checkout.git("merge", "-q", "-m", "Merge main", "main")
    assert checkout.check() == 0


def test_an_unknown_base_is_no_branch_without_changes(checkout: Checkout) -> None:
    assert checkout.check("origin/nowhere") == 2


def test_a_release_puts_the_news_above_what_is_there(checkout: Checkout) -> None:
    checkout.write("changelog.d/+text.fixed.md", "Texts are shown as the API sent them.")
    before = (checkout.root / "CHANGELOG.md").read_text(encoding="utf-8")
    words = ["build", "--yes", "--version", "9.8.7", "--date", "2030-01-02"]
    built = checkout.run(sys.executable, "-m", "towncrier", *words)
    assert built.returncode == 0, built.stderr
    after = (checkout.root / "CHANGELOG.md").read_text(encoding="utf-8")
    news = "## 9.8.7 (2030-01-02)\n\n### Fixed\n\n- Texts are shown as the API sent them.\n"
    assert news in after
    begin, _, rest = before.partition("next release begins below -->\n")
    assert after.startswith(begin)
    assert after.endswith(rest)
    assert [path.name for path in (checkout.root / "changelog.d").iterdir()] == ["README.md"]
