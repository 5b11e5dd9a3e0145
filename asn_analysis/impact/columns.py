"""A panel's columns as numbers and as consecutive periods, whatever calendar they are kept in."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import pandas as pd

NUMBERS = "whole numbers"
LONGEST_FIRST = ("Y", "Q", "M", "D")
TEXTS = {r"\d{4}-?Q[1-4]": "Q", r"\d{4}-\d{2}": "M", r"\d{4}-\d{2}-\d{2}": "D"}


def require(panel: pd.DataFrame, names: Sequence[str | None]) -> None:
    """Raises a KeyError for columns that the panel does not have."""
    absent = [name for name in names if name is not None and name not in panel.columns]
    if absent:
        kept = [name for name in panel.index.names if name is not None]
        index = f" {kept} is its index: panel.reset_index() makes columns of that." if kept else ""
        raise KeyError(
            f"The panel has no column {', '.join(map(repr, absent))}; it has {list(panel.columns)}.{index}"
        )


def number(column: pd.Series, name: str) -> np.ndarray:
    if isinstance(column.dtype, np.dtype) and column.dtype.kind in "iuf":
        return column.to_numpy(dtype=float)
    numbers = pd.to_numeric(column, errors="coerce").astype(float)
    wrong = column[numbers.isna() & column.notna()]
    if len(wrong):
        raise ValueError(
            f'{name} must hold numbers, missing where there is none. It holds "{wrong.iloc[0]}".'
        )
    return numbers.to_numpy()


def ordinal(column: pd.Series, name: str, frequency: str | None = None) -> pd.Series:
    """Periods as consecutive whole numbers; missing stays missing.

    Dates become periods of ``frequency``, by default of the longest (years, quarters, months, days) in which
    no two of the column's dates fall together.
    """
    column = as_periods(column, frequency)
    own = frequency_in(column)
    if own is not None:
        whole = isinstance(column.dtype, pd.PeriodDtype)
        periods = column.array if whole else pd.PeriodIndex(column, freq=own).array
        return pd.Series(np.where(periods.isna(), np.nan, periods.asi8), index=column.index, dtype=float)
    if column.isna().all():
        return pd.Series(np.nan, index=column.index)
    numbers = pd.to_numeric(column, errors="coerce").astype(float)
    if (numbers.isna() & column.notna()).any() or (numbers.dropna() % 1 != 0).any():
        raise ValueError(
            f"{name} must hold periods, dates or whole numbers, missing where a unit was never treated. "
            f"{_advice(column, numbers, name)}"
        )
    return numbers


def _advice(column: pd.Series, numbers: pd.Series, name: str) -> str:
    """What the first value that is none of these looks like, and what makes a period of it."""
    wrong = column[column.notna() & ~(numbers % 1 == 0)].iloc[0]
    text = f'It holds "{wrong}".'
    if np.isinf(numbers).any():
        return f"{text} Leave it missing for units never treated."
    for pattern, frequency in TEXTS.items():
        if re.fullmatch(pattern, str(wrong)):
            return f'{text} pd.PeriodIndex(panel["{name}"], freq="{frequency}") makes periods of such texts.'
    return f"{text} Number the periods 1, 2, 3, .. in their order."


def as_periods(column: pd.Series, frequency: str | None = None) -> pd.Series:
    """A column of dates as periods; any other as it is."""
    if not _holds_dates(column):
        return column
    dates = pd.to_datetime(column)
    distinct = dates.dropna().dt.tz_localize(None).dt.normalize().drop_duplicates()
    apart = (each for each in LONGEST_FIRST if not distinct.dt.to_period(each).duplicated().any())
    frequency = frequency or next(apart, LONGEST_FIRST[-1])
    return pd.Series(pd.PeriodIndex(dates.dt.tz_localize(None), freq=frequency), index=column.index)


def _holds_dates(column: pd.Series) -> bool:
    return pd.api.types.infer_dtype(column) in ("datetime64", "datetime", "date")


def frequency_in(column: pd.Series) -> str | None:
    """The frequency of a column of periods, whatever its dtype; None if it holds none."""
    if isinstance(column.dtype, pd.PeriodDtype):
        return str(column.array.freqstr)
    if pd.api.types.infer_dtype(column) != "period":
        return None
    return str(pd.PeriodIndex(column.dropna()).freqstr)


def calendar(column: pd.Series) -> str:
    if _holds_dates(column):
        return "dates"
    frequency = frequency_in(column)
    return f"periods of frequency {frequency}" if frequency else NUMBERS
