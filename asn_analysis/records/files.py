"""Files as a clerk keeps them (CSV, XLSX, Parquet), opened as one thing: numbered records of text cells."""

from __future__ import annotations

import csv
import hashlib
import re
import zipfile
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from xml.etree.ElementTree import ParseError

import duckdb
import pandas as pd

from asn_analysis.records import cells
from asn_analysis.records.faults import DatasetError, Fault

RECORD = "record"
SAVE_AGAIN = "Save the table again as CSV (UTF-8), XLSX or Parquet."


@dataclass(frozen=True)
class Source:
    """A file that could be opened: its header, and its records in any connection.

    ``stored`` is the type of each column in the file; ``comma`` whether decimal commas are usual in it.
    """

    path: Path
    header: tuple[str, ...]
    stored: tuple[str, ...]
    comma: bool = False

    def cells(self, con: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyRelation:
        """The records, numbered from 1 in the column ``record``, with the cells as ``c0``, ``c1``, …"""
        raise NotImplementedError

    def row(self, record: int) -> int:
        """The row in which a clerk sees this record."""
        return record + 1

    @property
    def sha256(self) -> str:
        """Hash of the file's bytes."""
        with self.path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()


@dataclass(frozen=True)
class CsvSource(Source):
    """A CSV file; ``skipped`` are the rows that hold no record, such as blank lines."""

    delimiter: str = ","
    skipped: tuple[int, ...] = ()

    def cells(self, con: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyRelation:
        columns = ", ".join(f"c{i}: 'VARCHAR'" for i in range(len(self.header)))
        # The lines that ignore_errors leaves out were found and counted by open_csv.
        read = con.sql(
            f"SELECT row_number() OVER () AS {RECORD}, * FROM read_csv({_literal(self.path)}, header=true, "
            f"auto_detect=false, delim='{self.delimiter}', quote='\"', escape='\"', ignore_errors=true, "
            f"columns={{{columns}}})"
        )
        return read.filter(_not_blank(self.header))

    def row(self, record: int) -> int:
        earlier = [row - index for index, row in enumerate(self.skipped)]
        return record + 1 + bisect_right(earlier, record + 1)


@dataclass(frozen=True)
class XlsxSource(Source):
    """One sheet of a workbook, every cell as the text that its cell holds."""

    sheet: str = ""

    def cells(self, con: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyRelation:
        frame = _sheet(self.path, self.sheet, self.path.stat().st_mtime_ns)
        return con.from_df(frame).filter(_not_blank(self.header))


@dataclass(frozen=True)
class ParquetSource(Source):
    """A Parquet file, with its own types."""

    def cells(self, con: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyRelation:
        names = ", ".join(
            f'"{name.replace(chr(34), chr(34) * 2)}" AS c{i}' for i, name in enumerate(self.header)
        )
        return con.sql(
            f"SELECT file_row_number + 1 AS {RECORD}, {names} "
            f"FROM read_parquet({_literal(self.path)}, file_row_number=true)"
        )

    def row(self, record: int) -> int:
        return record


def open_source(path: Path, label: str) -> tuple[Source, tuple[Fault, ...]]:
    """The file, and the faults in its rows; a ``DatasetError`` if it cannot be read as a table at all."""
    openers = {".csv": _open_csv, ".xlsx": _open_xlsx, ".parquet": _open_parquet}
    opener = openers.get(path.suffix.lower())
    if opener is None:
        raise _unreadable(label, f"files of the kind '{path.suffix}' are not read", SAVE_AGAIN)
    if path.is_dir():
        raise _unreadable(label, "is a folder, not a file", "Name one file in dataset.yml.")
    try:
        return opener(path, label)
    except FileNotFoundError:
        remedy = "Put the file beside dataset.yml, or correct its name there (capitals count)."
        raise _unreadable(label, "this file does not exist", remedy) from None
    except OSError as error:
        remedy = "Close it in other programs and check that you may read it."
        raise _unreadable(label, f"cannot be opened ({error.strerror or error})", remedy) from None


def _unreadable(label: str, problem: str, remedy: str, place: tuple = (None, None, None)) -> DatasetError:
    return DatasetError([Fault(label, *place, problem, remedy)])


def _literal(path: Path) -> str:
    # DuckDB reads * ? [ in a path as wildcards; inside brackets they stand for themselves.
    return "'" + re.sub(r"([*?\[])", r"[\1]", str(path)).replace("'", "''") + "'"


def _not_blank(header: tuple[str, ...]) -> str:
    texts = (cells.text(f"c{i}") for i in range(len(header)))
    return f"coalesce({', '.join(texts)}) IS NOT NULL"


# CSV


def _open_csv(path: Path, label: str) -> tuple[CsvSource, tuple[Fault, ...]]:
    _refuse_binary(path, label)
    try:
        return _survey(path, label)
    except UnicodeDecodeError:
        raise _encoding_error(path, label) from None


def _refuse_binary(path: Path, label: str) -> None:
    with path.open("rb") as file:
        start = file.read(4096)
    if not start.removeprefix(b"\xef\xbb\xbf").strip():
        raise _unreadable(label, "the file is empty", "Save the table again, with its header in row 1.")
    if start.startswith((b"\xff\xfe", b"\xfe\xff")) or _every_other_is_nul(start):
        remedy = "Save it as 'CSV UTF-8', not as 'Unicode text'."
        raise _unreadable(label, "the file is encoded as UTF-16, not as UTF-8", remedy)
    if b"\0" in start or start.startswith((b"PK\x03\x04", b"PAR1")):
        remedy = "Open it in the program that made it and save the table as CSV UTF-8."
        raise _unreadable(label, "the file holds binary data, not text", remedy)


def _every_other_is_nul(start: bytes) -> bool:
    return len(start) > 3 and (not any(start[:64:2]) or not any(start[1:64:2]))


def _encoding_error(path: Path, label: str) -> DatasetError:
    """Names the first cell that is not UTF-8, as it reads in Windows-1252."""
    problem = "the file is not encoded as UTF-8 (it looks like Windows-1252)"
    remedy = "Open it and save it as 'CSV UTF-8'."
    with path.open(encoding="latin-1", newline="") as file:
        rows = csv.reader(file, delimiter=_delimiter(file))
        header = next(rows)
        for number, row in enumerate([header, *rows], start=1):
            for index, cell in enumerate(row):
                if not _is_utf8(cell):
                    column = header[index] if index < len(header) else None
                    shown = cell.encode("latin-1").decode("cp1252", errors="replace")
                    return _unreadable(label, problem, remedy, (number, column, shown))
    return _unreadable(label, problem, remedy)


def _is_utf8(cell: str) -> bool:
    try:
        cell.encode("latin-1").decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _delimiter(file) -> str:
    """The separator of an open file, from its first line; the file is rewound."""
    first = re.sub(r'"[^"]*"', "", file.readline())
    file.seek(0)
    return max(",;\t|", key=first.count)


def _survey(path: Path, label: str) -> tuple[CsvSource, tuple[Fault, ...]]:
    """One pass over the file's structure: separator, header, blank lines, rows of the wrong width."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        delimiter = _delimiter(file)
        if delimiter not in ",;":
            name = "tabs" if delimiter == "\t" else delimiter
            raise _unreadable(
                label, f"the columns are separated by {name}", "Save it with commas or semicolons."
            )
        rows = csv.reader(file, delimiter=delimiter, strict=True)
        header = next(_numbered(rows))[1]
        skipped, faults = _irregular(rows, len(header), label)
    source = CsvSource(
        path,
        tuple(header),
        ("VARCHAR",) * len(header),
        comma=delimiter == ";",
        delimiter=delimiter,
        skipped=tuple(skipped),
    )
    return source, tuple(faults)


def _numbered(rows: Iterator[list[str]], start: int = 1) -> Iterator[tuple[int, list[str] | None]]:
    """Rows with their numbers; ``None`` for a row whose quotation marks cannot be understood."""
    number = start
    while True:
        try:
            yield number, next(rows)
        except StopIteration:
            return
        except csv.Error:
            yield number, None
        number += 1


def _irregular(rows: Iterator[list[str]], width: int, label: str) -> tuple[list[int], list[Fault]]:
    skipped, faults = [], []
    for number, row in _numbered(rows, start=2):
        if row is None or len(row) != width:
            skipped.append(number)
            if row is None or len(row) > 1 or (row and row[0].strip()):
                faults.append(_irregular_fault(label, number, row, width))
    return skipped, faults


def _irregular_fault(label: str, number: int, row: list[str] | None, width: int) -> Fault:
    if row is None:
        remedy = 'Close every opening ", and write "" for a quotation mark inside a text.'
        return Fault(label, number, None, None, "the quotation marks of this row do not match", remedy)
    problem = f"the row has {len(row)} cells and the header {width}"
    remedy = "Put texts that hold the separator between quotation marks, and fill up short rows."
    return Fault(label, number, None, None, problem, remedy)


# XLSX


def _open_xlsx(path: Path, label: str) -> tuple[XlsxSource, tuple[Fault, ...]]:
    if path.stat().st_size == 0:
        raise _unreadable(label, "the file is empty", "Save the table again, with its header in row 1.")
    try:
        with pd.ExcelFile(path, engine="openpyxl") as book:
            names = book.sheet_names
            sheet = path.stem if path.stem in names else names[0]
        frame = _sheet(path, sheet, path.stat().st_mtime_ns)
    except (zipfile.BadZipFile, KeyError, ValueError, EOFError, ParseError):
        raise _unreadable(label, "is not an Excel workbook, or is damaged", SAVE_AGAIN) from None
    header = frame.attrs["header"]
    if not any(header) and frame.empty:
        raise _unreadable(label, f"the sheet {sheet} is empty", "Put the table on the first sheet.")
    return XlsxSource(path, header, ("VARCHAR",) * len(header), comma=True, sheet=sheet), ()


@lru_cache(maxsize=2)
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


# Parquet


def _open_parquet(path: Path, label: str) -> tuple[ParquetSource, tuple[Fault, ...]]:
    with path.open("rb"):
        pass  # an unreadable file is told from a damaged one by the operating system's own error
    try:
        with duckdb.connect() as con:
            described = con.sql(f"SELECT * FROM read_parquet({_literal(path)})")
            return ParquetSource(path, tuple(described.columns), tuple(map(str, described.types))), ()
    except duckdb.Error:
        raise _unreadable(label, "is not a Parquet file, or is damaged", SAVE_AGAIN) from None
