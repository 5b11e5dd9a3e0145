"""One table of a data set: the file behind it, which column holds what, and its typed values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from hashlib import sha256
from pathlib import Path

import duckdb
import pandas as pd

from asn_analysis.records import cells
from asn_analysis.records.coded import tidied
from asn_analysis.records.faults import LISTED, DatasetError, Fault, amiss, did_you_mean
from asn_analysis.records.files import open_source
from asn_analysis.records.manifest import ZONES, Manifest
from asn_analysis.records.responses_store import QUARTER_FILE, quarter_files, total_of
from asn_analysis.records.schema import DTYPES, ITEMS, QUARTERS, TABLES
from asn_analysis.records.source import RECORD, Source, TextSource
from asn_analysis.records.words import called, elements_in, plain, values_of
from asn_analysis.rules.rules import load_skm

SMALL = (*ITEMS, "age")


@dataclass(frozen=True)
class Table:
    """A table whose file could be opened; ``places`` says which cell (0, 1, …) holds each of our columns.

    ``listed`` is how many faults of one kind in one column are told one by one; the rest are counted.
    ``order`` is that of day and month where dataset.yml says it, ``until`` the last day that can have been;
    ``units`` the code of each name by which a column that refers to units may call one; ``zone`` that of
    the city's days.
    """

    name: str
    label: str
    source: Source
    places: dict[str, int]
    listed: int = LISTED
    order: str = ""
    until: str = ""
    units: Mapping[str, str] = field(default_factory=dict)
    zone: str = ZONES[0]

    @property
    def headers(self) -> dict[str, str]:
        """Our columns, and what the file calls each that it has."""
        return {ours: self.source.header[place] for ours, place in self.places.items()}

    @property
    def header_row(self) -> int | None:
        """The row of the header; a Parquet file has none."""
        return self.source.row(0) or None

    def text(self, column: str) -> str:
        """The column's text, as an expression on the cells."""
        return self.source.text(self.places[column])

    def value(self, column: str) -> str:
        """The column's value, as an expression on the cells; an absent column is all missing."""
        kind = TABLES[self.name].columns[column].kind
        if column not in self.places:
            return f"CAST(NULL AS {cells.TYPES[kind]})"
        place = self.places[column]
        if kind == "text":
            if TABLES[self.name].columns[column].refers:
                return cells.coded(self.text(column), self.units)
            known = {} if self.source.quarter else values_of(self.name, column)
            return cells.worded(self.text(column), known)
        text, stored = self.text(column), self.source.stored[place]
        cell = cells.here(f"c{place}", stored, self.zone)
        return cells.value(kind, cell, stored, text, self.source.comma, self.order or cells.DAY_FIRST)

    @property
    def total_place(self) -> int | None:
        """The cell that holds each respondent's score in a quarter's file."""
        found = self.source.quarter and "total" in self.source.header
        return self.source.header.index("total") if found else None

    def total(self) -> str:
        """The respondent's score, worked out from the cells of the items."""
        return total_of([self._narrow(item) for item in ITEMS])

    def values(self, con: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyRelation:
        """All records: their numbers, the cells as ``c0``, ``c1``, … and every canonical column, typed.

        Kept in the connection for the next question, but for responses, which may be too many: DuckDB
        takes longer over what it is told of a file, and of how its dates are read, than over some rows.
        """
        if self.name == "responses":
            return self._read_values(con)
        kept = f"{self.name}_{sha256(str(self.source.path).encode()).hexdigest()}"
        try:
            return con.sql(f"FROM {kept}")
        except duckdb.CatalogException:
            self._read_values(con).create(kept)
            return con.sql(f"FROM {kept}")

    def some(self, con: duckdb.DuckDBPyConnection, *names: str) -> duckdb.DuckDBPyRelation:
        """All records with some of these columns alone, which DuckDB then need not bind all of."""
        told = (f'{self.value(name)} AS "{name}"' for name in names)
        return self.source.cells(con).project(", ".join((RECORD, *told)))

    def _read_values(self, con: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyRelation:
        columns = (f'{self.value(column)} AS "{column}"' for column in TABLES[self.name].columns)
        return self.source.cells(con).project(", ".join(("*", *columns)))

    def columns(self, *names: str) -> str:
        """These canonical columns, or all, in their narrowest types, as expressions on the cells.

        Of a table without fault. Beside those of responses score and quarter.
        """
        told = {column: self._narrow(column) for column in TABLES[self.name].columns}
        if self.name == "responses":
            total = self.total() if self.total_place is None else f"c{self.total_place}"
            told |= {"total": total, "quarter": self._quarter()}
        return ", ".join(f'{told[name]} AS "{name}"' for name in names or told)

    def _narrow(self, column: str) -> str:
        """The column's value in its narrowest type, as it stands where the file holds it so."""
        place = self.places.get(column)
        if column not in SMALL:
            return f"c{place}" if place is not None and self.holds_text(column) else self.value(column)
        if place is not None and self.source.stored[place] == "UTINYINT":
            return f"c{place}"
        return f"CAST({self.value(column)} AS UTINYINT)"

    def holds_text(self, column: str) -> bool:
        """Whether a quarter's file holds the column as text, which `write_quarters` has trimmed."""
        kind, place = TABLES[self.name].columns[column].kind, self.places[column]
        return bool(self.source.quarter) and kind == "text" and self.source.stored[place] == "VARCHAR"

    def _quarter(self) -> str:
        """First day of the quarter; in a quarter's own file one for all, which takes no work."""
        if self.source.quarter:
            return f"DATE '{pd.Period(self.source.quarter).start_time.date()}'"
        return f"date_trunc('quarter', {self.value('date')})::DATE"

    def frame(self, con: duckdb.DuckDBPyConnection) -> pd.DataFrame:
        """The whole table as a typed frame."""
        return typed(self.name, self.values(con).order(RECORD).df())


def typed(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Values from DuckDB with the schema's dtypes."""
    kinds = {column: told.kind for column, told in TABLES[name].columns.items()}
    quarters = {column: _quarters(frame[column]) for column, kind in kinds.items() if kind == "quarter"}
    plain = {column: DTYPES[kind] for column, kind in kinds.items() if kind != "quarter"}
    return frame.astype(plain).assign(**quarters)[list(kinds)]


def plainly(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """The same as a file can hold them: what ``typed`` reads again."""
    quarters = [name for name, told in TABLES[name].columns.items() if told.kind == "quarter"]
    return frame.astype({name: "str" for name in quarters})


def _quarters(texts: pd.Series) -> pd.Series:
    code, names = pd.factorize(texts, use_na_sentinel=False)  # thousands of rows, a dozen quarters
    return pd.Series(pd.PeriodIndex(names, dtype=QUARTERS).take(code), index=texts.index)


def open_table(
    name: str, path: Path, label: str, manifest: Manifest, listed: int = LISTED
) -> tuple[Table | None, list[Fault]]:
    """The table, ``None`` if it cannot be opened, and what is wrong with its file and its header."""
    try:
        source, faults = open_source(path, label, manifest.sheets.get(name, ""), listed)
    except DatasetError as error:
        return None, list(error.faults)
    if row := _row_of_header(name, manifest, source):
        return None, [amiss(label, "header below", (1, None, None), row=row)]
    if not any(source.header):
        return None, [amiss(label, "no header")]
    dropped = set(manifest.drop.get(name, ()))
    read = tuple("" if _plain(header) in dropped else header for header in source.header)
    expected = _expected(name, manifest, read)
    places = _places(expected, read)
    # The clock can refuse a table, and change nothing in what is made of one.
    until = "" if manifest.simulated else f"{date.today().year + 1}-12-31"
    table = Table(name, label, source, places, listed, manifest.dates, until, zone=manifest.timezone)
    read = {None, *table.headers.values()}  # a formula in a column that nobody reads is no fault
    found = [fault for fault in faults if fault.column in read]
    return table, [*found, *_header_faults(table, expected, dropped)]


def _row_of_header(name: str, manifest: Manifest, source: Source) -> int | None:
    """The row that names most of our columns, where the first does not name half of those that are needed."""

    def named(texts: Sequence[str]) -> int:
        return len(_places(_expected(name, manifest, tuple(texts)), tuple(texts)))

    half = sum(column.required for column in TABLES[name].columns.values()) / 2
    if not isinstance(source, TextSource) or named(source.header) >= half:
        return None
    n_named, row = max(((named(texts), -number) for number, texts in source.top), default=(0, 0))
    return -row if n_named >= half else None


def _expected(name: str, manifest: Manifest, header: tuple[str, ...]) -> dict[str, str]:
    """What the file calls each of our columns: as declared, else as we do, else as the vocabulary says."""
    theirs, plainly = manifest.file_columns(name), set(map(_plain, header))
    unfound = [ours for ours, given in theirs.items() if given == ours and ours not in plainly]
    return theirs | {ours: found for ours in unfound if (found := called(name, ours, header))}


def _plain(header: str) -> str:
    return tidied(header).casefold()


def _places(expected: dict[str, str], header: tuple[str, ...]) -> dict[str, int]:
    uses = Counter(map(_plain, header))
    found = {_plain(name): place for place, name in enumerate(header) if uses[_plain(name)] == 1}
    return {ours: found[_plain(theirs)] for ours, theirs in expected.items() if _plain(theirs) in found}


def _header_faults(table: Table, expected: dict[str, str], dropped: set[str]) -> Iterator[Fault]:
    kept = [name for name in table.source.header if _plain(name) not in dropped]
    headers = [_plain(name) for name in kept]
    claimed = {_plain(theirs) for theirs in expected.values()}
    strangers = [name for name in kept if _plain(name) not in claimed]
    if table.name == "responses":
        yield from _contradictions(table)
    for ours, theirs in expected.items():
        if headers.count(_plain(theirs)) > 1:
            yield amiss(table.label, "two headers", (table.header_row, theirs, None))
        elif ours not in table.places:
            yield from _absent(table, ours, theirs, strangers)


def _contradictions(table: Table) -> Iterator[Fault]:
    """Elements that dataset.yml maps to a column whose header names another one: eighth and ninth swapped."""
    for element in load_skm().elements:
        header = table.headers.get(element.code, "")
        told = elements_in(plain(header))
        if told and element.name not in told:
            at = (table.header_row, header, None)
            yield amiss(table.label, "contradiction", at, name=element.name, told=", ".join(told))


def _absent(table: Table, ours: str, theirs: str, strangers: list[str]) -> Iterator[Fault]:
    similar = next((name for name in strangers if did_you_mean(name, [_plain(theirs)])), None)
    if similar is not None:
        at = (table.header_row, theirs, similar)
        yield amiss(table.label, "similar header", at, theirs=theirs, ours=ours)
    elif TABLES[table.name].columns[ours].required or theirs != ours:
        listed = ", ".join(filter(None, table.source.header))
        yield amiss(table.label, "no column", (None, theirs, None), theirs=theirs, ours=ours, listed=listed)


def label_of(name: str, folder: Path, manifest: Manifest) -> str:
    """What faults call the file of a table, or its sheet of a workbook."""
    label = manifest.tables[name].relative_to(folder).as_posix()
    return f"{label}, sheet {manifest.sheets[name]}" if name in manifest.sheets else label


def files_of(path: Path) -> list[Path]:
    return [path, *quarter_files(path)] if path.is_dir() else [path]


def opened(
    name: str, path: Path, folder: Path, manifest: Manifest, listed: int
) -> tuple[tuple[Table, ...], list[Fault]]:
    """The table's file, or for responses each file of their folder, and what is wrong with those."""
    label = label_of(name, folder, manifest)
    if name != "responses" or not path.is_dir():
        table, faults = open_table(name, path, label, manifest, listed)
        return (table,) if table else (), faults
    tables, faults = [], []
    for file in quarter_files(path):
        if not QUARTER_FILE.fullmatch(file.name):
            faults.append(amiss(f"{label}/{file.name}", "no quarter's file"))
            continue
        table, found = open_table(name, file, f"{label}/{file.name}", manifest, listed)
        faults += found
        if table:
            tables.append(replace(table, source=replace(table.source, quarter=file.stem)))
    if not tables and not faults:
        faults.append(amiss(label, "empty folder"))
    return tuple(tables), faults


def far_quarters(parts: tuple[Table, ...], rows: list[int]) -> list[Fault]:
    """Files more than a year after nearly all other answers: a mistyped year, told without a clock."""
    quarters = [pd.Period(part.source.quarter) for part in parts if part.source.quarter]
    if not quarters:
        return []
    usual = quarters[int((pd.Series(rows).cumsum() >= 0.99 * sum(rows)).idxmax())]
    return [
        amiss(part.label, "far quarter", (None, "date", None), usual=str(usual))
        for part, quarter in zip(parts, quarters, strict=True)
        if quarter > usual + 4
    ]
