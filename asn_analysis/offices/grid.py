"""A sheet or a CSV file as rows of texts, whatever it was made with."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

BLANK = " \t\r\n\xa0\ufeff"  # the last two come from web pages and joined files
Row = tuple[int, list[str]]
SAVE = "Open it in Excel or LibreOffice and save it as .xlsx or as 'CSV UTF-8'."


@dataclass(frozen=True)
class Grid:
    """A sheet, or a CSV file; ``rows()`` begins anew each time and never holds the whole.

    ``note()`` says what should be known of how it was read.
    """

    label: str
    sheet: str
    rows: Callable[[], Iterator[Row]]
    note: Callable[[], str] = str
    hidden: bool = False

    @property
    def place(self) -> str:
        """The file, and the sheet if it has several."""
        return f"{self.label}, sheet {self.sheet}" if self.sheet else self.label
