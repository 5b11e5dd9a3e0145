"""The simulated city's responses on disk: one file, or one a quarter where there are many."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import duckdb
import pandas as pd

from asn_analysis.records.responses_store import total_of
from asn_analysis.records.schema import ITEMS
from asn_analysis.records.source import literal

# What blocks of one file may fill of the memory before they are laid aside on disk.
MEMORY = "256MB"


def write_responses(path: Path, answers: pd.DataFrame) -> None:
    """A responses table as one Parquet file; the same rows give the same bytes."""
    with _connect(path) as con:
        _copy(con.from_df(answers).project("* REPLACE (date::DATE AS date)"), path)


def write_blocks(
    path: Path,
    tables: Iterable[pd.DataFrame],
    *,
    digits: int,
    scored: bool,
    told: Callable[[int], object] = lambda rows: None,
) -> None:
    """Blocks of respondents, one below the other, as one Parquet file, none held longer than needed.

    Parameters
    ----------
    path : Path
    tables : iterable of DataFrame
        As `respondents.respondents` gives them; `number` becomes `response_id`, of `digits` digits.
    scored : bool
        Whether each respondent's score stands beside the answers, as in a quarter's file.
    told : callable
        Called with the rows of each block once it is laid down.
    """
    code = f"'R' || lpad(number::VARCHAR, {digits}, '0') AS response_id"
    rows = f"SELECT {code}, * EXCLUDE (number) REPLACE (date::DATE AS date) FROM block"
    with _connect(path) as con:
        begin = "CREATE TABLE laid AS"
        for table in tables:
            con.register("block", table)
            con.execute(f"{begin} {rows}")
            begin = "INSERT INTO laid"
            told(len(table))
        answers = con.table("laid")
        _copy(answers.project(f"*, {total_of(ITEMS)} AS total") if scored else answers, path)


def _connect(path: Path) -> duckdb.DuckDBPyConnection:
    # By one thread, so that rows keep their order and row groups their size.
    spill = str(path.with_name(".spill"))
    return duckdb.connect(config={"threads": 1, "memory_limit": MEMORY, "temp_directory": spill})


def _copy(rows: duckdb.DuckDBPyRelation, path: Path) -> None:
    # TRY lets DuckDB forget which columns cannot be empty, on which the bytes would depend.
    rows = rows.project(", ".join(f'TRY("{name}") AS "{name}"' for name in rows.columns))
    to = "(FORMAT parquet, COMPRESSION zstd, PARQUET_VERSION v2)"
    rows.query("answers", f"COPY answers TO {literal(path)} {to}")
