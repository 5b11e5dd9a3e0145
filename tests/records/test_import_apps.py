"""Exports of survey applications: their clocks, groups, doubled headers and unfinished answers."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from asn_analysis.offices.dates import with_offset
from asn_analysis.records.faults import DatasetError
from tests.records.app_exports import EXPORTS, MICROSOFT_INDONESIAN, WORDS, kobo, lime, microsoft, opensid
from tests.records.test_import_evidence import Q3, cells, index, read

ONE = ("KEL-01", None)
PERSONAL = ("ODK Central", "OpenSID")  # exports that name who sent or answered


def written(folder: Path, rows: list[list[str]]) -> Path:
    path = folder / "kiriman.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    return path


@pytest.mark.parametrize("name", EXPORTS)
def test_an_export_is_read_with_the_day_of_the_city(name, tmp_path):
    """All were answered in the first days of July in Jakarta; on Greenwich's clock some of it is June."""
    said = ("KEL-01", Q3) if name == "OpenSID" else ONE  # no row has a day
    found = read(written(tmp_path, EXPORTS[name]), said, drop_personal=name in ("ODK Central", "OpenSID"))
    assert (index(found), cells(found), found.set_aside) == (79.17, {("KEL-01", "2026Q3"): 4}, 0)


def test_who_went_away_before_the_end_is_no_respondent_and_is_told(tmp_path):
    found = read(written(tmp_path, EXPORTS["LimeSurvey, questions"]), ONE)
    assert found.passed["answers that were not finished"] == 1


def test_a_form_whose_first_answer_is_the_best_is_told_by_its_header(tmp_path):
    """OpenSID's header holds the answers with their numbers, as 1 Sangat baik 2 Baik."""
    rows = opensid()
    turned = " ".join(f"{n} {word}" for n, word in zip("1234", reversed(WORDS.values()), strict=True))
    rows[0] = [re.sub("1 Tidak.*", turned, label) for label in rows[0]]
    with pytest.raises(DatasetError, match="in the header runs from good to bad"):
        read(written(tmp_path, rows), ("KEL-01", Q3), drop_personal=True)


def test_the_ratings_of_a_site_in_opendk_are_no_answers_on_elements(tmp_path):
    """Its table das_survei, saved as a sheet: one rating of the whole by visitor."""
    header = ["id", "session_id", "response", "consent", "created_at", "updated_at"]
    rows = [[str(n), f"s{n}", "Sangat Baik", "1", f"2026-07-0{n} 10:00:00", ""] for n in range(1, 5)]
    with pytest.raises(DatasetError, match="no known layout was recognised in its header"):
        read(written(tmp_path, [header, *rows]), ONE)


def test_an_export_of_complaints_is_named_with_its_way_in(tmp_path):
    rows = [
        ["Tracking ID", "Tanggal Laporan Masuk", "Klasifikasi Laporan", "Status Laporan"],
        ["1", "", "", ""],
    ]
    with pytest.raises(DatasetError, match="list of complaints.*") as refused:
        read(written(tmp_path, rows), ONE)
    assert refused.value.faults[0].remedy == (
        "Put it beside dataset.yml, its header in row 1, and name it there under tables, complaints: "
        "data/README.md, SP4N-LAPOR!."
    )


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
