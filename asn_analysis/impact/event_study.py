"""When did the effect come? Effects by periods since training, and what moved before it.

Shapes: G units, T periods, L event times before training.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from asn_analysis.impact.design import Design, DesignError, Grid
from asn_analysis.impact.estimands import Estimates
from asn_analysis.impact.imputation import Problem, pose
from asn_analysis.impact.jackknife import coefficients, effects_on
from asn_analysis.impact.shared import Shocks, shocks_of


def event_study(grid: Grid, problem: Problem, design: Design) -> tuple[pd.DataFrame, np.ndarray]:
    """One row an event time, and the covariance of the L rows before training (L x L).

    Rows before training are relative to all still earlier periods.
    """
    event_time = grid.event_time
    after = [e for e in range(design.lags + 1) if (problem.imputable & (event_time == e)).any()]
    targets = np.stack([np.where(event_time == e, grid.weight, 0.0) for e in after])
    shocks = shocks_of(grid, grid.outcome)
    effects = effects_on(problem, targets).with_shared(shocks)
    before, leads = _leads(grid, design, shocks)
    rows = [
        _rows(before, leads, grid.untreated, event_time, design) if leads else pd.DataFrame(),
        _rows(after, effects, problem.imputable, event_time, design),
    ]
    covariance = leads.covariance if leads else np.zeros((0, 0))
    return pd.concat(rows, ignore_index=True), covariance


def _leads(grid: Grid, design: Design, shocks: Sequence[Shocks]) -> tuple[list[int], Estimates | None]:
    """Effects before the training, relative to all still earlier periods."""
    event_time = grid.event_time
    seen = np.unique(event_time[grid.untreated & (event_time < 0)])
    before = [int(e) for e in seen if e >= -design.leads and e > seen.min()]
    if not before:
        return [], None
    dummies = np.stack([event_time == e for e in before], axis=2).astype(float)
    try:
        leads = coefficients(pose(grid, "not_yet_treated", dummies))
    except DesignError:
        return [], None
    return before, leads.with_shared(shocks)


def _rows(
    event_times: list[int], estimates: Estimates, cells: np.ndarray, event_time: np.ndarray, design: Design
) -> pd.DataFrame:
    low, high = estimates.interval(design.confidence)
    return pd.DataFrame(
        {
            "event_time": event_times,
            "estimate": estimates.value,
            "std_error": estimates.std_error,
            "df": estimates.df,
            "conf_low": low,
            "conf_high": high,
            "n_units": [int((cells & (event_time == e)).any(axis=1).sum()) for e in event_times],
        }
    )
