"""A folder of quarter files reads as one file does; what it said is kept, and never trusted blindly."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pandas as pd
import pytest
import yaml

import asn_analysis as asn
from asn_analysis.records import hashed, intake, kept
from asn_analysis.records.folders import built_beside
from asn_analysis.records.intake import check_dataset, read_dataset
from asn_analysis.records.responses_store import QUARTER_FILE, write_quarters
from tests.conftest import needed_alone


@pytest.fixture(scope="module")
def template(small_city: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    city = needed_alone(shutil.copytree(small_city, tmp_path_factory.mktemp("store") / "city"))
    with duckdb.connect() as con:
        answers = con.read_parquet(str(city / "responses.parquet"))
        few = answers.filter("year(date) || 'Q' || quarter(date) IN ('2024Q1', '2026Q2', '2026Q3')")
        few.order("unit_id, date, response_id").write_parquet(str(city / "few.parquet"))
        (city / "few.parquet").replace(city / "responses.parquet")
    shutil.copytree(city, city.parent / "one")
    with duckdb.connect() as con:
        write_quarters(con.read_parquet(str(city / "responses.parquet")), city / "responses")
    (city / "responses.parquet").unlink()
    manifest = yaml.safe_load((city / "dataset.yml").read_text())
    manifest["tables"]["responses"] = "responses"
    (city / "dataset.yml").write_text(yaml.safe_dump(manifest, sort_keys=False))
    return city


@pytest.fixture
def city(template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(hashed, "SETTLED", 0)
    return Path(shutil.copytree(template, tmp_path / "city"))


def panel(folder: Path) -> pd.DataFrame:
    dataset = read_dataset(folder)
    return asn.with_context(asn.build_panel(dataset), dataset)


def rewrite(path: Path, change: str) -> None:
    with duckdb.connect() as con:
        con.execute(f"CREATE TABLE t AS FROM '{path}'")
        con.execute(change)
        con.execute(f"COPY t TO '{path}' (FORMAT parquet)")


@pytest.fixture
def files_read(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Names of the quarter files whose bytes were hashed or whose rows were asked."""
    names: set[str] = set()
    digest, keep = hashed.file_sha256, kept.keep
    monkeypatch.setattr(hashed, "file_sha256", lambda path: (names.add(path.name), digest(path))[1])
    monkeypatch.setattr(kept, "keep", lambda path, *rest: (names.add(path.name), keep(path, *rest))[1])
    return names


def test_cells_of_quarter_files_equal_those_of_one_file(city, template):
    one = panel(template.parent / "one")
    pd.testing.assert_frame_equal(panel(city), one)
    assert list((city / "responses" / hashed.FOLDER).glob("*.cells.*"))
    intake._examined.cache_clear()
    pd.testing.assert_frame_equal(panel(city), one)


def test_files_that_an_import_gave_second_names_are_not_read_again(city, files_read):
    before = panel(city)
    known = hashed.settled(city / "responses")
    assert set(known) == {"2024Q1.parquet", "2026Q2.parquet", "2026Q3.parquet"}
    with built_beside(city) as folder:
        hashed.carry_over(known, folder / "responses")
    hashed.carry_over(known, city / "responses")
    intake._examined.cache_clear()
    files_read.clear()
    pd.testing.assert_frame_equal(panel(city), before)
    assert not [name for name in files_read if QUARTER_FILE.fullmatch(name)]
    rewrite(city / "responses" / "2024Q1.parquet", "UPDATE t SET u1 = 4, total = NULL")
    assert hashed.settled(city / "responses").keys() == {"2026Q2.parquet", "2026Q3.parquet"}


def test_a_new_quarter_reads_the_new_file_only(city, files_read):
    newest = city / "responses" / "2026Q3.parquet"
    aside = newest.rename(city / "aside")
    before = panel(city)
    aside.rename(newest)
    files_read.clear()
    after = panel(city)
    assert set(filter(QUARTER_FILE.fullmatch, files_read)) == {newest.name}
    assert after["quarter"].nunique() == before["quarter"].nunique() + 1


def test_an_old_file_that_was_changed_is_noticed(city):
    before, sha = panel(city), read_dataset(city).sha256
    old = city / "responses" / "2024Q1.parquet"
    rewrite(old, "DELETE FROM t WHERE response_id = (SELECT min(response_id) FROM t)")
    after = panel(city)
    changed = after["n_respondents"] != before["n_respondents"]
    assert after.loc[changed, "quarter"].astype(str).tolist() == ["2024Q1"]
    assert read_dataset(city).sha256 != sha


def test_what_was_kept_and_is_damaged_is_made_again(city):
    expected = panel(city)
    for entry in (city / "responses" / hashed.FOLDER).iterdir():
        content = bytearray(entry.read_bytes())
        content[len(content) // 2] ^= 255
        entry.write_bytes(bytes(content))
    intake._examined.cache_clear()
    pd.testing.assert_frame_equal(panel(city), expected)


@pytest.mark.parametrize(
    ("change", "column", "problem"),
    [
        ("UPDATE t SET u3 = 5 WHERE rowid = 4", "u3", "not an answer from 1 to 4"),
        ("UPDATE t SET u3 = 5 - u3 WHERE rowid = 4", "total", "not the score of this row's answers"),
        ("UPDATE t SET date = '2023-12-31' WHERE rowid = 4", "date", "not in 2024Q1"),
        ("UPDATE t SET unit_id = 'X' WHERE rowid = 4", "unit_id", "no such unit"),
        ("UPDATE t SET sex = 'M' WHERE rowid = 4", "sex", "not one of L, P"),
        ("UPDATE t SET sex = '' WHERE rowid = 4", "sex", "an empty text"),
        ("UPDATE t SET age = 9 WHERE rowid = 4", "age", "not a whole number from 10"),
        ("UPDATE t SET response_id = NULL WHERE rowid = 4", "response_id", "empty, but every row"),
        (
            "UPDATE t SET response_id = (SELECT max(response_id) FROM t) WHERE rowid = 4",
            "response_id",
            "the same response_id in more than one row",
        ),
    ],
)
def test_a_fault_in_a_quarter_file_is_told_with_its_row(city, change, column, problem):
    rewrite(city / "responses" / "2024Q1.parquet", change)
    faults = check_dataset(city)
    told = [fault for fault in faults if fault.column == column and problem in fault.problem]
    assert 5 in [fault.row for fault in told], faults
    assert {fault.file for fault in faults} == {"responses/2024Q1.parquet"}
    assert check_dataset(city) == faults


def test_strange_files_and_mistyped_years_in_the_folder_are_faults(city):
    responses = city / "responses"
    shutil.copy(responses / "2024Q1.parquet", responses / "2024Q1 (1).parquet")
    with duckdb.connect() as con:
        far = con.sql(f"FROM '{responses}/2024Q1.parquet' LIMIT 3").project(
            "* EXCLUDE (total) REPLACE (DATE '2062-03-01' AS date)"
        )
        write_quarters(far, responses)
    problems = {fault.file: fault.problem for fault in check_dataset(city)}
    assert problems["responses/2024Q1 (1).parquet"] == "not a quarter's file"
    assert "more than a year after nearly all" in problems["responses/2062Q1.parquet"]
