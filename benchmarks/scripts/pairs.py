"""Times functions in turn within one process, for the other programs beside it."""

from __future__ import annotations

import gc
import time
from typing import Any, Callable, Dict, List, Mapping


def in_turn(
    functions: Mapping[str, Callable[[], Any]], rounds: int
) -> Dict[str, Dict[str, List[float]]]:
    """The seconds that each takes, ``rounds`` times after a round that does not count."""
    taken: Dict[str, Dict[str, List[float]]] = {name: {"wall": [], "cpu": []} for name in functions}
    for count in range(rounds + 1):
        for name, function in functions.items():
            gc.collect()  # what one has left behind is not for the other to clear away
            wall, cpu = time.perf_counter(), time.process_time()
            function()
            spent = time.perf_counter() - wall, time.process_time() - cpu
            if count:
                taken[name]["wall"].append(spent[0])
                taken[name]["cpu"].append(spent[1])
    return taken
