"""Cities that survey twice a year or yearly, or passed over a quarter: nothing fails, gaps are named."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from markupsafe import Markup

from asn_analysis.briefs.brief import Brief
from asn_analysis.briefs.inputs import OPTIONAL_TABLES, choose_quarter, city_inputs, read_city
from asn_analysis.briefs.record import analyse_city, city_record, unit_record
from asn_analysis.briefs.unit import unit_inputs
from asn_analysis.measures.panel import newest_complete_quarter
from asn_analysis.pages.catalogue import catalogue_record, data_tables
from asn_analysis.pages.parts import Part
from asn_analysis.record.inputs import method_of, seen_cells
from asn_analysis.records.intake import read_dataset
from asn_analysis.simulate.simulation import simulate
from asn_analysis.words.language import LANGUAGES
from tests.briefs.test_odd_cities import PARTS
from tests.changed import read_responses, write_responses

SEMESTERS = {
    "en": "The city surveys twice a year; there was no survey in Q4 2025, Q2 2026.",
    "id": "Survei dilaksanakan dua kali setahun; tidak ada survei pada Triwulan IV 2025, Triwulan II 2026.",
}
RHYTHMS: dict[str, tuple[Callable[[pd.Series], pd.Series], str, str]] = {
    "semesters": (lambda day: day.dt.quarter.isin([1, 3]), "2026Q1", SEMESTERS["en"]),
    "yearly": (lambda day: day.dt.quarter == 3, "2025Q3", "The city surveys once a year"),
    "two gaps": (
        lambda day: ~day.dt.to_period("Q").astype(str).isin(["2025Q3", "2026Q2"]),
        "2026Q1",
        "There was no survey in Q3 2025, Q2 2026",
    ),
}


def text(part: Part, language: str) -> str:
    return Markup(part.html[language]).striptags()


def keep(folder: Path, change: Callable[[pd.DataFrame], pd.DataFrame]) -> None:
    path = folder / "responses.parquet"
    write_responses(path, change(read_responses(path)))


def city(folder: Path, chosen: Callable[[pd.Series], pd.Series]) -> Path:
    simulate(folder, units=14, quarters=16, respondents=14, seed=7)
    keep(folder, lambda answers: answers[chosen(answers["date"])])
    return folder


@pytest.mark.parametrize("name", RHYTHMS)
def test_every_part_of_every_brief_is_told_and_gaps_are_named(name, tmp_path):
    chosen, before, sentence = RHYTHMS[name]
    inputs = read_city(str(city(tmp_path / "city", chosen)))
    assert str(inputs.quarter) == "2026Q3"
    record = city_record(inputs, analyse_city(inputs))
    brief = Brief(record)
    for part in PARTS:
        assert set(getattr(brief, part)().html) == set(LANGUAGES)
    assert not brief.numbers().record["left_out"]
    assert sentence in text(brief.limits(), "en")
    assert SEMESTERS["id"] in text(brief.limits(), "id") or name != "semesters"
    assert record["change"]["since"] == before
    events = {row["event_time"] for row in record["event_study"] if row["event_time"] >= 0}
    surveyed = inputs.panel[inputs.panel["cohort"].notna()]
    since = {int(now) for now in surveyed["quarter"].astype("int64") - surveyed["cohort"].astype("int64")}
    assert events <= since  # only event times at which somebody was surveyed
    unit = unit_record(unit_inputs(inputs, "36.73.01", record))
    told = Brief(unit)
    assert sentence in text(told.limits(), "en")
    assert f"Since Q{before[-1]} {before[:4]}" in text(told.first_screen(), "en")
    assert data_tables(record, [unit], catalogue_record(record, [unit], [], LANGUAGES))


def test_semesters_since_the_last_brief(tmp_path):
    folder = city(tmp_path / "city", RHYTHMS["semesters"][0])
    dataset = replace(read_dataset(folder), **dict.fromkeys(OPTIONAL_TABLES))
    then = city_inputs(dataset, choose_quarter(dataset, "2026Q1"))
    told = city_record(then, analyse_city(then))
    published = {
        "2026Q1": {
            "label": told["verdict"]["label"],
            "estimate": told["effect"]["estimate"],
            "ikm": told["ikm"]["unrounded"],
            "elements": {row["code"]: row["unrounded"] for row in told["elements"]},
            "method": method_of(told),
            "seen": seen_cells(then.panel),
        }
    }
    now = city_inputs(dataset, choose_quarter(dataset), published)
    since = city_record(now, analyse_city(now))["since_last"]
    assert since["quarter"] == "2026Q1"
    assert since["revised_quarters"] == []


def test_a_survey_within_one_month_is_over_when_it_was_over_the_year_before(tmp_path):
    """March and August each year: the newest August is complete; a January that has begun is not."""
    folder = city(tmp_path / "city", lambda day: day.dt.month.isin([3, 8]))
    assert str(newest_complete_quarter(read_dataset(folder))) == "2026Q3"
    keep(folder, lambda answers: answers[(answers["date"] < "2026-08-01")])
    assert str(newest_complete_quarter(read_dataset(folder))) == "2026Q1"
