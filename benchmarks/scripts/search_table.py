"""The least that searches: click, urllib3 and json, and a table of 20 rows by hand."""

from __future__ import annotations

import json
import os
from typing import Any, Dict, Tuple

import click
import urllib3


@click.command()
@click.option("--gpu", required=True)
@click.option("--limit", type=int, default=20)
def search(gpu: str, limit: int) -> None:
    """Print the cheapest free servers with such a GPU."""
    answer = urllib3.PoolManager().request("GET", f"{os.environ['CLORE_BASE_URL']}/marketplace")
    servers = json.loads(answer.data)["servers"]

    def price(server: Dict[str, Any]) -> Tuple[float, int]:
        usd = server["price"]["usd"]
        return min((usd[key] for key in usd if key != "spot"), default=1e9), server["id"]

    wanted = [s for s in servers if not s["rented"] and gpu in s["specs"]["gpu"]]
    for server in sorted(wanted, key=price)[:limit]:
        specs = server["specs"]
        click.echo(
            f"{server['id']:8} {specs['gpu']:30} {specs['ram']:8.0f} GB "
            f"{price(server)[0] / 24:10.4f} {specs['net']['cc']}"
        )


if __name__ == "__main__":
    search()
