"""Optional tables may be missing in any combination: their arms disappear, a plain sentence says so."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from itertools import combinations

import pandas as pd
import pytest

import asn_analysis as asn
from asn_analysis.arms import ARMS
from asn_analysis.briefs.brief import TABLES
from asn_analysis.briefs.inputs import OPTIONAL_TABLES, city_inputs
from asn_analysis.briefs.record import analyse_city, city_record, unit_record
from asn_analysis.briefs.unit import unit_inputs

QUARTER = pd.Period("2026Q3", "Q-DEC")
EVERY = [frozenset(left) for size in range(6) for left in combinations(OPTIONAL_TABLES, size)]
QUICK = [frozenset({"complaints", "staff"}), frozenset({"digital_services", "consultations"})]
QUICK += [frozenset(OPTIONAL_TABLES)]


@pytest.fixture(scope="module")
def analysed(small_dataset):
    """The analysis asks the answers and trainings alone."""
    return analyse_city(city_inputs(small_dataset, QUARTER))


def text_of(brief: asn.Brief, parts: Iterable[str]) -> str:
    html = [getattr(brief, part)().html["en"] for part in parts]
    return re.sub(r"<[^>]+>", "", "".join(html))


def shown(small_dataset, analysed, left_out: frozenset[str]) -> None:
    dataset = replace(small_dataset, **dict.fromkeys(left_out))
    inputs = city_inputs(dataset, QUARTER)
    city = city_record(inputs, analysed)
    told = [arm for arm in ARMS if not left_out & set(arm.tables)]
    brief = asn.Brief(city)
    assert _in_table(brief) == {arm.title for arm in told}
    summaries = re.findall(r"<summary>(.*?)</summary>", brief.annex().html["en"])
    assert not {arm.title for arm in ARMS if arm not in told} & set(summaries)
    limits = text_of(brief, ["limits"])
    assert ("has no such table" in limits) == bool(left_out)
    assert all(TABLES[name] in limits for name in left_out)
    register = text_of(brief, ["next_steps"])
    assert ("There is no follow-up register in the data." in register) == ("follow_ups" in left_out)
    board = {row["name"] for row in city["monitoring"]["indicators"]}
    assert ("complaints_on_time" in board) == ("complaints" not in left_out)
    unit = asn.Brief(unit_record(unit_inputs(inputs, inputs.panel["unit_id"].iloc[0], city)))
    assert _in_table(unit) == {arm.title for arm in told if arm.unit and unit.record.get(arm.name)}


def _in_table(brief: asn.Brief) -> set[str]:
    """The arms that the table of all arms has a row of."""
    return set(re.findall(r'<th scope="row"><a href="#\w+">(.*?)</a>', brief.arms().html["en"]))


@pytest.mark.parametrize("left_out", QUICK, ids=lambda names: "-".join(sorted(names)))
def test_an_arm_disappears_with_its_table_and_the_brief_says_so(small_dataset, analysed, left_out):
    shown(small_dataset, analysed, left_out)


@pytest.mark.slow
@pytest.mark.parametrize("left_out", EVERY, ids=lambda names: "-".join(sorted(names)) or "nothing")
def test_so_it_is_for_every_combination(small_dataset, analysed, left_out):
    shown(small_dataset, analysed, left_out)


@pytest.mark.parametrize("scope", ["city", "36.73.01"])
@pytest.mark.parametrize("language", ["id", "en"])
def test_a_city_without_any_optional_table_still_gets_a_good_brief(bare, scope, language):
    page = bare.page(scope, language)
    headings = re.findall(r"<h([23])[^>]*>(.*?)</h\1>(.{0,40})", page, re.DOTALL)
    titles = [re.sub(r"<[^>]+>", "", title) for _level, title, _ in headings]
    absent = ["Layanan digital", "Pengaduan", "Konsultasi publik", "Kompetensi pegawai"]
    absent += ["Digital services", "Complaints", "Public consultation", "Staff"]
    assert not set(absent) & set(titles)
    assert all(not re.match(r"\s*<h2", after) for level, _, after in headings if level == "2")
    said = {"en": "the data set has no such table", "id": "tabelnya tidak ada dalam data"}
    assert said[language] in page
    assert page.count("<figure") >= (5 if scope == "city" else 2)
