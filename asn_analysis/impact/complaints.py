"""What training did to the number of complaints: a rate ratio, by Poisson regression on cells.

Wooldridge (2023, Econometrics Journal 26:C31-C66), with unit effects, which are concentrated out: only the T
quarter levels are solved for, once for all units and once without each of them (jackknife).

Shapes: G units, T quarters, P patterns of users and treatment, R replicates.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from asn_analysis.impact.design import Design
from asn_analysis.impact.grid import Grid, lay_out
from asn_analysis.impact.imputation import pose
from asn_analysis.impact.refusals import DesignError
from asn_analysis.measures.estimate import half_width, jackknife_error
from asn_analysis.measures.panel import cohorts
from asn_analysis.rules.rules import load_complaints

FEWEST = 10  # complaints with and without training below which no ratio is given


@dataclass(frozen=True)
class RateRatio:
    """Complaints of trained units as a ratio to those expected without the training.

    Attributes
    ----------
    ratio, conf_low, conf_high : 0.92 is 8 per cent fewer
    std_error, df : of the ratio's logarithm
    observed, expected : complaints in treated cells
    n_units, n_treated_units : behind the estimate
    two_way, two_way_low, two_way_high : the plain regression, clustered by unit, for comparison; None
        where its range says nothing
    """

    ratio: float
    conf_low: float
    conf_high: float
    std_error: float
    df: float
    observed: int
    expected: float
    n_units: int
    n_treated_units: int
    two_way: float | None
    two_way_low: float | None
    two_way_high: float | None

    def summary(self) -> str:
        """One plain sentence with its range."""
        return (
            f"Trained units received {self.ratio:.2f} times the complaints expected without training "
            f"({self.conf_low:.2f} to {self.conf_high:.2f})."
        )


def complaint_cells(
    units: pd.DataFrame, complaints: pd.DataFrame, trainings: pd.DataFrame, quarter: pd.Period
) -> pd.DataFrame:
    """Every unit in every quarter from the register's first on, with its complaints: 0 where none came.

    Returns
    -------
    DataFrame with columns
        unit_id, quarter, complaints, users (people served a quarter; 1 where that is not known), cohort.

    Examples
    --------
    >>> cells = asn.complaint_cells(dataset.units, dataset.complaints, dataset.trainings, quarter)
    >>> cells.head(1)
        unit_id quarter  complaints   users  cohort
    0  36.73.01  2023Q4           1  1202.5  2025Q2
    """
    received = pd.PeriodIndex(complaints["received"], freq=quarter.freq)
    known = received <= quarter
    quarters = pd.period_range(received[known].min(), quarter) if known.any() else pd.PeriodIndex([quarter])
    cells = pd.MultiIndex.from_product([units["unit_id"], quarters], names=["unit_id", "quarter"])
    counted = complaints[known].groupby(["unit_id", received[known]]).size()
    frame = pd.DataFrame({"complaints": counted.reindex(cells, fill_value=0)}, index=cells).reset_index()
    users = units.set_index("unit_id").get("annual_users", pd.Series(dtype=float)).astype(float)
    # Users are known once a unit, so its own level takes them up: a unit without them loses nothing.
    frame["users"] = frame["unit_id"].map(users.where(users > 0)).fillna(4.0) / 4
    first = cohorts(trainings, quarter)
    return frame.assign(cohort=pd.PeriodIndex(first.reindex(frame["unit_id"]), freq=quarter.freq))


def complaints_effect(cells: pd.DataFrame, design: Design | None = None) -> RateRatio:
    """The rate ratio of trained units' complaints.

    Parameters
    ----------
    cells : one row per unit and quarter, see ``complaint_cells``
    design : Design, optional
        Names of the columns; ``weight`` is the exposure (users).

    Raises
    ------
    DesignError
        If the cells cannot identify a ratio, hold too few complaints, or leave a range that says nothing.

    Notes
    -----
    Wooldridge (2023), Poisson imputation with unit effects; delete-one-unit jackknife.

    Examples
    --------
    >>> cells = asn.complaint_cells(dataset.units, dataset.complaints, dataset.trainings, quarter)
    >>> asn.complaints_effect(cells).summary()
    'Trained units received 0.68 times the complaints expected without training (0.39 to 1.19).'
    """
    design = design or Design("complaints", "unit_id", "quarter", "cohort", weight="users")
    grid = lay_out(cells, design)
    imputable = pose(grid, "not_yet_treated").imputable
    observed = (grid.outcome * imputable).sum()
    pattern = _patterns(grid, imputable)
    expected, left_observed, left_expected = pattern.leave_one_out(grid, imputable)
    if min(observed, expected, grid.outcome[grid.untreated].sum()) < FEWEST:
        raise DesignError.named("few_complaints")
    if min(left_observed.min(), left_expected.min()) <= 0:
        raise DesignError.named("few_complaints")
    left = np.log(left_observed / left_expected)
    log_ratio, n = float(np.log(observed / expected)), len(left)
    std_error = float(jackknife_error(left - log_ratio))
    n_treated = int(imputable.any(axis=1).sum())
    df = float(max(min(n_treated, n - n_treated) - 1, 1))
    found = _with_range(log_ratio, half_width(std_error, df, design.confidence))
    if found is None:
        raise DesignError.named("wide_range")
    return RateRatio(
        *found, std_error, df, int(observed), float(expected), n,
        n_treated, *two_way(grid, design.confidence),
    )  # fmt: skip


def _with_range(log_ratio: float, half: float) -> tuple[float, float, float] | None:
    """Ratio, low and high; None where the range is too wide to say anything."""
    if not 2 * half <= np.log(load_complaints().widest_range):
        return None
    ratio, low, high = (float(np.exp(log_ratio + side * half)) for side in (0, -1, 1))
    return ratio, low, high


@dataclass(frozen=True)
class _Patterns:
    """Units that were treated alike, and whose users moved alike, need one row together.

    Attributes
    ----------
    of_unit : (G,) pattern of each unit
    before, after : (P, T) users of untreated and of treated cells, in shares of the unit's own
    """

    of_unit: np.ndarray
    before: np.ndarray
    after: np.ndarray

    def leave_one_out(self, grid: Grid, imputable: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
        """Expected complaints with all units, then observed and expected ones without each (G,)."""
        untreated = grid.outcome * grid.untreated
        totals = np.zeros((1, len(self.before)))
        np.add.at(totals[0], self.of_unit, untreated.sum(axis=1))
        levels = _quarter_levels(totals, untreated.sum(axis=0)[None], self.before)
        without = np.repeat(totals, len(untreated), axis=0)
        without[np.arange(len(untreated)), self.of_unit] -= untreated.sum(axis=1)
        left = _quarter_levels(without, untreated.sum(axis=0) - untreated, self.before, levels)
        treated = (grid.outcome * imputable).sum(axis=1)
        return self._expected(totals, levels)[0], treated.sum() - treated, self._expected(without, left)

    def _expected(self, totals: np.ndarray, levels: np.ndarray) -> np.ndarray:
        before, after = levels @ self.before.T, levels @ self.after.T
        return (totals * np.divide(after, before, out=np.zeros_like(after), where=before > 0)).sum(axis=1)


def _patterns(grid: Grid, imputable: np.ndarray) -> _Patterns:
    before = np.where(grid.untreated, grid.weight, 0.0)
    own = np.where(before.any(axis=1), before.sum(axis=1), 1.0)[:, None]
    rows = np.concatenate([before, np.where(imputable, grid.weight, 0.0)], axis=1) / own
    patterns, of_unit = np.unique(rows.round(12), axis=0, return_inverse=True)
    n_quarters = before.shape[1]
    return _Patterns(of_unit.ravel(), patterns[:, :n_quarters], patterns[:, n_quarters:])


def _quarter_levels(
    totals: np.ndarray, by_quarter: np.ndarray, users: np.ndarray, start: np.ndarray | None = None
) -> np.ndarray:
    """Levels of the quarters (R x T) that solve the Poisson equations, by Newton's method.

    Parameters
    ----------
    totals : (R, P) complaints of untreated cells; by_quarter : (R, T) the same by quarter
    users : (P, T); start : (1, T) levels to start from

    A quarter without any complaint has the level 0.
    """
    seen = by_quarter > 0
    log_level = np.zeros(by_quarter.shape) + (
        np.log(np.where(start > 0, start, 1.0)) if start is not None else 0
    )
    for _step in range(100):
        level = np.where(seen, np.exp(log_level), 0.0)
        whole = level @ users.T
        share = level[:, None, :] * users / np.where(whole > 0, whole, 1.0)[:, :, None]
        fitted = totals[:, :, None] * share
        lacking = np.where(seen, by_quarter - fitted.sum(axis=1), 0.0)
        if np.abs(lacking).max() <= 1e-9 * max(by_quarter.sum(axis=1).max(), 1.0):
            break
        step = _newton_step(fitted, share, seen, lacking)
        log_level += np.clip(step, -1, 1)
    return level


def _newton_step(fitted: np.ndarray, share: np.ndarray, seen: np.ndarray, lacking: np.ndarray) -> np.ndarray:
    n_quarters = seen.shape[1]
    curvature = -np.einsum("rpt,rps->rts", fitted, share)
    curvature[:, np.arange(n_quarters), np.arange(n_quarters)] += np.where(seen, fitted.sum(axis=1), 1.0)
    # Only ratios between quarters are identified: fix the level of each quarter's sum.
    size = np.abs(curvature).max(axis=(1, 2))[:, None, None] / n_quarters
    both = seen[:, :, None] & seen[:, None, :]
    ridge = 1e-10 * np.eye(n_quarters)
    return np.linalg.solve(curvature + size * (both + ridge), lacking[:, :, None])[:, :, 0]


def two_way(grid: Grid, confidence: float = 0.95) -> tuple[float | None, float | None, float | None]:
    """Unit and quarter effects and one dummy for training in a single Poisson regression: ratio, low, high.

    Clustered by unit with G / (G - 1), as generalised linear models do. With training in waves part
    of its coefficient compares trained units with trained ones, so it stands only beside the headline. None
    where its range says nothing.
    """
    present = grid.weight > 0
    dummies = np.eye(len(grid.clock))[:, 1:]
    x = np.concatenate(
        [np.broadcast_to(dummies, (*present.shape, len(dummies.T))), grid.treated[:, :, None]], axis=2
    ).astype(float)
    totals, beta = grid.outcome.sum(axis=1), np.zeros(x.shape[2])
    for _step in range(100):
        predicted = np.where(present, grid.weight * np.exp(x @ beta), 0.0)
        share = predicted / predicted.sum(axis=1, keepdims=True)
        mean = np.einsum("gt,gtk->gk", share, x)
        scores = np.einsum("gt,gtk->gk", grid.outcome, x) - totals[:, None] * mean
        centred = x - mean[:, None, :]
        curvature = np.einsum("gt,gtk,gtl->kl", totals[:, None] * share, centred, centred)
        step = np.linalg.lstsq(curvature, scores.sum(axis=0), rcond=None)[0]
        beta += np.clip(step, -1, 1)
        if np.abs(step).max() < 1e-10:
            break
    bread = np.linalg.pinv(curvature, hermitian=True)
    n = len(totals)
    std_error = np.sqrt((bread @ (scores.T @ scores) @ bread)[-1, -1] * n / (n - 1))
    return _with_range(float(beta[-1]), half_width(std_error, n - 1, confidence)) or (None, None, None)
