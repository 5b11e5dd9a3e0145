"""A file as a clerk keeps it, opened: its header, and its records in any DuckDB connection."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from asn_analysis.records import cells
from asn_analysis.records.coded import Coded
from asn_analysis.records.faults import NOWHERE, At, DatasetError, amiss
from asn_analysis.records.hashed import content_sha256, file_sha256

RECORD = "record"
ROOMS = count()
MOST_COLUMNS = 2000


@dataclass(frozen=True)
class Source:
    """A file that could be opened: its header, and its records in any connection.

    ``stored`` is the type of each column in the file; ``comma`` whether decimal commas are usual in it;
    ``quarter`` the quarter of a file of the responses folder.
    """

    path: Path
    header: tuple[str, ...]
    stored: tuple[str, ...]
    comma: bool = False
    quarter: str | None = field(default=None, kw_only=True)

    def cells(self, con: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyRelation:
        """The records, numbered from 1 in the column ``record``, with the cells as ``c0``, ``c1``, …"""
        raise NotImplementedError

    def text(self, place: int) -> str:
        """The text of this cell, trimmed, as an expression on the cells; a blank cell is missing."""
        if self.quarter and self.stored[place] == "VARCHAR":
            return f"nullif(c{place}, '')"  # trimmed by write_quarters, once
        return cells.text(f"c{place}", self.stored[place])

    def row(self, record: int) -> int:
        """The row in which a clerk sees this record."""
        return record + 1

    @property
    def sha256(self) -> str:
        """Hash of the file's bytes."""
        return (content_sha256 if self.quarter else file_sha256)(self.path)


@dataclass(frozen=True)
class TextSource(Source):
    """A CSV file, or a sheet of a workbook, read whole: every cell as the text that a clerk sees, trimmed.

    ``top`` are the first rows with their numbers, among which the header stands.
    """

    records: pa.Table = field(default=None, compare=False, repr=False)
    top: tuple[tuple[int, list[str]], ...] = field(default=(), compare=False, repr=False)
    sheet: str = ""

    @classmethod
    def of(cls, path: Path, header: tuple[str, ...], rows: Coded, **more: Any) -> TextSource:
        """Of the rows below the first those that hold anything; a cell that holds nothing is missing."""
        rows = rows.take(np.flatnonzero((rows.numbers > 1) & rows.filled))
        texts = pa.array([text or None for text in rows.texts], pa.large_string())
        columns = {f"c{place}": texts.take(pa.array(rows.column(place))) for place in range(len(header))}
        records = pa.table({RECORD: rows.numbers.astype("int64") - 1, **columns})
        return cls(path, header, ("VARCHAR",) * len(header), records=records, **more)

    def cells(self, con: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyRelation:
        return con.from_arrow(self.records)

    def text(self, place: int) -> str:
        return f"c{place}"


@contextmanager
def connect() -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that a nation's answers do not fill the machine with, and that sees no other's tables.

    Without DuckDB's progress bar: on a busy machine it would stand among a notebook's results.
    """
    engine, room = _engine(os.getpid()), f"room{next(ROOMS)}"
    try:
        with engine.cursor() as con:
            con.execute(f"ATTACH ':memory:' AS {room}; USE {room}; SET enable_progress_bar = false")
            yield con
    finally:
        engine.cursor().execute(f"DETACH DATABASE IF EXISTS {room}")


@cache
def _engine(process: int) -> duckdb.DuckDBPyConnection:
    """The DuckDB of a process, a forked one's its own: to start it takes longer than most questions."""
    spill = str(Path(tempfile.gettempdir()) / "asn-duckdb")
    return duckdb.connect(config={"memory_limit": "512MB", "temp_directory": spill})


def unreadable(label: str, why: str, at: At = NOWHERE, **parts: Any) -> DatasetError:
    """A file that cannot be read at all, or one place in it; ``parts`` fill in the words of faults.yml."""
    return DatasetError([amiss(label, why, at, **parts)])


def refuse_wide(header: tuple[str, ...], label: str) -> None:
    """Every column is asked about in one question, which no file of ours makes this long."""
    if len(header) > MOST_COLUMNS:
        raise unreadable(label, "many columns", n=len(header), most=MOST_COLUMNS)


def literal(path: Path) -> str:
    # DuckDB reads * ? [ in a path as wildcards; inside brackets they stand for themselves.
    return "'" + re.sub(r"([*?\[])", r"[\1]", str(path)).replace("'", "''") + "'"
