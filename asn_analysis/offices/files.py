"""Files as offices send them, opened as grids of texts; what cannot be read safely is refused by name."""

from __future__ import annotations

import re
from pathlib import Path

from asn_analysis.offices.csv_sheets import csv_grid
from asn_analysis.offices.grid import SAVE, Grid
from asn_analysis.offices.workbook import sheet_grids
from asn_analysis.records.source import unreadable


def open_grids(path: Path) -> list[Grid]:
    """The sheets of a workbook, or one grid of a CSV file; a ``DatasetError`` says why not."""
    label = path.name
    if path.exists() and not path.is_file():
        raise unreadable(label, "is a folder or a device, not a file", "Name the file itself.")
    try:
        with path.open("rb") as file:
            start = file.read(4096)
        if start.startswith(b"PK\x03\x04"):
            return sheet_grids(path, label)
        _refuse_foreign(path, label, start)
        return [csv_grid(path, label, start)]
    except FileNotFoundError:
        raise unreadable(label, "this file does not exist", "Check the name and the folder.") from None
    except OSError as error:
        remedy = "Close it in other programs and check that you may read it."
        raise unreadable(label, f"cannot be opened ({error.strerror or error})", remedy) from None


def _refuse_foreign(path: Path, label: str, start: bytes) -> None:
    """Files under a table's name that are something else, each with its own way out."""
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        if "EncryptedPackage".encode("utf-16-le") in path.read_bytes()[:2_000_000]:
            raise unreadable(label, "is protected by a password", "Save a copy without the password.")
        raise unreadable(label, "is an Excel file of the old kind (.xls)", SAVE)
    if re.match(rb"\s*(\xef\xbb\xbf)?\s*<(!doctype|html|table|\?xml)", start, re.IGNORECASE):
        raise unreadable(label, "is a web page under a table's name", SAVE)
    if start.startswith(b"%PDF"):
        raise unreadable(label, "is a PDF", "Ask the office for the table that it was printed from.")
    if start.startswith(b"PAR1"):
        raise unreadable(label, "is a Parquet file, not a table of an office", "See data/README.md.")
