"""One call of the SDK that is installed here, and what became of it, as JSON: ``behave.py ACTION``.

The same program for both sides: they share the documented interface.
"""

from __future__ import annotations

import json
import os
import sys
import time
from typing import Any, Callable, Dict

from clore_ai import CloreAI

ORDER = {
    "image": "cloreai/jupyter:ubuntu24.04-v2",
    "type": "on-demand",
    "currency": "USD-Blockchain",
    "ssh_password": "Secret123",
}

ACTIONS: Dict[str, Callable[[Any], Any]] = {
    "rent": lambda client: client.create_order(server_id=int(os.environ["SERVER"]), **ORDER),
    "orders": lambda client: client.my_orders(),
    "wallets": lambda client: client.wallets(),
    "marketplace": lambda client: client.marketplace(),
}


def main() -> None:
    """Do it and print the class of what was returned or raised, its text, and the seconds."""
    started = time.monotonic()
    told: Dict[str, Any] = {"raised": None, "text": ""}
    try:
        client = CloreAI(
            api_key=os.environ["KEY"],
            base_url=os.environ["CLORE_BASE_URL"],
            timeout=float(os.environ.get("TIMEOUT", "30")),
            max_retries=int(os.environ.get("RETRIES", "3")),
        )
        result = ACTIONS[sys.argv[1]](client)
    except Exception as error:  # noqa: BLE001  whatever it is, is what is asked for
        told.update(raised=type(error).__name__, text=str(error))
    else:
        told.update(returned=type(result).__name__, id=getattr(result, "id", None))
        told["count"] = len(result) if isinstance(result, list) else None
    print(json.dumps({**told, "seconds": time.monotonic() - started}))


if __name__ == "__main__":
    main()
