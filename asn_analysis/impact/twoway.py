"""What the usual method would have said, and why it is not used.

With staggered starts part of the coefficient of two-way fixed effects compares newly treated units with units
treated earlier, whose own effect may still be growing (Goodman-Bacon, Journal of Econometrics, 2021).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from asn_analysis.impact.design import Design
from asn_analysis.impact.grid import Grid, lay_out
from asn_analysis.impact.refusals import DesignError
from asn_analysis.measures.estimate import Estimate


@dataclass(frozen=True, kw_only=True)
class TwoWay(Estimate):
    """The two-way fixed effects coefficient: weighted least squares, clustered by unit (CR1), G - 1 df.

    Attributes
    ----------
    forbidden_weight : float
        Share of the coefficient (0-1) that rests on comparisons with units already treated, by
        Goodman-Bacon's Theorem 1 on cohort shares, as if every unit answered alike in every period.
    """

    design: Design
    forbidden_weight: float
    method: str = "two-way fixed effects, CR1"

    def summary(self) -> str:
        """One plain sentence."""
        return (
            f"Two-way fixed effects would have said {self.told}; {self.forbidden_weight:.0%} of that rests "
            "on comparisons with units already treated, so it is not used."
        )


def two_way(panel: pd.DataFrame, design: Design) -> TwoWay:
    """The usual regression, for comparison only.

    Parameters
    ----------
    panel, design : as for ``estimate_effect``; the comparison and ``cluster`` play no part

    Raises
    ------
    DesignError
        If treated cells cannot be told apart from unit and period effects.

    Examples
    --------
    >>> usual = asn.two_way(panel, asn.city_design())
    >>> f"{usual.told}; forbidden {usual.forbidden_weight:.0%}"
    '+2.70 (+1.69 to +3.71); forbidden 14%'
    """
    design.refuse_covariates("The two-way regression")
    grid = lay_out(panel, design)
    treated = grid.treated.astype(float)
    dummy = _residual(grid, treated)
    scale = float((grid.weight * dummy * treated).sum())
    if scale <= 1e-10 * grid.weight.sum():
        raise DesignError.named("no_comparison", design)
    estimate = float((grid.weight * dummy * grid.outcome).sum() / scale)
    error = _residual(grid, grid.outcome - estimate * treated)
    parts = (grid.weight * dummy * error).sum(axis=1) / scale
    df = len(parts) - 1
    std_error = float(np.sqrt((parts**2).sum() * len(parts) / df))
    return TwoWay(
        term="twoway",
        estimate=estimate,
        std_error=std_error,
        df=float(df),
        confidence=design.confidence,
        unit_of_measure=design.outcome,
        n_units=len(grid.units),
        design=replace(design, cluster=()),
        forbidden_weight=forbidden_weight(grid),
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
