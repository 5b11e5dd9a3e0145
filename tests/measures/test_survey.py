"""The index of a unit and of a city, with intervals that respect who was asked."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

import asn_analysis as asn
from asn_analysis.measures.control_charts import NOTHING, between_quarters
from asn_analysis.measures.survey import index_by_users

CODES = list(asn.load_skm().codes)


def cells_of(answers: pd.DataFrame) -> pd.DataFrame:
    """Cells by pandas, independent of the package's SQL."""
    parts = []
    for unit, rows in answers.groupby("unit_id"):
        items = rows[CODES]
        score = items.mean(axis=1)
        cell = {"unit_id": unit, "n_respondents": len(rows), "n_scored": score.notna().sum()}
        cell |= {"sum_score": score.sum(), "sum2_score": (score**2).sum()}
        for code in CODES:
            cell |= {f"n_{code}": items[code].notna().sum(), f"sum_{code}": items[code].sum()}
            cell |= {f"sum2_{code}": (items[code] ** 2).sum()}
        parts.append(cell)
    return pd.DataFrame(parts)


def simulated(units: int, each: int, seed: int) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    level = np.repeat(rng.normal(3.2, 0.15, units), each)
    answers = np.clip(np.rint(rng.normal(level[:, None], 0.6, (units * each, 9))), 1, 4)
    frame = pd.DataFrame(answers, columns=CODES)
    return frame.assign(unit_id=np.repeat([f"K{unit}" for unit in range(units)], each))


def test_one_units_interval_is_that_of_its_respondents_means():
    answers = simulated(1, 49, seed=1)
    index = asn.survey_index(cells_of(answers))
    score = 25 * answers[CODES].mean(axis=1)
    assert index.unrounded == pytest.approx(score.mean())
    assert index.std_error == pytest.approx(score.std(ddof=1) / 7)
    assert index.df == 48


def test_a_citys_interval_is_that_of_people_drawn_within_every_unit():
    """By hand: the variance of a stratified mean, sum of (n_u / n)^2 s_u^2 / n_u, and Satterthwaite's df."""
    answers = pd.concat([simulated(29, 40, seed=2), simulated(1, 90, seed=3).assign(unit_id="big")])
    index = asn.survey_index(cells_of(answers))
    score = (25 * answers[CODES].mean(axis=1)).groupby(answers["unit_id"])
    n = score.size()
    parts = (n / n.sum()) ** 2 * score.var(ddof=1) / n
    assert index.std_error == pytest.approx(np.sqrt(parts.sum()))
    assert index.df == pytest.approx(parts.sum() ** 2 / (parts**2 / (n - 1)).sum())


def test_one_answer_in_a_unit_varies_like_the_others_and_single_answers_like_each_other():
    many, one = simulated(4, 30, seed=4), simulated(1, 1, seed=5).assign(unit_id="one")
    assert asn.survey_index(cells_of(pd.concat([many, one]))).std_error > 0
    singles = simulated(12, 1, seed=6)
    score = 25 * singles[CODES].mean(axis=1)
    assert asn.survey_index(cells_of(singles)).std_error == pytest.approx(score.std(ddof=1) / np.sqrt(12))


def test_missing_answers_count_per_element():
    answers = simulated(1, 20, seed=3)
    answers.loc[:9, "u3"] = np.nan
    index = asn.survey_index(cells_of(answers))
    assert index.unrounded == pytest.approx(25 * answers[CODES].mean().mean())
    assert asn.element_indices(cells_of(answers))["u3"].n == 10


def test_an_element_never_asked_leaves_no_index():
    answers = simulated(1, 20, seed=4).assign(u4=np.nan)
    with pytest.raises(ValueError, match="No answers to u4"):
        asn.survey_index(cells_of(answers))


def test_a_single_respondent_has_an_index_but_no_interval():
    index = asn.survey_index(cells_of(simulated(1, 1, seed=5)))
    assert index.n == 1
    assert index.conf_low is None
    assert index.grade_probabilities is None


class Fixed:
    """A city whose units are fixed and all surveyed; only who answers is drawn."""

    def __init__(self, rng: np.random.Generator, units: int = 12) -> None:
        self.n = rng.integers(12, 60, units)
        level = rng.normal(3.1, 0.2, (units, 1, 1)) + rng.normal(0, 0.1, (units, 1, len(CODES)))
        edges = np.array([1.5, 2.5, 3.5])[None, :, None]
        self.logits = 4 * (level - edges)

    def cells(self, rng: np.random.Generator, shift: np.ndarray | float = 0.0) -> pd.DataFrame:
        """A person's mood moves all nine answers together; ``shift`` moves a unit, in logits."""
        shifts = np.broadcast_to(shift, self.n.shape)
        return pd.DataFrame([self._cell(rng, unit, shifts[unit]) for unit in range(len(self.n))])

    def _cell(self, rng: np.random.Generator, unit: int, shift: float) -> dict[str, object]:
        n = int(self.n[unit])
        mood = rng.normal(0, 1, (n, 1, 1))
        answers = 1 + (rng.logistic(size=(n, 1, len(CODES))) < self.logits[unit] + shift + mood).sum(axis=1)
        score = answers.mean(axis=1)
        cell = {"unit_id": f"K{unit:02}", "n_respondents": n, "n_scored": n}
        cell |= {"sum_score": score.sum(), "sum2_score": (score**2).sum()}
        for code, column in zip(CODES, answers.T, strict=True):
            cell |= {f"n_{code}": n, f"sum_{code}": column.sum(), f"sum2_{code}": (column**2).sum()}
        return cell


def test_intervals_of_a_fixed_set_of_units_cover_their_index_as_often_as_they_say():
    """Who answers is drawn 400 times; the truth is what 400 times as many people in every unit say."""
    rng = np.random.default_rng(11)
    city = Fixed(rng)
    small = city.n.copy()
    city.n = small * 400
    truth = asn.survey_index(city.cells(rng)).unrounded
    city.n = small
    found = [asn.survey_index(city.cells(rng)) for _ in range(400)]
    covered = np.mean([index.conf_low <= truth <= index.conf_high for index in found])
    assert 0.92 <= covered <= 0.98  # 2.8 Monte-Carlo errors
    spread = np.std([index.unrounded for index in found])
    assert np.mean([index.std_error for index in found]) == pytest.approx(spread, rel=0.1)


def test_a_change_within_a_unit_is_welchs():
    now, before = simulated(1, 40, seed=6), simulated(1, 60, seed=7)
    change = asn.index_change(cells_of(now), cells_of(before))
    score_now, score_before = (25 * frame[CODES].mean(axis=1) for frame in (now, before))
    welch = sm.stats.CompareMeans(sm.stats.DescrStatsW(score_now), sm.stats.DescrStatsW(score_before))
    low, high = welch.tconfint_diff(usevar="unequal")
    assert (change.conf_low, change.conf_high) == pytest.approx((low, high))


def alike(levels: dict[str, int], n: dict[str, int]) -> pd.DataFrame:
    """Cells of units where everybody gives the same answer to all nine elements."""
    rows = [[unit, *[level] * 9] for unit, level in levels.items() for _ in range(n[unit])]
    return cells_of(pd.DataFrame(rows, columns=["unit_id", *CODES]))


def test_a_citys_change_compares_the_units_of_both_quarters():
    """Two of four have reported and both fell by 25 points; the two that have not stood lowest."""
    before = alike({"a": 4, "b": 4, "c": 2, "d": 2}, dict.fromkeys("abcd", 10))
    now = alike({"a": 3, "b": 3}, {"a": 10, "b": 10})
    change = asn.index_change(now, before)
    assert asn.survey_index(now).unrounded - asn.survey_index(before).unrounded == 0.0  # what was told before
    assert (change.difference, change.n_units, change.mix) == (pytest.approx(-25.0), 2, pytest.approx(25.0))
    assert asn.index_change(alike({"e": 3}, {"e": 10}), before) is None


def test_a_citys_change_lies_between_those_of_its_units():
    """Both units rose by 25 points; forms moved to the lower one, so that the index fell."""
    before = alike({"a": 3, "b": 1}, {"a": 90, "b": 10})
    now = alike({"a": 4, "b": 2}, {"a": 10, "b": 90})
    change = asn.index_change(now, before)
    assert change.difference == pytest.approx(25.0)
    assert change.mix == pytest.approx(-40.0 - 0.0)
    assert change.difference + change.mix == pytest.approx(55.0 - 70.0)


def test_a_change_allows_for_what_moves_units_anyway():
    """Twelve units that move by themselves: ranges hold the change of nothing in 95 of 100 quarters."""
    rng = np.random.default_rng(12)
    city, covered = Fixed(rng), {"sampling alone": [], "with between": []}
    for _ in range(40):
        quarters = pd.period_range("2024Q1", periods=6, freq="Q-DEC")
        panel = pd.concat(
            [
                city.cells(rng, rng.normal(0, 0.35, len(city.n))).assign(quarter=quarter)
                for quarter in quarters
            ]
        )
        panel = panel.assign(ikm=25 * panel["sum_score"] / panel["n_scored"])
        now, before = (panel[panel["quarter"] == quarter] for quarter in quarters[[-1, -2]])
        for name, between in (
            ("sampling alone", NOTHING),
            ("with between", between_quarters(panel, quarters[-1])),
        ):
            change = asn.index_change(now, before, between=between)
            covered[name].append(change.conf_low <= 0 <= change.conf_high)
    assert np.mean(covered["with between"]) >= 0.88
    assert np.mean(covered["sampling alone"]) < np.mean(covered["with between"])


def test_the_index_by_users_by_hand():
    cells = alike({"a": 4, "b": 2, "c": 1}, {"a": 90, "b": 10, "c": 10})
    index, n_units = index_by_users(cells, {"a": 1000.0, "b": 3000.0, "c": None})
    assert index.unrounded == pytest.approx((100 + 3 * 50) / 4)
    assert (index.n, n_units) == (100, 2)
    answers = simulated(2, 30, seed=9)
    index, _ = index_by_users(cells_of(answers), {"K0": 100, "K1": 300})
    score = (25 * answers[CODES].mean(axis=1)).groupby(answers["unit_id"])
    assert index.std_error == pytest.approx(np.sqrt((score.var(ddof=1) / 30 * [1 / 16, 9 / 16]).sum()))
    assert index_by_users(cells, {"a": 1000.0}) is None


def test_sekadaus_real_answers_give_the_published_index(shared):
    """49 respondents of Kabupaten Sekadau, first half of 2019: index 78.74, grade B but not surely."""
    lines = (shared / "reference" / "sekadau_2019_s1_answers.txt").read_text().split("\n")
    answers = pd.DataFrame([[float(x) for x in line.split()] for line in lines if line], columns=CODES)
    index = asn.survey_index(cells_of(answers.assign(unit_id="DPMPTSP")))
    assert (index.n, index.value, index.grade) == (49, 78.74, "B")
    spread = 25 * answers.mean(axis=1).std(ddof=1)
    assert spread == pytest.approx(8.65, abs=0.01)  # the respondent SD that was published for calibration
    assert index.std_error == pytest.approx(spread / 7)
    assert 0.9 < index.grade_probabilities["B"] < 0.97
    assert index.grade_probabilities["B"] + index.grade_probabilities["C"] == pytest.approx(1, abs=1e-6)
