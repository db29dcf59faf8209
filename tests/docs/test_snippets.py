"""Every documented snippet runs verbatim, against a sandbox that holds what it mentions."""

from __future__ import annotations

import os
import re
import subprocess
import sysconfig
from pathlib import Path
from typing import Iterator

import pytest

from clore_client import CloreAI
from clore_client.sandbox import RealClock, World, serve

PAGE = Path(__file__).with_name("snippets.md").read_text(encoding="utf-8")
_BLOCK = r"^## ([^\n]+)\n\n```{}\n(.*?)^```$"
SNIPPETS, SHELL, FILES = (
    dict(re.findall(_BLOCK.format(kind), PAGE, re.MULTILINE | re.DOTALL))
    for kind in ("python", "bash", "json")
)

#: What the snippet must have printed (a pattern), and the requests that it must have made.
EXPECTED = {
    "Key in code": (r"\A\Z", []),
    "Quick start": (r"(Server \d+: \d+x .*RTX 4090.* — \$\d+\.\d{4}/h\n)+", ["marketplace"]),
    "Context manager": (r"\A\Z", ["wallets"]),
    "wallets": (r"bitcoin: \d+\.\d{8}\n  Deposit: \S+\n", ["wallets"]),
    "marketplace": (r"\A\Z", ["marketplace"] * 3),
    "my_servers": (r"MyGPU: \d+x .+ \[Online\]\n", ["my_servers"]),
    "server_config": (
        r"Server: MyGPU\nGPU: \d+x .+\nMin rental: \d+h\nOn-demand: \$\d.*\nSpot: \$\d.*\n",
        ["server_config"],
    ),
    "my_orders": (
        r"Order 38: on-demand — running\n  IP: \S+\n  Ports: \{'22': \d+.*\}\n",
        ["my_orders"] * 2,
    ),
    "spot_marketplace": (
        r"Order 39: \$\S+/day \(server 6\)\n(.*\n)*  bitcoin: \$\d+",
        ["spot_marketplace"],
    ),
    "create_order on demand": (r"\AOrder created: \d+\nConnect: \S+\.\S+\n\Z", None),
    "create_order spot": (r"\A\Z", None),
    "cancel_order": (r"\A\Z", ["cancel_order", "cancel_order", "my_orders"]),
    "set_server_settings": (r"\A\Z", ["set_server_settings"]),
    "set_spot_price": (r"\A\Z", ["set_spot_price"]),
    "async basic usage": (r"bitcoin: \d+\.\d{8}\n", ["wallets"]),
    "async concurrent operations": (
        r"((RTX 4090|RTX 3090|A100): \d+ available, cheapest \$\d\.\d{4}/h\n){3}",
        ["marketplace"],  # three questions, one request
    ),
    "error handling": (r"\A\Z", None),
    "retry settings": (r"\A\Z", []),
}


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """A sandbox in the scenario of the documentation, a hundred times as fast as life."""
    world = World(scenario="docs", clock=RealClock(speed=100))
    with serve(world) as url:
        monkeypatch.setenv("CLORE_BASE_URL", url)
        monkeypatch.setenv("CLORE_API_KEY", "documentation-key")
        monkeypatch.setenv("CLORE_SANDBOX_SPEED", "100")
        yield world


def test_every_snippet_has_its_expectation() -> None:
    assert SNIPPETS.keys() == EXPECTED.keys()
    assert len(SNIPPETS) == PAGE.count("```python")
    assert SHELL.keys() == {"Key in the environment", "Key stored by the command"}
    assert FILES.keys() == {"Configuration file"}


@pytest.mark.parametrize("title", EXPECTED)
def test_snippet(title: str, world: World, capsys: pytest.CaptureFixture[str]) -> None:
    with CloreAI() as client:
        exec(compile(SNIPPETS[title], title, "exec"), {"CloreAI": CloreAI, "client": client})
    printed, requests = EXPECTED[title]
    assert re.search(printed, capsys.readouterr().out)
    done = [entry.endpoint for entry in world.log if entry.code in (0, 6)]
    if requests is None:  # a rental: as many looks for the order as its listing takes
        assert done.count("create_order") == 1
        assert set(done) == {"create_order", "my_orders"}
    else:
        assert done == requests


@pytest.fixture
def only_the_key_counts(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A sandbox that accepts the documentation's keys only; no key is set yet."""
    world = World(clock=RealClock(speed=100), keys={"your_api_key_here", "YOUR_API_KEY"})
    with serve(world) as url:
        monkeypatch.setenv("CLORE_BASE_URL", url)
        monkeypatch.setenv("CLORE_SANDBOX_SPEED", "100")
        yield


@pytest.mark.parametrize("title", SHELL)
@pytest.mark.usefixtures("only_the_key_counts")
def test_a_key_given_in_the_shell_is_used(title: str) -> None:
    path = os.pathsep.join([sysconfig.get_path("scripts"), os.environ["PATH"]])
    done = subprocess.run(
        ["bash", "-ec", f"{SHELL[title]}\nclore wallets --csv"],
        env={**os.environ, "PATH": path}, capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert "\nbitcoin," in done.stdout, done.stderr


@pytest.mark.usefixtures("only_the_key_counts")
def test_a_key_in_the_configuration_file_is_used() -> None:
    directory = Path(os.environ["CLORE_CONFIG_DIR"])
    directory.mkdir(mode=0o700)
    (directory / "config.json").write_text(FILES["Configuration file"], encoding="utf-8")
    with CloreAI() as client:
        assert next(wallet.name for wallet in client.wallets()) == "bitcoin"
