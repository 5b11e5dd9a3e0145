"""A brief's tables as a workbook that everybody can read, with a screen reader too.

Made from the finished page, so that the two say the same. Laid out as the Government Analysis Function
asks ("Releasing statistics in spreadsheets", 2023): a cover, contents, notes, then one table a sheet, each
marked as a table that begins in column A, nothing merged, no cell left empty, shorthand in brackets.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date
from typing import Any
from weakref import WeakKeyDictionary

from babel.numbers import get_decimal_symbol
from lxml import html
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.table import Table, TableStyleInfo
from openpyxl.worksheet.worksheet import Worksheet

from asn_analysis.pages.form.saved import workbook_bytes
from asn_analysis.pages.form.style import fit_width, write_text
from asn_analysis.words.language import NONE, Words, _, plain

HEADER_ROW = 3  # below the table's title and the way back to the contents
LONGEST, SHORTEST = 60, 12  # letters that a column is wide
PLAIN = TableStyleInfo(name="TableStyleLight1", showRowStripes=False)
TITLE, HEADER, BODY = (
    Font(name="Arial", size=14, bold=True),
    Font(name="Arial", bold=True),
    Font(name="Arial"),
)
WRAPPED, RIGHT = Alignment(vertical="top", wrap_text=True), Alignment("right", "top", wrap_text=True)
BESIDE = Alignment()  # a title runs on over the cells beside it
LOOKS: WeakKeyDictionary[Workbook, dict[tuple[int, int, str], Any]] = WeakKeyDictionary()
MISSING, WITHHELD = "[x]", "[c]"  # shorthand of the same guidance: not available, confidential


@dataclass(frozen=True)
class Shown:
    """A cell of a page: its text, and the number or the day that it shows, if it shows one alone."""

    text: str
    value: float | date | None = None
    style: str = "General"


@dataclass(frozen=True)
class Grid:
    """A table of a page."""

    caption: str
    headers: Sequence[str]
    rows: Sequence[Sequence[Shown]]


def brief_workbook(page: str, record: Mapping[str, Any], language: str) -> bytes:
    """Every table of a brief's page; the same page gives the same bytes."""
    words = Words(record, language)
    tree = html.fromstring(page.encode(), parser=html.HTMLParser(encoding="utf-8"))
    title, grids = _text(tree.find(".//title")), list(_grids(tree, words))
    book = Workbook()
    cover, contents, notes = book.active, book.create_sheet(), book.create_sheet()
    cover.title, contents.title, notes.title = (
        plain(words.say(name)) for name in (_("Cover"), _("Contents"), _("Notes"))
    )
    names = [plain(words.say(_("Table {number}"), number=place)) for place in range(1, len(grids) + 1)]
    _write_cover(cover, words, title)
    listed = [(Shown(name), Shown(grid.caption)) for name, grid in zip(names, grids, strict=True)]
    rows = [(Shown(notes.title), Shown(plain(words.say(_("How to read the tables"))))), *listed]
    heads = [plain(words.say(head)) for head in (_("sheet"), _("what it holds"))]
    _write(contents, Grid(contents.title, heads, rows), "Contents")
    for row, (name, _about) in enumerate(rows, start=HEADER_ROW + 1):
        _lead(contents.cell(row, 1), name.text)
    _write(notes, _notes(words), "Notes", back=contents.title)
    for place, (name, grid) in enumerate(zip(names, grids, strict=True), start=1):
        _write(book.create_sheet(name), grid, f"Table_{place}", back=contents.title)
    return workbook_bytes(book, title=title[:250], language=language)


def _grids(tree: Any, words: Words) -> Iterator[Grid]:
    shorthand = {plain(NONE): MISSING, plain(words.say(_("withheld"))): WITHHELD}
    mark = get_decimal_symbol(words.locale)
    for table in tree.iter("table"):
        rows = [[_shown(cell, shorthand, mark) for cell in row] for row in table.findall("./tbody/tr")]
        if rows and table.find("caption") is not None:
            yield Grid(_text(table.find("caption")), _told_apart(table.findall("./thead/tr/th")), rows)


def _told_apart(headers: Sequence[Any]) -> list[str]:
    """Headers that differ, as a marked table needs: one that repeats is told by the last that did not."""
    found: dict[str, str] = {}  # by what Excel compares, which knows no capitals
    last = ""
    for header in map(_text, headers):
        repeats = header.casefold() in found
        last = last if repeats else header
        name = f"{last}: {header}" if repeats else header
        while name.casefold() in found:
            name += "*"
        found[name.casefold()] = name
    return list(found.values())


def _shown(cell: Any, shorthand: Mapping[str, str], mark: str) -> Shown:
    text, numbers = _text(cell), cell.findall(".//data")
    if len(numbers) != 1 or _text(numbers[0]) != text:
        return Shown(shorthand.get(text, text or MISSING))
    value = numbers[0].get("value")
    try:
        return Shown(text, float(value) * float(numbers[0].get("data-times", 1)), _style(text, mark))
    except ValueError:
        pass
    try:
        return Shown(text, date.fromisoformat(value), "d mmm yyyy")
    except ValueError:
        return Shown(text)


def _style(text: str, mark: str) -> str:
    """As many decimals as the page shows, and its sign; the cell keeps them all."""
    if text.startswith("Rp"):
        return '"Rp "#,##0'
    decimals = text.removesuffix("%").partition(mark)[2]
    shown = "#,##0" + ("." + "0" * len(decimals) if decimals else "") + ("%" if text.endswith("%") else "")
    return f"+{shown};-{shown};{shown}" if text.startswith("+") else shown


def _write_cover(sheet: Worksheet, words: Words, title: str) -> None:
    record = words.record
    lines = [
        words.say(_("Tables of the policy brief, {quarter}"), quarter=words.quarter("quarter")),
        words.say(_("City: {city}"), city=record["city"]),
        words.say(_("Producer of the data: {producer}"), producer=record["producer"] or NONE),
        words.say(_("Licence: {licence}"), licence=record["licence"] or NONE),
        words.say(
            _("Data from {start} to {end}"), start=words.date("dates.start"), end=words.date("dates.end")
        ),
        words.say(
            _("Made by asn-analysis {version} from record.json, which lies beside it."),
            version=record["package_version"],
        ),
    ]
    if words.at("data.simulated"):
        lines.insert(0, words.say(_("Simulated data: no figure here is of a real city.")))
    for row, line in enumerate([title, *map(plain, lines)], start=1):
        _put(sheet.cell(row, 1), Shown(line), TITLE if row == 1 else BODY)
    sheet.column_dimensions["A"].width = 100
    fit_width(sheet)


def _notes(words: Words) -> Grid:
    told = (
        (MISSING, _("Not available, or it cannot be computed.")),
        (WITHHELD, _("Withheld, so that no small group of people can be made out.")),
        (
            _("numbers"),
            _("Cells hold the numbers of record.json; their format rounds them as the page does."),
        ),
        (
            _("low, high"),
            _("The ends of a range. It is a 95% confidence interval unless the table's title names another."),
        ),
    )
    heads = [plain(words.say(head)) for head in (_("mark"), _("meaning"))]
    rows = [[Shown(plain(words.say(text))) for text in row] for row in told]
    return Grid(plain(words.say(_("How to read the tables"))), heads, rows)


def _write(sheet: Worksheet, grid: Grid, name: str, back: str = "") -> None:
    _put(sheet.cell(1, 1), Shown(grid.caption), TITLE, wrapped=False)
    if back:
        _put(sheet.cell(2, 1), Shown(back), BODY)
        _lead(sheet.cell(2, 1), back)
    for column, header in enumerate(grid.headers, start=1):
        _put(sheet.cell(HEADER_ROW, column), Shown(header), HEADER)
    for row, cells in enumerate(grid.rows, start=HEADER_ROW + 1):
        for column, shown in enumerate(cells, start=1):
            _put(sheet.cell(row, column), shown, BODY)
    for column, texts in enumerate(zip(*[map(Shown, grid.headers), *grid.rows], strict=True), start=1):
        width = max(len(shown.text) for shown in texts) + 4
        sheet.column_dimensions[get_column_letter(column)].width = min(max(width, SHORTEST), LONGEST)
    last = get_column_letter(len(grid.headers))
    table = Table(displayName=name, ref=f"A{HEADER_ROW}:{last}{HEADER_ROW + len(grid.rows)}")
    table.tableStyleInfo = PLAIN
    sheet.add_table(table)
    sheet.freeze_panes = f"A{HEADER_ROW + 1}"
    sheet.print_title_rows = f"{HEADER_ROW}:{HEADER_ROW}"
    fit_width(sheet)


def _put(cell: Cell, shown: Shown, font: Font, *, wrapped: bool = True) -> None:
    if shown.value is None:
        write_text(cell, ILLEGAL_CHARACTERS_RE.sub("", shown.text))
    else:
        cell.value = shown.value
    number = shown.value is not None or shown.text in (MISSING, WITHHELD)
    alignment = (RIGHT if number else WRAPPED) if wrapped else BESIDE
    _dress(cell, font, alignment, "General" if shown.value is None else shown.style)


def _dress(cell: Cell, font: Font, alignment: Alignment, number_format: str) -> None:
    """Look like the workbook's first cell that is dressed so: openpyxl compares whole styles each time."""
    looks, key = LOOKS.setdefault(cell.parent.parent, {}), (id(font), id(alignment), number_format)
    if key in looks:
        cell._style = copy(looks[key])
        return
    cell.font, cell.alignment, cell.number_format = font, alignment, number_format
    looks[key] = cell._style


def _lead(cell: Cell, sheet: str) -> None:
    cell.hyperlink = Hyperlink(ref=cell.coordinate, location=f"'{sheet}'!A1", display=cell.value)


def _text(element: Any) -> str:
    return " ".join(element.text_content().split())
