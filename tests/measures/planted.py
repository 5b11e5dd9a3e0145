"""Oddities planted into the newest quarter of a simulated survey, one kind a screen."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd

from asn_analysis.records.schema import ITEMS

U = list(ITEMS)
FACTS = ["service", "channel", "sex", "age", "education", "occupation"]
SUNDAY = pd.Timestamp("2026-08-09")


def plant(kind: str, table: pd.DataFrame, unit: str, dose: float, rng: np.random.Generator) -> pd.DataFrame:
    """The table with ``dose`` (a share of the unit's newest forms) of one kind of oddity."""
    own = table["unit_id"] == unit
    rows = table.index[own & (table["date"].dt.to_period("Q") == "2026Q3")]
    some = rng.choice(rows, round(dose * len(rows)), replace=False)
    if kind in ("same_count", "round_counts"):
        return _thinned(table, own, kind)
    if kind == "copied_quarter":
        past = table.index[own & (table["date"].dt.to_period("Q") == "2026Q1")]
        some = some[: len(past)]
        table.loc[some, U] = table.loc[past[: len(some)], U].to_numpy()
    elif kind == "near_twins":
        model = rng.choice(rows, len(some))
        for column in U + FACTS:
            table.loc[some, column] = table.loc[model, column].array
        table.loc[some, "u5"] = 2
    elif kind == "same_as_before":
        block = rows[: len(some) + 1]
        table.loc[block, U] = np.tile([3, 4, 3, 4, 2, 3, 4, 4, 3], (len(block), 1))
    elif kind == "round_ages":
        table.loc[some, "age"] = (table.loc[some, "age"].astype(int) / 10).round().mul(10).astype("uint8")
    else:
        for column, value in SET[kind].items():
            table.loc[some, column] = value
    return table


SET = {
    "straight_lining": dict.fromkeys(U, 3),
    "all_best": dict.fromkeys(U, 4),
    "one_day": {"date": SUNDAY + pd.Timedelta(days=3)},
    "one_minute": {"date": SUNDAY - pd.Timedelta(days=2) + pd.Timedelta(hours=10, minutes=7)},
    "closed_days": {"date": SUNDAY, "channel": "counter"},
    "impossible": {"age": 15, "education": "S2/S3"},
    "channel": {"channel": "online"},
    "composition": {"occupation": "PNS", "age": 40},
}


def _thinned(table: pd.DataFrame, own: pd.Series, kind: str) -> pd.DataFrame:
    """As many forms every quarter, or a multiple of five."""
    quarters = table.loc[own].groupby(table["date"].dt.to_period("Q"))
    place, size = quarters.cumcount(), quarters["unit_id"].transform("size")
    keep = size // 5 * 5 if kind == "round_counts" else size.min()
    return table.drop(place.index[place >= keep])


def with_times(table: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Every form at a minute of the office's day."""
    return table.assign(date=table["date"] + pd.to_timedelta(rng.integers(480, 900, len(table)), unit="min"))


def read_answers(folder: Path) -> pd.DataFrame:
    with duckdb.connect() as con:
        table = con.sql(f"FROM '{folder / 'responses.parquet'}'").df()
    text = table.select_dtypes("category").columns
    return table.astype(dict.fromkeys(text, object))


def write_answers(source: Path, folder: Path, table: pd.DataFrame) -> Path:
    """A copy of the data set with other answers."""
    shutil.copytree(source, folder)
    (folder / "responses.parquet").unlink()
    with duckdb.connect() as con:
        con.register("answers", table)
        con.execute(f"COPY answers TO '{folder / 'responses.parquet'}' (FORMAT parquet)")
    return folder
