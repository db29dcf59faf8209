"""What the tests of limiters share: processes with one file, machines with one real Redis."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any, Callable, Iterator

import pytest
from scripted import Clock

from clore_client.limiter import RateLimiter
from clore_client.machine_limiter import MachineLimiter
from clore_client.redis_limiter import RedisLimiter

BINARY = shutil.which("redis-server")


class Server:
    """Redis on a Unix socket, until `stop`; `start` brings it back, empty, in the same place."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self.url = f"unix://{directory}/redis.sock"

    def start(self, *options: str) -> Server:
        assert BINARY is not None
        settings = ["--port", "0", "--unixsocket", "redis.sock", "--save", "", "--dir", "."]
        self._process = subprocess.Popen(
            [BINARY, *settings, *options], cwd=self._directory, stdout=subprocess.DEVNULL
        )
        socket = self._directory / "redis.sock"
        deadline = time.monotonic() + 20
        while not socket.exists():
            assert self._process.poll() is None, "redis-server has ended"
            assert time.monotonic() < deadline, "redis-server does not come up"
            time.sleep(0.01)
        return self

    def stop(self) -> None:
        self._process.kill()
        self._process.wait()
        (self._directory / "redis.sock").unlink(missing_ok=True)


@pytest.fixture
def clock() -> Clock:
    """The clock of a machine that has been up for a while."""
    clock = Clock()
    clock.now = 5000.0
    return clock


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "clore" / "limits" / "account.json"


@pytest.fixture
def process(path: Path, clock: Clock) -> Callable[..., Any]:
    """Makes the limiter of one more process."""
    return lambda: MachineLimiter(path, clock.monotonic)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """One server for the tests that leave it running."""
    yield from _served()


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


@pytest.fixture
def own_server() -> Iterator[Server]:
    """A server for one test, which may stop it."""
    yield from _served()


def _served() -> Iterator[Server]:
    if BINARY is None:
        pytest.skip("redis-server is not installed (Debian: apt-get install redis-server)")
    pytest.importorskip("redis", reason="the package redis is not installed")
    # Not in tmp_path: the name of a Unix socket has 107 bytes at most.
    directory = Path(tempfile.mkdtemp(prefix="clore-redis-"))
    server = Server(directory).start()
    yield server
    server.stop()
    shutil.rmtree(directory)
