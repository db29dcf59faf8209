"""Every Python block of the README and of docs/ runs as printed, against the sandbox."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from clore_client.sandbox import RealClock, World, serve

ROOT = Path(__file__).resolve().parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
BLOCKS = [
    pytest.param(code, id=f"{page.name}-{number}")
    for page in PAGES
    for number, code in enumerate(
        re.findall(r"^```python\n(.*?)^```$", page.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    )
]


def test_the_blocks_were_found():
    assert len(BLOCKS) >= 2
    assert len(BLOCKS) == sum(page.read_text("utf-8").count("```python") for page in PAGES)


@pytest.mark.parametrize("code", BLOCKS)
def test_block(code, monkeypatch, capsys):
    with serve(World(clock=RealClock(speed=200))) as url:
        monkeypatch.setenv("CLORE_BASE_URL", url)
        monkeypatch.setenv("CLORE_API_KEY", "documentation-key")
        monkeypatch.setenv("CLORE_SANDBOX_SPEED", "200")
        exec(compile(code, "block", "exec"), {})
    assert "refused" not in capsys.readouterr().out
