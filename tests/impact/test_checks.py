"""Each check passes where it should, fails where it should, and says when it could not see."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.stats import f as fisher_f
from scipy.stats import t as student_t

from asn_analysis.impact.average import average_effect
from asn_analysis.impact.checks import _joint_p_value, few_units, missing_items, negative_controls, pre_trend
from asn_analysis.impact.estimate import estimate_effect


def test_few_units(design, simulate):
    many = estimate_effect(simulate(1, units=60), design)
    assert few_units(many, 10).outcome == "passed"
    few = few_units(estimate_effect(simulate(1, units=12), design), 10)
    assert (few.outcome, few.finding, few.weakness) == ("failed", "few", True)
    assert few.values == {"n_treated": 8, "n_never_treated": 4, "fewest": 10}


def test_pre_trend_sees_a_drift_and_passes_without(design, simulate):
    calm = pre_trend(estimate_effect(simulate(5, units=400), design), sesoi=2.0)
    assert (calm.outcome, calm.finding, calm.weakness) == ("passed", "alike", False)
    drifting = pre_trend(estimate_effect(simulate(2, units=400, drift=0.5), design), sesoi=2.0)
    assert (drifting.outcome, drifting.finding) == ("failed", "differs")


def test_pre_trend_of_few_noisy_units_could_not_see(design, simulate):
    blind = pre_trend(estimate_effect(simulate(3, units=14, noise=3), design), sesoi=2.0)
    assert (blind.outcome, blind.finding, blind.weakness) == ("informational", "underpowered", True)
    assert blind.values["detectable_bias"] > 2.0


def test_pre_trend_without_earlier_periods_is_untestable(design, simulate):
    panel = simulate(4)
    effect = estimate_effect(panel[panel["time"] >= panel["cohort"].min() - 1], design)
    assert pre_trend(replace(effect, design=replace(design, leads=0)), 2.0).finding == "untestable"
    rows = effect.event_study.query("event_time < 0")
    assert _joint_p_value(rows, np.zeros_like(effect.pre_covariance)) is None


def test_joint_test_is_hotellings_or_the_drifts_own_t_test_by_holm(design, simulate):
    one = estimate_effect(simulate(5, units=30), replace(design, leads=1))
    row = one.tidy().query("term == 'event_-1'").iloc[0]
    assert pre_trend(one, 2.0).values["p_value"] == pytest.approx(
        min(1.0, 2 * min(row["p_value"], drift_p(one)))
    )
    two = estimate_effect(simulate(5, units=30), replace(design, leads=2))
    rows = two.event_study.query("event_time < 0")
    b, df = rows["estimate"].to_numpy(), rows["df"].min()
    t2 = b @ np.linalg.inv(two.pre_covariance) @ b
    joint = fisher_f.sf(t2 * (df - 1) / (2 * df), 2, df - 1)
    assert pre_trend(two, 2.0).values["p_value"] == pytest.approx(min(1.0, 2 * min(joint, drift_p(two))))


def drift_p(effect):
    return 2 * student_t.sf(abs(effect.drift.estimate / effect.drift.std_error), effect.drift.df)


def test_a_steady_drift_fails_the_check_that_single_quarters_would_pass(design, simulate):
    found = [
        pre_trend(estimate_effect(simulate(seed, units=60, drift=0.3), design), 2.0) for seed in range(20)
    ]
    assert sum(check.falsified for check in found) >= 15


def test_pre_trend_rejects_one_time_in_twenty(design, simulate):
    rejected = [
        pre_trend(estimate_effect(simulate(seed, units=24), design), 2.0).finding == "differs"
        for seed in range(200)
    ]
    assert 0.005 <= np.mean(rejected) <= 0.09


def test_negative_controls(design, simulate):
    still = [average_effect(simulate(seed, effect=0.0), design) for seed in (6, 7)]
    assert negative_controls(still).outcome == "passed"
    moved = negative_controls([*still, average_effect(simulate(8, effect=3.0), design)])
    assert (moved.outcome, moved.values["n_moved"], moved.values["n_controls"]) == ("failed", 1, 3)
    assert len(moved.table) == 3


def test_missing_items():
    """3 of 40 answers are empty."""
    panel = pd.DataFrame({"n_respondents": [10, 10], "n_u1": [10, 9], "n_u2": [9, 9]})
    light = missing_items(panel, ["u1", "u2"], most=0.20)
    assert light.values["share"] == pytest.approx(3 / 40) and light.outcome == "passed"
    assert missing_items(panel, ["u1", "u2"], most=0.05).outcome == "failed"
    assert missing_items(panel.iloc[:0], ["u1", "u2"], most=0.20).outcome == "failed"
