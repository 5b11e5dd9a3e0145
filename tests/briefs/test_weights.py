"""The weights in `rules/skm/` are the only source: change them there, and every number follows."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from asn_analysis.briefs.inputs import read_city
from asn_analysis.briefs.record import analyse_city, city_record, unit_record
from asn_analysis.briefs.report import report_record
from asn_analysis.briefs.unit import unit_inputs
from asn_analysis.measures.ikm import ikm_from_elements
from asn_analysis.measures.panel import build_panel, score_panel
from asn_analysis.record.inputs import Inputs
from asn_analysis.records.intake import read_dataset
from asn_analysis.rules import rules
from asn_analysis.simulate.simulation import simulate

UNIT = "36.73.01"
TRUNCATED = 0.99  # nine times 0.11, over nine ninths


@pytest.fixture
def truncated_weights(monkeypatch):
    """Puts 0.11 in force, as the regulation's annex prints it."""
    changed = tuple(replace(skm, default_weights="0.11") for skm in rules.regulations())

    def put() -> None:
        monkeypatch.setattr(rules, "regulations", lambda: changed)
        rules.skm_on.cache_clear()

    yield put
    monkeypatch.undo()
    rules.skm_on.cache_clear()


def told(folder: Path) -> tuple[Inputs, dict, dict, dict]:
    inputs = read_city(str(folder))
    city = city_record(inputs, analyse_city(inputs))
    return inputs, city, unit_record(unit_inputs(inputs, UNIT, city)), report_record(inputs, UNIT)


def numbers(folder: Path) -> dict[str, float]:
    """Numbers on the index's scale, from every way that leads to one."""
    inputs, city, unit, report = told(folder)
    scores = score_panel(read_dataset(folder))
    return {
        "panel": inputs.panel["ikm"].mean(),
        "scores": scores["score"].mean(),
        "city": city["ikm"]["unrounded"],
        "city's error": city["ikm"]["std_error"],
        "unit": unit["ikm"]["unrounded"],
        "unit's error": unit["ikm"]["std_error"],
        "trend": city["trend"][0]["unrounded"],
        "change": city["change"]["difference"],
        "effect": city["effect"]["estimate"],
        "effect's error": city["effect"]["std_error"],
        "specifications": sum(row["estimate"] for row in city["specifications"]),
        "channels": city["digital"]["channel_shift"]["total"]["estimate"],
        "chart": unit["monitoring"]["now"] / 100,
        "report": sum(row["weighted"] for row in report["scores"]),
        "bare": ikm_from_elements(dict.fromkeys(rules.load_skm().codes, 3)).unrounded,
    }


def test_every_number_follows_the_weights_in_force(small_city, truncated_weights):
    exact = numbers(small_city)
    truncated_weights()
    found = numbers(small_city)
    wrong = {name: found[name] / exact[name] for name in exact}
    assert wrong == pytest.approx(dict.fromkeys(exact, TRUNCATED), abs=2e-4)


def test_a_planted_effect_is_points_of_the_index_in_force(tmp_path, truncated_weights):
    def mean(name: str) -> float:
        city = simulate(tmp_path / name, units=12, quarters=8, respondents=10, seed=3)
        return build_panel(read_dataset(city))["ikm"].mean()

    exact = mean("exact")
    truncated_weights()
    assert mean("truncated") == pytest.approx(exact, abs=0.5)
