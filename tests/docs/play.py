"""Plays a page: runs its blocks in their order, and retells the transcripts among them."""

from __future__ import annotations

import ast
import asyncio
import configparser
import inspect
import json
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Callable, Dict, Generator, List, Sequence, Tuple

from clore_ai import exceptions

from .pages import Block, Page
from .place import Place, place

if sys.version_info >= (3, 11):
    import tomllib
else:
    # Which pytest needs on these versions.
    import tomli as tomllib  # pyright: ignore[reportMissingImports]


@dataclass
class Played:
    """What came of a page.

    Attributes:
        text: the page with what its commands print today.
        failures: what went wrong in the blocks that are not transcripts.
    """

    text: str
    failures: List[str] = field(default_factory=list)


def play(page: Page) -> Played:
    """Run everything on a page but its Python blocks, which `run_python` runs one by one."""
    told = Played(page.text)
    retold: Dict[Tuple[int, int], str] = {}
    with place() as here:
        for block in page.blocks:
            if block.how == "console":
                retold[block.lines] = transcript(commands(block.text), here.run)
            else:
                wrong = _other(block, here)
                told.failures += [f"{block}: {wrong}"] if wrong else []
    told.text = _replaced(page.text, retold)
    return told


@contextmanager
def side_by_side(
    pages: Sequence[Page], workers: int = 3
) -> Generator[Callable[[str], Played], None, None]:
    """Play several pages at once, for much of it is waiting; yields what waits for one by name."""
    pool = ThreadPoolExecutor(workers)
    try:
        playing = {page.name: pool.submit(play, page) for page in pages}
        yield lambda name: playing[name].result()
    finally:
        pool.shutdown(cancel_futures=True)


def _other(block: Block, here: Place) -> str:
    if block.how == "file":
        here.write(str(block.file), block.text)
    elif block.how == "sh":
        return here.script(block.text)
    elif block.how == "data":
        return unreadable(block)
    elif block.how == "python" and is_test(block):
        return here.tests(block.text)
    return ""


def _replaced(text: str, retold: Dict[Tuple[int, int], str]) -> str:
    lines = text.splitlines(keepends=True)
    for (begin, end), new in sorted(retold.items(), reverse=True):
        indent = lines[begin - 1][: -len(lines[begin - 1].lstrip())]
        lines[begin:end] = [indent + line for line in new.splitlines(keepends=True)]
    return "".join(lines)


def commands(text: str) -> List[str]:
    """The commands of a transcript, each with its continuation lines."""
    found: List[str] = []
    for line in text.splitlines():
        if line.startswith("$ "):
            found.append(line[2:])
        elif found and (line.startswith("> ") or line == ">"):
            found[-1] += "\n" + line[2:]
    return found


def transcript(lines: List[str], run: Callable[[str], str]) -> str:
    """A block in which every command is followed by what it prints."""
    shown: List[str] = []
    for line in lines:
        shown += ["$ " + line.replace("\n", "\n> "), *run(line).splitlines()]
    return "".join(f"{line}".rstrip() + "\n" for line in shown)


def unreadable(block: Block) -> str:
    """Why a block of data cannot be read, "" if it can."""
    try:
        if block.kind == "json":
            json.loads(block.text)
        elif block.kind == "toml":
            tomllib.loads(block.text)
        else:
            configparser.ConfigParser(interpolation=None).read_string(block.text)
    except (ValueError, configparser.Error) as error:
        return f"no {block.kind}: {error}"
    return ""


def is_test(block: Block) -> bool:
    """Whether a Python block is a file of tests, for pytest to run."""
    tree = ast.parse(block.text)
    return any(isinstance(n, ast.FunctionDef) and n.name.startswith("test_") for n in tree.body)


def is_story(page: Page) -> bool:
    """Whether `play` has something to run on a page, or to read."""
    told = ("console", "sh", "data")
    return any(b.how in told or (b.how == "python" and is_test(b)) for b in page.blocks)


def uncalled(block: Block) -> List[str]:
    """The functions that a Python block defines and then forgets: nothing in them is tried."""
    tree = ast.parse(block.text)
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    return [
        node.name
        for node in tree.body
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        # A decorator hands the function on: to `clore`, to pytest.
        if node.name not in used and not node.decorator_list
    ]


class _Unhandled(ast.NodeTransformer):
    """Lets the errors of the SDK out that a program catches: on a page, all goes well."""

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> ast.ExceptHandler:
        self.generic_visit(node)
        caught = ast.walk(node.type) if node.type else ()
        names = (part.id for part in caught if isinstance(part, ast.Name))
        if set(names) & set(exceptions.__all__):
            node.body.insert(0, ast.copy_location(ast.Raise(), node))
        return node


def run_python(block: Block) -> None:
    """Run a Python block as a program of its own; it may await at its top level.

    An error of the SDK is raised even where the program catches it.
    """
    code = compile(
        ast.fix_missing_locations(_Unhandled().visit(ast.parse(block.text))),
        str(block),
        "exec",
        flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT,
        dont_inherit=True,
    )
    result = eval(code, {"__name__": "block"})
    if inspect.iscoroutine(result):
        asyncio.run(result)
