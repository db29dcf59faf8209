"""The suite notices what a call leaves behind, and what it gives away on the way."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from typing import Any, Dict, List

import pytest
from attack import aftermath, interruptions
from attack import behaviours as do
from attack.build import get, rent
from attack.case import Case
from attack.cases_bids import bid
from attack.cases_money import FOUND, UNSURE
from attack.cases_proxies import PROXY
from attack.clients import perform
from attack.inbound import CONNECT, Request
from attack.judge import problems
from attack.leaks import KEY, PASSWORD
from attack.market import next_id
from attack.outcome import Outcome
from attack.stage import stage

from clore_client import CloreAI, journal, plan
from clore_client.errors import FieldError
from clore_client.models.reconciled import NONE

LOST = rent("lost", "lost", do.reset, **UNSURE)
WELL = rent("well", "all is well", do.sanely(), returns=FOUND, orders=1)


def left(case: Case, kind: str = "sync") -> List[str]:
    """What is wrong with what ``case`` leaves behind."""
    with stage(case) as played:
        if case.interrupt:
            outcome = interruptions.perform(case, played.url, played.server)
        else:
            outcome = perform(case, played.url, kind)
        return aftermath.traces(case, outcome, played)


def test_what_is_right_is_left_alone() -> None:
    assert left(LOST) == left(WELL) == []
    assert aftermath.entries() == []


def test_an_entry_that_is_not_settled_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal.FileJournal, "close", lambda *_: None)
    assert left(WELL) == ["the journal keeps 1"]


def test_an_entry_that_is_not_written_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plan, "_settling", lambda *_: None)
    monkeypatch.setattr(journal.FileJournal, "open", lambda *_: None)
    assert left(LOST) == ["the journal keeps 0, not 1"]


def test_an_entry_that_stays_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal.FileJournal, "close", lambda *_: None)
    (wrong,) = left(LOST)
    assert wrong.endswith(".json is left")


def test_a_wrong_result_of_reconcile_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    class Forgetful:
        outcome, operation, order_ids = NONE, "create_order", ()

    monkeypatch.setattr(CloreAI, "reconcile", lambda _: [Forgetful])
    assert any("reconcile says [('none'" in wrong for wrong in left(LOST))


def test_a_reconcile_that_fails_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_client: object) -> None:
        raise FieldError("no")

    monkeypatch.setattr(CloreAI, "reconcile", fail)
    assert "reconcile failed: no" in left(LOST)


def test_doubt_without_a_request_is_seen() -> None:
    with stage(WELL) as played:
        doubtful = Outcome("sync", doubt=True)
        assert aftermath.traces(WELL, doubtful, played) == ["in doubt, although nothing was sent"]


def test_what_is_missing_is_made_and_what_is_there_is_not_made_again() -> None:
    orders = [{"renting_server": server, "price": 1.0} for server in (1, 2)]
    case = bid("x", "x", do.sanely())
    with stage(case) as played:
        made: Any = played.server.market
        made.make(orders[:1])
        played.server.requests.append(posted("create_gigaspot_orders", orders))
        aftermath.heal(played)
        assert [made["server"] for made in played.server.market.orders] == [1, 2]


def posted(endpoint: str, body: Any, **more: Any) -> Request:
    """A request that has arrived."""
    start: Dict[str, Any] = {
        "headers": {"auth": KEY, "accept-encoding": "gzip"},
        "connection": 1,
        "nth": 1,
    }
    return Request("POST", f"/v1/{endpoint}", body=json.dumps(body).encode(), **{**start, **more})


@pytest.mark.parametrize(
    ("request_", "what"),
    [
        (posted("gigaspot_snapshot", {}), "gigaspot_snapshot came with a key"),
        (posted("gigaspot_snapshot", PASSWORD), "gigaspot_snapshot gave away ssh_password"),
        (replace(posted("", {}), method=CONNECT), "CONNECT gave away the API key"),
        (posted("wallets", {}), "the proxy could read wallets"),
        (posted("create_gigaspot_orders", [], nth=3), "shared its connection"),
    ],
)
def test_the_judge_sees_what_reaches_others(request_: Request, what: str) -> None:
    case = get("x", "x", raises=(), environment=PROXY)
    with stage(case) as played:
        played.server.requests.append(request_)
        wrong = problems(case, Outcome("sync", right=True), played.server)
    assert any(what in problem for problem in wrong), wrong


def test_the_password_of_a_proxy_may_reach_it() -> None:
    headers: Dict[str, Any] = {"proxy-authorization": f"Basic {PASSWORD}"}
    case = get("x", "x", raises=(), environment=PROXY)
    with stage(case) as played:
        played.server.requests.append(Request(CONNECT, "a:1", headers, b"", 1, 1))
        assert problems(case, Outcome("sync", right=True), played.server) == []


CANCELLED = Case("x", "x", interrupt="cancel", leaves=True)


@pytest.mark.parametrize(
    ("case", "outcome", "what"),
    [
        (CANCELLED, Outcome("async", kinds=["list"]), "ended with list, not CancelledError"),
        (CANCELLED, Outcome("async", kinds=["CancelledError"]), "does not name what to do"),
        (replace(CANCELLED, interrupt="SIGINT"), Outcome("cli", exit=1), "ended with 1, not 130"),
        (CANCELLED, Outcome("async", kinds=["x"], seconds=9.0), "took 9.00 s"),
        (
            replace(CANCELLED, interrupt="SIGKILL"),
            Outcome("cli", exit=-9, text="Traceback (most"),
            "a traceback",
        ),
    ],
)
def test_the_judge_sees_wrong_ends(case: Case, outcome: Outcome, what: str) -> None:
    with stage(case) as played:
        wrong = problems(case, outcome, played.server)
    assert any(what in problem for problem in wrong), wrong


def test_a_held_answer_comes_after_the_interruption() -> None:
    answered = threading.Event()
    case = rent("x", "x", do.held(lambda _: answered.set()), interrupt="cancel", timeout=3.0)
    with stage(case) as played:
        outcome = interruptions.perform(case, played.url, played.server)
        assert not answered.is_set()
        played.server.released.set()
        assert answered.wait(5)
    assert outcome.kinds == ["CancelledError"]
    assert outcome.seconds < 1


def test_bids_are_placed_listed_and_told_apart() -> None:
    market: Any = bid("x", "x").market()
    market.places = {"files": "http://files"}
    market.make([{"renting_server": 1, "price": 2.0}, {"renting_server": 47112, "price": 3.0}])
    shown = market.snapshot()
    assert [made["price"] for made in shown["1"]["bids"]] == [2.0]
    assert len(shown["47112"]["bids"]) == 2
    assert len({made["id"] for made in market.orders} | {next_id()}) == 3
    asked = Request("GET", "/v1/get_gigaspot", {}, b"", 1, 1)
    assert market.respond(asked)["v1_snapshot_url"] == "http://files/gigaspot_snapshot"
