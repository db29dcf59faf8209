"""Commands whose rows come one by one: each is printed before the next is asked for."""

from __future__ import annotations

import json
from typing import Any, Callable, Dict, Iterable, Iterator, List, Optional, Sequence, Tuple

import click
import pytest

from clore_cli import streaming
from clore_cli.app import App
from clore_cli.plugin import Column, CommandError, Shown, Status, StreamCommand, command

ROWS: List[Dict[str, Any]] = [
    {"id": 2, "name": "b\x1b[2J"},
    {"id": 1, "name": None},
    {"id": 3, "name": "c"},
]
COLUMNS = [Column("id", align="right", kind="integer"), Column("name")]


#: What a stream was seen to have printed before each row, then its stdout and its stderr.
Runs = Callable[..., Tuple[List[str], str, str]]


def lines(rows: List[Dict[str, Any]]) -> str:
    return "".join(f"{row['id']}: {row['name']}\n" for row in rows)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Runs:
    """A function that runs a stream of these rows; ``seen`` is what was out before each one."""

    def go(
        *words: str,
        rows: Iterable[Dict[str, Any]] = ROWS,
        acts: Sequence[Callable[[Shown], None]] = (),
        **more: Any,
    ) -> Tuple[List[str], str, str]:
        seen = []

        @command("made", cls=StreamCommand, columns=COLUMNS, empty="Nothing yet.", **more)
        def made(app: App) -> Iterator[Dict[str, Any]]:
            for act in acts:
                app.when_shown(act)
            try:
                for row in rows:
                    seen.append(capsys.readouterr().out)
                    yield row
            finally:
                seen.append("closed")

        made.main(list(words), standalone_mode=False, obj=App())
        out, err = capsys.readouterr()
        return seen, out, err

    return go


@pytest.mark.parametrize(
    ("words", "first", "second", "third"),
    [
        (["--json"], '{"id": 2, "name": "b\\u001b[2J"}\n', '{"id": 1, "name": null}\n', None),
        (["-o", "jsonl"], '{"id": 2, "name": "b\\u001b[2J"}\n', '{"id": 1, "name": null}\n', None),
        (["--csv"], "id,name\n2,b\ufffd[2J\n", "1,\n", "3,c\n"),
        (["--csv", "--no-header"], "2,b\ufffd[2J\n", "1,\n", "3,c\n"),
        (["-o", "tsv", "--columns", "id"], "id\n2\n", "1\n", "3\n"),
        (["-o", "table"], "2  b\ufffd[2J\n", "1  -\n", "3  c\n"),
        ([], "2: b\ufffd[2J\n", "1: None\n", "3: c\n"),
    ],
)
def test_each_row_is_out_before_the_next(
    run: Runs, words: List[str], first: str, second: str, third: Optional[str]
) -> None:
    seen, out, _ = run(*words, text=lines)
    assert seen == ["", first, second, "closed"]
    assert out == (third or json.dumps(ROWS[2]) + "\n")


def test_a_limit_ends_it_without_waiting_for_another_row(run: Runs) -> None:
    seen, out, _ = run("--limit", "2", "-o", "tsv", "--columns", "id", "--no-header")
    assert (seen, out) == (["", "2\n", "closed"], "1\n")
    assert run("--limit", "0")[0] == []


def test_what_follows_a_row_follows_each(run: Runs) -> None:
    told = []
    run("--limit", "2", acts=[lambda shown: told.extend(shown.rows)])
    assert told == ROWS[:2]


def test_none_at_all_is_told_to_a_person_only(run: Runs) -> None:
    assert run(rows=[])[1:] == ("", "Nothing yet.\n")
    assert run("--json", rows=[])[1:] == ("", "")


@pytest.mark.parametrize("option", ["--sort=id", "--raw"])
def test_what_needs_all_rows_is_not_offered(run: Runs, option: str) -> None:
    with pytest.raises(click.NoSuchOption):
        run(option)


@pytest.mark.parametrize(
    ("words", "out"),
    [
        (["-o", "table", "--limit", "1"], "ID  NAME\n 2  b\ufffd[2J\n"),
        (["--json", "--limit", "1"], '{"id": 2, "name": "b\\u001b[2J"}\n'),
        (["--csv", "--columns", "id"], "id\n2\n1\n3\n"),
        (["--columns", "id", "--no-header"], "2\n1\n3\n"),
        (["--limit", "1"], "2: b\ufffd[2J\n"),
    ],
)
def test_a_list_is_a_table_with_its_header(
    capsys: pytest.CaptureFixture[str], words: List[str], out: str
) -> None:
    @command("made", cls=StreamCommand, columns=COLUMNS, text=lines)
    def made(app: App) -> List[Dict[str, Any]]:
        return ROWS

    made.main(words, standalone_mode=False)
    assert capsys.readouterr().out == out


def test_an_error_after_a_row_is_that_of_the_command(run: Runs) -> None:
    def rows() -> Iterator[Dict[str, Any]]:
        yield ROWS[0]
        raise CommandError("and no more", status=Status.NOT_FOUND)

    with pytest.raises(CommandError, match="and no more"):
        run("--json", rows=rows())


def test_one_object_is_a_mistake() -> None:
    @command("made", cls=StreamCommand, columns=COLUMNS)
    def made(app: App) -> Dict[str, int]:
        return {"id": 1}

    with pytest.raises(TypeError, match="one object"):
        made.main([], standalone_mode=False)


def ending(monkeypatch: pytest.MonkeyPatch, rows: Iterable[Dict[str, Any]]) -> Any:
    """A command whose rows end, printed two by two, and a list of what is told of them."""
    monkeypatch.setattr(streaming, "_PART", 2)

    @command("made", cls=StreamCommand, ends=True, columns=COLUMNS, empty="None.")
    def made(app: App) -> Iterator[Dict[str, Any]]:
        app.when_shown(lambda shown: told.append(list(shown.rows)))
        return iter(rows)

    told: List[List[Dict[str, Any]]] = []
    return made, told


@command("made", columns=COLUMNS, empty="None.")
def listed(app: App) -> List[Dict[str, Any]]:
    """The same rows as a list."""
    return ROWS


@pytest.mark.parametrize("count", [0, 1, 2, 3])
@pytest.mark.parametrize(
    "words",
    [
        "--json",
        "-o jsonl",
        "--csv",
        "--csv --no-header",
        "-o tsv --columns name",
        "-o table",
        "-o table --no-header",
        "--raw",
        "--json --sort id",
        "--csv --sort -id",
    ],
)
def test_rows_that_end_are_printed_as_a_list_is(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], words: str, count: int
) -> None:
    made, _ = ending(monkeypatch, ROWS)
    limit = ["--limit", str(count)]
    made.main([*words.split(), *limit], standalone_mode=False)
    streamed = capsys.readouterr()
    listed.main([*words.split(), *limit], standalone_mode=False)
    assert streamed == capsys.readouterr()


def test_rows_that_end_are_asked_for_part_by_part(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    made, told = ending(monkeypatch, ROWS)
    made.main(["--csv"], standalone_mode=False)
    assert [part for part in told if part] == [ROWS[:2], ROWS[2:]]

    capsys.readouterr()
    seen: List[str] = []

    def rows() -> Iterator[Dict[str, Any]]:
        for row in ROWS:
            seen.append(capsys.readouterr().out)
            yield row

    made, _ = ending(monkeypatch, rows())
    made.main(["--json", "--columns", "id"], standalone_mode=False)
    assert seen == ["", "", '[\n  {\n    "id": 2\n  },\n  {\n    "id": 1\n  }']
    assert capsys.readouterr().out == ',\n  {\n    "id": 3\n  }\n]\n'
