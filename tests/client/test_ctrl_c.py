"""Ctrl-C at each moment of a call: what was sent leaves a record, what was not leaves none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable, Dict, List

import pytest
from client.shop import ORDER, held, journalled
from reconcile.attempts import outcomes
from scripted import Clock, Script, answer

from clore_client import plan
from clore_client.journal import FileJournal

if TYPE_CHECKING:
    from pathlib import Path

    from clore_client.wire import Request, Response

EMPTY = answer({"code": 0, "orders": []})


class Interrupting(Script):
    """Raises what a signal's handler raises, in the middle of a paid call."""

    def send(self, request: Request) -> Response:
        response = super().send(request)
        if request.path == "/create_order":
            raise KeyboardInterrupt
        return response


def test_ctrl_c_in_the_middle_of_sending_leaves_an_entry_that_can_be_seen(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    clock = Clock()
    client = journalled(tmp_path, Interrupting(clock, EMPTY, answer({"code": 0})), clock)
    with pytest.raises(KeyboardInterrupt):
        client.create_order(**ORDER)
    (entry,) = client._run.journal.pending()
    assert (entry.server_id, entry.state) == (123, "sent")
    assert held(client) == {}
    assert "create_order: interrupted; it may have been carried out" in caplog.text


@pytest.mark.parametrize("where", ["_hold", "_write_all", "flush_directory"])
def test_ctrl_c_while_the_record_is_written_leaves_none_for_nothing_was_sent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    def interrupt(*_args: object, **_options: Any) -> None:
        raise KeyboardInterrupt

    clock = Clock()
    client = journalled(tmp_path, script := Script(clock, EMPTY), clock)
    monkeypatch.setattr(f"clore_client.journal.{where}", interrupt)
    with pytest.raises(KeyboardInterrupt):
        client.create_order(**ORDER)
    monkeypatch.undo()
    assert client._run.journal.pending() == []
    assert list((tmp_path / "j").iterdir()) == []
    assert [request.path for _, request in script.sent] == ["/my_orders"]


@pytest.mark.parametrize("spoiled", ["reserve", "confirm"])
def test_ctrl_c_while_waiting_for_the_limiter_leaves_none_either(
    tmp_path: Path, spoiled: str
) -> None:
    clock = Clock()
    client = journalled(tmp_path, Script(clock, EMPTY), clock)
    limiter = client._run.limiter
    calls: List[int] = []

    def interrupt(*_args: object) -> Any:
        calls.append(1)
        if len(calls) > 1:  # the first is for my_orders
            raise KeyboardInterrupt
        return original(*_args)

    original = getattr(limiter, spoiled)
    setattr(limiter, spoiled, interrupt)
    with pytest.raises(KeyboardInterrupt):
        client.create_order(**ORDER)
    assert list(tmp_path.glob("j/*")) == []


@pytest.mark.parametrize("spoiled", ["reserve", "confirm"])
def test_ctrl_c_while_a_read_waits_for_the_limiter_is_passed_on(
    tmp_path: Path, spoiled: str
) -> None:
    def interrupt(*_args: object) -> None:
        raise KeyboardInterrupt

    clock = Clock()
    client = journalled(tmp_path, script := Script(clock), clock)
    setattr(client._run.limiter, spoiled, interrupt)
    with pytest.raises(KeyboardInterrupt):
        client.my_orders()
    assert script.sent == []
    assert client._run.reads._open == {}


def test_ctrl_c_while_the_outcome_is_noted_leaves_the_entry_and_lets_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock()
    client = journalled(tmp_path, Script(clock, EMPTY, answer({"code": 0})), clock)

    def interrupt(*_args: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(FileJournal, "_rewrite", interrupt)
    with pytest.raises(KeyboardInterrupt):
        client.create_order(**ORDER)
    assert [entry.server_id for entry in client._run.journal.pending()] == [123]


@pytest.mark.parametrize(("number", "state"), [(2, "sent"), (3, "accepted")])
def test_ctrl_c_while_the_answer_is_read_leaves_the_entry_and_lets_go(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    number: int,
    state: str,
) -> None:
    """It is read for the record first, then for the caller; before it, my_orders was."""
    clock = Clock()
    listed = answer({"code": 0, "orders": [{"id": 40, "si": 123, "ct": int(clock.time())}]})
    client = journalled(tmp_path, Script(clock, EMPTY, answer({"code": 0}), listed), clock)
    read: Callable[..., Any] = vars(plan)["read"]
    calls: List[Any] = []

    def interrupt(*args: object) -> Any:
        calls.append(args)
        if len(calls) == number:
            raise KeyboardInterrupt
        return read(*args)

    monkeypatch.setattr(plan, "read", interrupt)
    with pytest.raises(KeyboardInterrupt):
        client.create_order(**ORDER)
    assert "create_order: interrupted; it may have been carried out" in caplog.text
    assert [(one.state, one.held) for one in client._run.journal.pending()] == [(state, False)]
    assert outcomes(client.reconcile()) == [("found", 40)]


def test_ctrl_c_after_the_order_was_found_is_settled_by_reconcile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The order was claimed by the call that was to return it; the record is what is left."""
    clock = Clock()
    row: Dict[str, Any] = {"id": 40, "si": 123, "ct": int(clock.time())}
    listed = answer({"code": 0, "orders": [row]})
    client = journalled(tmp_path, Script(clock, EMPTY, answer({"code": 0}), listed, listed), clock)

    def interrupt(*_args: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(FileJournal, "close", interrupt)
    with pytest.raises(KeyboardInterrupt):
        client.create_order(**ORDER)
    monkeypatch.undo()
    clock.now += 10**6
    assert outcomes(client.reconcile()) == [("found", 40)]
