"""Who is compared with whom: a design that refuses what cannot identify an effect."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from asn_analysis.impact.refusals import REFUSALS, DesignError

__all__ = ["COMPARISONS", "REFUSALS", "Design", "DesignError", "Grid", "cells_of", "lay_out", "ordinal"]

COMPARISONS = ("not_yet_treated", "never_treated")


@dataclass(frozen=True)
class Design:
    """A comparison of treated with untreated units over time.

    Attributes
    ----------
    outcome, unit, time, cohort : str
        Columns of the panel, one row per unit and period. ``time`` and ``cohort`` hold periods or
        whole numbers; ``cohort`` is the first treated period, missing for units never treated.
    weight : str or None
        Column of cell weights (respondents); None weighs all cells alike.
    comparison : "not_yet_treated" or "never_treated"
        Whose cells tell how the quarters would have gone without treatment.
    confidence : float
        Coverage of the intervals.
    leads, lags : int
        Periods before and after the first treatment that the event study shows.
    """

    outcome: str
    unit: str
    time: str
    cohort: str
    weight: str | None = None
    comparison: str = "not_yet_treated"
    confidence: float = 0.95
    leads: int = 4
    lags: int = 8

    def __post_init__(self) -> None:
        if self.comparison not in COMPARISONS:
            raise ValueError(f'comparison "{self.comparison}" is not one of {", ".join(COMPARISONS)}.')
        if not 0 < self.confidence < 1:
            raise ValueError(f"confidence {self.confidence} does not lie between 0 and 1.")
        if self.leads < 0 or self.lags < 0:
            raise ValueError("leads and lags are counts of periods, 0 or more.")


@dataclass(frozen=True)
class Grid:
    """A panel laid out as units x periods (G x T); cells that do not exist weigh nothing.

    Attributes
    ----------
    units : (G,) labels; periods : (T,) labels; clock : (T,) whole numbers, one a period
    outcome : (G, T), 0 where there is no cell; weight : (G, T), 0 where there is no cell
    first_treated : (G,) on the clock, NaN for never treated
    n_cells_without_outcome : cells of the panel whose outcome is missing, set aside
    """

    units: np.ndarray
    periods: np.ndarray
    clock: np.ndarray
    outcome: np.ndarray
    weight: np.ndarray
    first_treated: np.ndarray
    n_cells_without_outcome: int

    @property
    def event_time(self) -> np.ndarray:
        """Periods since the first treated one (G x T), NaN for units never treated."""
        return self.clock[None, :] - self.first_treated[:, None]

    @property
    def treated(self) -> np.ndarray:
        """Cells observed under treatment (G x T)."""
        return (self.event_time >= 0) & (self.weight > 0)

    @property
    def untreated(self) -> np.ndarray:
        """Cells observed without treatment, never or not yet (G x T)."""
        return ~(self.event_time >= 0) & (self.weight > 0)

    def without(self, unit: int) -> Grid:
        """The same grid with one unit left out."""
        keep = np.arange(len(self.units)) != unit
        return Grid(
            self.units[keep],
            self.periods,
            self.clock,
            self.outcome[keep],
            self.weight[keep],
            self.first_treated[keep],
            self.n_cells_without_outcome,
        )


def lay_out(panel: pd.DataFrame, design: Design) -> Grid:
    """The panel as a grid, after everything that could silently bend an estimate is refused.

    Raises
    ------
    KeyError
        A column that the design names is not in the panel.
    ValueError
        Rows that contradict each other: a unit twice in a period, a unit with two cohorts,
        a negative weight, an outcome that is no number.
    DesignError
        Rows that are in order but cannot identify an effect.
    """
    cells = _columns(panel, design)
    missing = np.isnan(cells["outcome"])
    present = np.flatnonzero(~missing & (cells["weight"] > 0))
    if not len(present):
        raise DesignError.named("no_cells")
    unit, units = pd.factorize(cells["unit"].iloc[present], sort=True)
    time, start = cells["time"], cells["cohort"]
    clock, first, column = np.unique(time[present], return_index=True, return_inverse=True)
    shape = (len(units), len(clock))
    outcome, weight, cohort = np.zeros(shape), np.zeros(shape), np.full(len(units), np.nan)
    outcome[unit, column] = cells["outcome"][present]
    weight[unit, column] = cells["weight"][present]
    # Nothing is known of a treatment that begins after the last period: so far these units are untreated.
    cohort[unit] = np.where(start <= time.max(), start, np.nan)[present]
    grid = Grid(
        units=np.asarray(units),
        periods=panel[design.time].iloc[present[first]].to_numpy(dtype=object),
        clock=clock,
        outcome=outcome,
        weight=weight,
        first_treated=cohort,
        n_cells_without_outcome=int(missing.sum()),
    )
    _refuse_unidentified(grid)
    return grid


def cells_of(panel: pd.DataFrame, design: Design) -> pd.DataFrame:
    """The rows as unit, time, cohort (whole numbers), outcome, weight, after contradictions are refused."""
    return pd.DataFrame(_columns(panel, design)).reset_index(drop=True)


def _columns(panel: pd.DataFrame, design: Design) -> dict[str, Any]:
    """What ``cells_of`` returns: the units as a Series, the others as arrays of floats."""
    named = [design.outcome, design.unit, design.time, design.cohort, design.weight]
    absent = [name for name in named if name is not None and name not in panel.columns]
    if absent:
        raise KeyError(
            f"The panel has no column {', '.join(map(repr, absent))}; it has {list(panel.columns)}."
        )
    _refuse_two_calendars(panel, design)
    cells = {
        "unit": panel[design.unit],
        "time": ordinal(panel[design.time], design.time).to_numpy(),
        "cohort": ordinal(panel[design.cohort], design.cohort).to_numpy(),
        "outcome": _number(panel[design.outcome], design.outcome),
        "weight": np.ones(len(panel))
        if design.weight is None
        else _number(panel[design.weight], design.weight),
    }
    _refuse_contradictions(cells, design)
    return cells


def _refuse_contradictions(cells: Mapping[str, Any], design: Design) -> None:
    unit, names = pd.factorize(cells["unit"])
    time, cohort = cells["time"], cells["cohort"]
    if (unit < 0).any() or np.isnan(time).any():
        raise ValueError(f"{design.unit} and {design.time} must be filled in every row.")
    order = np.lexsort((time, unit))
    same_unit = np.diff(unit[order]) == 0
    twice = same_unit & (np.diff(time[order]) == 0)
    if twice.any():
        name = names[unit[order][:-1][twice][0]]
        raise ValueError(f"Unit {name} has two rows in one period; a cell is one row per unit and period.")
    start = np.where(np.isnan(cohort), np.inf, cohort)[order]
    changed = same_unit & (start[1:] != start[:-1])
    if changed.any():
        name = names[unit[order][:-1][changed][0]]
        raise ValueError(f"Unit {name} has more than one {design.cohort}; it is the first treated period.")
    if (cohort == 0).any() and time.min() > 0:
        raise ValueError(
            f"{design.cohort} holds 0, which is no observed period: leave it missing for units never "
            "treated, and give units treated from the start the first period."
        )
    if not np.isfinite(cells["weight"]).all() or (cells["weight"] < 0).any():
        raise ValueError(f"{design.weight} must be a number of 0 or more in every row.")
    if np.isinf(cells["outcome"]).any():
        raise ValueError(f"{design.outcome} holds an infinite value.")


def _number(column: pd.Series, name: str) -> np.ndarray:
    if isinstance(column.dtype, np.dtype) and column.dtype.kind in "iuf":
        return column.to_numpy(dtype=float)
    numbers = pd.to_numeric(column, errors="coerce").astype(float)
    if (numbers.isna() & column.notna()).any():
        raise ValueError(f"{name} must hold numbers, missing where there is none.")
    return numbers.to_numpy()


def ordinal(column: pd.Series, name: str) -> pd.Series:
    """Periods as consecutive whole numbers; missing stays missing."""
    frequency = _frequency(column)
    if frequency is not None:
        index = pd.PeriodIndex(column, freq=frequency)
        return pd.Series(np.where(index.isna(), np.nan, index.asi8.astype(float)), index=column.index)
    if column.isna().all():
        return pd.Series(np.nan, index=column.index)
    numbers = None
    if not pd.api.types.is_datetime64_any_dtype(column.dtype):
        numbers = pd.to_numeric(column, errors="coerce").astype(float)
    if numbers is None or (numbers.isna() & column.notna()).any() or (numbers.dropna() % 1 != 0).any():
        raise ValueError(
            f"{name} must hold periods or whole numbers, missing where a unit was never treated; "
            f'dates and texts become periods by pd.PeriodIndex(panel["{name}"], freq="Q").'
        )
    return numbers


def _frequency(column: pd.Series) -> str | None:
    """The frequency of a column of periods, whatever its dtype; None if it holds none."""
    if isinstance(column.dtype, pd.PeriodDtype):
        return column.array.freqstr
    if column.dtype != object or not column.notna().any():
        return None
    found = {getattr(value, "freqstr", None) for value in column.dropna()}
    return found.pop() if len(found) == 1 else None


def _refuse_two_calendars(panel: pd.DataFrame, design: Design) -> None:
    time, cohort = panel[design.time], panel[design.cohort]
    if cohort.notna().any() and _frequency(time) != _frequency(cohort):
        raise ValueError(
            f"{design.time} and {design.cohort} must both hold periods of one frequency, or both whole "
            f"numbers; here they hold {_frequency(time) or 'no periods'} and "
            f"{_frequency(cohort) or 'no periods'}."
        )


def _refuse_unidentified(grid: Grid) -> None:
    treated, untreated = grid.treated, grid.untreated
    both = untreated.any(axis=1) & treated.any(axis=1)
    needed = {
        "one_period": len(grid.clock) >= 2,
        "no_treated": treated.any(),
        "no_untreated": untreated.any(),
        "no_earlier_period": both.any(),
        "no_comparison": (treated[both] & untreated.any(axis=0)).any(),
    }
    for code, holds in needed.items():
        if not holds:
            raise DesignError.named(code)
