"""Estimands with their uncertainty: what a jackknife leaves, and what groups of units share.

Shapes: G units, T periods, E estimands.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from asn_analysis.impact.shared import Shocks
from asn_analysis.measures.estimate import half_width, jackknife_error, satterthwaite

T = TypeVar("T")


@dataclass(frozen=True)
class Estimates:
    """E estimands with their uncertainty.

    Attributes
    ----------
    value, std_error, df : (E,); the last two are NaN where a single unit carries the estimand
    replicates : (G', E), each with one of the G' contributing units left out
    units : (G',), which unit of the grid each replicate leaves out
    rows : (E, G, T), the coefficients on the cells; None where no groups may share shocks
    shared : the shocks that have been added to the variance, or None
    """

    value: np.ndarray
    std_error: np.ndarray
    df: np.ndarray
    replicates: np.ndarray
    units: np.ndarray
    rows: np.ndarray | None = None
    shared: Shocks | None = None

    @property
    def covariance(self) -> np.ndarray:
        """Covariance of the estimands (E x E): jackknife, and what groups of units share."""
        deviation = self.replicates - self.value
        own = deviation.T @ deviation * (len(deviation) - 1) / len(deviation)
        return own if self.shared is None else own + self.shared.covariance(self.rows)

    def one(self, place: int, of: Callable[..., T], **about: Any) -> T:
        """One of them as an ``Estimate`` of some kind, with what its kind tells besides."""
        value, error, df = (float(each[place]) for each in (self.value, self.std_error, self.df))
        return of(estimate=value, std_error=error, df=df, **about)

    def table(self, confidence: float) -> pd.DataFrame:
        """One row an estimand: estimate, std_error, df, conf_low, conf_high."""
        half = half_width(self.std_error, self.df, confidence)
        bounds = {"conf_low": self.value - half, "conf_high": self.value + half}
        return pd.DataFrame({"estimate": self.value, "std_error": self.std_error, "df": self.df, **bounds})

    def with_shared(self, shocks: Sequence[Shocks]) -> Estimates:
        """The same with what shared shocks add: the grouping that adds most.

        Degrees of freedom by Satterthwaite's rule.
        """
        if self.rows is None or not shocks:
            return self
        added = {each: np.maximum(np.diag(each.covariance(self.rows)), 0.0) for each in shocks}
        shared = max(added, key=lambda each: added[each].sum())
        parts = np.stack([self.std_error**2, added[shared]])
        total, freedom = parts.sum(axis=0), np.stack([self.df, np.full_like(self.df, shared.df)])
        df = np.where(total > 0, satterthwaite(parts, freedom), self.df)
        return replace(self, std_error=np.sqrt(total), df=df, shared=shared)


def combined(first: Estimates, second: Estimates, weights: tuple[float, float]) -> Estimates:
    """A weighted sum of the estimands of two problems over the same grid, before shared shocks.

    The degrees of freedom are the fewer of both.
    """
    units = np.union1d(first.units, second.units)
    value = weights[0] * first.value + weights[1] * second.value
    deviation = weights[0] * _deviation(first, units) + weights[1] * _deviation(second, units)
    rows = None
    if first.rows is not None and second.rows is not None:
        rows = weights[0] * first.rows + weights[1] * second.rows
    df = np.minimum(first.df, second.df)
    return Estimates(value, jackknife_error(deviation), df, deviation + value, units, rows)


def _deviation(estimates: Estimates, units: np.ndarray) -> np.ndarray:
    """What leaving out each of ``units`` changes; a unit that does not contribute changes nothing."""
    deviation = np.zeros((len(units), len(estimates.value)))
    deviation[np.searchsorted(units, estimates.units)] = estimates.replicates - estimates.value
    return deviation
