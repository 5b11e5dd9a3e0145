"""What the usual method would have said, and why it is not used.

Two-way fixed effects regress the outcome on unit effects, period effects and one dummy for treated
cells. With staggered starts part of that coefficient compares newly treated units with units treated
earlier, whose own effect may still be growing (Goodman-Bacon, Journal of Econometrics, 2021).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import stdtr, stdtrit

from asn_analysis.impact.design import Design
from asn_analysis.impact.grid import Grid, lay_out
from asn_analysis.impact.refusals import DesignError


@dataclass(frozen=True)
class TwoWay:
    """The two-way fixed effects coefficient, in units of the outcome.

    Attributes
    ----------
    estimate, std_error, df, conf_low, conf_high : float
        Weighted least squares, clustered by unit (CR1), t with G - 1 degrees of freedom.
    forbidden_weight : float
        Share of the coefficient (0-1) that rests on comparisons with units already treated, by
        Goodman-Bacon's Theorem 1 on cohort shares, as if every unit answered alike in every period.
    """

    design: Design
    estimate: float
    std_error: float
    df: float
    conf_low: float
    conf_high: float
    forbidden_weight: float
    n_units: int
    method: str = "two-way fixed effects, CR1"

    def tidy(self) -> pd.DataFrame:
        """The coefficient and its forbidden share, in the house vocabulary."""
        statistic = self.estimate / self.std_error if self.std_error > 0 else np.inf
        coefficient = {
            "term": "twoway",
            "estimate": self.estimate,
            "std_error": self.std_error,
            "statistic": statistic,
            "df": self.df,
            "p_value": 2 * stdtr(self.df, -abs(statistic)),
            "conf_low": self.conf_low,
            "conf_high": self.conf_high,
            "n_units": self.n_units,
            "unit_of_measure": self.design.outcome,
        }
        share = {"term": "forbidden_weight", "estimate": self.forbidden_weight, "unit_of_measure": "share"}
        return pd.DataFrame([coefficient, share])

    def summary(self) -> str:
        """One plain sentence."""
        return (
            f"Two-way fixed effects would have said {self.estimate:+.2f} ({self.conf_low:+.2f} to "
            f"{self.conf_high:+.2f}); {self.forbidden_weight:.0%} of that rests on comparisons with units "
            "already treated, so it is not used."
        )


def two_way(panel: pd.DataFrame, design: Design) -> TwoWay:
    """The usual regression, for comparison only.

    Parameters
    ----------
    panel, design : as for ``estimate_effect``; the comparison plays no part
    """
    grid = lay_out(panel, design)
    treated = grid.treated.astype(float)
    dummy = _residual(grid, treated)
    scale = float((grid.weight * dummy * treated).sum())
    if scale <= 1e-10 * grid.weight.sum():
        raise DesignError.named("no_comparison")
    estimate = float((grid.weight * dummy * grid.outcome).sum() / scale)
    error = _residual(grid, grid.outcome - estimate * treated)
    parts = (grid.weight * dummy * error).sum(axis=1) / scale
    df = len(parts) - 1
    std_error = float(np.sqrt((parts**2).sum() * len(parts) / df))
    half = float(stdtrit(df, 0.5 + design.confidence / 2)) * std_error
    return TwoWay(
        design,
        estimate,
        std_error,
        float(df),
        estimate - half,
        estimate + half,
        forbidden_weight(grid),
        len(grid.units),
    )


def _residual(grid: Grid, values: np.ndarray) -> np.ndarray:
    """Values less weighted unit and period effects (G x T); 0 where there is no cell."""
    weight, total = grid.weight, grid.weight.sum(axis=1, keepdims=True)
    centred = values - (weight * values).sum(axis=1, keepdims=True) / total
    normal = np.diag(weight.sum(axis=0)) - weight.T @ (weight / total)
    period = np.linalg.pinv(normal, rcond=1e-10, hermitian=True) @ (weight * centred).sum(axis=0)
    centred = centred - period + (weight * period).sum(axis=1, keepdims=True) / total
    return np.where(weight > 0, centred, 0.0)


def forbidden_weight(grid: Grid) -> float:
    """Share of two-way fixed effects that compares with units already treated (0-1)."""
    start = np.where(np.isnan(grid.first_treated), np.inf, grid.first_treated)
    starts, member = np.unique(start, return_inverse=True)
    mass = np.bincount(member, weights=grid.weight.sum(axis=1)) / grid.weight.sum()
    share = np.array([(grid.clock >= s).mean() for s in starts])  # of periods under treatment, falling
    clean = forbidden = 0.0
    for early in range(len(starts)):
        for late in range(early + 1, len(starts)):
            size, gap = mass[early] * mass[late], share[early] - share[late]
            clean += size * gap * (1 - share[early])
            forbidden += size * gap * share[late]
    return float(forbidden / (clean + forbidden)) if clean + forbidden > 0 else 0.0
