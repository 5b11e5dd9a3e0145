"""Public consultation: who came, and how much of what they asked for was adopted."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from asn_analysis.measures.panel import QUARTER

YEAR = 4  # quarters; musrenbang comes once a year


@dataclass(frozen=True)
class Reach:
    """Forums of a year; shares lie between 0 and 1 and are None where nobody could be counted."""

    n_forums: int
    invited: int
    present: int
    share_women: float | None
    aspirations: int
    adopted: int
    share_adopted: float | None


def reach(consultations: pd.DataFrame, quarter: pd.Period) -> Reach | None:
    """Reach over the four quarters that end with ``quarter``; None if there was no forum."""
    held = pd.PeriodIndex(consultations["date"], freq=QUARTER)
    year = consultations[(held <= quarter) & (held > quarter - YEAR)]
    if year.empty:
        return None
    total = {
        name: int(year[name].sum()) for name in ("invited", "present", "women", "aspirations", "adopted")
    }
    return Reach(
        n_forums=len(year),
        invited=total["invited"],
        present=total["present"],
        share_women=_share(total["women"], total["present"]),
        aspirations=total["aspirations"],
        adopted=total["adopted"],
        share_adopted=_share(total["adopted"], total["aspirations"]),
    )


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
