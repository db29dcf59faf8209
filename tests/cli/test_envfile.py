"""Files of environment variables: what a line means, and errors that keep its content secret."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from clore_cli.commands.envfile import read
from clore_cli.plugin import UsageError

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "vars"


def test_lines_are_taken_as_they_are(file: Path) -> None:
    file.write_bytes(
        b'\xef\xbb\xbf# a comment\n\nA=1\r\n  B=two words  \nC="quoted" # no comment\nD=\nE==x\n'
        + "F=ä\n".encode()
    )
    assert read(file) == {
        "A": "1",
        "B": "two words  ",
        "C": '"quoted" # no comment',
        "D": "",
        "E": "=x",
        "F": "ä",
    }


@pytest.mark.parametrize("line", ["SECRET", "=SECRET", "export A=SECRET", "A =SECRET"])
def test_a_wrong_line_is_named_by_its_number_only(file: Path, line: str) -> None:
    file.write_text(f"# one\n\n{line}\n")
    with pytest.raises(UsageError) as caught:
        read(file)
    assert "line 3 is not NAME=VALUE" in caught.value.message
    assert "SECRET" not in caught.value.message


def test_a_name_that_comes_twice_is_an_error(file: Path) -> None:
    file.write_text("A=SECRET\nA=b\n")
    with pytest.raises(UsageError, match="line 2 sets an earlier name again"):
        read(file)


def test_a_file_that_cannot_be_read(file: Path) -> None:
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UsageError, match=r"--env-file: .* cannot be read"):
        read(file)


@pytest.mark.parametrize("name", ["HF_TOKEN=hf_SECRET", "A=" + "SECRET" * 999, "/dev/null/SECRET"])
def test_a_variable_in_place_of_a_file_is_not_quoted(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError) as caught:
        read(tmp_path / name)
    assert "--env-file: there is no such file" in caught.value.message
    assert "SECRET" not in caught.value.message
