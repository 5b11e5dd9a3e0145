"""CSV files of offices as a grid, in any usual encoding and with any usual separator."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

import numpy as np

from asn_analysis.offices.grid import SAVE, Grid
from asn_analysis.records.coded import Coded
from asn_analysis.records.csv_files import coded, refuse_binary
from asn_analysis.records.source import unreadable

LONGEST_LINE = 1_000_000  # characters; more is no table


def csv_grid(path: Path, label: str, start: bytes) -> Grid:
    """The file as one grid; ``start`` are its first bytes."""
    encoding = _encoding(path, label, start)
    with path.open(encoding=encoding, newline="") as file:
        delimiter = _delimiter(file.read(20_000))
    note = "" if encoding == "utf-8-sig" else f"read as {encoding}"
    with path.open(encoding=encoding, newline="") as file:
        cells, broken = coded(_lines(file, label), delimiter)
    if broken:
        number, why = next(iter(broken.items()))
        remedy = 'Close every opening ", and write "" for a quotation mark inside a text.'
        raise unreadable(label, f"the cells of row {number} cannot be told apart ({why})", remedy)
    cells = cells.take(np.flatnonzero(cells.filled))
    if len(cells) > 2 and _last_is_cut(cells) and not _ends_a_line(path):
        remedy = "Send it again; or, if the row is complete, end it with Enter."
        raise unreadable(label, "the file ends in the middle of a row", remedy)
    return Grid(label, "", cells, note)


def _last_is_cut(cells: Coded) -> bool:
    """Whether the last row has fewer cells than the one before, or alone of all rows an empty last cell."""
    last = cells.codes[cells.starts[1:] - 1]
    return bool(cells.lengths[-1] < cells.lengths[-2] or (last[-1] == 0 and last[:-1].all()))


def _ends_a_line(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(-2, 2)
        return bool({b"\n", b"\r"} & {bytes([byte]) for byte in file.read()})


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


def _lines(file: TextIO, label: str) -> Iterator[str]:
    while line := file.readline(LONGEST_LINE):
        if len(line) == LONGEST_LINE:
            raise unreadable(label, "has a line of a million characters and more", SAVE)
        yield line
