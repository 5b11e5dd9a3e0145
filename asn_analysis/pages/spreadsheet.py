"""Tables as CSV that a spreadsheet shows and never runs."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from io import StringIO
from typing import Any
from urllib.parse import quote

from babel.numbers import get_decimal_symbol
from markupsafe import Markup

from asn_analysis.words.language import Words, plain
from asn_analysis.words.tables import Table

# A spreadsheet would run a cell that starts like this, also after blanks and marks that it skips.
FORMULA = re.compile(r"[\s\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]*[=+\-@\t\r\n|＝＋－＠]")
ONE_NUMBER = re.compile(r'<data data-from="[^"]*" value="([^"]*)"(?: data-times="(\d+)")?>([^<]*)</data>')
DIGITS = 12  # of a product: more would show how computers multiply


def inert(cell: Any) -> Any:
    """A text that a spreadsheet would take for a formula, marked as text."""
    return f"'{cell}" if isinstance(cell, str) and FORMULA.match(cell) else cell


def rows_as_csv(rows: Sequence[Mapping[str, Any]]) -> str:
    """Records as CSV for programs; lists inside a record stay out, dictionaries become columns."""
    flat = [dict(_flat(row)) for row in rows]
    text = StringIO()
    columns = dict.fromkeys(name for row in flat for name in row)
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([inert(row.get(name)) for name in columns] for row in flat)
    return text.getvalue()


def _flat(row: Mapping[str, Any], under: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in row.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{under}{name}.")
        elif not isinstance(value, list):
            yield f"{under}{name}", value


def table_as_csv(table: Table, words: Words) -> str:
    """A table for the spreadsheet of a reader of this language, its numbers unrounded as in the record.

    Where the decimal mark is a comma, Excel takes 82.125 for 82125, and a comma between cells for a decimal.
    """
    mark = get_decimal_symbol(words.locale)
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n", delimiter=";" if mark == "," else ",")
    writer.writerow([inert(plain(header)) for header in table.headers])
    writer.writerows([[_cell(cell, mark) for cell in row] for row in table.rows])
    return text.getvalue()


def table_address(table: Table, words: Words) -> Markup:
    """The table as an address inside the page: it travels with a page that is sent by mail."""
    return Markup("data:text/csv;charset=utf-8,") + quote("\ufeff" + table_as_csv(table, words))


def _cell(cell: Markup, mark: str) -> str:
    """A number as the record has it, in the measure in which the page shows it; other texts as they are."""
    number = ONE_NUMBER.fullmatch(str(cell))
    if not number:
        return inert(plain(cell))
    value, times, shown = number.groups()
    percent = "%" if shown.endswith("%") else ""
    factor = int(times or (100 if percent else 1))
    if factor != 1:
        value = f"{float(value) * factor:.{DIGITS}g}"
    return value.replace(".", mark) + percent
