"""Tables as CSV, workbook or Parquet, opened as one thing: a source of numbered records."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial, reduce
from pathlib import Path

import duckdb

from asn_analysis.records.csv_files import open_csv
from asn_analysis.records.faults import LISTED, Fault, amiss, further
from asn_analysis.records.source import (
    RECORD,
    Source,
    TextSource,
    connect,
    literal,
    refuse_wide,
    unreadable,
)
from asn_analysis.records.workbooks import SUFFIXES, Sheet, read_workbook


def open_sheet(path: Path, label: str, wanted: str, listed: int) -> tuple[TextSource, tuple[Fault, ...]]:
    """A sheet of the workbook: the one that is wanted, or called like the file, or else the first."""
    if path.stat().st_size == 0:
        raise unreadable(label, "empty")
    sheet = _chosen(read_workbook(path, label), path.stem, wanted, label)
    if not len(sheet.cells):
        raise unreadable(label, "empty sheet", sheet=sheet.title)
    header = _header(sheet)
    refuse_wide(header, label)
    source = TextSource.of(path, header, sheet.cells, comma=True, sheet=sheet.title, top=sheet.cells.top)
    return source, tuple(_formula_faults(source, label, sheet, listed))


def _header(sheet: Sheet) -> tuple[str, ...]:
    """The texts of row 1, as many as the widest row has cells."""
    number, row = next(sheet.cells.rows())
    texts = row if number == 1 else []
    return tuple([*texts, *[""] * (sheet.cells.width - len(texts))])


def _chosen(sheets: tuple[Sheet, ...], stem: str, wanted: str, label: str) -> Sheet:
    """The sheet that is wanted; without a wish the one called like the file, or else the first."""
    for sheet in sheets:
        if sheet.title.strip().casefold() == (wanted or stem).casefold():
            return sheet
    if sheets and not wanted:
        return sheets[0]
    raise unreadable(label, "no sheet", sheets=", ".join(sheet.title for sheet in sheets))


def _formula_faults(source: TextSource, label: str, sheet: Sheet, listed: int) -> Iterator[Fault]:
    """Cells that would be read as empty although something stands in them, column by column."""
    rows = defaultdict(list)
    for row, letters, _text in sheet.amiss:
        rows[column_number(letters) - 1].append(row)
    for place, found in rows.items():
        header = source.header[place] if place < len(source.header) else ""
        faults = [amiss(label, "formula", (row, header, None)) for row in found[: listed + 1]]
        yield from faults[:listed]
        if (rest := len(found) - listed) > 0:
            yield further(faults[-1], rest)


def column_number(letters: str) -> int:
    """1 for A, 27 for AA."""
    return reduce(lambda n, letter: 26 * n + ord(letter) - 64, letters, 0)


def column_letters(number: int) -> str:
    """A for 1, AA for 27."""
    rest, last = divmod(number - 1, 26)
    return (column_letters(rest) if rest else "") + chr(65 + last)


@dataclass(frozen=True)
class ParquetSource(Source):
    """A Parquet file, with its own types."""

    def cells(self, con: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyRelation:
        names = ", ".join(
            f'"{name.replace(chr(34), chr(34) * 2)}" AS c{i}' for i, name in enumerate(self.header)
        )
        return con.sql(
            f"SELECT file_row_number + 1 AS {RECORD}, {names} "
            f"FROM read_parquet({literal(self.path)}, file_row_number=true)"
        )

    def row(self, record: int) -> int:
        return record


def open_source(
    path: Path, label: str, sheet: str = "", listed: int = LISTED
) -> tuple[Source, tuple[Fault, ...]]:
    """The file, or this sheet of a workbook, and the faults in its rows.

    A ``DatasetError`` if it cannot be read as a table at all.
    """
    of_sheets = partial(open_sheet, wanted=sheet, listed=listed)
    openers = {".csv": open_csv, ".parquet": _open_parquet, **dict.fromkeys(SUFFIXES, of_sheets)}
    opener = openers.get(path.suffix.lower())
    if opener is None:
        raise unreadable(label, "other kind", suffix=path.suffix)
    if path.is_dir():
        raise unreadable(label, "folder")
    if path.exists() and not path.is_file():  # a pipe would be waited for
        raise unreadable(label, "no plain file")
    try:
        return opener(path, label)
    except FileNotFoundError:
        raise unreadable(label, "absent") from None
    except OSError as error:
        raise unreadable(label, "unopened", error=error.strerror or str(error)) from None


def _open_parquet(path: Path, label: str) -> tuple[ParquetSource, tuple[Fault, ...]]:
    with path.open("rb"):
        pass  # an unreadable file is told from a damaged one by the operating system's own error
    try:
        with connect() as con:
            described = con.sql(f"SELECT * FROM read_parquet({literal(path)})")
            header, stored = tuple(described.columns), tuple(map(str, described.types))
    except duckdb.Error:
        raise unreadable(label, "no parquet") from None
    refuse_wide(header, label)
    return ParquetSource(path, header, stored), ()
