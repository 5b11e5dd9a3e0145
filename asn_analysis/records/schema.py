"""The eight tables of a data set (tables.yml): columns, units, allowed values, what to do when one is wrong.

``records/checks.py`` puts them to a file as questions to DuckDB; ``dictionary()`` renders all of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ContextDecorator
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from typing import Any

import pandas as pd

from asn_analysis.records.faults import wording, wordings
from asn_analysis.records.message import Choices, Header, _
from asn_analysis.records.words import shipped
from asn_analysis.rules.rules import load_skm

# Of texts in thousands of small tables, each look at an Arrow array costs more than what it finds. Only while
# we work on them: a researcher's own tables stay as pandas makes them.
python_texts: ContextDecorator = pd.option_context("mode.string_storage", "python")

REQUIRED_TABLES = ("units", "responses", "trainings")
MAY_BE_EMPTY = ("trainings", "digital_services", "complaints", "consultations", "staff", "follow_ups")
ITEMS = load_skm().codes
FIRST_DATE, LAST_DATE = date(2004, 1, 1), date(2100, 12, 31)
QUARTERS = pd.PeriodDtype("Q-DEC")
DTYPES = {
    "text": pd.StringDtype("python", na_value=float("nan")),
    "whole": "Int64",
    "number": "float64",
    "date": "datetime64[us]",
    "quarter": QUARTERS,
}
BOUNDS = {
    "date": (FIRST_DATE, LAST_DATE),
    "quarter": (pd.Period(FIRST_DATE, "Q"), pd.Period(LAST_DATE, "Q")),
    "item": (load_skm().lowest, load_skm().highest),
}
# Words that a command line reads otherwise are no codes.
CODE = "lower({value}) NOT IN ('city', 'all') AND NOT contains({value}, ',')"
# When a row is at fault, by the kind of check, as DuckDB says it; a missing side of a comparison is no fault.
CHECKS = {
    "at_most": "{column} > {other}",
    "not_before": "{column} < {other}",
    "no_quarter_before": "{column} < {other}",
    "live": "year({column}) || 'Q' || quarter({column}) > {other} AND online_completed > 0",
    "dated": "{column} IS NULL AND {other} IN ({states})",  # without a day it would count as not yet done
    "undated": "{column} IS NOT NULL AND {other} IN ({states})",
    "either": "{column} IS NULL AND {other} IS NULL",
    # Questions: less than a snack box a head, or than a month of the cheapest server, is seldom meant.
    "cheap": "{column} BETWEEN 1 AND 10_000 * {other} - 1",
    "tiny": "{column} BETWEEN 1 AND 49_999",
    "overtakes": "{column} > {other}",
}


@dataclass(frozen=True)
class Column:
    """A column of a table.

    Attributes
    ----------
    name : its name in the table
    kind : of its values: text, whole, number, date or quarter
    description, unit : what it is, and what it is counted in
    allowed, remedy : the allowed values in words, and what to do with another
    meets, problem : what every filled cell meets, as DuckDB says it of a ``{value}``; what another one is
    values : the allowed words, where they are a list
    low, high, above : the bounds, where it has some; ``above`` that the lower one is not itself allowed
    nullable : whether cells may be empty
    required : whether the file must have the column
    refers : whether it names a unit of the units table
    """

    name: str
    kind: str
    description: str
    unit: str
    allowed: str
    remedy: str
    meets: str
    problem: str
    values: tuple[str, ...]
    low: Any
    high: Any
    above: bool
    nullable: bool
    required: bool
    refers: bool


@dataclass(frozen=True)
class RowCheck:
    """A fault, or a question, in ``column`` of a row where ``fault`` holds."""

    column: str
    fault: str
    problem: str
    remedy: str


@dataclass(frozen=True)
class TableSchema:
    """What a row of a table is, its columns, those that no two rows share, and checks within a row.

    ``asked`` and ``asked_twice`` are the same for what is no fault, but asked about.
    """

    description: str
    columns: dict[str, Column]
    key: tuple[str, ...]
    checks: tuple[RowCheck, ...]
    asked: tuple[RowCheck, ...]
    asked_twice: tuple[str, ...]


def _table(row: str, columns: dict[str, Any], **more: Sequence[Any]) -> TableSchema:
    told = {name: column for given in columns.items() for name, column in _columns(*given)}
    checks = {name: tuple(map(_check, more.get(name, ()))) for name in ("checks", "asked")}
    shared = {name: tuple(more.get(name, ())) for name in ("key", "asked_twice")}
    return TableSchema(_(row), told, **checks, **shared)


def _columns(name: str, told: dict[str, Any]) -> Iterator[tuple[str, Column]]:
    if name == "elements":
        yield from ((e.code, column(e.code, called=e.name, **told)) for e in load_skm().elements)
    else:
        yield name, column(name, **told)


def column(
    name: str,
    *,
    called: str = "",
    optional: bool = False,
    required: bool | None = None,
    values: Sequence[str] | str = (),
    low: Any = None,
    high: Any = None,
    above: bool = False,
    unit: str = "",
    **told: str,
) -> Column:
    """A column as tables.yml tells it: the kind and, behind it, what the column is; then what it may hold."""
    ((kind, description),) = told.items()
    values = ITEMS if values == "elements" else tuple(values)
    low, high = BOUNDS.get(kind, (low, high))
    or_empty = _(", or leave the cell empty") if optional else ""
    parts = {"low": low, "high": high, "listed": Choices(values), "or_empty": or_empty}
    allowed, remedy = wordings()[_sort(kind, low, high, above)]
    allowed = _(allowed, **parts)
    problem = _("not {allowed}", allowed=allowed)
    if kind == "code":
        problem = _("a word that asn itself uses (city, all), or a code with a comma")
    return Column(
        name=name,
        kind={"code": "text", "choice": "text", "of_unit": "text", "item": "whole"}.get(kind, kind),
        description=_(description, name=called),
        unit=_(unit or kind) if unit or kind in ("date", "quarter") else "",
        allowed=allowed,
        remedy=_(remedy, allowed=allowed, **parts),
        meets=_meets(kind, values, low, high, above),
        problem=problem,
        values=values,
        low=low,
        high=high,
        above=above,
        nullable=optional,
        required=not optional if required is None else required,
        refers=kind == "of_unit",
    )


def _sort(kind: str, low: Any, high: Any, above: bool) -> str:
    """Under which name faults.yml has the words for it."""
    if kind not in ("whole", "number"):
        return f"cell {kind}"
    bounds = "between" if high is not None else "above" if above else "from"
    return f"cell {kind} {bounds}"


def _meets(kind: str, values: Sequence[str], low: Any, high: Any, above: bool) -> str:
    """What every filled cell meets, as DuckDB says it of a ``{value}``."""
    if values:
        return f"{{value}} IN ({', '.join(map(repr, values))})"
    if high is not None:
        return f"{{value}} BETWEEN {_literal(low)} AND {_literal(high)}"
    if low is not None:
        return f"{{value}} {'>' if above else '>='} {_literal(low)}"
    return CODE if kind == "code" else ""


def _literal(bound: Any) -> str:
    if isinstance(bound, date):
        return f"DATE '{bound}'"
    return f"'{bound}'" if isinstance(bound, pd.Period) else repr(bound)


def _check(told: dict[str, list[str]]) -> RowCheck:
    ((kind, (column, *others)),) = told.items()
    other, *states = others or [column]
    fault = CHECKS[kind].format(column=f'"{column}"', other=f'"{other}"', states=", ".join(map(repr, states)))
    return RowCheck(column, fault, *wording(kind, column=Header(column), other=Header(other)))


TABLES = {name: _table(**told) for name, told in shipped(files(__package__).joinpath("tables.yml")).items()}


def dictionary() -> str:
    """The data dictionary: one Markdown section a table, one line a column."""
    return "\n\n".join("\n".join(_section(name, table)) for name, table in TABLES.items())


def _section(name: str, table: TableSchema) -> Iterator[str]:
    yield f"### `{name}`" + ("" if name in REQUIRED_TABLES else " (optional)")
    yield ""
    yield table.description
    yield f"No two rows have the same {_all_of(table.key)}." if table.key else "No two rows are the same."
    for check in table.checks:
        yield f"A fault in `{check.column}`: {check.problem}."
    for check in table.asked:
        yield f"Asked about, no fault, in `{check.column}`: {check.problem}."
    if table.asked_twice:
        yield f"Asked about, no fault: rows with the same {_all_of(table.asked_twice)}."
    yield ""
    yield "| column | what it is | unit | allowed | in the file | cells |"
    yield "|---|---|---|---|---|---|"
    for column in table.columns.values():
        yield _row(column)


def _all_of(names: Iterable[str]) -> str:
    return " and ".join(f"`{name}`" for name in names)


def _row(column: Column) -> str:
    presence = "needed" if column.required else "may be absent"
    cells = "may be empty" if column.nullable else "filled"
    parts = (f"`{column.name}`", column.description, column.unit or "-", column.allowed, presence, cells)
    return "| " + " | ".join(parts) + " |"
