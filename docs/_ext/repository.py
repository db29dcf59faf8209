"""Links from the site into the repository, and the repository's own pages in the site.

The documents are written for the forge: they name files by relative paths. In the site a page of
it is a link to that page, any other file is there to download, and a directory is plain text.
Pictures are shown from where they lie.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Dict, Iterator, List, Optional, Sequence, Tuple

from docutils import nodes
from sphinx import addnodes
from sphinx.transforms import SphinxTransform

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
#: Pages of the repository that are in the site, too, by the names that they have there.
_OUTSIDE = ("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "plugins/*/README.md")
_SECTION = re.compile(r"^## (.+)$")
_ITEM = re.compile(r"^- \[([^]]+)\]\(([^)]+)\)")


def outside() -> Dict[str, Path]:
    """The pages that lie outside of ``docs/``, by their names in the site."""
    found = [path for pattern in _OUTSIDE for path in sorted(ROOT.glob(pattern))]
    return {f"project/{_name(path)}": path for path in found}


def _name(path: Path) -> str:
    return (path.parent.name if path.parent != ROOT else path.stem).lower()


def source_of(docname: str) -> Path:
    """The file that the page ``docname`` is written in."""
    return outside().get(docname, DOCS / f"{docname}.md")


def page_of(path: Path) -> Optional[str]:
    """The page of the site that shows the file ``path``; None if none does."""
    for name, file in outside().items():
        if file == path:
            return name
    inside = path.suffix == ".md" and path.is_relative_to(DOCS) and path.exists()
    return path.relative_to(DOCS).with_suffix("").as_posix() if inside else None


def contents(docname: str, text: str) -> List[Tuple[str, List[str]]]:
    """The pages that the lists in ``text`` link to, by the headings above them.

    Each is written as a toctree has it: the text of the link, and the page in angle brackets.
    """
    found: List[Tuple[str, List[str]]] = []
    for line in text.split("\n"):
        heading, item = _SECTION.match(line), _ITEM.match(line)
        if heading:
            found.append((heading[1], []))
        elif item and found:
            target = Path(os.path.normpath(source_of(docname).parent / item[2]))
            page = page_of(target)
            found[-1][1].extend([f"{item[1]} </{page}>"] if page else [])
    return [(title, pages) for title, pages in found if pages]


def _parts(node: nodes.Element) -> Tuple[str, str]:
    """The path and the anchor of a link; a page that MyST knows has no path to be looked up."""
    target = str(node["reftarget"])
    if node.get("refdomain") != "doc":
        path, _, anchor = target.partition("#")
        return path, anchor
    # A page that is not below the site's own directory has an absolute name.
    return (f"{target}.md" if target.startswith("/") else ""), node.get("reftargetid") or ""


def navigation(docname: str, text: str) -> str:
    """The lists in ``text`` once more, as what Sphinx makes the site's navigation of."""
    found = contents(docname, text)
    return "".join(toctree(title, pages) for title, pages in found)


def toctree(title: str, pages: Sequence[str], *, hidden: bool = True) -> str:
    """The directive that makes ``pages`` a part of the navigation."""
    options = [":hidden:"] if hidden else [":maxdepth: 1"]
    lines = ["", "", "```{toctree}", *options, f":caption: {title}", "", *pages, "```", ""]
    return "\n".join(lines)


class RepositoryLinks(SphinxTransform):
    """Leads the relative links of a page to where their targets are in the site."""

    default_priority = 1

    def apply(self, **_kwargs: object) -> None:
        """Look at each link of the document that MyST has not found a page for, and each image."""
        base = source_of(self.env.docname).parent
        for image in self.document.findall(nodes.image):
            target = Path(os.path.normpath(base / str(image["uri"])))
            if target.exists():  # what does not is left to Sphinx, which warns of it
                image["uri"] = self._beside(target)
        for node in list(self._links()):
            path, anchor = _parts(node)
            target = Path(os.path.normpath(base / path))
            # What does not exist is left to MyST, which warns of it.
            if path and target.exists() and target.is_relative_to(ROOT):
                self._lead(node, target, anchor)

    def _links(self) -> Iterator[nodes.Element]:
        for node in self.document.findall(nodes.Element):
            if node.get("reftype") == "myst":
                yield node

    def _lead(self, node: nodes.Element, target: Path, anchor: str) -> None:
        page = page_of(target / "README.md" if target.is_dir() else target)
        if page is not None:
            led: nodes.Element = addnodes.pending_xref(
                "",
                refdomain="doc",
                reftype="myst",
                reftarget=page,
                reftargetid=anchor or None,
                refdoc=self.env.docname,
                refexplicit=True,
            )
        elif target.is_dir():
            led = nodes.inline()
        else:
            led = addnodes.download_reference(
                "",
                reftarget=self._beside(target),
                refdoc=self.env.docname,
                reftype="myst",
                refexplicit=True,
            )
        led.source, led.line = node.source, node.line
        led += node.children
        node.replace_self(led)

    def _beside(self, target: Path) -> str:
        """The path of the file ``target``, seen from where the page is in the site."""
        return os.path.relpath(target, (DOCS / self.env.docname).parent)
