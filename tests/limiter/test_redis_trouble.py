"""Redis cannot be used: the machine limits itself, and one warning without secrets says so."""

from __future__ import annotations

import contextlib
import logging
import socket
import sys
import threading
import time
from typing import TYPE_CHECKING, Any, Callable, Generator, List

import pytest
from limiter.waiting import soon
from scripted import Clock

from clore_client import redis_limiter
from clore_client.endpoint import ANY
from clore_client.limiter import RateLimiter, Slot
from clore_client.redis_limiter import RedisLimiter, shown

if TYPE_CHECKING:
    from limiter.conftest import Server

ACCOUNT = "0123456789abcdef"


@pytest.fixture
def clock() -> Clock:
    """The clock of a machine that has just been started."""
    return Clock()


def told() -> List[threading.Thread]:
    """The threads that tell Redis something."""
    return [one for one in threading.enumerate() if one.name.startswith("clore-limiter")]


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
