"""Files as offices send them, opened as grids of texts; what cannot be read safely is refused by name."""

from __future__ import annotations

import gzip
import re
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import IO

from asn_analysis.offices.csv_sheets import csv_grid
from asn_analysis.offices.grid import SAVE, Grid
from asn_analysis.records.sheet_files import column_number
from asn_analysis.records.source import unreadable
from asn_analysis.records.workbooks import Sheet, read_workbook

MOST_UNPACKED = 600_000_000  # bytes
MOST_MEMBERS = 200  # of a zip of tables
PARTS = ("[Content_Types].xml", "content.xml", "mimetype")  # of an archive that is itself a document
FOREIGN = {"word/document.xml": "a Word document", "ppt/presentation.xml": "a presentation"}
DAMAGED = (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, gzip.BadGzipFile)
ZIP = b"PK\x03\x04"
PACKED = b"\x1f\x8b"
OLD = b"\xd0\xcf\x11\xe0"
STATISTICS = (b"$FL2", b"$FL3")  # SPSS
PAGE = re.compile(rb"\s*(\xef\xbb\xbf)?\s*<(!doctype|html|head|body|meta|style|table|div)", re.IGNORECASE)


def open_grids(path: Path) -> list[Grid]:
    """The sheets of a workbook, the tables of a page or a zip, or one grid of a CSV file.

    A ``DatasetError`` says why not.
    """
    label = path.name
    if path.exists() and not path.is_file():
        raise unreadable(label, "is a folder or a device, not a file", "Name the file itself.")
    try:
        with path.open("rb") as file:
            start = file.read(4096)
        return _grids(path, label, start)
    except FileNotFoundError:
        raise unreadable(label, "this file does not exist", "Check the name and the folder.") from None
    except OSError as error:
        remedy = "Close it in other programs and check that you may read it."
        raise unreadable(label, f"cannot be opened ({error.strerror or error})", remedy) from None


def _grids(path: Path, label: str, start: bytes) -> list[Grid]:
    if start.startswith(ZIP):
        names = _members(path, label)
        return _sheets(path, label) if set(names) & set(PARTS) else list(_zipped(path, label, names))
    if start.startswith(PACKED):
        return [replace(grid, label=label) for grid in _unpacked(label, partial(gzip.open, path), path.stem)]
    if start.startswith((OLD, *STATISTICS)) or PAGE.match(start):
        return _sheets(path, label)
    _refuse_foreign(label, start)
    return [csv_grid(path, label, start)]


def _refuse_foreign(label: str, start: bytes) -> None:
    """Files under a table's name that are something else, each with its own way out."""
    if re.match(rb"\s*(\xef\xbb\xbf)?\s*<", start):
        raise unreadable(label, "is XML or a web page under a table's name", SAVE)
    if start.startswith(b"%PDF"):
        raise unreadable(label, "is a PDF", "Ask the office for the table that it was printed from.")
    if start.startswith(b"PAR1"):
        raise unreadable(label, "is a Parquet file, not a table of an office", "See data/README.md.")


def _members(path: Path, label: str) -> list[str]:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, NotImplementedError, EOFError):
        raise unreadable(label, "is a damaged or cut Excel workbook", "Save or send it again.") from None
    foreign = next((FOREIGN[name] for name in names if name in FOREIGN), None)
    if foreign:
        raise unreadable(label, f"is {foreign}, not an Excel workbook", SAVE)
    return names


def _sheets(path: Path, label: str) -> list[Grid]:
    found = read_workbook(path, label)
    if not found:
        raise unreadable(label, "the workbook has no sheet with cells", SAVE)
    return [_sheet(sheet, label) for sheet in found]


def _sheet(sheet: Sheet, label: str) -> Grid:
    note = f"{sheet.unseen:,} hidden rows were read like the others" if sheet.unseen else ""
    shown = {(row, column_number(column) - 1): text for row, column, text in sheet.amiss}
    grid = Grid(label, sheet.title, sheet.cells.put(shown), note, sheet.hidden)
    for row, column, text in sheet.amiss:
        if not text:
            remedy = "Open the file in Excel, save it once, and import it again; or paste values."
            raise unreadable(grid.place, "a formula without its result", remedy, (row, column, ""))
    return grid


def _zipped(path: Path, label: str, names: list[str]) -> Iterator[Grid]:
    """The tables in an archive, each called by its file."""
    tables = [name for name in names if not name.endswith("/") and not name.startswith("__MACOSX/")]
    if len(tables) > MOST_MEMBERS:
        problem = f"holds {len(tables):,} files, more than the {MOST_MEMBERS} that are read"
        raise unreadable(label, problem, "Send them in smaller archives.")
    with zipfile.ZipFile(path) as archive:
        for name in tables:
            found = _unpacked(label, partial(archive.open, name), Path(name).name)
            for grid in found:
                title = Path(name).stem if len(found) == 1 else f"{Path(name).stem}, {grid.sheet}"
                yield replace(grid, label=label, sheet=title)


def _unpacked(label: str, opened: Callable[[], IO[bytes]], name: str) -> list[Grid]:
    """The tables of a packed file, read from a copy that goes again."""
    with tempfile.TemporaryDirectory(prefix="asn-") as folder:
        target = Path(folder) / (Path(name).name or "table")
        try:
            with opened() as packed, target.open("wb") as copy:
                _copy(packed, copy, label)
        except (*DAMAGED, EOFError):
            raise unreadable(
                label, f"{name} in it is damaged or has a password", "Save or send it again."
            ) from None
        with target.open("rb") as file:
            start = file.read(4096)
        if start.startswith(PACKED) or (
            start.startswith(ZIP) and not set(_members(target, label)) & set(PARTS)
        ):
            raise unreadable(label, f"{name} in it is packed again", "Unpack it, and import what is in it.")
        return _grids(target, target.name, start)


def _copy(packed: IO[bytes], copy: IO[bytes], label: str) -> None:
    size = 0
    while chunk := packed.read(1 << 20):
        size += copy.write(chunk)
        if size > MOST_UNPACKED:
            problem = f"would unpack to more than {MOST_UNPACKED / 1e6:,.0f} MB, which no survey needs"
            raise unreadable(label, problem, "Send it in smaller parts.")
