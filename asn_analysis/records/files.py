"""Tables as CSV, workbook or Parquet, opened as one thing: a source of numbered records."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

import duckdb

from asn_analysis.records.csv_files import open_csv
from asn_analysis.records.faults import LISTED, Fault
from asn_analysis.records.message import _
from asn_analysis.records.sheet_files import open_sheet
from asn_analysis.records.source import RECORD, SAVE_AGAIN, Source, literal, refuse_wide, unreadable
from asn_analysis.records.workbooks import SUFFIXES


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
        problem = _("files of the kind '{suffix}' are not read", suffix=path.suffix)
        raise unreadable(label, problem, SAVE_AGAIN)
    if path.is_dir():
        raise unreadable(label, _("is a folder, not a file"), _("Name one file in dataset.yml."))
    if path.exists() and not path.is_file():  # a pipe would be waited for
        raise unreadable(label, _("is no plain file"), _("Put a copy of the file in its place."))
    try:
        return opener(path, label)
    except FileNotFoundError:
        remedy = _("Put the file beside dataset.yml, or correct its name there (capitals count).")
        raise unreadable(label, _("this file does not exist"), remedy) from None
    except OSError as error:
        problem = _("cannot be opened ({error})", error=error.strerror or str(error))
        remedy = _("Close it in other programs and check that you may read it.")
        raise unreadable(label, problem, remedy) from None


@cache
def _reader() -> duckdb.DuckDBPyConnection:
    return duckdb.connect()  # once: as long as opening a file with it


def _open_parquet(path: Path, label: str) -> tuple[ParquetSource, tuple[Fault, ...]]:
    with path.open("rb"):
        pass  # an unreadable file is told from a damaged one by the operating system's own error
    try:
        described = _reader().cursor().sql(f"SELECT * FROM read_parquet({literal(path)})")
        header, stored = tuple(described.columns), tuple(map(str, described.types))
    except duckdb.Error:
        raise unreadable(label, _("is not a Parquet file, or is damaged"), SAVE_AGAIN) from None
    refuse_wide(header, label)
    return ParquetSource(path, header, stored), ()
