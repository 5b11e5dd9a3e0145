"""CSV as it really comes: commas, semicolons or tabs, blank lines, rows out of shape, foreign encodings."""

from __future__ import annotations

import csv
import re
from array import array
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from itertools import chain, islice, zip_longest
from pathlib import Path
from typing import TextIO

import numpy as np

from asn_analysis.records.coded import Coded
from asn_analysis.records.faults import LISTED, NOWHERE, At, DatasetError, Fault, amiss
from asn_analysis.records.message import _
from asn_analysis.records.source import TextSource, refuse_wide, unreadable

SEPARATOR = re.compile(r'"?sep=([;,|\t])"?[ \t;,|]*[\r\n]', re.IGNORECASE)
AT_ONCE = 100  # rows: few enough that Python need not look for circles among them


def open_csv(path: Path, label: str) -> tuple[TextSource, tuple[Fault, ...]]:
    refuse_binary(path, label)
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            delimiter = delimiter_of(file)
            cells, broken = coded(file, delimiter)
    except UnicodeDecodeError:
        raise _encoding_error(path, label) from None
    header = tuple(next(cells.rows(), (0, []))[1])
    if not len(cells):  # a line that tells the separator, and nothing below
        raise unreadable(label, "empty")
    refuse_wide(header, label)
    odd = cells.lengths != len(header)
    places = np.flatnonzero(odd & ((cells.lengths > 1) | (cells.column(0) != 0)))
    faults = [amiss(label, "quotation marks", (number, None, None)) for number in broken]
    for number, n_cells in zip(cells.numbers[places].tolist(), cells.lengths[places].tolist(), strict=True):
        at = (number, None, None)
        faults.append(amiss(label, "cells amiss", at, cells=n_cells, width=len(header)))
    faults.sort(key=lambda fault: fault.row or 0)
    rows, comma = cells.take(np.flatnonzero(~odd)), delimiter != ","
    source = TextSource.of(path, header, rows, comma=comma, top=cells.top)
    if (rest := len(faults) - LISTED) > 0:
        problem = _("{rest:,} more rows with cells at fault", rest=rest)
        faults[LISTED:] = [replace(faults[LISTED], row=None, problem=problem, count=rest)]
    return source, tuple(faults)


def refuse_binary(path: Path, label: str) -> None:
    with path.open("rb") as file:
        start = file.read(4096)
    if not start.removeprefix(b"\xef\xbb\xbf").strip():
        raise unreadable(label, "empty")
    every_other_is_nul = len(start) > 3 and not (any(start[:64:2]) and any(start[1:64:2]))
    if start.startswith((b"\xff\xfe", b"\xfe\xff")) or every_other_is_nul:
        raise unreadable(label, "utf-16")
    if b"\0" in start or start.startswith((b"PK\x03\x04", b"PAR1")):
        raise unreadable(label, "binary")


def coded(lines: Iterable[str], delimiter: str) -> tuple[Coded, dict[int, str]]:
    """Rows as distinct texts, and which of them stands where; and why some rows cannot be told apart.

    Every row of the file has its place, also one without a cell; those with a reason have none.
    """
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    found, lengths, codes, broken = _Texts(), array("I"), array("I"), {}
    rows: list[list[str]] = []
    more = True
    while more:
        try:
            rows.extend(islice(reader, AT_ONCE))
            more = bool(rows)
        except csv.Error as error:
            rows.append([])
            broken[len(lengths) + len(rows)] = str(error)
        lengths.extend(map(len, rows))
        codes.extend(map(found.__getitem__, chain.from_iterable(rows)))
        rows.clear()
    numbers = np.arange(1, len(lengths) + 1, dtype=np.uint32)
    given = (np.frombuffer(held, "I") for held in (lengths, codes))
    return Coded.of(numbers, *given, list(found)), broken


class _Texts(dict[str, int]):
    """From a cell as it stands to its number, of which the empty one has the first."""

    def __init__(self) -> None:
        super().__init__({"": 0})

    def __missing__(self, cell: str) -> int:
        self[cell] = code = len(self)
        return code


def _encoding_error(path: Path, label: str) -> DatasetError:
    """Names the first cell that is not UTF-8, as it reads in Windows-1252."""
    place = NOWHERE
    with path.open(encoding="latin-1", newline="") as file, suppress(csv.Error):
        place = _first_foreign_cell(csv.reader(file, delimiter=delimiter_of(file)))
    return unreadable(label, "windows-1252", place)


def _first_foreign_cell(rows: Iterable[list[str]]) -> At:
    header: list[str] = []
    for number, row in enumerate(rows, start=1):
        header = header or row
        for name, cell in zip_longest(header, row):
            if cell is not None and not _is_utf8(cell):
                return number, name, cell.encode("latin-1").decode("cp1252", errors="replace")
    return NOWHERE


def _is_utf8(cell: str) -> bool:
    try:
        cell.encode("latin-1").decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def delimiter_of(file: TextIO) -> str:
    """The separator that most lines at the top hold equally often; the file is rewound.

    Decimal commas do not outvote semicolons. A line ``sep=;``, which tells the separator to a spreadsheet and
    is no row to it, is believed and passed over.
    """
    head = file.read(20_000)
    file.seek(0)
    if told := SEPARATOR.match(head):
        file.readline()
        return told[1]
    lines = [re.sub(r'"[^"]*"', "", line) for line in head.splitlines() if line.strip()][:50]
    usual = {mark: sorted(line.count(mark) for line in lines)[len(lines) // 2] for mark in ";\t|,"}
    return max(usual, key=lambda mark: (usual[mark] > 0) * (2 if mark != "," else 1) + usual[mark] / 1000)
