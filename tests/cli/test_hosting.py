"""`clore servers`, `server-config` and `server-set`, through the installed script."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Callable, List, Tuple

import pytest
from cli_helpers import Clore, data
from terminal import Terminal

if TYPE_CHECKING:
    from clore_client.sandbox import World
    from clore_client.sandbox.order import Row
    from clore_client.sandbox.world import LogEntry


@pytest.fixture
def config(clore: Clore, world: World) -> Callable[[], Any]:
    """A function that reads the configuration of MyGPU."""
    return lambda: data(clore("server-config", "MyGPU", "--json", "-q"))


def my_gpu(world: World) -> Row:
    """The marketplace's row of MyGPU."""
    server = world.state.hosts["MyGPU"].server
    assert server is not None
    return server


def posts(world: World) -> List[LogEntry]:
    entries = [entry for entry in world.log if entry.endpoint == "set_server_settings"]
    return [entry for entry in entries if entry.executed]


def test_my_servers_are_listed_with_prices_per_hour_and_per_day(clore: Clore, world: World) -> None:
    mine, waiting = data(clore("servers", "--json"))
    host = my_gpu(world)
    assert (mine["id"], mine["status"], mine["visibility"]) == (host["id"], "Online", "public")
    assert mine["price_usd_per_day"] == host["price"]["on_demand"]["USD-Blockchain"]
    assert mine["price_usd_per_hour"] == pytest.approx(mine["price_usd_per_day"] / 24)
    assert mine["spot_price_clore_per_day"] == host["price"]["spot"]["CLORE-Blockchain"]
    assert mine["coins"] == ["bitcoin", "CLORE-Blockchain", "USD-Blockchain"]
    assert (waiting["name"], waiting["status"]) == ("Michael", "Disconnected")
    assert waiting["id"] is waiting["price_usd_per_day"] is waiting["price_btc_per_day"] is None


def test_the_table_fits_80_columns_and_no_secret_is_in_it(clore: Clore, world: World) -> None:
    done = clore("servers")
    assert max(map(len, done.stdout.splitlines())) <= 80
    assert "SANDBOX-INIT-TOKEN" not in done.stdout
    assert "SANDBOX-INIT-TOKEN" not in clore("servers", "-vv").stderr
    assert data(clore("servers", "--raw"))[1]["init_token"] == "********"
    assert "SANDBOX-INIT-TOKEN" in clore("api", "GET", "/my_servers").stdout


def test_an_offline_server_says_so(clore: Clore, world: World) -> None:
    world.state.offline.add(my_gpu(world)["id"])
    assert data(clore("servers", "--json"))[0]["status"] == "Offline"


def test_a_configuration_in_full(config: Callable[[], Any], world: World) -> None:
    row, host = config(), my_gpu(world)
    assert row["max_rental_hours"] == host["mrl"]
    assert row["usd_per_day_for_btc"] == host["price"]["original_usd"]["bitcoin"]["on_demand"]
    assert row["background_image"] == "cloreai/hiveos"


def test_a_server_that_is_not_mine_is_not_found(clore: Clore, world: World) -> None:
    for command in (["server-config", "Nope"], ["server-set", "Nope", "--available"]):
        done = clore(*command)
        assert (done.returncode, done.stdout) == (4, "")
        assert "no server called 'Nope'" in done.stderr
        assert "'clore servers'" in done.stderr


def test_a_changed_price_is_shown_sent_and_read_back(
    clore: Clore, world: World, config: Callable[[], Any]
) -> None:
    before = config()
    done = clore("server-set", "MyGPU", "--on-demand", "USD=2", "--mrl", "96", "--yes", "--json")
    after = data(done)
    assert (after["price_usd_per_day"], after["max_rental_hours"]) == (2.0, 96)
    assert (
        "  on-demand price in USD: 3.5 -> 2 USD per day (0.146 -> 0.0833 per hour)\n" in done.stderr
    )
    assert "  longest rental: 48 h -> 96 h\n" in done.stderr
    changed = {"price_usd_per_day", "price_usd_per_hour", "usd_per_day_for_usd", "max_rental_hours"}
    assert {key for key in after if after[key] != before[key]} == changed
    assert len(posts(world)) == 1


def test_one_price_in_usd_for_all_coins_that_follow(
    clore: Clore, world: World, config: Callable[[], Any]
) -> None:
    assert clore("server-set", "MyGPU", "--usd-price", "2,1.5", "--yes").returncode == 0
    row = config()
    for short in ("usd", "clore", "btc"):
        assert row[f"usd_per_day_for_{short}"] == 2.0
        assert row[f"spot_usd_per_day_for_{short}"] == 1.5


def test_coins_and_the_offer_itself(clore: Clore, world: World, config: Callable[[], Any]) -> None:
    args = ("--no-coin", "BTC", "--unavailable", "--yes")
    assert clore("server-set", "MyGPU", *args).returncode == 0
    assert (config()["coins"], config()["visibility"]) == (
        ["CLORE-Blockchain", "USD-Blockchain"],
        "private",
    )
    assert clore("server-set", "MyGPU", "--coin", "bitcoin", "--available").returncode == 0
    assert (len(config()["coins"]), config()["visibility"]) == (3, "public")
    assert "BTC, CLORE, USD" in clore("server-config", "MyGPU").stdout


def test_no_coin_left_is_pointed_out(clore: Clore, world: World) -> None:
    every = [word for coin in ("USD", "CLORE", "BTC") for word in ("--no-coin", coin)]
    done = clore("server-set", "MyGPU", *every, "--dry-run")
    assert "no coin is left that renters can pay with" in done.stderr


def test_settings_that_are_not_known_are_pointed_out_and_asked_about(
    clore: Clore, world: World
) -> None:
    done = clore("server-set", "Michael", "--mrl", "24", "--dry-run")
    assert "the API does not tell all settings" in done.stderr
    assert clore("server-set", "Michael", "--mrl", "24").returncode == 2
    assert [entry.endpoint for entry in world.log].count("set_server_settings") == 0


def test_an_amount_of_a_coin_that_no_longer_follows(
    clore: Clore, world: World, config: Callable[[], Any]
) -> None:
    args = ("--autoprice", "CLORE=off", "--on-demand", "clore=2000", "--spot", "CLORE=1500")
    done = clore("server-set", "MyGPU", *args, "--yes")
    assert done.returncode == 0
    assert "does not show it yet" not in done.stderr  # there is no price in USD any more
    row = config()
    assert (row["price_clore_per_day"], row["spot_price_clore_per_day"]) == (2000, 1500)


@pytest.mark.parametrize(
    "args", [("--on-demand", "USD=2"), ("--unavailable",), ("--no-coin", "BTC")]
)
def test_off_a_terminal_what_could_hurt_needs_yes(
    clore: Clore, world: World, args: Tuple[str, ...]
) -> None:
    done = clore("server-set", "MyGPU", *args)
    assert (done.returncode, done.stdout) == (2, "")
    assert "--yes" in done.stderr
    assert not posts(world)


def test_on_a_terminal_it_asks(clore: Clore, world: World) -> None:
    for answer, sent in (("n", 0), ("y", 1)):
        terminal = Terminal(clore, "server-set", "MyGPU", "--on-demand", "USD=2")
        terminal.until("Change MyGPU? [y/N]")
        terminal.type(f"{answer}\n")
        assert terminal.ends() == (0 if sent else 1)
        assert len(posts(world)) == sent


def test_a_dry_run_prints_the_request_and_sends_nothing(clore: Clore, world: World) -> None:
    request = data(clore("server-set", "MyGPU", "--spot", "USD=1.25", "--dry-run"))
    assert request["path"] == "/set_server_settings"
    assert request["json"]["USD-Blockchain_spot"] == 1.25
    assert request["json"]["enabled-bitcoin"] is True
    assert not posts(world)


def test_what_is_so_already_is_not_sent(
    clore: Clore, world: World, config: Callable[[], Any]
) -> None:
    row = config()
    done = clore("server-set", "MyGPU", "--mrl", row["max_rental_hours"], "--json")
    assert data(done) == row
    assert "nothing is sent" in done.stderr
    assert not posts(world)


@pytest.mark.parametrize(
    "args",
    [
        [],
        ["--on-demand", "USD"],
        ["--on-demand", "USD=0"],
        ["--on-demand", "USD=nan"],
        ["--on-demand", "USD=1", "--on-demand", "usd-blockchain=2"],
        ["--on-demand", "DOGE=1"],
        ["--usd-price", "USD=1,2,3"],
        ["--usd-price", "1", "--usd-price", "2"],
        ["--on-demand", "=1"],
        ["--on-demand", "1"],
        ["--autoprice", "USD=maybe"],
        ["--coin", "BTC", "--no-coin", "bitcoin"],
        ["--mrl", "0"],
    ],
)
def test_wrong_usage_and_nothing_is_asked(clore: Clore, world: World, args: List[str]) -> None:
    done = clore("server-set", "MyGPU", *args, "--yes")
    assert (done.returncode, done.stdout) == (2, "")
    assert not world.log


def test_a_change_whose_answer_is_lost_says_where_to_look(clore: Clore, world: World) -> None:
    world.fail("lost-answer", "set_server_settings")
    done = clore("server-set", "MyGPU", "--mrl", "96", "--retries", "0")
    assert done.returncode == 7
    assert "'clore server-config MyGPU' shows what holds now." in done.stderr


def test_a_refused_setting_is_told(clore: Clore, world: World) -> None:
    done = clore("server-set", "MyGPU", "--mrl", "5000")
    assert done.returncode == 6
    assert "invalid_mrl" in done.stderr


def test_what_the_api_accepts_and_does_not_show_is_pointed_out(
    clore: Clore, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("clore_client.sandbox.settings._mrl", lambda body: 48)
    done = clore("server-set", "MyGPU", "--mrl", "96", "--json")
    assert json.loads(done.stdout)["max_rental_hours"] == 48
    assert "does not show it yet: longest rental: 48 h -> 96 h" in done.stderr
