"""A quarter in which most offices have not reported: like with like, named, and not chosen silently."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import asn_analysis as asn
from asn_analysis.briefs.inputs import city_inputs
from asn_analysis.briefs.record import analyse_city, city_record, unit_record
from asn_analysis.briefs.unit import unit_inputs
from asn_analysis.pages import canvas, figures
from asn_analysis.pages.catalogue import catalogue_page, catalogue_record
from asn_analysis.simulate.simulation import simulate
from asn_analysis.words.language import LANGUAGES, Words, plain
from tests.briefs.conftest import asn as command
from tests.changed import read_responses, write_responses
from tests.conftest import needed_alone

QUARTER = pd.Period("2026Q3", freq="Q-DEC")
UNITS = 12
CODES = list(asn.load_skm().codes)


@pytest.fixture(scope="module")
def city(tmp_path_factory) -> Path:
    """Twelve offices; in the newest quarter only the two best have reported, and both fell."""
    folder = tmp_path_factory.mktemp("late")
    simulate(folder, units=UNITS, quarters=12, respondents=40, effect=2.0, seed=5)
    panel = asn.build_panel(asn.read_dataset(folder))
    best = panel[panel["quarter"] == QUARTER - 1].nlargest(2, "ikm")["unit_id"].tolist()
    path = folder / "responses.parquet"
    answers = read_responses(path)
    newest = pd.PeriodIndex(answers["date"], freq="Q-DEC") == QUARTER
    answers = answers[~newest | answers["unit_id"].isin(best)].reset_index(drop=True)
    newest = pd.PeriodIndex(answers["date"], freq="Q-DEC") == QUARTER
    for code in CODES[:5]:  # a point lower wherever there is room
        answers[code] = answers[code].where(
            ~newest | (answers[code] <= 1) | answers[code].isna(), answers[code] - 1
        )
    write_responses(path, answers)
    return needed_alone(folder)


@pytest.fixture(scope="module")
def inputs(city):
    return city_inputs(asn.read_dataset(city), QUARTER)


@pytest.fixture(scope="module")
def record(inputs) -> dict:
    return city_record(inputs, analyse_city(inputs))


def test_the_citys_change_is_that_of_the_units_that_reported(inputs, record):
    panel = inputs.panel.pivot(index="unit_id", columns="quarter", values="ikm")
    changes = (panel[QUARTER] - panel[QUARTER - 1]).dropna()
    change = record["change"]
    assert len(changes) == change["n_units"] == 2
    assert changes.min() <= change["difference"] <= changes.max() < -5
    naive = record["ikm"]["unrounded"] - record["trend"][-2]["unrounded"]
    assert naive > changes.max() + 1  # what was told before: the two that reported are the best
    assert change["difference"] + change["mix"] == pytest.approx(naive, abs=1e-5)
    assert change["conf_high"] < 0  # by what moves this city's units, two are enough here


@pytest.mark.parametrize("language", LANGUAGES)
def test_first_screen_and_index_say_how_many_units_were_surveyed(record, language):
    brief = asn.Brief(record)
    first, index = (plain(part.html[language]) for part in (brief.first_screen(), brief.satisfaction()))
    of = {"en": "2 of 12 service units", "id": "2 dari 12 unit layanan"}[language]
    incomplete = {"en": "Incomplete quarter", "id": "Triwulan belum lengkap"}[language]
    alike = {"en": "2 units surveyed both times", "id": "2 unit yang disurvei pada kedua triwulan"}[language]
    assert of in first and incomplete in first and alike in index
    assert {"en": "in 2 of 12 units", "id": "di 2 dari 12 unit"}[language] in index
    assert record["coverage"]["absent"][0]["name"] in index
    assert {"en": "Hollow points", "id": "Titik kosong"}[language] in index


def test_offices_that_have_not_reported_are_an_action(record):
    action = next(action for action in record["actions"] if action["code"] == "survey_absent_units")
    assert action["count"] == UNITS - 2 == record["coverage"]["n_absent"]


def test_the_point_of_an_incomplete_quarter_is_hollow(record):
    def marks(rows: list[dict]) -> int:
        svg = canvas.svg(figures.draw_trend, Words({**record, "trend": rows}, "en"), 3.4)
        return svg.count("stroke-width: 2")

    complete = [{**row, "complete": True} for row in record["trend"]]
    assert [row["complete"] for row in record["trend"]] == [True] * (len(record["trend"]) - 1) + [False]
    assert marks(record["trend"]) > marks(complete)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_unit_without_forms_is_not_surveyed_rather_than_withheld(inputs, record, language):
    absent = record["coverage"]["absent"][0]["unit_id"]
    unit = unit_record(unit_inputs(inputs, absent, record))
    first = plain(asn.Brief(unit).first_screen().html[language])
    assert {"en": "not surveyed this quarter", "id": "tidak disurvei pada triwulan ini"}[language] in first
    assert {"en": "withheld", "id": "tidak ditampilkan"}[language] not in first
    assert "survey_again" in [action["code"] for action in unit["actions"]]
    catalogue = catalogue_record(record, [unit], [], LANGUAGES)
    page = plain(catalogue_page(catalogue, language, LANGUAGES))
    assert {"en": "not surveyed", "id": "tidak disurvei"}[language] in page
    assert {"en": "2 of 12 units were surveyed", "id": "2 dari 12 unit disurvei"}[language] in page


def test_the_newest_complete_quarter_is_chosen_and_the_newer_one_named(city, tmp_path):
    assert asn.newest_complete_quarter(asn.read_dataset(city)) == QUARTER - 1
    told = command("briefs", "--data", city, "--out", tmp_path, "--dry-run").output
    assert "2026Q3 is passed over: 2 of 12 units have reported; ask for it by --quarter 2026Q3." in told
    told = command("briefs", "--data", city, "--out", tmp_path, "--dry-run", "--quarter", "2026Q3").output
    assert "2026Q3: 2 of 12 units surveyed. The quarter is incomplete." in told
    assert "not surveyed: " in told and "passed over" not in told


def test_run_and_run_json_list_the_offices_that_have_not_reported(city, record, tmp_path):
    unit = record["coverage"]["absent"][0]["unit_id"]
    ask = (
        "briefs",
        "--data",
        city,
        "--out",
        tmp_path,
        "--quarter",
        "2026Q3",
        "--units",
        unit,
        "--languages",
        "en",
    )
    for _ in range(2):  # the second finds that everything stands
        result = command(*ask)
        assert "2 of 12 units surveyed" in result.output, result.output
    run = json.loads((tmp_path / "2026Q3" / "run.json").read_text())
    assert run["not_surveyed"] == [row["unit_id"] for row in record["coverage"]["absent"]]


def test_a_unit_hidden_for_its_own_few_forms_and_one_hidden_to_protect_it_differ(city, tmp_path):
    path = tmp_path / "city"
    shutil.copytree(city, path)
    answers = read_responses(path / "responses.parquet")
    last = pd.PeriodIndex(answers["date"], freq="Q-DEC") == QUARTER - 1
    counts = answers[last]["unit_id"].value_counts()
    few, next_few = counts.index[-1], counts.index[-2]
    drop = answers.index[last & (answers["unit_id"] == few)][3:]
    write_responses(path / "responses.parquet", answers.drop(drop).reset_index(drop=True))
    inputs = city_inputs(asn.read_dataset(path), QUARTER - 1)
    city_told = city_record(inputs, analyse_city(inputs))
    said = {}
    for unit in (few, next_few):
        made = unit_record(unit_inputs(inputs, unit, city_told))
        said[unit] = (made["coverage"]["state"], plain(asn.Brief(made).first_screen().html["en"]))
    assert said[few][0] == "small" and "fewer than 5 people answered" in said[few][1]
    assert said[next_few][0] == "protecting" and "cannot be worked out from the rest" in said[next_few][1]
    assert np.isfinite(city_told["ikm"]["value"])
