"""What training changed: the effect on the treated, its path over time, and a robust interval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import pandas as pd
from scipy.special import stdtr, stdtrit

from asn_analysis.impact.allowances import Allowances, Allowed, allow
from asn_analysis.impact.design import Design
from asn_analysis.impact.estimands import Estimates
from asn_analysis.impact.event_study import event_study, exposure, horizon, paths_of
from asn_analysis.impact.grid import Grid, lay_out
from asn_analysis.impact.imputation import Problem, pose
from asn_analysis.impact.jackknife import leave_out
from asn_analysis.impact.refusals import DesignError

ALIKE = 1e-9  # outcomes closer than this differ by rounding alone
METHOD = "imputation, delete-one-unit jackknife, Satterthwaite t"
NUMBERS = ("estimate", "std_error", "df", "conf_low", "conf_high")
TREND_FIELDS = (
    *("trend_adjusted", "trend_adjusted_std_error", "trend_adjusted_df"),
    *("trend_adjusted_low", "trend_adjusted_high", "drift", "drift_std_error", "drift_df"),
)


@dataclass(frozen=True)
class Effect:
    """An average effect on treated cells, in units of the outcome.

    Attributes
    ----------
    design : Design
        The comparison that made it.
    estimate, std_error, df, conf_low, conf_high : float
        Weighted average over treated cells, with its t-interval.
    trend_adjusted, trend_adjusted_low, trend_adjusted_high : float or None
        The same after a linear trend of ever-treated units is taken out; None where the data
        cannot tell such a trend, for the reason in ``trend_refusal``.
    allowed : tuple of Allowed
        The effect under each allowance for drift and scale (see ``impact.allowances``); the first is itself.
    conf_low_robust, conf_high_robust : float or None
        Union of their intervals; None where no trend can be told.
    least : float or None
        The smallest estimate among them: the size that can be claimed.
    conf_low_undrifted : float
        The lowest bound among those that allow for no trend.
    shared_by, shared_share : str or None, float
        The column of ``Design.cluster`` whose groups share shocks, and their share of the variance.
    drift, drift_std_error, drift_df : float or None
        That linear trend, per period.
    horizon : float
        Periods between the middle of the cells before and of those after the training: a drift
        of d per period bends the plain estimate by about d x horizon.
    exposure : float
        Periods that treated units have had since their treatment, on average.
    grid : Grid
        The cells behind it.
    n_units, n_treated_units, n_never_treated_units, n_respondents, n_cells, n_treated_cells : int or float
        Behind the estimate.
    n_left_out_cells : int
        Treated cells that have no comparison and so are not part of the estimate.
    replicates : Series
        The estimate with each contributing unit left out, by unit.
    """

    design: Design
    estimate: float
    std_error: float
    df: float
    conf_low: float
    conf_high: float
    trend_adjusted: float | None
    trend_adjusted_std_error: float | None
    trend_adjusted_df: float | None
    trend_adjusted_low: float | None
    trend_adjusted_high: float | None
    trend_refusal: str | None
    allowed: tuple[Allowed, ...] = field(repr=False)
    conf_low_robust: float | None
    conf_high_robust: float | None
    least: float | None
    conf_low_undrifted: float
    shared_by: str | None
    shared_share: float
    drift: float | None
    drift_std_error: float | None
    drift_df: float | None
    horizon: float
    exposure: float
    grid: Grid = field(repr=False)
    n_units: int
    n_treated_units: int
    n_never_treated_units: int
    n_respondents: float
    n_cells: int
    n_treated_cells: int
    n_left_out_cells: int
    n_cells_without_outcome: int
    method: str = METHOD
    replicates: pd.Series = field(default_factory=lambda: pd.Series(dtype=float), repr=False)

    def allowing(self, scale: str, estimate: float, std_error: float, df: float) -> Effect:
        """The same effect, whose robust interval also holds for an estimate made another way.

        Parameters
        ----------
        scale : what the estimate is called among the allowances, such as "same_mix"
        """
        half = float(stdtrit(df, 0.5 + self.design.confidence / 2)) * std_error
        numbers = (estimate, std_error, df, estimate - half, estimate + half)
        allowed = (*self.allowed, Allowed(scale, "none", *numbers))
        return replace(self, allowed=allowed, **_union(allowed))

    @property
    def allowances(self) -> pd.DataFrame:
        """One row an allowance: scale, trend, estimate, std_error, df, conf_low, conf_high."""
        return pd.DataFrame([vars(row) for row in self.allowed])

    @property
    def event_study(self) -> pd.DataFrame:
        """One row an event time: event_time, estimate, std_error, df, conf_low, conf_high, n_units.

        Those before the training (event_time < 0) are relative to all still earlier periods.
        """
        return self._events[0]

    @property
    def pre_covariance(self) -> np.ndarray:
        """Covariance of the event study's L rows before the training (L x L)."""
        return self._events[1]

    @cached_property
    def _events(self) -> tuple[pd.DataFrame, np.ndarray]:
        return event_study(self.grid, pose(self.grid, self.design.comparison), self.design)

    @cached_property
    def paths(self) -> pd.DataFrame:
        """Means of treated cells with and without the training, weighted alike.

        Per period: time, n_units, observed, expected.
        """
        problem = pose(self.grid, self.design.comparison)
        return paths_of(self.grid, problem, _targets(problem))

    @property
    def detectable(self) -> float:
        """The smallest true effect that the plain interval would have told from 0 four times in five."""
        quantiles = stdtrit(self.df, [0.5 + self.design.confidence / 2, 0.8])
        return float(quantiles.sum() * self.std_error)

    def tidy(self) -> pd.DataFrame:
        """All estimates as one table in the house vocabulary."""
        whole = {
            "term": ["att", "att_trend_adjusted"],
            "estimate": [self.estimate, self.trend_adjusted],
            "std_error": [self.std_error, self.trend_adjusted_std_error],
            "df": [self.df, self.trend_adjusted_df],
            "conf_low": [self.conf_low, self.trend_adjusted_low],
            "conf_high": [self.conf_high, self.trend_adjusted_high],
            "n_units": [self.n_treated_units] * 2,
        }
        rows = pd.DataFrame(whole)[: 1 if self.trend_adjusted is None else 2]
        events = self.event_study.assign(term="event_" + self.event_study["event_time"].astype(str))
        table = pd.concat([rows, events.drop(columns="event_time")], ignore_index=True)
        table["statistic"] = table["estimate"] / table["std_error"]
        table["p_value"] = 2 * stdtr(table["df"], -table["statistic"].abs())
        return table.assign(unit_of_measure=self.design.outcome)

    def _repr_html_(self) -> str:
        return f"<p>{self.summary()}</p>"

    def summary(self) -> str:
        """One plain sentence with its range."""
        return (
            f"Among {self.n_treated_units} treated units the average effect on {self.design.outcome} is "
            f"{self.estimate:+#.3g} ({self.conf_low:+#.3g} to {self.conf_high:+#.3g})."
        )


def estimate_effect(panel: pd.DataFrame, design: Design) -> Effect:
    """Estimate what the treatment changed in the treated cells.

    Parameters
    ----------
    panel : DataFrame
        One row per unit and period, with the columns that ``design`` names.
    design : Design

    Raises
    ------
    DesignError
        If the panel cannot identify the effect or its uncertainty, with reason and remedy.
    KeyError, ValueError
        If columns are missing or rows contradict each other (see ``lay_out``).

    Notes
    -----
    Imputation estimator of Borusyak, Jaravel and Spiess (2024); delete-one-unit jackknife of the
    whole procedure with Satterthwaite degrees of freedom; the variance of shared shocks added; robust
    interval as the union over allowances for drift and scale. METHODS.md has the formulas.
    """
    grid = lay_out(panel, design)
    return estimate_on(grid, design, [grid.outcome])[0]


def estimate_on(grid: Grid, design: Design, outcomes: Sequence[np.ndarray]) -> list[Effect]:
    """Effects on several outcomes (each G x T) of a grid laid out before, which share its design.

    Raises
    ------
    DesignError
        As ``estimate_effect``, for any of them.
    """
    seen = grid.weight > 0
    if any(np.ptp(outcome[seen]) < ALIKE for outcome in outcomes):
        raise DesignError.named("no_variation")
    problem = pose(grid, design.comparison)
    if not problem.imputable.any():
        raise DesignError.named("no_comparison")
    targets = _targets(problem)
    own = leave_out(problem, targets[None])
    plain = own.of(outcomes)
    if any(np.isnan(each.std_error[0]) for each in plain):
        raise DesignError.named("single_unit")
    found = zip(outcomes, plain, allow(problem, own, targets, design, outcomes), strict=True)
    shown = {
        "design": design,
        "horizon": horizon(grid, problem, targets),
        "exposure": exposure(grid, targets),
        **_counts(grid, problem),
    }
    return [
        Effect(grid=replace(grid, outcome=outcome), **shown, **_of_outcome(grid, each, allowed))
        for outcome, each, allowed in found
    ]


def _targets(problem: Problem) -> np.ndarray:
    return np.where(problem.imputable, problem.grid.weight, 0.0)


def _of_outcome(grid: Grid, own: Estimates, allowed: Allowances) -> dict:
    """The fields of an Effect that its outcome decides."""
    headline, shared = allowed.rows[0], allowed.shared
    return {
        **{name: getattr(headline, name) for name in NUMBERS},
        **_robust(allowed),
        "shared_by": shared and shared.by,
        "shared_share": 1 - float(own.std_error[0] ** 2 / headline.std_error**2) if shared else 0.0,
        "replicates": pd.Series(own.replicates[:, 0], index=grid.units[own.units]),
    }


def _robust(found: Allowances) -> dict:
    """The fields of an Effect that allowances decide."""
    fields = {"allowed": found.rows, "trend_refusal": found.refusal}
    if found.drift is None:
        return fields | dict.fromkeys(TREND_FIELDS) | _union(found.rows)
    continued = next(row for row in found.rows if (row.scale, row.trend) == ("points", "continued"))
    drift = (float(number[0]) for number in (found.drift.value, found.drift.std_error, found.drift.df))
    numbers = (*(getattr(continued, name) for name in NUMBERS), *drift)
    return fields | dict(zip(TREND_FIELDS, numbers, strict=True)) | _union(found.rows)


def _union(rows: Sequence[Allowed]) -> dict:
    """What all allowances say together; a robust interval needs those for a drift."""
    undrifted = [row for row in rows if row.trend == "none"]
    found = {"conf_low_undrifted": min(row.conf_low for row in undrifted)}
    if len(undrifted) == len(rows):
        return found | dict.fromkeys(("conf_low_robust", "conf_high_robust", "least"))
    return found | {
        "conf_low_robust": min(row.conf_low for row in rows),
        "conf_high_robust": max(row.conf_high for row in rows),
        "least": min(row.estimate for row in rows),
    }


def _counts(grid: Grid, problem: Problem) -> dict:
    return {
        "n_units": len(grid.units),
        "n_treated_units": int(problem.imputable.any(axis=1).sum()),
        "n_never_treated_units": int((~grid.treated.any(axis=1)).sum()),
        "n_respondents": float(grid.size.sum()),
        "n_cells": int((grid.weight > 0).sum()),
        "n_treated_cells": int(problem.imputable.sum()),
        "n_left_out_cells": int((grid.treated & ~problem.imputable).sum()),
        "n_cells_without_outcome": grid.n_cells_without_outcome,
    }
