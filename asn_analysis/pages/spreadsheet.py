"""Tables as CSV that a spreadsheet shows and never runs."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from io import StringIO
from typing import Any
from urllib.parse import quote

from markupsafe import Markup

from asn_analysis.words.language import plain
from asn_analysis.words.tables import Table

# A spreadsheet would run a cell that starts like this, also after blanks and marks that it skips.
FORMULA = re.compile(r"[\s\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]*[=+\-@\t\r\n|＝＋－＠]")
ONE_NUMBER = re.compile(r'<data data-from="[^"]*" value="([^"]*)">[^<]*</data>')


def inert(cell: Any) -> Any:
    """A text that a spreadsheet would take for a formula, marked as text."""
    return f"'{cell}" if isinstance(cell, str) and FORMULA.match(cell) else cell


def rows_as_csv(rows: Sequence[Mapping[str, Any]]) -> str:
    """Records as CSV; lists inside a record stay out, dictionaries become columns."""
    import pandas as pd

    flat = [{name: value for name, value in row.items() if not isinstance(value, list)} for row in rows]
    return pd.json_normalize(flat).map(inert).to_csv(index=False, lineterminator="\n")


def table_as_csv(table: Table) -> str:
    """The table behind a figure, its numbers unrounded as in the record."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([inert(plain(header)) for header in table.headers])
    writer.writerows([[_cell(cell) for cell in row] for row in table.rows])
    return text.getvalue()


def table_address(table: Table) -> Markup:
    """The table as an address inside the page: it travels with a page that is sent by mail."""
    return Markup("data:text/csv;charset=utf-8,") + quote("\ufeff" + table_as_csv(table))


def _cell(cell: Markup) -> str:
    number = ONE_NUMBER.fullmatch(str(cell))
    return number[1] if number else inert(plain(cell))
