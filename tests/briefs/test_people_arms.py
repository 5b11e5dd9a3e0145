"""Digital services and staff in the briefs: planted truths, what is withheld, what is told."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.special import stdtrit

from asn_analysis.arms.arm import Arm, Prepared
from asn_analysis.arms.digital import ARM as DIGITAL
from asn_analysis.arms.digital import NOT_USED
from asn_analysis.arms.preparing import Attempt, prepare_arms
from asn_analysis.arms.staff import ARM as STAFF
from asn_analysis.arms.staff import CATEGORIES, chain_table, links
from asn_analysis.arms.staff.made import KEPT_WHOLE, _mean_of
from asn_analysis.measures.context import with_context
from asn_analysis.measures.digital import channel_cells
from asn_analysis.measures.panel import build_panel
from asn_analysis.record.plain import plain_values
from asn_analysis.records.intake import Dataset
from asn_analysis.words.language import LANGUAGES, Words, plain

ROOT = Path(__file__).parents[2]
EFFECT = {"estimate": 2.4, "conf_low": 1.0, "conf_high": 3.8, "sesoi": 2.0}
ELEMENTS = [
    {"code": code, "estimate": 0.2, "conf_low": low, "conf_high": 0.4}
    for code, low in (("u6", 0.1), ("u7", -0.1))
]


@pytest.fixture(scope="module")
def of_digital(example, panel, quarter):
    return prepare(DIGITAL, example, panel, quarter)


@pytest.fixture(scope="module")
def of_staff(example, panel, quarter):
    return prepare(STAFF, example, panel, quarter)


@pytest.fixture(scope="module")
def truth(root) -> dict:
    return json.loads((root / "data" / "example" / "truth.json").read_text(encoding="utf-8"))


def prepare(arm: Arm, dataset: Dataset, panel: pd.DataFrame, quarter: pd.Period) -> Prepared:
    """The arm's parts as records hold them."""
    found = arm.prepare(dataset, panel, quarter)
    return Prepared(plain_values(found.city), plain_values(found.units))


def city_words(arm: str, part: dict, language: str = "en", **more: object) -> Words:
    return Words(
        {"scope": "city", arm: part, "effect": EFFECT, "element_effects": ELEMENTS, **more}, language
    )


def planted(truth: dict, panel: pd.DataFrame, ramp: list[float], start: str, cells: pd.Series) -> float:
    """The mean planted effect over some cells, weighted by respondents."""
    begun = pd.PeriodIndex(
        panel["unit_id"].map(truth[start]["cohort" if start == "training" else "live"]), freq="Q-DEC"
    )
    since = panel["quarter"].astype("int64") - pd.Series(begun.asi8, panel.index)
    effect = np.array([0.0, *ramp])[(since.clip(-1, len(ramp) - 1) + 1).to_numpy()]
    effect = np.where(begun.isna(), 0.0, effect)
    return float(np.average(effect[cells], weights=panel["n_respondents"][cells]))


def test_an_application_is_not_told_before_it_is_live(example, panel, quarter):
    """Plans sent along: nothing "has been live since" a day to come, nor is asked why it is unused."""
    services = example.digital_services.assign(live_since=quarter.end_time.normalize() + pd.Timedelta(days=1))
    found = DIGITAL.prepare(replace(example, digital_services=services), panel, quarter)
    assert (found.city, found.units) == (None, {})


def test_the_planted_effects_lie_inside_their_ranges(of_digital, panel, truth):
    live = pd.PeriodIndex(panel["unit_id"].map(truth["digital"]["live"]), freq="Q-DEC")
    trained, online = panel["quarter"] >= panel["cohort"], pd.Series(panel["quarter"] >= live, panel.index)
    digital_ramp = truth["digital"]["effect_by_event_quarter"]
    training_ramp = truth["training"]["effect_by_event_quarter"]
    groups = {"training": trained & ~online, "digital": online & ~trained, "both": trained & online}
    found = {row["term"]: row for row in of_digital.city["joint"]}
    for name, cells in groups.items():
        true = planted(truth, panel, digital_ramp, "digital", cells)
        true += planted(truth, panel, training_ramp, "training", cells)
        assert found[name]["conf_low"] < true < found[name]["conf_high"], name
    alone = planted(truth, panel, digital_ramp, "digital", groups["digital"])
    effect, waktu = of_digital.city["effect"], of_digital.city["waktu"]
    assert effect["conf_low"] < alone < effect["conf_high"]
    on_time = (
        alone * 25 * truth["digital"]["effect_by_element"]["u3"]["answer_scale"] / truth["digital"]["effect"]
    )
    assert waktu["conf_low"] < on_time < waktu["conf_high"]
    nothing = of_digital.city["effect_of_staff_systems"]
    assert nothing["conf_low"] < 0 < nothing["conf_high"]


def test_online_answers_move_channel_without_moving_the_index(of_digital):
    """Planted: 8 % answer online, 28 % once a unit has been live for a year; no channel rates otherwise."""
    shift = of_digital.city["channel_shift"]
    assert shift["online_before"] == pytest.approx(0.08, abs=0.01)
    assert 0.2 < shift["online_since"] < 0.28
    assert shift["mix"]["conf_low"] < 0 < shift["mix"]["conf_high"]
    assert shift["total"]["estimate"] == pytest.approx(
        shift["within"]["estimate"] + shift["mix"]["estimate"], abs=3e-6
    )


def test_what_happens_after_the_quarter_changes_nothing(example, quarter):
    early = quarter - 4
    panel = with_context(build_panel(example, early), example)
    later = example.digital_services["quarter"] > early
    known = replace(example, digital_services=example.digital_services[~later])
    assert prepare(DIGITAL, example, panel, early) == prepare(DIGITAL, known, panel, early)
    ended = example.staff["year"] < early.year
    assert (
        prepare(STAFF, example, panel, early).city["ip"]
        == prepare(STAFF, replace(example, staff=example.staff[ended]), panel, early).city["ip"]
    )


def test_before_anything_is_live_there_is_nothing_to_tell(example, panel):
    assert prepare(DIGITAL, example, panel, pd.Period("2020Q1", freq="Q-DEC")).city is None
    assert prepare(STAFF, example, panel, pd.Period("2020Q1", freq="Q-DEC")).city is None


def test_without_their_tables_the_arms_disappear(example, panel, quarter):
    bare = replace(example, digital_services=None, staff=None)
    assert not {"digital", "staff"} & set(prepare_arms(Attempt(), bare, panel, quarter))


def test_a_city_where_nobody_is_trained_or_everybody_at_once_is_told_too(example, panel, quarter):
    nobody = panel.assign(cohort=pd.PeriodIndex([pd.NaT] * len(panel), freq="Q-DEC"))
    found = prepare(DIGITAL, example, nobody, quarter).city
    assert [row["term"] for row in found["joint"]] == ["digital"]
    everybody = panel.assign(cohort=panel["quarter"].min())
    refused = prepare(DIGITAL, example, everybody, quarter).city
    assert refused["effect"]["refusal"] and refused["joint"] == [] and refused["channel_shift"] is None
    for language in LANGUAGES:
        words = city_words("digital", refused, language)
        assert all(plain(text) for text in DIGITAL.sentences(words))
        assert DIGITAL.annex(words)


def test_no_group_of_fewer_than_five_can_be_had_from_the_channels(of_digital, example, quarter):
    cells = channel_cells(example, quarter)
    online = cells[(cells["quarter"] > quarter - 4) & (cells["channel"] == "online")]
    n_online = online.groupby("unit_id")["n"].sum()
    shown = {unit: part["channels"] for unit, part in of_digital.units.items() if part["channels"]}
    assert shown
    assert all(group["n"] >= 5 for groups in shown.values() for group in groups.values())
    hidden = n_online[~n_online.index.isin(list(shown))]
    assert len(hidden) >= 2 and hidden.sum() >= 5


def test_units_of_few_staff_are_withheld_and_nobody_can_be_had_by_subtraction(of_staff, example):
    n_staff = example.staff[example.staff["year"] == 2025].groupby("unit_id").size()
    hidden = {unit for unit, part in of_staff.units.items() if part["withheld"]}
    assert set(n_staff.index[n_staff < 5]) <= hidden
    assert len(hidden) >= 2 and n_staff[list(hidden)].sum() >= 5
    told = ({name for name, value in of_staff.units[unit].items() if value} for unit in hidden)
    assert all(names == {"withheld", "fewest", "year"} for names in told)
    assert not hidden & {row["unit_id"] for row in of_staff.city["lowest"]}


def test_a_sanction_cannot_be_read_from_the_units_numbers(example, panel, quarter):
    """Discipline stands with performance, in whole points: one sanction more seldom shows at all."""
    rows = example.staff[example.staff["year"] == 2025]
    unit = rows.groupby("unit_id").size().pipe(lambda sizes: sizes.index[sizes >= 5][0])
    part = prepare(STAFF, example, panel, quarter).units[unit]
    assert "discipline" not in part and "performance" not in part
    assert all(isinstance(part[name], int) for name in KEPT_WHOLE)
    assert all(isinstance(row["ip"], int) for row in part["years"])


def test_no_class_of_fewer_than_five_people_is_told_alone(of_staff):
    classes = of_staff.city["categories"]
    assert all(row["n"] == 0 or row["n"] >= 5 for row in classes)
    assert sum(row["n"] for row in classes) == of_staff.city["n_staff"]
    assert [name for row in classes for name in row["classes"]] == list(CATEGORIES)


def test_the_chain_names_the_weaker_element_of_behaviour_as_its_weakest_link(of_staff):
    words = city_words("staff", of_staff.city)
    assert [link.state for link in links(words, STAFF.part(words))] == [
        "enough",
        "enough",
        "open",
        "enough",
    ]
    assert "weakest link is behaviour: not shown" in plain(STAFF.sentences(words)[2])
    assert "whatever citizens notice. It is no measure of success" in plain(STAFF.sentences(words)[1])
    refused = dict.fromkeys(("estimate", "conf_low", "conf_high"))
    words = city_words("staff", of_staff.city, effect=EFFECT | refused, element_effects=[])
    assert "Not measured: behaviour, result." in plain(STAFF.sentences(words)[2])
    assert len(chain_table(words, STAFF.part(words)).rows) == 4


def test_the_range_of_a_link_by_hand():
    """Means 4 and 2 of 10 participants each, 3 of 20: without one of them 2.67, 3.33 and 3."""
    found = _mean_of(pd.Series([4.0, 2.0, 3.0, None]), pd.Series([10, 10, 20, 5]))
    df = (100 + 100 + 400) ** 2 / (100**2 + 100**2 + 400**2) - 1
    half = stdtrit(df, 1 - 0.05 / 4 / 2) * np.sqrt(2 * (1 / 3) ** 2 * 2 / 3)
    assert (found["estimate"], found["n_trainings"]) == (3.0, 3)
    assert found["conf_high"] - 3.0 == pytest.approx(half)


@pytest.mark.parametrize(
    ("label", "low", "meaning"),
    [
        ("adjust", 0.3, "a rise, but below the 2.0 points"),
        ("adjust", -0.3, "no rise as large as the 2.0 points"),
        ("inconclusive", -0.3, "too uncertain to say"),
        ("harm", -2.0, "a decline"),
        ("success", 1.5, "a rise of at least the 2.0 points"),
    ],
)
def test_a_city_hears_no_more_than_the_verdict_says(of_digital, label, low, meaning):
    effect = {**of_digital.city["effect"], "conf_low": low}
    effect["verdict"] = {**effect["verdict"], "label": label}
    told = plain(DIGITAL.sentences(city_words("digital", {**of_digital.city, "effect": effect}))[1])
    assert meaning in told


def test_every_part_is_told_in_both_languages(of_digital, of_staff):
    for language in LANGUAGES:
        for arm, module, found in (("digital", DIGITAL, of_digital), ("staff", STAFF, of_staff)):
            words = city_words(arm, found.city, language)
            assert all(plain(text) for text in module.sentences(words))
            assert module.annex(words) and plain(module.row(words).figure)
            for part in found.units.values():
                of_unit = Words({"scope": "x", arm: part}, language)
                assert module.sentences(of_unit)
                assert all(table.rows for table in module.annex(of_unit))


@pytest.fixture(scope="module")
def small_panel(small_dataset, quarter) -> pd.DataFrame:
    return with_context(build_panel(small_dataset, quarter), small_dataset)


@pytest.mark.parametrize(
    ("counts", "state"),
    [
        ({"transactions": 0, "online_started": 0, "online_completed": 0}, "no_services"),
        ({"transactions": 0, "online_started": None, "online_completed": None}, "no_services"),
        ({"online_started": None, "online_completed": None}, "not_recorded"),
        ({"transactions": None}, "not_recorded"),
        ({"audience": "staff"}, "no_application"),
    ],
)
def test_zero_services_and_services_that_nobody_counted_are_two_things(
    small_dataset, small_panel, quarter, counts, state
):
    rows = small_dataset.digital_services
    changed = replace(small_dataset, digital_services=rows.assign(**counts).astype(rows.dtypes))
    found = prepare(DIGITAL, changed, small_panel, quarter)
    units = [part for part in found.units.values() if part["citizens"] or state == "no_application"]
    for language in LANGUAGES:
        city = city_words("digital", found.city, language)
        of_units = [Words({"scope": "x", "digital": part}, language) for part in units]
        said = plain(city.say(NOT_USED[state]))
        assert {plain(DIGITAL.row(words).figure) for words in (city, *of_units)} == {said}
        told = [plain(DIGITAL.sentences(words)[0]) for words in (city, *of_units)]
        # A unit that has a system of staff alone is told of that.
        assert [said in one for one in told] == [True] + [state != "no_application"] * len(units)


@pytest.mark.parametrize(
    ("n", "told"), [(0, "had no transaction"), (None, "is not recorded"), (9, "a transaction")]
)
def test_a_staff_system_without_transactions_and_one_without_counts_are_two_things(
    small_dataset, small_panel, quarter, n, told
):
    rows = small_dataset.digital_services.assign(audience="staff", transactions=n)
    rows = rows.astype(small_dataset.digital_services.dtypes)
    found = prepare(DIGITAL, replace(small_dataset, digital_services=rows), small_panel, quarter)
    unit = next(iter(found.units.values()))
    assert told in plain(DIGITAL.sentences(Words({"scope": "x", "digital": unit}, "en"))[-1])


def test_nothing_finished_online_has_no_cost_and_no_dash(small_dataset, small_panel, quarter):
    rows = small_dataset.digital_services.assign(online_started=0, online_completed=0)
    found = prepare(DIGITAL, replace(small_dataset, digital_services=rows), small_panel, quarter)
    unit = next(part for part in found.units.values() if part["citizens"])
    for words in (city_words("digital", found.city), Words({"scope": "x", "digital": unit}, "en")):
        told = plain(DIGITAL.sentences(words)[0])
        assert "one of the services of the last four quarters was finished online." in told
        assert "–" not in told
