"""The follow-up register (*rencana tindak lanjut*): what was promised, is due, done, overdue."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

OPEN = ("planned", "running")


@dataclass(frozen=True)
class Register:
    """Promised actions as of a quarter; ``overdue`` holds the open ones past their quarter."""

    promised: int
    done: int
    cancelled: int
    open: int
    overdue: tuple[dict[str, Any], ...]


def take_stock(follow_ups: Sequence[dict[str, Any]], quarter: pd.Period) -> Register:
    """Count the promised actions; an action is overdue once its due quarter has ended."""
    status = [row["status"] for row in follow_ups]
    overdue = [
        row
        for row in follow_ups
        if row["status"] in OPEN and pd.Period(row["due_quarter"], freq=quarter.freq) < quarter
    ]
    return Register(
        promised=len(status),
        done=status.count("done"),
        cancelled=status.count("cancelled"),
        open=sum(entry in OPEN for entry in status),
        overdue=tuple(sorted(overdue, key=lambda row: (row["due_quarter"], row["unit_id"], row["action"]))),
    )
