"""A brief's tables as a workbook that everybody can read, with a screen reader too.

Made from the finished page, so that the two say the same. Laid out as the Government Analysis Function
asks ("Releasing statistics in spreadsheets", 2023): a cover, contents, notes, then one table a sheet, each
marked as a table that begins in column A, nothing merged, no cell left empty, shorthand in brackets.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from io import BytesIO
from math import ceil
from textwrap import wrap
from typing import Any

from babel.numbers import get_decimal_symbol
from lxml import etree
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from asn_analysis.pages.form.saved import STAMP, timeless
from asn_analysis.words.language import NONE, Words, _, plain

HEADER_ROW = 3  # below the table's title and the way back to the contents
LONGEST, SHORTEST = 60, 12  # letters that a column is wide
UPRIGHT, WIDEST = 90, 150  # letters that an A4 page shows well, upright and on its side
LINE, TITLE_LINE = 15, 20  # points that a line is high
COVER, COLUMN = 80, 8  # letters of the cover's column, and of one of Excel's own width
A4 = 9
BODY = {"valign": "top", "text_wrap": True}
NUMBER = {"valign": "top", "align": "right", "indent": 1}
TITLE = {"bold": True, "font_size": 14}  # runs on over the cells beside it
TEXT = etree.XPath("string()")
YEAR = re.compile(r"\d{4}")  # without the mark that thousands have
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")  # XML 1.0 has no place for them
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


@dataclass(frozen=True)
class Paper:
    """A workbook under way, in which cells that look alike share a format."""

    book: Workbook
    formats: dict[tuple[Any, ...], Format] = field(default_factory=dict)

    def look(self, how: Mapping[str, Any], number_format: str = "General") -> Format:
        key = (number_format, *how.items())
        if key not in self.formats:
            about = {"font_name": "Arial", "num_format": number_format, **how}
            self.formats[key] = self.book.add_format(about)
        return self.formats[key]


def brief_workbook(page: str, record: Mapping[str, Any], language: str) -> bytes:
    """Every table of a brief's page; the same page gives the same bytes."""
    words = Words(record, language)
    tree = etree.fromstring(page.encode(), etree.HTMLParser(encoding="utf-8"))
    title, grids = _text(tree.find(".//title")), list(_grids(tree, words))
    written = BytesIO()
    paper = Paper(Workbook(written, {"in_memory": True}))
    names = [plain(words.say(_("Table {number}"), number=place)) for place in range(1, len(grids) + 1)]
    cover, contents, notes = (plain(words.say(name)) for name in (_("Cover"), _("Contents"), _("Notes")))
    _write_cover(paper, cover, words, title)
    listed = [(Shown(name), Shown(grid.caption)) for name, grid in zip(names, grids, strict=True)]
    rows = [(Shown(notes), Shown(plain(words.say(_("How to read the tables"))))), *listed]
    heads = [plain(words.say(head)) for head in (_("sheet"), _("what it holds"))]
    sheet = _write(paper, contents, Grid(contents, heads, rows), "Contents")
    for row, (name, _about) in enumerate(rows, start=HEADER_ROW):
        _lead(paper, sheet, row, name.text)
    _write(paper, notes, _notes(words), "Notes", back=contents)
    for place, (name, grid) in enumerate(zip(names, grids, strict=True), start=1):
        _write(paper, name, grid, f"Table_{place}", back=contents)
    paper.book.set_properties({"title": title[:250], "author": "asn", "created": STAMP})
    paper.book.close()
    told = f"<dc:language>{language}</dc:language></cp:coreProperties>".encode()
    return timeless(written, lambda about: about.replace(b"</cp:coreProperties>", told))


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
    text, numbers = _text(cell), list(cell.iter("data"))
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
    if text.startswith(("<", ">")):  # an estimate that the page calls neither 0 nor 100 %
        return f'"{text}"'
    decimals = text.removesuffix("%").partition(mark)[2]
    thousands = "0" if YEAR.fullmatch(text) else "#,##0"
    shown = thousands + ("." + "0" * len(decimals) if decimals else "") + ("%" if text.endswith("%") else "")
    return f"+{shown};-{shown};{shown}" if text.startswith("+") else shown


def _write_cover(paper: Paper, name: str, words: Words, title: str) -> None:
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
    sheet = _sheet(paper, name)
    for row, line in enumerate([title, *map(plain, lines)]):
        _put(paper, sheet, (row, 0), Shown(line), BODY if row else BODY | TITLE)
    sheet.set_row(0, TITLE_LINE * _lines(title, COVER * LINE // TITLE_LINE))
    sheet.set_column(0, 0, COVER)


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


def _sheet(paper: Paper, name: str) -> Worksheet:
    """Printed on A4, as wide as the page and as long as it takes."""
    sheet = paper.book.add_worksheet(name)
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)
    return sheet


def _write(paper: Paper, name: str, grid: Grid, table: str, back: str = "") -> Worksheet:
    sheet = _sheet(paper, name)
    _put(paper, sheet, (0, 0), Shown(grid.caption), TITLE)
    if back:
        _lead(paper, sheet, 1, back)
    columns = list(zip(*[map(Shown, grid.headers), *grid.rows], strict=True))
    widths = _widths(columns)
    looks = [_look(place, column) for place, column in enumerate(columns)]
    for row, cells in enumerate(zip(*columns, strict=True), start=HEADER_ROW - 1):
        for column, shown in enumerate(cells):
            _put(paper, sheet, (row, column), shown, looks[column])
        if (n := max(_lines(shown.text, width) for shown, width in zip(cells, widths, strict=True))) > 1:
            sheet.set_row(row, LINE * n)  # LibreOffice shows one line of what wraps
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    heads = [
        {"header": _printable(header), "header_format": paper.look({**BODY, **look, "bold": True})}
        for header, look in zip(grid.headers, looks, strict=True)
    ]
    # A button to filter by would hide the end of a header.
    about = {"name": table, "columns": heads, "banded_rows": False, "autofilter": False}
    last = HEADER_ROW - 1 + len(grid.rows), len(heads) - 1
    sheet.add_table(HEADER_ROW - 1, 0, *last, {**about, "style": "Table Style Light 1"})
    sheet.freeze_panes(HEADER_ROW, 0)
    sheet.repeat_rows(HEADER_ROW - 1)
    beyond = max(0, ceil((len(grid.caption) * TITLE_LINE / LINE - sum(widths)) / COLUMN))
    sheet.print_area(0, 0, last[0], last[1] + beyond)
    if sum(widths) + beyond * COLUMN > UPRIGHT:
        sheet.set_landscape()
    return sheet


def _look(place: int, column: Sequence[Shown]) -> Mapping[str, Any]:
    """Numbers stand right, and texts behind them apart from them."""
    if any(shown.value is not None for shown in column):
        return NUMBER
    return {**BODY, "align": "left", "indent": 1} if place else BODY


def _widths(columns: Sequence[Sequence[Shown]]) -> list[int]:
    """In letters, as wide as the longest text; wide ones narrower where a page could not be read else."""
    longest = [max(max(len(shown.text) for shown in column) + 4, SHORTEST) for column in columns]
    widest = LONGEST
    while widest > SHORTEST and sum(min(width, widest) for width in longest) > WIDEST:
        widest -= 1
    return [min(width, widest) for width in longest]


def _lines(text: str, width: int) -> int:
    return len(wrap(text, width)) if len(text) > width else 1


def _put(
    paper: Paper, sheet: Worksheet, place: tuple[int, int], shown: Shown, how: Mapping[str, Any]
) -> None:
    look = paper.look(how, shown.style)
    if shown.value is None:
        sheet.write_string(*place, _printable(shown.text), look)
    elif isinstance(shown.value, date):
        sheet.write_datetime(*place, shown.value, look)
    else:
        sheet.write_number(*place, shown.value, look)


def _lead(paper: Paper, sheet: Worksheet, row: int, to: str) -> None:
    """A link to another sheet in the first column."""
    sheet.write_url(row, 0, f"internal:'{to}'!A1", paper.look(BODY), to)


def _printable(text: str) -> str:
    return CONTROL.sub("", text)


def _text(element: Any) -> str:
    return " ".join(TEXT(element).split())
