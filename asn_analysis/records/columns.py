"""The kinds of column and check of which the tables are made, each with its allowed values and remedy."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from asn_analysis.records.message import Header, _
from asn_analysis.rules.rules import load_skm

# Of texts in thousands of small tables, each look at an Arrow array costs more than what it finds.
pd.set_option("mode.string_storage", "python")

FIRST_DATE, LAST_DATE = pd.Timestamp("2004-01-01"), pd.Timestamp("2100-12-31")
QUARTERS = pd.PeriodDtype("Q-DEC")
DTYPES = {
    "text": "str",
    "whole": "Int64",
    "number": "float64",
    "date": "datetime64[us]",
    "quarter": QUARTERS,
}


@dataclass(frozen=True)
class Column:
    """A column of a table.

    Attributes
    ----------
    kind : of its values: text, whole, number, date or quarter
    description, unit : what it is, and what it is counted in
    allowed, remedy : the allowed values in words, and what to do with another
    meets, problem : what every filled cell meets, as DuckDB says it of a ``{value}``; what another one is
    values : the allowed words, where they are a list
    low, high, above : the bounds, where it has some; ``above`` that the lower one is not itself allowed
    nullable : whether cells may be empty
    required : whether the file must have the column
    refers : whether it names a unit of the units table
    name : its name in the table
    """

    kind: str
    description: str
    allowed: str
    remedy: str
    meets: str = ""
    problem: str = ""
    values: tuple[str, ...] = ()
    low: Any = None
    high: Any = None
    above: bool = False
    unit: str = ""
    nullable: bool = False
    required: bool = True
    refers: bool = False
    name: str = ""


@dataclass(frozen=True)
class RowCheck:
    """A fault in ``column`` of a row where ``fault`` holds of its cells ``{column}`` and ``{other}``."""

    column: str
    other: str
    fault: str
    problem: str
    remedy: str


def _column(kind: str, description: str, allowed: str, remedy: str, optional: bool, **more: Any) -> Column:
    more = {"required": not optional, **more}
    return Column(kind, description, allowed, remedy, nullable=optional, **more)


def text(description: str, optional: bool = False) -> Column:
    return _column("text", description, _("any text"), _("Write the missing text in this cell."), optional)


def code(description: str) -> Column:
    """A unit's own code; words that a command line reads otherwise are no codes."""
    return Column(
        "text",
        description,
        _("any text but city, all or commas"),
        _("Give the unit another code."),
        "lower({value}) NOT IN ('city', 'all') AND NOT contains({value}, ',')",
        _("a word that asn itself uses (city, all), or a code with a comma"),
    )


def choice(description: str, values: Iterable[str], optional: bool = False) -> Column:
    values = tuple(values)
    listed = ", ".join(values)
    remedy = _(
        "Write one of these, exactly: {listed}{or_empty}.", listed=listed, or_empty=_or_empty(optional)
    )
    meets = f"{{value}} IN ({', '.join(map(repr, values))})"
    allowed, problem = _("one of {listed}", listed=listed), _("not one of {listed}", listed=listed)
    return _column(
        "text", description, allowed, remedy, optional, meets=meets, problem=problem, values=values
    )


def of_unit(description: str, optional: bool = False) -> Column:
    allowed = _("a unit_id of the units table")
    remedy = _("Write a unit_id of the units table, or add the unit to that table.")
    return _column("text", description, allowed, remedy, optional, refers=True)


def whole(
    description: str, low: int, high: int | None = None, *, unit: str, optional: bool = False
) -> Column:
    allowed = (
        _("a whole number of {low} or more", low=low)
        if high is None
        else _("a whole number from {low} to {high}", low=low, high=high)
    )
    remedy, within = _in_digits(allowed, optional), _within(low, high, allowed)
    return _column("whole", description, allowed, remedy, optional, unit=unit, **within)


def year(description: str) -> Column:
    return whole(description, FIRST_DATE.year, LAST_DATE.year, unit=_("year"))


def number(
    description: str,
    low: float,
    high: float | None = None,
    *,
    unit: str,
    above: bool = False,
    optional: bool = False,
) -> Column:
    if high is not None:
        allowed = _("a number from {low} to {high}", low=low, high=high)
    else:
        allowed = _("a number above {low}", low=low) if above else _("a number of {low} or more", low=low)
    remedy, within = _in_digits(allowed, optional), _within(low, high, allowed, above)
    return _column("number", description, allowed, remedy, optional, unit=unit, **within)


def date(description: str, optional: bool = False) -> Column:
    first, last = (f"{day:%Y-%m-%d}" for day in (FIRST_DATE, LAST_DATE))
    allowed = _("a date from {first} to {last}", first=first, last=last)
    remedy = _(
        "Write the date as 2026-08-31, or day first as 31/08/2026{or_empty}.", or_empty=_or_empty(optional)
    )
    within = _within(FIRST_DATE, LAST_DATE, allowed)
    return _column("date", description, allowed, remedy, optional, unit=_("date"), **within)


def quarter(description: str) -> Column:
    first, last = FIRST_DATE.to_period("Q"), LAST_DATE.to_period("Q")
    allowed = _("a quarter from {first} to {last}", first=first, last=last)
    remedy = _("Write the year, the letter Q and the quarter from 1 to 4, such as 2026Q3.")
    within = _within(first, last, allowed)
    return _column("quarter", description, allowed, remedy, False, unit=_("quarter"), **within)


def item(name: str) -> Column:
    low, high = load_skm().lowest, load_skm().highest
    allowed = _("an answer from {low} to {high}", low=low, high=high)
    remedy = _(
        "Write the number of the answer (1, 2, 3 or 4; words become numbers by the answer key of the form), "
        "or leave the cell empty if the question was not answered."
    )
    description = _(
        "Answer on the element *{name}*; the form's own column is named in dataset.yml", name=name
    )
    within = _within(low, high, allowed)
    return _column("whole", description, allowed, remedy, True, required=True, unit=_("answer"), **within)


def _within(low: Any, high: Any, allowed: str, above: bool = False) -> dict[str, Any]:
    """The bounds, and the same as DuckDB says it."""
    if high is not None:
        meets = f"{{value}} BETWEEN {_literal(low)} AND {_literal(high)}"
    else:
        meets = f"{{value}} {'>' if above else '>='} {_literal(low)}"
    return {"meets": meets, "problem": _not(allowed), "low": low, "high": high, "above": above}


def _literal(bound: Any) -> str:
    if isinstance(bound, pd.Timestamp):
        return f"DATE '{bound:%Y-%m-%d}'"
    return f"'{bound}'" if isinstance(bound, pd.Period) else repr(bound)


def _not(allowed: str) -> str:
    return _("not {allowed}", allowed=allowed)


def _in_digits(allowed: str, optional: bool) -> str:
    return _(
        "Write {allowed}, in digits without a thousands separator{or_empty}.",
        allowed=allowed,
        or_empty=_or_empty(optional),
    )


def _or_empty(optional: bool) -> str:
    return _(", or leave the cell empty") if optional else ""


def at_most(column: str, limit: str, problem: str) -> RowCheck:
    """Fault in ``column`` where it is above ``limit``; a missing side is no fault."""
    return RowCheck(column, limit, "{column} > {other}", problem, _compare(column, limit))


def not_before(column: str, start: str) -> RowCheck:
    """Fault in ``column`` where its date is before ``start``; a missing side is no fault."""
    problem = _("before the date in the column {start}", start=Header(start))
    return RowCheck(column, start, "{column} < {other}", problem, _compare(column, start))


def dated(column: str, *states: str) -> RowCheck:
    """Fault where ``status`` is one of these and ``column`` has no day, which would count as not yet done."""
    fault = f"{{column}} IS NULL AND {{other}} IN ({', '.join(map(repr, states))})"
    problem = _("empty, though the column {status} says that it was done", status=Header("status"))
    remedy = _("Write the day; it stands on the complaint's page in its application.")
    return RowCheck(column, "status", fault, problem, remedy)


def undated(column: str, *states: str) -> RowCheck:
    """Fault where ``column`` has a day though ``status`` is one of these."""
    fault = f"{{column}} IS NOT NULL AND {{other}} IN ({', '.join(map(repr, states))})"
    problem = _("has a day, though the column {status} says that it is not done", status=Header("status"))
    return RowCheck(column, "status", fault, problem, _compare(column, "status"))


def _compare(column: str, other: str) -> str:
    return _(
        "Compare the columns {column} and {other} of this row and correct the wrong one.",
        column=Header(column),
        other=Header(other),
    )


def either(column: str, other: str) -> RowCheck:
    problem = _("empty, and {other} is empty too", other=Header(other))
    remedy = _(
        "Fill at least one of the columns {column} and {other} in this row.",
        column=Header(column),
        other=Header(other),
    )
    return RowCheck(column, other, "{column} IS NULL AND {other} IS NULL", problem, remedy)
