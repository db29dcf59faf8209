"""Every code block of the project's pages runs against the sandbox, or says why it does not."""

from __future__ import annotations

from typing import Callable, Iterator, List

import pytest
from docs.pages import Block, load, page_names, parse, problems
from docs.play import (
    Played,
    is_story,
    is_test,
    play,
    run_python,
    side_by_side,
    transcript,
    uncalled,
    unreadable,
)
from docs.transcripts import differences

from clore_ai.exceptions import FieldError
from clore_client.sandbox import RealClock, World, serve

PAGES = {name: load(name) for name in page_names()}
PYTHON = [
    pytest.param(block, id=str(block))
    for page in PAGES.values()
    for block in page.blocks
    if block.how == "python" and not is_test(block)
]
#: Pages with more to run than programs; `play` runs these as a whole, for they are stories.
STORIES = [name for name, page in PAGES.items() if is_story(page)]


def test_the_pages_were_found() -> None:
    assert {"README.md", "CONTRIBUTING.md", "docs/tour.md", "docs/sdk.md"} <= PAGES.keys()
    assert {"docs/tutorials/renter.md", "plugins/clore-spot/README.md"} <= PAGES.keys()
    assert "CHANGELOG.md" not in PAGES


@pytest.mark.parametrize("name", PAGES)
def test_every_block_has_a_known_kind_and_every_marker_a_block(name: str) -> None:
    assert problems(PAGES[name]) == []


@pytest.mark.parametrize("block", PYTHON)
def test_python(
    block: Block, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with serve(World(scenario="docs", clock=RealClock(speed=200))) as url:
        monkeypatch.setenv("CLORE_BASE_URL", url)
        monkeypatch.setenv("CLORE_API_KEY", "documentation-key")
        monkeypatch.setenv("CLORE_SANDBOX_SPEED", "200")
        run_python(block)
    assert "refused" not in capsys.readouterr().out
    assert uncalled(block) == []


@pytest.fixture(scope="session")
def played(request: pytest.FixtureRequest) -> Iterator[Callable[[str], Played]]:
    """What waits for a page of those that this run is about; they play side by side."""
    asked = [getattr(item, "callspec", None) for item in request.session.items]
    names = {call.params.get("name") for call in asked if call}
    with side_by_side([PAGES[name] for name in STORIES if name in names]) as waiting:
        yield waiting


@pytest.mark.parametrize("name", STORIES)
def test_commands(name: str, played: Callable[[str], Played]) -> None:
    told = played(name)
    assert told.failures == []
    changed = "".join(differences(name, PAGES[name].text, told.text))
    assert not changed, f"python -m tests.docs.transcripts {name} writes:\n{changed}"


def _problems(text: str) -> str:
    return "\n".join(problems(parse("page.md", text)))


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("```rust\nfn\n```\n", "page.md:1: 'rust' is no kind"),
        ("```\nfn\n```\n", "page.md:1: '' is no kind"),
        ("words\n\n    indented\n", "page.md:3: indented code"),
        ("<!-- not run: why -->\n\n```sh\nls\n```\n", "1 markers, but 0"),
        ("<!-- not run: why -->\n\nwords\n", "1 markers, but 0"),
        ("<!-- not run: -->\n```sh\nls\n```\n", "no reason or name"),
        ("<!-- Not-run: why -->\n```sh\nls\n```\n", "1 markers, but 0"),
        ("<!-- file: a.py -->\n```python\n1\n```\n", "no later command uses the file a.py"),
    ],
)
def test_what_is_wrong_with_a_page_is_told(text: str, wrong: str) -> None:
    assert wrong in _problems(text)


def test_a_page_in_good_form() -> None:
    text = (
        "<!-- not run: it\nwaits -->\n```sh\nls\n```\n\n1. x\n\n   ```text\n   y\n   ```\n\n"
        "<!-- file: a.py -->\n```python\n1\n```\n\n```console\n$ python a.py\n```\n"
    )
    assert _problems(text) == ""
    how = [block.how for block in parse("page.md", text).blocks]
    assert how == ["skip", "plain", "file", "console"]
    assert parse("page.md", text).blocks[0].skipped == "it waits"


def test_a_script_that_fails_is_a_failure_and_what_is_printed_is_compared() -> None:
    page = parse("p.md", "```sh\nfalse\ntrue\n```\n\n```console\n$ echo a\nb\n```\n")
    told = play(page)
    assert told.failures == ["p.md:1: exit status 1\n"]
    assert told.text.endswith("$ echo a\na\n```\n")
    assert "-b\n" in differences("p.md", page.text, told.text)


@pytest.mark.parametrize(("kind", "text"), [("json", "{"), ("toml", "a ="), ("ini", "a = 1")])
def test_data_that_cannot_be_read_is_a_failure(kind: str, text: str) -> None:
    (block,) = parse("p.md", f"```{kind}\n{text}\n```\n").blocks
    assert unreadable(block).startswith(f"no {kind}: ")


def test_python_may_await() -> None:
    (block,) = parse(
        "p.md", "```python\nimport asyncio\nawait asyncio.sleep(0)\n1 / 0\n```\n"
    ).blocks
    with pytest.raises(ZeroDivisionError):
        run_python(block)


@pytest.mark.parametrize(
    ("text", "forgotten"),
    [
        ("async def main():\n    1 / 0\n", ["main"]),
        ("import asyncio\nasync def main():\n    pass\nasyncio.run(main())\n", []),
        ("@command()\ndef demo(app):\n    pass\n", []),
    ],
)
def test_a_function_that_is_never_called_is_noticed(text: str, forgotten: List[str]) -> None:
    (block,) = parse("p.md", f"```python\n{text}```\n").blocks
    assert uncalled(block) == forgotten


def test_an_error_of_the_sdk_is_not_caught_away() -> None:
    text = (
        "from clore_ai.exceptions import FieldError\n\ntry:\n    raise FieldError('x')\n"
        "except FieldError:\n    print('may be rented')\n"
    )
    (block,) = parse("p.md", f"```python\n{text}```\n").blocks
    with pytest.raises(FieldError):
        run_python(block)


@pytest.mark.parametrize(
    ("kind", "text", "played"),
    [
        ("python", "def test_it():\n    assert False\n", True),
        ("python", "print()\n", False),
        ("sh", "ls\n", True),
        ("json", "{}\n", True),
        ("text", "words\n", False),
    ],
)
def test_a_page_is_played_for_whatever_is_not_a_program(kind: str, text: str, played: bool) -> None:
    page = parse("p.md", f"```{kind}\n{text}```\n")
    assert is_story(page) == played


def test_a_command_over_several_lines_is_one() -> None:
    assert transcript(["a \\\nb"], lambda _: "c\n") == "$ a \\\n> b\nc\n"
