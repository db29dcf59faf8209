"""Equal calls at once by the asynchronous client: ``python concurrent_calls.py CALLS ROUNDS``.

Measures one call and so many of them under `asyncio.gather`, in turn, and counts the requests
that reached the server for those.
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import sys
import time
import urllib.request
from typing import Any, Dict, List

from clore_ai import AsyncCloreAI


def requests(base: str) -> int:
    """How often the server was asked for the market."""
    server = base.rsplit("/", 2)[0]
    with urllib.request.urlopen(f"{server}/seen") as answer:  # noqa: S310  loopback
        seen = json.load(answer)
    path = f"{base[len(server) :]}/marketplace"
    return int(seen.get(path, {"count": 0})["count"])


async def together(sdk: Any, count: int) -> Dict[str, float]:
    """What so many equal calls at once take."""
    gc.collect()
    wall, cpu = time.perf_counter(), time.process_time()
    found = await asyncio.gather(*(sdk.marketplace() for _ in range(count)))
    taken = {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu}
    if not all(len(servers) == len(found[0]) > 0 for servers in found):
        sys.exit("the answers differ")
    return taken


async def main() -> None:
    """Measure both in turn."""
    many, rounds = map(int, sys.argv[1:])
    base = os.environ["CLORE_BASE_URL"]
    samples: Dict[str, Dict[str, List[float]]] = {"ours": {"count": []}, "one call": {}}
    async with AsyncCloreAI(api_key="benchmark", base_url=base, limiter="off") as sdk:
        for turn in range(rounds + 1):
            for name, count in (("ours", many), ("one call", 1)):
                before = requests(base)
                taken = await together(sdk, count)
                if turn and name == "ours":
                    samples[name]["count"].append(requests(base) - before)
                for quantity, value in taken.items() if turn else ():
                    samples[name].setdefault(quantity, []).append(value)
    sys.stdout.write(json.dumps(samples))


if __name__ == "__main__":
    asyncio.run(main())
