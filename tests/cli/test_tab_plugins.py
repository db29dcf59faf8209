"""TAB and other people's commands: their names from a file, their words from the program."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable, Iterator, List, Tuple, Union

import pytest
from shells import SHELLS, Shell

from clore_cli.builtins import BUILTINS

if TYPE_CHECKING:
    from cli_helpers import Clore, Install

COMMAND = """
import click

@click.command()
@click.argument("file", type=click.Path())
@click.option("--loud", help="Say it \\x1b[31mloudly.\\nReally.")
@click.option("--color", type=click.Choice(["red", "two words"]))
def NAME(file): pass
"""
NOISY = "import os; print('noise'); os.write(1, b'noise'); os.write(2, b'noise')\n" + COMMAND
BROKEN = {
    "missing": "import no_such_module_at_all",
    "leaves": "import sys; sys.exit('noise')",
    "raises": "raise BaseException('noise')",
    "value": "value = 3",
}

#: The `clore` of these tests, which notes each of its starts.
PROGRAM = """#!{python}
open({log!r}, "a").write("started ")
import sys
from clore_cli.main import main
sys.exit(main())
"""


Shells = Callable[..., Shell]


class Installation:
    """A `clore` on PATH, and plugins that come and go."""

    def __init__(self, clore: Clore, install: Install, path: Path) -> None:
        self.log, self.site, self.put = path / "started", path / "site", install
        self.cache, self.age = clore.home / ".cache" / "clore", 0
        program = path / "bin" / "clore"
        program.parent.mkdir()
        program.write_text(PROGRAM.format(python=sys.executable, log=str(self.log)))
        program.chmod(0o755)
        self.env = {**clore.env, "PATH": f"{program.parent}:/usr/local/bin:/usr/bin:/bin"}
        self.file = self.cache / ("commands" + str(program).replace("/", "%"))

    def add(self, name: str, source: str = COMMAND) -> None:
        self.put(name, source.replace("NAME", name))
        self.age += 2  # some shells count in seconds
        now = self.site.stat().st_mtime + self.age
        os.utime(self.site, (now, now))

    def starts(self) -> int:
        """How often it was started since the last look."""
        count = self.log.read_text().count("started") if self.log.exists() else 0
        self.log.unlink(missing_ok=True)
        return count

    def answers(self, *words: Union[str, bytes], **options: Any) -> List[Tuple[str, ...]]:
        """What the program prints for a script: nothing on stderr and 0 whatever happens."""
        env = {**self.env, "_CLORE_COMPLETE": "argv_complete", **options.pop("env", {})}
        done: subprocess.CompletedProcess[bytes] = subprocess.run(
            ["clore", *words],
            env=env,
            capture_output=True,
            timeout=60,
            check=False,
            **options,
        )
        assert (done.stderr, done.returncode) == (b"", 0)
        return [tuple(line.split("\t")) for line in done.stdout.decode().splitlines()]


@pytest.fixture
def installation(clore: Clore, install: Install, tmp_path: Path) -> Installation:
    return Installation(clore, install, tmp_path)


@pytest.fixture(params=SHELLS)
def shell(request: pytest.FixtureRequest, installation: Installation) -> Iterator[Shells]:
    """A function that starts a shell; each closes with the test."""
    if not shutil.which(request.param):
        pytest.skip(f"{request.param} is not installed")
    started = []

    def start(setup: str = "") -> Shell:
        started.append(SHELLS[request.param](installation.env, setup))
        return started[-1]

    yield start
    for one in started:
        one.close()


def test_names_come_from_a_file_until_something_is_installed(
    installation: Installation, shell: Shells
) -> None:
    installation.add("hello")
    one = shell()
    for starts in (1, 0):
        assert one.offers("clore hel") == {"help", "hello"}
        assert installation.starts() == starts
    installation.add("helmet")
    for starts in (1, 0):
        assert one.offers("clore hel") == {"help", "hello", "helmet"}
        assert installation.starts() == starts
    installation.add("helix")
    assert one.offers("clore hel") == {"help", "hello", "helmet", "helix"}
    assert one.offers("clore sear") == {"search"}
    assert installation.starts() == 1
    assert shell().offers("clore hel") == {"help", "hello", "helmet", "helix"}
    assert installation.starts() == 0


def test_a_name_imports_nothing(installation: Installation, shell: Shells, tmp_path: Path) -> None:
    mark = tmp_path / "imported"
    installation.add("touchy", f"open({str(mark)!r}, 'w').close()")
    one = shell()
    assert one.offers("clore tou") == {"touchy"}
    assert one.offers("clore tou") == {"touchy"}
    assert not mark.exists()


def test_the_words_of_a_plugin_come_from_that_plugin_alone(
    installation: Installation, shell: Shells, tmp_path: Path
) -> None:
    mark = tmp_path / "imported"
    installation.add("hello", NOISY)
    installation.add("touchy", f"open({str(mark)!r}, 'w').close()")
    one = shell()
    assert one.offers("clore hello --lo") == {"--loud"}
    assert one.offers("clore hello --color r") == {"red"}
    assert one.offers("clore hello --color=r") == {"--color=red"}
    assert not mark.exists()


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_plugin_offers_nothing_and_says_nothing(
    installation: Installation, name: str
) -> None:
    installation.add(name, BROKEN[name])
    assert installation.answers(name, "") == []
    assert installation.answers(name, "--") == []
    assert (name, "A plugin for the tests.") in installation.answers("")


def test_no_noise_on_the_terminal(installation: Installation, shell: Shells) -> None:
    installation.add("raises", BROKEN["raises"])
    installation.add("hello", NOISY)
    one = shell()
    for line in ("clore raises ", "clore hello --l"):
        one.offers(line)
        assert "noise" not in one.seen


@pytest.mark.parametrize("without", ["home", "room"])
def test_without_a_cache_the_program_is_asked_once_in_a_session(
    installation: Installation, shell: Shells, without: str
) -> None:
    installation.add("hello")
    own = Path(pwd.getpwuid(os.getuid()).pw_dir, ".cache", "clore", installation.file.name)
    if without == "home":
        installation.env["HOME"] = ""
        # fish puts the user's real home there when it starts: what runs in a test has none.
        one = shell("export HOME=")
    else:
        installation.cache.parent.write_text("no directory")
        one = shell()
    for _ in range(3):
        assert one.offers("clore hel") == {"help", "hello"}
    assert installation.starts() == 1
    assert not own.exists()


def test_no_plugins_when_asked(installation: Installation, shell: Shells) -> None:
    installation.add("hello")
    installation.env["CLORE_NO_PLUGINS"] = "1"
    one = shell()
    assert one.offers("clore hel") == {"help"}
    assert one.offers("clore hello ") == set()
    assert installation.starts() == 0
    assert not installation.cache.exists()


@pytest.mark.parametrize(
    "garbage", [b"", b"\x00\xff\n\n", b"$(touch evil)\n`touch evil`\n", b"/\n"]
)
def test_a_file_with_garbage_is_replaced(
    installation: Installation, shell: Shells, garbage: bytes, tmp_path: Path
) -> None:
    installation.add("hello")
    installation.cache.mkdir(parents=True)
    installation.file.write_bytes(garbage)
    one = shell(f"cd {tmp_path}")
    assert one.offers("clore hel") == {"help", "hello"}
    assert installation.file.read_text().endswith("hello\tA plugin for the tests.\n")
    assert not (tmp_path / "evil").exists()


def test_names_that_are_none_are_left_out(
    installation: Installation, shell: Shells, tmp_path: Path
) -> None:
    installation.add("hello")
    installation.answers("")
    fresh = installation.file.stat().st_mtime
    with installation.file.open("a") as stream:
        stream.write(
            "$(touch evil)\tx\n*\t\n-rf\t\nhel lo\t\nhelp\tanother\nhelper\ton $(touch evil)\n"
        )
    os.utime(installation.file, (fresh, fresh))
    one = shell(f"cd {tmp_path}")
    assert one.offers("clore ") == {"hello", "helper", *(builtin.name for builtin in BUILTINS)}
    assert one.offers("clore -r") == set()
    assert one.offers("clore hel") == {"hello", "help", "helper"}
    assert not (tmp_path / "evil").exists()


def test_a_link_in_the_place_of_the_file_is_neither_read_nor_followed(
    installation: Installation, shell: Shells
) -> None:
    installation.add("hello")
    installation.answers("")
    other = installation.site.parent / "other"
    installation.file.rename(other)
    before = other.read_text()
    other.write_text(before + "hellish\t\n")
    os.utime(other, (2**31, 2**31))
    installation.file.symlink_to(other)
    assert shell().offers("clore hel") == {"help", "hello"}
    assert not installation.file.is_symlink()
    assert other.read_text() == before + "hellish\t\n"


def test_another_pythonpath_has_other_plugins(installation: Installation, shell: Shells) -> None:
    installation.add("hello")
    one = shell()
    assert one.offers("clore hello") == {"hello"}
    assert (
        shell("unset PYTHONPATH" if one.argv[0] != "fish" else "set -e PYTHONPATH").offers(
            "clore hello"
        )
        == set()
    )


def test_the_file_is_ours_alone_and_written_only_when_something_has_changed(
    installation: Installation,
) -> None:
    installation.add("hello")
    installation.answers("")
    found = installation.file.stat()
    assert (found.st_mode & 0o777, found.st_mtime_ns) == (
        0o600,
        installation.site.stat().st_mtime_ns,
    )
    assert installation.cache.stat().st_mode & 0o777 == 0o700
    installation.answers("orders", "--")
    assert installation.file.stat().st_ino == found.st_ino
    assert list(installation.cache.iterdir()) == [installation.file]


def test_a_relative_cache_directory_is_none(installation: Installation, tmp_path: Path) -> None:
    installation.answers("", env={"XDG_CACHE_HOME": "here"}, cwd=tmp_path)
    assert installation.file.exists()
    assert not (tmp_path / "here").exists()


def test_what_the_program_answers(installation: Installation) -> None:
    installation.add("hello", NOISY)
    assert installation.answers("hello", "--loud", "x", "") == [(":file", "")]
    assert installation.answers("hello", "--l") == [("--loud", "Say it \ufffd[31mloudly. Really.")]
    assert installation.answers("hello", "--color", "two") == [("two words", "")]
    assert installation.answers("config", "sh") == [
        ("show", "Show all settings and where they come from.")
    ]


@pytest.mark.parametrize(
    "words",
    [[], ["", ""], ["nothing", ""], ["--nothing", ""], ["orders", "--limit", "x", "-"],
     ["deploy", "--profile"], [b"\xff", b"\xfe"], ["--version", ""], ["orders", "--help", ""]],
)  # fmt: skip
def test_the_program_never_fails(
    installation: Installation, words: List[Union[str, bytes]]
) -> None:
    installation.answers(*words)


def test_the_program_needs_neither_a_reader_nor_a_terminal(installation: Installation) -> None:
    for closed in ("<&-", ">&-", "2>&-", "<&- >&- 2>&-"):
        command = f"clore orders -- {closed}"
        env = {**installation.env, "_CLORE_COMPLETE": "argv_complete"}
        assert (
            subprocess.run(["sh", "-c", command], env=env, timeout=60, check=False).returncode == 0
        )
