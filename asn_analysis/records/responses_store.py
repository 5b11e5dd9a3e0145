"""Responses as a folder of Parquet files, one a quarter: what a nation's survey is kept in.

A file `2026Q3.parquet` holds the answers of its quarter and nothing else, sorted by unit, date and
questionnaire, so that every column but the questionnaire's code shrinks to a byte or less; items are
whole bytes, texts are dictionaries. `total` is the respondent's score, worked out once.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path

import duckdb
import pandas as pd

from asn_analysis.records.cells import tidied
from asn_analysis.records.folders import flush
from asn_analysis.records.schema import ITEMS, TABLES

QUARTER_FILE = re.compile(r"\d{4}Q[1-4]\.parquet")
NARROW = dict.fromkeys((*ITEMS, "age"), "UTINYINT") | {"date": "DATE"}
QUARTER_OF = "year(date) || 'Q' || quarter(date)"

# The mean of the answers given, in whole parts that every count from 1 to 9 divides: sums of whole
# numbers are the same in any order.
SCORE_PARTS = 2520


def total_of(items: Sequence[str]) -> str:
    """The respondent's score in parts, as an expression on those of the nine items; NULL without answers."""
    given = " + ".join(f"({item} IS NOT NULL)::INT" for item in items)
    answers = " + ".join(f"coalesce({item}, 0)::INT" for item in items)
    return f"CASE WHEN {given} > 0 THEN (({answers}) * ({SCORE_PARTS} // ({given})))::USMALLINT END"


def write_quarters(answers: duckdb.DuckDBPyRelation | pd.DataFrame, folder: Path) -> list[Path]:
    """Write answers into ``folder``, a data set's `responses`, one file for each quarter they hold.

    Parameters
    ----------
    answers : relation or DataFrame
        Responses under our own column names (`schema.TABLES["responses"]`; those that may be absent may
        be absent), already checked. A relation is read in its own connection, whose memory limit holds.
    folder : Path
        Made if need be. A quarter that `answers` holds replaces the file of that quarter as a whole: to
        add to a quarter, give its old answers too. Files of other quarters stay as they are.

    Returns
    -------
    The files written, in order. The same answers give the same bytes in whatever order they come. All
    files are complete before the first takes its place.

    Raises
    ------
    ValueError
        If a column is not one of ours: nothing is dropped in silence.
    """
    if isinstance(answers, pd.DataFrame):
        with duckdb.connect() as con:
            return write_quarters(con.from_df(answers), folder)
    strangers = set(answers.columns) - set(TABLES["responses"].columns)
    if strangers:
        raise ValueError(f"not columns of the responses table: {', '.join(sorted(strangers))}")
    folder.mkdir(parents=True, exist_ok=True)
    quarters = answers.project(f"{QUARTER_OF} AS quarter").distinct().order("quarter").fetchall()
    made = [_write(answers, quarter, folder) for (quarter,) in quarters]
    for temporary, _final in made:
        flush(temporary)
    written = [temporary.replace(final) for temporary, final in made]
    flush(folder)
    return written


def _write(answers: duckdb.DuckDBPyRelation, quarter: str, folder: Path) -> tuple[Path, Path]:
    """The quarter's file under a name of its own, and the name that it is to take."""
    final = folder / f"{quarter}.parquet"
    temporary = folder / f".{final.name}.{os.getpid()}"
    # TRY lets DuckDB forget which columns cannot be empty, on which the bytes would depend.
    columns = [
        f'{_stored(name)} AS "{name}"' for name in TABLES["responses"].columns if name in answers.columns
    ]
    rows = answers.project(", ".join(columns)).filter(f"{QUARTER_OF} = '{quarter}'")
    rows = rows.project(f"*, {total_of(ITEMS)} AS total").order("unit_id, date, response_id")
    path = str(temporary).replace("'", "''")
    rows.query("quarter", f"COPY quarter TO '{path}' (FORMAT parquet, COMPRESSION zstd, PARQUET_VERSION v2)")
    return temporary, final


def _stored(name: str) -> str:
    if name in NARROW:
        return f'TRY("{name}")::{NARROW[name]}'
    return tidied(f'TRY("{name}")::VARCHAR')


def quarter_files(folder: Path) -> list[Path]:
    """The files of a responses folder, in order; hidden ones are not part of it."""
    return sorted(path for path in folder.iterdir() if not path.name.startswith("."))
