"""The privacy gate at the door: personal data in a data set are refused, or read without themselves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import duckdb
import pandas as pd

from asn_analysis.records import cells
from asn_analysis.records.columns import Column
from asn_analysis.records.faults import Fault
from asn_analysis.records.manifest import NAME, TEXT_KEYS, Manifest
from asn_analysis.records.message import _
from asn_analysis.records.privacy import (
    FEW,
    HINT,
    find_identifying,
    personal_header,
    redact,
    without_identifying,
)
from asn_analysis.records.schema import TABLES
from asn_analysis.records.source import RECORD
from asn_analysis.records.table import Table

FREE_TEXT = {"responses": ("comment",), "complaints": ("text",)}  # citizens' words: shown blotted only
KEYS = ("unit_id", "response_id", "complaint_id", "staff_id")
REDACT = _(
    "Delete it, or write 'personal_data: redact' in dataset.yml: it is then read as [NIK] and the like."
)
RENAME = _("Give each row a code of its own.")
SAMPLE = 2000  # cells that look like it, of which the kind is made certain


def personal_faults(table: Table, con: duckdb.DuckDBPyConnection, manifest: Manifest) -> Iterator[Fault]:
    """Cells and columns of a table that hold personal data and are not declared as dropped or redacted."""
    names = [column.name for column in TABLES[table.name].columns.values() if _is_free(column)]
    looked_at = [name for name in names if name in table.places and (name in KEYS or not manifest.redacts)]
    for name in _hinting(table, con, looked_at):
        yield from _cell_faults(table, con, name)
    ours = {*table.places.values(), table.total_place}
    for place, header in enumerate(table.source.header):
        if place not in ours and header.strip().casefold() not in manifest.drop.get(table.name, ()):
            yield from _column_faults(table, con, place, header)


def manifest_faults(manifest: Manifest) -> Iterator[Fault]:
    """Personal data in what every brief prints of dataset.yml."""
    for key in TEXT_KEYS:
        for finding in find_identifying(getattr(manifest, key))[:1]:
            problem = _("holds what looks like personal data ({kind})", kind=finding.kind)
            yield Fault(NAME, None, key, None, problem, _("Name the office alone."), personal=True)


def discreet(name: str, frame: pd.DataFrame, manifest: Manifest) -> pd.DataFrame:
    """The table with its free text blotted, and with nothing identifying where the manifest says so."""
    change: dict[str, Any] = {column: redact for column in FREE_TEXT.get(name, ()) if column in frame}
    if manifest.redacts:
        free = [column.name for column in TABLES[name].columns.values() if _is_free(column)]
        change = {column: without_identifying for column in free if column not in KEYS} | change
    return frame.assign(**{column: blotted(frame[column], how) for column, how in change.items()})


def blotted(texts: pd.Series, how: Any = redact) -> pd.Series:
    return texts.map(how, na_action="ignore").astype(texts.dtype)


def _is_free(column: Column) -> bool:
    return column.kind == "text" and not column.values


def _hinting(table: Table, con: duckdb.DuckDBPyConnection, names: list[str]) -> list[str]:
    """The columns of which some cell may hold personal data: one pass over all, since hardly any does.

    In a quarter's file, of which a column is read fast alone, each text of a column is looked at once.
    """
    cells, unique = table.source.cells(con), TABLES[table.name].key
    alone = [name for name in names if table.holds_text(name) and [name] != unique]
    together = [name for name in names if name not in alone]
    asked = [_hint(table.text(name)) for name in together]
    found = cells.aggregate(", ".join(asked)).fetchall()[0] if asked else ()
    hints = dict(zip(together, found, strict=True))
    for name in alone:
        each = cells.project(f"{table.text(name)} AS given").distinct()
        hints[name] = each.aggregate(_hint("given")).fetchall()[0][0]
    return [name for name in names if hints[name]]


def _hint(text: str) -> str:
    return f"bool_or(regexp_matches({text}, '{HINT}'))"


def _cell_faults(table: Table, con: duckdb.DuckDBPyConnection, name: str) -> Iterator[Fault]:
    found = _identified(table, con, table.text(name))
    header = table.source.header[table.places[name]]
    remedy = RENAME if name in KEYS else REDACT
    for record, kind in list(found.items())[: table.listed]:
        problem = _("looks like personal data ({kind})", kind=kind)
        yield Fault(table.label, table.source.row(record), header, None, problem, remedy, personal=True)
    if len(found) > table.listed:
        rest = len(found) - table.listed
        problem = _("{rest:,} or more further rows that look like personal data", rest=rest)
        yield Fault(table.label, None, header, None, problem, remedy, personal=True)


def _column_faults(table: Table, con: duckdb.DuckDBPyConnection, place: int, header: str) -> Iterator[Fault]:
    kind = personal_header(header) or _kind_of_cells(table, con, place)
    if kind:
        remedy = _(
            "Delete the column, or list it in dataset.yml under drop, such as "
            "'drop: {{{table}: [{header}]}}'.",
            table=table.name,
            header=header,
        )
        problem = _("a column of personal data ({kind})", kind=kind)
        row = table.source.row(0) or None
        yield Fault(table.label, row, header, None, problem, remedy, personal=True)


def _kind_of_cells(table: Table, con: duckdb.DuckDBPyConnection, place: int) -> str | None:
    text = cells.text(f"c{place}", table.source.stored[place])
    found = _identified(table, con, text)
    filled = table.source.cells(con).filter(f"{text} IS NOT NULL").count("*").fetchall()[0][0]
    kinds = list(found.values())
    return max(sorted(set(kinds)), key=kinds.count) if len(kinds) > FEW * min(filled, SAMPLE) else None


def _identified(table: Table, con: duckdb.DuckDBPyConnection, text: str) -> Mapping[int, str]:
    """Record to the kind of what identifies a person in this column, in the first cells that hint at it."""
    hinted = table.source.cells(con).filter(f"regexp_matches({text}, '{HINT}')")
    rows = hinted.project(f"{RECORD}, {text}").order(RECORD).limit(SAMPLE).fetchall()
    kinds = {value: find_identifying(value)[:1] for value in {value for _, value in rows}}
    return {record: kinds[value][0].kind for record, value in rows if kinds[value]}
