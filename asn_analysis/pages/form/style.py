"""How the workbook looks: few colours, each with one meaning."""

from __future__ import annotations

from typing import Any

from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.properties import PageSetupProperties

NEEDED, OPTIONAL, AMISS, RULE = "1F4E79", "DDEBF7", "FFC7CE", "9DB2C9"
LINE = 15.5  # points that a line of text is high
NOTE_LINE, WRAPPED_AT = 17, 46  # of a note: pixels a line, letters in a line
TOP = Alignment(vertical="top", wrap_text=True)


def font(**how: Any) -> Font:
    """In the typeface of Excel's own cells."""
    return Font(name="Calibri", **{"size": 11, **how})


def fill(colour: str) -> PatternFill:
    return PatternFill("solid", start_color=colour, end_color=colour)


def as_header(cell: Any, needed: bool) -> None:
    """Dark and bold where every row needs the column, light otherwise."""
    cell.fill = fill(NEEDED if needed else OPTIONAL)
    cell.font = font(bold=needed, color="FFFFFF" if needed else "1F2A36")
    cell.alignment = Alignment("left", "center", wrap_text=True, indent=1)
    cell.border = Border(bottom=Side("thin", color=RULE), right=Side("thin", color=RULE))


def as_first(cell: Any) -> None:
    """The first row of a group: a line above it."""
    cell.border = Border(top=Side("thin", color=RULE))


def across(sheet: Any, header_rows: str) -> None:
    """Printed on A4 on its side, as wide as the page, with the header on each."""
    sheet.page_setup.orientation = "landscape"
    fit_width(sheet)
    sheet.print_title_rows = header_rows


def fit_width(sheet: Any) -> None:
    """Printed on A4, as wide as the page and as long as it takes."""
    sheet.page_setup.paperSize, sheet.page_setup.fitToHeight = sheet.PAPERSIZE_A4, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def note(text: str, author: str) -> Comment:
    """A note that shows its whole text without being pulled open."""
    lines = sum(1 + len(line) // WRAPPED_AT for line in text.splitlines())
    return Comment(text, author, width=330, height=NOTE_LINE * (lines + 1))


def write_text(cell: Any, text: str) -> None:
    """A text that Excel shows and never runs, whatever it begins with."""
    cell.value = text
    cell.data_type = "s"
