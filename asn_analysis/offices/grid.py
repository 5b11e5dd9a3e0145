"""A sheet or a CSV file as rows of texts, whatever it was made with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from asn_analysis.records.coded import Coded

Row = tuple[int, list[str]]
SAVE = "Open it in Excel or LibreOffice and save it as .xlsx or as 'CSV UTF-8'."


@dataclass(frozen=True)
class Grid:
    """A sheet, or a CSV file; ``note`` says what should be known of how it was read."""

    label: str
    sheet: str
    cells: Coded
    note: str = ""
    hidden: bool = False

    def rows(self) -> Iterator[Row]:
        """Number and texts of each row that holds any; begins anew each time."""
        return self.cells.rows()

    @property
    def place(self) -> str:
        """The file, and the sheet if it has several."""
        return f"{self.label}, sheet {self.sheet}" if self.sheet else self.label
