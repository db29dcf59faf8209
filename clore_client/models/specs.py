"""What a machine is made of: its hardware, network and standing. Data only."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, List, Optional

from .base import Model


@dataclass(frozen=True)
class NetSpecs(Model):
    """A server's network.

    Attributes:
        cc: country code, e.g. ``"US"``.
        up (Mbit/s): upload speed.
        down (Mbit/s): download speed.
        test_history: the speed tests behind it, each as ``"S|<unix time>|<down>|<up>"``; what
            other letters than S there are is not documented.
    """

    cc: Optional[str] = None
    up: Optional[float] = None
    down: Optional[float] = None
    test_history: List[str] = field(default_factory=list, repr=False)


@dataclass(frozen=True)
class GpuSpecs(Model):
    """One GPU.

    Attributes:
        type: its name.
        mem (GB): its memory.
        pcie_gen: the generation of its PCIe link.
        pcie_width (lanes): the width of its PCIe link.
    """

    type: Optional[str] = None
    mem: Optional[float] = None
    pcie_gen: Optional[int] = None
    pcie_width: Optional[int] = None


@dataclass(frozen=True)
class ServerSpecs(Model):
    """A server's hardware, under the API's names.

    Attributes:
        mb: mainboard.
        cpu: processor.
        cpus: ``"<cores>/<threads>"``.
        ram (GB): main memory.
        gpu: the GPUs in one text, e.g. ``"1x NVIDIA GeForce RTX 4090"``.
        gpuram (GB): memory of one GPU; 23 and 24 are both seen for the same card.
        disk: a text that ends in the size, e.g. ``"KINGSTON 102.4688GB"``.
        disk_speed (MB/s): speed of the disk.
        net: the network.
        backend_version: version of the host's software.
        pcie_rev: generation of the PCIe link.
        pcie_width (lanes): width of the PCIe link.
        pl (W): the power limits of the GPUs; ``[0]`` when they are not known.
        xfs: as sent; what it means is not documented.
        gpus: the GPUs one by one, where the host's software tells.
        stock_pl (W): the power limits that the GPUs came with.
        stock_oc: clocks that the GPUs came with: ``"default"``, or one object per GPU.
        stock_oc_override: what the host has set instead of ``stock_oc``, as sent.
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
    """What renters gave.

    Attributes:
        avg (0 to 5): the average.
        cnt: how many ratings there are.
    """

    avg: Optional[float] = None
    cnt: Optional[int] = None
