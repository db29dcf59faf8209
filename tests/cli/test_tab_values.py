"""TAB on values in real shells: what `clore` last saw, by the real program, from caches alone."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from orders_made import make_order
from shells import SHELLS

if TYPE_CHECKING:
    from cli_helpers import Clore

    from clore_client.sandbox import World

#: In every shell alike: a line, and all that it must offer, whatever else it may.
ASKED = [
    ("clore ssh ", {"51"}),
    ("clore cancel 51 ", {"52"}),
    ("clore search --gpu rtx-409", {"rtx-4090"}),
    ("clore search --gpu RTX-409", {"rtx-4090"}),
    ("clore search --gpu=rtx-409", {"--gpu=rtx-4090"}),
    ("clore search 4090 pri", {"price"}),
    ("clore search gpu=rtx-409", {"gpu=rtx-4090"}),
    ("clore search country=d", {"country=DE"}),
    ("clore orders --columns id,server_i", {"id,server_id"}),
    ("clore orders --columns=id,server_i", {"--columns=id,server_id"}),
    ("clore orders --sort id,-server_i", {"id,-server_id"}),
    ("clore orders --sort -server_i", {"-server_id"}),
    ("clore orders --sort=-server_i", {"--sort=-server_id"}),
    ("clore deploy 1 --currency ", {"USD", "BTC", "CLORE"}),
    ("clore help exit", {"exit-codes"}),
    ("clore schema server-", {"server-config", "server-set"}),
    ("clore --profile wo", {"work"}),
    ("clore config get key_c", {"key_command"}),
    ("clore api GET /my_o", {"/my_orders"}),
]


@pytest.fixture
def seen(clore: Clore, world: World) -> World:
    """What a user has looked at."""
    make_order(world, 51)
    make_order(world, 52)
    for command in ("orders", "search"):
        assert clore(command).returncode == 0
    assert clore("--profile", "work", "config", "set", "key_command", "true").returncode == 0
    return world


@pytest.mark.parametrize("name", SHELLS)
def test_values_are_offered(clore: Clore, seen: World, name: str) -> None:
    if not shutil.which(name):
        pytest.skip(f"{name} is not installed")
    asked = len(seen.log)
    with SHELLS[name](clore.env) as shell:
        missing = {
            line: offered for line, wanted in ASKED if not wanted <= (offered := shell.offers(line))
        }
    assert missing == {}
    assert len(seen.log) == asked


@pytest.mark.parametrize("name", ["zsh", "fish"])
def test_an_order_is_told_by_its_gpu_and_host(clore: Clore, seen: World, name: str) -> None:
    if not shutil.which(name):
        pytest.skip(f"{name} is not installed")
    with SHELLS[name](clore.env) as shell:
        shell.shows("clore ssh 5", r"51.*RTX|51.*GPU|51.*[0-9]x")
