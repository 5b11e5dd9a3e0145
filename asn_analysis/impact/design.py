"""Who is compared with whom: a design that refuses what cannot identify an effect."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from asn_analysis.impact.refusals import REFUSALS, DesignError

__all__ = ["REFUSALS", "Design", "DesignError", "Grid", "cells_of", "for_cells", "lay_out", "ordinal"]

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
        Column of respondents in a cell; None weighs all cells alike.
    fixed_weights : bool
        Whether a unit's cells all weigh as many respondents as it had on average before the first
        treatment anywhere. A survey that grows where things improve would otherwise count those
        quarters for more.
    cluster : tuple of str
        Columns, constant within units, whose groups may share shocks, such as kecamatan or the cohort
        itself; units with none form a group. What they share is added to every variance
        (``impact.shared``). Empty: units are independent.
    bounds : (float, float) or None
        Ends of the outcome's scale. With them the robust interval also holds on the logit scale, on
        which units near an end are not expected to move as far as others.
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
    fixed_weights: bool = False
    cluster: tuple[str, ...] = ()
    bounds: tuple[float, float] | None = None
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


GROUPS = tuple(f"group {i}" for i in range(9))
CELLS = Design("outcome", "unit", "time", "cohort", "weight", cluster=GROUPS)


@dataclass(frozen=True)
class Grid:
    """A panel laid out as units x periods (G x T); cells that do not exist weigh nothing.

    Attributes
    ----------
    units : (G,) labels; periods : (T,) labels; clock : (T,) whole numbers, one a period
    outcome : (G, T), 0 where there is no cell; weight : (G, T), 0 where there is no cell
    size : (G, T), respondents, 0 where there is no cell; the weight itself unless weights are fixed
    first_treated : (G,) on the clock, NaN for never treated
    groups : name to the group of each unit (G,), 0, 1, .., for each column of ``Design.cluster``
    n_cells_without_outcome : cells of the panel whose outcome is missing, set aside
    """

    units: np.ndarray
    periods: np.ndarray
    clock: np.ndarray
    outcome: np.ndarray
    weight: np.ndarray
    size: np.ndarray
    first_treated: np.ndarray
    groups: tuple[tuple[str, np.ndarray], ...]
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

    def where(self, keep: np.ndarray) -> Grid:
        """The same grid with some of its units (G,)."""
        return replace(
            self,
            units=self.units[keep],
            outcome=self.outcome[keep],
            weight=self.weight[keep],
            size=self.size[keep],
            first_treated=self.first_treated[keep],
            groups=tuple((name, code[keep]) for name, code in self.groups),
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
        weight=_fixed(weight, clock, cohort) if design.fixed_weights else weight,
        size=weight,
        first_treated=cohort,
        groups=tuple((name, _groups(panel[name], unit, present, name)) for name in design.cluster),
        n_cells_without_outcome=int(missing.sum()),
    )
    _refuse_unidentified(grid)
    return grid


def _fixed(weight: np.ndarray, clock: np.ndarray, first_treated: np.ndarray) -> np.ndarray:
    """Every cell of a unit weighs what its cells weighed on average before the first treatment anywhere.

    A unit not seen then weighs what its earliest cell did.
    """
    earlier = np.where(clock < np.nanmin(first_treated, initial=np.inf), weight, 0.0)
    seen = np.where(earlier.any(axis=1)[:, None], earlier, _earliest(weight))
    mean = seen.sum(axis=1) / np.maximum((seen > 0).sum(axis=1), 1)
    return np.where(weight > 0, mean[:, None], 0.0)


def _earliest(weight: np.ndarray) -> np.ndarray:
    first = (weight > 0).argmax(axis=1)
    return np.where(np.arange(weight.shape[1]) == first[:, None], weight, 0.0)


def _groups(column: pd.Series, unit: np.ndarray, present: np.ndarray, name: str) -> np.ndarray:
    """The group of each unit as 0, 1, ..; missing is a group of its own."""
    code, _ = pd.factorize(column.iloc[present], use_na_sentinel=False)
    order = np.argsort(unit, kind="stable")
    sorted_units, sorted_code = unit[order], code[order]
    if (np.diff(sorted_code)[np.diff(sorted_units) == 0] != 0).any():
        raise ValueError(f"{name} must be constant within units: it tells whose shocks a unit shares.")
    return sorted_code[np.unique(sorted_units, return_index=True)[1]]


def cells_of(panel: pd.DataFrame, design: Design) -> pd.DataFrame:
    """The rows under the names of ``CELLS`` (times as whole numbers), after contradictions are refused.

    The columns of ``Design.cluster`` follow as "group 0", .., so that a cell can be given another cohort and
    keep its groups.
    """
    groups = dict(zip(CELLS.cluster, (panel[name].to_numpy() for name in design.cluster), strict=False))
    return pd.DataFrame(_columns(panel, design)).reset_index(drop=True).assign(**groups)


def for_cells(design: Design) -> Design:
    """The same design for what ``cells_of`` returns."""
    named = {name: getattr(CELLS, name) for name in ("outcome", "unit", "time", "cohort", "weight")}
    return replace(design, **named, cluster=CELLS.cluster[: len(design.cluster)])


def _columns(panel: pd.DataFrame, design: Design) -> dict[str, Any]:
    """What ``cells_of`` returns: the units as a Series, the others as arrays of floats."""
    named = [design.outcome, design.unit, design.time, design.cohort, design.weight, *design.cluster]
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
