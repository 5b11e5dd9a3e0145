"""The whole way from cells to verdict: the planted truth, the series of verdicts, and revisions."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import asn_analysis as asn
from asn_analysis.briefs.inputs import choose_quarter, city_inputs
from asn_analysis.briefs.published import read_published
from asn_analysis.briefs.record import think_ahead
from asn_analysis.impact import study
from asn_analysis.record.annex import verdict_series
from asn_analysis.record.inputs import Inputs


@pytest.fixture(scope="module")
def known(root: Path, example_analysed):
    return (*example_analysed, json.loads((root / "data" / "example" / "truth.json").read_text()))


def test_what_was_thought_ahead_is_what_the_brief_finds_and_other_cells_are_asked_anew(
    small_dataset, monkeypatch
):
    documents = []
    city = city_inputs(
        small_dataset, choose_quarter(small_dataset), ahead=lambda known: documents.append(known.to_json())
    )
    asked = Inputs.from_json(city.to_json())
    anew = asn.city_record(asked, asn.analyse_city(asked))
    monkeypatch.setattr(study, "AHEAD", [])
    think_ahead(Inputs.from_json(documents[0]))
    ((*_, thought),) = study.AHEAD
    found = asn.analyse_city(asked)
    assert found.annex is thought[1] and asn.city_record(asked, found) == anew
    cells = asked.of_units
    one_answer = cells.assign(sum_u1=cells["sum_u1"] + (cells.index == 0))
    assert asn.analyse_city(asked, one_answer).annex is not thought[1]
    other = replace(asn.city_design(), lags=1)
    assert asn.analyse_city(asked, design=other).annex is not thought[1]


def test_the_planted_effect_is_found(known):
    _, analysis, truth = known
    assert analysis.effect.conf_low <= truth["realised"]["att"] <= analysis.effect.conf_high
    assert analysis.verdict.label == "success"


def test_planted_elements_lie_inside_the_simultaneous_ranges(known):
    """The ramp keeps the average below the full effect: 2.1543 of 2.5 points are expected."""
    _, analysis, truth = known
    ramp = truth["realised"]["att_expected"] / truth["training"]["effect"]
    table = analysis.annex.element_table.set_index("term")
    for code, planted in truth["training"]["effect_by_element"].items():
        expected = planted["answer_scale"] * ramp
        row = table.loc[code]
        assert row["conf_low_simultaneous"] <= expected <= row["conf_high_simultaneous"], code


def test_negative_controls_and_all_estimators_agree(known):
    _, analysis, _ = known
    outcome = {check.name: check.outcome for check in analysis.checks}
    assert outcome["negative_controls"] == outcome["placebo"] == outcome["pre_trend"] == "passed"
    estimates = [found.estimate for found in analysis.annex.estimators.values()]
    assert len(estimates) == 10
    assert max(estimates) - min(estimates) < 0.5


def test_at_least_48_specifications_stand_beside_the_headline(known):
    _, analysis, _ = known
    assert analysis.annex.curve.counts["n"] >= 48
    headline = analysis.annex.curve.table.query("headline")
    assert headline["estimate"].tolist() == pytest.approx([analysis.effect.estimate])


def test_success_needs_two_quarters_in_a_row(known):
    _, analysis, _ = known
    first = analysis.labels.index("success")
    assert analysis.labels[first - 1] == "promising"
    before, then = analysis.findings[first - 1], analysis.findings[first]
    assert min(before.conf_low_robust, then.conf_low_robust) > 0
    assert min(before.estimate, then.estimate) >= 2.0
    earlier = analysis.findings[first - 2]
    assert earlier.estimate < 2.0 or earlier.conf_low_robust <= 0


def test_a_quarters_verdict_looks_at_nothing_later(known):
    inputs, analysis, _ = known
    then = asn.analyse(inputs.panel, inputs.quarter - 3)
    assert then.findings == analysis.findings[:-3]
    assert then.verdict.label == analysis.labels[-4]


def test_a_verdict_that_later_data_change_is_named_as_a_revision(known):
    inputs, analysis, _ = known
    quarter = analysis.findings[-3].quarter
    published = {quarter: {"label": "promising", "estimate": 1.4}}
    row = next(row for row in verdict_series(analysis, published) if row.quarter == quarter)
    assert (row.published, row.label, row.revised) == ("promising", "success", True)
    record = asn.city_record(type(inputs)(inputs.scope, inputs.quarter, inputs.panel,
                                          {**inputs.about, "published": published}), analysis)  # fmt: skip
    text = asn.Brief(record).certainty().html["en"]
    assert "Revision: the brief of" in text


def test_published_verdicts_are_read_from_the_reports_folder(made):
    said = read_published(made.out, asn.newest_complete_quarter(asn.read_dataset(made.data)) + 1)
    assert said["2026Q3"]["label"] == made.record()["verdict"]["label"]
    assert read_published(made.out, asn.newest_complete_quarter(asn.read_dataset(made.data))) == {}


def test_an_unlocked_plan_costs_a_point(known):
    inputs, analysis, _ = known
    loose = asn.analyse(inputs.panel, inputs.quarter, plan_holds=False)
    assert loose.verdict.certainty == analysis.verdict.certainty - 1
    assert "plan_not_locked" in [reason.code for reason in loose.verdict.reasons]


def test_a_bare_panel_is_analysed_without_its_context(small_dataset):
    analysis = asn.analyse(asn.build_panel(small_dataset))
    assert analysis.annex.kinds is None
    assert "without_digital" not in analysis.annex.estimators
    assert {"composition_shift"} & {check.name for check in analysis.checks} == set()


@pytest.mark.parametrize("lost", [[], ["u9", "ikm"], ["cohort", "kind", "hours"], ["kecamatan"]])
def test_a_document_gives_its_cells_back_whatever_is_missing(small_dataset, lost):
    city = city_inputs(small_dataset, choose_quarter(small_dataset))
    none = {name: pd.Series(np.nan, city.panel.index) for name in lost}
    if "cohort" in lost:
        none["cohort"] = pd.Series(pd.NaT, city.panel.index, dtype=city.panel["cohort"].dtype)
    panel = city.panel.assign(**none)
    back = Inputs.from_json(replace(city, panel=panel).to_json())
    pd.testing.assert_frame_equal(back.panel[panel.columns], panel)
    assert back.about.keys() == city.about.keys()
    assert Inputs.from_json(replace(city, panel=panel[:0]).to_json()).panel.empty
