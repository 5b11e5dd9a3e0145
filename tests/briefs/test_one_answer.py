"""Did this unit fall? Catalogue, city's list, first screen and text of the unit's brief give one answer."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest

import asn_analysis as asn
from asn_analysis.briefs.inputs import city_inputs
from asn_analysis.briefs.record import analyse_city, city_record, unit_record
from asn_analysis.briefs.unit import cut_units, with_finding
from asn_analysis.pages import canvas
from asn_analysis.pages.catalogue import catalogue_page, catalogue_record
from asn_analysis.simulate.simulation import simulate
from asn_analysis.words.language import LANGUAGES, plain
from tests.changed import read_responses, write_responses
from tests.conftest import needed_alone

QUARTER = pd.Period("2026Q3", freq="Q-DEC")
FELL = {"en": ("This unit fell", "fell"), "id": ("Penurunan unit ini", "turun")}
ROSE = {"en": ("This unit rose", "rose"), "id": ("Kenaikan unit ini", "naik")}


@pytest.fixture(scope="module", params=[6, 14], ids=["young survey", "long survey"])
def told(request, tmp_path_factory) -> tuple[dict, list[dict]]:
    """Thirty units, of which one gives a point less this quarter and one a point more where there is room."""
    folder: Path = tmp_path_factory.mktemp("fell")
    simulate(folder, units=30, quarters=request.param, respondents=40, effect=2.0, seed=9)
    path = folder / "responses.parquet"
    answers = read_responses(path)
    now = pd.PeriodIndex(answers["date"], freq="Q-DEC") == QUARTER
    units = sorted(answers["unit_id"].unique())
    for unit, step in ((units[3], -1), (units[7], 1)):
        rows = now & (answers["unit_id"] == unit)
        for code in asn.load_skm().codes:
            moved = (answers.loc[rows, code].astype("Int64") + step).clip(1, 4)
            answers.loc[rows, code] = moved.astype(answers[code].dtype)
    write_responses(path, answers)
    inputs = city_inputs(asn.read_dataset(needed_alone(folder)), QUARTER)
    city = city_record(inputs, analyse_city(inputs))
    cut = cut_units(inputs, units)
    return city, [unit_record(with_finding(cut[unit], city)) for unit in units]


def test_the_planted_units_and_hardly_any_other_are_told(told):
    city, units = told
    fell = [unit["scope"] for unit in units if unit["monitoring"]["warning"]]
    rose = [unit["scope"] for unit in units if unit["monitoring"]["rise"]]
    assert units[3]["scope"] in fell and len(fell) <= 2
    assert units[7]["scope"] in rose and len(rose) <= 2


def test_all_places_agree(told, monkeypatch):
    monkeypatch.setattr(canvas, "svg", lambda *drawing: "<svg/>")  # no picture is read here
    city, units = told
    listed = {row["unit_id"] for row in city["monitoring"]["charts"]["warnings"]}
    assert len(listed) == city["monitoring"]["charts"]["n_warnings"]
    catalogue = catalogue_record(city, units, [], LANGUAGES)
    pages = {language: catalogue_page(catalogue, language, LANGUAGES) for language in LANGUAGES}
    for unit in units:
        brief = asn.Brief(unit)
        named = rf'<tr data-type[^>]*><th[^>]*data-key="{re.escape(unit["unit"]["name"])}".*?</tr>'
        shown = [part.html for part in (brief.first_screen(), brief.satisfaction())]
        for language, page in pages.items():
            row, first, text = re.search(named, page, re.S), shown[0][language], plain(shown[1][language])
            for names, answer in ((FELL, unit["scope"] in listed), (ROSE, bool(unit["monitoring"]["rise"]))):
                sentence, word = names[language]
                assert (sentence in text) == answer
                assert (f"<strong>{word}</strong>" in row[0]) == answer
                assert (f"<small>{word}</small>" in first) == answer
            assert "more than the chance variation of" not in text
            assert "melampaui fluktuasi wajar jawaban" not in text
