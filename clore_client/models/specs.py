"""What a machine is made of: its hardware, network and standing. Data only."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, List, Optional

from .base import Model


@dataclass(frozen=True)
class NetSpecs(Model):
    """A server's network: country code, speeds in Mbit/s, and the tests behind them."""

    cc: Optional[str] = None
    up: Optional[float] = None
    down: Optional[float] = None
    test_history: List[str] = field(default_factory=list, repr=False)


@dataclass(frozen=True)
class GpuSpecs(Model):
    """One GPU: its name, memory in GB and PCIe link."""

    type: Optional[str] = None
    mem: Optional[float] = None
    pcie_gen: Optional[int] = None
    pcie_width: Optional[int] = None


@dataclass(frozen=True)
class ServerSpecs(Model):
    """A server's hardware, under the API's names.

    ``cpus`` is "cores/threads", ``ram`` and ``gpuram`` (of one GPU) are GB, ``disk`` is a text
    that ends in its size, ``disk_speed`` is MB/s, ``pl`` are the power limits in W, [0] for
    unknown. ``stock_oc`` is ``"default"`` or a list with one object per GPU.
    """

    mb: Optional[str] = None
    cpu: Optional[str] = None
    cpus: Optional[str] = None
    ram: Optional[float] = None
    gpu: Optional[str] = None
    gpuram: Optional[float] = None
    disk: Optional[str] = None
    disk_speed: Optional[float] = None
    net: Optional[NetSpecs] = None
    backend_version: Optional[int] = None
    pcie_rev: Optional[int] = None
    pcie_width: Optional[int] = None
    pl: List[int] = field(default_factory=list, repr=False)
    xfs: Optional[int] = None
    gpus: List[GpuSpecs] = field(default_factory=list, repr=False)
    stock_pl: List[int] = field(default_factory=list, repr=False)
    # Optional, because dataclasses-json makes no schema of a bare Any.
    stock_oc: Optional[Any] = field(default=None, repr=False)
    stock_oc_override: Optional[Any] = field(default=None, repr=False)


@dataclass(frozen=True)
class ServerRating(Model):
    """What renters gave: the average of 0 to 5, and how many."""

    avg: Optional[float] = None
    cnt: Optional[int] = None
