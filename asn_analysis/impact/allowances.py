"""What an effect would be if trained units had moved otherwise all along, or the scale were another.

The headline assumes parallel trends in points. Two things bend it in real cities, and neither can be ruled
out by a test of the quarters before (pre-testing buys almost nothing, see METHODS.md):

- trained units drift: a linear trend of ever-treated units, learned from untreated cells, may have gone on at
  its pace ("continued"), at twice that pace ("doubled"), or not at all ("none"). Twice covers a drift that
  bends or speeds up; it is 2 x (trend taken out) - (not taken out);
- the scale has ends: units near the top cannot rise as others do. On the logit scale, stretched so that a
  point there is a point where treated cells would be without training, they can.

The robust interval is the union over all of them, and the size that can be claimed is the smallest.

Shapes: G units, T periods.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from asn_analysis.impact.design import Design, DesignError, Grid
from asn_analysis.impact.imputation import Problem, pose
from asn_analysis.impact.jackknife import Estimates, coefficients, combined, effects_on
from asn_analysis.impact.shared import shocks_of

TRENDS = ("none", "continued", "doubled")
CLOSEST = 0.01  # share of the scale that an outcome stays away from its ends before logits are taken


@dataclass(frozen=True)
class Allowances:
    """The effect under each allowance.

    Attributes
    ----------
    table : one row a combination, with scale ("points" or "logit"), trend ("none", "continued", "doubled"),
        estimate, std_error, df, conf_low, conf_high; the first row is the headline
    headline : the first row's estimates
    drift : the linear trend of ever-treated units in points per period, or None where it cannot be told
    refusal : code of why it cannot, or None
    """

    table: pd.DataFrame
    headline: Estimates
    drift: Estimates | None
    refusal: str | None

    def of(self, scale: str, trend: str) -> pd.Series | None:
        """One row, or None where it could not be had."""
        found = self.table[(self.table["scale"] == scale) & (self.table["trend"] == trend)]
        return None if found.empty else found.iloc[0]


def allow(problem: Problem, own: Estimates, targets: np.ndarray, design: Design) -> Allowances:
    """The effect under each allowance.

    Parameters
    ----------
    problem, own : the headline's, before shared shocks
    targets : (G, T), weights of the treated cells that are averaged
    """
    grid = problem.grid
    by_trend, drift, refusal = _trends(grid, own, targets)
    found = {("points", trend): estimates for trend, estimates in by_trend.items()}
    if design.bounds is not None:
        untrained = float(np.average(problem.expected, weights=targets))
        logits = as_logits(grid.outcome, design.bounds, untrained)
        stretched = replace(grid, outcome=np.where(grid.weight > 0, logits, 0.0))
        plain = effects_on(pose(stretched, design.comparison), targets[None])
        others, _, _ = _trends(stretched, plain, targets)
        found |= {("logit", trend): estimates for trend, estimates in others.items()}
    rows = [_row(scale, trend, estimates, design) for (scale, trend), estimates in found.items()]
    return Allowances(pd.DataFrame(rows), by_trend["none"], drift, refusal)


def _trends(
    grid: Grid, own: Estimates, targets: np.ndarray
) -> tuple[dict[str, Estimates], Estimates | None, str | None]:
    """Trend to the effect under it; the drift, or the code of why it cannot be told.

    The trend is learned from all untreated cells, whatever the comparison: never-treated cells alone cannot
    show it. Shocks that groups share are told from what the trend leaves.
    """
    plain = {"none": own.with_shared(shocks_of(grid, grid.outcome))}
    ever = ~np.isnan(grid.first_treated)
    trend = ever[:, None] * (grid.clock - grid.clock.mean())
    try:
        problem = pose(grid, "not_yet_treated", trend[:, :, None])
        effect, drift = effects_on(problem, targets[None]), coefficients(problem)
    except DesignError as error:
        return plain, None, error.code
    if np.isnan([effect.std_error[0], drift.std_error[0]]).any():
        return plain, None, "single_unit"
    left = shocks_of(grid, grid.outcome - drift.value[0] * trend)
    twice = combined(own, effect, (-1.0, 2.0))
    allowed = {"continued": effect.with_shared(left), "doubled": twice.with_shared(left)}
    return plain | allowed, drift.with_shared(left), None


def as_logits(outcome: np.ndarray, bounds: tuple[float, float], mean: float) -> np.ndarray:
    """Logits of where the outcome lies between its bounds, stretched to points at ``mean``."""
    low, high = bounds
    share = np.clip((np.array([mean]) - low) / (high - low), CLOSEST, 1 - CLOSEST)
    found = np.clip((outcome - low) / (high - low), CLOSEST, 1 - CLOSEST)
    return (high - low) * share * (1 - share) * np.log(found / (1 - found))


def _row(scale: str, trend: str, estimates: Estimates, design: Design) -> dict[str, float | str]:
    low, high = estimates.interval(design.confidence)
    numbers = {
        "estimate": estimates.value,
        "std_error": estimates.std_error,
        "df": estimates.df,
        "conf_low": low,
        "conf_high": high,
    }
    return {"scale": scale, "trend": trend} | {name: float(value[0]) for name, value in numbers.items()}
