"""Where a number comes from: every one on a page has a function that exists, and rows that can be counted."""

from __future__ import annotations

import copy
import re
from importlib import import_module

import asn_analysis as asn
from asn_analysis.briefs.record import unit_record
from asn_analysis.briefs.unit import unit_inputs
from asn_analysis.record.sources import sources
from asn_analysis.records.hashed import in_letters

# Stated by the data set or the run, not computed.
STATED = {
    "quarter",
    "dates",
    "data",
    "plan",
    "revision",
    "missing_tables",
    "sources",
    "city",
    "fewest_respondents",
}


def test_every_number_on_a_page_has_a_source(made):
    for scope in ("city", *made.units):
        parts = {part for row in made.record(scope)["sources"] for part in row["parts"]}
        shown = {place.split(".")[0] for place in re.findall(r'data-from="([^"]+)"', made.page(scope, "id"))}
        assert shown - parts - STATED == set()


def test_every_function_exists(made):
    for scope in ("city", made.units[0]):
        for row in made.record(scope)["sources"]:
            module, name = row["function"].rsplit(".", 1)
            assert callable(getattr(import_module(f"asn_analysis.{module}"), name)), row


def test_rows_used_are_counted_and_their_hash_follows_them(made):
    inputs = asn.read_city(str(made.data))
    record = made.record("city")
    by_part = {part: row for row in sources(inputs, record) for part in row["parts"]}
    assert by_part["ikm"]["rows"] == (inputs.panel["quarter"] == inputs.quarter).sum()
    assert by_part["effect"]["rows"] == len(inputs.panel)
    assert by_part["cost"]["rows"] == len(inputs.about["trainings"])
    # Letters alone: one hash in three thousand is a phone without its nought, and stops a quarter.
    assert all(
        re.fullmatch("[a-p]{12}", row["sha256"]) for row in by_part.values() if row["rows"] is not None
    )
    assert in_letters("871875648610ff", 12) == "onhonlmkomhg"
    assert {row["sha256"] for row in record["sources"]} == {row["sha256"] for row in by_part.values()}
    changed = copy.deepcopy(inputs)
    changed.panel.loc[changed.panel["quarter"] < inputs.quarter, "sum_u1"] += 1
    after = {part: row for row in sources(changed, record) for part in row["parts"]}
    assert after["ikm"] == by_part["ikm"]
    assert after["effect"]["sha256"] != by_part["effect"]["sha256"]


def test_no_hash_covers_a_withheld_cell(made):
    """Three answers can take so few values that their hash could be guessed."""
    city = asn.read_city(str(made.data))
    unit = made.units[0]
    city.about["withheld"] = [(unit, str(city.quarter))]
    before = unit_record(unit_inputs(city, unit, made.record("city")))
    city.panel.loc[(city.panel["unit_id"] == unit) & (city.panel["quarter"] == city.quarter), "sum_u1"] += 1
    after = unit_record(unit_inputs(city, unit, made.record("city")))
    assert after == before
