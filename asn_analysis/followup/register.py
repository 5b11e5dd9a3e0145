"""The follow-up register (*rencana tindak lanjut*): what was promised, is due, done, overdue."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

OPEN = ("planned", "running")


def take_stock(follow_ups: Sequence[dict[str, Any]], quarter: pd.Period) -> dict[str, Any]:
    """Promised actions: promised, done, cancelled and open ones; overdue, those past their due quarter."""
    status = [row["status"] for row in follow_ups]
    overdue = [
        row
        for row in follow_ups
        if row["status"] in OPEN and pd.Period(row["due_quarter"], freq=quarter.freq) < quarter
    ]
    return {
        "promised": len(status),
        "done": status.count("done"),
        "cancelled": status.count("cancelled"),
        "open": sum(entry in OPEN for entry in status),
        "overdue": sorted(overdue, key=lambda row: (row["due_quarter"], row["unit_id"], row["action"])),
    }
