"""Quarter files: the same answers, the same bytes, and nothing lost."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pandas as pd
import pytest

from asn_analysis.records.responses_store import write_quarters


@pytest.fixture(scope="module")
def answers(small_dataset) -> pd.DataFrame:
    with duckdb.connect() as con:
        frame = small_dataset.responses.relation(con).df()
    return frame.drop(columns=["total", "quarter"], errors="ignore")


def test_the_same_answers_give_the_same_bytes_in_any_order(answers, tmp_path: Path):
    plain = write_quarters(answers, tmp_path / "plain")
    with duckdb.connect() as con:
        shuffled = con.from_df(answers.sample(frac=1, random_state=1))
        other = write_quarters(shuffled, tmp_path / "other")
    assert [path.name for path in plain][-1] == "2026Q3.parquet"
    assert len(plain) == 12
    assert [path.read_bytes() for path in plain] == [path.read_bytes() for path in other]
    assert sorted(tmp_path.glob("*/.*")) == []


def test_the_total_is_the_mean_of_the_answers_given(answers, tmp_path: Path):
    write_quarters(answers, tmp_path)
    stored = duckdb.sql(f"FROM '{tmp_path}/*.parquet'").df().set_index("response_id")
    mean = answers.set_index("response_id").filter(regex=r"^u\d$").astype(float).mean(axis=1)
    pd.testing.assert_series_equal(stored["total"] / 2520, mean[stored.index], check_names=False)


def test_a_quarter_replaces_its_file_only(answers, tmp_path: Path):
    first = {path.name: path.read_bytes() for path in write_quarters(answers, tmp_path)}
    newest = answers[answers["date"] >= "2026-07-01"].iloc[:-1]
    assert [path.name for path in write_quarters(newest, tmp_path)] == ["2026Q3.parquet"]
    now = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert [name for name in first if now[name] != first[name]] == ["2026Q3.parquet"]


def test_a_column_that_is_not_ours_is_refused(answers, tmp_path: Path):
    with pytest.raises(ValueError, match="not columns of the responses table: nik"):
        write_quarters(answers.assign(nik="x"), tmp_path)
