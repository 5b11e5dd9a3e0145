"""Monitoring in the briefs: what is told, in both languages, and what disappears."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from itertools import product

import pandas as pd
import pytest
from markupsafe import Markup

from asn_analysis.arms.arm import Prepared
from asn_analysis.arms.monitoring import ARM
from asn_analysis.record.plain import plain_values
from asn_analysis.records.intake import Dataset
from asn_analysis.words.language import LANGUAGES, Words, plain

OPTIONAL = ("complaints", "consultations", "follow_ups")


@pytest.fixture(scope="module")
def part(example, panel, quarter):
    return prepare(example, panel, quarter)


def prepare(dataset: Dataset, panel: pd.DataFrame, quarter: pd.Period) -> Prepared:
    """The arm's parts as records hold them."""
    found = ARM.prepare(dataset, panel, quarter)
    return Prepared(plain_values(found.city), plain_values(found.units))


def city(part: dict, language: str = "en") -> Words:
    return Words({"scope": "city", "monitoring": part}, language)


def test_the_example_is_told_as_planted(part):
    """Planted: training moves staff and time, nothing moves how fast complaints are answered."""
    moved = {row["name"]: row["moved"] for row in part.city["indicators"]}
    assert moved["staff_quality"] == moved["completion_time"] == moved["satisfaction"] == "better"
    assert moved["complaints_on_time"] == moved["aspirations_adopted"] == "open"
    assert moved["actions_done"] is None
    assert part.city["charts"]["n_warnings"] <= 2


def test_a_unit_that_falls_is_asked_and_no_cause_is_given(example, panel, quarter):
    fallen = (panel["unit_id"] == "PKM-03") & (panel["quarter"] == quarter)
    found = prepare(example, panel.assign(ikm=panel["ikm"] - 15.0 * fallen), quarter)
    assert found.city["charts"]["warnings"][0]["unit_id"] == "PKM-03"
    assert found.units["PKM-03"]["beyond"] == "below"
    for language in LANGUAGES:
        row = [plain(cell) for cell in ARM.annex(city(found.city, language))[-1].rows[0]]
        assert row[0] == "Puskesmas Unyur (Serang)" and row[3].endswith("?")
        own = Words({"scope": "PKM-03", "monitoring": found.units["PKM-03"]}, language)
        assert re.search("below|di bawah", plain(ARM.sentences(own)[0]))


def test_a_rest_is_told_of_only_where_there_is_one(part):
    for n_missed, n in ((2, 1), (3, 0)):
        counts = {"n_with_target": 4, "n_reached": 1, "n_missed": n_missed}
        told = plain(ARM.sentences(city({**part.city, **counts}))[0])
        assert told.count("The rest are within chance variation") == n


def test_every_part_is_told_in_both_languages(part):
    for language in LANGUAGES:
        words = city(part.city, language)
        assert len([plain(text) for text in ARM.sentences(words)]) == 3
        assert all(len(row) == len(table.headers) for table in ARM.annex(words) for row in table.rows)
        for signal, side, rule in (
            (None, "warning", None),
            *product(("below", "above"), ("warning", "rise"), ("beyond", "run")),
        ):
            own = {**part.units["PKM-03"], "beyond": signal, "warning": None, "rise": None, side: rule}
            told = ARM.sentences(Words({"scope": "PKM-03", "monitoring": own}, language))
            assert len(told) == (3 if signal else 1)
            assert bool(re.search("season|musiman", " ".join(map(plain, told)))) is bool(signal)


def test_a_units_brief_asks_what_the_citys_list_asks_and_rings_not_where_all_units_rose(part):
    """Where the whole city rises, most units stand above their own past for years."""
    listed = {row["unit_id"] for row in part.city["charts"]["warnings"]}
    for unit, own in part.units.items():
        asks = plain(Markup(" ").join(ARM.sentences(Words({"scope": unit, "monitoring": own}, "en"))))
        assert ("lower than" in asks) == (unit in listed), unit
        assert (asks.count("?") > 0) == bool(own["warning"] or own["rise"])
    assert sum(bool(own["rise"]) for own in part.units.values()) == part.city["charts"]["n_rises"] < 10


def test_without_optional_tables_the_board_holds_the_survey_alone(example, panel, quarter):
    bare = replace(example, **dict.fromkeys(OPTIONAL))
    found = prepare(bare, panel, quarter).city
    assert [row["name"] for row in found["indicators"]] == [
        "staff_quality", "completion_time", "satisfaction", "complaint_handling"
    ]  # fmt: skip


def test_an_empty_table_and_a_young_survey_are_told_plainly(example, panel, quarter):
    empty = {name: getattr(example, name).head(0) for name in OPTIONAL}
    found = prepare(replace(example, **empty), panel[panel["quarter"] == quarter], quarter)
    assert found.city["n_compared"] == 0 and found.city["charts"] is None and not found.units
    assert "No unit has two surveys" in plain(ARM.sentences(city(found.city))[-1])
    assert "Infinity" not in json.dumps(found.city) and "NaN" not in json.dumps(found.city)


def test_what_happens_after_the_quarter_changes_nothing(example, panel, quarter):
    early = quarter - 4
    before = panel[panel["quarter"] <= early]
    end = early.end_time
    known = replace(
        example,
        complaints=example.complaints[example.complaints["received"] <= end],
        consultations=example.consultations[example.consultations["date"] <= end],
        follow_ups=example.follow_ups[example.follow_ups["promised_quarter"] <= early],
    )
    assert prepare(example, before, early) == prepare(known, before, early)
