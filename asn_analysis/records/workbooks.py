"""Excel workbooks opened as a stream; those that would fill the memory, or that Excel cut, are refused."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from openpyxl import Workbook
from openpyxl.reader.excel import ExcelReader
from openpyxl.worksheet._read_only import ReadOnlyWorksheet

from asn_analysis.records.faults import DatasetError
from asn_analysis.records.message import _
from asn_analysis.records.source import unreadable

LAST_ROW = 1_048_576  # of an Excel sheet; a sheet filled so far was probably cut
MOST_HELD_BYTES = 60_000_000  # of a part that openpyxl holds whole (texts, styles)
FEWEST_BYTES = 10_000_000  # less is no bomb
MOST_SQUEEZED = 200  # times smaller packed than unpacked; tables reach some 30
TAIL = 1 << 20  # bytes; the last rows of any sheet
LAST_FILLED = re.compile(
    rb"<(?:\w+:)?row [^>]*\br=\"%d\"[^>]*>.*?<(?:\w+:)?(?:v|t)(?: [^>]*)?>\s*[^<\s]" % LAST_ROW, re.DOTALL
)


class _Sheet(ReadOnlyWorksheet):
    """Without its size, for which openpyxl reads a whole sheet that does not tell it, on each opening."""

    def _get_size(self) -> None:
        pass


class _Reader(ExcelReader):
    def read_worksheets(self) -> None:
        for sheet, relation in self.parser.find_sheets():
            if relation.target in self.valid_files and "chartsheet" not in relation.Type:
                opened = _Sheet(self.wb, sheet.name, relation.target, self.shared_strings)
                opened.sheet_state = sheet.state
                self.wb._sheets.append(opened)


@contextmanager
def open_workbook(path: Path) -> Iterator[Workbook]:
    """Its sheets as streams of values; by its content, since openpyxl would judge a path by its ending."""
    with path.open("rb") as file:
        reader = _Reader(file, read_only=True, data_only=True)
        reader.read()
        with closing(reader.wb) as book:
            yield book


def refuse_bomb(path: Path, label: str, most_bytes: int) -> None:
    """Judged by the sizes that the archive declares; Python reads no part beyond its declared size.

    Raises
    ------
    DatasetError
        If the workbook would unpack to more than ``most_bytes``, or to far more than a table does.
    zipfile.BadZipFile, NotImplementedError, EOFError
        If it is no archive.
    """
    with zipfile.ZipFile(path) as archive:
        parts = archive.infolist()
    unpacked, packed = sum(part.file_size for part in parts), sum(part.compress_size for part in parts)
    held = max((part.file_size for part in parts if "/worksheets/" not in part.filename), default=0)
    squeezed = unpacked > FEWEST_BYTES and unpacked > MOST_SQUEEZED * packed
    if unpacked > most_bytes or held > MOST_HELD_BYTES or squeezed:
        megabytes = round(unpacked / 1e6)
        problem = _("would unpack to {megabytes:,} MB, which no survey needs", megabytes=megabytes)
        raise unreadable(label, problem, _("Copy the answers into a new workbook."))


def refuse_full_sheet(path: Path, part: str, place: str) -> None:
    """Judged by the end of the sheet's part: a second for a million rows, whose reading takes minutes."""
    end = b""
    with zipfile.ZipFile(path) as archive, archive.open(part) as xml:
        while chunk := xml.read(TAIL):
            end = end[-TAIL:] + chunk
    if LAST_FILLED.search(end):
        raise full(place)


def full(place: str) -> DatasetError:
    """What is said of a sheet whose last row holds something."""
    problem = _("is filled to Excel's last row ({last:,}), so rows were probably cut", last=LAST_ROW)
    return unreadable(place, problem, _("Export it as CSV, or in smaller parts."))
