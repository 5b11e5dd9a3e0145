"""Tables as CSV, XLSX or Parquet, opened as one thing: a source of numbered records."""

from __future__ import annotations

import zipfile
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import cache, lru_cache, partial
from pathlib import Path
from xml.etree.ElementTree import ParseError

import duckdb
import pandas as pd

from asn_analysis.records.csv_files import AGAIN, EMPTY, open_csv
from asn_analysis.records.faults import LISTED, DatasetError, Fault
from asn_analysis.records.formulas import uncounted
from asn_analysis.records.message import _
from asn_analysis.records.source import RECORD, SAVE_AGAIN, Source, literal, not_blank, unreadable


@dataclass(frozen=True)
class XlsxSource(Source):
    """One sheet of a workbook, every cell as the text that its cell holds."""

    sheet: str = ""

    def cells(self, con: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyRelation:
        frame = _sheet(self.path, self.sheet, self.path.stat().st_mtime_ns)
        return con.from_df(frame).filter(not_blank(self.header))


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
    openers = {
        ".csv": open_csv,
        ".xlsx": partial(_open_xlsx, wanted=sheet, listed=listed),
        ".parquet": _open_parquet,
    }
    opener = openers.get(path.suffix.lower())
    if opener is None:
        problem = _("files of the kind '{suffix}' are not read", suffix=path.suffix)
        raise unreadable(label, problem, SAVE_AGAIN)
    if path.is_dir():
        raise unreadable(label, _("is a folder, not a file"), _("Name one file in dataset.yml."))
    try:
        return opener(path, label)
    except FileNotFoundError:
        remedy = _("Put the file beside dataset.yml, or correct its name there (capitals count).")
        raise unreadable(label, _("this file does not exist"), remedy) from None
    except OSError as error:
        problem = _("cannot be opened ({error})", error=error.strerror or str(error))
        remedy = _("Close it in other programs and check that you may read it.")
        raise unreadable(label, problem, remedy) from None


def _open_xlsx(path: Path, label: str, wanted: str, listed: int) -> tuple[XlsxSource, tuple[Fault, ...]]:
    if path.stat().st_size == 0:
        raise unreadable(label, EMPTY, AGAIN)
    try:
        parts = _parts(path, path.stat().st_mtime_ns)
        sheet = _chosen(list(parts), path.stem, wanted, label)
        frame = _sheet(path, sheet, path.stat().st_mtime_ns)
    except DatasetError:
        raise
    except (zipfile.BadZipFile, KeyError, ValueError, IndexError, EOFError, ParseError):
        raise unreadable(label, _("is not an Excel workbook, or is damaged"), SAVE_AGAIN) from None
    header = frame.attrs["header"]
    if not any(header) and frame.empty:
        problem = _("the sheet {sheet} is empty", sheet=sheet)
        raise unreadable(label, problem, _("Put the header in row 1 of this sheet, and the table below it."))
    source = XlsxSource(path, header, ("VARCHAR",) * len(header), comma=True, sheet=sheet)
    return source, tuple(_formula_faults(source, label, parts[sheet], listed))


@lru_cache(maxsize=2)
def _parts(path: Path, modified: int) -> dict[str, str]:
    """The sheets of a workbook, and the part of its archive that holds each."""
    import openpyxl  # slow to import, and needed for workbooks alone

    with closing(openpyxl.load_workbook(path, read_only=True)) as book:
        return {sheet.title: sheet._worksheet_path for sheet in book.worksheets}


def _chosen(names: list[str], stem: str, wanted: str, label: str) -> str:
    """The sheet that is wanted; without a wish the one called like the file, or else the first."""
    if not wanted:
        return stem if stem in names else names[0]
    for name in names:
        if name.strip().casefold() == wanted.casefold():
            return name
    problem = _("the workbook has no such sheet; it has {sheets}", sheets=", ".join(names))
    raise unreadable(label, problem, _("Give the sheet its name again, or correct it in dataset.yml."))


def _formula_faults(source: XlsxSource, label: str, part: str, listed: int) -> Iterator[Fault]:
    """Cells that would be read as empty although something stands in them, column by column."""
    from openpyxl.utils import column_index_from_string  # see `_parts`

    rows = defaultdict(list)
    for row, letters in uncounted(source.path, part, errors=True):
        rows[column_index_from_string(letters) - 1].append(row)
    problem = _("a formula without a result, or an error such as #N/A")
    remedy = _("Write the value itself, or open the workbook in Excel or LibreOffice and save it once.")
    for place, amiss in rows.items():
        header = source.header[place] if place < len(source.header) else ""
        for row in amiss[:listed]:
            yield Fault(label, row, header, None, problem, remedy)
        if len(amiss) > listed:
            rest = len(amiss) - listed
            more = _("{rest:,} more rows with this fault ({problem})", rest=rest, problem=problem)
            yield Fault(label, None, header, None, more, remedy)


@lru_cache(maxsize=8)  # as many as there are tables
def _sheet(path: Path, sheet: str, modified: int) -> pd.DataFrame:
    """The records below the header as text; ``modified`` lets a file that changed be read again."""
    read = pd.read_excel(
        path,
        sheet_name=sheet,
        header=None,
        dtype=str,
        keep_default_na=False,
        na_values=[""],
        engine="openpyxl",
    )
    frame = read.iloc[1:].set_axis([f"c{i}" for i in range(read.shape[1])], axis=1)
    frame = frame.astype("str")
    frame.insert(0, RECORD, range(1, len(frame) + 1))
    frame.attrs["header"] = tuple(
        "" if pd.isna(name) else str(name) for name in read.iloc[:1].squeeze(axis=0)
    )
    return frame


@cache
def _reader() -> duckdb.DuckDBPyConnection:
    return duckdb.connect()  # once: as long as opening a file with it


def _open_parquet(path: Path, label: str) -> tuple[ParquetSource, tuple[Fault, ...]]:
    with path.open("rb"):
        pass  # an unreadable file is told from a damaged one by the operating system's own error
    try:
        described = _reader().cursor().sql(f"SELECT * FROM read_parquet({literal(path)})")
        return ParquetSource(path, tuple(described.columns), tuple(map(str, described.types))), ()
    except duckdb.Error:
        raise unreadable(label, _("is not a Parquet file, or is damaged"), SAVE_AGAIN) from None
