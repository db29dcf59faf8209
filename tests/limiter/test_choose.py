"""Which limiter a client gets, and who else gets the same one."""

from __future__ import annotations

from itertools import count

import pytest

from clore_client import limiters, machine_limiter
from clore_client.endpoint import ANY
from clore_client.errors import ConfigError, InvalidInputError
from clore_client.limiter import NoLimiter, RateLimiter
from clore_client.limiters import choose
from clore_client.machine_limiter import MachineLimiter, machine_file
from clore_client.redis_limiter import RedisLimiter

_numbers = count()
URLS = [
    "redis://127.0.0.1:6379/0",
    "rediss://:secret@redis.example.com",
    "unix:///run/redis.sock?db=1",
]


@pytest.fixture
def account():
    """Nobody else's: limiters are shared by account, for as long as the process runs."""
    return f"digest-{next(_numbers)}"


@pytest.fixture
def pick(account, tmp_path):
    def pick(choice, **settings):
        settings = {"account": account, "directory": lambda: tmp_path / "clore", **settings}
        return choose(choice, **settings)

    return pick


def test_by_default_it_is_the_machines(pick, account, tmp_path):
    limiter = pick(None)
    assert type(limiter) is MachineLimiter
    limiter.reserve([ANY])
    assert machine_file(tmp_path / "clore", account).is_file()


def test_two_machines_with_one_home_do_not_disturb_each_other(pick, account, monkeypatch, tmp_path):
    """Each finds its own schedule as it left it, whatever the other did in between."""
    boots = ["0123abcd-1111", "4567ef89-2222"]

    def machine(number):
        """The limiter of one more process there."""
        monkeypatch.setattr(machine_limiter, "boot_id", lambda: boots[number])
        monkeypatch.setattr(limiters, "_shared", {})
        return pick("machine")

    waits = [machine(number).reserve([ANY]).wait for number in (0, 1, 0, 1)]
    assert waits[:2] == [0, 0]
    assert waits[2:] == pytest.approx([1.05, 1.05], abs=0.5)
    names = sorted(path.name for path in (tmp_path / "clore" / "limits").iterdir())
    assert names == [f"{account}-0123abcd.json", f"{account}-4567ef89.json"]


@pytest.mark.parametrize(
    ("name", "kind"),
    [("process", RateLimiter), ("machine", MachineLimiter), *((url, RedisLimiter) for url in URLS)],
)
def test_by_name_in_the_argument_or_in_the_environment(pick, monkeypatch, name, kind):
    limiter = pick(name)
    assert type(limiter) is kind
    monkeypatch.setenv("CLORE_LIMITER", name)
    assert pick(None) is limiter
    assert pick(name, account="another") is not limiter


def test_the_argument_comes_before_the_environment(pick, monkeypatch):
    monkeypatch.setenv("CLORE_LIMITER", "machine")
    assert type(pick("process")) is RateLimiter
    monkeypatch.setenv("CLORE_LIMITER", "nonsense")
    assert type(pick("off")) is NoLimiter


def test_an_empty_variable_says_nothing(pick, monkeypatch):
    monkeypatch.setenv("CLORE_LIMITER", "")
    assert type(pick(None)) is MachineLimiter


def test_off_is_an_argument(pick, monkeypatch):
    assert type(pick("off")) is NoLimiter
    monkeypatch.setenv("CLORE_LIMITER", "off")
    with pytest.raises(ConfigError, match='CLORE_LIMITER must be "process", "machine" or an'):
        pick(None)


class Own:
    """Somebody's limiter."""

    local = True

    def reserve(self, buckets): ...

    def release(self, slot): ...

    def confirm(self, slot): ...

    def left(self, slot): ...

    def hold(self, seconds): ...


def test_an_object_with_the_methods_is_taken_as_it_is(pick):
    own = Own()
    assert pick(own) is own


NONE = [
    "", "on", "Machine", "file:///tmp/x", "http://u:s3cret@host", "redis://", "unix://",
    "redis://u:s3cret@host:port", "redis://u:s3cret@host:0", "redis://u:s3cret@[::1",
    5, True, object(), b"off", RateLimiter, ["off"],
]  # fmt: skip


@pytest.mark.parametrize(
    "choice", NONE, ids=lambda choice: choice if type(choice) is str else type(choice).__name__
)
def test_anything_else_is_refused(pick, choice):
    with pytest.raises(InvalidInputError) as caught:
        pick(choice)
    assert caught.value.argument == "limiter"
    for word in ('"off"', '"process"', '"machine"', "redis://"):
        assert word in str(caught.value)
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize("value", [choice for choice in NONE if choice and type(choice) is str])
def test_anything_else_in_the_environment_is_a_wrong_setting(pick, monkeypatch, value):
    monkeypatch.setenv("CLORE_LIMITER", value)
    with pytest.raises(ConfigError) as caught:
        pick(None)
    assert "redis://HOST" in str(caught.value)
    assert "s3cret" not in str(caught.value)


def test_without_a_home_it_is_the_process(pick):
    def homeless():
        raise ConfigError("there is no home directory")

    assert pick(None, directory=homeless) is pick("process")


def test_when_the_file_fails_the_limit_of_the_process_is_shared(pick, tmp_path):
    (tmp_path / "clore").write_text("a file")
    machine, process = pick("machine"), pick("process")
    waits = [machine.reserve([ANY]).wait, process.reserve([ANY]).wait]
    assert waits == pytest.approx([0, 1.05], abs=0.5)
    assert waits[1] > 0.5


def test_when_redis_fails_the_limit_of_the_machine_is_shared(pick, tmp_path):
    away = pick(f"unix://{tmp_path}/nobody.sock")
    waits = [away.reserve([ANY]).wait, pick("machine").reserve([ANY]).wait]
    assert waits[0] == 0
    assert waits[1] > 0.5


def test_a_sandbox_has_its_own_speed(pick):
    limiter = pick("process", speed=1000.0)
    slots = [limiter.reserve([ANY]) for _ in range(2)]
    assert slots[1].wait < 1.05
    assert slots[1].at - slots[0].at == pytest.approx(1.05)
