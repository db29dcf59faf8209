"""Tells at the end of a run which code blocks were left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docs.pages import skipped_lines

if TYPE_CHECKING:
    import pytest


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Add the blocks that are not run to the summary."""
    terminalreporter.section("Code blocks of the documents")
    for line in skipped_lines():
        terminalreporter.line(line)
