"""Training and a digital service at once: each effect found, neither credited with the other's."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from asn_analysis.impact.average import average_effect, joint_effects, untouched_by
from asn_analysis.impact.design import Design
from asn_analysis.impact.estimate import estimate_effect
from asn_analysis.impact.looks import finding_of
from asn_analysis.impact.verdict import decide

DESIGN = Design("y", "unit", "time", "live", weight="n", leads=2, lags=4)
QUARTERS = 16


def city(seed: int, training: float, digital: float, units: int = 60) -> pd.DataFrame:
    """Cells with correlated roll-outs: a trained unit goes live within two quarters of its training."""
    rng = np.random.default_rng(seed)
    trained = np.where(rng.random(units) < 0.6, rng.integers(5, 13, units), np.nan)
    near = np.clip(trained + rng.integers(-2, 3, units), 1, QUARTERS - 1)
    alone = rng.integers(3, QUARTERS, units).astype(float)
    with_it, without = rng.random(units) < 0.7, rng.random(units) < 0.3
    live = np.where(np.isnan(trained), np.where(without, alone, np.nan), np.where(with_it, near, np.nan))
    time = np.arange(QUARTERS)
    n = rng.integers(20, 120, (units, QUARTERS))
    y = (
        rng.normal(82, 3, (units, 1))
        + rng.normal(0, 0.5, QUARTERS)
        + training * (time >= trained[:, None])
        + digital * (time >= live[:, None])
        + rng.normal(0, 1.2, n.shape)
        + rng.normal(0, 9 / np.sqrt(n))
    )
    unit, quarter = np.divmod(np.arange(n.size), QUARTERS)
    return pd.DataFrame(
        {
            "unit": unit,
            "time": quarter,
            "trained": trained[unit],
            "live": live[unit],
            "n": n.ravel(),
            "y": y.ravel(),
        }
    )


def test_both_planted_effects_lie_in_their_intervals():
    covered = {"first": 0, "other": 0, "both": 0}
    truth = {"first": 1.0, "other": 2.0, "both": 3.0}
    for seed in range(20):
        for effect in joint_effects(city(seed, 2.0, 1.0), DESIGN, "trained").effects:
            covered[effect.term] += effect.conf_low < truth[effect.term] < effect.conf_high
    # Of 20 intervals of 95 %, fewer than 17 are right in 0.3 % of the studies.
    assert min(covered.values()) >= 17, covered


def test_asking_for_one_alone_credits_it_with_the_other():
    """What the joint question is for: the naive estimate of a service without effect is training's."""
    panels = [city(seed, 2.0, 0.0) for seed in range(5)]
    naive = np.mean([average_effect(panel, DESIGN).estimate for panel in panels])
    apart = np.mean(
        [average_effect(untouched_by(panel, DESIGN, "trained"), DESIGN).estimate for panel in panels]
    )
    assert naive > 0.6
    assert abs(apart) < 0.4


def test_the_service_alone_is_the_same_from_the_joint_question_and_from_its_own_design():
    panel = city(3, 2.0, 1.0)
    joint = {effect.term: effect for effect in joint_effects(panel, DESIGN, "trained").effects}
    own = estimate_effect(untouched_by(panel, DESIGN, "trained"), DESIGN)
    assert joint["first"].estimate == pytest.approx(own.estimate)
    assert joint["first"].n_units == own.n_treated_units


def test_groups_are_what_has_begun_worked_by_hand():
    rows = [
        (u, t, *when)
        for u, when in enumerate([(2, 3), (np.nan, 2), (3, np.nan), (np.nan, np.nan)])
        for t in range(1, 5)
    ]
    panel = pd.DataFrame(rows, columns=["unit", "time", "trained", "live"]).assign(n=10.0)
    panel["y"] = (
        80.0
        + panel["unit"]
        + 2 * (panel["time"] >= panel["trained"])
        + 1.0 * (panel["time"] >= panel["live"])
    )
    found = {effect.term: effect for effect in joint_effects(panel, DESIGN, "trained").effects}
    assert {term: effect.estimate for term, effect in found.items()} == pytest.approx(
        {"first": 1.0, "other": 2.0, "both": 3.0}
    )
    assert {term: effect.n_respondents for term, effect in found.items()} == {
        "first": 30,
        "other": 30,
        "both": 20,
    }


def alarms(seeds: range) -> tuple[float, float]:
    """Shares of cities whose service without effect is told as a gain, and as a gain or a harm."""
    labels = []
    for seed in seeds:
        panel = untouched_by(city(seed, 2.0, 0.0), DESIGN, "trained")
        looks = [estimate_effect(panel[panel["time"] < until], DESIGN) for until in (QUARTERS - 1, QUARTERS)]
        findings = [finding_of(str(i), effect) for i, effect in enumerate(looks)]
        labels.append(decide(findings, 2.0, "comparison_two_earlier").label)
    gains = np.mean([label in ("success", "promising") for label in labels])
    return float(gains), float(gains + np.mean([label == "harm" for label in labels]))


def test_a_service_without_effect_is_rarely_told_as_a_gain():
    gains, _ = alarms(range(20))
    assert gains <= 0.10


@pytest.mark.slow
def test_false_alarms_of_a_service_without_effect_in_200_cities():
    gains, either = alarms(range(200))
    assert gains <= 0.05
    assert either <= 0.05
