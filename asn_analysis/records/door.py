"""The privacy gate at the door: personal data in a data set are refused, or read without themselves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import duckdb
import pandas as pd

from asn_analysis.records.faults import Fault, amiss
from asn_analysis.records.kinds import PERSON
from asn_analysis.records.manifest import NAME, TEXT_KEYS, Manifest
from asn_analysis.records.privacy import (
    FEW,
    HINT,
    PLACE_HINT,
    find_identifying,
    find_in_name,
    looks_like_names,
    personal_header,
    redact,
    without_control,
    without_places,
)
from asn_analysis.records.review import Entry, Review
from asn_analysis.records.schema import TABLES, Column
from asn_analysis.records.source import RECORD
from asn_analysis.records.table import Table

FREE_TEXT = {"responses": ("comment",), "complaints": ("text",)}  # citizens' words: shown blotted only
REGISTER = ("action", "owner", "evidence")  # offices' own words, which pages print: see ``review``
KEYS = ("unit_id", "response_id", "complaint_id", "staff_id")
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
    """Personal data in what every brief prints of dataset.yml, and in the names of its files."""
    named = {key: getattr(manifest, key) for key in TEXT_KEYS}
    files = {f"tables.{name}": path.stem for name, path in manifest.tables.items()}
    for key, text in {**named, **files}.items():
        for finding in find_in_name(text)[:1]:
            why = "personal text" if key in named else "personal file"
            yield amiss(NAME, why, (None, key, None), personal=True, kind=finding.kind)


def discreet(name: str, frame: pd.DataFrame, manifest: Manifest, review: Review) -> pd.DataFrame:
    """The table with its free text blotted, and with nothing identifying where the manifest says so."""
    free = [column.name for column in TABLES[name].columns.values() if _is_free(column)]
    change: dict[str, Any] = {column: without_control for column in free if column not in KEYS}
    if manifest.redacts:
        change = {column: lambda text: without_places(without_control(text)) for column in change}
    guarded = (*FREE_TEXT.get(name, ()), *(REGISTER if name == "follow_ups" else ()))
    change |= {column: lambda text: redact(without_control(text), review.known) for column in guarded}
    return frame.assign(
        **{column: blotted(frame[column], how) for column, how in change.items() if column in frame}
    )


def reviewed(follow_ups: pd.DataFrame, review: Review) -> tuple[pd.DataFrame, tuple[Entry, ...]]:
    """The register as pages may print it, and its texts that wait for the office's look."""
    shown = {name: blotted(follow_ups[name], review.shown) for name in REGISTER if name in follow_ups}
    counted = Counter(text for name in shown for text in follow_ups[name].dropna())
    waiting = tuple(Entry(text, n, "follow_ups") for text, n in sorted(counted.items()) if review.waits(text))
    return follow_ups.assign(**shown), waiting


def free_places(table: Table) -> frozenset[int]:
    """The places of the columns in which people write what they like."""
    names = {*FREE_TEXT.get(table.name, ()), *(REGISTER if table.name == "follow_ups" else ())}
    return frozenset(place for name, place in table.places.items() if name in names)


def blotted(texts: pd.Series, how: Any) -> pd.Series:
    """Each text as it may be shown; one that many wrote is looked at once."""
    seen = {text: how(text) for text in texts.dropna().unique()}
    return texts.map(seen, na_action="ignore").astype(texts.dtype)


def _is_free(column: Column) -> bool:
    return column.kind == "text" and not column.values


def _hinting(table: Table, con: duckdb.DuckDBPyConnection, names: list[str]) -> Iterator[str]:
    """The columns of which some cell may hold personal data; each text of a column is looked at once."""
    cells, unique = table.source.cells(con), TABLES[table.name].key
    for name in names:
        texts = cells.project(f"{table.text(name)} AS given")
        texts = texts if (name,) == unique else texts.distinct()
        if texts.filter(f"regexp_matches(given, '{_sought(table.name, name)[0]}')").limit(1).fetchall():
            yield name


def _sought(table: str, column: str) -> tuple[str, Callable[[str], tuple]]:
    """What is refused in a column, and what hints at it: a name of something is printed as it stands."""
    guarded = column in (*KEYS, *FREE_TEXT.get(table, ()), *REGISTER)
    return (HINT, find_identifying) if guarded else (f"{HINT}|{PLACE_HINT}", find_in_name)


def _cell_faults(table: Table, con: duckdb.DuckDBPyConnection, name: str) -> Iterator[Fault]:
    found = _identified(table, con, table.text(name), *_sought(table.name, name))
    header = table.source.header[table.places[name]]
    why = "personal key" if name in KEYS else "personal cell"
    for record, kind in list(found.items())[: table.listed]:
        row = table.source.row(record)
        yield amiss(table.label, why, (row, header, None), personal=True, kind=kind)
    if (rest := len(found) - table.listed) > 0:
        yield amiss(table.label, f"{why}s", (None, header, None), personal=True, rest=rest)


def _column_faults(table: Table, con: duckdb.DuckDBPyConnection, place: int, header: str) -> Iterator[Fault]:
    kind = personal_header(header) or _kind_of_cells(table, con, place)
    if kind:
        at = (table.header_row, header, None)
        yield amiss(table.label, "personal column", at, True, kind=kind, table=table.name, header=header)


def _kind_of_cells(table: Table, con: duckdb.DuckDBPyConnection, place: int) -> str | None:
    text = table.source.text(place)
    found = _identified(table, con, text)
    filled = table.source.cells(con).filter(f"{text} IS NOT NULL").count("*").fetchall()[0][0]
    kinds = list(found.values())
    if len(kinds) > FEW * min(filled, SAMPLE):
        return max(sorted(set(kinds)), key=kinds.count)
    some = table.source.cells(con).project(f"{text} AS given").filter("given IS NOT NULL").distinct()
    texts = [text for (text,) in some.order("given").limit(SAMPLE).fetchall()]
    return PERSON if looks_like_names(texts) else None


def _identified(
    table: Table,
    con: duckdb.DuckDBPyConnection,
    text: str,
    hint: str = HINT,
    find: Callable[[str], tuple] = find_identifying,
) -> Mapping[int, str]:
    """Record to the kind of what identifies a person in this column, in the first cells that hint at it."""
    hinted = table.source.cells(con).filter(f"regexp_matches({text}, '{hint}')")
    rows = hinted.project(f"{RECORD}, {text}").order(RECORD).limit(SAMPLE).fetchall()
    kinds = {value: find(value)[:1] for value in {value for _, value in rows}}
    return {record: kinds[value][0].kind for record, value in rows if kinds[value]}
