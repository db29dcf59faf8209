"""What `clore plugins new` writes: a plugin to start from, as templates of a distribution."""

from __future__ import annotations

import re
from importlib.resources import files
from keyword import iskeyword
from pathlib import Path
from string import Template
from typing import Dict

import click

_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")

#: What the name of the distribution has before the command's.
_PREFIX = "clore-"

#: Each template, and the file that it becomes; ``$module`` is the name of the package.
_FILES = {
    "pyproject.txt": "pyproject.toml",
    "readme.txt": "README.md",
    "module.txt": "$module/__init__.py",
    "test.txt": "tests/test_$module.py",
    "gitignore.txt": ".gitignore",
}

#: What the function cannot be called, because the module uses the name.
_TAKEN = {"annotations", "argument", "attrgetter", "command", "gpus", "offers", "price_columns"}


def write(name: str, directory: Path) -> None:
    """Write a distribution whose command is called ``name`` into the new ``directory``.

    Raises:
        UsageError: no plugin can have that name.
        FileExistsError: there is something already; nothing was written.
        OSError: it cannot be written.
    """
    _check(name)
    plain = name.replace("-", "_")
    function = f"{plain}_" if iskeyword(plain) or plain in _TAKEN else plain
    words = {"name": name, "function": function, "module": f"clore_{plain}"}
    directory.mkdir(parents=True)
    for path, text in _filled(words).items():
        file = directory / path
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")


def _check(name: str) -> None:
    from clore_cli.builtins import BUILTINS

    if not _NAME.fullmatch(name):
        raise click.UsageError("a command's name has a-z, 0-9 and single hyphens, as in my-gpus.")
    plain = name.removeprefix(_PREFIX)
    if plain != name:
        raise click.UsageError(
            f"NAME is the command's alone: 'clore plugins new {plain}' writes {name}."
        )
    if any(builtin.name == name for builtin in BUILTINS):
        raise click.UsageError(f"'clore {name}' is a built-in command, which keeps its name.")


def _filled(words: Dict[str, str]) -> Dict[str, str]:
    found = {}
    for template, path in _FILES.items():
        text = files(__name__).joinpath(template).read_text(encoding="utf-8")
        found[Template(path).substitute(words)] = Template(text).substitute(words)
    return found
