"""`clore search` and the last answer, which it keeps on the disk."""

from __future__ import annotations

import json
import os
import re
import time
from typing import TYPE_CHECKING

from cli_helpers import Clore, data

if TYPE_CHECKING:
    from clore_client.sandbox import World


def asked(world: World) -> int:
    return [entry.endpoint for entry in world.log].count("marketplace")


def test_a_young_answer_is_not_asked_for_again(clore: Clore, world: World) -> None:
    first = data(clore("search", "--json"))
    done = clore("search", "--max-age", 3600, "--json")
    assert data(done) == first
    assert re.fullmatch(r"As of \d+s ago; the API was not asked\.\n", done.stderr)
    assert data(clore("search", "4090", "--max-age", 3600, "--json"))
    assert asked(world) == 1
    assert data(clore("search", "--json")) == first
    assert asked(world) == 2


def test_an_answer_that_is_old_or_corrupt_is_asked_for_again(clore: Clore, world: World) -> None:
    first = data(clore("search", "--json"))
    (file,) = (clore.home / ".clore" / "cache").glob("marketplace-*")
    then = time.time() - 100
    os.utime(file, (then, then))
    assert "As of 1m 4" in clore("search", "--max-age", 3600).stderr
    assert data(clore("search", "--max-age", 99, "--json")) == first
    assert asked(world) == 2
    assert file.stat().st_mtime > then + 50
    file.write_text('{"code": 0, "servers": [')
    assert data(clore("search", "--max-age", 3600, "--json")) == first
    assert asked(world) == 3
    file.write_text('{"code": 0, "servers": [3, "x"]}')
    assert data(clore("search", "--max-age", 3600, "--json")) == first
    assert asked(world) == 4


def test_rows_that_cannot_be_read_cost_a_kept_answer_nothing(clore: Clore, world: World) -> None:
    clore("search")
    (file,) = (clore.home / ".clore" / "cache").glob("marketplace-*")
    rows = [{"id": None, "rented": False}, {"id": 7, "rented": True}]
    file.write_text(json.dumps({"code": 0, "servers": rows}))
    done = clore("search", "--max-age", 3600, "--json")
    assert (data(done), asked(world)) == ([], 1)
    assert re.fullmatch(r"As of \d+s ago; the API was not asked\.\n", done.stderr)


def test_the_kept_answer_holds_no_key_and_needs_none(clore: Clore, world: World) -> None:
    clore("search")
    (file,) = (clore.home / ".clore" / "cache").glob("marketplace-*")
    assert clore.env["CLORE_API_KEY"].encode() not in file.read_bytes()
    assert file.stat().st_mode & 0o077 == 0
    del clore.env["CLORE_API_KEY"]
    assert data(clore("search", "--max-age", 3600, "--json"))
    assert asked(world) == 1


def test_a_search_works_where_nothing_can_be_written(clore: Clore, world: World) -> None:
    (clore.home / ".clore").write_text("in the way")
    clore.env["CLORE_LIMITER"] = "process"
    assert data(clore("search", "--json"))
