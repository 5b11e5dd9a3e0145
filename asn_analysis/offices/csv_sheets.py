"""CSV files of offices as a grid, in any usual encoding and with any usual separator."""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from asn_analysis.offices.grid import BLANK, SAVE, Grid, Row
from asn_analysis.records.csv_files import refuse_binary
from asn_analysis.records.source import unreadable

LONGEST_LINE = 1_000_000  # characters; more is no table


def csv_grid(path: Path, label: str, start: bytes) -> Grid:
    """The file as one grid; ``start`` are its first bytes."""
    encoding = _encoding(path, label, start)
    with path.open(encoding=encoding, newline="") as file:
        delimiter = _delimiter(file.read(20_000))
    note = "" if encoding == "utf-8-sig" else f"read as {encoding}"

    def rows() -> Iterator[Row]:
        with path.open(encoding=encoding, newline="") as file:
            yield from _csv_rows(_lines(file, label, delimiter), delimiter, label)

    return Grid(label, "", rows, lambda: note)


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
    lines = [re.sub(r'"[^"]*"', "", line) for line in head.splitlines() if line.strip()][:50]
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
