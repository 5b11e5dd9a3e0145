"""The eight tables of a data set (tables.yml): columns, units, allowed values, what to do when one is wrong.

``records/checks.py`` puts them to a file as questions to DuckDB; ``dictionary()`` renders all of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from importlib.resources import files
from typing import Any

from asn_analysis.records import columns
from asn_analysis.records.columns import Column, RowCheck
from asn_analysis.records.message import _
from asn_analysis.records.words import shipped
from asn_analysis.rules.rules import load_skm

REQUIRED_TABLES = ("units", "responses", "trainings")
MAY_BE_EMPTY = ("trainings", "digital_services", "complaints", "consultations", "staff", "follow_ups")
ITEMS = load_skm().codes


@dataclass(frozen=True)
class TableSchema:
    """What a row of a table is, its columns, those that no two rows share, and checks within a row."""

    description: str
    columns: dict[str, Column]
    key: tuple[str, ...]
    checks: tuple[RowCheck, ...]


def _table(
    row: str, columns: dict[str, Any], key: Sequence[str] = (), checks: Iterable[dict[str, Any]] = ()
) -> TableSchema:
    return TableSchema(_(row), dict(_columns(columns)), tuple(key), tuple(map(_check, checks)))


def _columns(told: dict[str, dict[str, Any]]) -> Iterator[tuple[str, Column]]:
    for name, column in told.items():
        if name == "elements":
            found = {element.code: columns.item(element.name) for element in load_skm().elements}
        else:
            found = {name: _column(**column)}
        yield from ((name, replace(column, name=name)) for name, column in found.items())


def _column(values: Any = None, unit: str | None = None, **told: Any) -> Column:
    (kind, description), *more = told.items()
    more += [("values", ITEMS if values == "elements" else values)] if values else []
    more += [("unit", _(unit))] if unit else []
    return getattr(columns, kind)(_(description), **dict(more))


def _check(told: dict[str, Any]) -> RowCheck:
    (kind, names), *more = told.items()
    return getattr(columns, kind)(*names, *(_(problem) for _key, problem in more))


TABLES = {name: _table(**told) for name, told in shipped(files(__package__).joinpath("tables.yml")).items()}


def dictionary() -> str:
    """The data dictionary: one Markdown section a table, one line a column."""
    return "\n\n".join("\n".join(_section(name, table)) for name, table in TABLES.items())


def _section(name: str, table: TableSchema) -> Iterator[str]:
    yield f"### `{name}`" + ("" if name in REQUIRED_TABLES else " (optional)")
    yield ""
    yield from _notes(table)
    yield ""
    yield "| column | what it is | unit | allowed | in the file | cells |"
    yield "|---|---|---|---|---|---|"
    for column in table.columns.values():
        yield _row(column)


def _notes(table: TableSchema) -> Iterator[str]:
    yield table.description
    if table.key:
        yield "No two rows have the same " + " and ".join(f"`{name}`" for name in table.key) + "."
    for check in table.checks:
        yield f"A fault in `{check.column}`: {check.problem}."


def _row(column: Column) -> str:
    presence = "needed" if column.required else "may be absent"
    cells = "may be empty" if column.nullable else "filled"
    parts = (f"`{column.name}`", column.description, column.unit or "-", column.allowed, presence, cells)
    return "| " + " | ".join(parts) + " |"
