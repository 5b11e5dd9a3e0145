"""Before anyone is trained: could this roll-out show the effect that matters?

The variance comes from the variogram of the city's own untreated past (METHODS.md, section 13). Where the
spread of one unit's answers is known, the part of it that comes from asking n people and not others is taken
off and put back as spread / n for the numbers of forms that are planned.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import nctdtr

from asn_analysis.impact.columns import ordinal
from asn_analysis.impact.design import Design
from asn_analysis.impact.grid import Grid, laid
from asn_analysis.impact.imputation import Problem, pose
from asn_analysis.impact.jackknife import cell_weights, effects_on
from asn_analysis.impact.refusals import DesignError
from asn_analysis.impact.shared import rising_line
from asn_analysis.measures.estimate import detectable, half_width
from asn_analysis.measures.panel import usual_step

FEWEST_PAIRS = 20  # pairs of cells below which a lag is not looked at


@dataclass(frozen=True)
class PlannedPower:
    """What a planned roll-out could show, in units of the outcome.

    Attributes
    ----------
    std_error, df : float
        Expected of the plain estimate at the end of the plan.
    detectable : float
        Smallest true effect whose plain interval excludes 0 with 80 % power.
    detectable_robust : float or None
        The same for the robust interval, without which nothing counts as success; None where the plan
        cannot tell a trend.
    power, power_robust : float or None
        Chance that the interval excludes 0 if the true effect is ``sesoi``.
    decides : bool
        Whether an effect of twice the SESOI would be shown by the robust interval with 80 % power.
    """

    design: Design
    sesoi: float
    n_units: int
    n_treated_units: int
    std_error: float
    df: float
    detectable: float
    detectable_robust: float | None
    power: float
    power_robust: float | None
    decides: bool

    def summary(self) -> str:
        """One plain sentence, before anyone is trained, in the words of the pages."""
        least = self.detectable if self.detectable_robust is None else self.detectable_robust
        enough = "enough" if self.decides else "not expected to be enough"
        return (
            f"As planned, training {self.n_treated_units} of {self.n_units} units is {enough} for a verdict: "
            f"an effect of {least:.1f} {self.design.outcome} would be shown four times in five."
        )


def plan_power(
    history: pd.DataFrame,
    design: Design,
    start: Mapping[Any, Any],
    until: Any,
    sesoi: float,
    within: pd.Series | None = None,
    forms: pd.Series | None = None,
) -> PlannedPower:
    """Power of a planned roll-out from the variances of the past.

    Parameters
    ----------
    design : the comparison, as for ``estimate_effect``
    history : panel so far; only untreated cells are used, and each unit's mean weight is expected again
    start : unit to its planned first treated period; units not named stay untrained
    until : last period that the analysis will see
    sesoi : smallest effect of interest
    within : variance of one respondent's score, by unit; with it the number of forms can be planned
    forms : respondents of each unit in each period ahead, by unit; by default its mean so far

    Raises
    ------
    DesignError
        If the past is too short to know how much cells vary, or nobody is left to compare with.
    ValueError
        If ``forms`` are given without ``within``.

    Examples
    --------
    >>> untrained = panel[panel["cohort"].isna()]
    >>> start = dict.fromkeys(untrained["unit_id"].unique()[:4], quarter + 2)
    >>> plan = asn.plan_power(untrained, asn.city_design(), start, until=quarter + 6, sesoi=2.0)
    >>> plan.n_treated_units, plan.decides
    (4, False)
    """
    if forms is not None and within is None:
        raise ValueError("To plan other numbers of forms, the variance within units must be given.")
    return planned(history, design, start, until, within).power(sesoi, forms)


@dataclass(frozen=True)
class Plan:
    """A planned roll-out, to be asked for its power with any number of forms; ``past``: untreated cells."""

    design: Design
    past: Grid
    start: Mapping[Any, Any]
    until: Any
    within: pd.Series | None

    def power(self, sesoi: float, forms: pd.Series | None = None) -> PlannedPower:
        """What so many forms a unit and period would show."""
        design, usual, spread = self.design, self._usual, self._spread
        grid = usual if forms is None else self._grid(forms)
        same = np.array_equal(grid.weight, usual.weight)
        n_treated, rows = self._rows if same else _rows(grid, design.comparison)
        noise = self._noise(grid)
        own, *allowed = [(_expected_error(row, grid, spread, noise), df) for row, df in rows]
        wide = max(_detectable(*one, design) for one in (own, *allowed)) if allowed else None
        return PlannedPower(
            design,
            sesoi,
            len(grid.units),
            n_treated,
            *own,
            _detectable(*own, design),
            wide,
            _power(sesoi, *own, design),
            min(_power(sesoi, *one, design) for one in (own, *allowed)) if allowed else None,
            bool(wide is not None and wide <= 2 * sesoi),
        )

    @cached_property
    def _usual(self) -> Grid:
        return self._grid(None)

    def _grid(self, forms: pd.Series | None) -> Grid:
        return _planned_grid(self.past, self.start, self.until, forms, self.design.fixed_weights)

    @cached_property
    def _rows(self) -> tuple[int, list[tuple[np.ndarray, float]]]:
        return _rows(self._usual, self.design.comparison)

    @cached_property
    def _spread(self) -> np.ndarray:
        """Half the mean squared change of cells by lag, less what the answers within units make of it."""
        spread = variogram(self.past, len(self._usual.clock))
        if self.within is not None:
            seen = self.past.weight > 0
            within = np.where(seen, self.within.reindex(self.past.units).to_numpy()[:, None], 0.0)
            asked = within[seen].sum() / self.past.weight[seen].sum()
            spread[1:] = np.maximum(spread[1:] - asked, 0.0)
        return spread

    def _noise(self, grid: Grid) -> np.ndarray:
        if self.within is None:
            return np.zeros(grid.weight.shape)
        within = self.within.reindex(grid.units).to_numpy()[:, None]
        return within / np.where(grid.size > 0, grid.size, np.inf)


def planned(
    history: pd.DataFrame,
    design: Design,
    start: Mapping[Any, Any],
    until: Any,
    within: pd.Series | None = None,
) -> Plan:
    """A planned roll-out (see ``plan_power``), to be asked for its power with many numbers of forms."""
    past = laid(history, design).untreated_alone()
    if not len(past.units):
        raise DesignError.named("no_history")
    return Plan(design, past, start, until, within)


def variogram(past: Grid, n_lags: int, sure: float = 0.0) -> np.ndarray:
    """Half the mean squared change between periods 0 .. n_lags - 1 apart, less the shared change.

    Drawn to a line that does not fall (``rising_line``). Long lags have few pairs, so they count by the
    square of theirs; a monotone fit would follow the noise of the longest: 7 points of power in simulations.
    """
    sums, counts, pairs = np.zeros(n_lags), np.zeros(n_lags), np.zeros(n_lags, dtype=int)
    clock, y, w = past.clock, past.outcome, past.weight
    for early in range(len(clock)):
        for late in range(early + 1, len(clock)):
            lag = int(clock[late] - clock[early])
            change, shared = y[:, late] - y[:, early], np.minimum(w[:, late], w[:, early])
            seen = shared > 0
            if lag >= n_lags or seen.sum() < 2:
                continue
            change, shared = change[seen], shared[seen]
            change = change - np.average(change, weights=shared)
            share = shared / shared.sum()
            sums[lag] += shared.sum() * (share @ change**2) / (1 - share @ share)
            counts[lag] += shared.sum()
            pairs[lag] += seen.sum()
    if pairs[1:].max(initial=0) < FEWEST_PAIRS:
        raise DesignError.named("no_history")
    known = np.flatnonzero(pairs >= FEWEST_PAIRS)
    rising = rising_line(known.astype(float), sums[known] / counts[known] / 2, counts[known] ** 2, sure)
    values = np.interp(np.arange(n_lags), known, rising)
    values[0] = 0.0
    return values


def _planned_grid(
    past: Grid, start: Mapping[Any, Any], until: Any, forms: pd.Series | None, fixed_weights: bool
) -> Grid:
    """Past and planned cells; fixed weights are what each unit had on average so far."""
    units, clock = past.units, np.arange(past.clock[0], _tick(until) + 1)
    so_far = past.weight.sum(axis=1) / (past.weight > 0).sum(axis=1)
    usual = so_far if forms is None else forms.reindex(units).to_numpy(dtype=float)
    beyond = clock - past.clock[-1]
    size = np.where((beyond > 0) & (beyond % usual_step(past.clock) == 0), usual[:, None], 0.0)
    size[:, np.isin(clock, past.clock)] = past.weight[:, np.isin(past.clock, clock)]
    weight = np.where(size > 0, so_far[:, None], 0.0) if fixed_weights else size
    ticks = {period: _tick(period) for period in set(start.values())}
    first = np.array([ticks[start[unit]] if unit in start else np.nan for unit in units])
    return Grid(units, clock.astype(object), clock, np.zeros(size.shape), weight, size, first, (), 0)


def _tick(period: Any) -> float:
    return float(ordinal(pd.Series([period]), "start and until").iloc[0])


def _rows(grid: Grid, comparison: str) -> tuple[int, list[tuple[np.ndarray, float]]]:
    """Treated units, and the rows of the estimate and of those that allow for a drift (``_row_of``)."""
    plain = pose(grid, comparison)
    targets = plain.targets
    if not targets.any():
        raise DesignError.named("no_comparison")
    own = _row_of(plain, targets)
    return int((targets > 0).any(axis=1).sum()), [own, *_allowed_rows(grid, own, targets)]


def _row_of(problem: Problem, targets: np.ndarray) -> tuple[np.ndarray, float]:
    """The estimate's coefficients on the cells (G x T), and its degrees of freedom."""
    df = effects_on(problem, targets[None]).df[0]
    if np.isnan(df):
        raise DesignError.named("single_unit")
    return cell_weights(problem, targets[None])[0], float(df)


def _expected_error(row: np.ndarray, grid: Grid, spread: np.ndarray, noise: np.ndarray) -> float:
    clock = grid.clock.astype(int)
    between = spread[np.abs(clock[:, None] - clock)]
    variance = -np.einsum("gt,ts,gs->", row, between, row) + (row**2 * noise).sum()
    return float(np.sqrt(max(variance, 0.0)))


def _allowed_rows(
    grid: Grid, plain: tuple[np.ndarray, float], targets: np.ndarray
) -> list[tuple[np.ndarray, float]]:
    """The rows that allow for a drift that goes on, or doubles, if one can be told (``allowances``)."""
    trend = ~np.isnan(grid.first_treated)[:, None] * (grid.clock - grid.clock.mean())
    try:
        continued, df = _row_of(pose(grid, "not_yet_treated", trend[:, :, None]), targets)
    except DesignError:
        return []
    return [(continued, df), (2 * continued - plain[0], min(df, plain[1]))]


def _detectable(error: float, df: float, design: Design) -> float:
    return float(detectable(error, df, design.confidence))


def _power(effect: float, error: float, df: float, design: Design) -> float:
    """Chance that the interval lies above 0, by the noncentral t."""
    if error == 0:
        return 1.0
    return float(1 - nctdtr(df, effect / error, half_width(1.0, df, design.confidence)))
