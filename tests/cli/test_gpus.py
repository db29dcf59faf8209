"""Names of GPU models, as plugins compare them."""

from __future__ import annotations

import pytest

from clore_cli.plugin import gpus


@pytest.mark.parametrize("wanted", ["4090", "rtx-4090", "NVIDIA GeForce RTX 4090"])
def test_a_whole_name_however_it_is_written(wanted: str) -> None:
    assert gpus.same("RTX 4090", wanted)
    assert not gpus.same("RTX 4090 D", wanted)


@pytest.mark.parametrize("wanted", ["4090", "rtx-4090", "NVIDIA GeForce RTX 4090"])
def test_a_part_of_a_name(wanted: str) -> None:
    assert gpus.named("RTX 4090 D", wanted)
    assert not gpus.named("RTX 3090", wanted)
