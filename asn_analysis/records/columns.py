"""The kinds of column and check of which the tables are made, each with its allowed values and remedy."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd
import pandera.pandas as pa

from asn_analysis.records.message import Header, _
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
    return _column("text", description, _("any text"), _("Write the missing text in this cell."), **options)


def code(description: str) -> pa.Column:
    """A unit's own code; words that a command line reads otherwise are no codes."""
    check = pa.Check(
        lambda codes: ~(codes.str.lower().isin(["city", "all"]) | codes.str.contains(",")),
        error=_("a word that asn itself uses (city, all), or a code with a comma"),
    )
    allowed = _("any text but city, all or commas")
    return _column("text", description, allowed, _("Give the unit another code."), check)


def choice(description: str, values: Iterable[str], **options: bool) -> pa.Column:
    values = tuple(values)
    listed = ", ".join(values)
    remedy = _("Write one of these, exactly: {listed}{or_empty}.", listed=listed, or_empty=_or_empty(options))
    check = pa.Check.isin(values, error=_("not one of {listed}", listed=listed))
    return _column("text", description, _("one of {listed}", listed=listed), remedy, check, **options)


def unit(description: str, **options: bool) -> pa.Column:
    allowed = _("a unit_id of the units table")
    remedy = _("Write a unit_id of the units table, or add the unit to that table.")
    return _column("text", description, allowed, remedy, refers=True, **options)


def whole(description: str, low: int, high: int | None = None, *, unit: str, **options: bool) -> pa.Column:
    allowed = (
        _("a whole number of {low} or more", low=low)
        if high is None
        else _("a whole number from {low} to {high}", low=low, high=high)
    )
    check = _within(low, high, allowed)
    return _column("whole", description, allowed, _in_digits(allowed, options), check, unit=unit, **options)


def number(
    description: str,
    low: float,
    high: float | None = None,
    *,
    unit: str,
    above: bool = False,
    **options: bool,
) -> pa.Column:
    if high is not None:
        allowed = _("a number from {low} to {high}", low=low, high=high)
    else:
        allowed = _("a number above {low}", low=low) if above else _("a number of {low} or more", low=low)
    check = pa.Check.gt(low, error=_not(allowed)) if above else _within(low, high, allowed)
    return _column("number", description, allowed, _in_digits(allowed, options), check, unit=unit, **options)


def date(description: str, **options: bool) -> pa.Column:
    first, last = (f"{day:%Y-%m-%d}" for day in (FIRST_DATE, LAST_DATE))
    allowed = _("a date from {first} to {last}", first=first, last=last)
    remedy = _(
        "Write the date as 2026-08-31, or day first as 31/08/2026{or_empty}.", or_empty=_or_empty(options)
    )
    check = _within(FIRST_DATE, LAST_DATE, allowed)
    return _column("date", description, allowed, remedy, check, unit=_("date"), **options)


def quarter(description: str) -> pa.Column:
    first, last = FIRST_DATE.to_period("Q"), LAST_DATE.to_period("Q")
    allowed = _("a quarter from {first} to {last}", first=first, last=last)
    remedy = _("Write the year, the letter Q and the quarter from 1 to 4, such as 2026Q3.")
    check = _within(first, last, allowed)
    return _column("quarter", description, allowed, remedy, check, unit=_("quarter"))


def item(name: str) -> pa.Column:
    low, high = load_skm().lowest, load_skm().highest
    allowed = _("an answer from {low} to {high}", low=low, high=high)
    remedy = _(
        "Write the number of the answer (1, 2, 3 or 4; words become numbers by the answer key of the form), "
        "or leave the cell empty if the question was not answered."
    )
    description = _(
        "Answer on the element *{name}*; the form's own column is named in dataset.yml", name=name
    )
    check = _within(low, high, allowed)
    return _column(
        "whole", description, allowed, remedy, check, unit=_("answer"), optional=True, required=True
    )


def _within(low: object, high: object | None, allowed: str) -> pa.Check:
    error = _not(allowed)
    return pa.Check.ge(low, error=error) if high is None else pa.Check.in_range(low, high, error=error)


def _not(allowed: str) -> str:
    return _("not {allowed}", allowed=allowed)


def _in_digits(allowed: str, options: dict[str, bool]) -> str:
    return _(
        "Write {allowed}, in digits without a thousands separator{or_empty}.",
        allowed=allowed,
        or_empty=_or_empty(options),
    )


def _or_empty(options: dict[str, bool]) -> str:
    return _(", or leave the cell empty") if options.get("optional") else ""


def at_most(column: str, limit: str, problem: str) -> pa.Check:
    """Fault in ``column`` where it is above ``limit``; a missing side is no fault."""
    return pa.Check(
        lambda frame: ~frame[column].gt(frame[limit]).fillna(False).astype(bool),
        title=column,
        error=problem,
        description=_compare(column, limit),
    )


def not_before(column: str, start: str) -> pa.Check:
    """Fault in ``column`` where its date is before ``start``; a missing side is no fault."""
    return pa.Check(
        lambda frame: ~frame[column].lt(frame[start]).fillna(False).astype(bool),
        title=column,
        error=_("before the date in the column {start}", start=Header(start)),
        description=_compare(column, start),
    )


def _compare(column: str, other: str) -> str:
    return _(
        "Compare the columns {column} and {other} of this row and correct the wrong one.",
        column=Header(column),
        other=Header(other),
    )


def either(column: str, other: str) -> pa.Check:
    return pa.Check(
        lambda frame: frame[column].notna() | frame[other].notna(),
        title=column,
        error=_("empty, and {other} is empty too", other=Header(other)),
        description=_(
            "Fill at least one of the columns {column} and {other} in this row.",
            column=Header(column),
            other=Header(other),
        ),
    )
