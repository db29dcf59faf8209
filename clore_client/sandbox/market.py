"""Generates believable marketplace rows, the same from the same seed on every Python."""

from __future__ import annotations

from random import Random
from typing import Any, Dict, List, Sequence, TypeVar

from . import catalog, oddities
from .catalog import Box, Gpu
from .order import Row
from .quotes import COINS, price_block, same

T = TypeVar("T")

_RIG_SIZE = 4  # consumer cards from which on they sit on a mining board


def servers(seed: int, count: int) -> List[Row]:
    """``count`` marketplace rows with ascending ids, about half of them rented."""
    chance = Random(f"{seed} market")  # noqa: S311  a simulation, no secret
    deck = [gpu for gpu in catalog.GPUS for _ in range(gpu.weight)]
    server_id, rows = 1000, []
    for _ in range(count):
        server_id += 1 + int(chance.random() * 280)
        gpu = pick(chance, deck)
        cards = pick(chance, gpu.counts)
        # The square makes cheap offers common and dear ones rare.
        each = gpu.cheapest + (gpu.dearest - gpu.cheapest) * chance.random() ** 2
        row = server(chance, server_id, gpu, cards, each * cards)
        rows.append(oddities.apply(chance, row))
    return rows


def server(chance: Random, server_id: int, gpu: Gpu, cards: int, usd_per_day: float) -> Row:
    """One ordinary free machine that takes every coin; ``usd_per_day`` is for the whole of it."""
    on_demand = round(usd_per_day, 2)
    floor = round(on_demand * (0.55 + 0.35 * chance.random()), 2)
    return {
        "id": server_id,
        "owner": 100 + int(chance.random() * 19000),
        "autoprice": "usd",
        "mrl": pick(chance, catalog.LONGEST_RENTALS),
        "price": price_block(same(on_demand, floor), autopriced=True),
        "rented": False,
        "specs": _specs(chance, gpu, cards),
        "reliability": round(1 - 0.06 * chance.random() ** 3, 4),
        "allowed_coins": list(COINS),
        "rating": _rating(chance),
        "gpu_array": [gpu.name] * cards,
        "cuda_version": pick(chance, catalog.CUDA),
    }


def pick(chance: Random, choices: Sequence[T]) -> T:
    """One of ``choices``, by a rule that no Python version changes."""
    return choices[int(chance.random() * len(choices))]


def _specs(chance: Random, gpu: Gpu, cards: int) -> Dict[str, Any]:
    box = _box(chance, gpu, cards)
    power = [gpu.power - 5 * int(chance.random() * 8) for _ in range(cards)]
    card = {
        "type": gpu.brand + gpu.name,
        "mem": gpu.memory,
        "pcie_gen": box.pcie_rev,
        "pcie_width": box.pcie_width,
    }
    return {
        "mb": box.board,
        "cpu": box.cpu,
        "cpus": box.cpus,
        "ram": box.ram,
        "gpu": f"{cards}x NVIDIA {gpu.brand}{gpu.name}",
        "gpuram": gpu.memory,
        "disk": pick(chance, catalog.DISKS),
        "disk_speed": round(30 + 3000 * chance.random() ** 2, 2),
        "net": _net(chance),
        "backend_version": 21,
        "pcie_rev": box.pcie_rev,
        "pcie_width": box.pcie_width,
        "xfs": 1,
        "pl": power,
        "gpus": [dict(card) for _ in range(cards)],
        "stock_pl": list(power),
        "stock_oc": "default",
    }


def _box(chance: Random, gpu: Gpu, cards: int) -> Box:
    if not gpu.brand:
        return pick(chance, catalog.SERVERS)
    return pick(chance, catalog.RIGS if cards >= _RIG_SIZE else catalog.DESKTOPS)


def _net(chance: Random) -> Dict[str, Any]:
    down, up = (round(10 + 900 * chance.random() ** 2, 2) for _ in range(2))
    history = [f"S|{moment}|{down}|{up}" for moment in (1760764742, 1761801007)]
    return {"up": up, "down": down, "cc": pick(chance, catalog.COUNTRIES), "test_history": history}


def _rating(chance: Random) -> Dict[str, float]:
    count = int(60 * chance.random() ** 3)
    return {"avg": round(5 - 2.5 * chance.random() ** 2, 2) if count else 0, "cnt": count}
