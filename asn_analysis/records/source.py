"""A file as a clerk keeps it, opened: its header, and its records in any DuckDB connection."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

import duckdb

from asn_analysis.records import cells
from asn_analysis.records.faults import DatasetError, Fault

RECORD = "record"
SAVE_AGAIN = "Save the table again as CSV (UTF-8), XLSX or Parquet."


@dataclass(frozen=True)
class Source:
    """A file that could be opened: its header, and its records in any connection.

    ``stored`` is the type of each column in the file; ``comma`` whether decimal commas are usual in it.
    """

    path: Path
    header: tuple[str, ...]
    stored: tuple[str, ...]
    comma: bool = False

    def cells(self, con: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyRelation:
        """The records, numbered from 1 in the column ``record``, with the cells as ``c0``, ``c1``, …"""
        raise NotImplementedError

    def row(self, record: int) -> int:
        """The row in which a clerk sees this record."""
        return record + 1

    @property
    def sha256(self) -> str:
        """Hash of the file's bytes."""
        with self.path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()


def unreadable(
    label: str, problem: str, remedy: str, place: tuple[int, str | None, str] | None = None
) -> DatasetError:
    return DatasetError([Fault(label, *(place or (None, None, None)), problem, remedy)])


def literal(path: Path) -> str:
    # DuckDB reads * ? [ in a path as wildcards; inside brackets they stand for themselves.
    return "'" + re.sub(r"([*?\[])", r"[\1]", str(path)).replace("'", "''") + "'"


def not_blank(header: tuple[str, ...]) -> str:
    texts = (cells.text(f"c{i}") for i in range(len(header)))
    return f"coalesce({', '.join(texts)}) IS NOT NULL"
