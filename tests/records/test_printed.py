"""Figures of earlier reports in dataset.yml: read as they were printed, every slip named with its remedy."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from asn_analysis.cli import main
from asn_analysis.records.intake import check_dataset, format_faults, read_dataset
from asn_analysis.records.printed import Printed


@pytest.fixture
def city(small_city: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(small_city, tmp_path / "city"))


def declare(city: Path, text: str) -> Path:
    with (city / "dataset.yml").open("a", encoding="utf-8") as file:
        file.write(text)
    return city


def test_figures_are_read_as_they_were_printed(city: Path):
    text = 'published:\n  2026Q1:\n    city: 83.12\n    PKM-03: 88\n  2025Q4: {city: "83,50"}\n'
    assert read_dataset(declare(city, text)).manifest.published == (
        Printed("2026Q1", "city", "83.12"),
        Printed("2026Q1", "PKM-03", "88"),
        Printed("2025Q4", "city", "83,50"),
    )


def test_no_figure_is_no_fault(city: Path):
    assert check_dataset(declare(city, "published:\n")) == ()


@pytest.mark.parametrize(
    ("text", "key", "problem", "remedy"),
    [
        ("[83.12]", "published", "not a list of 'name: value' lines", "data/README.md"),
        ("{2026-1: {city: 83.12}}", "published", "not a quarter", "Write it as 2026Q1."),
        ("{2026Q1: 83.12}", "published.2026Q1", "not a list of figures", "city: 83.12"),
        ("{2026Q1: {city: baik}}", "published.2026Q1.city", "not a printed index", "such as 83.12"),
        ("{2026Q1: {city: }}", "published.2026Q1.city", "not a printed index", "such as 83.12"),
        ("{2026Q1: {city: true}}", "published.2026Q1.city", "not a printed index", "such as 83.12"),
        ("{2026Q1: {city: -83.12}}", "published.2026Q1.city", "not a printed index", "such as 83.12"),
        ("{2026Q1: {city: 3.32}}", "published.2026Q1.city", "out of range", "multiply one of 1 to 4 by 25"),
        ("{2026Q1: {city: 100.01}}", "published.2026Q1.city", "out of range", "between 25 and 100"),
        ("{2026Q1: {PKM-99: 88}}", "published.2026Q1.PKM-99", "no unit has this code", "units table"),
        ("{2026Q1: {city: 83,12}}", "published.2026Q1.12", "not a printed index", "decimal point"),
        ("{2031Q1: {city: 88}}", "published.2031Q1.city", "no answers of anybody in 2031Q1", "to 2026Q3"),
        ("{2026Q1: {city: 88, city: 89}}", None, "the key city stands twice", "use each key once"),
    ],
)
def test_each_slip_is_named_with_its_remedy(city: Path, text, key, problem, remedy):
    found = check_dataset(declare(city, f"published: {text}\n"))
    assert any(
        fault.column == key and problem in fault.problem and remedy in fault.remedy for fault in found
    ), format_faults(found)
    assert {fault.file for fault in found} == {"dataset.yml"}


def test_a_unit_that_was_not_asked_in_that_quarter(city: Path):
    import duckdb

    path = city / "responses.parquet"
    with duckdb.connect() as con:
        con.execute(f"CREATE TABLE t AS FROM '{path}' WHERE NOT (unit_id = 'PKM-03' AND date < '2024-04-01')")
        con.execute(f"COPY t TO '{path}' (FORMAT parquet)")
    (fault,) = check_dataset(declare(city, "published: {2024Q1: {city: 80, PKM-03: 80}}\n"))
    assert fault.problem == "there are no answers of this unit in 2024Q1"


def test_the_scale_s_lower_end_under_truncated_weights_is_a_figure(city: Path):
    """All answers 1: 1 x 0.11 x 9 x 25 = 24.75."""
    assert check_dataset(declare(city, "published: {2026Q1: {city: 24.75}}\n")) == ()


def test_personal_data_are_refused_and_never_told(city: Path):
    nik = "3673014505900001"
    declare(city, f"published: {{2026Q1: {{'{nik}': 88, city: '{nik}'}}}}\n")
    found = CliRunner().invoke(main, ["check", str(city)])
    assert found.exit_code == 3
    assert "NIK" in found.output and nik not in found.output
