"""The GPUs of an offer, an order or a server, told in the same words by every command."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, Callable, List, Optional

from . import cells
from .columns import Column

ABOUT = "model, without maker, brand and count"

_REMEMBERED = 200  # characters; a stranger's names may have megabytes
_COUNT = re.compile(r"[0-9]+x\s+")


def model(thing: Any) -> Optional[str]:
    """The GPU's model; None where nothing tells."""
    names = set(thing.gpu_array or [])
    return model_in(names.pop() if len(names) == 1 else thing.gpu_model or "") or None


def model_in(text: str) -> str:
    """The GPU's model in a text such as ``"2x NVIDIA GeForce RTX 4090"``."""
    return (_model_in if len(text) <= _REMEMBERED else _model_in.__wrapped__)(text)


# 5,000 offers name some hundred.
@lru_cache(maxsize=1024)
def _model_in(text: str) -> str:
    return cells.gpu(_COUNT.sub("", text, count=1)).strip()


def count(thing: Any) -> Optional[int]:
    """How many GPUs; None where nothing tells, for which the SDK has 0."""
    found: Optional[int] = getattr(thing, "gpu_count", None)
    return found or None


def same(name: str, wanted: str) -> bool:
    """Whether ``wanted`` is the whole of a model's ``name``, however the two are written."""
    from clore_client.offers import same_gpu

    return same_gpu(name, wanted)


def named(name: str, wanted: str) -> bool:
    """Whether a model's ``name`` contains ``wanted``; case, spaces and hyphens are alike."""
    from clore_client.offers import has_gpu

    return has_gpu({"gpu_array": [name]}, wanted)


def columns(of: Callable[[Any], Any]) -> List[Column]:
    """How many GPUs, where a table has the room, and their model; ``of`` a row is what has them."""
    return [
        Column(
            "gpu_count",
            "GPUS",
            get=lambda row: count(of(row)),
            align="right",
            aliases=("gpus",),
            extra=True,
            room=90,
            kind="integer",
            about="GPUs in the machine",
        ),
        Column("gpu", get=lambda row: model(of(row)), kind="string", about=ABOUT),
    ]
