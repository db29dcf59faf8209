"""Who may import whom, read from the sources themselves; nothing is imported here."""

from __future__ import annotations

import ast
import re
import statistics
from pathlib import Path
from typing import Dict, Iterator, List, NamedTuple, Set, Tuple

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("clore_client", "clore_cli", "clore_ai")

#: Each heavy package has one home.
HOMES = {
    "click_plugins": "clore_cli/plugins.py",
    "dataclasses_json": "clore_client/models/",
    "keyring": "clore_client/keyrings.py",
    "redis": "clore_client/redis_limiter.py",
    "tabulate": "clore_cli/output.py",
    "urllib3": "clore_client/transport",
    "wcwidth": "clore_cli/width.py",
}
#: Imported inside functions only: most runs never need them.
LAZY = {"dataclasses_json", "keyring", "redis", "tabulate", "wcwidth"}

#: What each of our packages may import of ours, and whether it may know click.
ARROWS = {"clore_client": set(), "clore_cli": {"clore_client"}, "clore_ai": {"clore_client"}}

PURE = [
    *(f"clore_client/{name}.py" for name in (
        "amounts", "answers", "causes", "convert", "decode", "drivers", "endpoint", "endpoints",
        "errors", "gigaspot", "joining", "jsonrows", "jsontext", "offers", "passthrough", "plan",
        "reconcile", "redact", "redis_script", "rental", "retry", "schedule", "steps", "text",
        "tracing", "validate", "validate_gigaspot", "validate_settings", "waiting", "wire",
        "workflows",
    )),
    *(f"clore_cli/{name}.py" for name in (
        "cells", "columns", "jsonout", "moments", "output", "price_columns", "price_text",
        "quantities", "query", "schema", "status", "told", "units", "width",
    )),
    "clore_cli/completion/command_tree.py",
    "clore_cli/manual/*.py",
    "clore_cli/commands/ssh_words.py",
    "clore_client/models/*.py",
    "clore_client/sandbox/*.py",
]  # fmt: skip
#: The sandbox's clocks and its server are where its time and its sockets are.
IMPURE = {
    f"clore_client/sandbox/{name}.py" for name in ("accepting", "clock", "server", "ssh_door")
}
ACTING = {
    "asyncio", "http", "os", "pathlib", "requests", "select", "shutil", "socket", "socketserver",
    "subprocess", "tempfile", "time", "urllib3",
}  # fmt: skip
#: What is kept small: all that is shipped, and what measures it.
SHIPPED = [
    *PACKAGES,
    "benchmarks",
    *(
        path.parent.relative_to(ROOT).as_posix()
        for path in sorted(ROOT.glob("plugins/*/clore_*/__init__.py"))
    ),
]
#: And what tests it, makes its pages and checks it.
BESIDE = ["tests", "docs", ".ci"]
#: Lines: of a function without its docstring, and of a file.
MEDIAN_FUNCTION, NINE_OF_TEN_FUNCTIONS, LONGEST_FUNCTION = 8, 20, 45
MEDIAN_FILE, LONGEST_FILE = 100, 350

#: The built-in function; a journal's own `open` is a method.
OPENS = re.compile(r"(?<![\w.])open\(")


class Import(NamedTuple):
    """One imported module, absolute, and where it stands."""

    module: str
    lazy: bool
    typing: bool

    @property
    def package(self) -> str:
        return self.module.partition(".")[0]


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def sources(*packages: str) -> List[Path]:
    return [path for package in packages for path in sorted((ROOT / package).rglob("*.py"))]


def imports(path: Path) -> Iterator[Import]:
    yield from _walk(ast.parse(path.read_text(encoding="utf-8")), path, lazy=False, typing=False)


def _walk(node: ast.AST, path: Path, *, lazy: bool, typing: bool) -> Iterator[Import]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import):
            yield from (Import(alias.name, lazy, typing) for alias in child.names)
        elif isinstance(child, ast.ImportFrom):
            yield from (Import(module, lazy, typing) for module in _modules(child, path))
        else:
            inside = isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef))
            hint = isinstance(child, ast.If) and "TYPE_CHECKING" in ast.dump(child.test)
            yield from _walk(child, path, lazy=lazy or inside, typing=typing or hint)


def _modules(node: ast.ImportFrom, path: Path) -> List[str]:
    here = path.relative_to(ROOT).parent.parts
    base = ".".join(here[: len(here) - node.level + 1]) if node.level else ""
    module = ".".join(part for part in (base, node.module) if part)
    return [module] if node.module else [f"{module}.{alias.name}" for alias in node.names]


@pytest.mark.parametrize("package", PACKAGES)
def test_arrows_point_one_way(package: str) -> None:
    for path in sources(package):
        ours = {found.package for found in imports(path)}.intersection(PACKAGES) - {package}
        assert ours <= ARROWS[package], f"{name(path)} imports {ours}"


def test_only_the_command_line_knows_click() -> None:
    for path in sources("clore_client", "clore_ai"):
        assert not {"click", "click_plugins"}.intersection(i.package for i in imports(path))


def test_heavy_packages_have_one_home_and_are_used_there() -> None:
    homes: Dict[str, Set[str]] = {heavy: set() for heavy in HOMES}
    for path in sources(*PACKAGES):
        for found in imports(path):
            if found.package in HOMES:
                homes[found.package].add(name(path))
                assert found.lazy or found.typing or found.package not in LAZY, name(path)
    for heavy, paths in homes.items():
        assert paths
        assert all(path.startswith(HOMES[heavy]) for path in paths), (heavy, paths)


@pytest.mark.parametrize("path", sources("clore_cli/commands"), ids=name)
def test_builtin_commands_are_written_like_plugins(path: Path) -> None:
    for found in imports(path):
        ours = found.module.startswith(PACKAGES)
        sibling = found.module.startswith(("clore_cli.commands", "clore_cli.plugin"))
        late = found.module.startswith("clore_client") and (found.lazy or found.typing)
        assert sibling or late or not ours, f"{name(path)} imports {found.module}"
        assert found.package not in ("click", *HOMES), f"{name(path)} imports {found.module}"


@pytest.mark.parametrize("pattern", PURE)
def test_pure_modules_do_not_act(pattern: str) -> None:
    paths = [path for path in sorted(ROOT.glob(pattern)) if name(path) not in IMPURE]
    assert paths
    for path in paths:
        acting = {found.package for found in imports(path) if not found.typing} & ACTING
        assert not acting, f"{name(path)} imports {acting}"
        assert not OPENS.search(path.read_text(encoding="utf-8")), name(path)


@pytest.mark.parametrize("path", sources(*PACKAGES), ids=name)
def test_type_checkers_find_mistyped_names(path: Path) -> None:
    """A module's ``__getattr__`` that they see makes every name right: it is not for them."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    defined = [node.name for node in tree.body if isinstance(node, ast.FunctionDef)]
    assigned = [node for node in tree.body if isinstance(node, ast.Assign)]
    targets = [ast.dump(target) for node in assigned for target in node.targets]
    assert "__getattr__" not in defined
    assert not any("'__getattr__'" in target for target in targets)


def lengths(path: Path) -> Iterator[Tuple[int, str]]:
    """The lines of each function in a file, without its docstring, and where it is."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            first = node.body[0]
            told = ast.get_docstring(node, clean=False) is not None
            spent = (first.end_lineno or 0) - first.lineno + 1 if told else 0
            count = (node.end_lineno or 0) - node.lineno + 1 - spent
            yield count, f"{name(path)}:{node.lineno} {node.name}"


@pytest.mark.parametrize("package", [*SHIPPED, *BESIDE])
def test_functions_and_files_are_small(package: str) -> None:
    """Whoever needs more room has two things in one place; a failure names them."""
    paths = sources(package)
    functions = sorted(found for path in paths for found in lengths(path))
    assert paths
    assert functions[-1][0] <= LONGEST_FUNCTION, functions[-1]
    assert functions[len(functions) // 2][0] <= MEDIAN_FUNCTION
    assert functions[len(functions) * 9 // 10][0] <= NINE_OF_TEN_FUNCTIONS
    files = [(len(path.read_text(encoding="utf-8").splitlines()), name(path)) for path in paths]
    assert max(files)[0] <= LONGEST_FILE, max(files)


def test_most_files_are_short() -> None:
    counts = [len(path.read_text("utf-8").splitlines()) for path in sources(*SHIPPED)]
    assert statistics.median(counts) <= MEDIAN_FILE
