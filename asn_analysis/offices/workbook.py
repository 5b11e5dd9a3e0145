"""Workbooks of offices as grids, a sheet each, streamed; bombs and formulas without results are refused."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import IO

from openpyxl.utils import column_index_from_string

from asn_analysis.offices.grid import BLANK, SAVE, Grid, Row
from asn_analysis.records.faults import DatasetError
from asn_analysis.records.formulas import uncounted
from asn_analysis.records.source import unreadable
from asn_analysis.records.workbooks import LAST_ROW, full, open_workbook, refuse_bomb, refuse_full_sheet

MANY_ROWS = 10_000  # before more is read, a look at the sheet's end
MOST_BYTES = 1_500_000_000  # of a workbook unpacked, which is read as a stream
MOST_COLUMNS = 16_384  # of an Excel sheet
MOST_SHEETS = 200  # each is opened to see whether it holds answers
MOST_MERGED = 20_000  # rows of a merged cell, and rows with any
LONGEST_TAG = 10_000  # bytes
FOREIGN = {"content.xml": "a file of LibreOffice", "word/document.xml": "a Word document"}
BOOK = "xl/workbook.xml"
SHEET = re.compile(rb"<(?:\w+:)?sheet\s")
FORMULA = re.compile(rb"<(\w+:)?f[ >/]")
HIDDEN = re.compile(rb"<(?:\w+:)?row [^>]*hidden=\"(?:1|true)\"")
MERGED = re.compile(rb"<(?:\w+:)?mergeCell [^>]*ref=\"([A-Z]{1,3})(\d{1,7}):[A-Z]{1,3}(\d{1,7})\"")
UNREAD = (
    zlib.error,
    zipfile.BadZipFile,
    KeyError,
    ValueError,
    TypeError,
    AttributeError,
    EOFError,
    RuntimeError,  # of an archive with a password
    SyntaxError,  # of XML: both parsers' errors are of this kind
    IndexError,
)


def sheet_grids(path: Path, label: str) -> list[Grid]:
    """The sheets of the workbook, hidden ones marked."""
    _refuse_foreign(path, label)
    try:
        _refuse_many_sheets(path, label)
        with open_workbook(path) as book:
            sheets = [
                (sheet.title, sheet._worksheet_path, sheet.sheet_state != "visible")
                for sheet in book.worksheets
            ]
    except DatasetError:
        raise
    except UNREAD:
        raise unreadable(label, "is not an Excel workbook, or is damaged", SAVE) from None
    if not sheets:
        raise unreadable(label, "the workbook has no sheet with cells", SAVE)
    return [_sheet(path, label, *told) for told in sheets]


def _refuse_foreign(path: Path, label: str) -> None:
    """Archives that are no workbook, or would fill the memory."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
        foreign = next((FOREIGN[name] for name in names if name in FOREIGN), None)
        if foreign:
            raise unreadable(label, f"is {foreign}, not an Excel workbook", SAVE)
        refuse_bomb(path, label, MOST_BYTES)
    except (zipfile.BadZipFile, NotImplementedError, EOFError):
        raise unreadable(label, "is a damaged or cut Excel workbook", "Save or send it again.") from None


def _refuse_many_sheets(path: Path, label: str) -> None:
    with zipfile.ZipFile(path) as archive:
        book = archive.read(BOOK) if BOOK in archive.namelist() else b""
    if (n_sheets := len(SHEET.findall(book))) > MOST_SHEETS:
        problem = f"has {n_sheets:,} sheets, more than the {MOST_SHEETS} that are read"
        raise unreadable(label, problem, "Save the sheets with answers in a workbook of their own.")


def _sheet(path: Path, label: str, title: str, part: str, hidden: bool) -> Grid:
    def rows() -> Iterator[Row]:
        try:
            yield from _cells(path, label, title, _marks(path, part, path.stat().st_mtime_ns))
        except DatasetError:
            raise
        except (*UNREAD, OSError):
            raise unreadable(f"{label}, sheet {title}", "is damaged", "Save or send it again.") from None

    def note() -> str:
        unseen = _marks(path, part, path.stat().st_mtime_ns).hidden
        return f"{unseen:,} hidden rows were read like the others" if unseen else ""

    return Grid(label, title, rows, note, hidden)


def _cells(path: Path, label: str, title: str, marks: Marks) -> Iterator[Row]:
    place = f"{label}, sheet {title}"
    if marks.formulas:
        _refuse_uncounted(path, marks.part, place)
    with open_workbook(path) as book:
        sheet = book[title]
        held: dict[int, str] = {}  # by column: what a merged cell says, for its rows below the first
        for number, values in enumerate(sheet.iter_rows(values_only=True), start=1):
            if len(values) > MOST_COLUMNS:
                raise unreadable(place, f"row {number:,} has {len(values):,} cells", "Save or send it again.")
            row = [_text(value) for value in values]
            if number == MANY_ROWS:
                refuse_full_sheet(path, marks.part, place)
            if number >= LAST_ROW and (any(row) or number > LAST_ROW):  # rows without numbers, and the like
                raise full(place)
            if any(row):
                yield number, _filled_down(row, marks.merged.get(number, {}), held)


def _filled_down(row: list[str], merged: Mapping[int, bool], held: dict[int, str]) -> list[str]:
    """The row with what its merged cells say, which a file keeps only in the first of them."""
    for column, first in merged.items():
        row += [""] * (column + 1 - len(row))
        if first:
            held[column] = row[column]
        row[column] = row[column] or held.get(column, "")
    return row


@dataclass(frozen=True)
class Marks:
    """What a sheet's XML says beside its cells; ``merged`` by row and column, true in the first row."""

    part: str
    formulas: bool
    hidden: int
    merged: Mapping[int, Mapping[int, bool]]


@lru_cache(maxsize=8)
def _marks(path: Path, part: str, modified: int) -> Marks:
    """One pass over the sheet's part; ``modified`` lets a changed file be read again."""
    formulas, hidden, merged = False, 0, {}
    with zipfile.ZipFile(path) as archive, archive.open(part) as xml:
        for tags in _whole_tags(xml):  # whether a word occurs at all is known a hundred times sooner
            formulas = formulas or ((b"<f" in tags or b":f" in tags) and bool(FORMULA.search(tags)))
            hidden += len(HIDDEN.findall(tags)) if b"hidden" in tags else 0
            for found in MERGED.finditer(tags) if b"mergeCell" in tags else ():
                _mark_merged(merged, found)
    return Marks(part, formulas, hidden, merged)


def _whole_tags(xml: IO[bytes]) -> Iterator[bytes]:
    """The part in pieces that cut no tag in two."""
    last = b""
    while chunk := xml.read(1 << 20):
        text = last + chunk
        end = max(text.rfind(b"<"), 0)
        yield text[:end]
        last = text[end:] if len(text) - end < LONGEST_TAG else b""
    yield last


def _mark_merged(merged: dict[int, dict[int, bool]], found: re.Match[bytes]) -> None:
    first, last = int(found[2]), int(found[3])
    if first < last < first + MOST_MERGED and len(merged) < MOST_MERGED:
        column = column_index_from_string(found[1].decode()) - 1
        for row in range(first, last + 1):
            merged.setdefault(row, {})[column] = row == first


def _refuse_uncounted(path: Path, part: str, place: str) -> None:
    for row, column in uncounted(path, part):
        remedy = "Open the file in Excel, save it once, and import it again; or paste values."
        raise unreadable(place, "a formula without its result", remedy, (row, column, ""))


def _text(value: object) -> str:
    """A cell as its text: whole numbers without a point, dates as ISO."""
    if value is None:
        return ""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, datetime):
        return value.isoformat(" ", "seconds") if value.time() != datetime.min.time() else f"{value:%Y-%m-%d}"
    if isinstance(value, date):
        return value.isoformat()
    return str(value).strip(BLANK)
