"""What a brief follows of a lot: who is to be trained next, in the order drawn."""

from __future__ import annotations

from typing import Any

import pandas as pd

from asn_analysis.measures.panel import QUARTER, cohorts
from asn_analysis.records.intake import Dataset
from asn_analysis.records.rollout import Drawn, read_rollout


def lot_ahead(dataset: Dataset, quarter: pd.Period) -> dict[str, Any] | None:
    """The data set's lot as of a quarter (see ``record.parts.Lot``); None without one, or before it began."""
    drawn = read_rollout(dataset.folder)
    if drawn is None or pd.Period(drawn.waves[0].start, freq=QUARTER) > quarter + 1:
        return None
    names = dict(zip(dataset.units["unit_id"], dataset.units["name"], strict=True))
    return waiting(drawn, set(cohorts(dataset.trainings, quarter).index), names)


def waiting(drawn: Drawn, trained: set[str], names: dict[str, str]) -> dict[str, Any]:
    """Who of the lot is still untrained, and of them the earliest wave in its order."""
    left = [[unit for unit in wave.units if unit not in trained] for wave in drawn.waves]
    ahead = next((units for units in left if units), [])
    return {
        "seed": drawn.seed,
        "drawn": drawn.drawn,
        "n_drawn": len(drawn.order),
        "n_waiting": sum(map(len, left)),
        "next": [{"unit_id": unit, "name": names.get(unit, unit)} for unit in ahead],
    }
