"""Who is compared with whom, and the panel's columns as a design names them."""

from __future__ import annotations

import re
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
    covariates : tuple of str
        Columns that may differ from cell to cell and are held constant, such as "service is live"; their
        coefficients are learned from untreated cells alone.
    anticipation : int
        Periods before the first treated one in which units may already have moved: their cells are left out
        (a donut), as neither treated nor untreated.
    third : str or None
        Column of 1 and 0 that splits each unit's period into a row that treatment can move and one that it
        cannot (a triple difference): the outcome becomes the first less the second.
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
    covariates: tuple[str, ...] = ()
    anticipation: int = 0
    third: str | None = None
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
        if self.leads < 0 or self.lags < 0 or self.anticipation < 0:
            raise ValueError("leads, lags and anticipation are counts of periods, 0 or more.")
        for name in ("cluster", "covariates"):
            given = getattr(self, name)
            object.__setattr__(self, name, (given,) if isinstance(given, str) else tuple(given))

    def refuse_covariates(self, estimator: str) -> None:
        """Raises for an estimator that would pass over them in silence."""
        if self.covariates:
            raise ValueError(f"{estimator} holds no covariates here; give it a design without them.")


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
    named = [design.outcome, design.unit, design.time, design.cohort, design.weight]
    named += [*design.cluster, *design.covariates]
    absent = [name for name in named if name is not None and name not in panel.columns]
    if absent:
        raise KeyError(
            f"The panel has no column {', '.join(map(repr, absent))}; it has {list(panel.columns)}."
        )
    _refuse_two_calendars(panel, design)
    time = _as_periods(panel[design.time])
    cells = {
        "unit": panel[design.unit],
        "time": ordinal(panel[design.time], design.time).to_numpy(),
        "cohort": ordinal(panel[design.cohort], design.cohort, _frequency(time)).to_numpy(),
        "outcome": number(panel[design.outcome], design.outcome),
        "weight": np.ones(len(panel))
        if design.weight is None
        else number(panel[design.weight], design.weight),
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


def number(column: pd.Series, name: str) -> np.ndarray:
    if isinstance(column.dtype, np.dtype) and column.dtype.kind in "iuf":
        return column.to_numpy(dtype=float)
    numbers = pd.to_numeric(column, errors="coerce").astype(float)
    if (numbers.isna() & column.notna()).any():
        raise ValueError(f"{name} must hold numbers, missing where there is none.")
    return numbers.to_numpy()


def ordinal(column: pd.Series, name: str, frequency: str | None = None) -> pd.Series:
    """Periods as consecutive whole numbers; missing stays missing.

    Dates become periods of ``frequency``, by default of the longest (years, quarters, months, days) in which
    no two of the column's dates fall together.
    """
    column = _as_periods(column, frequency)
    own = _frequency(column)
    if own is not None:
        index = pd.PeriodIndex(column, freq=own)
        return pd.Series(np.where(index.isna(), np.nan, index.asi8.astype(float)), index=column.index)
    if column.isna().all():
        return pd.Series(np.nan, index=column.index)
    numbers = pd.to_numeric(column, errors="coerce").astype(float)
    if (numbers.isna() & column.notna()).any() or (numbers.dropna() % 1 != 0).any():
        raise ValueError(
            f"{name} must hold periods, dates or whole numbers, missing where a unit was never treated. "
            f"{_advice(column, numbers, name)}"
        )
    return numbers


LONGEST_FIRST = ("Y", "Q", "M", "D")
TEXTS = {r"\d{4}-?Q[1-4]": "Q", r"\d{4}-\d{2}": "M", r"\d{4}-\d{2}-\d{2}": "D"}


def _advice(column: pd.Series, numbers: pd.Series, name: str) -> str:
    """What the first value that is none of these looks like, and what makes a period of it."""
    wrong = column[column.notna() & ~(numbers % 1 == 0)].iloc[0]
    text = f'It holds "{wrong}".'
    for pattern, frequency in TEXTS.items():
        if re.fullmatch(pattern, str(wrong)):
            return f'{text} pd.PeriodIndex(panel["{name}"], freq="{frequency}") makes periods of such texts.'
    return f"{text} Number the periods 1, 2, 3, .. in their order."


def _as_periods(column: pd.Series, frequency: str | None = None) -> pd.Series:
    """A column of dates as periods; any other as it is."""
    if not _holds_dates(column):
        return column
    dates = pd.to_datetime(column)
    frequency = frequency or _frequency_of(dates)
    return pd.Series(pd.PeriodIndex(dates.dt.tz_localize(None), freq=frequency), index=column.index)


def _frequency_of(dates: pd.Series) -> str:
    distinct = dates.dropna().dt.tz_localize(None).dt.normalize().drop_duplicates()
    apart = (each for each in LONGEST_FIRST if not distinct.dt.to_period(each).duplicated().any())
    return next(apart, LONGEST_FIRST[-1])


def _holds_dates(column: pd.Series) -> bool:
    return pd.api.types.infer_dtype(column) in ("datetime64", "datetime", "date")


def _frequency(column: pd.Series) -> str | None:
    """The frequency of a column of periods, whatever its dtype; None if it holds none."""
    if isinstance(column.dtype, pd.PeriodDtype):
        return str(column.array.freqstr)
    if pd.api.types.infer_dtype(column) != "period":
        return None
    return str(pd.PeriodIndex(column.dropna()).freqstr)


def _calendar(column: pd.Series) -> str:
    if _holds_dates(column):
        return "dates"
    frequency = _frequency(column)
    return f"periods of frequency {frequency}" if frequency else "no periods or dates"


def _refuse_two_calendars(panel: pd.DataFrame, design: Design) -> None:
    time, cohort = panel[design.time], panel[design.cohort]
    if cohort.notna().any() and _calendar(time) != _calendar(cohort):
        raise ValueError(
            f"{design.time} and {design.cohort} must both hold periods of one frequency, both dates, or both "
            f"whole numbers; here they hold {_calendar(time)} and {_calendar(cohort)}."
        )


def differenced(panel: pd.DataFrame, design: Design) -> pd.DataFrame:
    """Rows that treatment can move less those that it cannot, one a unit and period (``Design.third``).

    A weight of a and b respondents becomes 1 / (1/a + 1/b), as the variance of a difference asks.
    """
    if design.third is None:
        return panel
    if design.covariates:
        raise ValueError("A triple difference holds no covariates: take them off the outcome first.")
    side = number(panel[design.third], design.third)
    if not np.isin(side, (0, 1)).all():
        raise ValueError(f"{design.third} must be 1 where treatment can move the outcome, else 0.")
    keys = [design.unit, design.time]
    if panel.duplicated([*keys, design.third]).any():
        raise ValueError(f"{', '.join(keys)} and {design.third} must tell every row apart.")
    moved, still = (panel[side == value].set_index(keys) for value in (1, 0))
    other = still.reindex(moved.index)
    changed = {design.outcome: moved[design.outcome] - other[design.outcome]}
    if design.weight is not None:
        both = moved[design.weight] > 0, other[design.weight] > 0
        weight = 1 / (1 / moved[design.weight] + 1 / other[design.weight])
        changed[design.weight] = weight.where(both[0] & both[1], 0.0)
    return moved.assign(**changed).reset_index()
