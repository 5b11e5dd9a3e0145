"""One sheet a table: header with notes, formats, and what each cell may hold, all from the schema."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from asn_analysis.pages.form.style import NEEDED, OPTIONAL, across, as_header, note
from asn_analysis.pages.form.vocabulary import choices_of, headers_of, meaning, say, sheet_of, told
from asn_analysis.records.schema import REQUIRED_TABLES, TABLES, Column
from asn_analysis.words.language import _

AUTHOR = "asn template"
LAST_ROW = 1_048_576  # of an Excel sheet
LONGEST_PROMPT = 255  # of a message that Excel shows at a cell
TEXT, DATE, COUNT, DIGITS = "@", "[$-421]dd mmm yyyy", "#,##0", "0"  # 421: months in Indonesian
WIDTHS = {"text": 30, "date": 19, "quarter": 12, "whole": 12, "number": 12}
OF_CODES = 16
QUARTER = (
    'AND(LEN({0})=6,ISNUMBER(VALUE(LEFT({0},4))),UPPER(MID({0},5,1))="Q",ISNUMBER(FIND(MID({0},6,1),"1234")))'
)


def fill_sheet(sheet: Worksheet, table: str, lists: Mapping[tuple[str, str], str]) -> None:
    """Make an empty sheet the form of a table; ``lists`` says where the words of each list stand."""
    sheet.sheet_properties.tabColor = NEEDED if table in REQUIRED_TABLES else OPTIONAL
    sheet.freeze_panes = "B2"
    sheet.row_dimensions[1].height = 34
    across(sheet, "1:1")
    headers = headers_of(table)
    for place, (name, column) in enumerate(TABLES[table].columns.items(), start=1):
        cell = sheet.cell(1, place, headers[name])
        as_header(cell, needed=not column.nullable)
        cell.comment = note(column_note(column), AUTHOR)
        letter = get_column_letter(place)
        dimension = sheet.column_dimensions[letter]
        dimension.width = max(_width(column), len(headers[name]) * 0.75 + 4)
        dimension.number_format = _format(column)
        if allowed := _validation(column, f"{letter}2", lists.get((table, name))):
            allowed.add(f"{letter}2:{letter}{LAST_ROW}")
            sheet.add_data_validation(allowed)


def column_note(column: Column) -> str:
    """What a clerk must know of a column: whether it is needed, what it is, what may stand in it."""
    if not column.nullable:
        lines = [say(_("MUST BE FILLED"))]
    elif column.required:
        lines = [say(_("Leave a cell empty where the question was not answered."))]
    else:
        lines = [say(_("May stay empty."))]
    lines.append(f"{told(column.description)}.")
    words = _meanings(column)
    lines.append(say(_("Write: {allowed}."), allowed=told(column.allowed)))
    if column.unit and column.kind in ("whole", "number"):
        lines.append(say(_("Counted in: {unit}."), unit=told(column.unit)))
    return "\n".join([*lines, *words])


def _meanings(column: Column) -> list[str]:
    return [f"{word} = {meaning(word)}" for word in choices_of(column) if meaning(word)]


def _width(column: Column) -> float:
    words = choices_of(column)
    if words:
        return max(map(len, words)) + 5
    is_code = column.refers or column.name.endswith("_id")
    return OF_CODES if is_code else WIDTHS[column.kind]


def _format(column: Column) -> str:
    """Codes stay texts; dates show the month in words, so that 08/07 read as July is seen at once."""
    kind = column.kind
    if kind == "whole":
        return COUNT if column.high is None else DIGITS
    return {"text": TEXT, "quarter": TEXT, "date": DATE, "number": "General"}[kind]


def _validation(column: Column, first: str, words_at: str | None) -> DataValidation | None:
    """What Excel lets a clerk type into the column; pasted cells are judged by ``asn check`` alone."""
    if column.refers:
        found = DataValidation("list", formula1=_unit_codes())
    elif words_at:
        found = DataValidation("list", formula1=words_at)
    elif column.kind == "quarter":
        found = DataValidation("custom", formula1=QUARTER.format(first))
    elif column.kind in ("whole", "number", "date"):
        found = _span(column)
    else:
        return None
    # A date typed as text is read too, so it is asked about and not refused.
    found.errorStyle = "warning" if column.kind == "date" else "stop"
    found.allow_blank, found.showErrorMessage = True, True
    found.errorTitle, found.error = say(_("Please look again")), told(column.remedy)
    prompt = "\n".join(_meanings(column))
    if prompt and len(prompt) <= LONGEST_PROMPT:
        found.prompt, found.showInputMessage = prompt, True
    return found


def _unit_codes() -> str:
    """The codes of the units' sheet as far as it is filled: blanks in a list would let any word pass."""
    codes = f"{quote_sheetname(sheet_of('units'))}!$A$2"
    filled = codes.replace("$A$2", f"$A$2:$A${LAST_ROW}")
    return f"OFFSET({codes},0,0,MAX(1,COUNTA({filled})),1)"


def _span(column: Column) -> DataValidation:
    kind = "decimal" if column.kind == "number" else column.kind
    low, high = _as_excel(column.low), _as_excel(column.high)
    if high is not None:
        return DataValidation(kind, operator="between", formula1=low, formula2=high)
    return DataValidation(
        kind, operator="greaterThan" if column.above else "greaterThanOrEqual", formula1=low
    )


def _as_excel(bound: Any) -> str | None:
    if hasattr(bound, "year"):
        return f"DATE({bound.year},{bound.month},{bound.day})"
    return None if bound is None else f"{bound:g}"
