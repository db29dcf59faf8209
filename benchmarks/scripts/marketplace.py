"""One `marketplace()` of the SDK that is installed: ``python marketplace.py all|filtered|nested``.

Runs with either SDK: the names are the same. Prints what the call took, and what tells that both
found the same servers. A client of its own makes the first call, which compiles and caches.
"""

from __future__ import annotations

import inspect
import json
import os
import sys
import time
from typing import Any, Dict, List

from clore_ai import CloreAI

FILTERED: Dict[str, Any] = {"gpu": "4090", "min_gpu_count": 2}  # 225 of the 5,000
# The reference knows no way to turn its limiter off; a client's first call never waits.
_OFF: Dict[str, Any] = (
    {"limiter": "off"} if "limiter" in inspect.signature(CloreAI).parameters else {}
)


def client() -> Any:
    """A client at the address of CLORE_BASE_URL."""
    return CloreAI(api_key="benchmark", base_url=os.environ["CLORE_BASE_URL"], **_OFF)


def call(mode: str, sdk: Any) -> List[Any]:
    """The servers, with what is nested in them where that is asked for."""
    if mode == "filtered":
        found: List[Any] = sdk.marketplace(**FILTERED)
        return found
    found = sdk.marketplace(available_only=False)
    if mode == "nested":
        for server in found:
            _ = server.specs.gpu, server.price.usd.on_demand_usd, server.specs.net.cc
    return found


def main() -> None:
    """Measure one call."""
    mode = sys.argv[1]
    with client() as first:
        call(mode, first)
    with client() as second:
        wall, cpu = time.perf_counter(), time.process_time()
        found = call(mode, second)
        taken = {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu}
    sys.stdout.write(json.dumps({**taken, "count": len(found), "ids": sum(s.id for s in found)}))


if __name__ == "__main__":
    main()
