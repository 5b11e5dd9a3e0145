"""Tables of pages that bear a workbook's name, read in the process of ``sandbox.py``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import lxml.html

MOST_SPANNED = 16_384  # cells: columns of an Excel sheet


def tables_of(content: bytes) -> Iterator[list[list[str]]]:
    """Tables of a page that bears a workbook's name, cells that span others repeated in each of those."""
    page = lxml.html.document_fromstring(content, parser=lxml.html.HTMLParser(encoding=_charset(content)))
    for table in page.iter("table"):
        if table.find(".//table") is None:
            yield list(_spanned(table.iter("tr")))


def _charset(content: bytes) -> str | None:
    """UTF-8 where every byte agrees, whatever the page says; else what it says."""
    try:
        content.decode()
    except UnicodeDecodeError:
        return None
    return "utf-8"


def _spanned(rows: Iterable[Any]) -> Iterator[list[str]]:
    below: dict[int, tuple[int, str]] = {}  # by column: rows that a cell still spans, and its text
    for row in rows:
        found: list[str] = []
        for cell in row.iterchildren("td", "th"):
            _take_spanned(found, below)
            shown = " ".join("".join(f"{part} " for part in cell.itertext()).split())
            for _column in range(_span(cell, "colspan")):
                if (n_rows := _span(cell, "rowspan")) > 1:
                    below[len(found)] = n_rows - 1, shown
                found.append(shown)
        _take_spanned(found, below)
        yield found


def _take_spanned(row: list[str], below: dict[int, tuple[int, str]]) -> None:
    while len(row) in below:
        left, shown = below.pop(len(row))
        if left > 1:
            below[len(row)] = left - 1, shown
        row.append(shown)


def _span(cell: Any, name: str) -> int:
    given = cell.get(name, "1").strip()
    n = int(given) if given.isascii() and given.isdigit() and len(given) < 6 else 1
    return min(max(n, 1), MOST_SPANNED)
