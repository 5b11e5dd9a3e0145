"""Tables as CSV, XLSX or Parquet, opened as one thing: a source of numbered records."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from xml.etree.ElementTree import ParseError

import duckdb
import pandas as pd

from asn_analysis.records.csv_files import open_csv
from asn_analysis.records.faults import Fault
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


def open_source(path: Path, label: str) -> tuple[Source, tuple[Fault, ...]]:
    """The file, and the faults in its rows; a ``DatasetError`` if it cannot be read as a table at all."""
    openers = {".csv": open_csv, ".xlsx": _open_xlsx, ".parquet": _open_parquet}
    opener = openers.get(path.suffix.lower())
    if opener is None:
        raise unreadable(label, f"files of the kind '{path.suffix}' are not read", SAVE_AGAIN)
    if path.is_dir():
        raise unreadable(label, "is a folder, not a file", "Name one file in dataset.yml.")
    try:
        return opener(path, label)
    except FileNotFoundError:
        remedy = "Put the file beside dataset.yml, or correct its name there (capitals count)."
        raise unreadable(label, "this file does not exist", remedy) from None
    except OSError as error:
        remedy = "Close it in other programs and check that you may read it."
        raise unreadable(label, f"cannot be opened ({error.strerror or error})", remedy) from None


def _open_xlsx(path: Path, label: str) -> tuple[XlsxSource, tuple[Fault, ...]]:
    if path.stat().st_size == 0:
        raise unreadable(label, "the file is empty", "Save the table again, with its header in row 1.")
    try:
        with pd.ExcelFile(path, engine="openpyxl") as book:
            names = book.sheet_names
            sheet = path.stem if path.stem in names else names[0]
        frame = _sheet(path, sheet, path.stat().st_mtime_ns)
    except (zipfile.BadZipFile, KeyError, ValueError, EOFError, ParseError):
        raise unreadable(label, "is not an Excel workbook, or is damaged", SAVE_AGAIN) from None
    header = frame.attrs["header"]
    if not any(header) and frame.empty:
        raise unreadable(label, f"the sheet {sheet} is empty", "Put the table on the first sheet.")
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


def _open_parquet(path: Path, label: str) -> tuple[ParquetSource, tuple[Fault, ...]]:
    with path.open("rb"):
        pass  # an unreadable file is told from a damaged one by the operating system's own error
    try:
        with duckdb.connect() as con:
            described = con.sql(f"SELECT * FROM read_parquet({literal(path)})")
            return ParquetSource(path, tuple(described.columns), tuple(map(str, described.types))), ()
    except duckdb.Error:
        raise unreadable(label, "is not a Parquet file, or is damaged", SAVE_AGAIN) from None
