"""The kinds of column and check of which the tables are made, each with its allowed values and remedy."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd
import pandera.pandas as pa

from asn_analysis.rules.rules import load_skm

FIRST_DATE, LAST_DATE = pd.Timestamp("2004-01-01"), pd.Timestamp("2100-12-31")
QUARTERS = pd.PeriodDtype("Q-DEC")
DTYPES = {
    "text": "str",
    "whole": "Int64",
    "number": "float64",
    "date": "datetime64[us]",
    "quarter": QUARTERS,
}


def _column(
    kind: str,
    description: str,
    allowed: str,
    remedy: str,
    check: pa.Check | None = None,
    *,
    unit: str = "",
    optional: bool = False,
    required: bool | None = None,
    refers: bool = False,
) -> pa.Column:
    return pa.Column(
        DTYPES[kind],
        check,
        nullable=optional,
        required=not optional if required is None else required,
        description=description,
        metadata={"kind": kind, "unit": unit, "allowed": allowed, "remedy": remedy, "refers": refers},
    )


def text(description: str, **options: bool) -> pa.Column:
    return _column("text", description, "any text", "Write the missing text in this cell.", **options)


def code(description: str) -> pa.Column:
    """A unit's own code; words that a command line reads otherwise are no codes."""
    problem = "a word that asn itself uses (city, all), or a code with a comma"
    check = pa.Check(
        lambda codes: ~(codes.str.lower().isin(["city", "all"]) | codes.str.contains(",")),
        error=problem,
    )
    return _column(
        "text", description, "any text but city, all or commas", "Give the unit another code.", check
    )


def choice(description: str, values: Iterable[str], **options: bool) -> pa.Column:
    values = tuple(values)
    listed = ", ".join(values)
    remedy = f"Write one of these, exactly: {listed}" + _or_empty(options) + "."
    check = pa.Check.isin(values, error=f"not one of {listed}")
    return _column("text", description, f"one of {listed}", remedy, check, **options)


def unit(description: str, **options: bool) -> pa.Column:
    remedy = "Write a unit_id of the units table, or add the unit to that table."
    return _column("text", description, "a unit_id of the units table", remedy, refers=True, **options)


def whole(description: str, low: int, high: int | None = None, *, unit: str, **options: bool) -> pa.Column:
    allowed = f"a whole number of {low} or more" if high is None else f"a whole number from {low} to {high}"
    remedy = f"Write {allowed}, in digits without a thousands separator{_or_empty(options)}."
    return _column("whole", description, allowed, remedy, _within(low, high, allowed), unit=unit, **options)


def number(
    description: str,
    low: float,
    high: float | None = None,
    *,
    unit: str,
    above: bool = False,
    **options: bool,
) -> pa.Column:
    span = f"above {low:g}" if above else f"of {low:g} or more"
    allowed = f"a number {span}" if high is None else f"a number from {low:g} to {high:g}"
    remedy = f"Write {allowed}, in digits without a thousands separator{_or_empty(options)}."
    check = pa.Check.gt(low, error=f"not {allowed}") if above else _within(low, high, allowed)
    return _column("number", description, allowed, remedy, check, unit=unit, **options)


def date(description: str, **options: bool) -> pa.Column:
    allowed = f"a date from {FIRST_DATE:%Y-%m-%d} to {LAST_DATE:%Y-%m-%d}"
    remedy = f"Write the date as 2026-08-31, or day first as 31/08/2026{_or_empty(options)}."
    check = _within(FIRST_DATE, LAST_DATE, allowed)
    return _column("date", description, allowed, remedy, check, unit="date", **options)


def quarter(description: str) -> pa.Column:
    first, last = FIRST_DATE.to_period("Q"), LAST_DATE.to_period("Q")
    allowed = f"a quarter from {first} to {last}"
    remedy = "Write the year, the letter Q and the quarter from 1 to 4, such as 2026Q3."
    return _column("quarter", description, allowed, remedy, _within(first, last, allowed), unit="quarter")


def item(name: str) -> pa.Column:
    low, high = load_skm().lowest, load_skm().highest
    allowed = f"an answer from {low} to {high}"
    remedy = (
        "Write the number of the answer (1, 2, 3 or 4; words become numbers by the answer key of the form), "
        "or leave the cell empty if the question was not answered."
    )
    description = f"Answer on the element *{name}*; the form's own column is named in dataset.yml"
    check = _within(low, high, allowed)
    return _column("whole", description, allowed, remedy, check, unit="answer", optional=True, required=True)


def _within(low: object, high: object | None, allowed: str) -> pa.Check:
    error = f"not {allowed}"
    return pa.Check.ge(low, error=error) if high is None else pa.Check.in_range(low, high, error=error)


def _or_empty(options: dict[str, bool]) -> str:
    return ", or leave the cell empty" if options.get("optional") else ""


def at_most(column: str, limit: str, problem: str) -> pa.Check:
    """Fault in ``column`` where it is above ``limit``; a missing side is no fault."""
    return pa.Check(
        lambda frame: ~frame[column].gt(frame[limit]).fillna(False).astype(bool),
        title=column,
        error=problem,
        description=f"Compare the columns {column} and {limit} of this row and correct the wrong one.",
    )


def not_before(column: str, start: str) -> pa.Check:
    """Fault in ``column`` where its date is before ``start``; a missing side is no fault."""
    return pa.Check(
        lambda frame: ~frame[column].lt(frame[start]).fillna(False).astype(bool),
        title=column,
        error=f"before the date in the column {start}",
        description=f"Compare the columns {column} and {start} of this row and correct the wrong one.",
    )


def either(column: str, other: str) -> pa.Check:
    return pa.Check(
        lambda frame: frame[column].notna() | frame[other].notna(),
        title=column,
        error=f"empty, and {other} is empty too",
        description=f"Fill at least one of the columns {column} and {other} in this row.",
    )
