"""What TAB offers as values: asked of click in this process, from caches that real runs made."""

from __future__ import annotations

import json
from typing import Any, Dict, List, Tuple, Union

import click
import pytest
from cli_helpers import KEY, OTHER, SANDBOX_KEY, Clore, Tab, data
from click.shell_completion import ShellComplete
from orders_made import make_order

from clore_cli.builtins import BUILTINS
from clore_cli.docgen import tree
from clore_cli.plugin import App, CommandLine, Suffixed, argument, command, completing
from clore_cli.tree import walk
from clore_client import endpoints
from clore_client.account_cache import KeptOrder
from clore_client.sandbox import FAULT_KINDS, SCENARIOS, FrozenClock, World, serve

LOGIN = ["--ssh-password", "abcd1234", "-y", "--json"]

#: What takes any text, or a secret; numbers and choices aside, everything else is completed.
FREE = {
    "command", "command_", "directory", "env", "global_base_url", "issue", "jupyter_token", "name",
    "ssh_password", "texts", "user", "value", "values", "words",
}  # fmt: skip


@pytest.fixture
def seen(clore: Clore, world: World) -> List[Dict[str, Any]]:
    """Orders that `clore orders` has shown: two on demand, a bid that runs and one that waits."""
    for number in (51, 52):
        make_order(world, number, host=f"n{number}.clorecloud.net")
    make_order(world, 61, spot=True).image = "an/image:1"
    make_order(world, 71, spot=True).started = None
    make_order(world, 81).end(world.clock.time())
    orders: List[Dict[str, Any]] = data(clore("orders", "--json"))
    return orders


@pytest.mark.parametrize("command", ["order", "cancel", "wait"])
def test_orders_are_offered_with_their_gpu_status_and_host(
    tab: Tab, seen: List[Dict[str, Any]], command: str
) -> None:
    found = tab(command, "")
    assert list(found) == ["51", "52", "61", "71"]
    assert found["51"] == f"{seen[0]['gpu']}, running, n51.clorecloud.net"
    assert found["71"].endswith(", queued, 127.0.0.1")
    assert list(tab(command, "5")) == ["51", "52"]
    assert tab(command, "x") == {}


@pytest.mark.parametrize("command", ["ssh", "ssh-config", "open"])
def test_a_bid_that_waits_has_no_machine(
    tab: Tab, seen: List[Dict[str, Any]], command: str
) -> None:
    assert list(tab(command, "")) == ["51", "52", "61"]


def test_only_bids_have_a_spot_price(tab: Tab, seen: List[Dict[str, Any]]) -> None:
    assert list(tab("spot-price", "")) == ["61", "71"]
    assert tab("spot-price", "61", "") == {}


def test_an_order_is_offered_once_until_it_is_cancelled(
    clore: Clore, tab: Tab, seen: List[Dict[str, Any]]
) -> None:
    assert list(tab("cancel", "51", "61", "")) == ["52", "71"]
    assert clore("cancel", "51", "71", "-y").returncode == 0
    assert list(tab("cancel", "")) == ["52", "61"]
    assert clore("cancel", "52", "61", "-y").returncode == 0
    assert tab("cancel", "") == {}


def test_a_new_order_is_offered_at_once(clore: Clore, world: World, tab: Tab) -> None:
    order = data(clore("rent", "4090", *LOGIN))
    assert tab("ssh", "") == {str(order["id"]): f"RTX 4090, {order['status']}, {order['host']}"}


def test_an_order_whose_time_is_over_is_not_offered(
    clore: Clore, tab: Tab, seen: List[Dict[str, Any]]
) -> None:
    (file,) = (clore.home / ".clore" / "cache").glob("orders-*")
    rows = json.loads(file.read_text())
    rows[0][KeptOrder._fields.index("expires_at")] = 1_000_000_000
    file.write_text(json.dumps(rows))
    assert list(tab("ssh", "")) == ["52", "61"]


def test_a_sandbox_has_a_clock_of_its_own(
    clore: Clore, tab: Tab, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That of --frozen stands where it began, long ago."""
    monkeypatch.delenv("CLORE_SANDBOX", raising=False)
    world = World(clock=FrozenClock())
    make_order(world, 51)
    with serve(world) as url:
        clore.env.update(CLORE_BASE_URL=url, CLORE_API_KEY=SANDBOX_KEY)
        assert data(clore("orders", "--json"))
    assert "51" not in tab("cancel", "")
    clore.env["CLORE_SANDBOX"] = url
    assert "51" in tab("cancel", "")


def test_accounts_are_told_apart(clore: Clore, tab: Tab, seen: List[Dict[str, Any]]) -> None:
    url, _ = clore.env.pop("CLORE_BASE_URL"), clore.env.pop("CLORE_API_KEY")
    assert tab("ssh", "") == {}
    clore.env["CLORE_API_KEY"] = "another"  # keys are told apart by where they come from
    assert tab("ssh", "") == {}
    assert len(tab("--base-url", url, "ssh", "")) == len(tab("ssh", "--base-url", url, "")) == 3
    clore.env["CLORE_BASE_URL"] = "no address"
    assert tab("ssh", "") == {}


def test_the_orders_of_the_profile_that_is_meant_are_offered(
    clore: Clore, market: World, tab: Tab
) -> None:
    store = ["auth", "login", "--with-token", "--insecure-storage"]
    assert clore(*store, stdin=KEY).returncode == 0
    assert clore("--profile", "work", *store, stdin=OTHER).returncode == 0
    order = data(clore("rent", "4090", *LOGIN, "--profile", "work"))
    assert tab("ssh", "") == {}
    number = str(order["id"])
    assert list(tab("--profile", "work", "ssh", "")) == [number]
    assert list(tab("ssh", "--profile", "work", "")) == [number]
    assert list(tab("--profile", "nosuch", "ssh", "")) == []
    clore.env["CLORE_PROFILE"] = "work"
    assert list(tab("ssh", "")) == [number]
    assert list(tab("ssh", "--profile", "default", "")) == []
    assert clore("auth", "logout").returncode == 0
    assert tab("ssh", "") == {}


def test_servers_are_offered_with_gpus_price_and_country(
    clore: Clore, world: World, tab: Tab
) -> None:
    assert tab("deploy", "") == {}
    rows = data(clore("search", "--json"))
    found = tab("deploy", "")
    assert list(found) == [str(row["id"]) for row in rows]
    first = rows[0]
    assert first["gpu"] in found[str(first["id"])]
    assert f"${first['price_usd_per_hour']:.4f}/h, {first['country']}" in found[str(first["id"])]
    digits = str(first["id"])[:2]
    assert set(tab("deploy", digits)) == {one for one in found if one.startswith(digits)}
    spot = data(clore("search", "--spot", "--include-rented", "--json"))
    assert set(tab("spot", "")) == {str(row["id"]) for row in spot}


def test_deploy_refreshes_the_servers_that_it_has_seen(
    clore: Clore, world: World, tab: Tab
) -> None:
    rows = data(clore("search", "--json"))
    assert clore("deploy", rows[0]["id"], *LOGIN).returncode == 0
    data(clore("deploy", rows[1]["id"], "--dry-run", *LOGIN[:2]))
    assert str(rows[0]["id"]) not in tab("deploy", "")


def test_own_servers_are_offered_by_name(clore: Clore, world: World, tab: Tab) -> None:
    servers = data(clore("servers", "--json"))
    assert set(tab("server-config", "")) == {row["name"] for row in servers}
    name = servers[0]["name"]
    assert tab("server-set", name[0].lower())[name] == (servers[0]["gpu"] or None)


def test_profiles_and_settings(clore: Clore, tab: Tab) -> None:
    (clore.home / ".clore").mkdir(mode=0o700)
    file = clore.home / ".clore" / "config.json"
    work = {"api_key": "k", "plugin_thing": 1, "key_store": "keyring"}
    file.write_text(json.dumps({"key_command": "pass", "profiles": {"work": work}}))
    file.chmod(0o600)
    assert set(tab("--profile", "")) == set(tab("orders", "--profile", "")) == {"default", "work"}
    assert set(tab("config", "get", "")) == {"api_key", "base_url", "key_command"}
    assert set(tab("config", "unset", "")) == {"api_key", "key_command"}
    get, meant = ["config", "get"], ["--profile", "work"]
    for words in ([*meant, *get], [*get, *meant]):
        assert set(tab(*words, "")) == {"api_key", "base_url", "key_command", "plugin_thing"}
    clore.env["CLORE_PROFILE"] = "work"
    assert set(tab("config", "unset", "")) == {"api_key", "plugin_thing"}
    assert set(tab("--profile", "nosuch", "config", "unset", "")) == {"api_key"}


def test_topics_and_commands(tab: Tab) -> None:
    assert {"query", "formats", "search", "config"} <= set(tab("help", ""))
    assert set(tab("help", "config", "s")) == {"set", "show"}
    assert tab("help", "query", "") == tab("help", "nosuch", "") == {}
    assert "query" not in tab("schema", "")
    assert set(tab("schema", "auth", "")) == {"login", "logout", "status"}


def test_endpoints_are_those_that_are_declared(tab: Tab) -> None:
    declared = {(one.spec.method, one.spec.path) for one in endpoints.ENDPOINTS.values()}
    methods = tab("api", "")
    assert {(method, path) for method in methods for path in tab("api", method, "/")} == declared
    assert "/wallets" in tab("api", "get", "/w")


def test_what_deploy_takes(tab: Tab, seen: List[Dict[str, Any]]) -> None:
    assert set(tab("deploy", "1", "--currency", "")) == {"USD", "BTC", "CLORE"}
    assert tab("rent", "4090", "--image", "an")["an/image:1"] == "order 61"
    default = "cloreai/jupyter:ubuntu24.04-v2"
    assert list(tab("deploy", "1", "--image", "")) == [default, "an/image:1"]
    assert set(tab("server-set", "x", "--coin", "USD", "--coin", "")) == {"BTC", "CLORE"}
    assert set(tab("server-set", "x", "--on-demand", "U")) == {"USD="}
    assert set(tab("server-set", "x", "--autoprice", "usd")) == {"USD=usd", "USD=off"}


@pytest.mark.parametrize(
    "words",
    [
        ["deploy", "1", "--env-file"],
        ["deploy", "1", "--ssh-key"],
        ["rent", "x", "--ssh-password-file"],
        ["api", "POST", "/x", "--input"],
    ],
    ids=" ".join,
)
def test_files_are_left_to_the_shell(tab: Tab, words: List[str]) -> None:
    assert tab(*words, "./a") == {"./a": "file"}


def test_the_sandbox_knows_what_is_offered_for_it(tab: Tab) -> None:
    assert list(tab("sandbox", "run", "--fault", "")) == list(FAULT_KINDS)
    assert set(tab("sandbox", "start", "--scenario", "")) == set(SCENARIOS)


def test_the_attempts_on_record_can_be_dismissed(clore: Any, tab: Any) -> None:
    attempts = clore.home / ".clore" / "attempts"
    assert tab("reconcile", "--dismiss", "") == {}
    attempts.mkdir(parents=True)
    for name in ("3f2a.json", "9b1c.json", "9b1c.new"):
        (attempts / name).write_text("{}")
    assert set(tab("reconcile", "--dismiss", "")) == {"3f2a", "9b1c"}


def test_each_parameter_with_values_to_offer_is_completed() -> None:
    forgotten = [
        (ctx.command_path, param.name)
        for ctx in walk(tree(list(BUILTINS)), "clore")
        for param in ctx.command.params
        if not (param._custom_shell_complete or param.name in FREE)
        and not isinstance(param.type, (CommandLine, Suffixed))  # which the shells know
        and isinstance(param.type, (click.types.StringParamType, click.File, click.Path))
    ]
    assert forgotten == []


def test_nothing_is_offered_when_the_caches_or_the_settings_are_damaged(
    clore: Clore, tab: Tab, seen: List[Dict[str, Any]], capfd: pytest.CaptureFixture[str]
) -> None:
    clore("servers")
    for file in (clore.home / ".clore" / "cache").iterdir():
        file.write_bytes(b'[["\\u001b[31m", 1]]')
    (clore.home / ".clore" / "config.json").write_text("{")
    for words in (["ssh"], ["deploy"], ["server-config"], ["search", "--gpu"], ["--profile"]):
        assert tab(*words, "") == {}
    assert capfd.readouterr() == ("", "")


ODD: List[Union[str, Tuple[str, str]]] = [
    "plain",
    "pl\x1b[31m",
    "pl\tab",
    "",
    ("plan", "a\x1b[31m\nplan"),
    "other",
]


def test_what_a_terminal_cannot_show_is_not_offered(tab: Tab) -> None:
    @command()
    @argument("word", shell_complete=completing.values(lambda *_: ODD))
    def odd(app: App, word: str) -> None:
        """Take an odd word."""

    shell = ShellComplete(odd, {}, "odd", "_ODD_COMPLETE")
    found = {item.value: item.help for item in shell.get_completions([], "pl")}
    assert found == {"plain": None, "plan": "a\ufffd[31m plan"}


def test_a_completer_that_fails_offers_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    @command()
    @argument("word", shell_complete=completing.values(lambda *_: [str(1 / 0)]))
    def odd(app: App, word: str) -> None:
        """Take a word."""

    assert ShellComplete(odd, {}, "odd", "_ODD_COMPLETE").get_completions([], "") == []
    assert capfd.readouterr() == ("", "")
