"""When did the effect come? Effects by periods since training, what moved before it, and the paths.

Shapes: G units, T periods, L event times before training.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from asn_analysis.impact.design import Design
from asn_analysis.impact.estimands import Estimates
from asn_analysis.impact.grid import Grid
from asn_analysis.impact.imputation import Problem, pose
from asn_analysis.impact.jackknife import effects_on, leave_out_regressors
from asn_analysis.impact.refusals import DesignError
from asn_analysis.impact.shared import Shocks, shocks_of


def event_study(problem: Problem, design: Design) -> tuple[pd.DataFrame, np.ndarray]:
    """One row an event time, and the covariance of the L rows before training (L x L).

    Rows before training are relative to all still earlier periods.
    """
    grid, event_time = problem.grid, problem.grid.event_time
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
        leads = leave_out_regressors(pose(grid, "not_yet_treated", dummies)).of([grid.outcome])[0]
    except DesignError:
        return [], None
    return before, leads.with_shared(shocks)


def _rows(
    event_times: list[int], estimates: Estimates, cells: np.ndarray, event_time: np.ndarray, design: Design
) -> pd.DataFrame:
    n_units = [int((cells & (event_time == e)).any(axis=1).sum()) for e in event_times]
    table = estimates.table(design.confidence).assign(n_units=n_units)
    table.insert(0, "event_time", event_times)
    return table


def horizon(problem: Problem) -> float:
    """Periods between the middle of the cells before the training and of those after it."""
    trained = problem.imputable.any(axis=1)[:, None]
    clock = np.broadcast_to(problem.grid.clock, trained.shape[:1] + problem.grid.clock.shape)
    before = np.average(clock, weights=problem.level * trained)
    return float(np.average(clock, weights=problem.targets) - before)


def exposure(problem: Problem) -> float:
    """Periods that the treated units of the estimate have had since treatment, the first one included."""
    grid, units = problem.grid, problem.imputable.any(axis=1)
    since = grid.clock[-1] - grid.first_treated[units] + 1
    return float(np.average(since, weights=grid.weight[units].max(axis=1)))


def paths_of(problem: Problem) -> pd.DataFrame:
    """Means of treated cells with and without the training, weighted alike, one row a period."""
    grid, targets = problem.grid, problem.targets
    total = targets.sum(axis=0)
    shown = total > 0
    weighted = targets[:, shown] / total[shown]
    return pd.DataFrame(
        {
            "time": grid.periods[shown],
            "n_units": (targets[:, shown] > 0).sum(axis=0),
            "observed": (weighted * grid.outcome[:, shown]).sum(axis=0),
            "expected": (weighted * problem.expected(grid.outcome)[:, shown]).sum(axis=0),
        }
    )
