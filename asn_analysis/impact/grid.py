"""A panel laid out as units x periods, after what cannot identify an effect is refused."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from asn_analysis.impact.columns import number, ordinal
from asn_analysis.impact.design import Design, columns_of, differenced
from asn_analysis.impact.refusals import DesignError

CELLWISE = ("outcome", "weight", "size")  # what a grid holds of each cell, beside what is held constant


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
    held : (G, T, R), columns that are held constant, 0 where there is no cell; None for none
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
    held: np.ndarray | None = None

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

    def period(self, tick: float) -> Any:
        """The label of a place on the clock, of a period that was not surveyed too."""
        seen = np.flatnonzero(self.clock == tick)
        first = self.periods[0]
        if len(seen) or not isinstance(first, pd.Period | int):
            return self.periods[seen[0]] if len(seen) else tick
        return first + int(tick - self.clock[0])

    def where(self, keep: np.ndarray) -> Grid:
        """The same grid with some of its units (G,)."""
        by_unit = ("units", "outcome", "weight", "size", "first_treated")
        return replace(
            self,
            **{name: getattr(self, name)[keep] for name in by_unit},
            held=None if self.held is None else self.held[keep],
            groups=tuple((name, code[keep]) for name, code in self.groups),
        )

    def untreated_alone(self) -> Grid:
        """The untreated cells, without units and periods that have none."""
        seen = self.untreated
        when = seen.any(axis=0)
        cells = {name: np.where(seen, getattr(self, name), 0.0)[:, when] for name in CELLWISE}
        held = None if self.held is None else self.held[:, when]
        left = replace(self, **cells, periods=self.periods[when], clock=self.clock[when], held=held)
        return left.where(seen.any(axis=1))


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
    return identified(laid(panel, design), design)


def laid(panel: pd.DataFrame, design: Design) -> Grid:
    """The same, whether or not it could identify an effect, each cell by its own weight."""
    panel = differenced(panel, design)
    cells = columns_of(panel, design)
    missing = np.isnan(cells["outcome"])
    present = np.flatnonzero(~missing & (cells["weight"] > 0))
    if not len(present):
        raise DesignError.named("no_cells", design)
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
        size=weight,
        first_treated=cohort,
        groups=tuple((name, _groups(panel[name], unit, present, name)) for name in design.cluster),
        n_cells_without_outcome=int(missing.sum()),
    )
    return holding(grid, panel, design)


def identified(grid: Grid, design: Design) -> Grid:
    """The grid weighted as the design says, after what cannot identify an effect is refused.

    In the donut, just before the treatment, units may already have moved: its cells weigh nothing.
    """
    ahead = -grid.event_time
    donut = (ahead > 0) & (ahead <= design.anticipation)
    weight = _fixed(grid.size, grid.clock, grid.first_treated) if design.fixed_weights else grid.size
    grid = replace(grid, weight=np.where(donut, 0.0, weight), size=np.where(donut, 0.0, grid.size))
    _refuse_unidentified(grid, design)
    return grid


def holding(grid: Grid, panel: pd.DataFrame, design: Design) -> Grid:
    """The grid with the columns that the design holds constant."""
    if not design.covariates:
        return replace(grid, held=None)
    values = np.stack([number(panel[name], name) for name in design.covariates], axis=1)
    held = spread(panel, design, grid, values, np.nan)
    lacking = np.argwhere(~np.isfinite(held) & (grid.size > 0)[:, :, None])
    if len(lacking):
        unit, time, column = lacking[0]
        raise ValueError(
            f"{design.covariates[column]} is missing for {grid.units[unit]} in {grid.periods[time]}: "
            "fill it, or leave such rows out of the panel."
        )
    return replace(grid, held=np.where(np.isfinite(held), held, 0.0))


def spread(panel: pd.DataFrame, design: Design, grid: Grid, values: np.ndarray, empty: float) -> np.ndarray:
    """A column, or R columns, laid out as the grid's units x periods (x R), ``empty`` where missing."""
    unit = pd.Index(grid.units).get_indexer(panel[design.unit])
    time = ordinal(panel[design.time], design.time).to_numpy()
    column = np.minimum(np.searchsorted(grid.clock, time), len(grid.clock) - 1)
    known = (unit >= 0) & (grid.clock[column] == time)
    laid = np.full((*grid.weight.shape, *values.shape[1:]), empty)
    laid[unit[known], column[known]] = np.where(np.isnan(values), empty, values)[known]
    return laid


def _fixed(weight: np.ndarray, clock: np.ndarray, first_treated: np.ndarray) -> np.ndarray:
    """Every cell of a unit weighs what its cells weighed on average before the first treatment anywhere.

    A unit not seen then weighs what its earliest cell did.
    """
    earlier = np.where(clock < np.nanmin(first_treated, initial=np.inf), weight, 0.0)
    mean = earlier.sum(axis=1) / np.maximum((earlier > 0).sum(axis=1), 1)
    earliest = weight[np.arange(len(weight)), (weight > 0).argmax(axis=1)]
    usual = np.where(earlier.any(axis=1), mean, earliest)
    return np.where(weight > 0, usual[:, None], 0.0)


def _groups(column: pd.Series, unit: np.ndarray, present: np.ndarray, name: str) -> np.ndarray:
    """The group of each unit as 0, 1, ..; missing is a group of its own."""
    code, _ = pd.factorize(column.iloc[present], use_na_sentinel=False)
    order = np.argsort(unit, kind="stable")
    sorted_units, sorted_code = unit[order], code[order]
    if (np.diff(sorted_code)[np.diff(sorted_units) == 0] != 0).any():
        raise ValueError(f"{name} must be constant within units: it tells whose shocks a unit shares.")
    return sorted_code[np.unique(sorted_units, return_index=True)[1]]


def _refuse_unidentified(grid: Grid, design: Design) -> None:
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
            raise DesignError.named(code, design)
