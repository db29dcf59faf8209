"""Clients whose reads are answered from a list, and transports that wait for the test."""

from __future__ import annotations

import asyncio
import threading

from scripted import Clock, Script, answer

SERVERS = [
    {"id": 1, "specs": {"gpu": "1x RTX 4090"}, "price": {"usd": {"on_demand_usd": 9}}},
    {"id": 2, "specs": {"gpu": "2x RTX 3090"}, "price": {"usd": {"on_demand_usd": 5}}},
]
MARKET = answer({"code": 0, "servers": SERVERS})
OK = answer({"code": 0})


class Gated:
    """A transport whose requests wait until the test opens the gate; `sent` counts them."""

    def __init__(self, *answers):
        self.answers, self.sent = list(answers), []
        self.started, self.gate = threading.Event(), threading.Event()
        self.lock = threading.Lock()

    def send(self, request):
        with self.lock:
            self.sent.append(request.path)
            answer_ = self.answers.pop(0)
        self.started.set()
        assert self.gate.wait(5)
        if isinstance(answer_, BaseException):
            raise answer_
        return answer_

    def close(self):
        pass


def clients(kind, *answers):
    clock = Clock()
    script = Script(clock, *answers)
    return kind(transport=script, clock=clock), script


def gathered(client, calls, act):
    """Start ``calls`` equal reads, let ``act`` meddle; return every outcome."""

    async def main():
        tasks = [
            asyncio.ensure_future(client.marketplace(available_only=False)) for _ in range(calls)
        ]
        await act(tasks)
        return await asyncio.gather(*tasks, return_exceptions=True)

    return asyncio.run(main())
