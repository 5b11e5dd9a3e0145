"""The first sheet, which explains, and the last, which lists the words of the drop-down lists."""

from __future__ import annotations

from openpyxl.styles import Alignment
from openpyxl.utils import quote_sheetname
from openpyxl.worksheet.worksheet import Worksheet

from asn_analysis.pages.form.style import (
    AMISS,
    LINE,
    NEEDED,
    TOP,
    as_first,
    as_header,
    fill,
    fit_width,
    font,
)
from asn_analysis.pages.form.vocabulary import choices_of, headers_of, meaning, say, sheet_of, told
from asn_analysis.records.schema import REQUIRED_TABLES, TABLES
from asn_analysis.words.language import _

GUIDE, LISTS = _("Guide"), _("Words to choose from")
STEPS = (
    _("Begin with the sheet {units}: the other sheets choose their unit codes from it."),
    _("Write one record a row, from row 2 on, without titles, totals or empty rows between. Leave the names of sheets and headers as they are."),
    _("Point at a header to read what belongs below it. Paste with 'values only', so that the drop-down lists stay."),
    _("Put each answer under the element that the question asks about, by its words and not by its number: forms differ in which question is the eighth and which the ninth."),
    _("Leave a cell empty where a question was not answered, or nobody counted. Never write 0, a dash or 'none' for it."),
    _("Type dates as 31/08/2026 and see whether the month, shown in words, is the right one."),
    _("Write no names, NIK, NIP, telephone numbers, e-mail or home addresses into any sheet: they are refused."),
    _("Leave a sheet as it is if you have nothing for it. An empty sheet is left out of the briefs; it is never read as 'nothing happened'."),
    _("Save and send the file. What has to be mended comes back as a copy with coloured cells; mend them there and send it again."),
)  # fmt: skip
LETTERS_A_LINE = 105


def fill_guide(sheet: Worksheet) -> None:
    """How to fill the workbook, what the colours mean, and which sheet holds what."""
    sheet.sheet_view.showGridLines = False
    for letter, width in zip("ABCD", (3, 26, 62, 18), strict=True):
        sheet.column_dimensions[letter].width = width
    sheet["B2"] = say(_("Data for the policy briefs on training and public services"))
    sheet["B2"].font = font(bold=True, size=16, color=NEEDED)
    row = _heading(sheet, 4, say(_("How to fill in")))
    for number, step in enumerate(STEPS, start=1):
        text = f"{number}.  {say(step, units=sheet_of('units'))}"
        sheet.cell(row, 2, text).alignment = TOP
        sheet.merge_cells(start_row=row, start_column=2, end_row=row, end_column=4)
        sheet.row_dimensions[row].height = LINE * (1 + len(text) // LETTERS_A_LINE) + 3
        row += 1
    row = _colours(sheet, _heading(sheet, row + 1, say(_("What the colours mean"))))
    _contents(sheet, _heading(sheet, row + 1, say(_("The sheets"))))
    _finish(sheet)


def _heading(sheet: Worksheet, row: int, text: str) -> int:
    sheet.cell(row, 2, text).font = font(bold=True, size=12, color=NEEDED)
    return row + 1


def _colours(sheet: Worksheet, row: int) -> int:
    as_header(sheet.cell(row, 2, say(_("Header, dark"))), needed=True)
    sheet.cell(row, 3, say(_("Every row needs this column.")))
    as_header(sheet.cell(row + 1, 2, say(_("Header, light"))), needed=False)
    sheet.cell(row + 1, 3, say(_("May stay empty.")))
    sheet.cell(row + 2, 2, say(_("Red cell"))).fill = fill(AMISS)
    sheet.cell(row + 2, 3, say(_("In a copy that comes back: read its note and mend it.")))
    return row + 3


def _contents(sheet: Worksheet, row: int) -> None:
    titles = (say(_("Sheet")), say(_("What it holds")), say(_("Needed?")))
    for place, title in enumerate(titles, start=2):
        as_header(sheet.cell(row, place, title), needed=True)
    for table, schema in TABLES.items():
        row += 1
        link = sheet.cell(row, 2, sheet_of(table))
        link.hyperlink = f"#{quote_sheetname(sheet_of(table))}!A2"
        link.font = font(underline="single", color=NEEDED)
        sheet.cell(row, 3, told(schema.description)).alignment = TOP
        needed = table in REQUIRED_TABLES
        sheet.cell(row, 4, say(_("always needed")) if needed else say(_("if there is one")))


def fill_lists(sheet: Worksheet) -> dict[tuple[str, str], str]:
    """Every word of the lists with its meaning; where the words of each column stand.

    On a sheet and not in the rule itself, which Excel limits to 255 letters.
    """
    titles = (_("Sheet"), _("Column"), _("Write"), _("What it means"))
    for place, (title, width) in enumerate(zip(titles, (20, 22, 40, 56), strict=True), start=1):
        as_header(sheet.cell(1, place, say(title)), needed=True)
        sheet.column_dimensions["ABCD"[place - 1]].width = width
    sheet.freeze_panes = "A2"
    row, found = 2, {}
    for table, schema in TABLES.items():
        headers = headers_of(table)
        for name, column in schema.columns.items():
            words = choices_of(column)
            for place, word in enumerate(words, start=row):
                texts = (sheet_of(table), headers[name], word, meaning(word) or word)
                for at, text in enumerate(texts, start=1):
                    cell = sheet.cell(place, at, text)
                    if place == row:
                        as_first(cell)
            if words:
                found[table, name] = f"{quote_sheetname(sheet.title)}!$C${row}:$C${row + len(words) - 1}"
            row += len(words)
    _finish(sheet)
    return found


def _finish(sheet: Worksheet) -> None:
    """Sheets that are read and not filled: locked without a password, and printed on upright pages."""
    sheet.protection.sheet = True
    fit_width(sheet)
    for cells in sheet.iter_rows():
        for cell in cells:
            if cell.value is not None and not cell.alignment.wrap_text:
                cell.alignment = Alignment(vertical="top")
