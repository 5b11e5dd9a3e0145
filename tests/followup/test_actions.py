"""The next actions: what each rule asks of the evidence, and that none fires without it."""

from __future__ import annotations

import pytest

from asn_analysis.followup.actions import facts, propose
from asn_analysis.rules.rules import load_actions
from asn_analysis.words.texts import ACTIONS, MEASURES, OWNERS

APART = [("u9", 80.0, 79.0, 81.0), ("u3", 84.0, 83.0, 85.0), ("u1", 86.0, 85.0, 87.0)]


def kinds(best: str | None) -> dict:
    return {"planning": {"next": {"kinds": {"best": best}}}}


def ranges(rows: list[tuple], name: str, value: str) -> list[dict]:
    return [dict(zip((name, value, "conf_low", "conf_high"), row, strict=True)) for row in rows]


def a_record(scope: str = "city", label: str = "success", elements: list = APART, **parts: object) -> dict:
    told = ranges(elements, "code", "unrounded")
    head = {"scope": scope, "quarter": "2026Q3", "verdict": {"label": label}, "coverage": {"n_absent": 0}}
    return {**head, "elements": told, **parts}


def codes(record: dict) -> list[str]:
    return [action.code for action in propose(record)]


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
    actions = propose(a_record(label=label, n_untrained=31, follow_ups={"n_overdue": 3}))
    assert [action.code for action in actions] == [code, "raise_weakest_element", "close_overdue"]
    assert {action.due_quarter for action in actions} == {"2026Q4"}
    assert (actions[1].element, actions[2].count) == ("u9", 3)
    assert actions[0].count == (31 if label == "success" else None)


def test_where_all_are_trained_success_is_confirmed_not_extended():
    assert codes(a_record(n_untrained=0))[0] == "confirm_next_quarter"


def test_a_units_actions_leave_the_citys_verdict_to_the_city():
    assert codes(a_record("36.73.01", n_untrained=3)) == ["raise_weakest_element"]


def test_elements_that_chance_may_order_are_told_together():
    close = [("u9", 80.0, 79.0, 81.1), ("u3", 81.5, 81.0, 82.0)]
    (action,) = propose(a_record("unit", elements=close))
    assert (action.code, action.element, action.other) == ("look_at_weakest_elements", "u9", "u3")
    alone = [("u9", 80.0, None, None), ("u3", 99.0, None, None)]  # a single respondent has no range
    assert codes(a_record("unit", elements=alone)) == ["look_at_weakest_elements"]
    assert codes(a_record("unit", elements=[])) == []


@pytest.mark.parametrize(
    ("parts", "code", "told"),
    [
        ({"complaints": {"open_past_limit": 4}}, "answer_complaints", {"count": 4}),
        ({"complaints": {"disagreeing": [{}, {}]}}, "look_at_disagreement", {"count": 2}),
        (
            {"complaints": {"elements": {"agree": False, "complained": "u3", "weakest": "u9"}}},
            "hear_complainants",
            {"element": "u3", "other": "u9"},
        ),
        ({"quality": {"n_flagged_units": 5}}, "ask_about_survey", {"count": 5}),
        ({"digital": {"citizens": {"take_up": 0.14}}}, "find_why_not_online", {"share": 0.14}),
        (kinds("managerial"), "prefer_kind", {"kind": "managerial"}),
    ],
)
def test_each_arm_calls_for_its_action(parts, code, told):
    before = codes(a_record(n_untrained=1))
    (action,) = [found for found in propose(a_record(n_untrained=1, **parts)) if found.code not in before]
    assert action.code == code
    assert {name: getattr(action, name) for name in told} == told


@pytest.mark.parametrize(
    "parts",
    [
        {"complaints": None, "quality": None, "digital": None, "planning": None},
        {"complaints": {"open_past_limit": 0, "disagreeing": [], "elements": None}},
        {"complaints": {"elements": {"agree": True, "complained": "u9"}}, "quality": {"n_flagged_units": 0}},
        {"digital": {"citizens": {"take_up": 0.6}}},
        {"digital": {"citizens": {"take_up": None}}},
        kinds(None),
        {"planning": {"next": {"kinds": None}}},
    ],
)
def test_without_its_evidence_no_rule_fires(parts):
    assert codes(a_record(n_untrained=1, **parts)) == ["extend_training", "raise_weakest_element"]


def test_complainants_are_heard_only_where_the_survey_surely_puts_another_last():
    about = {"complaints": {"elements": {"agree": False, "complained": "u3", "weakest": "u9"}}}
    close = [("u9", 80.0, 79.0, 81.1), ("u3", 81.5, 81.0, 82.0)]
    assert "hear_complainants" in codes(a_record(**about))
    assert "hear_complainants" not in codes(a_record(elements=close, **about))


def test_every_rule_has_who_what_when_and_how_measured_and_asks_known_facts():
    known = set(facts(a_record(**kinds("technical"))))
    for rule in load_actions().rules:
        assert rule.code in ACTIONS and rule.code in MEASURES and rule.owner in OWNERS and rule.due_in > 0
        asked = {*rule.when, rule.count, rule.share, rule.element, rule.other, rule.kind} - {None}
        assert asked <= known, rule.code
