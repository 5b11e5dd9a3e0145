"""Files as offices send them, opened as grids of texts; what cannot be read safely is refused by name."""

from __future__ import annotations

import codecs
import re
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TextIO

import numpy as np

from asn_analysis.offices.refusals import refused
from asn_analysis.records.coded import Coded
from asn_analysis.records.csv_files import coded, delimiter_of, refuse_binary
from asn_analysis.records.files import column_number
from asn_analysis.records.workbooks import Sheet, read_workbook

Row = tuple[int, list[str]]


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


LONGEST_LINE = 1_000_000  # characters; more is no table
CONTROL = re.compile(r"[\0-\x08\x0e-\x1f]")


def csv_grid(path: Path, label: str, start: bytes) -> Grid:
    """The file as one grid; ``start`` are its first bytes."""
    encoding, cells, broken = _decoded(path, label, start)
    if broken:
        number, reason = next(iter(broken.items()))
        raise refused(label, "cells cannot be told apart", row=number, reason=reason)
    cells = cells.take(np.flatnonzero(cells.filled))
    if len(cells) > 2 and _last_is_cut(cells) and not _ends_a_line(path):
        raise refused(label, "cut")
    return Grid(label, "", cells, "" if encoding == "utf-8-sig" else f"read as {encoding}")


def _decoded(path: Path, label: str, start: bytes) -> tuple[str, Coded, dict[int, str]]:
    """UTF-16 by its mark; UTF-8 where every byte agrees; else Windows-1252, without control characters."""
    encodings = ["utf-16"]
    if not start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        refuse_binary(path, label)
        encodings = ["utf-8-sig", "windows-1252"]
    for encoding in encodings:
        with suppress(UnicodeError), path.open(encoding=encoding, newline="") as file:
            delimiter = delimiter_of(file)
            cells, broken = coded(_lines(file, label), delimiter)
            if not any(map(CONTROL.search, cells.texts)):
                return encoding, cells, broken
    raise refused(label, "no text")


def _last_is_cut(cells: Coded) -> bool:
    """Whether the last row has fewer cells than the one before, or alone of all rows an empty last cell."""
    last = cells.codes[cells.starts[1:] - 1]
    return bool(cells.lengths[-1] < cells.lengths[-2] or (last[-1] == 0 and last[:-1].all()))


def _ends_a_line(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(-2, 2)
        return bool({b"\n", b"\r"} & {bytes([byte]) for byte in file.read()})


def _lines(file: TextIO, label: str) -> Iterator[str]:
    while line := file.readline(LONGEST_LINE):
        if len(line) == LONGEST_LINE:
            raise refused(label, "long line")
        yield line


MOST_UNPACKED = 600_000_000  # bytes
MOST_MEMBERS = 200  # of a zip of tables
PARTS = ("[Content_Types].xml", "content.xml", "mimetype")  # of an archive that is itself a document
FOREIGN = {"word/document.xml": "a Word document", "ppt/presentation.xml": "a presentation"}
DAMAGED = (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError)
ZIP = b"PK\x03\x04"
OLD = b"\xd0\xcf\x11\xe0"
STATISTICS = (b"$FL2", b"$FL3")  # SPSS
PAGE = re.compile(rb"\s*(\xef\xbb\xbf)?\s*<(!doctype|html|head|body|meta|style|table|div)", re.IGNORECASE)


def open_grids(path: Path) -> list[Grid]:
    """The sheets of a workbook, the tables of a page or a zip, or one grid of a CSV file.

    A ``DatasetError`` says why not.
    """
    label = path.name
    if path.exists() and not path.is_file():
        raise refused(label, "no file")
    try:
        with path.open("rb") as file:
            start = file.read(4096)
        return _grids(path, label, start)
    except FileNotFoundError:
        raise refused(label, "absent") from None
    except OSError as error:
        raise refused(label, "unopened", error=error.strerror or error) from None


def _grids(path: Path, label: str, start: bytes) -> list[Grid]:
    if start.startswith(ZIP):
        names = _members(path, label)
        return _sheets(path, label) if set(names) & set(PARTS) else list(_zipped(path, label, names))
    if start.startswith((OLD, *STATISTICS)) or PAGE.match(start):
        return _sheets(path, label)
    _refuse_foreign(label, start)
    return [csv_grid(path, label, start)]


def _refuse_foreign(label: str, start: bytes) -> None:
    """Files under a table's name that are something else, each with its own way out."""
    if re.match(rb"\s*(\xef\xbb\xbf)?\s*<", start):
        raise refused(label, "page")
    if start.startswith(b"%PDF"):
        raise refused(label, "pdf")
    if start.startswith(b"PAR1"):
        raise refused(label, "parquet")


def _members(path: Path, label: str) -> list[str]:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, NotImplementedError, EOFError):
        raise refused(label, "damaged") from None
    foreign = next((FOREIGN[name] for name in names if name in FOREIGN), None)
    if foreign:
        raise refused(label, "foreign", foreign=foreign)
    return names


def _sheets(path: Path, label: str) -> list[Grid]:
    found = read_workbook(path, label)
    if not found:
        raise refused(label, "no sheet")
    return [_sheet(sheet, label) for sheet in found]


def _sheet(sheet: Sheet, label: str) -> Grid:
    note = f"{sheet.unseen:,} hidden rows were read like the others" if sheet.unseen else ""
    shown = {(row, column_number(column) - 1): text for row, column, text in sheet.amiss}
    grid = Grid(label, sheet.title, sheet.cells.put(shown), note, sheet.hidden)
    for row, column, text in sheet.amiss:
        if not text:
            raise refused(grid.place, "uncounted", (row, column, ""))
    return grid


def _zipped(path: Path, label: str, names: list[str]) -> Iterator[Grid]:
    """The tables in an archive, each called by its file."""
    tables = [name for name in names if not name.endswith("/") and not name.startswith("__MACOSX/")]
    if len(tables) > MOST_MEMBERS:
        raise refused(label, "many files", n=len(tables), most=MOST_MEMBERS)
    with zipfile.ZipFile(path) as archive:
        for name in tables:
            found = _unpacked(archive, name, label)
            for grid in found:
                title = Path(name).stem if len(found) == 1 else f"{Path(name).stem}, {grid.sheet}"
                yield replace(grid, label=label, sheet=title)


def _unpacked(archive: zipfile.ZipFile, member: str, label: str) -> list[Grid]:
    """The tables of a file in an archive, read from a copy that goes again."""
    name = Path(member).name
    if archive.getinfo(member).file_size > MOST_UNPACKED:  # no more than it declares is ever read
        raise refused(label, "bomb", megabytes=MOST_UNPACKED / 1e6)
    with tempfile.TemporaryDirectory(prefix="asn-") as folder:
        target = Path(folder) / name
        try:
            with archive.open(member) as packed, target.open("wb") as copy:
                shutil.copyfileobj(packed, copy)
        except (*DAMAGED, EOFError):
            raise refused(label, "damaged inside", name=name) from None
        with target.open("rb") as file:
            start = file.read(4096)
        if start.startswith(ZIP) and not set(_members(target, label)) & set(PARTS):
            raise refused(label, "packed twice", name=name)
        return _grids(target, target.name, start)
