"""A table of many rows by ours and by tabulate: ``python table.py MARKET.json ROUNDS``.

Ours formats the values, cleans the texts and aligns the points of numbers; tabulate is given the
strings that come out of that. What either prints is compared.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, Callable, Dict, List

from pairs import in_turn
from tabulate import tabulate

from clore_cli import cells
from clore_cli.columns import Column
from clore_cli.output import FORMATS, Style
from clore_client.text import clean

_RIGHT: Dict[str, Any] = {"align": "right"}
COLUMNS = [
    Column("id", **_RIGHT),
    Column("gpu_count", **_RIGHT),
    Column("gpu", format=cells.gpu),
    Column("vram_gb", format=cells.gigabytes, **_RIGHT),
    Column("ram_gb", format=cells.gigabytes, **_RIGHT),
    Column("usd_per_hour", format=cells.usd_per_hour, **_RIGHT),
    Column("usd_per_day", format=cells.usd, **_RIGHT),
    Column("reliability", format=cells.percent, **_RIGHT),
    Column("net_down_mbps", format=cells.mbps, **_RIGHT),
    Column("country"),
    Column("max_rental_hours", format=cells.hours, **_RIGHT),
    Column("cpu"),
]


def values(server: Dict[str, Any]) -> Dict[str, Any]:
    """The plain values of one server, under the columns' keys."""
    specs, quotes = server["specs"], server["price"]["usd"]
    usd = next((quotes[key] for key in quotes if key != "spot"), None)
    return {
        "id": server["id"],
        "gpu_count": len(server["gpu_array"]),
        "gpu": specs["gpu"],
        "vram_gb": specs["gpuram"],
        "ram_gb": specs["ram"],
        "usd_per_hour": usd / 24 if usd else None,
        "usd_per_day": usd,
        "reliability": server["reliability"],
        "net_down_mbps": specs["net"]["down"],
        "country": specs["net"]["cc"],
        "max_rental_hours": server["mrl"],
        "cpu": specs["cpu"],
    }


def texts(row: Dict[str, Any]) -> List[str]:
    """The cells of a row as they are printed."""
    pairs = ((column, row[column.key]) for column in COLUMNS)
    return [
        "-" if value is None else clean(column.format(value)).strip() for column, value in pairs
    ]


def main() -> None:
    """Measure both in turn."""
    sent = json.loads(Path(sys.argv[1]).read_bytes())["servers"]
    rows = [values(server) for server in sent]
    strings = [texts(row) for row in rows]
    heads = [column.heading for column in COLUMNS]
    sides = [column.align for column in COLUMNS]

    def ours() -> str:
        return FORMATS["table"](rows, COLUMNS, Style())

    def theirs() -> str:
        text: str = tabulate(
            [heads, *strings], tablefmt="plain", disable_numparse=True, colalign=sides
        )
        return text

    if ours().split() != theirs().split():
        sys.exit("the tables differ")
    both: Dict[str, Callable[[], Any]] = {"ours": ours, "tabulate": theirs}
    sys.stdout.write(json.dumps(in_turn(both, int(sys.argv[2]))))


if __name__ == "__main__":
    main()
