"""The next survey: worked by hand, against the published table, and against what surveys then show."""

from __future__ import annotations

import csv

import numpy as np
import pandas as pd
import pytest

from asn_analysis.followup.planning import (
    answer_spread,
    best_cut,
    equal_cut,
    expected_width,
    forms_for_power,
    forms_for_precision,
    judge,
    next_wave,
    sample_size,
)
from asn_analysis.impact.average import average_effect
from asn_analysis.impact.design import Design

DESIGN = Design("ikm", "unit_id", "quarter", "cohort", weight="n_respondents")
LAST = pd.Period("2026Q2", "Q-DEC")
SD, SHOCK = 9.0, 1.0


def survey(rng, units=60, quarters=10, forms=45.0, ahead=0, start=(), effect=0.0):
    """Cells of a city: a unit's level, a quarter's, a shock of the cell, and the chance of who answers."""
    unit, place = np.divmod(np.arange(units * (quarters + ahead)), quarters + ahead)
    quarter = pd.PeriodIndex([LAST - (quarters - 1) + int(t) for t in place], freq="Q-DEC")
    first = np.array([f"{LAST + 1}" if u in start else None for u in range(units)], dtype=object)
    cohort = pd.PeriodIndex(first[unit], freq="Q-DEC")
    n = np.where(place < quarters, 45.0, forms)
    level = 80 + rng.normal(0, 3, units)[unit] + rng.normal(0, 1, quarters + ahead)[place]
    mean = level + rng.normal(0, SHOCK, len(unit)) + rng.normal(size=len(unit)) * SD / np.sqrt(n)
    mean = mean + effect * (quarter >= cohort)
    within = SD**2 * rng.chisquare(n - 1)
    return pd.DataFrame(
        {
            "unit_id": unit,
            "quarter": quarter,
            "cohort": cohort,
            "n_respondents": n,
            "n_scored": n,
            "sum_score": n * mean / 25,
            "sum2_score": (n * mean**2 + within) / 625,
            "ikm": mean,
        }
    )


def test_all_rows_of_krejcie_and_morgan_are_reproduced(shared):
    with (shared / "reference" / "krejcie_morgan.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 90
    assert [sample_size(int(row["population_N"])) for row in rows] == [
        int(row["sample_S_table"]) for row in rows
    ]


def test_forms_for_two_points_by_hand():
    """Spread 10: 1.96 x 10 / 2 squared is 96; with Student's 1.985 it is 98.5, and so 100 in fives."""
    variance = pd.Series([100.0, 25.0, 0.0], ["wide", "narrow", "alike"])
    needed = forms_for_precision(variance, 2.0)
    assert needed.tolist() == [100, 30, 5]
    assert (expected_width(variance, needed) <= 2.0).all()
    assert (expected_width(variance, needed - 5)[:2] > 2.0).all()


def test_a_range_too_narrow_for_any_survey_is_refused():
    with pytest.raises(ValueError, match="wider"):
        forms_for_precision(pd.Series([100.0]), 0.2)


def test_a_units_spread_is_drawn_towards_the_citys():
    """City 10 (by weight 100); a unit's own 50 answers have 14: (50 x 196 + 100 x 100) / 150."""
    big = {"unit_id": "big", "n_scored": 100001, "squares": 100000 * 100.0}
    small = {"unit_id": "small", "n_scored": 51, "squares": 50 * 196.0}
    none = {"unit_id": "none", "n_scored": 0, "squares": 0.0}
    cells = pd.DataFrame([big, small, none]).assign(quarter=LAST, sum_score=0.0)
    cells["sum2_score"] = cells["squares"] / 625
    spread = answer_spread(cells)
    assert spread["small"] == pytest.approx((50 * 196 + 100 * 100) / 150)
    assert spread["none"] == pytest.approx(100.0)


def test_one_answer_elsewhere_does_not_move_a_units_plan(small_dataset):
    from asn_analysis.measures.panel import build_panel

    panel = build_panel(small_dataset)
    before = answer_spread(panel)
    other = panel["unit_id"].unique()[0]
    panel.loc[panel["unit_id"] == other, "sum2_score"] += 0.5
    after = answer_spread(panel)
    assert after.drop(other).equals(before.drop(other)) and after[other] != before[other]


def test_the_best_cut_follows_neyman_between_floor_and_need():
    needed = pd.Series([100.0] * 4)
    variance, users = pd.Series([100.0, 100.0, 25.0, 100.0]), pd.Series([3000.0, 1000.0, 2000.0, 10.0])
    cut = best_cut(needed, variance, users, 170, fewest=20)
    # floor 20 for the last; 150 by 30000 : 10000 : 10000 is 90, 30, 30
    assert cut.tolist() == [90, 30, 30, 20]
    with pytest.raises(ValueError, match="fewer than 20"):
        best_cut(needed, variance, users, 79, fewest=20)


def test_units_whose_answers_are_all_alike_are_cut_to_the_floor():
    needed, users = pd.Series([80.0, 5.0]), pd.Series([1000.0, 0.0])
    assert best_cut(needed, pd.Series([100.0, 0.0]), users, 60, fewest=4).tolist() == [56, 4]
    assert best_cut(needed, pd.Series([0.0, 0.0]), users, 60, fewest=4).sum() <= 60


def test_no_other_split_makes_the_citys_index_more_exact():
    rng = np.random.default_rng(5)
    needed, variance = pd.Series([90.0] * 8), pd.Series(rng.uniform(40, 160, 8))
    users = pd.Series(rng.uniform(500, 9000, 8))
    cut = best_cut(needed, variance, users, 360, fewest=20)
    best, equal = (judge("cut", split, variance, users, 15000) for split in (cut, equal_cut(needed, 360)))
    assert best.city < equal.city and best.widest > equal.widest
    for one in range(8):
        for other in range(8):
            moved = cut.copy()
            moved[one], moved[other] = moved[one] + 5, moved[other] - 5
            if one != other and moved.between(20, 90).all():
                assert judge("moved", moved, variance, users, 15000).city > best.city - 1e-3
    assert best.cost == best.total * 15000 and best.total <= 360


@pytest.fixture(scope="module")
def past():
    return survey(np.random.default_rng(11))


TRAINED = range(15)


def wave_of(past, units=TRAINED):
    return next_wave(past, DESIGN, units, LAST)


def shown(rng, forms, effect, draws):
    """Share of later surveys whose plain interval lies above 0."""
    found = 0
    for _ in range(draws):
        panel = survey(rng, forms=forms, ahead=4, start=set(TRAINED), effect=effect)
        found += average_effect(panel, DESIGN).conf_low > 0
    return found / draws


def test_planned_forms_reach_their_power(past):
    effect = 1.0
    wave = wave_of(past)
    forms = forms_for_power(wave, effect)
    planned = wave.power(effect, pd.Series(float(forms), range(60))).power
    assert 0.80 <= planned < 0.85
    assert shown(np.random.default_rng(12), forms, effect, 300) == pytest.approx(planned, abs=0.05)


@pytest.mark.slow
@pytest.mark.parametrize("effect", [1.0, 1.3])
def test_study_planned_forms_reach_their_power_within_five_points(effect):
    """The plan is made anew from each of 20 pasts, so that its own error is part of what is judged."""
    rng, gaps = np.random.default_rng(13), []
    for _ in range(20):
        wave = wave_of(survey(rng))
        forms = forms_for_power(wave, effect)
        planned = wave.power(effect, pd.Series(float(forms), range(60))).power
        gaps.append(shown(rng, forms, effect, 200) - planned)
    assert abs(np.mean(gaps)) <= 0.05


def test_planned_forms_reach_their_precision():
    rng = np.random.default_rng(14)
    variance = answer_spread(survey(rng))
    forms = int(forms_for_precision(variance, 2.0).median())
    answers = rng.normal(80, SD, (4000, forms))
    half = expected_width(pd.Series(answers.var(axis=1, ddof=1)), forms)
    assert half.mean() == pytest.approx(2.0, abs=0.08)
    assert np.mean(np.abs(answers.mean(axis=1) - 80) <= half) == pytest.approx(0.95, abs=0.01)


def test_more_forms_cannot_show_what_the_units_own_ups_and_downs_hide(past):
    assert forms_for_power(wave_of(past), 0.3) is None


def test_fewer_forms_lose_power_and_a_wave_without_comparison_has_none(past):
    units = past["unit_id"].unique()
    few, many = (pd.Series(float(n), units) for n in (5, 100))
    variance, users = answer_spread(past), pd.Series(1000.0, units)
    judged = [judge("some", n, variance, users, 1.0, wave_of(past), 1.0) for n in (few, many)]
    assert judged[0].power < judged[1].power - 0.05
    assert judge("few", few, variance, users, 1.0, wave_of(past, units), 1.0).power is None


def test_other_numbers_of_forms_need_the_spread_within_units(past):
    from asn_analysis.impact.power import plan_power

    with pytest.raises(ValueError, match="variance within units"):
        plan_power(past, DESIGN, {0: LAST + 1}, LAST + 4, 1.0, forms=pd.Series(5.0, range(60)))
