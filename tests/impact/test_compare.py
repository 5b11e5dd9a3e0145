"""What stands beside the headline: other samples that are smaller, or a sentence."""

from __future__ import annotations

from dataclasses import replace

import matplotlib
import numpy as np
import pandas as pd
import pytest

from asn_analysis.impact.compare import compare, leave_out, raw_means, starting
from asn_analysis.impact.estimate import estimate_effect
from asn_analysis.views.said import Said, Unanswerable, attempt, column_of, only, passing, table_of

matplotlib.use("agg")


@pytest.fixture(scope="module")
def panel(simulate):
    return simulate(4, units=16, periods=8).assign(
        place=lambda frame: (frame["unit"] % 3).map("ABC".__getitem__)
    )


def test_a_sample_that_is_not_smaller_is_no_second_opinion(panel, design):
    effect = estimate_effect(panel, design)
    found = compare(
        {
            "all": effect,
            "all again": estimate_effect(panel[panel["place"] != "nowhere"], design),
            "alike": estimate_effect(panel, replace(design, weight=None)),
            "none": attempt(estimate_effect, panel[panel["time"] < 1], design),
        }
    )
    rows = found.table.set_index("analysis")
    assert rows.loc["all", "estimate"] == effect.estimate and not rows.loc["all", "refusal"]
    assert rows.loc["all again", "refusal"] == "The same cells and design as “all”: nothing was left out."
    assert pd.isna(rows.loc["all again", "estimate"])
    assert np.isfinite(rows.loc["alike", "estimate"])
    assert rows.loc["none", "refusal"].startswith("There is only one time.")
    assert found.summary().startswith("2 of 4 analyses were made")
    said = [text.get_text() for text in found.plot(sesoi=1.0).texts]
    assert said == list(rows["refusal"][["all again", "none"]])


def test_what_is_left_out_exists_and_what_stays_too(panel):
    assert set(leave_out(panel, "place")["place"]) == {"B", "C"}  # A has six of sixteen units
    assert set(leave_out(panel, "place", "B")["place"]) == {"A", "C"}
    with pytest.raises(Unanswerable, match="No row has the place Z. There are A, B, C."):
        leave_out(panel, "place", "Z")
    with pytest.raises(Unanswerable, match="The panel tells no kecamatan."):
        leave_out(panel, "kecamatan")
    assert starting(panel, time="time")["time"].min() == 2
    assert starting(panel, 5, time="time")["time"].min() == 5
    for first in (0, 8):
        with pytest.raises(Unanswerable, match="The panel covers 0 to 7."):
            starting(panel, first, time="time")


def test_plain_means_by_hand(design):
    rows = [("a", t, 2, 10.0 + 3 * (t >= 2), 1) for t in range(4)]
    rows += [("b", t, 2, 20.0 + 5 * (t >= 2), 3) for t in range(4)]
    rows += [("c", t, np.nan, 7.0 + t, 2) for t in range(4)]
    frame = pd.DataFrame(rows, columns=["unit", "time", "cohort", "y", "n"])
    means = raw_means(frame, design)
    assert list(means) == ["2", "never"]
    assert means["2"].tolist() == pytest.approx([0, 0, (3 + 3 * 5) / 4, (3 + 3 * 5) / 4])
    assert means["never"].tolist() == pytest.approx([-0.5, 0.5, 1.5, 2.5])


def test_units_left_out_are_told_by_name(panel, design):
    first = panel["unit"].min()
    always = panel.assign(cohort=panel["cohort"].where(panel["unit"] != first, 0).astype(float))
    effect = estimate_effect(always.assign(time=panel["time"]), design)
    out = effect.left_out
    assert out["unit"].tolist() == [first] and out["why"].tolist() == ["not observed untreated"]
    assert f"1 treated unit is left out ({first})" in effect.summary()
    assert estimate_effect(panel, design).left_out.empty


def test_an_effect_shows_a_table_and_figures(panel, design):
    effect = estimate_effect(panel, design)
    table = effect._repr_html_()
    assert effect.sentence in table and "robust (covers all)" in table and "not yet treated" in table
    assert "trend-adjusted" in effect.summary() and repr(effect) == effect.sentence
    axes = effect.plot(sesoi=1.0)
    assert effect.plot(axes) is axes
    drawn = effect.event_study.plot().collections[0].get_segments()
    assert [line[0][0] for line in drawn] == effect.event_study["event_time"].tolist()
    assert {line.get_marker() for line in effect.paths.plot().lines} == {"o"}


def test_a_sentence_travels_as_a_missing_value_does():
    said = Said("There is no table.")
    assert (
        not said
        and said.groupby("kind")["n"].sum() is said
        and said(1) is said
        and str(said) == said.sentence
    )
    assert passing(pd.concat)(said) is said and "There is no table." in said._repr_html_()
    with pytest.raises(TypeError, match="There is no table."):
        list(said)
    frame = pd.DataFrame({"kind": ["a", "b"], "n": [1, None]})
    assert len(only(frame, "kind", "a")) == 1
    assert str(only(frame, "kind", "c")) == "No row has the kind c; there are a, b."
    assert column_of(frame, "n").tolist() == [1] and "tells no users" in str(column_of(frame, "users"))
    assert "no table trainings" in str(table_of(type("Data", (), {"trainings": None}), "trainings"))
