"""Many small calls by ours and by bare urllib3: ``python calls.py CALLS ROUNDS``.

Either keeps one connection alive, asks the same address with the same headers, and reads the
JSON of each answer.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any, Callable, Dict

import urllib3
from pairs import in_turn

from clore_ai import CloreAI


def main() -> None:
    """Measure both in turn."""
    count, rounds = map(int, sys.argv[1:])
    base = os.environ["CLORE_BASE_URL"]
    sdk, pool = CloreAI(api_key="benchmark", base_url=base, limiter="off"), urllib3.PoolManager()
    sdk.wallets()
    server = base[: -len("/wallets/v1")]
    headers = pool.request("GET", f"{server}/seen").json()["/wallets/v1/wallets"]["headers"]
    headers = {name: value for name, value in headers.items() if name.lower() != "host"}

    def ours() -> None:
        for _ in range(count):
            sdk.wallets()

    def theirs() -> None:
        for _ in range(count):
            answer = pool.request("GET", f"{base}/wallets", headers=headers, retries=False)
            json.loads(answer.data)

    both: Dict[str, Callable[[], Any]] = {"ours": ours, "urllib3": theirs}
    sys.stdout.write(json.dumps(in_turn(both, rounds)))


if __name__ == "__main__":
    main()
