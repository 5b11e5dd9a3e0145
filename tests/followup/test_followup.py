"""Register and cost: worked by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from asn_analysis.followup.cost import cost_cases, cost_per_point, fieller
from asn_analysis.followup.register import take_stock

QUARTER = pd.Period("2026Q3", freq="Q-DEC")
PROMISED = [
    {"unit_id": "K1", "due_quarter": "2026Q2", "status": "running", "action": "a"},
    {"unit_id": "K1", "due_quarter": "2026Q3", "status": "planned", "action": "b"},
    {"unit_id": "K2", "due_quarter": "2025Q4", "status": "done", "action": "c"},
    {"unit_id": "K2", "due_quarter": "2025Q4", "status": "cancelled", "action": "d"},
    {"unit_id": "K2", "due_quarter": "2025Q4", "status": "planned", "action": "e"},
]


def test_an_open_action_is_overdue_once_its_quarter_has_ended():
    stock = take_stock(PROMISED, QUARTER)
    assert [row["action"] for row in stock.pop("overdue")] == ["e", "a"]
    assert stock == {"promised": 5, "done": 1, "cancelled": 1, "open": 3}


def test_cost_of_a_point_by_hand():
    trainings = [{"unit_id": "K1", "cost_idr": 10e6}, {"unit_id": "K1", "cost_idr": 20e6}]
    trainings += [{"unit_id": "K2", "cost_idr": 30e6}]
    cost = cost_per_point(trainings, 2.0, 1.0, 4.0)  # 60 million over two units: 30 million each
    assert (cost.n_trainings, cost.per_training) == (3, 20e6)
    assert (cost.per_unit, cost.per_point, cost.per_point_low, cost.per_point_high) == (
        30e6,
        15e6,
        7.5e6,
        30e6,
    )


@pytest.mark.parametrize(
    ("estimate", "low", "high"),
    [(None, None, None), (-1.0, -2.0, -0.5), (0.0, -1.0, 1.0), (1.0, -0.5, 2.0), (2.0, None, None)],
)
def test_without_a_sure_rise_there_is_no_cost_of_a_point(estimate, low, high):
    cost = cost_per_point([{"unit_id": "K1", "cost_idr": 10e6}], estimate, low, high)
    assert cost.per_unit == 10e6
    assert (cost.per_point, cost.per_point_low, cost.per_point_high) == (None, None, None)


@pytest.mark.parametrize("robust", [(1.0, 4.0), (-0.5, 4.0), (None, None)])
def test_every_place_gives_the_same_cost_of_a_point_or_none(robust):
    """The dial and the sentence show the first, the annex's table the second."""
    cost = cost_per_point(SPENT, EFFECT["estimate"], *robust)
    effect = EFFECT | dict(zip(("conf_low_robust", "conf_high_robust"), robust, strict=True))
    cautious = next(case for case in cost_cases(SPENT, effect, {}, 0.2) if case.name == "cautious")
    assert (cost.per_point, cost.per_point_low, cost.per_point_high) == (
        cautious.value,
        cautious.low,
        cautious.high,
    )


def test_no_training_has_no_cost():
    assert cost_per_point([], 2.0, 1.0, 3.0) is None


EFFECT = {"estimate": 2.0, "std_error": 0.4, "df": 40.0, "conf_low": 1.2, "conf_high": 2.8}
EFFECT |= {"conf_low_robust": 1.0, "conf_high_robust": 4.0}
SPENT = [{"unit_id": "K1", "cost_idr": 20e6}, {"unit_id": "K2", "cost_idr": 40e6}]


def test_what_a_point_costs_under_other_assumptions_by_hand():
    cases = {case.name: case for case in cost_cases(SPENT, EFFECT, {"K1": 1000.0, "K2": 2000.0}, 0.2)}
    numbers = {name: (case.value, case.low, case.high) for name, case in cases.items()}
    assert numbers["cautious"] == (15e6, 7.5e6, 30e6)  # 30 million a unit
    assert numbers["plain"] == (15e6, pytest.approx(30e6 / 2.8), 25e6)
    assert numbers["cheaper"] == (12e6, 6e6, 24e6)
    assert numbers["dearer"] == (18e6, 9e6, 36e6)
    assert numbers["per_user"] == (10_000, 5_000, 20_000)  # 60 million over 3,000 users
    assert not any(case.refused for case in cases.values() if case.name != "varying")


def test_an_effect_that_may_be_nothing_has_no_cost_per_point():
    nothing = EFFECT | {"conf_low": -0.1, "conf_low_robust": -1.0, "std_error": 1.05}
    cases = cost_cases(SPENT, nothing, {"K1": 1000.0}, 0.2)
    assert all(case.refused and case.value is None and case.high is None for case in cases)
    assert cost_cases(SPENT, EFFECT | {"estimate": None}, {}, 0.2) == ()


def test_fieller_covers_the_true_ratio():
    rng, draws = np.random.default_rng(8), 4000
    tops, bottoms = rng.normal(30, 3, draws), rng.normal(2, 0.4, draws)
    found = [fieller(top, 3, bottom, 0.4, 1e9) for top, bottom in zip(tops, bottoms, strict=True)]
    covered = [one is None or one[0] <= 15 <= one[1] for one in found]
    assert np.mean(covered) == pytest.approx(0.95, abs=0.015)
    assert fieller(30, 3, 0.5, 0.4, 1e9) is None  # the bottom may be 0: no ratio is ruled out


def test_fieller_with_a_certain_cost_turns_the_effects_interval_over():
    low, high = fieller(30.0, 0.0, 2.0, 0.4, 40.0)
    half = 2.0211 * 0.4  # Student's t of 40
    assert (low, high) == (pytest.approx(30 / (2 + half), rel=1e-4), pytest.approx(30 / (2 - half), rel=1e-4))
