"""An element that nobody answered in a quarter: it and the index are left out and named, the rest is told."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from markupsafe import Markup

from asn_analysis.briefs.brief import Brief
from asn_analysis.briefs.inputs import read_city
from asn_analysis.briefs.record import analyse_city, city_record, unit_record
from asn_analysis.briefs.report import report_record
from asn_analysis.briefs.unit import unit_inputs
from asn_analysis.pages.catalogue import catalogue_record, data_tables
from asn_analysis.pages.parts import Part
from asn_analysis.record.inputs import Inputs
from asn_analysis.words.language import LANGUAGES
from tests.briefs.test_odd_cities import PARTS
from tests.changed import read_responses, write_responses

UNIT = "36.73.01"
UNIT_PARTS = ("first_screen", "satisfaction", "arms", "training", "next_steps", "limits", "annex")


def text(part: Part, language: str) -> str:
    return Markup(part.html[language]).striptags()


@pytest.fixture
def without(small_city: Path, tmp_path: Path) -> Callable[[str, str, str], Inputs]:
    """The city in which a unit (or all, "") did not ask an element in a quarter."""

    def made(unit: str, quarter: str, element: str) -> Inputs:
        folder = tmp_path / "city"
        shutil.copytree(small_city, folder)
        path = folder / "responses.parquet"
        frame = read_responses(path)
        there = (frame["unit_id"] == unit) | (unit == "")
        there &= frame["date"].dt.to_period("Q") == pd.Period(quarter)
        frame.loc[there, element] = pd.NA
        write_responses(path, frame)
        return read_city(str(folder))

    return made


def told(inputs: Inputs) -> tuple[dict, dict, Brief, Brief]:
    city = city_record(inputs, analyse_city(inputs))
    unit = unit_record(unit_inputs(inputs, UNIT, city))
    for brief, parts in ((Brief(city), PARTS), (Brief(unit), UNIT_PARTS)):
        for part in parts:
            assert set(getattr(brief, part)().html) == set(LANGUAGES)
        assert not brief.numbers().record["left_out"]
    assert data_tables(city, [unit], catalogue_record(city, [unit], [], LANGUAGES))
    return city, unit, Brief(city), Brief(unit)


def test_in_a_past_quarter_of_one_unit(without):
    city, unit, _, brief = told(without(UNIT, "2026Q2", "u3"))
    row = next(row for row in unit["trend"] if row["quarter"] == "2026Q2")
    assert row["value"] is None
    assert row["n"] > 0
    assert unit["ikm"]["value"]
    assert unit["change"]["since"] == "2026Q1"
    assert city["change"]["since"] == "2026Q2"
    assert "In Q2 2026 nobody answered Completion time. Without all nine elements" in text(
        brief.limits(), "en"
    )
    assert (
        "Pada Triwulan II 2026 tidak ada responden yang menjawab Waktu penyelesaian. Tanpa kesembilan"
        in text(brief.limits(), "id")
    )


def test_in_the_quarter_itself_the_other_elements_are_told(without):
    inputs = without(UNIT, "2026Q3", "u4")
    _, unit, _, brief = told(inputs)
    assert unit["ikm"] is None
    assert [row["code"] for row in unit["elements"]] == ["u1", "u2", "u3", "u5", "u6", "u7", "u8", "u9"]
    first = text(brief.first_screen(), "en")
    assert "no satisfaction index this quarter" in first
    assert f"{unit['n_respondents']} respondents" in first
    assert "withheld" not in first
    assert "belum ada indeks kepuasan triwulan ini" in text(brief.first_screen(), "id")
    with pytest.raises(ValueError, match="nobody answered u4 in 2026Q3"):
        report_record(inputs, UNIT)


def test_in_a_quarter_of_the_whole_city(without):
    city, _, brief, _ = told(without("", "2026Q3", "u9"))
    assert city["ikm"] is None
    assert len(city["elements"]) == 8
    assert "In Q3 2026 nobody answered Facilities" in text(brief.limits(), "en")
    assert "respondents in 24 service units" in text(brief.first_screen(), "en")
