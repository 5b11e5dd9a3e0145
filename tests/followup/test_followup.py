"""Register, cost and actions: worked by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from asn_analysis.followup.actions import propose
from asn_analysis.followup.cost import cost_per_point
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
    assert (stock.promised, stock.done, stock.cancelled, stock.open) == (5, 1, 1, 3)
    assert [row["action"] for row in stock.overdue] == ["e", "a"]


def test_cost_of_a_point_by_hand():
    trainings = [{"unit_id": "K1", "cost_idr": 10e6}, {"unit_id": "K1", "cost_idr": 20e6}]
    trainings += [{"unit_id": "K2", "cost_idr": 30e6}]
    cost = cost_per_point(trainings, 2.0, 1.0, 4.0)  # 60 million over two units: 30 million each
    assert (cost.per_unit, cost.per_point, cost.per_point_low, cost.per_point_high) == (
        30e6,
        15e6,
        7.5e6,
        30e6,
    )


@pytest.mark.parametrize(
    ("estimate", "low", "high"), [(None, None, None), (-1.0, -2.0, -0.5), (0.0, -1.0, 1.0)]
)
def test_without_a_rise_there_is_no_cost_of_a_point(estimate, low, high):
    cost = cost_per_point([{"unit_id": "K1", "cost_idr": 10e6}], estimate, low, high)
    assert cost.per_unit == 10e6
    assert cost.per_point is None


def test_a_range_that_reaches_zero_has_no_upper_cost():
    cost = cost_per_point([{"unit_id": "K1", "cost_idr": 10e6}], 1.0, -0.5, 2.0)
    assert (cost.per_point_low, cost.per_point_high) == (5e6, None)


def test_no_training_has_no_cost():
    assert cost_per_point([], 2.0, 1.0, 3.0) is None


@pytest.mark.parametrize(
    ("label", "code"),
    [
        ("success", "extend_training"),
        ("promising", "confirm_next_quarter"),
        ("adjust", "review_training"),
        ("harm", "pause_and_look"),
        ("inconclusive", "gather_evidence"),
    ],
)
def test_the_first_action_follows_from_the_verdict(label, code):
    actions = propose(QUARTER, "u9", 3, label, n_untrained=31)
    assert [action.code for action in actions] == [code, "raise_weakest_element", "close_overdue"]
    assert {action.due_quarter for action in actions} == {"2026Q4"}
    assert actions[1].element == "u9"
    assert actions[2].count == 3


def test_where_all_are_trained_success_is_confirmed_not_extended():
    assert propose(QUARTER, "u9", 0, "success", n_untrained=0)[0].code == "confirm_next_quarter"


def test_a_units_actions_leave_the_citys_verdict_to_the_city():
    assert [action.code for action in propose(QUARTER, "u3", 0)] == ["raise_weakest_element"]
