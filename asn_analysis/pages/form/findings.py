"""The first sheet of a marked copy: every fault, with a link to its cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from openpyxl import Workbook
from openpyxl.styles import Alignment
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.worksheet import Worksheet

from asn_analysis.pages.form.style import LINE, NEEDED, TOP, across, as_header, font, write_text
from asn_analysis.pages.form.vocabulary import LANGUAGE, say, told
from asn_analysis.records.faults import LONGEST_VALUE, Fault
from asn_analysis.records.privacy import redact, without_identifying
from asn_analysis.words.language import N_, _, translations

TITLE = _("Findings")
ADVICE = (
    _("Coloured cells have a note that says what is wrong and how to mend it. Mend them here, save, and send this file again."),
    _("Numbers of persons (NIK, NIP), telephone numbers and e-mail addresses were taken out of this copy."),
)  # fmt: skip
COLUMNS = (_("No."), _("Sheet or file"), _("Cell"), _("Column"), _("Content"), _("Problem"), _("Remedy"))
WIDTHS = (6, 24, 9, 24, 24, 50, 60)
HEADER_ROW = 6


@dataclass(frozen=True)
class Found:
    """A fault and its cell; ``row`` and ``column`` count from 1 and are missing where it has none.

    ``sheet`` is empty where the workbook has no such sheet, ``where`` says in words what is meant.
    """

    fault: Fault
    where: str
    sheet: str
    row: int | None
    column: int | None

    @property
    def cell(self) -> str:
        return f"{get_column_letter(self.column)}{self.row}" if self.row and self.column else ""


def is_findings(sheet: Worksheet) -> bool:
    """Whether an earlier check wrote this sheet."""
    return sheet.title == say(TITLE) and sheet["A3"].value == say(ADVICE[0])


def findings_sheet(book: Workbook, found: Sequence[Found]) -> None:
    """Put the list of findings before the other sheets."""
    sheet = book.create_sheet(say(TITLE), 0)
    book.active = 0
    for other in book.worksheets[1:]:
        other.sheet_view.tabSelected = False
    write_text(sheet["A1"], _counted(len(found)))
    sheet["A1"].font = font(bold=True, size=16, color=NEEDED)
    for row, text in enumerate(ADVICE, start=3):
        write_text(sheet.cell(row, 1), say(text))
    for place, (title, width) in enumerate(zip(COLUMNS, WIDTHS, strict=True), start=1):
        as_header(sheet.cell(HEADER_ROW, place, say(title)), needed=True)
        sheet.column_dimensions[get_column_letter(place)].width = width
    for number, one in enumerate(found, start=1):
        _list(sheet, HEADER_ROW + number, number, one)
    sheet.freeze_panes = f"A{HEADER_ROW + 1}"
    across(sheet, f"{HEADER_ROW}:{HEADER_ROW}")
    sheet.sheet_view.showGridLines = False


def _counted(n: int) -> str:
    one, many = N_("{count} thing to mend", "{count} things to mend")
    return translations(LANGUAGE).ngettext(one, many, n).format(count=n)


def _list(sheet: Worksheet, row: int, number: int, one: Found) -> None:
    fault = one.fault
    value = "" if fault.personal or fault.value is None else redact(fault.value)[:LONGEST_VALUE]
    texts = (
        one.where,
        one.cell or (say(_("row {row}"), row=fault.row) if fault.row else ""),
        fault.column or "",
        value,
        f"{told(fault.problem)}.",
        told(fault.remedy),
    )
    lines = max(1 + len(text) // width for text, width in zip(texts, WIDTHS[1:], strict=True))
    sheet.row_dimensions[row].height = LINE * lines
    sheet.cell(row, 1, number).alignment = Alignment("center", "top")
    for place, text in enumerate(texts, start=2):
        write_text(sheet.cell(row, place), without_identifying(text))
        sheet.cell(row, place).alignment = TOP
    if one.cell:
        link = sheet.cell(row, 3)
        link.hyperlink = f"#{quote_sheetname(one.sheet)}!{one.cell}"
        link.font = font(underline="single", color=NEEDED)
