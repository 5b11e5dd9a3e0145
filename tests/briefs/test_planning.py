"""The next survey and training in the briefs: plans that add up, refusals in words, nothing withheld told."""

from __future__ import annotations

import copy
from dataclasses import asdict, replace

import nbformat
import pandas as pd
import pytest

import asn_analysis
from asn_analysis.arms.planning import ARM, REFUSED
from asn_analysis.arms.planning.made import NextWave
from asn_analysis.briefs import dials
from asn_analysis.briefs.inputs import city_inputs
from asn_analysis.briefs.record import analyse_city, city_record
from asn_analysis.briefs.what_if import what_if, what_if_grid
from asn_analysis.impact.study import Analysis
from asn_analysis.measures.disclosure import pooled, withhold
from asn_analysis.measures.panel import build_panel
from asn_analysis.record.inputs import Inputs
from asn_analysis.record.plain import plain_values
from asn_analysis.records.intake import Dataset, read_dataset
from asn_analysis.simulate.simulation import simulate
from asn_analysis.words.language import LANGUAGES, Words, plain

WAVE = NextWave(1.5, 0.9, 1.8, 0.8, sesoi=2.0, wanted=0.8, n_units=10, until="2027Q3", forms=None)
QUARTER = pd.Period("2026Q3", "Q-DEC")


@pytest.fixture(scope="module")
def small_dataset(tmp_path_factory) -> Dataset:
    """Forty-eight units whose effect the cautious range shows: without that nobody is chosen."""
    folder = tmp_path_factory.mktemp("planned")
    return read_dataset(simulate(folder, units=48, quarters=16, respondents=45, effect=5.0, seed=7))


@pytest.fixture(scope="module")
def city(small_dataset) -> tuple[Inputs, Analysis]:
    inputs = city_inputs(small_dataset, QUARTER)
    return inputs, analyse_city(inputs)


@pytest.fixture(scope="module")
def record(city) -> dict:
    return city_record(*city)


def told(record: dict, language: str = "en") -> str:
    words = Words(record, language)
    tables = " ".join(str(cell) for table in ARM.annex(words) for row in table.rows for cell in row)
    return plain(" ".join(ARM.sentences(words))) + plain(tables)


def completed(inputs: Inputs, analysis: Analysis) -> dict:
    """The arm's part of the city's record."""
    return inputs.about["arms"]["planning"] | plain_values(ARM.complete(inputs, analysis))


def test_the_citys_plan_is_the_sum_of_its_units_plans(city, record):
    units = city[0].about["arms_of_units"]["planning"]
    plan = record["planning"]
    assert plan["n_units"] == len(units) == 48
    assert plan["needed"] == sum(unit["needed"] for unit in units.values())
    assert plan["made"] == sum(unit["made"] for unit in units.values()) == record["ikm"]["n"]
    assert plan["n_enough"] == sum(unit["enough"] for unit in units.values())
    assert plan["needed_cost"] == plan["needed"] * plan["cost_per_form"]
    assert plan["made"] == pytest.approx(sum(row["n_units"] * row["made"] for row in plan["by_type"]))


def test_the_whole_plan_gives_every_unit_its_range_and_a_cut_loses_some(record):
    whole, equal, best = record["planning"]["budget"]
    assert whole["widest"] <= record["planning"]["half_width"] < equal["typical"]
    assert whole["city"] < best["city"] <= equal["city"]
    assert max(equal["total"], best["total"]) <= record["planning"]["made"] < whole["total"]


def test_the_choice_keeps_the_budget_and_says_what_it_is_worth(record):
    found = record["planning"]["next"]
    fair, freely, plain_rule = found["choices"]
    assert found["refusal"] is None
    assert max(row["cost"] for row in found["choices"]) <= found["budget"]
    assert freely["gain"] >= fair["gain"]
    assert found["added"] == pytest.approx(fair["gain"] - plain_rule["gain"], abs=1e-5)
    assert "(units not yet trained: " in told(record)


def test_a_withheld_units_forms_are_told_nowhere(small_dataset):
    panel = build_panel(small_dataset)
    small = panel["unit_id"].unique()[0]
    here = (panel["unit_id"] == small) & (panel["quarter"] == QUARTER)
    panel.loc[here, ["n_respondents", "n_scored"]] = 3
    found = ARM.prepare(small_dataset, pooled(panel, withhold(panel, 5)), QUARTER)
    assert found.city.made == panel.loc[panel["quarter"] == QUARTER, "n_respondents"].sum()
    assert found.units[small].made is None and found.units[small].enough is None
    assert small not in [row.unit_id for row in found.city.short]
    kind = small_dataset.units.set_index("unit_id").loc[small, "unit_type"]
    assert [row.made for row in found.city.by_type if row.unit_type == kind] == [None]


def test_where_the_effect_is_open_nobody_is_ranked(city):
    inputs, analysis = city
    rows = tuple(replace(row, estimate=0.5, std_error=1.0, df=30.0) for row in analysis.effect.allowed)
    open_effect = replace(analysis.effect, allowed=rows)
    found = completed(inputs, replace(analysis, effect=open_effect))
    assert (found["next"]["refusal"], found["wave"]) == ("effect_not_shown", None)
    assert all(case["refused"] for case in found["cost_cases"] if case["name"] != "varying")
    without = completed(inputs, replace(analysis, effect=None, annex=None))
    assert (without["next"]["refusal"], without["cost_cases"]) == ("no_effect", [])
    record = {"scope": "city", "effect": {"sesoi": 2.0}}
    assert "cannot rank units" in told(record | {"planning": found})
    assert "cannot be given" in told(record | {"planning": found})
    assert "no unit can be ranked" in told(record | {"planning": without})


@pytest.mark.parametrize("refusal", [*REFUSED, None])
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_turn_of_the_plan_has_its_words(record, refusal, language):
    known = asdict(WAVE)
    for wave in (None, known | {"forms": None}, known | {"forms": 35}):
        turned = copy.deepcopy(record)
        turned["planning"]["next"] |= {"refusal": refusal, "least_met": False, "differ": True}
        turned["planning"] |= {"wave": wave, "krejcie_morgan": None, "budget": [], "short": []}
        assert len(told(turned, language)) > 100


def test_a_unit_reads_whether_its_forms_were_enough(city):
    units = city[0].about["arms_of_units"]["planning"]
    unit = {**next(iter(units.values())), "made": 95, "needed": 90, "enough": True}
    for changes, words in (
        ({}, "were enough"),
        ({"made": 20, "enough": False}, "were too few"),
        ({"made": None, "enough": None}, "the next survey of this unit needs about 90 forms"),
    ):
        text = told({"scope": "36.73.01", "planning": unit | changes})
        assert words in text and "Krejcie and Morgan asks this unit" in text


def test_the_benchs_dials_move_what_they_should(city):
    grid = what_if_grid(*city, [0.5, 2.0, 10.0], [5, 20], [0.4, 1.0])
    by = grid.set_index(["sesoi", "survey_million", "coverage"])
    assert by.loc[(0.5, 20, 0.4), "typical_half_width"] < by.loc[(0.5, 5, 0.4), "typical_half_width"]
    assert by.loc[(2.0, 20, 0.4), "power"] > by.loc[(0.5, 20, 0.4), "power"]
    assert by.loc[(2.0, 20, 1.0), "gain"] > by.loc[(2.0, 20, 0.4), "gain"]
    assert pd.isna(by.loc[(2.0, 20, 1.0), "power"])  # nobody is left to compare with
    assert by.loc[(2.0, 20, 0.4), "cost_million"] - by.loc[(2.0, 5, 0.4), "cost_million"] > 5
    assert by.loc[(2.0, 20, 1.0), "cost_million"] > by.loc[(2.0, 20, 0.4), "cost_million"]
    assert by.loc[(10.0, 20, 0.4), "verdict"] == "adjust"
    assert by.loc[(2.0, 20, 0.4), "verdict"] == city[1].verdict.label


def test_moving_a_dial_of_the_notebook_moves_the_answer_beside_it(city, root, monkeypatch):
    """The cell as it stands in the notebook, each slider moved as a hand would."""
    answers = []

    def told(*asked):
        answers.append(what_if(*asked))
        return answers[-1]

    monkeypatch.setattr(dials, "what_if", told)
    notebook = nbformat.read(root / "notebooks" / "explore_policy.ipynb", as_version=4)
    (source,) = [cell.source for cell in notebook.cells if cell.id == "dials"]
    start = {"sesoi": 2.0, "survey_million": 80, "coverage": 0.5}
    names = {"asn": asn_analysis, "city": city[0], "analysis": city[1], **start}
    exec(source, names)  # noqa: S102 - the notebook's own cell
    moved = {
        "sesoi": (4.0, ("verdict", "power")),
        "survey_million": (10, ("forms", "typical_half_width", "cost_million")),
        "coverage": (0.2, ("n_trained", "training_million", "gain", "cost_million")),
    }
    sliders = dict(zip(moved, names["dials"].children, strict=False))
    sliders["survey_million"].min = 5  # this city is small: all its forms cost less than the slider's least
    sliders["sesoi"].value = 1.0  # the first answer; the others follow a move each
    for name, (value, told_by) in moved.items():
        sliders[name].value = start[name]
        before = answers[-1]["answer"]
        sliders[name].value = value
        after = answers[-1]["answer"]
        assert all(before[answer] != after[answer] for answer in told_by), name
        sliders[name].value = start[name]


def test_the_bench_says_the_brief_again_at_the_briefs_own_settings(city, record):
    plan = record["planning"]
    spent = plan["made"] * plan["cost_per_form"] / 1e6
    answer = what_if(*city, record["effect"]["sesoi"], spent, 1.0)["answer"]
    assert answer["forms"] == plan["budget"][1]["total"]
    assert answer["typical_half_width"] == pytest.approx(plan["budget"][1]["typical"], abs=1e-5)
    assert answer["n_trained"] == plan["next"]["n_untrained"]
    nothing = what_if(*city, 2.0, spent, 0.0)["answer"]
    assert nothing["refusal"] == "budget_too_small" and nothing["gain"] is None
