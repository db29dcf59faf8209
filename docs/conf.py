"""How Sphinx builds the site: ``python -m sphinx -nW --keep-going -b html docs build/docs``."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent / "_ext"))

from clore_client import __version__

project = "clore-ai"
author = "the contributors of clore-ai"
version = release = __version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "clore_docs"]
default_role = "named"
nitpicky = True
smartquotes = False  # options keep both of their hyphens
# Types in annotations that are told nowhere here: mypy sees whether they are right. Names in the
# text of docstrings, and errors that are raised, have roles of their own.
nitpick_ignore_regex = [("py:class", r"([\w.]+\.)?_?[A-Z]\w*")]

autodoc_member_order = "bysource"
napoleon_numpy_docstring = False
napoleon_use_ivar = True
python_maximum_signature_line_length = 80
python_use_unqualified_type_names = True
# Headings of all levels, as on the forge.
myst_heading_anchors = 6

# What shells print is not always what the highlighter takes for shell.
suppress_warnings = ["misc.highlighting_failure"]

html_theme = "furo"
html_title = f"clore-ai {release}"
html_copy_source = False
html_domain_indices = False
html_show_sourcelink = False
html_show_copyright = False
html_static_path = ["_static"]
html_css_files = ["tables.css"]
