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
    # By one thread, so that rows keep their order and row groups their size.
    spill = str(path.with_name(".spill"))
    with duckdb.connect(config={"threads": 1, "memory_limit": MEMORY, "temp_directory": spill}) as con:
        begin = "CREATE TABLE laid AS"
        for table in tables:
            con.register("block", table)
            con.execute(f"{begin} {rows}")
            begin = "INSERT INTO laid"
            told(len(table))
        answers = con.table("laid")
        if scored:
            answers = answers.project(f"*, {total_of(ITEMS)} AS total")
        # TRY lets DuckDB forget which columns cannot be empty, on which the bytes would depend.
        whole = answers.project(", ".join(f'TRY("{name}") AS "{name}"' for name in answers.columns))
        form = "(FORMAT parquet, COMPRESSION zstd, PARQUET_VERSION v2)"
        whole.query("answers", f"COPY answers TO {literal(path)} {form}")
