"""The threads behind awaited calls: how many, for what, and what becomes of dropped work."""

from __future__ import annotations

import asyncio
import threading
from typing import Any, Callable, List, Tuple, Union

import pytest
from client.wires import Busy, cancelled, happens

from clore_client import AsyncCloreAI
from clore_client.errors import NetworkError
from clore_client.workers import CHORES, REQUESTS, Job, LoopSide, Workers


def waiting(client: AsyncCloreAI) -> Any:
    """What waits for a thread."""
    off_loop: Any = client._off_loop
    return off_loop._requests._waiting


def refuse_threads(monkeypatch: pytest.MonkeyPatch, after: int = 0) -> None:
    start = threading.Thread.start
    started: List[Any] = []

    def refusing(thread: threading.Thread) -> None:
        if len(started) >= after:
            raise RuntimeError("can't start new thread")
        started.append(thread)
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", refusing)


def test_a_system_without_a_free_thread_sends_nothing_and_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    transport = Busy()
    client = AsyncCloreAI(transport=transport, limiter="off", max_retries=0)
    refuse_threads(monkeypatch)
    with pytest.raises(NetworkError, match="no thread can be started") as caught:
        asyncio.run(client.set_spot_price(1, 2))
    assert caught.value.sent is False
    monkeypatch.undo()
    transport.gate.set()
    asyncio.run(client.my_orders())
    assert transport.sent == ["/my_orders"]  # what was given up is not sent later


def test_without_another_thread_the_first_one_does_it_all(monkeypatch: pytest.MonkeyPatch) -> None:
    transport = Busy()
    client = AsyncCloreAI(transport=transport, limiter="off")
    refuse_threads(monkeypatch, after=1)

    async def main() -> None:
        calls = [asyncio.ensure_future(client.request("GET", f"/x{n}")) for n in range(3)]
        await happens(lambda: len(waiting(client)) == 2)
        transport.gate.set()
        await asyncio.gather(*calls)

    asyncio.run(main())
    assert len(transport.sent) == 3


def test_what_the_limiter_let_go_leaves_however_many_hang() -> None:
    """It would leave together with others, once a thread were free."""
    transport = Busy()
    client = AsyncCloreAI(transport=transport, limiter="off")

    async def main() -> None:
        calls = [asyncio.ensure_future(client.request("GET", f"/x{n}")) for n in range(100)]
        await happens(lambda: len(transport.sent) == 100)
        transport.gate.set()
        await asyncio.gather(*calls)

    asyncio.run(main())
    assert len(set(transport.sent)) == 100


def test_the_limiters_threads_are_not_those_of_the_requests() -> None:
    """Many that wait for the network must not keep the limiter from being asked."""
    side = LoopSide()
    gate = threading.Event()

    async def main() -> str:
        sends = [asyncio.ensure_future(side.send(lambda: gate.wait(5), lambda: None))] * REQUESTS
        await asyncio.sleep(0)
        done = await asyncio.wait_for(side.do(lambda: "done", None), 2)
        gate.set()
        await asyncio.gather(*sends)
        return done

    assert asyncio.run(main()) == "done"
    assert CHORES < REQUESTS


def test_no_more_threads_than_allowed_and_none_is_left() -> None:
    workers, lock, gate = Workers(3), threading.Lock(), threading.Event()
    active, most = [], []

    def work() -> None:
        with lock:
            active.append(1)
            most.append(len(active))
        gate.wait(5)
        with lock:
            active.pop()

    async def main() -> None:
        jobs = [asyncio.ensure_future(workers.run(Job(work))) for _ in range(9)]
        await happens(lambda: len(active) == 3)
        gate.set()
        await asyncio.gather(*jobs)
        await happens(lambda: workers._busy == 0)

    asyncio.run(main())
    assert max(most) == 3
    assert len(most) == 9


def test_a_result_in_the_moment_of_the_cancellation_is_taken_back() -> None:
    """The future is done, but its task has not run since: the cancellation wins."""
    undone: List[Any] = []

    async def main() -> None:
        job = Job(lambda: "slot", undo=undone.append)
        task = asyncio.ensure_future(Workers(0).run(job))
        await asyncio.sleep(0)
        job.perform()
        await asyncio.sleep(0)
        assert (job.outcome.done(), task.done()) == (True, False)
        await cancelled(task)

    asyncio.run(main())
    assert undone == ["slot"]


def outcome_of_abandoning(work: Callable[..., Any], before: str) -> List[Any]:
    """What `undo` and `unstarted` are told when a job is abandoned at a certain moment."""
    told: List[Any] = []

    async def main() -> None:
        job = Job(work, undo=lambda r: told.append(("undo", r)), unstarted=lambda: told.append("u"))
        if before == "unstarted":
            job.abandon()
            job.perform()
        elif before == "arrived":
            job.perform()
            await asyncio.sleep(0)
            job.abandon()
        else:
            job.perform()
            job.outcome.cancel()
            job.abandon()
            await asyncio.sleep(0)

    asyncio.run(main())
    return told


def boom() -> None:
    raise NetworkError("reset.", sent=True)


@pytest.mark.parametrize(
    ("work", "before", "told"),
    [
        (lambda: 1, "unstarted", ["u"]),
        (lambda: 1, "arrived", [("undo", 1)]),
        (lambda: 1, "on its way", [("undo", 1)]),
        (boom, "unstarted", ["u"]),
        (boom, "arrived", []),
        (boom, "on its way", []),
    ],
)
def test_what_an_abandoned_job_takes_back(
    work: Callable[..., Any], before: str, told: List[Union[str, Tuple[str, int]]]
) -> None:
    assert outcome_of_abandoning(work, before) == told


def test_a_job_without_undo_and_without_word_of_its_start_is_simply_dropped() -> None:
    async def main() -> Tuple[int, bool]:
        done, undone = Job(lambda: 1), Job(lambda: 1)
        done.perform()
        await asyncio.sleep(0)
        done.abandon()
        undone.abandon()
        undone.refuse(RuntimeError("nobody waits"))
        return done.outcome.result(), undone.outcome.done()

    assert asyncio.run(main()) == (1, False)


def test_a_job_that_is_refused_tells_both_sides() -> None:
    told = []

    async def main() -> NetworkError:
        job = Job(lambda: 1, unstarted=lambda: told.append("u"))
        job.refuse(RuntimeError("no thread"))
        with pytest.raises(NetworkError) as caught:
            await job.outcome
        job.perform()
        silent = Job(lambda: 1)
        silent.refuse(RuntimeError("no thread"))
        with pytest.raises(NetworkError):
            await silent.outcome
        return caught.value

    assert asyncio.run(main()).sent is False
    assert told == ["u"]


def test_what_was_cancelled_is_taken_back_although_the_loop_never_runs_again() -> None:
    """A program may leave its loop open behind it."""
    taken_back: List[Any] = []
    loop = asyncio.new_event_loop()

    async def cancelled_job() -> Job[Any]:
        job = Job(lambda: "result", undo=taken_back.append)
        job.outcome.cancel()
        job._started = True  # its work goes on meanwhile
        job.abandon()
        return job

    job = loop.run_until_complete(cancelled_job())
    job._deliver(job._work())
    assert taken_back == ["result"]
    loop.close()
    assert taken_back == ["result"]
