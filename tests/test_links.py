"""Every link between the documents leads somewhere: to a file, and to a heading in it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Dict, Iterator, List, NamedTuple, Set
from urllib.parse import unquote

import pytest

ROOT = Path(__file__).resolve().parent.parent
#: What only a build of the site writes: nothing on the forge may lead there.
MADE = (Path("docs/reference"), Path("docs/project"))
PATTERNS = (
    "README.md", "CHANGELOG.md", "CODE_OF_CONDUCT.md", "CONTRIBUTING.md", "SECURITY.md",
    "changelog.d/README.md", "docs/**/*.md", "plugins/*/README.md",
)  # fmt: skip

_FENCED = re.compile(r"^( *)(`{3,}|~{3,}).*?^\1\2`*$", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"(`+)(?!`).*?(?<!`)\1(?!`)", re.DOTALL)
_INLINE = re.compile(r"\]\(\s*<?([^\s)>]+)>?(?:\s+\"[^\"]*\")?\s*\)")
_DEFINED = re.compile(r"^ {0,3}\[[^]]+\]:\s*<?(\S+?)>?\s*$", re.MULTILINE)
_ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_HEADING = re.compile(r"^ {0,3}#{1,6}\s+(.+?)(?:\s+#+)?\s*$", re.MULTILINE)
_NAMED = re.compile(r"<a\s+(?:id|name)=\"([^\"]+)\"")


class Link(NamedTuple):
    """A link of a document to a file of the repository."""

    page: Path
    target: str

    def __str__(self) -> str:
        return f"{self.page.relative_to(ROOT)}: {self.target}"


def pages() -> List[Path]:
    """The documents as they are on the forge."""
    found = [path for pattern in PATTERNS for path in sorted(ROOT.glob(pattern))]
    return [path for path in found if not is_made(path.relative_to(ROOT))]


def is_made(path: Path) -> bool:
    return any(made in (path, *path.parents) for made in MADE)


def links(page: Path) -> Iterator[Link]:
    """The links of ``page`` into the repository, those in code left out."""
    text = _CODE.sub("", _FENCED.sub("", page.read_text("utf-8")))
    for target in (*_INLINE.findall(text), *_DEFINED.findall(text)):
        if not _ELSEWHERE.match(target):
            yield Link(page, target)


def anchors(page: Path) -> Set[str]:
    """The names by which the forge makes the headings of ``page`` known."""
    text = _FENCED.sub("", page.read_text("utf-8"))
    found: Set[str] = set(_NAMED.findall(text))
    times: Dict[str, int] = {}
    for heading in _HEADING.findall(text):
        name = slug(heading)
        before = times.get(name, 0)
        times[name] = before + 1
        found.add(f"{name}-{before}" if before else name)
    return found


def slug(heading: str) -> str:
    """The forge's name for one heading: words in small letters, with hyphens between them."""
    shown = re.sub(r"!?\[([^]]*)\]\([^)]*\)", r"\1", heading)
    kept = re.sub(r"[^\w\- ]", "", shown.lower())
    return kept.strip().replace(" ", "-")


def fault(link: Link, root: Path = ROOT) -> str:
    """What is wrong with ``link``; an empty text if nothing is."""
    path, _, anchor = unquote(link.target).partition("#")
    if path.startswith("/"):
        return "is absolute"
    target = (link.page.parent / path).resolve() if path else link.page
    if root not in (target, *target.parents):
        return "leads out of the repository"
    if not target.exists() or is_made(target.relative_to(root)):
        return "leads to no file"
    if anchor and target.suffix == ".md" and anchor not in anchors(target):
        return "leads to no heading"
    return ""


LINKS = [link for page in pages() for link in links(page)]


def test_the_documents_and_their_links_were_found() -> None:
    names = {page.relative_to(ROOT).as_posix() for page in pages()}
    assert names >= {name for name in PATTERNS if "*" not in name} | {"docs/index.md"}
    assert len(LINKS) > 20


@pytest.mark.parametrize("link", LINKS, ids=str)
def test_link(link: Link) -> None:
    assert fault(link) == ""


@pytest.mark.parametrize(
    ("heading", "name"),
    [
        ("What `clore` promises", "what-clore-promises"),
        ("create_order", "create_order"),
        ("Money, step by step", "money-step-by-step"),
        ("[1.0.0] - 2026-11-23", "100---2026-11-23"),
        ("[A link](x.md), too", "a-link-too"),
    ],
)
def test_the_name_of_a_heading(heading: str, name: str) -> None:
    assert slug(heading) == name


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("[x](README.md)", ""),
        ("[x](README.md#to-install)", ""),
        ("[x](docs)", ""),
        ("[x](#here)\n\n## Here", ""),
        ("`[x](nowhere.md)`", ""),
        ("```\n[x](nowhere.md)\n```", ""),
        ("[x](https://example.com/nowhere)", ""),
        ("[x](nowhere.md)", "leads to no file"),
        ("[x]: nowhere.md", "leads to no file"),
        ("![x](nowhere.png)", "leads to no file"),
        ("[x](docs/reference/clients.rst)", "leads to no file"),
        ("[x](README.md#nowhere)", "leads to no heading"),
        ("[x](#here)\n\n```\n# Here\n```", "leads to no heading"),
        ("[x](../)", "leads out of the repository"),
        ("[x](/README.md)", "is absolute"),
    ],
)
def test_what_is_wrong_is_found(text: str, wrong: str, tmp_path: Path) -> None:
    (tmp_path / "docs" / "reference").mkdir(parents=True)
    (tmp_path / "docs" / "reference" / "clients.rst").touch()
    (tmp_path / "README.md").write_text("# It\n\n## To install", encoding="utf-8")
    page = tmp_path / "page.md"
    page.write_text(text, encoding="utf-8")
    assert "".join(fault(link, tmp_path) for link in links(page)) == wrong
