"""The plugins that are remembered: found as a scan finds them, and looked for when in doubt."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from importlib.machinery import PathFinder
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable, Dict, List, Optional, Tuple

import pytest

from clore_cli import plugin_cache

if TYPE_CHECKING:
    from cli_helpers import Clore, Install

COMMAND = """
import click

@click.command()
def NAME(): print("NAME runs")
"""

#: Runs `clore`, and tells whether distributions were read, and how many files were opened.
PROBE = """
import sys
opened = []
sys.addaudithook(lambda event, args: event == "open" and opened.append(str(args[0])))
sys.argv = ["clore", *{args!r}]
from clore_cli.main import main
status = main()
site = [name for name in opened if ".dist-info" in name or ".egg-info" in name]
print("PROBE", int("importlib.metadata" in sys.modules), len(site), file=sys.stderr)
sys.exit(status)
"""
PAST = time.time() - 1000


class Installation:
    """Plugins that come and go, in a directory that was changed a while ago."""

    def __init__(self, clore: Clore, install: Install, path: Path) -> None:
        self.site, self.put, self.here = path / "site", install, path / "here"
        self.env, self.cache = clore.env, clore.home / ".cache" / "clore"
        self.env["PYTHONDONTWRITEBYTECODE"] = "1"  # in the directory, which would change by it
        self.here.mkdir()
        self.age = 0
        self.settle()

    @property
    def file(self) -> Path:
        (found,) = self.cache.glob("plugins*")
        return found

    def settle(self) -> None:
        """Let the directories be as old as those of an installation usually are."""
        self.age += 1
        for directory in (self.here, *(path for path in self.site.parent.iterdir())):
            if directory.is_dir():
                os.utime(directory, (PAST + self.age, PAST + self.age))

    def add(self, *names: str) -> None:
        for name in names:
            self.put(name, COMMAND.replace("NAME", name))
        self.settle()

    def run(self, *args: str, env: Optional[Dict[str, str]] = None) -> Tuple[str, bool]:
        """What a run prints, and whether it has read the distributions."""
        done = subprocess.run(
            [sys.executable, "-c", PROBE.format(args=args)], cwd=self.here, check=False,
            env={**self.env, **(env or {})}, capture_output=True, text=True, timeout=60,
        )  # fmt: skip
        *told, probe = done.stderr.splitlines()
        self.read = int(probe.split()[2])
        return done.stdout + "\n".join(told), probe.split()[1] == "1"

    def names(self, **options: Any) -> Tuple[List[str], bool]:
        """The plugins that the help lists, and whether it has read the distributions."""
        text, scanned = self.run("--help", **options)
        rows = text.partition("Plugins:\n")[2].partition("\n\n")[0].splitlines()
        return [row.split()[0] for row in rows], scanned

    def info(self, name: str) -> Path:
        return self.site / f"clore_{name}-1.2.dist-info"


@pytest.fixture
def site(clore: Clore, install: Install, tmp_path: Path) -> Installation:
    """An installation that has been looked at, with the plugins one and two."""
    made = Installation(clore, install, tmp_path)
    made.add("one", "two")
    assert made.names() == (["one", "two"], True)
    return made


def test_plugins_are_looked_for_once(site: Installation) -> None:
    first = site.run("--help")[0]
    assert site.run("--help") == (first, False)
    assert site.run("one") == ("one runs\n", False)
    assert site.run("nosuch")[1] is False


def test_what_is_read_does_not_grow_with_what_is_installed(site: Installation) -> None:
    site.names()
    few = site.read
    for number in range(40):
        info = site.site / f"other{number}-1.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Name: other{number}\nVersion: 1\n")
    site.settle()
    assert site.names() == (["one", "two"], True)
    assert site.read >= 40
    assert site.names() == (["one", "two"], False)
    assert site.read == few


def test_the_file_is_the_users_alone(site: Installation) -> None:
    found = site.file.stat()
    assert (found.st_mode & 0o777, site.cache.stat().st_mode & 0o777) == (0o600, 0o700)
    site.names()
    assert site.file.stat().st_ino == found.st_ino


def test_an_install_and_an_uninstall_are_seen_at_once(site: Installation) -> None:
    site.put("three", COMMAND.replace("NAME", "three"))
    for _ in range(2):  # a directory that changed just now is not remembered
        assert site.names() == (["one", "three", "two"], True)
    site.settle()
    assert site.names() == (["one", "three", "two"], True)
    assert site.names() == (["one", "three", "two"], False)
    shutil.rmtree(site.info("one"))
    assert site.names() == (["three", "two"], True)


def test_an_install_whose_time_is_set_back_is_seen(site: Installation) -> None:
    before = site.site.stat()
    site.put("three", COMMAND.replace("NAME", "three"))
    os.utime(site.site, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert site.names() == (["one", "three", "two"], True)


def test_another_version_is_seen_at_once(site: Installation) -> None:
    about = (site.info("one") / "METADATA").read_text()
    shutil.rmtree(site.info("one"))
    site.put("one", COMMAND.replace("NAME", "one"), summary="Another summary.")
    site.settle()
    assert "Another summary." not in about
    assert "Another summary." in site.run("--help")[0]
    assert site.run("--help")[1] is False
    assert "Another summary." in site.run("--help")[0]


@pytest.mark.parametrize("name", ["entry_points.txt", "METADATA"])
def test_what_a_plugin_says_of_itself_may_change_in_place(site: Installation, name: str) -> None:
    file = site.info("one") / name
    text = file.read_text()
    file.write_text(text.replace("one = plug_one", "uno = plug_one").replace("A plugin", "Some"))
    found, scanned = site.run("--help")
    assert scanned
    assert ("  uno " in found) == (name == "entry_points.txt")
    assert ("Some for the tests." in found) == (name == "METADATA")


def test_a_development_install_of_the_old_kind_changes_in_place(site: Installation) -> None:
    """`setup.py develop` writes into the directory of the sources, which stays as old as it was."""
    info = site.site / "clore_old.egg-info"
    info.mkdir()
    (info / "PKG-INFO").write_text("Metadata-Version: 2.1\nName: clore-old\nVersion: 1\n")
    site.settle()
    assert site.names() == (["one", "two"], True)
    assert site.names() == (["one", "two"], False)
    (info / "entry_points.txt").write_text("[clore_cli.plugins]\nold = plug_one:one\n")
    site.age -= 1
    site.settle()
    assert site.names() == (["old", "one", "two"], True)


def test_an_editable_install_is_seen_at_once(site: Installation, tmp_path: Path) -> None:
    sources = tmp_path / "sources"
    sources.mkdir()
    site.settle()
    (sources / "plug_edited.py").write_text(COMMAND.replace("NAME", "edited"))
    info = site.site / "clore_edited-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: clore-edited\nVersion: 1\n")
    (info / "entry_points.txt").write_text("[clore_cli.plugins]\nedited = plug_edited:edited\n")
    (site.site / "__editable__.pth").write_text(f"{sources}\n")
    assert site.names() == (["edited", "one", "two"], True)


def test_another_path_has_other_plugins(site: Installation, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    site.settle()
    path = f"{other}{os.pathsep}{site.site}"
    assert site.names(env={"PYTHONPATH": path}) == (["one", "two"], True)
    assert site.names(env={"PYTHONPATH": path}) == (["one", "two"], False)
    assert site.names(env={"PYTHONPATH": str(other)}) == ([], True)
    assert site.names() == (["one", "two"], True)
    other.rmdir()
    assert site.names(env={"PYTHONPATH": path}) == (["one", "two"], True)
    assert site.names(env={"PYTHONPATH": path}) == (["one", "two"], False)


def test_no_plugins_when_asked(site: Installation) -> None:
    assert site.names(env={"CLORE_NO_PLUGINS": "1"}) == ([], False)


def _other_python(file: Path) -> None:
    file.write_text(file.read_text().replace("Python 3.", "Python 9.", 1))


def _yesterday(file: Path) -> None:
    os.utime(file, (time.time() - 90000,) * 2)


def _tomorrow(file: Path) -> None:
    os.utime(file, (time.time() + 90000,) * 2)


def _link(file: Path) -> None:
    other = file.with_name("other")
    file.rename(other)
    file.symlink_to(other)


def _pipe(file: Path) -> None:
    file.unlink()
    os.mkfifo(file)


Spoil = Callable[[Path], object]


def _lines(change: Callable[[List[str]], List[str]]) -> Spoil:
    def spoil(file: Path) -> None:
        file.write_text("\n".join(change(file.read_text().split("\n"))))

    return spoil


ODD: Dict[str, Spoil] = {
    "other python": _other_python, "yesterday": _yesterday, "tomorrow": _tomorrow, "link": _link,
    "pipe": _pipe, "gone": os.unlink, "others may write": lambda file: file.chmod(0o622),
    "unreadable": lambda file: file.chmod(0) if os.geteuid() else file.unlink(),
    "empty": lambda file: file.write_text(""),
    "garbage": lambda file: file.write_bytes(b"\xff\0\n"),
    "end": _lines(lambda lines: lines[:-1]),
    "half": _lines(lambda lines: lines[: len(lines) // 2]),
    "fields": _lines(lambda lines: [*lines[:-2], "one\tplug_one:one", lines[-1]]),
    "watched": _lines(lambda lines: [*lines[: lines.index("") + 1], "x", "", lines[-1]]),
    "blank": _lines(lambda lines: [line for line in lines if line]),
}  # fmt: skip


@pytest.mark.parametrize("spoil", ODD.values(), ids=ODD)
def test_a_file_that_is_odd_is_replaced(site: Installation, spoil: Spoil) -> None:
    spoil(site.file)
    assert site.names() == (["one", "two"], True)
    assert site.names() == (["one", "two"], False)
    assert site.file.is_file()
    assert not site.file.is_symlink()


def test_a_file_that_was_cut_off_anywhere_breaks_nothing(site: Installation) -> None:
    whole = site.file.read_bytes()
    searched = [line for line in whole.decode().split("\n\n")[0].split("\n") if "\t" in line]
    for end in range(0, len(whole), 7):
        site.file.write_bytes(whole[:end])
        with pytest.raises(ValueError):
            plugin_cache._remembered(plugin_cache._read(str(site.file)), searched)
    site.file.write_bytes(whole)
    found = plugin_cache._remembered(plugin_cache._read(str(site.file)), searched)
    assert {plugin.name for plugin in found} == {"one", "two"}


@pytest.mark.parametrize("without", ["home", "room"])
def test_without_a_place_for_it_everything_works(site: Installation, without: str) -> None:
    shutil.rmtree(site.cache.parent)
    if without == "home":
        site.env["HOME"] = ""
    else:
        site.cache.parent.write_text("no directory")
    for _ in range(2):
        assert site.names() == (["one", "two"], True)
    assert site.run("one")[0] == "one runs\n"


def test_a_broken_plugin_breaks_in_the_same_way(site: Installation) -> None:
    site.put("broken", "import no_such_module", summary="Breaks.")
    site.put("value", "value = 3")
    site.put("lost", COMMAND.replace("NAME", "lost"), attribute="nosuch")
    site.settle()
    for name in ("broken", "value", "lost"):
        site.file.unlink()
        first, scanned = site.run(name)
        again, remembered = site.run(name)
        assert first == again
        assert "cannot be loaded" in first or "is not a click command" in first
        assert (scanned, remembered) == (True, False)


@pytest.fixture
def finders(monkeypatch: pytest.MonkeyPatch) -> List[Any]:
    """Those that Python has: other tests import packages that add their own."""
    usual = [one for one in sys.meta_path if not hasattr(one, "find_distributions")]
    monkeypatch.setattr(sys, "meta_path", [*usual, PathFinder])
    return sys.meta_path


def test_somebody_elses_way_to_find_distributions_is_asked_each_time(finders: List[Any]) -> None:
    class Finder:
        def find_distributions(self, context: object) -> List[Any]:
            return []

    assert plugin_cache._searched() is not None
    finders.append(Finder())
    assert plugin_cache._searched() is None


def test_what_no_line_can_tell_is_not_remembered(
    monkeypatch: pytest.MonkeyPatch, finders: List[Any]
) -> None:
    monkeypatch.setattr(sys, "path", [*sys.path, "/with\nnewline"])
    assert plugin_cache._searched() is None
    assert plugin_cache._is_odd("a\tb")
    assert plugin_cache._is_odd(None)
    assert not plugin_cache._is_odd("a b")
