"""`clore completion`: prints the generated scripts, and puts them where the shells look."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from clore_cli.completion.install import SHELLS

if TYPE_CHECKING:
    from cli_helpers import Clore

PROJECT = Path(__file__).resolve().parent.parent.parent
PLACES = {
    "bash": ".local/share/bash-completion/completions/clore",
    "zsh": ".local/share/zsh/site-functions/_clore",
    "fish": ".config/fish/completions/clore.fish",
}


def generated(shell: str) -> str:
    return (PROJECT / "completions" / SHELLS[shell].file).read_text()


@pytest.mark.parametrize("shell", SHELLS)
def test_it_prints_what_is_generated_whatever_is_installed(clore: Clore, shell: str) -> None:
    del clore.env["CLORE_NO_PLUGINS"]
    done = clore("completion", shell)
    assert (done.returncode, done.stdout, done.stderr) == (0, generated(shell), "")


@pytest.mark.parametrize("shell", SHELLS)
def test_it_is_installed_where_the_shell_looks_and_again(clore: Clore, shell: str) -> None:
    for rc in (".bashrc", ".zshrc"):
        (clore.home / rc).write_text("mine\n")
    place = clore.home / PLACES[shell]
    for _ in range(2):
        done = clore("completion", shell, "--install")
        assert (done.returncode, done.stdout) == (0, f"{place}\n")
        assert place.read_text() == generated(shell)
    assert {(clore.home / rc).read_text() for rc in (".bashrc", ".zshrc")} == {"mine\n"}
    assert f"fpath=({place.parent} $fpath)" in done.stderr or shell != "zsh"


def test_an_older_script_is_replaced(clore: Clore) -> None:
    place = clore.home / PLACES["bash"]
    place.parent.mkdir(parents=True)
    place.write_text("old")
    clore("completion", "bash", "--install")
    assert place.read_text() == generated("bash")


@pytest.mark.parametrize(
    ("shell", "variable", "inside"),
    [
        ("bash", "XDG_DATA_HOME", "bash-completion/completions/clore"),
        ("bash", "BASH_COMPLETION_USER_DIR", "completions/clore"),
        ("zsh", "XDG_DATA_HOME", "zsh/site-functions/_clore"),
        ("fish", "XDG_CONFIG_HOME", "fish/completions/clore.fish"),
    ],
)
def test_directories_that_the_user_has_chosen(
    clore: Clore, tmp_path: Path, shell: str, variable: str, inside: str
) -> None:
    chosen = tmp_path / "chosen"
    done = clore("completion", shell, "--install", "-q", env={variable: str(chosen)})
    assert (done.stdout, done.stderr) == (f"{chosen / inside}\n", "")
    assert (chosen / inside).read_text() == generated(shell)


def test_a_relative_base_directory_is_none(clore: Clore) -> None:
    done = clore("completion", "fish", "--install", env={"XDG_CONFIG_HOME": "here"})
    assert done.stdout == f"{clore.home / PLACES['fish']}\n"


def test_what_cannot_be_written_is_an_error(clore: Clore) -> None:
    (clore.home / ".local").write_text("no directory")
    done = clore("completion", "bash", "--install")
    assert (done.returncode, done.stdout) == (1, "")
    assert ".local" in done.stderr


def test_another_shell_is_wrong_usage(clore: Clore) -> None:
    assert clore("completion", "tcsh").returncode == 2


@pytest.mark.skipif(not shutil.which("zsh"), reason="zsh is not installed")
def test_zsh_finds_the_installed_script(clore: Clore) -> None:
    place = Path(clore("completion", "zsh", "--install").stdout.strip())
    done = clore.shell(
        f"zsh -f -c 'fpath=({place.parent} $fpath); autoload -U compinit; compinit -u -D;"
        " print $_comps[clore]'"
    )
    assert done.stdout == "_clore\n"


def test_without_a_home_directory_it_says_what_to_set(clore: Clore, tmp_path: Path) -> None:
    for home in ("", "~"):
        done = clore("completion", "zsh", "--install", env={"HOME": home})
        assert (done.returncode, done.stdout) == (2, "")
        assert "error: there is no home directory; set XDG_DATA_HOME\n" in done.stderr
    own = {"HOME": "", "BASH_COMPLETION_USER_DIR": str(tmp_path)}
    assert clore("completion", "bash", "--install", env=own).returncode == 0


@pytest.mark.parametrize("shell", SHELLS)
def test_a_place_that_cannot_be_used_says_what_to_do(clore: Clore, shell: str) -> None:
    for name in (".local", ".config"):
        (clore.home / name).write_text("no directory")
    done = clore("completion", shell, "--install")
    assert (done.returncode, done.stdout) == (1, "")
    assert f"error: {clore.home / PLACES[shell]} cannot be written: " in done.stderr
    assert f"clore completion {shell} > FILE" in done.stderr


def test_a_sandbox_does_not_write_into_the_users_own_directories(clore: Any) -> None:
    before = sorted(clore.home.rglob("*"))
    done = clore("sandbox", "run", "--", "clore", "completion", "bash", "--install")
    assert (done.returncode, done.stdout) == (2, "")
    assert "error: this is in a sandbox" in done.stderr
    assert sorted(clore.home.rglob("*")) == before
    printed = clore("sandbox", "run", "--", "clore", "completion", "bash")
    assert printed.stdout == generated("bash")
