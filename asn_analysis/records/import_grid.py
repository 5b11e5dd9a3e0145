"""Files as offices send them, opened as grids of texts; what cannot be read safely is refused by name."""

from __future__ import annotations

import codecs
import csv
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TextIO
from xml.etree.ElementTree import ParseError

import openpyxl

from asn_analysis.records.csv_files import refuse_binary
from asn_analysis.records.faults import DatasetError
from asn_analysis.records.formulas import uncounted
from asn_analysis.records.source import unreadable

BLANK = " \t\r\n\xa0\ufeff"  # the last two come from web pages and joined files
Row = tuple[int, list[str]]
MOST_ROWS = 1_048_576  # of an Excel sheet; a full one was probably cut
LONGEST_LINE = 1_000_000  # characters; more is no table
MOST_BYTES = 1_500_000_000  # of a workbook unpacked, which is read as a stream
MOST_HELD_BYTES = 100_000_000  # of a part that openpyxl holds whole (texts, styles)
MOST_SQUEEZED = 200  # times smaller packed than unpacked; tables reach some 30
SAVE = "Open it in Excel or LibreOffice and save it as .xlsx or as 'CSV UTF-8'."
UNREAD = (
    zlib.error,
    zipfile.BadZipFile,
    KeyError,
    ValueError,
    TypeError,
    AttributeError,
    EOFError,
    ParseError,
    IndexError,
)


@dataclass(frozen=True)
class Grid:
    """A sheet, or a CSV file; ``rows()`` begins anew each time and never holds the whole."""

    label: str
    sheet: str
    rows: Callable[[], Iterator[Row]]
    note: str = ""
    hidden: bool = False


def open_grids(path: Path) -> list[Grid]:
    """The sheets of a workbook, or one grid of a CSV file; a ``DatasetError`` says why not."""
    label = path.name
    try:
        with path.open("rb") as file:
            start = file.read(4096)
        if start.startswith(b"PK\x03\x04"):
            return _sheets(path, label)
        return [_csv(path, label, start)]
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
    if start.startswith(b"PAR1"):
        raise unreadable(label, "is a Parquet file, not a table of an office", "See data/README.md.")


def _csv(path: Path, label: str, start: bytes) -> Grid:
    _refuse_foreign(path, label, start)
    encoding = _encoding(path, label, start)
    with path.open(encoding=encoding, newline="") as file:
        delimiter = _delimiter(file.read(20_000))
    note = "" if encoding == "utf-8-sig" else f"read as {encoding}"

    def rows() -> Iterator[Row]:
        with path.open(encoding=encoding, newline="") as file:
            yield from _csv_rows(_lines(file, label, delimiter), delimiter, label)

    return Grid(label, "", rows, note)


def _encoding(path: Path, label: str, start: bytes) -> str:
    """UTF-16 by its mark; UTF-8 where every byte agrees; else Windows-1252, without control characters."""
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        candidates: tuple[str, ...] = ("utf-16",)
    else:
        refuse_binary(path, label)
        candidates = ("utf-8-sig", "windows-1252")
    for encoding in candidates:
        if _decodes(path, encoding):
            return encoding
    raise unreadable(label, "is no text in UTF-8, UTF-16 or Windows-1252", SAVE)


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with path.open("rb") as file:
            while chunk := file.read(1 << 20):
                if re.search(r"[\0-\x08\x0e-\x1f]", decoder.decode(chunk)):
                    return False
            decoder.decode(b"", final=True)
    except UnicodeError:
        return False
    return True


def _delimiter(head: str) -> str:
    """The separator that most lines hold equally often; decimal commas do not outvote semicolons."""
    lines = [re.sub(r'"[^"]*"', "", line) for line in head.splitlines()[:50] if line.strip()]
    usual = {mark: sorted(line.count(mark) for line in lines)[len(lines) // 2] for mark in ";\t|,"}
    return max(usual, key=lambda mark: (usual[mark] > 0) * (2 if mark != "," else 1) + usual[mark] / 1000)


def _lines(file: TextIO, label: str, delimiter: str) -> Iterator[str]:
    while line := file.readline(LONGEST_LINE):
        if len(line) == LONGEST_LINE:
            raise unreadable(label, "has a line of a million characters and more", SAVE)
        if line.endswith(delimiter):  # only the last line has no line break
            remedy = "Send it again; or, if the row is complete, end it with Enter."
            raise unreadable(label, "the file ends in the middle of a row", remedy)
        yield line


def _csv_rows(lines: Iterator[str], delimiter: str, label: str) -> Iterator[Row]:
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    number = 0
    try:
        for number, row in enumerate(reader, start=1):
            if any(cells := [cell.strip(BLANK) for cell in row]):
                yield number, cells
    except csv.Error as error:
        remedy = 'Close every opening ", and write "" for a quotation mark inside a text.'
        problem = f"the cells of row {number + 1} cannot be told apart ({error})"
        raise unreadable(label, problem, remedy) from None


def _sheets(path: Path, label: str) -> list[Grid]:
    _refuse_bomb(path, label)
    try:
        with _book(path) as book:
            sheets = [(sheet.title, sheet.sheet_state != "visible") for sheet in book.worksheets]
    except UNREAD:
        raise unreadable(label, "is not an Excel workbook, or is damaged", SAVE) from None
    if not sheets:
        raise unreadable(label, "the workbook has no sheet with cells", SAVE)
    return [_sheet(path, label, title, hidden) for title, hidden in sheets]


@contextmanager
def _book(path: Path) -> Iterator[openpyxl.Workbook]:
    """Opened by its content: openpyxl would judge a path by its ending."""
    with (
        path.open("rb") as file,
        closing(openpyxl.load_workbook(file, read_only=True, data_only=True)) as book,
    ):
        yield book


def _refuse_bomb(path: Path, label: str) -> None:
    """Judged by the sizes that the archive declares; Python reads no part beyond its declared size."""
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
    except zipfile.BadZipFile:
        raise unreadable(label, "is a damaged or cut Excel workbook", "Save or send it again.") from None
    unpacked, packed = sum(part.file_size for part in parts), sum(part.compress_size for part in parts)
    held = max((part.file_size for part in parts if "/worksheets/" not in part.filename), default=0)
    squeezed = unpacked > 50_000_000 and unpacked > MOST_SQUEEZED * packed
    if unpacked > MOST_BYTES or held > MOST_HELD_BYTES or squeezed:
        problem = (
            f"would unpack to {unpacked / 1e6:,.0f} MB from {packed / 1e6:,.1f} MB, which no survey needs"
        )
        raise unreadable(label, problem, "Copy the answers into a new workbook.")


def _sheet(path: Path, label: str, title: str, hidden: bool) -> Grid:
    def rows() -> Iterator[Row]:
        try:
            yield from _cells(path, label, title)
        except DatasetError:
            raise
        except (*UNREAD, OSError):
            raise unreadable(f"{label}, sheet {title}", "is damaged", "Save or send it again.") from None

    return Grid(label, title, rows, hidden=hidden)


def _cells(path: Path, label: str, title: str) -> Iterator[Row]:
    place = f"{label}, sheet {title}"
    with _book(path) as book:
        sheet = book[title]
        _refuse_uncounted(path, sheet._worksheet_path, place)
        sheet.reset_dimensions()  # the declared size is often wrong
        for number, values in enumerate(sheet.iter_rows(values_only=True), start=1):
            row = [_text(value) for value in values]
            if any(row):
                if number >= MOST_ROWS:
                    problem = "is filled to Excel's last row (1,048,576), so rows were probably cut"
                    raise unreadable(place, problem, "Export it as CSV, or in smaller parts.")
                yield number, row


def _refuse_uncounted(path: Path, part: str, place: str) -> None:
    for row, column in uncounted(path, part):
        remedy = "Open the file in Excel, save it once, and import it again; or paste values."
        raise unreadable(place, "a formula without its result", remedy, (row, column, ""))


def _text(value: object) -> str:
    """A cell as its text: whole numbers without a point, dates as ISO."""
    if value is None:
        return ""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, datetime):
        return value.isoformat(" ", "seconds") if value.time() != datetime.min.time() else f"{value:%Y-%m-%d}"
    if isinstance(value, date):
        return value.isoformat()
    return str(value).strip(BLANK)
