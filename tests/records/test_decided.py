"""What a city has decided itself: what is usable of it is used, and the rest is named with what to do."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from asn_analysis.records.faults import Fault
from asn_analysis.records.manifest import Decided, manifest_of


def told(raw: dict[str, Any]) -> tuple[Decided, list[Fault]]:
    """What is used of a dataset.yml that says nothing else, and what is wrong with it."""
    manifest, faults = manifest_of(Path(), raw)
    return manifest.decided, [fault for fault in faults if fault.problem != "this key is missing"]


def test_money_and_targets_are_read_and_what_is_not_told_is_not_known():
    raw = {"planning": {"training_budget": 300_000_000}, "targets": {"satisfaction": 88.31}}
    assert told(raw) == (Decided(300_000_000, None, {"satisfaction": 88.31}), [])
    assert told({}) == (Decided(None, None, {}), [])


@pytest.mark.parametrize(
    ("key", "name", "value"),
    [
        ("planning", "training_budget", "Rp 300.000.000"),
        ("planning", "cost_per_form", 0),
        ("planning", "cost_per_form", True),
        ("targets", "satisfaction", 101),
        ("targets", "satisfaction", True),
    ],
)
def test_what_is_no_amount_or_target_is_named_and_left_out(key, name, value):
    used, (fault,) = told({key: {name: value}})
    assert (fault.file, fault.column, fault.value) == ("dataset.yml", f"{key}.{name}", str(value))
    assert used == Decided()


@pytest.mark.parametrize(("key", "name"), [("planning", "training_buget"), ("targets", "happiness")])
def test_a_name_that_is_unknown_is_named_with_the_known_ones(key, name):
    used, (fault,) = told({key: {name: 80}})
    assert (fault.column, fault.problem) == (f"{key}.{name}", "unknown key")
    assert "training_budget" in fault.remedy or "satisfaction" in fault.remedy
    assert used == Decided()


def test_a_part_that_is_no_list_of_lines_is_one_fault():
    _, (fault,) = told({"targets": 88.31})
    assert (fault.column, fault.value) == ("targets", "88.31")
