"""Clients whose reads are answered from a list, and transports that wait for the test."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING, Any, Callable, List, Tuple, Type, TypeVar, Union

from scripted import Clock, Script, answer

if TYPE_CHECKING:
    from clore_client import AsyncCloreAI, CloreAI
    from clore_client.wire import Request, Response

Client = TypeVar("Client", "CloreAI", "AsyncCloreAI")

SERVERS = [
    {"id": 1, "specs": {"gpu": "1x RTX 4090"}, "price": {"usd": {"on_demand_usd": 9}}},
    {"id": 2, "specs": {"gpu": "2x RTX 3090"}, "price": {"usd": {"on_demand_usd": 5}}},
]
MARKET = answer({"code": 0, "servers": SERVERS})
OK = answer({"code": 0})


class Gated:
    """A transport whose requests wait until the test opens the gate; `sent` counts them."""

    def __init__(self, *answers: Union[Response, BaseException]) -> None:
        self.answers = list(answers)
        self.sent: List[str] = []
        self.started, self.gate = threading.Event(), threading.Event()
        self.lock = threading.Lock()

    def send(self, request: Request) -> Response:
        with self.lock:
            self.sent.append(request.path)
            answer_ = self.answers.pop(0)
        self.started.set()
        assert self.gate.wait(5)
        if isinstance(answer_, BaseException):
            raise answer_
        return answer_

    def close(self) -> None:
        pass


def clients(kind: Type[Client], *answers: Union[Response, Exception]) -> Tuple[Client, Script]:
    clock = Clock()
    script = Script(clock, *answers)
    return kind(transport=script, clock=clock), script


def gathered(client: AsyncCloreAI, calls: int, act: Callable[..., Any]) -> List[Any]:
    """Start ``calls`` equal reads, let ``act`` meddle; return every outcome."""

    async def main() -> List[Any]:
        tasks = [
            asyncio.ensure_future(client.marketplace(available_only=False)) for _ in range(calls)
        ]
        await act(tasks)
        return await asyncio.gather(*tasks, return_exceptions=True)

    return asyncio.run(main())
