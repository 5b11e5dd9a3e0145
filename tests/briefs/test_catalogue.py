"""The catalogue's record: earlier quarters beside it, a ranking that few answers cannot win, inert cells."""

from __future__ import annotations

import copy
import csv
import re
from urllib.parse import unquote

import pandas as pd
import pytest

from asn_analysis.pages.catalogue import catalogue_page, catalogue_record, earlier_quarters
from asn_analysis.pages.spreadsheet import inert
from asn_analysis.words.language import LANGUAGES


def test_earlier_quarters_are_those_whose_catalogue_lies_beside_this_one(tmp_path):
    for name in ("2025Q4", "2026Q1", "2026Q2", "2026Q3", "sample", "2024Q1"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "index.html").touch()
    (tmp_path / "2024Q1" / "index.html").unlink()
    assert earlier_quarters(tmp_path / "2026Q2") == ["2026Q1", "2025Q4"]


def test_the_catalogue_leads_to_earlier_quarters_and_its_ranking_to_nobody_with_three_answers(made):
    city = made.record("city")
    city["coverage"]["n_all"] = 12
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
    some = catalogue_record(city, units[1:], [], ["en"])
    assert some["ranking"] == []  # of 12 units, 11 were asked for
    assert catalogue_record(city, units[1:], ["U0"], ["en"])["ranking"]  # all were, and one failed
    assert '<a href="../2026Q2/index.en.html">' in page
    assert page.count('class="strip small"') == 1
    assert [row["name"] for row in record["units"]] == sorted(names)


@pytest.fixture
def units(made) -> list[dict]:
    """Nine units, the first with the lowest index."""
    found = []
    for place in range(9):
        unit = copy.deepcopy(made.record(made.units[0]))
        unit["unit"] |= {"unit_id": f"U{place}", "name": f"Unit {place}"}
        value = 70.0 + 2 * place
        unit["ikm"] |= {"n": 60, "value": value, "unrounded": value, "std_error": 1.0, "grade": "C"}
        unit["change"] = {"difference": -float(place)}
        unit["monitoring"] = {"warning": False, "rise": False}
        unit["follow_ups"] = {"n_overdue": 0}
        found.append(unit)
    return found


def standing(code: str, shrunk: float) -> dict:
    numbers = {"observed": shrunk, "shrunk": shrunk, "conf_low": shrunk - 1, "conf_high": shrunk + 1}
    return {
        "unit_id": code,
        "name": f"Unit {code}",
        "kecamatan": "Curug",
        "n": 40,
        "trained": False,
        **numbers,
    }


def test_it_opens_with_what_needs_attention(made, units):
    for place in (3, 5):
        units[place]["monitoring"]["warning"] = True
    units[2]["follow_ups"]["n_overdue"], units[4]["follow_ups"]["n_overdue"] = 1, 3
    units[8] |= {"ikm": None, "change": None, "coverage": {"state": "not_surveyed"}}
    units[7]["ikm"]["grade"] = "A"
    units[0]["ikm"]["n"] = 10  # too few for a rank, however low
    city = made.record("city")
    city["coverage"] |= {"n_absent": 1, "n_all": 9}
    city["lowest"] = [standing("U6", 70.0)]
    record = catalogue_record(city, units, ["PKM-99"], LANGUAGES)
    assert record["attention"] == {
        **{"judged": True, "fell": [5, 3], "not_surveyed": [8], "lowest": record["attention"]["lowest"]},
        **{"overdue": [4, 2], "n_overdue": 4, "n_late": 2},
    }
    assert [(row["grade"], row["n"]) for row in record["grades"]] == [
        *[("A", 1), ("B", 0), ("C", 7), ("D", 0)], (None, 1)
    ]  # fmt: skip
    for language, words in (
        ("id", ("Yang perlu perhatian", "Jelas turun", "Indeks terendah", "lewat tenggat", "Tidak disurvei")),
        ("en", ("What needs attention", "Clearly fallen", "Lowest index", "Overdue actions", "Not surveyed")),
    ):
        head, table = catalogue_page(record, language).split('<table class="units">')
        assert all(word in head for word in words)
        fallen = re.search(r"<dt>(?:Jelas turun|Clearly fallen).*?</dd>", head)[0]
        assert re.findall(r"<a href=[^>]*>([^<]*)</a>", fallen) == ["Unit 5", "Unit 3"]
        assert "PKM-99" in head and '<a href="units/U8/' in head
        assert table.count(f"brief.{language}.html") == 9


def test_a_catalogue_of_some_units_says_so_where_it_counts_overdue_actions(made, units):
    city = made.record("city")
    for n_all, told in ((len(units), 0), (len(units) + 3, 1)):
        city["coverage"] |= {"n_all": n_all}
        page = catalogue_page(catalogue_record(city, units, [], LANGUAGES), "en")
        assert page.count("are of these alone") == told


def test_units_of_one_name_are_told_apart_by_their_kecamatan(made, units):
    for unit, kecamatan in zip(units, ("Curug", "Serang"), strict=False):
        unit["unit"] = unit["unit"] | {"name": "Kelurahan Sukawana", "kecamatan": kecamatan}
        unit["follow_ups"]["n_overdue"] = 1
    page = catalogue_page(catalogue_record(made.record("city"), units, [], LANGUAGES), "en")
    listed = re.search(r"<dt>Overdue actions</dt>.*?</dl>", page, re.DOTALL)[0]
    assert re.findall(r"Kelurahan Sukawana</a> <small>\((\w+)\)</small>", listed) == ["Curug", "Serang"]


def test_the_units_that_stand_lowest_are_those_of_the_citys_brief_with_its_numbers(made, units):
    city = made.record("city")
    city["lowest"] = [standing("a", 78.0), standing("b", 79.0)]  # of its own it has none: few answered
    units[0] |= {
        "scope": (last := city["lowest"][0]["unit_id"]),
        "unit": units[0]["unit"] | {"unit_id": last},
    }
    page = catalogue_page(catalogue_record(city, units, [], LANGUAGES), "en")
    listed = re.search(r"<dt>Lowest index</dt>.*?</dd>", page)[0]
    told = re.findall(
        r"<li>(?:<a [^>]*>)?([^<]*)(?:</a>)?(?: <small>[^<]*</small>)? <small><data [^>]*>([^<]*)<", listed
    )
    assert told == [(row["name"], f"{row['shrunk']:.1f}") for row in city["lowest"]]
    assert listed.count("<a href") == 1  # of the others no page was made


def test_what_is_not_known_is_not_said_to_be_well(made, units):
    for unit in units:
        unit |= {"monitoring": None, "follow_ups": None}
    page = catalogue_page(catalogue_record(made.record("city"), units, [], LANGUAGES), "en")
    assert "Fallen" not in page and "<dt>Overdue" not in page
    for unit in units:
        unit |= {"monitoring": {"warning": False, "rise": False}, "follow_ups": {"n_overdue": 0}}
    page = catalogue_page(catalogue_record(made.record("city"), units, [], LANGUAGES), "en")
    assert page.count("<dd>No unit.</dd>") == 2


def test_a_readers_download_is_written_as_his_spreadsheet_reads_it(made, units):
    record = catalogue_record(made.record("city"), units, [], LANGUAGES)
    for language, between, first in (("id", ";", "70,0"), ("en", ",", "70.0")):
        page = catalogue_page(record, language)
        text = unquote(re.search(r'href="(data:text/csv[^"]*)"', page)[1]).split(",", 1)[1]
        (row,) = [row for row in csv.reader(text.splitlines(), delimiter=between) if row[0] == "U0"]
        assert row[1] == "Unit 0" and row[3] == first


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
