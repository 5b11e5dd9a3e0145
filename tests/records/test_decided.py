"""What a city has decided itself: what is usable of it is used, and the rest is named with what to do."""

from __future__ import annotations

import pytest

from asn_analysis.records.decided import Decided, decided, decided_faults


def test_money_and_targets_are_read_and_what_is_not_told_is_not_known():
    raw = {"planning": {"training_budget": 300_000_000}, "targets": {"satisfaction": 88.31}}
    assert decided(raw) == Decided(300_000_000, None, {"satisfaction": 88.31})
    assert not list(decided_faults("dataset.yml", raw))
    assert decided({}) == Decided(None, None, {})


@pytest.mark.parametrize(
    ("key", "name", "value"),
    [
        ("planning", "training_budget", "Rp 300.000.000"),
        ("planning", "cost_per_form", 0),
        ("planning", "cost_per_form", True),
        ("planning", "buget", 300_000_000),
        ("targets", "satisfaction", 101),
        ("targets", "satisfaction", True),
        ("targets", "happiness", 80),
    ],
)
def test_what_is_no_amount_or_target_is_named_and_left_out(key, name, value):
    raw = {key: {name: value}}
    (fault,) = decided_faults("dataset.yml", raw)
    assert (fault.file, fault.column, fault.value) == ("dataset.yml", f"{key}.{name}", str(value))
    assert decided(raw) == Decided()


def test_a_part_that_is_no_list_of_lines_is_one_fault():
    (fault,) = decided_faults("dataset.yml", {"targets": 88.31})
    assert (fault.column, fault.value) == ("targets", "88.31")
