"""Which limiter a client gets: its argument, else ``CLORE_LIMITER``, else the machine's."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Callable, Dict, Tuple, Union
from urllib.parse import urlsplit

from .errors import CloreAPIError, ConfigError
from .limiter import Limiter, NoLimiter, RateLimiter
from .validate import refuse

OFF, PROCESS, MACHINE = "off", "process", "machine"
VARIABLE = "CLORE_LIMITER"

_REDIS = ("redis", "rediss", "unix")
_NAMES = f'"{PROCESS}", "{MACHINE}" or an address such as redis://HOST:PORT/DB'
_METHODS = ("reserve", "release", "confirm", "left", "hold")

#: The limiters of this process by account and choice: two clients of one key must not add up
#: to 2 requests a second. Never locked (`dict.setdefault` is atomic): a lock that another thread
#: holds at a fork would stay locked in the child.
_shared: Dict[Tuple[str, ...], Limiter] = {}


def choose(
    choice: Union[Limiter, str, None],
    *,
    account: str,
    directory: Callable[[], Path],
    speed: float = 1.0,
) -> Limiter:
    """The limiter for one client; the same object for the same account and choice.

    Args:
        choice: ``"off"``, ``"process"``, ``"machine"``, the address of a Redis server
            (``redis://``, ``rediss://``, ``unix://``), an object with the methods of `Limiter`,
            or None for what ``CLORE_LIMITER`` says, ``"machine"`` by default.
        account: what the API's limit counts by, as a digest: it becomes a file's name.
        directory: the configuration directory; it need not exist, and may be refused.
        speed: seconds that pass in a real one, for a sandbox.

    Raises:
        InvalidInputError: ``choice`` is none of these.
        ConfigError: ``CLORE_LIMITER`` is none of these; ``"off"`` is not for the environment,
            where it would disable the limit of programs that know nothing of it.
    """
    if choice is None:
        named = os.environ.get(VARIABLE) or MACHINE
        if not _is_name(named):
            raise ConfigError(f"{VARIABLE} must be {_NAMES}")
        return _Choice(account, directory, speed).named(named)
    if choice == OFF:
        return NoLimiter()
    if isinstance(choice, str) and _is_name(choice):
        return _Choice(account, directory, speed).named(choice)
    if isinstance(choice, str) or not _is_limiter(choice):
        raise refuse("limiter", f'must be "{OFF}", {_NAMES}, or an object such as RateLimiter')
    return choice


def _is_limiter(choice: Any) -> bool:
    return not isinstance(choice, type) and all(
        callable(getattr(choice, method, None)) for method in _METHODS
    )


def _is_name(name: str) -> bool:
    return name in (PROCESS, MACHINE) or _is_redis(name)


def _is_redis(url: str) -> bool:
    try:
        parts = urlsplit(url)
        place = parts.path if parts.scheme == "unix" else parts.hostname
        return parts.scheme in _REDIS and bool(place) and parts.port != 0
    except ValueError:  # a port that is none; its text would quote what may be a password
        return False


class _Choice:
    """The shared limiters of one account. Each stands in for the next one when that fails."""

    def __init__(self, account: str, directory: Callable[[], Path], speed: float) -> None:
        self._account, self._directory, self._speed = account, directory, speed

    def named(self, name: str) -> Limiter:
        if name == PROCESS:
            return self._process()
        return self._machine() if name == MACHINE else self._redis(name)

    def _process(self) -> Limiter:
        from .machine_limiter import machine_clock

        # On the clock of the machine's limiter, whose slots it takes over when the file fails.
        made = RateLimiter(machine_clock(self._speed))
        return _shared.setdefault((self._account, PROCESS), made)

    def _machine(self) -> Limiter:
        from .machine_limiter import MachineLimiter, machine_clock, machine_file

        try:
            path = machine_file(self._directory(), self._account)
        except (CloreAPIError, OSError):  # no home directory
            return self._process()
        made = MachineLimiter(path, machine_clock(self._speed), fallback=self._process())
        return _shared.setdefault((self._account, MACHINE, str(path)), made)

    def _redis(self, url: str) -> Limiter:
        from .redis_limiter import RedisLimiter

        made = RedisLimiter(url, self._account, fallback=self._machine(), speed=self._speed)
        return _shared.setdefault((self._account, url), made)
