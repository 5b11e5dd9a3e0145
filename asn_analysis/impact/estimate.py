"""What training changed: the effect on the treated, its path over time, and a robust interval."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from scipy.special import stdtr, stdtrit

from asn_analysis.impact.design import Design, DesignError, Grid, lay_out
from asn_analysis.impact.imputation import Problem, pose
from asn_analysis.impact.jackknife import Estimates, coefficients, effects_on

METHOD = "imputation, delete-one-unit jackknife, Satterthwaite t"
TREND_FIELDS = (
    "trend_adjusted",
    "trend_adjusted_low",
    "trend_adjusted_high",
    "conf_low_robust",
    "conf_high_robust",
    "drift",
    "drift_std_error",
    "drift_df",
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
    conf_low_robust, conf_high_robust : float or None
        Union of both intervals.
    drift, drift_std_error, drift_df : float or None
        That linear trend, per period.
    horizon : float
        Periods between the middle of the cells before and of those after the training: a drift
        of d per period bends the plain estimate by about d x horizon.
    event_study : DataFrame
        One row an event time: event_time, estimate, std_error, df, conf_low, conf_high, n_units.
        Earlier periods (event_time < 0) are relative to all periods before ``reference``.
    pre_covariance : (L, L) array
        Covariance of the event study's L rows before the training.
    paths : DataFrame
        Per period: time, n_units, observed, expected: means of treated cells with and without
        the training, weighted alike.
    n_units, n_treated_units, n_never_treated_units, n_respondents, n_cells : int or float
        Behind the estimate; n_respondents sums the cell weights.
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
    trend_adjusted_low: float | None
    trend_adjusted_high: float | None
    trend_refusal: str | None
    conf_low_robust: float | None
    conf_high_robust: float | None
    drift: float | None
    drift_std_error: float | None
    drift_df: float | None
    horizon: float
    event_study: pd.DataFrame = field(repr=False)
    pre_covariance: np.ndarray = field(repr=False)
    paths: pd.DataFrame = field(repr=False)
    n_units: int
    n_treated_units: int
    n_never_treated_units: int
    n_respondents: float
    n_cells: int
    n_left_out_cells: int
    n_cells_without_outcome: int
    method: str = METHOD
    trend_adjusted_std_error: float | None = None
    trend_adjusted_df: float | None = None
    replicates: pd.Series = field(default_factory=lambda: pd.Series(dtype=float), repr=False)

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
    whole procedure with Satterthwaite degrees of freedom; robust interval as the union of the
    plain one and that after a differential linear trend. METHODS.md has the formulas.
    """
    grid = lay_out(panel, design)
    problem = pose(grid, design.comparison)
    if not problem.imputable.any():
        raise DesignError.named("no_comparison")
    targets = np.where(problem.imputable, grid.weight, 0.0)
    plain = effects_on(problem, targets[None])
    if np.isnan(plain.std_error[0]):
        raise DesignError.named("single_unit")
    low, high = _interval(plain, design.confidence)
    event_study, pre_covariance = _event_study(grid, problem, design)
    return Effect(
        design=design,
        estimate=float(plain.value[0]),
        std_error=float(plain.std_error[0]),
        df=float(plain.df[0]),
        conf_low=float(low[0]),
        conf_high=float(high[0]),
        **_robust(grid, targets, float(low[0]), float(high[0]), design.confidence),
        horizon=_horizon(grid, problem, targets),
        event_study=event_study,
        pre_covariance=pre_covariance,
        paths=_paths(grid, problem, targets),
        **_counts(grid, problem),
        replicates=pd.Series(plain.replicates[:, 0], index=grid.units[plain.units]),
    )


def _robust(grid: Grid, targets: np.ndarray, low: float, high: float, confidence: float) -> dict:
    """The fields of an Effect that a differential trend decides."""
    effect, drift, refusal = _trend_adjusted(grid, targets)
    if refusal:
        return dict.fromkeys(TREND_FIELDS) | {"trend_refusal": refusal}
    trend_low, trend_high = (float(bound[0]) for bound in _interval(effect, confidence))
    return {
        "trend_adjusted": float(effect.value[0]),
        "trend_adjusted_std_error": float(effect.std_error[0]),
        "trend_adjusted_df": float(effect.df[0]),
        "trend_adjusted_low": trend_low,
        "trend_adjusted_high": trend_high,
        "trend_refusal": None,
        "conf_low_robust": min(low, trend_low),
        "conf_high_robust": max(high, trend_high),
        "drift": float(drift.value[0]),
        "drift_std_error": float(drift.std_error[0]),
        "drift_df": float(drift.df[0]),
    }


def _counts(grid: Grid, problem: Problem) -> dict:
    return {
        "n_units": len(grid.units),
        "n_treated_units": int(problem.imputable.any(axis=1).sum()),
        "n_never_treated_units": int((~grid.treated.any(axis=1)).sum()),
        "n_respondents": float(grid.weight.sum()),
        "n_cells": int((grid.weight > 0).sum()),
        "n_left_out_cells": int((grid.treated & ~problem.imputable).sum()),
        "n_cells_without_outcome": grid.n_cells_without_outcome,
    }


def _interval(estimates: Estimates, confidence: float) -> tuple[np.ndarray, np.ndarray]:
    half_width = stdtrit(estimates.df, 0.5 + confidence / 2) * estimates.std_error
    return estimates.value - half_width, estimates.value + half_width


def _trend_adjusted(grid: Grid, targets: np.ndarray) -> tuple[Estimates | None, Estimates | None, str | None]:
    """The effect after a linear trend of ever-treated units, that trend, or why neither can be had.

    The trend is learned from all untreated cells, whatever the comparison: never-treated cells
    alone cannot show it.
    """
    ever = ~np.isnan(grid.first_treated)
    trend = ever[:, None] * (grid.clock - grid.clock.mean())
    try:
        problem = pose(grid, "not_yet_treated", trend[:, :, None])
        effect, drift = effects_on(problem, targets[None]), coefficients(problem)
    except DesignError as error:
        return None, None, error.code
    if np.isnan([effect.std_error[0], drift.std_error[0]]).any():
        return None, None, "single_unit"
    return effect, drift, None


def _horizon(grid: Grid, problem: Problem, targets: np.ndarray) -> float:
    trained = problem.imputable.any(axis=1)[:, None]
    clock = np.broadcast_to(grid.clock, targets.shape)
    before = np.average(clock, weights=problem.level * trained)
    return float(np.average(clock, weights=targets) - before)


def _event_study(grid: Grid, problem: Problem, design: Design) -> tuple[pd.DataFrame, np.ndarray]:
    event_time = grid.event_time
    after = [e for e in range(design.lags + 1) if (problem.imputable & (event_time == e)).any()]
    targets = np.stack([np.where(event_time == e, grid.weight, 0.0) for e in after])
    before, leads = _leads(grid, design)
    rows = [
        _rows(before, leads, grid.untreated, event_time, design) if leads else pd.DataFrame(),
        _rows(after, effects_on(problem, targets), problem.imputable, event_time, design),
    ]
    covariance = leads.covariance if leads else np.zeros((0, 0))
    return pd.concat(rows, ignore_index=True), covariance


def _leads(grid: Grid, design: Design) -> tuple[list[int], Estimates | None]:
    """Effects before the training, relative to all still earlier periods."""
    event_time = grid.event_time
    seen = np.unique(event_time[grid.untreated & (event_time < 0)])
    before = [int(e) for e in seen if e >= -design.leads and e > seen.min()]
    if not before:
        return [], None
    dummies = np.stack([event_time == e for e in before], axis=2).astype(float)
    try:
        return before, coefficients(pose(grid, "not_yet_treated", dummies))
    except DesignError:
        return [], None


def _rows(
    event_times: list[int], estimates: Estimates, cells: np.ndarray, event_time: np.ndarray, design: Design
) -> pd.DataFrame:
    low, high = _interval(estimates, design.confidence)
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


def _paths(grid: Grid, problem: Problem, targets: np.ndarray) -> pd.DataFrame:
    total = targets.sum(axis=0)
    shown = total > 0
    weighted = targets[:, shown] / total[shown]
    return pd.DataFrame(
        {
            "time": grid.periods[shown],
            "n_units": (targets[:, shown] > 0).sum(axis=0),
            "observed": (weighted * grid.outcome[:, shown]).sum(axis=0),
            "expected": (weighted * problem.expected[:, shown]).sum(axis=0),
        }
    )
