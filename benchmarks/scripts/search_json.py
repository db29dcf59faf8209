"""What prints the JSON of ``clore search --include-rented --json``: click, urllib3 and json.

As somebody would write it who knows the API: the same columns, the same order, the same amounts,
which read as people expect (1.2 / 24 is 0.05). It trusts the API: no limits, no retries, no odd
types. With ``--compact`` it writes one line, which the C encoder of Python does.
"""

from __future__ import annotations

import json
import os
import re
from decimal import Decimal
from typing import Any, Dict, Iterable, List, Optional

import click
import urllib3

USD = "USD-Blockchain"
QUOTES = {USD: "on_demand_usd", "bitcoin": "on_demand_btc", "CLORE-Blockchain": "on_demand_clore"}
COUNT = re.compile(r"[0-9]+x\s+")
SIZE = re.compile(r"([0-9.]+) ?GB")


def over(amount: float, divisor: float) -> float:
    """The quotient of two numbers as they read."""
    return float(Decimal(repr(amount)) / Decimal(repr(divisor)))


def hourly(per_day: Optional[float]) -> Optional[float]:
    """A price per day as one per hour."""
    return None if per_day is None else over(per_day, 24)


def least(prices: Iterable[Optional[float]]) -> Optional[float]:
    """The lowest price; 0 stands for none."""
    return min((float(price) for price in prices if price), default=None)


def spot_in(price: Dict[str, Any], coin: str) -> Optional[float]:
    """The lowest bid in one coin, in USD per day."""
    typed: Optional[float] = price.get("original_usd", {}).get(coin, {}).get("spot")
    if typed:
        return typed
    bid, coins = price["spot"].get(coin), price["on_demand"].get(coin)
    usd = price["usd"].get(QUOTES[coin])
    if coin == USD or not (bid and coins and usd):
        return bid or None
    rate = over(usd, coins)
    return float(Decimal(repr(bid)) * Decimal(repr(rate)))


def gpu(names: List[str], text: str) -> str:
    """The model, without maker, brand and count."""
    name = names[0] if len(set(names)) == 1 else COUNT.sub("", text, count=1)
    return name.replace("NVIDIA ", "").replace("GeForce ", "").strip()


def columns(server: Dict[str, Any]) -> Dict[str, Any]:
    """One row of the output."""
    specs, price, coins = server["specs"], server["price"], server["allowed_coins"]
    names = [
        name
        for item in server["gpu_array"]
        for name in (item if isinstance(item, list) else [item])
    ]
    usd = least(price["usd"].get(QUOTES[coin]) for coin in coins)
    spot = least(spot_in(price, coin) for coin in coins)
    size = SIZE.findall(specs["disk"])
    return {
        "id": server["id"],
        "gpu_count": len(names),
        "gpu": gpu(names, specs["gpu"]),
        "vram_gb": float(specs["gpuram"]),
        "ram_gb": float(specs["ram"]),
        "price_usd_per_hour": hourly(usd),
        "price_usd_per_day": usd,
        "spot_price_usd_per_hour": hourly(spot),
        "spot_price_usd_per_day": spot,
        "reliability": float(server["reliability"]),
        "net_down_mbps": float(specs["net"]["down"]),
        "net_up_mbps": float(specs["net"]["up"]),
        "country": specs["net"]["cc"],
        "max_rental_hours": server["mrl"],
        "rented": server["rented"],
        "cpu": specs["cpu"],
        "cpu_cores_threads": specs["cpus"],
        "disk_gb": float(size[-1]) if size else None,
        "cuda_version": server.get("cuda_version"),
        "rating": float(server["rating"]["avg"]) if server["rating"]["cnt"] else None,
        "coins": coins,
    }


def price_first(row: Dict[str, Any]) -> Any:
    """Cheapest first, those without a price last."""
    price = row["price_usd_per_hour"]
    return price is None, price or 0, row["id"]


@click.command()
@click.option("--compact", is_flag=True)
def search(*, compact: bool) -> None:
    """Ask, choose the columns, sort, print."""
    url = f"{os.environ['CLORE_BASE_URL']}/marketplace"
    answer = urllib3.PoolManager().request("GET", url)
    rows = sorted(map(columns, json.loads(answer.data)["servers"]), key=price_first)
    click.echo(json.dumps(rows, indent=None if compact else 2))


if __name__ == "__main__":
    search()
