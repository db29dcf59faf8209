"""Makes 90 days of a market of 2,200 servers and measures the file and `clore history show`.

    python benchmarks/ninety_days.py FILE

Prices wander, servers are rented and given back, models differ in how common they are; there is a
sample every 10 minutes, except during an outage of a day.
"""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Callable, List

from clore_history.period import HOUR, before
from clore_history.record import records
from clore_history.showing import _trends
from clore_history.store import reading, recording

_SERVERS, _MODELS, _DAYS, _EVERY = 2200, 80, 90, 600
_START = 1_780_000_000
_OUTAGE = range(30 * 144, 31 * 144)  # samples that are missing
_RUNS = 7


def _market(chance: random.Random) -> List[Any]:
    """Servers as the SDK has them, as far as a sample looks at them."""
    weights = [1 / (place + 1) for place in range(_MODELS)]
    models = chance.choices(range(_MODELS), weights, k=_SERVERS)
    return [_server(chance, model) for model in [*range(_MODELS), *models[_MODELS:]]]


def _server(chance: random.Random, model: int) -> SimpleNamespace:
    count = chance.choice((1, 1, 1, 2, 4, 8))
    price = count * (0.3 + model / 4) * chance.uniform(0.7, 2.0)
    name = f"RTX {4090 + model}"
    return SimpleNamespace(
        gpu_model=f"{count}x {name}",
        gpu_array=[name] * count,
        gpu_count=count,
        rented=chance.random() < 0.5,
        price_usd_per_day=round(price, 2),
        spot_price_usd_per_day=round(price * 0.6, 2),
    )


def _move(chance: random.Random, market: List[Any]) -> None:
    """Ten minutes later: one server in 20 changes."""
    for server in chance.sample(market, len(market) // 20):
        server.rented = chance.random() < 0.5
        server.price_usd_per_day = round(server.price_usd_per_day * chance.uniform(0.95, 1.053), 2)
        server.spot_price_usd_per_day = round(server.price_usd_per_day * 0.6, 2)


def _fill(path: Path) -> None:
    chance = random.Random(2026)
    market = _market(chance)
    with recording(path, "benchmark.invalid") as store:
        for number in range(_DAYS * 86400 // _EVERY):
            _move(chance, market)
            if number not in _OUTAGE:
                at = _START + number * _EVERY
                store.add(at, _SERVERS, records(at, market))


def _seconds(work: Callable[[], None]) -> List[float]:
    times = []
    for _ in range(_RUNS):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return sorted(times)


def _queried(path: Path) -> None:
    with reading(path) as store:
        latest = store.latest() or 0
        period = before(latest, _DAYS)
        samples = store.count(period.first * HOUR, latest)
        assert len(_trends(store, (), latest, samples, period)) == _MODELS


def _shown(path: Path, *args: str) -> None:
    command = [sys.executable, "-m", "clore_cli", "history", *args, "--db", str(path)]
    subprocess.run(command, check=True, capture_output=True)


def main() -> None:
    """Print the figures; the file is made when it does not exist."""
    path = Path(sys.argv[1])
    if not path.exists():
        began = time.perf_counter()
        _fill(path)
        print(f"filled in {time.perf_counter() - began:.0f} s")
    print(f"{path.stat().st_size / 1e6:.1f} MB")
    for what, work in (
        ("the questions of show --days 90", lambda: _queried(path)),
        ("clore history show --days 90", lambda: _shown(path, "show", "--days", "90")),
        (
            "clore history show --days 90 --json",
            lambda: _shown(path, "show", "--days", "90", "--json"),
        ),
        (
            "clore history plot 'RTX 4090' --days 90",
            lambda: _shown(path, "plot", "RTX 4090", "--days", "90"),
        ),
        ("clore history --help", lambda: _shown(path, "show", "--help")),
    ):
        times = _seconds(work)
        print(f"{what}: median {times[len(times) // 2]:.3f} s, worst {times[-1]:.3f} s of {_RUNS}")


if __name__ == "__main__":
    main()
