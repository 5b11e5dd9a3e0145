"""CSV as it really comes: commas or semicolons, blank lines, rows out of shape, foreign encodings."""

from __future__ import annotations

import csv
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import count, zip_longest
from pathlib import Path
from typing import TextIO

import duckdb
import pandas as pd

from asn_analysis.records.faults import LISTED, DatasetError, Fault
from asn_analysis.records.message import _
from asn_analysis.records.source import RECORD, Source, literal, not_blank, refuse_wide, unreadable

EMPTY = _("the file is empty")
AGAIN = _("Save the table again, with its header in row 1.")


@dataclass(frozen=True)
class CsvSource(Source):
    """A CSV file; ``skipped`` are the rows that hold no record, such as blank lines.

    DuckDB streams the file if it is ``plain``: if DuckDB sees the same records as the survey of the file did.
    """

    delimiter: str = ","
    skipped: tuple[int, ...] = ()
    plain: bool = True

    def cells(self, con: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyRelation:
        if self.plain:
            return self.streamed(con).filter(not_blank(self.header))
        modified = self.path.stat().st_mtime_ns
        return con.from_df(_regular_rows(self.path, self.delimiter, modified)).filter(not_blank(self.header))

    def streamed(self, con: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyRelation:
        """The records as DuckDB sees them, the blank ones too."""
        columns = ", ".join(f"c{i}: 'VARCHAR'" for i in range(len(self.header)))
        return con.sql(
            f"SELECT row_number() OVER () AS {RECORD}, * FROM read_csv({literal(self.path)}, header=true, "
            f"auto_detect=false, delim='{self.delimiter}', quote='\"', escape='\"', ignore_errors=true, "
            f"columns={{{columns}}})"
        )

    def row(self, record: int) -> int:
        if not self.plain:
            return record + 1
        earlier = [row - index for index, row in enumerate(self.skipped)]
        return record + 1 + bisect_right(earlier, record + 1)


def open_csv(path: Path, label: str) -> tuple[CsvSource, tuple[Fault, ...]]:
    refuse_binary(path, label)
    try:
        return _survey(path, label)
    except UnicodeDecodeError:
        raise _encoding_error(path, label) from None


def refuse_binary(path: Path, label: str) -> None:
    with path.open("rb") as file:
        start = file.read(4096)
    if not start.removeprefix(b"\xef\xbb\xbf").strip():
        raise unreadable(label, EMPTY, AGAIN)
    if start.startswith((b"\xff\xfe", b"\xfe\xff")) or _every_other_is_nul(start):
        remedy = _("Save it as 'CSV UTF-8', not as 'Unicode text'.")
        raise unreadable(label, _("the file is encoded as UTF-16, not as UTF-8"), remedy)
    if b"\0" in start or start.startswith((b"PK\x03\x04", b"PAR1")):
        remedy = _("Open it in the program that made it and save the table as CSV UTF-8.")
        raise unreadable(label, _("the file holds binary data, not text"), remedy)


def _every_other_is_nul(start: bytes) -> bool:
    return len(start) > 3 and (not any(start[:64:2]) or not any(start[1:64:2]))


def _encoding_error(path: Path, label: str) -> DatasetError:
    """Names the first cell that is not UTF-8, as it reads in Windows-1252."""
    problem = _("the file is not encoded as UTF-8 (it looks like Windows-1252)")
    with path.open(encoding="latin-1", newline="") as file:
        rows = _numbered(csv.reader(file, delimiter=_delimiter(file)))
        place = _first_foreign_cell(row for row in rows if row[1] is not None)
    return unreadable(label, problem, _("Open it and save it as 'CSV UTF-8'."), place)


def _first_foreign_cell(rows: Iterable[tuple[int, list[str]]]) -> tuple[int, str | None, str] | None:
    header: list[str] = []
    for number, row in rows:
        header = header or row
        for name, cell in zip_longest(header, row):
            if cell is not None and not _is_utf8(cell):
                return number, name, cell.encode("latin-1").decode("cp1252", errors="replace")
    return None


def _is_utf8(cell: str) -> bool:
    try:
        cell.encode("latin-1").decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _delimiter(file: TextIO) -> str:
    """The separator of an open file, from its first line; the file is rewound."""
    first = re.sub(r'"[^"]*"', "", file.readline())
    file.seek(0)
    return max(",;\t|", key=first.count)


def _survey(path: Path, label: str) -> tuple[CsvSource, tuple[Fault, ...]]:
    """One pass over the file's structure: separator, header, blank lines, rows of the wrong width."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        delimiter = _separator(file, label)
        rows = _numbered(csv.reader(file, delimiter=delimiter, strict=True))
        header = tuple(next(rows)[1] or ())
        if not any(name.strip() for name in header):
            remedy = _("Put the header, the names of the columns, in row 1.")
            raise unreadable(label, _("row 1 is empty"), remedy)
        refuse_wide(header, label)
        records, skipped, faults = _structure(rows, len(header), label)
    texts = ("VARCHAR",) * len(header)
    source = CsvSource(path, header, texts, delimiter == ";", delimiter, tuple(skipped))
    return replace(source, plain=not faults and _streamed_records(source) == records), tuple(faults)


def _separator(file: TextIO, label: str) -> str:
    delimiter = _delimiter(file)
    if delimiter in ",;":
        return delimiter
    name = _("tabs") if delimiter == "\t" else delimiter
    problem = _("the columns are separated by {name}", name=name)
    raise unreadable(label, problem, _("Save it with commas or semicolons."))


def _streamed_records(source: CsvSource) -> int | None:
    with duckdb.connect() as con:
        try:
            return source.streamed(con).aggregate("count(*)").fetchall()[0][0]
        except duckdb.Error:
            return None


def _numbered(rows: Iterator[list[str]]) -> Iterator[tuple[int, list[str] | None]]:
    """Rows with their numbers; ``None`` for a row whose quotation marks cannot be understood."""
    for number in count(1):
        try:
            yield number, next(rows)
        except StopIteration:
            return
        except csv.Error:
            yield number, None


def _structure(
    rows: Iterator[tuple[int, list[str] | None]], width: int, label: str
) -> tuple[int, list[int], list[Fault]]:
    """The number of records, the rows that hold none, and the rows that cannot be told apart into cells."""
    records, skipped, faults = 0, [], []
    for number, row in rows:
        if row is not None and len(row) == width:
            records += 1
            continue
        skipped.append(number)
        if row is None or len(row) > 1 or (row and row[0].strip()):
            faults.append(_irregular_fault(label, number, row, width))
    return records, skipped, _shortened(faults)


def _shortened(faults: list[Fault]) -> list[Fault]:
    if len(faults) <= LISTED:
        return faults
    problem = _("{rest:,} more rows with cells amiss", rest=len(faults) - LISTED)
    last = replace(faults[LISTED], row=None, problem=problem, count=len(faults) - LISTED)
    return [*faults[:LISTED], last]


@lru_cache(maxsize=2)
def _regular_rows(path: Path, delimiter: str, modified: int) -> pd.DataFrame:
    """The records of a file that DuckDB cannot stream; ``modified`` lets a changed file be read again."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = _numbered(csv.reader(file, delimiter=delimiter, strict=True))
        width = len(next(rows)[1])
        regular = [(number - 1, *row) for number, row in rows if row is not None and len(row) == width]
    return pd.DataFrame(regular, columns=[RECORD, *(f"c{i}" for i in range(width))])


def _irregular_fault(label: str, number: int, row: list[str] | None, width: int) -> Fault:
    if row is None:
        problem = _("the quotation marks of this row do not match")
        remedy = _('Close every opening ", and write "" for a quotation mark inside a text.')
        return Fault(label, number, None, None, problem, remedy)
    problem = _("the row has {cells} cells and the header {width}", cells=len(row), width=width)
    remedy = _("Put texts that hold the separator between quotation marks, and fill up short rows.")
    return Fault(label, number, None, None, problem, remedy)
