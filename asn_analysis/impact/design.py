"""Who is compared with whom, and the panel's columns as a design names them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

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

    Raises
    ------
    ValueError
        If the comparison is none of the two, the confidence none, or leads or lags are below 0.

    Examples
    --------
    >>> asn.Design("ikm", "unit_id", "quarter", "cohort", weight="n_respondents").comparison
    'not_yet_treated'
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


def cells_of(panel: pd.DataFrame, design: Design) -> pd.DataFrame:
    """The rows under the names of ``CELLS`` (times as whole numbers), after contradictions are refused.

    The columns of ``Design.cluster`` follow as "group 0", .., so that a cell can be given another cohort and
    keep its groups.
    """
    groups = dict(zip(CELLS.cluster, (panel[name].to_numpy() for name in design.cluster), strict=False))
    return pd.DataFrame(columns_of(panel, design)).reset_index(drop=True).assign(**groups)


def for_cells(design: Design) -> Design:
    """The same design for what ``cells_of`` returns."""
    named = {name: getattr(CELLS, name) for name in ("outcome", "unit", "time", "cohort", "weight")}
    return replace(design, **named, cluster=CELLS.cluster[: len(design.cluster)])


def columns_of(panel: pd.DataFrame, design: Design) -> dict[str, Any]:
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
        return str(column.array.freqstr)
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
