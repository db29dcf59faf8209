"""Options whose value may be missing: what follows is their value only when it can be."""

from __future__ import annotations

import click
import pytest

from clore_cli.optional import spelled_out

PARAMS = [
    click.Option(
        ["--wait"], type=click.Choice(["running", "ssh"]), is_flag=False, flag_value="running"
    ),
    click.Option(["--image"]),
    click.Option(["--yes"], is_flag=True),
    click.Argument(["server"]),
]


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("5 --wait", "5 --wait=running"),
        ("--wait 5", "--wait=running 5"),
        ("--wait --yes 5", "--wait=running --yes 5"),
        ("--wait ssh 5", "--wait ssh 5"),
        ("5 --wait running", "5 --wait running"),
        ("--wait=ssh 5", "--wait=ssh 5"),
        ("--wait=nonsense 5", "--wait=nonsense 5"),
        ("5 -- --wait 7", "5 -- --wait 7"),
        ("--image x --yes 5", "--image x --yes 5"),
    ],
)
def test_a_missing_value_is_put_in(given: str, wanted: str) -> None:
    assert spelled_out(PARAMS, given.split()) == wanted.split()
