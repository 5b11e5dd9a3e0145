"""The catalogue's record: earlier quarters beside it, a ranking that few answers cannot win, inert cells."""

from __future__ import annotations

import copy

import pandas as pd
import pytest

from asn_analysis.pages.catalogue import catalogue_record, earlier_quarters
from asn_analysis.pages.page import catalogue_page
from asn_analysis.pages.spreadsheet import inert


def test_earlier_quarters_are_those_whose_catalogue_lies_beside_this_one(tmp_path):
    for name in ("2025Q4", "2026Q1", "2026Q2", "2026Q3", "sample", "2024Q1"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "index.html").touch()
    (tmp_path / "2024Q1" / "index.html").unlink()
    assert earlier_quarters(tmp_path / "2026Q2") == ["2026Q1", "2025Q4"]


def test_the_catalogue_leads_to_earlier_quarters_and_its_ranking_to_nobody_with_three_answers(made):
    city = made.record("city")
    units = []
    for place in range(12):
        unit = copy.deepcopy(made.record(made.units[0]))
        unit["unit"] |= {"unit_id": f"U{place}", "name": f"Unit {place:02}"}
        unit["ikm"] |= {"n": 60, "value": 80 + place, "unrounded": 80 + place, "std_error": 1.2}
        units.append(unit)
    units[0]["ikm"] |= {"n": 3, "value": 100.0, "unrounded": 100.0, "std_error": 0.0}
    record = catalogue_record(city, units, [], ["id", "en"], earlier=["2026Q2"])
    names = [row["name"] for row in record["ranking"]]
    assert names[0] == "Unit 11"
    assert 0 < names.index("Unit 00") < 11
    assert record["ranking"][names.index("Unit 00")]["rank"] is None
    page = catalogue_page(record, "en")
    assert '<a href="../2026Q2/index.en.html">' in page
    assert page.count('class="strip small"') == 1
    assert [row["name"] for row in record["units"]] == sorted(names)


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@x", "\t=1", " =1", "\u202e=1", "＝1", "|x", "\n=1"])
def test_text_that_a_spreadsheet_would_run_is_madeinert(cell):
    assert inert(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["Loket 1", "a=b", -1.5, None, "", "2026Q2"])
def test_other_cells_stay_as_they_are(cell):
    assert inert(cell) == cell


def test_complaints_and_questions_stand_in_the_catalogue_where_they_are_known(made):
    known, unknown = (copy.deepcopy(made.record(made.units[0])) for _ in range(2))
    known |= {"complaints": {"received": 7}, "quality": {"n_flags": 2}}
    unknown |= {"complaints": None, "quality": None}
    record = catalogue_record(made.record("city"), [known, unknown], [], ["en"])
    page = catalogue_page(record, "en")
    assert '<data data-from="units.0.n_complaints" value="7">7</data>' in page
    assert '<data data-from="units.0.n_flags" value="2">2</data>' in page
    without = catalogue_page(catalogue_record(made.record("city"), [unknown], [], ["en"]), "en")
    assert "questions on the survey" not in without


def test_the_figures_of_all_units_are_in_two_tables(made):
    rows = pd.read_csv(made.quarter / "tables" / "units_elements.csv", dtype={"unit_id": str})
    assert list(rows["unit_id"].value_counts().loc[list(made.units)]) == [9, 9]
    shown = {row["code"]: row["value"] for row in made.record(made.units[1])["elements"]}
    of_unit = rows[rows["unit_id"] == made.units[1]]
    assert dict(zip(of_unit["code"], of_unit["value"], strict=True)) == shown
    assert (made.quarter / "tables" / "units_trend.csv").exists()
