"""Collects what a run found and writes it to the file that CLORE_FAULT_REPORT names."""

from __future__ import annotations

import json
import platform
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Dict, List

from .judge import overrun

if TYPE_CHECKING:
    from .case import Case
    from .faultserver import FaultServer
    from .outcome import Outcome

VARIABLE = "CLORE_FAULT_REPORT"


@dataclass
class Results:
    """The rows of a report, by case."""

    rows: Dict[str, Dict[str, Any]] = field(default_factory=dict)

    def add(self, case: Case, outcome: Outcome, server: FaultServer) -> None:
        """Note what came of ``case``; a case has one row for all its clients, with the worst."""
        row = self.rows.setdefault(case.id, _blank(case))
        row["clients"].append(outcome.client)
        row["secrets"] += outcome.leaks
        if outcome.client != "cli" and outcome.growth is None:  # no process that has to start
            row["overrun_s"] = max(row["overrun_s"], round(overrun(case, outcome), 3))
        if outcome.growth is not None:
            row["peak_mb"] = max(row["peak_mb"] or 0.0, round(outcome.growth, 1))
        row["requests"] = max(row["requests"], server.count(case.call.endpoint))
        row["posts"] = max(row["posts"], len(server.posts))
        row["orders"] = max(row["orders"], len(server.market.orders))

    def blame(self, case: Case, client: str, wrong: List[str]) -> None:
        """Note what was wrong with the play of ``case`` that was added last."""
        if wrong:
            self.rows[case.id]["problems"][client] = wrong

    def write(self, path: str) -> None:
        """Write everything as JSON."""
        report = {"python": platform.python_version(), "cases": list(self.rows.values())}
        Path(path).write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")


def _blank(case: Case) -> Dict[str, Any]:
    return {
        "id": case.id,
        "family": case.family,
        "what": case.what,
        "expected": case.expected,
        "clients": [],
        "problems": {},
        "overrun_s": 0.0,
        "peak_mb": None,
        "requests": 0,
        "posts": 0,
        "orders": 0,
        "orders_wanted": case.orders,
        "secrets": [],
    }
