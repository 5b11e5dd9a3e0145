"""The locked plan: its states, its deviations, and a change that cannot be hidden."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import yaml

from asn_analysis.impact.specification import COMPARISONS, ESTIMATORS
from asn_analysis.records.plan import ALLOWED, LOCK, NAME, PlanError, lock_plan, read_plan
from asn_analysis.rules.rules import load_analysis

GOOD = {
    "outcome": "ikm",
    "estimator": "imputation",
    "comparison": "not_yet_treated",
    "sesoi": 2.0,
    "confidence": 0.95,
    "elements_of_interest": ["u6", "u7"],
    "date": date(2026, 1, 15),
    "author": "Bagian Organisasi",
}


def write(folder: Path, **changes) -> None:
    (folder / NAME).write_text(yaml.safe_dump(GOOD | changes), encoding="utf-8")


def test_a_plan_goes_from_absent_to_locked(tmp_path):
    assert read_plan(tmp_path).state == "absent"
    write(tmp_path)
    assert read_plan(tmp_path).state == "unlocked"
    locked = lock_plan(tmp_path, date(2026, 2, 1))
    assert (locked.state, locked.locks) == ("locked", ("2026-02-01",))


def test_locking_the_same_plan_again_changes_nothing(tmp_path):
    write(tmp_path)
    lock_plan(tmp_path, date(2026, 2, 1))
    assert lock_plan(tmp_path, date(2026, 5, 1)).locks == ("2026-02-01",)


def test_a_changed_plan_is_seen_and_a_new_lock_does_not_hide_it(tmp_path):
    write(tmp_path)
    lock_plan(tmp_path, date(2026, 2, 1))
    write(tmp_path, sesoi=1.0)
    assert read_plan(tmp_path).state == "changed"
    again = lock_plan(tmp_path, date(2026, 9, 1))
    assert (again.state, again.locks) == ("relocked", ("2026-02-01", "2026-09-01"))


def test_deviations_name_what_was_planned_and_what_was_used(tmp_path):
    write(tmp_path, sesoi=1.5, comparison="never_treated")
    deviations = read_plan(tmp_path).deviations(load_analysis())
    assert deviations == (
        {"name": "comparison", "planned": "never_treated", "used": "not_yet_treated"},
        {"name": "sesoi", "planned": 1.5, "used": 2.0},
    )
    assert (
        read_plan(tmp_path).deviations(replace(load_analysis(), sesoi=1.5, comparison="never_treated")) == ()
    )


def test_a_plan_may_say_by_what_units_count(tmp_path):
    write(tmp_path, weights="respondents_before_training")
    assert read_plan(tmp_path).deviations(load_analysis()) == ()
    write(tmp_path, weights="respondents_of_the_quarter")
    (deviation,) = read_plan(tmp_path).deviations(load_analysis())
    assert (deviation["name"], deviation["used"]) == ("weights", "respondents_before_training")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("sesoi: 2", "missing: .*author"),
        ("- a list", "must hold exactly"),
        ("a: [", "not valid YAML"),
        (yaml.safe_dump(GOOD | {"colour": "red"}), "unknown: .*colour"),
        (yaml.safe_dump(GOOD | {"sesoi": -1}), "sesoi"),
        (yaml.safe_dump(GOOD | {"estimator": "ols"}), "'ols'.*imputation or callaway_"),
        (yaml.safe_dump(GOOD | {"comparison": "all"}), "'all'.*not_yet_treated or never_treated"),
        (yaml.safe_dump(GOOD | {"comparison": ["never_treated"]}), "comparison"),
        (yaml.safe_dump(GOOD | {"confidence": 95}), "confidence"),
        (yaml.safe_dump(GOOD | {"elements_of_interest": ["u10"]}), "elements_of_interest"),
        (yaml.safe_dump(GOOD | {"date": "soon"}), "date"),
    ],
)
def test_a_file_that_is_no_plan_is_refused_with_the_remedy(tmp_path, text, message):
    (tmp_path / NAME).write_text(text, encoding="utf-8")
    with pytest.raises(PlanError, match=message):
        read_plan(tmp_path)


def test_a_plan_may_name_what_the_analysis_can_do():
    assert ALLOWED == {"estimator": ESTIMATORS, "comparison": COMPARISONS}


def test_a_damaged_lock_is_no_lock(tmp_path):
    write(tmp_path)
    (tmp_path / LOCK).write_text("locked: yes", encoding="utf-8")
    with pytest.raises(PlanError, match="damaged"):
        read_plan(tmp_path)


def test_nothing_to_lock_is_said(tmp_path):
    with pytest.raises(PlanError, match="no analysis_plan.yml"):
        lock_plan(tmp_path, date(2026, 1, 1))


@pytest.mark.parametrize(
    ("locked", "seen", "state"),
    [
        ((2026, 2, 1), [(2026, 3, 31)], "locked"),
        ((2026, 3, 31), [(2026, 3, 31)], "locked"),
        ((2026, 4, 1), [(2026, 3, 31)], "late"),  # after the quarter's end
        ((2026, 2, 1), [(2026, 3, 31), (2025, 12, 31)], "late"),  # after an earlier quarter was published
        ((2026, 3, 20), [(2026, 3, 31), (2026, 3, 19)], "late"),  # after a first run within the quarter
    ],
)
def test_a_plan_locked_after_the_data_does_not_hold(tmp_path, locked, seen, state):
    write(tmp_path)
    lock_plan(tmp_path, date(*locked))
    plan = read_plan(tmp_path).judging(*[date(*day) for day in seen])
    assert plan.state == state
    assert plan.holds(load_analysis()) == (state == "locked")
    assert plan.seen_from == (None if state == "locked" else min(date(*day) for day in seen).isoformat())


def test_a_plan_that_departs_from_the_rules_does_not_hold(tmp_path):
    write(tmp_path, sesoi=1.5)
    assert not lock_plan(tmp_path, date(2026, 2, 1)).holds(load_analysis())
