"""Sheets of workbooks as tables: every cell as the text that a clerk sees in it."""

from __future__ import annotations

import zipfile
import zlib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from xml.etree.ElementTree import ParseError

import duckdb
import pandas as pd
from openpyxl.utils import column_index_from_string

from asn_analysis.records.csv_files import AGAIN, EMPTY
from asn_analysis.records.faults import DatasetError, Fault
from asn_analysis.records.formulas import uncounted
from asn_analysis.records.message import _
from asn_analysis.records.source import RECORD, SAVE_AGAIN, Source, not_blank, unreadable
from asn_analysis.records.workbooks import open_workbook, refuse_bomb, refuse_full_sheet

DAMAGED = (
    *(zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError),  # the last: a password
    *(KeyError, ValueError, IndexError, EOFError, ParseError),
)
MOST_BYTES = 300_000_000  # of a workbook unpacked, which is read whole


@dataclass(frozen=True)
class XlsxSource(Source):
    """One sheet of a workbook, every cell as the text that its cell holds."""

    sheet: str = ""

    def cells(self, con: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyRelation:
        frame = _sheet(self.path, self.sheet, self.path.stat().st_mtime_ns)
        return con.from_df(frame).filter(not_blank(self.header))


def open_xlsx(path: Path, label: str, wanted: str, listed: int) -> tuple[XlsxSource, tuple[Fault, ...]]:
    """A sheet of the workbook: the one that is wanted, or called like the file, or else the first."""
    if path.stat().st_size == 0:
        raise unreadable(label, EMPTY, AGAIN)
    try:
        refuse_bomb(path, label, MOST_BYTES)
        parts = _parts(path, path.stat().st_mtime_ns)
        sheet = _chosen(list(parts), path.stem, wanted, label)
        refuse_full_sheet(path, parts[sheet], label)
        frame = _sheet(path, sheet, path.stat().st_mtime_ns)
    except DatasetError:
        raise
    except DAMAGED:
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
    with open_workbook(path) as book:
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
