"""A copy of a workbook in which every faulty cell is coloured and explained, for the office to mend."""

from __future__ import annotations

import zipfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl import Workbook
from openpyxl.cell import MergedCell
from openpyxl.styles import PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from asn_analysis.pages.form.findings import Found, findings_sheet, is_findings
from asn_analysis.pages.form.saved import workbook_bytes
from asn_analysis.pages.form.style import AMISS, fill, note, write_text
from asn_analysis.pages.form.vocabulary import say, told
from asn_analysis.records.door import free_places
from asn_analysis.records.faults import Fault
from asn_analysis.records.intake import Examined, examine
from asn_analysis.records.privacy import personal_header, redact, without_identifying
from asn_analysis.records.source import TextSource
from asn_analysis.records.table import label_of
from asn_analysis.words.language import _

AUTHOR = "asn check"
EARLIER = "\n----\n"  # between our note and the one that stood there
MOST_BYTES = 60_000_000  # of XML, some 75,000 respondents: openpyxl holds ten times as much
MOST_MARKED = 5000  # faults of one kind in one column; of more, the header tells how many
SUFFIX = "diperiksa"
MARKABLE = (".xlsx", ".xlsm")  # what openpyxl writes
UNLOADED = (zipfile.BadZipFile, KeyError, ValueError, TypeError, AttributeError, EOFError, SyntaxError)


class Unmarkable(ValueError):
    """A workbook of which no marked copy can be made; the faults are told all the same."""


@dataclass(frozen=True)
class Place:
    """Where a table stands in a workbook; the places of its columns, from 0, and of those of prose."""

    path: Path
    sheet: str
    claimed: frozenset[int]
    free: frozenset[int] = frozenset()


def write_marked(folder: Path) -> list[Path]:
    """Write a marked copy beside each workbook with faults, and tell where.

    Faults of other files (dataset.yml, CSV, a workbook that cannot be opened) are listed in every copy; if
    no workbook has faults of its own, in a copy of the first. No workbook is changed and no earlier copy
    written over. ``Unmarkable``, with nothing written, if one of the copies cannot be made.
    """
    examined = examine(folder, MOST_MARKED)
    places = _places(folder, examined)
    books = list(dict.fromkeys(place.path for place in places.values()))
    if not books:
        raise Unmarkable("No table of this data set is a sheet of a workbook that can be opened.")
    of_books = {path: [f for f in examined.faults if _path(f, places) in (path, None)] for path in books}
    own = [path for path in books if any(_path(fault, places) for fault in of_books[path])]
    copies = {path: _marked(path, places, of_books[path]) for path in own or books[:1]}
    return [_written(path, content) for path, content in copies.items()]


def _places(folder: Path, examined: Examined) -> dict[str, Place]:
    """The sheets that hold tables, by what faults call them; missing ones of a workbook that was read too."""
    found = {
        table.label: Place(
            table.source.path, table.source.sheet, frozenset(table.places.values()), free_places(table)
        )
        for parts in examined.tables.values()
        for table in parts
        if isinstance(table.source, TextSource) and table.source.path.suffix.lower() in MARKABLE
    }
    opened = {place.path for place in found.values()}
    for name, path in examined.manifest.tables.items():
        if path in opened:
            sheet = examined.manifest.sheets.get(name, "")
            found.setdefault(label_of(name, folder, examined.manifest), Place(path, sheet, frozenset()))
    return found


def _path(fault: Fault, places: Mapping[str, Place]) -> Path | None:
    return places[fault.file].path if fault.file in places else None


def _marked(path: Path, places: Mapping[str, Place], faults: Iterable[Fault]) -> bytes:
    book = _loaded(path)
    own = {place.sheet: place for place in places.values() if place.path == path}
    for sheet in [sheet for sheet in book.worksheets if is_findings(sheet)]:
        book.remove(sheet)
    for sheet in book.worksheets:
        _clean(sheet, own.get(sheet.title, Place(path, sheet.title, frozenset())))
    headers = {sheet.title: _headers(sheet) for sheet in book.worksheets}
    found = [_found(fault, places.get(fault.file), headers) for fault in faults]
    for (title, row, column), texts in _by_cell(found).items():
        _mark(book[title], row, column, texts)
    findings_sheet(book, found)
    return workbook_bytes(book)


def _loaded(path: Path) -> Workbook:
    try:
        with zipfile.ZipFile(path) as archive:
            size = sum(part.file_size for part in archive.infolist())
        if size > MOST_BYTES:
            raise Unmarkable(f"{path.name} is too large to be marked; the faults above say what to mend.")
        return openpyxl.load_workbook(path)
    except UNLOADED as error:
        if isinstance(error, Unmarkable):
            raise
        raise Unmarkable(
            f"{path.name} cannot be copied ({error}); the faults above say what to mend."
        ) from error


def _clean(sheet: Worksheet, place: Place) -> None:
    """Take marks of an earlier check off, and whatever identifies a person out of the copy."""
    sheet._pivots = []  # they keep copies of cells
    cells = list(sheet._cells.values())  # iter_rows would make a million cells up to a formatted last one
    personal = {
        cell.column
        for cell in cells
        if cell.row == 1 and cell.column - 1 not in place.claimed and personal_header(str(cell.value or ""))
    }
    for cell in cells:
        if cell.comment is not None:
            _unmark(cell)
        if cell.value is not None and not isinstance(cell, MergedCell):
            if cell.row > 1 and cell.column in personal:
                cell.value = None
            else:
                _blot(cell, redact if cell.row > 1 and cell.column - 1 in place.free else without_identifying)


def _unmark(cell: Any) -> None:
    comment = cell.comment
    author, _mark_, colour = comment.author.partition("; ")
    if author != AUTHOR:
        cell.comment = note(without_identifying(comment.text), comment.author)
        return
    ours, _line, earlier = comment.text.partition(EARLIER)
    cell.fill = fill(colour) if colour else PatternFill()
    cell.comment = note(earlier, "asn") if earlier else None


def _blot(cell: Any, how: Callable[[str], str]) -> None:
    value = cell.value
    text = str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
    if isinstance(value, (str, int, float)) and len(text) >= len("a@b.co"):
        seen = how(text)
        if seen != text:
            write_text(cell, seen)


def _headers(sheet: Worksheet) -> dict[str, int]:
    """The columns, from 1, by their headers."""
    cells = (cell for cell in list(sheet._cells.values()) if cell.row == 1 and cell.value is not None)
    return {str(cell.value).strip().casefold(): cell.column for cell in cells}


def _found(fault: Fault, place: Place | None, headers: Mapping[str, Mapping[str, int]]) -> Found:
    """The fault with its cell: where no column is known the row's first, where no row is the header."""
    if place is None or place.sheet not in headers:
        named = place is not None and place.sheet
        where = (
            say(_("{file}, sheet {sheet}"), file=place.path.name, sheet=place.sheet) if named else fault.file
        )
        return Found(fault, where, "", None, None)
    column = _column(fault, headers[place.sheet])
    row = fault.row if fault.row is not None or column is None else 1
    return Found(fault, place.sheet, place.sheet, row, column or (1 if row else None))


def _column(fault: Fault, headers: Mapping[str, int]) -> int | None:
    """The column whose header the fault names, or quotes where it differs."""
    named = [text for text in (fault.column, fault.value if fault.row == 1 else None) if text]
    return next((headers[name] for text in named if (name := text.strip().casefold()) in headers), None)


def _by_cell(found: Iterable[Found]) -> dict[tuple[str, int, int], list[str]]:
    cells: dict[tuple[str, int, int], list[str]] = defaultdict(list)
    for one in found:
        if one.sheet and one.row and one.column:
            cells[one.sheet, one.row, one.column].append(_explained(one.fault))
    return cells


def _explained(fault: Fault) -> str:
    problem, remedy = told(fault.problem), told(fault.remedy)
    text = say(_("Problem: {problem}.\nRemedy: {remedy}"), problem=problem, remedy=remedy)
    return without_identifying(text)


def _mark(sheet: Worksheet, row: int, column: int, texts: list[str]) -> None:
    cell = sheet.cell(row, column)
    if isinstance(cell, MergedCell):
        area = next(area for area in sheet.merged_cells.ranges if cell.coordinate in area)
        cell = sheet.cell(area.min_row, area.min_col)
    colour = cell.fill.fgColor.rgb if cell.fill.fill_type == "solid" else ""
    earlier = EARLIER + cell.comment.text if cell.comment else ""
    text = "\n\n".join(dict.fromkeys(texts)) + earlier
    cell.comment = note(text, f"{AUTHOR}; {colour}" if isinstance(colour, str) else AUTHOR)
    cell.fill = fill(AMISS)


def _written(path: Path, content: bytes) -> Path:
    """The copy under the first free name, or under the one that holds the same already."""
    stem = path.stem.partition(f".{SUFFIX}")[0]
    for number in count(1):
        target = path.with_name(f"{stem}.{SUFFIX}{'' if number == 1 else f'-{number}'}.xlsx")
        if not target.exists():
            with target.open("xb") as file:
                file.write(content)
        elif target.read_bytes() != content:
            continue
        return target
    raise AssertionError("names never end")
