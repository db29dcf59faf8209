"""One limit for several machines, on a real Redis: each limiter object is one machine."""

from __future__ import annotations

import contextlib
import json
import logging
import socket
import sys
import threading
import time
from itertools import chain
from typing import TYPE_CHECKING, Any, Callable, Dict, Generator, Iterator, List, Tuple

import pytest
from hypothesis import given
from limiter.processes import Process
from limiter.simulation import ACTIONS, BUCKETS, Action, Simulation
from scripted import Clock

from clore_client import redis_limiter, redis_script
from clore_client.endpoint import ANY, CREATE
from clore_client.limiter import INTERVALS, RateLimiter, Slot
from clore_client.redis_limiter import RedisLimiter, arguments, shown
from clore_client.schedule import Schedule

if TYPE_CHECKING:
    from limiter.conftest import Server
    from redis.commands.core import Script

ACCOUNT = "0123456789abcdef"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def account(request: pytest.FixtureRequest) -> str:
    """Not shared with another test of the same server."""
    found: str = request.node.name
    return found


@pytest.fixture
def machine(server: Server, account: str, clock: Clock) -> Callable[..., Any]:
    """Makes the limiter of one more machine."""
    return lambda url=server.url: RedisLimiter(
        url, account, fallback=RateLimiter(clock.monotonic), monotonic=clock.monotonic
    )


def soon(condition: Callable[..., Any]) -> None:
    """Wait for what a thread does."""
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.002)


def told() -> List[threading.Thread]:
    """The threads that tell Redis something."""
    return [one for one in threading.enumerate() if one.name.startswith("clore-limiter")]


def stored(server: Server, account: str) -> Dict[str, int]:
    import redis

    with redis.Redis.from_url(server.url) as connected:
        client: Any = connected
        return {key.decode(): client.pttl(key) for key in client.keys(f"*{account}*")}


def test_it_is_not_local(machine: Callable[..., Any]) -> None:
    assert not machine().local


def test_machines_take_turns(machine: Callable[..., Any]) -> None:
    slots = [machine().reserve([ANY]) for _ in range(4)]
    assert slots[0].wait == 0
    moments = [slot.at - slots[0].at for slot in slots]
    assert moments == pytest.approx([0, 1.05, 2.1, 3.15])


def test_orders_have_their_own_spacing(machine: Callable[..., Any]) -> None:
    limiter = machine()
    first, second, read = (limiter.reserve(b) for b in ([ANY, CREATE], [ANY, CREATE], [ANY]))
    assert second.at - first.at == pytest.approx(5.2)
    assert read.at - first.at == pytest.approx(1.05)


def test_a_late_departure_is_seen_by_the_one_who_waits(machine: Callable[..., Any]) -> None:
    one, other = machine(), machine()
    first, second = one.reserve([ANY]), other.reserve([ANY])
    assert one.confirm(first) == 0
    time.sleep(0.1)
    one.left(first)
    soon(lambda: other._ask("confirm", second)[0] > second.at + 0.099)


def test_code_5_seen_by_one_machine_holds_the_others_back(machine: Callable[..., Any]) -> None:
    one, other = machine(), machine()
    waiting = other.reserve([ANY])
    one.hold(4.0)
    assert other.confirm(waiting) == pytest.approx(4.0, abs=2.0)


def test_a_released_slot_is_free_for_another_machine(machine: Callable[..., Any]) -> None:
    one, other = machine(), machine()
    slot = one.reserve([ANY])
    one.release(slot)
    soon(lambda: _free(other, slot))


def _free(limiter: RedisLimiter, slot: Slot) -> bool:
    probe = limiter.reserve([ANY])
    limiter._ask("release", probe)
    return probe.wait == 0


def test_speed_makes_seconds_shorter(server: Server, account: str) -> None:
    nothing: Any = None  # what falls back fails
    quick = RedisLimiter(server.url, account, fallback=nothing, speed=100.0)
    slots = [quick.reserve([ANY]) for _ in range(2)]
    assert slots[0].at == pytest.approx(time.time() * 100, rel=1e-5)
    time.sleep(0.03)
    assert quick.confirm(slots[0]) == 0
    time.sleep(0.012)
    assert quick.confirm(slots[1]) == 0


def test_keys_hold_the_digest_and_expire(
    server: Server, account: str, machine: Callable[..., Any]
) -> None:
    limiter = machine()
    limiter.hold(30.0)
    limiter.reserve([ANY, CREATE])
    ((key, life),) = stored(server, account).items()
    assert key == f"clore:{{{account}}}:limit"
    assert 60_000 < life <= 91_000


def test_eight_processes_never_leave_too_close(server: Server, account: str) -> None:
    args = (server.url, account, 10, 100)
    with contextlib.ExitStack() as stack:
        started = [stack.enter_context(Process("leave_by_redis", *args)) for _ in range(8)]
        moments = sorted(chain.from_iterable(process.says()["moments"] for process in started))
    assert len(moments) == 80
    assert min(b - a for a, b in zip(moments, moments[1:])) >= 1.05 - 0.001 - 1e-4


# The script and clore_client.schedule are the same arithmetic


@pytest.fixture(scope="module")
def script(server: Server) -> Iterator[Script]:
    """The script with the tests' time in place of Redis's."""
    import redis

    with redis.Redis.from_url(server.url) as client:
        now = "local now = tonumber(ARGV[8])"
        whole = redis_script.SCRIPT.replace(redis_script.NOW, now)
        assert now in whole
        yield client.register_script(whole)
        client.flushall()


class Twins:
    """A limiter that asks both, and finds that they agree."""

    def __init__(self, script: Script, clock: Clock) -> None:
        self._schedule, self._script, self._clock = Schedule(INTERVALS), script, clock
        self._script.registered_client.delete("twins")

    def _both(self, action: str, slot: Slot, seconds: float = 0.0) -> float:
        args = arguments(action, slot, seconds, 1.0, json.dumps(dict(INTERVALS)))
        _, wait = self._script(keys=["twins"], args=[*args, repr(self._clock.now)])
        # As the file does: what cannot be true is forgotten between two steps.
        self._schedule = Schedule.read(self._schedule.document(), INTERVALS, self._clock.now)
        return float(wait)

    def reserve(self, buckets: Tuple[str, ...]) -> Slot:
        slot = Slot(0.0, 0.0, tuple(buckets))
        wait = self._both("book", slot)
        slot.at = self._schedule.book(self._clock.now, slot.name, slot.buckets)
        slot.wait = slot.at - self._clock.now
        assert wait == pytest.approx(slot.wait, abs=1e-9)
        return slot

    def confirm(self, slot: Slot) -> float:
        theirs = self._both("confirm", slot)
        ours = self._schedule.confirm(self._clock.now, slot.name, slot.at, slot.buckets)
        assert theirs == pytest.approx(ours, abs=1e-9)
        return ours

    def left(self, slot: Slot) -> None:
        self._both("left", slot)
        self._schedule.depart(self._clock.now, slot.buckets)

    def release(self, slot: Slot) -> None:
        self._both("release", slot)
        self._schedule.drop(slot.name)

    def hold(self, seconds: float) -> None:
        self._both("hold", Slot(0.0, 0.0, ()), seconds)
        self._schedule.hold(self._clock.now, seconds)


@given(actions=ACTIONS)
def test_the_script_answers_as_the_schedule_does(script: Script, actions: List[Action]) -> None:
    clock = Clock()
    clock.now = 1.7e9
    Simulation([Twins(script, clock)], clock).run(actions)


def test_a_clock_that_was_set_back_is_not_waited_for(script: Script) -> None:
    clock = Clock()
    clock.now = 1.7e9 + 86400
    twins = Twins(script, clock)
    twins.hold(30)
    twins.confirm(twins.reserve(BUCKETS[True]))
    twins.reserve(BUCKETS[True])
    clock.now = 1.7e9
    assert twins.reserve(BUCKETS[True]).wait == 0


# When Redis cannot be used


def warnings(caplog: pytest.LogCaptureFixture) -> List[str]:
    return [r.getMessage() for r in caplog.records if r.levelno == logging.WARNING]


def test_redis_that_is_killed_is_missed_once_and_asked_again(
    own_server: Server, machine: Callable[..., Any], clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    limiter = machine(own_server.url)
    gone, waiting = limiter.reserve([ANY]), limiter.reserve([ANY])
    assert limiter.confirm(gone) == 0
    own_server.stop()
    limiter.left(gone)
    assert limiter.confirm(waiting) == pytest.approx(1.05)  # by the fallback, which saw the first
    clock.sleep(1.05)
    assert limiter.confirm(waiting) == 0
    limiter.hold(2.0)
    assert limiter.reserve([ANY]).wait == pytest.approx(2.0)
    limiter.left(waiting)  # not Redis's any more
    limiter.release(waiting)
    soon(lambda: not told())
    assert len(warnings(caplog)) == 1
    assert "this machine limits itself" in warnings(caplog)[0]

    own_server.start()
    assert limiter.reserve([ANY]).owner is not limiter  # not yet
    clock.sleep(60)
    back = limiter.reserve([ANY])
    assert (back.owner, back.wait) == (limiter, 0)
    own_server.stop()
    clock.sleep(1)
    assert limiter.confirm(back) == 0
    assert len(warnings(caplog)) == 1


def test_a_restarted_server_is_found_at_once(
    own_server: Server, machine: Callable[..., Any], caplog: pytest.LogCaptureFixture
) -> None:
    limiter = machine(own_server.url)
    first = limiter.reserve([ANY])
    own_server.stop()
    own_server.start()
    assert limiter.confirm(first) == 0  # it has forgotten the slot and the script
    assert limiter.reserve([ANY]).owner is limiter
    assert warnings(caplog) == []


def test_leaving_and_giving_back_never_wait(clock: Clock, caplog: pytest.LogCaptureFixture) -> None:
    with silent_server() as url:
        limiter = RedisLimiter(url, ACCOUNT, fallback=RateLimiter(clock.monotonic))
        started = time.monotonic()
        for _ in range(3):
            limiter.left(Slot(0.0, 0.0, (ANY,), limiter))
            limiter.release(Slot(0.0, 0.0, (ANY,), limiter))
        assert time.monotonic() - started < 0.5
        soon(lambda: warnings(caplog))
    soon(lambda: not told())
    assert len(warnings(caplog)) == 1


@contextlib.contextmanager
def silent_server() -> Generator[str, None, None]:
    """Accepts connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"redis://user:s3cret-pass@127.0.0.1:{listener.getsockname()[1]}/0"


@contextlib.contextmanager
def web_server() -> Generator[str, None, None]:
    """Answers as a web server does."""
    from clore_client.sandbox import World, serve

    with serve(World(scenario="empty")) as url:
        yield f"redis://:s3cret-pass@{url.split('/')[2]}/0?client_name=s3cret-option"


@contextlib.contextmanager
def nobody() -> Generator[str, None, None]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    yield f"redis://user:s3cret-pass@127.0.0.1:{port}/0"


@contextlib.contextmanager
def no_port() -> Generator[str, None, None]:
    yield "redis://user:s3cret-pass@127.0.0.1:s3cret-pass/0"


@contextlib.contextmanager
def no_name() -> Generator[str, None, None]:
    yield "redis://user:s3cret-pass@[::1/0"


@pytest.mark.parametrize("wrong", [silent_server, web_server, nobody, no_port, no_name])
def test_what_is_not_redis_is_one_warning_without_secrets(
    wrong: Callable[..., Any], clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    with wrong() as url:
        fallback = RateLimiter(clock.monotonic)
        limiter = RedisLimiter(url, ACCOUNT, fallback=fallback, monotonic=clock.monotonic)
        started = time.monotonic()
        assert [limiter.reserve([ANY]).wait for _ in range(3)] == pytest.approx([0, 1.05, 2.1])
        assert time.monotonic() - started < 5
        limiter.hold(9.0)
        assert "s3cret" not in repr(limiter)
    (text,) = warnings(caplog)
    assert "s3cret" not in text
    assert "s3cret" not in caplog.text


def test_a_name_that_is_looked_up_for_long_is_not_waited_for(
    monkeypatch: pytest.MonkeyPatch, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    """A look-up that a resolver does not answer takes 8 s, and nothing can end it."""
    gate, asked = threading.Event(), []

    def slow(host: str, *_args: object, **_options: Any) -> None:
        asked.append(host)
        gate.wait(20)
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    monkeypatch.setattr(socket, "getaddrinfo", slow)
    monkeypatch.setattr(redis_limiter, "_TIMEOUT", 0.1)
    limiter = RedisLimiter("redis://redis.test/0", ACCOUNT, fallback=RateLimiter(clock.monotonic))
    started = time.monotonic()
    assert [limiter.reserve([ANY]).wait for _ in range(2)] == pytest.approx([0, 1.05])
    assert time.monotonic() - started < 5
    assert asked == ["redis.test"]
    gate.set()
    soon(lambda: not told())
    (text,) = warnings(caplog)
    assert "no answer within 0.1 s" in text


def test_a_wrong_password_is_not_told(
    own_server: Server, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    own_server.stop()
    own_server.start("--requirepass", "right")
    url = own_server.url.replace("unix://", "unix://:s3cret-pass@")
    limiter = RedisLimiter(url, ACCOUNT, fallback=RateLimiter(clock.monotonic))
    assert limiter.reserve([ANY]).wait == 0
    (text,) = warnings(caplog)
    assert "AuthenticationError" in text
    assert "s3cret" not in text


@pytest.mark.parametrize(
    "options", [["--maxmemory", "1"], ["--replicaof", "127.0.0.1 1"]], ids=["full", "read-only"]
)
def test_a_server_that_cannot_write_is_not_used(
    own_server: Server, clock: Clock, caplog: pytest.LogCaptureFixture, options: List[str]
) -> None:
    own_server.stop()
    own_server.start(*options)
    limiter = RedisLimiter(own_server.url, ACCOUNT, fallback=RateLimiter(clock.monotonic))
    assert [limiter.reserve([ANY]).wait for _ in range(2)] == pytest.approx([0, 1.05])
    assert len(warnings(caplog)) == 1


def test_another_programs_value_is_left_alone(
    own_server: Server, machine: Callable[..., Any], account: str, caplog: pytest.LogCaptureFixture
) -> None:
    import redis

    with redis.Redis.from_url(own_server.url) as client:
        client.lpush(f"clore:{{{account}}}:limit", "mine")
        assert machine(own_server.url).reserve([ANY]).wait == 0
        assert client.lrange(f"clore:{{{account}}}:limit", 0, -1) == [b"mine"]
    assert len(warnings(caplog)) == 1


def test_without_the_package_the_warning_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setitem(sys.modules, "redis", None)
    limiter = RedisLimiter("redis://x", ACCOUNT, fallback=RateLimiter(clock.monotonic))
    assert limiter.reserve([ANY]).wait == 0
    assert "pip install 'clore-ai[redis]'" in warnings(caplog)[0]


def test_when_no_thread_can_be_started_a_departure_is_not_told(
    monkeypatch: pytest.MonkeyPatch, machine: Callable[..., Any], caplog: pytest.LogCaptureFixture
) -> None:
    def start(thread: threading.Thread) -> None:
        raise RuntimeError("can't create new thread at interpreter shutdown")

    limiter = machine()
    slot = limiter.reserve([ANY])
    monkeypatch.setattr(threading.Thread, "start", start)
    limiter.left(slot)
    assert warnings(caplog) == []
    assert limiter.confirm(slot) == pytest.approx(1.05)  # by the fallback, which was told
    assert "can't create new thread" in warnings(caplog)[0]


@pytest.mark.parametrize(
    ("url", "text"),
    [
        ("redis://u:p@h:1/2?x=y", "redis://h:1/2"),
        ("rediss://h", "rediss://h"),
        ("unix://:p@/run/r.sock?db=1", "unix:///run/r.sock"),
        ("redis://u:p@[::1", "redis://?"),
        ("redis://u:12/p@h", "redis://?"),
        ("redis://u:12?p@h", "redis://?"),
        ("redis://u:12#p@h", "redis://?"),
        ("redis://u:p@h/\x1b[2J", "redis://h/\ufffd[2J"),
    ],
)
def test_an_address_is_shown_without_secrets(url: str, text: str) -> None:
    assert shown(url) == text
