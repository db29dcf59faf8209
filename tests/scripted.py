"""A virtual clock and a transport that answers from a list: for plans without any network."""

from __future__ import annotations

import asyncio
import json
from typing import Any, List, Tuple, Union

from clore_client.clock import ServerClock
from clore_client.errors import NetworkError
from clore_client.limiter import RateLimiter
from clore_client.plan import Run
from clore_client.rental import Claims
from clore_client.retry import RetryPolicy
from clore_client.wire import Request, Response

START = 1_790_000_000.0


class Clock:
    """Time that passes only by sleeping; `naps` are the sleeps."""

    def __init__(self) -> None:
        self.now = 0.0
        self.naps: List[float] = []

    def monotonic(self) -> float:
        return self.now

    def time(self) -> float:
        return START + self.now

    def sleep(self, seconds: float) -> None:
        if seconds:  # 0 lets other tasks have their turn
            self.naps.append(round(seconds, 6))
            self.now += seconds

    async def asleep(self, seconds: float) -> None:
        self.sleep(seconds)
        await asyncio.sleep(0)


class Script:
    """A transport: gives the next answer, or raises it; `sent` holds (time, request)."""

    def __init__(self, clock: Clock, *answers: Union[Response, Exception]) -> None:
        self.clock, self.answers = clock, list(answers)
        self.sent: List[Tuple[float, Request]] = []

    def send(self, request: Request) -> Response:
        self.sent.append((self.clock.now, request))
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def close(self) -> None:
        pass


def answer(body: Any, status: int = 200, **headers: str) -> Response:
    """A response; ``body`` is JSON unless it is bytes."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Response(status, raw, headers)


LIMITED = answer({"code": 5}, 429)
LOST = NetworkError("reset", sent=True)
UNSENT = NetworkError("refused", sent=False)


def run(clock: Clock, *, max_retries: int = 3, has_key: bool = True) -> Run:
    """What a plan runs in, all of it on ``clock``."""
    return Run(
        limiter=RateLimiter(clock.monotonic),
        retry=RetryPolicy(max_retries),
        monotonic=clock.monotonic,
        server_clock=ServerClock(clock.time),
        claims=Claims(),
        has_key=has_key,
    )
