"""The declared grid, whole and in time."""

import numpy as np
import pytest

from asn_analysis.impact.average import average_effect
from asn_analysis.impact.specification import Choices, specification_curve


@pytest.fixture
def panel(simulate):
    panel = simulate(1, units=115, periods=16, effect=2.0)
    rng = np.random.default_rng(2)
    return panel.assign(
        live=(rng.random(len(panel)) < 0.3).astype(float),
        top=panel["y"] / 25 + rng.normal(0, 0.01, len(panel)),
        users=panel["unit"] % 7 + 1,
    )


CHOICES = Choices(
    estimator=("imputation", "callaway_cross_sections", "callaway_units"),
    weight={"respondents": "n", "equal": None, "users": "users"},
    window={"all": None, "last 12": 12},
    covariates={"none": (), "digital": ("live",)},
    scoring={"mean": ("y", 1.0), "top": ("top", 25.0)},
)


def test_every_combination_is_tried_and_told(panel, design):
    curve = specification_curve(panel, design, CHOICES, sesoi=2.0)
    assert len(curve.table) == 2 * 2 * 3 * 2 * (1 * 2 + 2)  # windows, comparisons, weights, scorings
    assert not curve.tidy()["term"].duplicated().any()
    assert curve.table["estimate"].is_monotonic_increasing
    found = curve.counts
    assert found["n"] == found["n_same_sign"] == found["n_shown"] == 96
    assert "Of 96 specifications 96 lie above 0" in curve.summary()


def test_the_headline_is_among_them_once(panel, design):
    curve = specification_curve(panel, design, CHOICES, sesoi=2.0)
    own = curve.table[curve.table["headline"]]
    assert len(own) == 1
    assert own["estimate"].iloc[0] == pytest.approx(average_effect(panel, design).estimate)


def test_a_reversed_scoring_keeps_low_below_high(panel, design):
    curve = specification_curve(
        panel.assign(bad=-panel["y"]), design, Choices(scoring={"bad": ("bad", -1.0)}), 2.0
    )
    assert (curve.table["conf_low"] < curve.table["conf_high"]).all() and curve.counts["sign"] == 1


def test_refused_specifications_are_listed_not_dropped(simulate, design):
    panel = simulate(3, treated=1.0)
    curve = specification_curve(panel, design, Choices(), 2.0)
    refused = curve.table.set_index("comparison")["refusal"]
    assert refused["never_treated"] == "no_comparison" and curve.counts["n_refused"] == 1
    assert curve.counts["n"] == 1


def test_unknown_choices_are_refused():
    with pytest.raises(ValueError, match="not one of"):
        Choices(estimator=("magic",))
