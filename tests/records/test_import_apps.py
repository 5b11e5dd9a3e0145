"""Exports of survey applications: their clocks, groups, doubled headers and unfinished answers."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from asn_analysis.offices.stamps import with_offset
from asn_analysis.records.faults import DatasetError
from tests.records.app_exports import EXPORTS, MICROSOFT_INDONESIAN, kobo, lime, microsoft
from tests.records.test_import_evidence import cells, index, read

ONE = ("KEL-01", None)


def written(folder: Path, rows: list[list[str]]) -> Path:
    path = folder / "kiriman.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    return path


@pytest.mark.parametrize("name", EXPORTS)
def test_an_export_is_read_with_the_day_of_the_city(name, tmp_path):
    """All were answered in the first days of July in Jakarta; on Greenwich's clock some of it is June."""
    found = read(written(tmp_path, EXPORTS[name]), ONE, drop_personal=name == "ODK Central")
    assert (index(found), cells(found), found.set_aside) == (79.17, {("KEL-01", "2026Q3"): 4}, 0)


def test_who_went_away_before_the_end_is_no_respondent_and_is_told(tmp_path):
    found = read(written(tmp_path, EXPORTS["LimeSurvey, questions"]), ONE)
    assert found.passed["answers that were not finished"] == 1


def test_a_clock_of_greenwich_that_does_not_say_so():
    told = "2026-06-30T17:10:02"
    assert with_offset(told) == f"{told}Z"
    assert [with_offset(text) for text in ("2026-06-30", f"{told}+07:00", "")] == [
        "2026-06-30",
        f"{told}+07:00",
        "",
    ]


def test_columns_of_persons_whom_the_application_does_not_know_hold_nobody(tmp_path):
    rows = microsoft(MICROSOFT_INDONESIAN, EXPORTS["Microsoft Forms, Indonesian"][0][5:])
    rows[2][3] = "siti@kantor.go.id"
    with pytest.raises(DatasetError, match="a column of personal data"):
        read(written(tmp_path, rows), ONE)


def test_codes_of_answers_are_asked_about(tmp_path):
    """A1 to A4 are the places of answers on a form that may run either way."""
    rows = lime(
        EXPORTS["LimeSurvey, codes"][0][:7], EXPORTS["LimeSurvey, codes"][0][7:], {n: f"A{n}" for n in "1234"}
    )
    with pytest.raises(DatasetError, match="would be set aside"):
        read(written(tmp_path, rows), ONE)
    rows = kobo(EXPORTS["KoboToolbox, labels"][0][5:14], {n: f"opt{n}" for n in "1234"})
    with pytest.raises(DatasetError, match="would be set aside"):
        read(written(tmp_path, rows), ONE)
