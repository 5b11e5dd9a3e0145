"""The next actions: what each rule asks of the evidence, and that none fires without it."""

from __future__ import annotations

from dataclasses import asdict

import pytest

from asn_analysis.followup.actions import facts, propose, request
from asn_analysis.rules.rules import load_actions
from asn_analysis.words.texts import ACTIONS, LISTS, MEASURES, OWNERS

APART = [("u9", 80.0, 79.0, 81.0), ("u3", 84.0, 83.0, 85.0), ("u1", 86.0, 85.0, 87.0)]


def kinds(best: str | None) -> dict:
    return {"planning": {"next": {"kinds": {"best": best}}}}


def ranges(rows: list[tuple], name: str, value: str) -> list[dict]:
    return [dict(zip((name, value, "conf_low", "conf_high"), row, strict=True)) for row in rows]


def a_unit(code: str, name: str, kecamatan: str | None = None) -> dict[str, str | None]:
    return {"unit_id": code, "name": name, "kecamatan": kecamatan}


def coverage(n_absent: int, n_silent: int = 0) -> dict[str, int]:
    return {"n_absent": n_absent, "n_silent": n_silent}


def a_record(scope: str = "city", label: str = "success", elements: list = APART, **parts: object) -> dict:
    told = ranges(elements, "code", "unrounded")
    head = {"scope": scope, "quarter": "2026Q3", "verdict": {"label": label}, "coverage": coverage(0)}
    return {**head, "effect": {"refusal": None}, "elements": told, "lowest": [], **parts}


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


@pytest.mark.parametrize(
    ("label", "then"),
    [
        ("success", ["train_in_order"]),
        ("promising", ["train_in_order", "confirm_next_quarter"]),
        ("inconclusive", ["train_in_order", "gather_evidence"]),
        ("adjust", ["review_training"]),  # a lot does not outweigh what was found
        ("harm", ["pause_and_look"]),
    ],
)
def test_a_lot_is_followed_unless_the_training_is_to_change(label, then):
    lot = {"next": [a_unit(f"PKM-0{n}", f"Puskesmas {n}") for n in (4, 1, 3, 2)]}
    record = a_record(label=label, n_untrained=31, lot=lot, **planned(300e6))
    assert request(record) is None  # nobody is chosen again whom a lot has chosen
    actions = propose(record)
    assert [action.code for action in actions][: len(then)] == then
    assert "extend_training" not in [action.code for action in actions]
    if then[0] == "train_in_order":
        told = (actions[0].count, actions[0].names)
        assert told == (4, ("Puskesmas 4", "Puskesmas 1", "Puskesmas 3"))


def planned(budget: float | None, refusal: str | None = None) -> dict:
    """What planning found: eighteen of 31 untrained units for 299 million."""
    fair = {"n_units": 18, "cost": 299e6}
    units = [a_unit(name.lower(), name) for name in "ABCDE"]
    found = {"budget": budget, "refusal": refusal, "n_untrained": 31, "kinds": None}
    return {"planning": {"next": {**found, "choices": [fair], "units": units}}}


def test_a_success_asks_for_what_the_budget_pays_and_for_a_budget_where_none_is_set():
    record = a_record(n_untrained=31, **planned(300e6))
    asked = request(record)
    assert (asked.n_units, asked.cost, asked.n_untrained, asked.first) == (18, 299e6, 31, ("A", "B", "C"))
    assert asked.cost <= asked.budget and asked.per_unit == pytest.approx(299e6 / 18)
    first = propose({**record, "request": asdict(asked)})[0]
    assert (first.code, first.count, first.cost, first.asked) == ("train_chosen", 18, 299e6, True)
    unset = a_record(n_untrained=31, **planned(None))
    first = propose({**unset, "request": asdict(request(unset))})[0]
    assert (first.code, first.asked) == ("set_budget", True)


@pytest.mark.parametrize(
    ("unit", "trained", "told"), [("e", False, "asked"), ("x", True, "trained"), ("x", False, "not_asked")]
)
def test_a_request_says_what_becomes_of_the_unit_that_stands_lowest(unit, trained, told):
    lowest = [{"unit_id": unit, "trained": trained}, {"unit_id": "a", "trained": False}]
    assert request(a_record(lowest=lowest, n_untrained=31, **planned(300e6))).lowest == told


def test_nothing_is_asked_for_where_nobody_can_be_chosen_or_training_is_no_success():
    assert request(a_record(n_untrained=31, **planned(300e6, "budget_too_small"))) is None
    for label in ("promising", "adjust", "harm", "inconclusive"):
        assert request(a_record(label=label, n_untrained=31, **planned(300e6))) is None


@pytest.mark.parametrize(
    ("refusal", "code"),
    [
        ("one_period", "confirm_next_quarter"),
        ("no_treated", "record_trainings"),
        ("no_untreated", "enter_earlier_surveys"),
        ("no_earlier_period", "enter_earlier_surveys"),
        ("no_comparison", "train_in_rounds"),
        ("single_unit", "train_in_rounds"),
        ("no_variation", "ask_how_filled_in"),
    ],
)
def test_a_city_without_an_effect_gets_an_action_that_it_can_take(refusal, code):
    record = a_record(label="inconclusive", n_untrained=3, effect={"refusal": {"code": refusal}})
    assert codes(record) == [code, "raise_weakest_element"]


def test_where_all_are_trained_success_is_confirmed_not_extended():
    assert codes(a_record(n_untrained=0))[0] == "confirm_next_quarter"


def test_a_units_actions_leave_the_citys_verdict_to_the_city():
    assert codes(a_record("36.73.01", n_untrained=3)) == ["raise_weakest_element"]


def test_a_unit_silent_for_a_year_is_not_asked_for_forms_for_ever_neither_by_the_city():
    assert codes(a_record("U1", elements=[], coverage=coverage(1))) == ["survey_again"]
    assert codes(a_record("U1", elements=[], coverage=coverage(1, 1))) == ["survey_or_close"]
    city = propose(a_record(label="adjust", elements=[], coverage=coverage(5, 2)))
    assert [(one.code, one.count) for one in city[1:]] == [("survey_absent_units", 3), ("ask_if_closed", 2)]


def test_a_unit_is_named_with_its_kecamatan_since_names_repeat():
    unit = a_unit("K1", "Kelurahan Sukawana", "Curug")
    record = a_record(n_untrained=1, lot={"next": [unit]}, complaints={"disagreeing": [unit]})
    named = [action.names for action in propose(record) if action.names]
    assert named == [("Kelurahan Sukawana (Curug)",)] * 2


def test_elements_that_chance_may_order_are_told_together():
    close = [("u9", 80.0, 79.0, 81.1), ("u3", 81.5, 81.0, 82.0)]
    (action,) = propose(a_record("unit", elements=close))
    assert (action.code, action.element, action.other) == ("look_at_weakest_elements", "u9", "u3")
    alone = [("u9", 80.0, None, None), ("u3", 99.0, None, None)]  # a single respondent has no range
    assert codes(a_record("unit", elements=alone)) == ["look_at_weakest_elements"]
    assert codes(a_record("unit", elements=[])) == []
    alike = [(code, 75.0, 75.0, 75.0) for code in ("u1", "u2", "u3")]
    assert codes(a_record("unit", elements=alike)) == []  # none of them is the lowest


@pytest.mark.parametrize(
    ("parts", "code", "told"),
    [
        ({"complaints": {"open_past_limit": 4}}, "answer_complaints", {"count": 4}),
        (
            {"complaints": {"disagreeing": [a_unit("a", "A"), a_unit("b", "B")]}},
            "look_at_disagreement",
            {"count": 2, "names": ("A", "B")},
        ),
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
        assert {rule.code} <= ACTIONS.keys() & MEASURES.keys() & LISTS.keys()
        assert rule.owner in OWNERS and rule.due_in > 0
        told = {rule.count, rule.share, rule.element, rule.other, rule.kind, rule.names, rule.cost} - {None}
        asked = {*rule.when} | told
        assert asked <= known, rule.code
