"""Sheets of workbooks as tables: every cell as the text that a clerk sees in it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import reduce
from pathlib import Path

from asn_analysis.records.csv_files import AGAIN, EMPTY
from asn_analysis.records.faults import Fault
from asn_analysis.records.message import _
from asn_analysis.records.source import TextSource, refuse_wide, unreadable
from asn_analysis.records.workbooks import Sheet, read_workbook


def open_sheet(path: Path, label: str, wanted: str, listed: int) -> tuple[TextSource, tuple[Fault, ...]]:
    """A sheet of the workbook: the one that is wanted, or called like the file, or else the first."""
    if path.stat().st_size == 0:
        raise unreadable(label, EMPTY, AGAIN)
    sheet = _chosen(read_workbook(path, label), path.stem, wanted, label)
    if not len(sheet.cells):
        problem = _("the sheet {sheet} is empty", sheet=sheet.title)
        raise unreadable(label, problem, _("Put the header in row 1 of this sheet, and the table below it."))
    header = _header(sheet)
    refuse_wide(header, label)
    source = TextSource.of(path, header, sheet.cells, comma=True, sheet=sheet.title)
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
    names = ", ".join(sheet.title for sheet in sheets)
    problem = _("the workbook has no such sheet; it has {sheets}", sheets=names)
    raise unreadable(label, problem, _("Give the sheet its name again, or correct it in dataset.yml."))


def _formula_faults(source: TextSource, label: str, sheet: Sheet, listed: int) -> Iterator[Fault]:
    """Cells that would be read as empty although something stands in them, column by column."""
    rows = defaultdict(list)
    for row, letters, _text in sheet.amiss:
        rows[column_number(letters) - 1].append(row)
    problem = _("a formula without a result, or an error such as #N/A")
    remedy = _("Write the value itself, or open the workbook in Excel or LibreOffice and save it once.")
    for place, amiss in rows.items():
        header = source.header[place] if place < len(source.header) else ""
        for row in amiss[:listed]:
            yield Fault(label, row, header, None, problem, remedy)
        if len(amiss) > listed:
            rest = len(amiss) - listed
            more = _("{rest:,} more rows with this fault ({problem})", rest=rest, problem=problem)
            yield Fault(label, None, header, None, more, remedy, count=rest)


def column_number(letters: str) -> int:
    """1 for A, 27 for AA."""
    return reduce(lambda n, letter: 26 * n + ord(letter) - 64, letters, 0)


def column_letters(number: int) -> str:
    """A for 1, AA for 27."""
    rest, last = divmod(number - 1, 26)
    return (column_letters(rest) if rest else "") + chr(65 + last)
