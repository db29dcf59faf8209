"""What the figures were measured on, without a name that would tell whose machine it is."""

from __future__ import annotations

import os
import platform
from pathlib import Path
from typing import Dict


def machine() -> Dict[str, str]:
    """The processor, its cores, the memory, the kernel and the Python, as texts."""
    return {
        "processor": _line("/proc/cpuinfo", "model name") or platform.machine(),
        "cores": str(os.cpu_count() or 1),
        "memory": _gigabytes(_line("/proc/meminfo", "MemTotal")),
        "system": f"{platform.system()} {platform.release()}",
        "python": f"{platform.python_implementation()} {platform.python_version()}",
    }


def _line(file: str, name: str) -> str:
    """What the first line called ``name`` of such a file says; empty where there is none."""
    try:
        lines = Path(file).read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    found = (line.partition(":") for line in lines)
    return next((value.strip() for key, _, value in found if key.strip() == name), "")


def _gigabytes(kilobytes: str) -> str:
    number = kilobytes.partition(" ")[0]
    return f"{int(number) / 2**20:.0f} GiB" if number.isdecimal() else "unknown"
