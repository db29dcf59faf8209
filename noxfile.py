"""Everything that must hold before a change lands: `nox` runs it, `nox -l` tells what there is.

A session builds what it needs in an environment of its own, and runs the tests as somebody whose
home directory is empty. `nox -s lint` runs one; `nox -R -s lint` does so without building again.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import tempfile
from contextlib import contextmanager
from pathlib import Path
from textwrap import shorten
from typing import Dict, Generator, List

import nox

nox.needs_version = ">=2026.10"  # sessions at once
nox.options.default_venv_backend = "uv|virtualenv"
nox.options.download_python = "never"
nox.options.error_on_missing_interpreters = False  # one that is missing is told as skipped
nox.options.stop_on_first_error = True

nox.options.allow_parallel, nox.options.parallel = True, 3  # tests wait more than they compute

# Who starts it in the background has SIGINT ignored, and so had all that it starts in turn.
signal.signal(signal.SIGINT, signal.default_int_handler)

ROOT = Path(__file__).resolve().parent
# Where pyenv keeps its interpreters: those that are not its current one are not on the path.
os.environ["PATH"] = os.pathsep.join(
    [os.environ["PATH"], *map(str, sorted(Path.home().glob(".pyenv/versions/3.*/bin")))]
)
CHECKS = ROOT / ".ci" / "checks"
PLUGINS = sorted(path.parent for path in ROOT.glob("plugins/*/pyproject.toml"))
#: What builds, in the session's environment: an isolated build would install it each time.
BACKEND = ["build", "setuptools>=77.0.3"]
PYTHONS = ["3.9", "3.10", "3.11", "3.12", "3.13"]
#: What reads other files of a checkout than those beside the tests; the rest is only collected.
FROM_SDIST = [
    "tests/docs/test_snippets.py", "tests/test_architecture.py", "tests/test_public_api.py",
    "tests/cli/test_manual.py", "tests/cli/test_topics.py", "tests/benchmarks",
]  # fmt: skip
#: What authors of programs and plugins import.
TYPED = ["clore_client", "clore_ai", "clore_cli.plugin", "clore_cli.testing"]
#: What decides about money and about when a request leaves has no line that no test reaches.
MONEY = [
    "plan", "retry", "limiter", "limiters", "machine_limiter", "redis_limiter", "schedule",
    "workflows", "rental", "reconcile",
]  # fmt: skip

# Between the oldest Python and the one that most people have, what differs is the language and the
# standard library: the SDK runs, and each command, but not every attack, property, script and page.
CHOSEN = ["test_contract", "test_exit_status", "test_help", "test_plugins", "test_startup"]
#: The oldest of all runs nearly everything; the attacks on one of the three clients are enough.
OLDEST = [
    "tests", "--deselect=tests/attack/test_attack.py::test_async",
    "--deselect=tests/attack/test_attack.py::test_cli",
]  # fmt: skip


def chosen() -> List[str]:
    """Arguments of pytest for a cell of the matrix that is not the oldest."""
    left_out = ["tests/attack", "tests/docs", "tests/properties", "tests/limiter/test_soak.py"]
    commands = (ROOT / "tests" / "cli").glob("test_*.py")
    left_out += [f"tests/cli/{path.name}" for path in commands if path.stem not in CHOSEN]
    return ["tests", *(f"--ignore={name}" for name in left_out)]


def built(session: nox.Session, kind: str = "built") -> Path:
    """Where the sessions `build` and `package` leave what the others use."""
    return ROOT / session.cache_dir / kind


def wheel(session: nox.Session, extra: str = "") -> str:
    """The wheel of the project as it is in the working tree, as pip takes it."""
    (found,) = built(session).glob("clore_ai-*.whl")
    return f"clore-ai{extra} @ {found.as_uri()}"


def plugin_wheels(session: nox.Session) -> List[str]:
    """The wheels of the plugins of this repository."""
    return [str(path) for path in sorted(built(session, "plugins").glob("*.whl"))]


@contextmanager
def empty_home() -> Generator[Dict[str, str], None, None]:
    """The variables of somebody whose home directory is empty."""
    with tempfile.TemporaryDirectory(prefix="home-") as home:
        yield {"HOME": home}


def readme_command(number: int) -> str:
    """A command of the README, by the order of the lines in its code blocks."""
    text = (ROOT / "README.md").read_text("utf-8")
    blocks = re.findall(r"^```\w*\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    return "".join(blocks).splitlines()[number - 1]


def pytest_as_stranger(session: nox.Session, *args: str) -> None:
    """Run pytest with an empty home directory."""
    session.log(shorten(f"pytest {' '.join(args)}", 200))
    with empty_home() as env:
        session.run("pytest", "-q", *args, env=env, log=False)


@nox.session(venv_backend="none")
def tests(session: nox.Session) -> None:
    """The tests, as the README runs them."""
    with empty_home() as env:
        session.run("bash", "-ec", readme_command(2), env=env, external=True)


@nox.session(venv_backend="none")
def first_rental(session: nox.Session) -> None:
    """The README's first command: rent and cancel in the sandbox, in a fresh clone."""
    with tempfile.TemporaryDirectory() as work, empty_home() as env, session.chdir(work):
        session.run("git", "clone", "-q", str(ROOT), "fresh", external=True)
        session.chdir("fresh")
        printed = session.run("bash", "-ec", readme_command(1), env=env, external=True, silent=True)
    session.log(printed)
    for expected in ("RTX 4090", "$/h", "$/day", "cancelled"):
        if expected not in str(printed):
            session.error(f"no {expected} in its output")
    if not any(state in str(printed) for state in ("running", "deploying")):
        session.error("its output does not show the order's state")


@nox.session
def lint(session: nox.Session) -> None:
    """Ruff: rules and format."""
    session.install("ruff>=0.9")
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")


@nox.session(python="3.11", requires=["build"])
def types(session: nox.Session) -> None:
    """Types: mypy and pyright, strict, on code and tests; what users see is complete."""
    session.install(wheel(session, "[dev,docs]"), "nox", "packaging")
    tools = ["noxfile.py", *map(str, sorted(CHECKS.glob("*.py")))]
    for parts in ([], ["docs"], *([str(plugin)] for plugin in PLUGINS), tools):
        session.run("mypy", *parts)
    for parts in ([], ["docs"], tools):
        session.run("pyright", *parts)
    with tempfile.TemporaryDirectory() as work, session.chdir(work):  # installed, not as it lies
        for module in TYPED:
            session.run("pyright", "--verifytypes", module, "--ignoreexternal")


@nox.session(requires=["build"])
def hooks(session: nox.Session) -> None:
    """What pre-commit checks before a commit, on all files."""
    session.install(wheel(session, "[dev]"))
    session.run("pre-commit", "run", "--all-files", external=True)


@nox.session(requires=["build"])
def generated(session: nox.Session) -> None:
    """Generated files are up to date."""
    session.install(wheel(session, "[dev]"))
    session.run("python", "-m", "clore_cli.docgen", "--check")
    session.run("python", "-m", "tests.attack.report", "--check", "docs/reliability.md")
    session.run("python", "-m", "tests.docs.picture", "--check")
    session.run("python", "-m", "benchmarks.report", "--check")
    session.run("python", "-m", "benchmarks.behaviour", "--check")


@nox.session(python="3.11", requires=["build"])
def docs(session: nox.Session) -> None:
    """The documentation as a site, where a warning is an error, and what of it is not run."""
    session.install(wheel(session, "[docs]"))
    session.run("python", "-m", "tests.docs.skipped")
    options = ["-nWEa", "--keep-going", "-b", "html", "docs", f"{session.create_tmp()}/html"]
    session.run("python", "-m", "sphinx", *options)


@nox.session
def changelog(session: nox.Session) -> None:
    """What users notice is told in a fragment, and the fragments make a changelog.

    Compared with the argument after `--`, else with what CI says was there before a push, else
    with the main branch, and in a checkout without one with the commit before.
    """
    session.install("towncrier>=24.8")
    known = "for main in origin/main main HEAD; do git rev-parse -q --verify $main && break; done"
    main = session.run("bash", "-c", known, external=True, silent=True, log=False)
    base = session.posargs or [os.environ.get("PUSHED_ONTO") or str(main).strip()]
    session.run("bash", ".ci/changelog", *base, external=True)
    session.run("towncrier", "build", "--draft", "--version", "next")


@nox.session(requires=["build"])
def coverage(session: nox.Session) -> None:
    """The SDK under 1,000 examples of every property, and what of it no test reaches."""
    session.install(wheel(session, "[dev]"))
    with empty_home() as env:
        env.update(COVERAGE_FILE=str(Path(env["HOME"], "coverage")), HYPOTHESIS_PROFILE="ci")
        session.run(
            "coverage", "run", "-m", "pytest", "-q", "--ignore=tests/cli", "--ignore=tests/attack",
            "--ignore=tests/limiter/test_soak.py", env=env,
        )  # fmt: skip
        report = ["coverage", "report", "--include"]
        session.run(*report, "*/clore_client/*", "--skip-covered", "--fail-under=95", env=env)
        files = ",".join(f"*/clore_client/{name}.py" for name in MONEY)
        session.run(*report, files, "--fail-under=100", env=env)


@nox.session(requires=["build"])
def soak(session: nox.Session) -> None:
    """Eight processes with five calls each, at real speed."""
    session.install(wheel(session, "[dev]"))
    with empty_home() as env:
        session.run("python", "tests/soak.py", env=env)


@nox.session
def build(session: nox.Session) -> None:
    """Wheel and sdist of the working tree, and wheels of the plugins; other sessions use them."""
    session.install(*BACKEND)
    for kind in ("built", "plugins"):
        shutil.rmtree(built(session, kind), ignore_errors=True)
    session.run("python", str(CHECKS / "dist.py"), ".", str(built(session)))
    for plugin in PLUGINS:
        session.run("python", str(CHECKS / "dist.py"), str(plugin), str(built(session, "plugins")))


@nox.session(requires=["build"])
def package(session: nox.Session) -> None:
    """Wheel and sdist of the commit: twice the same bytes, complete, well described, testable."""
    session.install(*BACKEND, "packaging", "pip", "twine", "check-wheel-contents")
    shutil.rmtree(built(session, "package"), ignore_errors=True)
    with tempfile.TemporaryDirectory() as name:
        first, second, again = Path(name, "first"), Path(name, "an other", "place"), Path(name, "d")
        build_as(session, first, built(session, "package"), umask="022", zone="UTC")
        build_as(session, second, again, umask="077", zone="Asia/Tokyo")
        out = str(built(session, "package"))
        session.run("python", str(CHECKS / "archives.py"), str(first), out, str(again))
        (sdist,) = again.glob("*.tar.gz")
        shutil.unpack_archive(sdist, Path(name, "unpacked"), filter="data")
        (unpacked,) = Path(name, "unpacked").iterdir()
        session.install(f"{unpacked}[test]")
        with session.chdir(unpacked):
            pytest_as_stranger(session, "--collect-only", "-q")
            pytest_as_stranger(session, *FROM_SDIST)
    ours, plugged = built(session, "package"), built(session, "plugins")
    session.run("twine", "check", "--strict", *map(str, [*ours.iterdir(), *plugged.iterdir()]))
    session.run("check-wheel-contents", *map(str, ours.glob("*.whl")))
    session.run("check-wheel-contents", "--no-config", *plugin_wheels(session))


def build_as(session: nox.Session, source: Path, out: Path, *, umask: str, zone: str) -> None:
    """Clone and build as somebody else, elsewhere and later."""
    script = 'umask "$1"; git clone -q "$2" "$3"; python "$4" "$3" "$5"'
    words = ["build_as", umask, str(ROOT), str(source), str(CHECKS / "dist.py"), str(out)]
    session.run("bash", "-ec", script, *words, env={"TZ": zone}, external=True)


@nox.session(python=PYTHONS, requires=["build"])
def install(session: nox.Session) -> None:
    """The wheel in an empty environment: no compiler, no network at import, nothing left."""
    (found,) = built(session).glob("*.whl")
    session.install("pip")
    session.run("python", str(CHECKS / "leftovers.py"), str(found))
    session.install(wheel(session))
    session.run("python", str(CHECKS / "installed.py"))
    session.run("python", str(CHECKS / "offline_import.py"))


@nox.session(python="3.11", requires=["build"])
def install_size(session: nox.Session) -> None:
    """docs/install-size.md counts what is installed; `-- --write` counts again."""
    session.install(wheel(session), "packaging")
    mode = session.posargs or ["--check"]
    session.run("python", str(CHECKS / "install_size.py"), *mode)


@nox.session(python=PYTHONS, requires=["build"])
def licences(session: nox.Session) -> None:
    """Every package that an installation brings, plugins included, has a licence of the list."""
    session.install(wheel(session, "[redis]"), *plugin_wheels(session), "pip-licenses", "packaging")
    session.run("python", str(CHECKS / "licences.py"))


@nox.session(default=False, requires=["package"])
def release(session: nox.Session) -> None:
    """Checks whether a release may be made, writes dist/, says what is left; uploads nothing."""
    script = str(CHECKS / "release.py")
    session.run("python", script, str(built(session, "package")), str(ROOT / "dist"))


@nox.session(requires=["build"])
def plugins(session: nox.Session) -> None:
    """The plugins of this repository: installed from wheels, known everywhere, tested."""
    session.install(wheel(session), *plugin_wheels(session), "pytest", "hypothesis")
    with empty_home() as env:
        session.run("python", str(CHECKS / "plugins_known.py"), env=env)
    plugins_tests(session)


def plugins_tests(session: nox.Session) -> None:
    """Each plugin's tests, where they are."""
    for plugin in PLUGINS:
        with session.chdir(plugin):
            pytest_as_stranger(session)


@nox.session(requires=["build"])
def new_plugin(session: nox.Session) -> None:
    """A new plugin: written, installed, run, tested."""
    session.install(wheel(session), "pytest")
    with tempfile.TemporaryDirectory() as work, session.chdir(work), empty_home() as env:
        session.run("clore", "plugins", "new", "demo", env=env)
        session.install("./clore-demo")
        sandbox = "clore sandbox run --speed 50 -- clore demo --json | jq -e 'length == 5'"
        session.run("bash", "-o", "pipefail", "-ec", sandbox, env=env, external=True)
        with session.chdir("clore-demo"):
            pytest_as_stranger(session)


@nox.session(venv_backend="uv", requires=["build"])
@nox.parametrize("versions", ["lowest", "newest"])
@nox.parametrize("python", PYTHONS)
def matrix(session: nox.Session, versions: str) -> None:
    """The tests with one Python and the lowest or newest versions of all that is declared.

    Arguments after `--` replace the choice of tests; `-- tests` runs all of them.
    """
    oldest = versions == "lowest" and session.python == PYTHONS[0]
    (ours,), plugged = built(session).glob("*.whl"), plugin_wheels(session)
    declared(session, versions, str(ours))
    pytest_as_stranger(session, *(session.posargs or (OLDEST if oldest else chosen())))
    declared(session, versions, str(ours), *plugged)  # only now: tests count what is installed
    plugins_tests(session)


def declared(session: nox.Session, versions: str, *wheels: str) -> None:
    """Install wheels with the lowest or newest versions of what they and their tests declare."""
    session.install("packaging")
    lowest = str(CHECKS / "lowest.py")
    direct = str(session.run("python", lowest, *wheels, silent=True)).split("\n")
    resolution = {"lowest": "lowest-direct", "newest": "highest"}[versions]
    session.install(f"--resolution={resolution}", *wheels, *filter(None, direct))
    if versions == "lowest":
        session.run("python", lowest)
