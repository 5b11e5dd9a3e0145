"""What is wrong in the rows of a table: cells that cannot be read, values, repeated keys, unknown units."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np

from asn_analysis.records import cells
from asn_analysis.records.columns import Column
from asn_analysis.records.faults import Fault, amiss
from asn_analysis.records.message import Header, _, with_headers
from asn_analysis.records.schema import ITEMS, MAY_BE_EMPTY, TABLES
from asn_analysis.records.source import RECORD
from asn_analysis.records.table import Table
from asn_analysis.records.words import plain

FAR = 366  # days
AT_ONCE = 10_000_000


@dataclass(frozen=True)
class Finding:
    """One kind of fault in one column: how many records have it, and the first few."""

    column: str
    problem: str
    remedy: str
    total: int
    records: tuple[int, ...]


def check_table(table: Table, con: duckdb.DuckDBPyConnection, units: Table | None) -> tuple[int, list[Fault]]:
    """The number of rows, and every fault in them."""
    rows = table.source.cells(con).count("*").fetchall()[0][0]
    if rows == 0:
        if table.name in MAY_BE_EMPTY:
            return 0, []
        return 0, [Fault(table.label, None, None, None, *amiss("no rows"))]
    findings = [
        *_wrong(table, con),
        *_repeated(table, con),
        *_strangers(table, con, units),
        *_far_dates(table, con),
        *_open_orders(table, con),
    ]
    return rows, _faults(table, con, findings)


def question(table: Table) -> str:
    """All that is asked of each record, so that a change of what is asked is noticed."""
    return "\n".join((table.columns(), *(condition for *_, condition in _conditions(table))))


def codes_of(units: Table, con: duckdb.DuckDBPyConnection) -> set[str]:
    return {code for (code,) in units.values(con).project("unit_id").fetchall()}


def names_of(units: Table, con: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Plain name to the code of the one unit that is called so: its name, and its kind and name."""
    if not {"unit_id", "name", "unit_type"} <= units.places.keys():
        return {}
    rows = units.values(con).filter("unit_id IS NOT NULL").project("unit_id, name, unit_type").fetchall()
    told = {code: {plain(name or ""), plain(f"{kind} {name}")} for code, name, kind in rows}
    uses = Counter(name for names in told.values() for name in names)
    return {name: code for code, names in told.items() for name in sorted(names) if name and uses[name] == 1}


def population_faults(
    population: Mapping[str, int], units: Table, con: duckdb.DuckDBPyConnection
) -> Iterator[Fault]:
    """Kecamatan of dataset.yml's ``population`` that no unit names, and those of units that it leaves out."""
    if not population:
        return
    named = set()
    if "kecamatan" in units.places:
        rows = units.values(con).filter("kecamatan IS NOT NULL").project("kecamatan").distinct().fetchall()
        named = {kecamatan for (kecamatan,) in rows}
    for name in sorted(set(population) - named):
        yield Fault("dataset.yml", None, f"population.{name}", None, *amiss("unnamed kecamatan"))
    for name in sorted(named - set(population)):
        yield Fault("dataset.yml", None, f"population.{name}", None, *amiss("missing kecamatan", name=name))


def _wrong(table: Table, con: duckdb.DuckDBPyConnection) -> Iterator[Finding]:
    """Cells that are empty although needed, that are no value of the column's kind, or not allowed."""
    conditions = _conditions(table)
    found = _where(
        table.values(con), {place: told[-1] for place, told in enumerate(conditions)}, table.listed
    )
    for place, (total, records) in found:
        yield Finding(*conditions[place][:3], total, records)


def _conditions(table: Table) -> list[tuple[str, str, str, str]]:
    """Column, problem, remedy, and the condition on a record that has it (``Table.values``)."""
    columns = TABLES[table.name].columns
    found = [
        (name, problem, columns[name].remedy, condition)
        for name in columns
        if name in table.places
        for problem, condition in _cell_conditions(table, name, columns[name])
    ]
    return [*found, *_row_conditions(table), *_store_conditions(table)]


def _row_conditions(table: Table) -> Iterator[tuple[str, str, str, str]]:
    for check in TABLES[table.name].checks:
        fault = check.fault.format(column=f'"{check.column}"', other=f'"{check.other}"')
        yield check.column, check.problem, check.remedy, fault


def _store_conditions(table: Table) -> Iterator[tuple[str, str, str, str]]:
    if table.source.quarter and "date" in table.places:
        outside = f"year(date) || 'Q' || quarter(date) <> '{table.source.quarter}'"
        yield "date", *amiss("other quarter", quarter=table.source.quarter), outside
    for name, place in table.places.items():
        if table.holds_text(name) and TABLES[table.name].columns[name].nullable:
            # Elsewhere an empty text is a missing one; here it would cost every question a look.
            yield name, *amiss("empty text"), f"c{place} = ''"
    if table.stored_total and set(ITEMS) <= set(table.places):
        wrong = f"{table.stored_total} IS DISTINCT FROM {table.total()}"
        yield "total", *amiss("other score"), wrong


def _cell_conditions(table: Table, name: str, column: Column) -> Iterator[tuple[str, str]]:
    text, value = table.text(name), f'"{name}"'
    if not column.nullable:
        yield _("empty, but every row needs it"), f"{text} IS NULL"
    stored, kind = table.source.stored[table.places[name]], column.kind
    if kind == "date" and table.until:
        problem = _("after {until}, which is far in the future", until=table.until)
        yield problem, f"{value} > DATE '{table.until}'"
    if kind != "text" and not cells.readable(kind, stored):
        problem = _("not {allowed}", allowed=column.allowed)
        yield problem, f"{text} IS NOT NULL AND {value} IS NULL"
    if column.meets:
        yield column.problem, f"NOT ({column.meets.format(value=value)})"


def _where(
    relation: duckdb.DuckDBPyRelation, conditions: dict, listed: int
) -> Iterator[tuple[Any, tuple[int, Any]]]:
    """For each condition that some record meets: how many do, and the first of them."""
    counts = ", ".join(f"count_if({condition})" for condition in conditions.values())
    totals = relation.aggregate(counts).fetchall()[0] if conditions else ()
    for (key, condition), total in zip(conditions.items(), totals, strict=True):
        if total:
            yield key, (total, _first(relation.filter(condition), listed))


def _first(relation: duckdb.DuckDBPyRelation, listed: int) -> tuple[int, ...]:
    return tuple(record for (record,) in relation.project(RECORD).order(RECORD).limit(listed).fetchall())


def _repeated(table: Table, con: duckdb.DuckDBPyConnection) -> Iterator[Finding]:
    """Records whose key stands in another record too."""
    key = TABLES[table.name].key
    if not key or not set(key) <= set(table.places):
        return
    if len(key) == 1 and not _may_repeat(table, con, key[0]):
        return
    names = ", ".join(f'"{name}"' for name in key)
    present = " AND ".join(f'"{name}" IS NOT NULL' for name in key)
    values = table.values(con).filter(present)
    repeated = values.aggregate(f"{names}, count(*) AS uses", names).filter("uses > 1")
    total = repeated.sum("uses").fetchall()[0][0]
    if total:
        records = _first(
            values.set_alias("every").join(repeated.set_alias("twice"), ", ".join(key)), table.listed
        )
        names = dict(zip(("one", "other"), map(Header, key), strict=False))
        yield Finding(key[0], *amiss("same keys" if len(key) > 1 else "same key", **names), total, records)


def _may_repeat(table: Table, con: duckdb.DuckDBPyConnection, name: str) -> bool:
    """Whether two texts have one hash: cheap, and bounded in memory by taking the hashes in turns."""
    rows = table.source.cells(con).count("*").fetchall()[0][0]
    turns = rows // AT_ONCE + 1
    hashes = table.some(con, name).filter(f'"{name}" IS NOT NULL').project(f'hash("{name}") AS h')
    for turn in range(turns):
        found = np.sort(hashes.filter(f"h % {turns} = {turn}").fetchnumpy()["h"])
        if (found[1:] == found[:-1]).any():
            return True
    return False


def _strangers(table: Table, con: duckdb.DuckDBPyConnection, units: Table | None) -> Iterator[Finding]:
    """Records of units that the units table does not have; unknown while that table cannot be read."""
    if units is None or "unit_id" not in units.places:
        return
    known = units.values(con).project("unit_id").set_alias("known")
    for name, column in TABLES[table.name].columns.items():
        if column.refers and name in table.places:
            given = table.some(con, name).filter(f"{name} IS NOT NULL").set_alias("given")
            if {code for (code,) in given.project(name).distinct().fetchall()} <= codes_of(units, con):
                continue
            strangers = given.join(known, f"given.{name} = known.unit_id", how="anti")
            total = strangers.count("*").fetchall()[0][0]
            if total:
                problem = _("no such unit in the units table")
                yield Finding(name, problem, column.remedy, total, _first(strangers, table.listed))


def _far_dates(table: Table, con: duckdb.DuckDBPyConnection) -> Iterator[Finding]:
    """Answers dated more than a year after nearly all others: a mistyped year, told without a clock."""
    if table.name != "responses" or table.source.quarter or "date" not in table.places:
        return
    dates = table.some(con, "date").filter("date IS NOT NULL")
    days = dates.aggregate("date, count(*) AS n", "date").order("date").df()
    if days.empty:
        return
    usual = days["date"][int(np.searchsorted(days["n"].cumsum(), np.ceil(0.99 * days["n"].sum())))]
    far = dates.filter(f"date > DATE '{usual:%Y-%m-%d}' + INTERVAL {FAR} DAY")
    total = far.count("*").fetchall()[0][0]
    if total:
        told = amiss("far quarter", usual=f"{usual:%Y-%m-%d}")
        yield Finding("date", *told, total, _first(far, table.listed))


def _open_orders(table: Table, con: duckdb.DuckDBPyConnection) -> Iterator[Finding]:
    """Columns whose dates, such as 05/06/2026, could be read either way, if dataset.yml does not say."""
    kinds = {name: column.kind for name, column in TABLES[table.name].columns.items()}
    written = [name for name, place in table.places.items() if table.source.stored[place] == "VARCHAR"]
    for name in written if not (table.order or table.source.quarter) else ():
        if kinds[name] == "date":
            day = f"TRY_CAST({cells.date_part(table.text(name), 1)} AS INTEGER)"
            rows = table.values(con).project(f"{RECORD}, {day} AS day")
            if (records := _first(rows.filter("day > 0"), 1)) and not _first(rows.filter("day > 12"), 1):
                yield Finding(name, *amiss("open order"), 1, records)


def _faults(table: Table, con: duckdb.DuckDBPyConnection, findings: list[Finding]) -> list[Fault]:
    """The findings as a clerk sees them: by row, with the cell's own text; then what was only counted."""
    shown = {name: _texts(table, con, name, findings) for name in {found.column for found in findings}}
    listed = [
        Fault(
            table.label,
            table.source.row(record),
            _header(table, found.column),
            shown[found.column].get(record),
            with_headers(found.problem, table.headers),
            with_headers(found.remedy, table.headers),
        )
        for found in findings
        for record in found.records
    ]
    columns = (*TABLES[table.name].columns, "total")
    order = {_header(table, column): place for place, column in enumerate(columns)}
    counted = [_rest(table, found) for found in findings if found.total > len(found.records)]
    return [*sorted(listed, key=lambda fault: (fault.row, order[fault.column])), *counted]


def _texts(
    table: Table, con: duckdb.DuckDBPyConnection, name: str, findings: list[Finding]
) -> dict[int, str]:
    records = {record for found in findings if found.column == name for record in found.records}
    if name not in table.places or not records:
        return {}
    among = table.values(con).filter(f"{RECORD} IN ({', '.join(map(str, records))})")
    return dict(among.project(f"{RECORD}, CAST(c{table.places[name]} AS VARCHAR)").fetchall())


def _header(table: Table, column: str) -> str:
    """The column as the file calls it."""
    return table.headers.get(column, column)


def _rest(table: Table, found: Finding) -> Fault:
    rest = found.total - len(found.records)
    problem = _("{rest:,} more rows with this fault ({problem})", rest=rest, problem=found.problem)
    told = (with_headers(problem, table.headers), with_headers(found.remedy, table.headers))
    return Fault(table.label, None, _header(table, found.column), None, *told, count=rest)
