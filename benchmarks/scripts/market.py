"""Prints the API's answer about a market: ``python market.py SEED SERVERS``."""

from __future__ import annotations

import json
import sys

from clore_client.sandbox.market import servers

seed, count = map(int, sys.argv[1:])
answer = {"servers": servers(seed, count), "my_servers": [], "code": 0}
json.dump(answer, sys.stdout, separators=(",", ":"))  # as compact as the API's own
