"""The project's own extension for Sphinx: references made of the code, links into the repository.

What is made is written below ``docs/reference`` and ``docs/project`` before Sphinx looks for
pages; Git knows neither.
"""

from __future__ import annotations

import inspect
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any, Dict, List, Tuple, cast

import manual_nodes
import names
import repository
import sdk_pages
from docutils import nodes
from sphinx import addnodes
from sphinx.domains.python import PythonDomain
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx.util.docutils import SphinxRole
from sphinx.util.inspect import stringify_signature

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

_LOGGER = logging.getLogger(__name__)
#: What the page about the references lists.
_TREES = {
    "The SDK": ["clients", "models", "errors", "foundations", "sandbox"],
    "Plugins": ["plugin", "testing"],
    "Commands": ["commands"],
}


class Named(SphinxRole):
    """What single backticks mean in docstrings: a name of ours is a link, code is code."""

    def run(self) -> Tuple[List[nodes.Node], List[nodes.system_message]]:
        """A link or a literal; a warning about a name that means nothing."""
        module = self.env.ref_context.get("py:module") or ""
        inside = self.env.ref_context.get("py:class") or ""
        origin = (self.get_source_info()[0] or "").partition("docstring of ")[2] or module
        name = self.text.partition("(")[0]
        full = names.full_name(name, module, f"{module}.{inside}" if inside else "")
        thing = names.seen(name, origin)
        full = full or names.told_as(thing)
        shown = nodes.literal(self.text, self.text)
        if full is None or name == "clore":  # which is the command, beside the fixture
            if thing is None and not name.startswith("clore"):
                _LOGGER.warning("%r is no name", self.text, location=self.get_location())
            return [shown], []
        link = addnodes.pending_xref(
            "", shown, refdomain="py", reftype="obj", reftarget=full, refwarn=True
        )
        return [link], []


class Field(SphinxRole):
    """A field's name in the table of its model, which other pages can link to."""

    def run(self) -> Tuple[List[nodes.Node], List[nodes.system_message]]:
        """The name, known to Python's domain as an attribute."""
        shown = nodes.literal("", self.text.rpartition(".")[2], ids=[self.text])
        domain = cast("PythonDomain", self.env.get_domain("py"))
        domain.note_object(self.text, "attribute", self.text, location=shown)
        return [shown], []


class Types(SphinxPostTransform):
    """Leads the names of our types, as annotations have them, to where they are told."""

    default_priority = 5  # before Sphinx looks for them

    def run(self, **_kwargs: object) -> None:
        """Put the full name into each such reference."""
        for node in self.document.findall(addnodes.pending_xref):
            if node.get("refdomain") == "py" and node["reftype"] in ("class", "exc"):
                full = names.full_name(node["reftarget"], node.get("py:module") or "")
                if full is not None:
                    node["reftarget"], node["refspecific"], node["reftype"] = full, False, "obj"


class _Something:
    """A default that is no Python when it is printed."""

    def __repr__(self) -> str:
        return "..."


def _signature(_app: Sphinx, what: str, _name: str, thing: Any, *_more: object) -> Any:
    """The signature as it is written: autodoc would look through to what it wraps."""
    if what not in ("class", "exception", "function", "method") or not names.is_ours(thing):
        return None
    if thing.__module__ == "clore_client.errors":
        return "", None  # they are caught, not made
    try:
        signature = inspect.signature(thing)
    except ValueError:  # an exception without a constructor of its own
        return None
    bound = what == "method" and not inspect.ismethod(thing)
    parameters = [_printable(p) for p in list(signature.parameters.values())[bound:]]
    signature = signature.replace(parameters=parameters)
    text = stringify_signature(signature, unqualified_typehints=True)
    arguments, arrow, returned = text.rpartition(" -> ")
    return (arguments, returned) if arrow else (text, None)


def _printable(parameter: inspect.Parameter) -> inspect.Parameter:
    odd = repr(parameter.default).startswith("<") and parameter.default is not parameter.empty
    return parameter.replace(default=_Something()) if odd else parameter


def _tidy(_app: Sphinx, document: nodes.document) -> None:
    """A colon between an argument and what it means, where Sphinx has two hyphens."""
    for text in list(document.findall(nodes.Text)):
        if text == " -- ":
            text.parent.replace(text, nodes.Text(": "))


def _write(_app: Sphinx) -> None:
    wanted = _generated()
    for directory in (repository.DOCS / "reference", repository.DOCS / "project"):
        directory.mkdir(exist_ok=True)
        for old in set(directory.iterdir()) - set(wanted):
            if old.is_dir():
                shutil.rmtree(old)
            else:
                old.unlink()
    for path, text in wanted.items():
        if not path.exists() or path.read_text("utf-8") != text:
            path.write_text(text, encoding="utf-8")


def _generated() -> Dict[Path, str]:
    """Every page that is made, by its file."""
    made = repository.DOCS / "reference"
    files = {made / f"{name}.rst": text for name, text in sdk_pages.pages().items()}
    files[made / "commands.rst"] = _commands()
    for file in manual_nodes.pages():
        files[made / f"{file}.rst"] = f".. manual-page:: {file}\n"
    for name in repository.outside():
        files[repository.DOCS / f"{name}.md"] = "The text comes from the root of the project.\n"
    return files


def _commands() -> str:
    listed = [file for files in manual_nodes.index().values() for file in files]
    tree = "\n   ".join([".. toctree::", ":hidden:", "", *listed])
    return f"The command line\n================\n\n.. manual-index::\n\n{tree}\n"


def _read(_app: Sphinx, docname: str, source: List[str]) -> None:
    """Put in the text of pages from elsewhere, and the navigation that the lists of others are."""
    if docname in repository.outside():
        source[0] = repository.source_of(docname).read_text("utf-8")
    elif docname == "index":
        source[0] += repository.navigation(docname, source[0])
    elif docname == "reference":
        for title, pages in _TREES.items():
            made = [f"reference/{page}" for page in pages]
            source[0] += repository.toctree(title, made, hidden=False)


def _outdated(_app: Sphinx, env: BuildEnvironment, *_changes: object) -> List[str]:
    """What is made of other files than its own is read each time."""
    made = ("reference/", "project/")
    return [name for name in env.found_docs if name.startswith(made)]


def setup(app: Sphinx) -> Dict[str, Any]:
    """Register all of it with Sphinx."""
    python: Any = PythonDomain.directives["class"]
    for field in python.doc_field_types:  # of all kinds of things
        field.label = {"Variables": "Attributes"}.get(field.label, field.label)
    app.add_role("named", Named())
    app.add_role("field", Field())
    app.add_directive("manual-page", manual_nodes.ManualPage)
    app.add_directive("manual-index", manual_nodes.ManualIndex)
    app.add_post_transform(Types)
    app.add_transform(repository.RepositoryLinks)
    app.connect("builder-inited", _write)
    app.connect("env-get-outdated", _outdated)
    app.connect("source-read", _read)
    app.connect("doctree-read", _tidy)
    app.connect("autodoc-process-signature", _signature)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
