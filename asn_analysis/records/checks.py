"""What is wrong in the rows of a table: cells that cannot be read, values, repeated keys, unknown units."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import reduce
from unicodedata import category, normalize

import duckdb
import numpy as np

from asn_analysis.records import cells
from asn_analysis.records.faults import Fault, amiss, further, wording
from asn_analysis.records.manifest import NAME
from asn_analysis.records.message import Header, _, with_headers
from asn_analysis.records.schema import ITEMS, MAY_BE_EMPTY, TABLES, Column
from asn_analysis.records.source import RECORD
from asn_analysis.records.table import Table
from asn_analysis.records.words import plain

FAR = 366  # days
AT_ONCE = 10_000_000


def check_table(table: Table, con: duckdb.DuckDBPyConnection, units: Table | None) -> tuple[int, list[Fault]]:
    """The number of rows, and every fault in them."""
    rows = table.source.cells(con).count("*").fetchall()[0][0]
    if rows == 0:
        if table.name in MAY_BE_EMPTY:
            return 0, []
        return 0, [amiss(table.label, "no rows")]
    faults = [
        *_wrong(table, con),
        *_repeated(table, con),
        *_twins(table, con),
        *_strangers(table, con, units),
        *_far_dates(table, con),
        *_open_orders(table, con),
    ]
    again = list(_headers_again(table, con)) if faults else []
    seen = {fault.row for fault in again}
    faults = [*again, *(fault for fault in faults if fault.row not in seen)]
    columns = (None, *TABLES[table.name].columns, "total")
    order = {table.headers.get(column, column): place for place, column in enumerate(columns)}
    listed = sorted((fault for fault in faults if fault.row), key=lambda one: (one.row, order[one.column]))
    return rows, [*listed, *(fault for fault in faults if not fault.row)]


def question(table: Table) -> str:
    """All that is asked of each record, so that a change of what is asked is noticed."""
    return "\n".join((table.columns(), *(condition for *_, condition in _conditions(table))))


def codes_of(units: Table, con: duckdb.DuckDBPyConnection) -> set[str]:
    given = units.some(con, "unit_id").filter("unit_id IS NOT NULL")
    return {code for (code,) in given.project("unit_id").fetchall()}


def names_of(units: Table, con: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Plain name to the code of the one unit that is called so: its name, and its kind and name."""
    if not {"unit_id", "name", "unit_type"} <= units.places.keys():
        return {}
    names = units.some(con, "unit_id", "name", "unit_type").filter("unit_id IS NOT NULL")
    rows = names.project("unit_id, name, unit_type").fetchall()
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
        rows = units.some(con, "kecamatan").project("kecamatan").distinct().fetchall()
        named = {kecamatan for (kecamatan,) in rows if kecamatan}
    for name in sorted(set(population) - named):
        yield amiss(NAME, "unnamed kecamatan", (None, f"population.{name}", None))
    for name in sorted(named - set(population)):
        yield amiss(NAME, "missing kecamatan", (None, f"population.{name}", None), name=name)


def _wrong(table: Table, con: duckdb.DuckDBPyConnection) -> Iterator[Fault]:
    """Cells that are empty although needed, that are no value of the column's kind, or not allowed."""
    conditions, values = _conditions(table), table.values(con)
    counts = ", ".join(f"count_if({condition})" for *_, condition in conditions)
    totals = values.aggregate(counts).fetchall()[0] if conditions else ()
    for (name, *told, condition), total in zip(conditions, totals, strict=True):
        if total:
            yield from placed(table, con, name, told, values.filter(condition))


def placed(
    table: Table,
    con: duckdb.DuckDBPyConnection,
    name: str,
    words: Iterable[str],
    found: duckdb.DuckDBPyRelation,
) -> Iterator[Fault]:
    """The first records found as a clerk sees them, with the cell's own text; and how many more there are."""
    total = found.count("*").fetchall()[0][0]
    records = [record for (record,) in found.project(RECORD).order(RECORD).limit(table.listed).fetchall()]
    texts = {}
    if name in table.places and records:
        among = table.values(con).filter(f"{RECORD} IN ({', '.join(map(str, records))})")
        texts = dict(among.project(f"{RECORD}, CAST(c{table.places[name]} AS VARCHAR)").fetchall())
    header, said = table.headers.get(name, name), [with_headers(text, table.headers) for text in words]
    for record in records:
        yield Fault(table.label, table.source.row(record), header, texts.get(record), *said)
    if total > len(records):
        yield further(Fault(table.label, None, header, None, *said), total - len(records))


def _conditions(table: Table) -> list[tuple[str, str, str, str]]:
    """Column, problem, remedy, and the condition on a record that has it (``Table.values``)."""
    columns, checks = TABLES[table.name].columns, TABLES[table.name].checks
    of_cells = [
        (name, problem, columns[name].remedy, condition)
        for name in columns
        if name in table.places
        for problem, condition in _cell_conditions(table, name, columns[name])
    ]
    of_rows = [(check.column, check.problem, check.remedy, check.fault) for check in checks]
    return [*of_cells, *of_rows, *_store_conditions(table)]


def _store_conditions(table: Table) -> Iterator[tuple[str, str, str, str]]:
    if table.source.quarter and "date" in table.places:
        outside = f"year(date) || 'Q' || quarter(date) <> '{table.source.quarter}'"
        yield "date", *wording("other quarter", quarter=table.source.quarter), outside
    for name, place in table.places.items():
        if table.holds_text(name) and TABLES[table.name].columns[name].nullable:
            # Elsewhere an empty text is a missing one; here it would cost every question a look.
            yield name, *wording("empty text"), f"c{place} = ''"
    if table.total_place is not None and set(ITEMS) <= set(table.places):
        wrong = f"c{table.total_place} IS DISTINCT FROM {table.total()}"
        yield "total", *wording("other score"), wrong


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


def _repeated(table: Table, con: duckdb.DuckDBPyConnection) -> Iterator[Fault]:
    """Records whose key stands in another record too; of a table without a key, all of them twice."""
    schema = TABLES[table.name]
    key = schema.key or tuple(name for name in schema.columns if name in table.places)
    if (
        not key
        or not set(key) <= set(table.places)
        or (len(key) == 1 and not _may_repeat(table, con, key[0]))
    ):
        return
    why = ("same row", "same key", "same key", "same thing")[min(len(schema.key), 3)]
    told = wording(why, keys=all_of(schema.key)) if schema.key else wording(why)
    present = " AND ".join(f'"{name}" IS NOT NULL' for name in schema.key) or "true"
    yield from placed(table, con, key[0], told, sharing(table, con, key, present))


def sharing(
    table: Table, con: duckdb.DuckDBPyConnection, names: Sequence[str], among: str = "true"
) -> duckdb.DuckDBPyRelation:
    """The records that share all of these columns with another."""
    listed = ", ".join(f'"{name}"' for name in names)
    values = table.values(con).filter(among)
    repeated = values.aggregate(f"{listed}, count(*) AS uses", listed).filter("uses > 1")
    same = " AND ".join(f'every."{name}" IS NOT DISTINCT FROM twice."{name}"' for name in names)
    return values.set_alias("every").join(repeated.set_alias("twice"), same, how="semi")


def all_of(names: Sequence[str]) -> str:
    """Our columns, for which a file may have other headers, in one text."""
    *others, last = map(Header, names)
    return _("{others} and {last}", others=reduce(_both, others), last=last) if others else last


def _both(one: str, other: str) -> str:
    return _("{one}, {other}", one=one, other=other)


def _may_repeat(table: Table, con: duckdb.DuckDBPyConnection, name: str) -> bool:
    """Whether two texts have one hash: cheap, and bounded in memory by taking the hashes in turns."""
    rows = table.source.cells(con).count("*").fetchall()[0][0]
    turns = rows // AT_ONCE + 1
    hashes = table.some(con, name).project(f'hash("{name}") AS h')
    for turn in range(turns):
        among = hashes.filter(f"h % {turns} = {turn}") if turns > 1 else hashes
        n, different = among.aggregate("count(h), count(DISTINCT h)").fetchall()[0]
        if different < n:
            return True
    return False


def _strangers(table: Table, con: duckdb.DuckDBPyConnection, units: Table | None) -> Iterator[Fault]:
    """Records of units that the units table does not have; unknown while that table cannot be read."""
    if units is None or "unit_id" not in units.places:
        return
    known = units.some(con, "unit_id").project("unit_id").set_alias("known")
    for name, column in TABLES[table.name].columns.items():
        if column.refers and name in table.places:
            given = table.some(con, name).filter(f"{name} IS NOT NULL").set_alias("given")
            if {code for (code,) in given.project(name).distinct().fetchall()} <= codes_of(units, con):
                continue
            strangers = given.join(known, f"given.{name} = known.unit_id", how="anti")
            told = (_("no such unit in the units table"), column.remedy)
            meant = _by_look(codes_of(units, con))
            for fault in placed(table, con, name, told, strangers):
                code = meant.get(_look(fault.value or ""))
                remedy = _("Write {code}, as the units table does.", code=code) if code else fault.remedy
                yield replace(fault, remedy=remedy)


def _by_look(codes: Iterable[str]) -> dict[str, str]:
    """Codes by what a spreadsheet, or whoever types them, leaves of them; none that others look like."""
    uses = Counter(map(_look, codes))
    return {look: code for code in codes if uses[look := _look(code)] == 1}


def _look(code: str) -> str:
    """One for 007, 7 and 7.0, for RSUD-01 and 'rsud 1'."""
    return re.sub(r"\b0+(?=\w)", "", plain(_seen(code).removesuffix(".0")))


def _seen(code: str) -> str:
    """What an eye sees of a code: no mark without width, one kind of blank."""
    return "".join(sign for sign in normalize("NFKC", code) if category(sign) != "Cf")


def _twins(table: Table, con: duckdb.DuckDBPyConnection) -> Iterator[Fault]:
    """Codes of units that nobody can tell apart: answers of one would be counted for two."""
    if table.name != "units" or "unit_id" not in table.places:
        return
    uses = Counter(map(_seen, codes := codes_of(table, con)))
    if twins := ", ".join(cells.quoted(code) for code in sorted(codes) if uses[_seen(code)] > 1):
        found = table.some(con, "unit_id").filter(f"unit_id IN ({twins})")
        yield from placed(table, con, "unit_id", wording("same look"), found)


def _headers_again(table: Table, con: duckdb.DuckDBPyConnection) -> Iterator[Fault]:
    """Records that are the header over again, as where the files of two months were pasted together."""
    if set(table.source.stored) != {"VARCHAR"}:
        return
    headers = ((place, header) for place, header in enumerate(table.source.header) if header)
    same = " AND ".join(f"c{place} = {cells.quoted(header)}" for place, header in headers)
    for (record,) in table.source.cells(con).filter(same).project(RECORD).order(RECORD).fetchall():
        yield amiss(table.label, "header again", (table.source.row(record), None, None))


def _far_dates(table: Table, con: duckdb.DuckDBPyConnection) -> Iterator[Fault]:
    """Answers dated more than a year after nearly all others: a mistyped year, told without a clock."""
    if table.name != "responses" or table.source.quarter or "date" not in table.places:
        return
    dates = table.some(con, "date").filter("date IS NOT NULL")
    days = dates.aggregate("date, count(*) AS n", "date").order("date").df()
    if days.empty:
        return
    usual = days["date"][int(np.searchsorted(days["n"].cumsum(), np.ceil(0.99 * days["n"].sum())))]
    far = dates.filter(f"date > DATE '{usual:%Y-%m-%d}' + INTERVAL {FAR} DAY")
    yield from placed(table, con, "date", wording("far quarter", usual=f"{usual:%Y-%m-%d}"), far)


def _open_orders(table: Table, con: duckdb.DuckDBPyConnection) -> Iterator[Fault]:
    """Columns whose dates, such as 05/06/2026, could be read either way, if dataset.yml does not say."""
    kinds = {name: column.kind for name, column in TABLES[table.name].columns.items()}
    written = [name for name, place in table.places.items() if table.source.stored[place] == "VARCHAR"]
    for name in written if not (table.order or table.source.quarter) else ():
        if kinds[name] == "date":
            day = f"TRY_CAST({cells.date_part(table.text(name), 1)} AS INTEGER)"
            rows = table.values(con).project(f"{RECORD}, {day} AS day")
            if not rows.filter("day > 12").limit(1).fetchall():
                first = rows.filter("day > 0").order(RECORD).limit(1)
                yield from placed(table, con, name, wording("open order"), first)
