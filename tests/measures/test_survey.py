"""The index of a unit and of a city, with intervals that respect who was asked."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

import asn_analysis as asn

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


def test_a_citys_interval_is_cluster_robust_over_units():
    answers = simulated(30, 40, seed=2)
    index = asn.survey_index(cells_of(answers))
    score = 25 * answers[CODES].mean(axis=1)
    fit = sm.OLS(score, np.ones(len(score))).fit(
        cov_type="cluster", cov_kwds={"groups": answers["unit_id"], "use_correction": True}, use_t=True
    )
    correction = np.sqrt(len(score) / (len(score) - 1))  # statsmodels also counts (N-1)/(N-K); K = 1 leaves 1
    assert index.std_error == pytest.approx(float(fit.bse.iloc[0]), rel=abs(correction - 1) + 1e-9)
    assert index.df == 29
    naive = score.std(ddof=1) / np.sqrt(len(score))
    assert index.std_error > 1.5 * naive


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


def test_intervals_of_a_city_cover_the_truth_as_often_as_they_say():
    """500 cities of 25 units drawn anew: the 95 % interval holds the mean of the cities' process."""
    rng = np.random.default_rng(11)
    truth, covered, runs = 3.0 * 25, 0, 500
    for _ in range(runs):
        level = rng.normal(3.0, 0.15, 25)
        means = level[:, None] + rng.normal(0, 0.1, (25, 9))
        cells = pd.DataFrame({"unit_id": np.arange(25).astype(str), "n_respondents": 40, "n_scored": 40})
        for place, code in enumerate(CODES):
            cells[f"n_{code}"], cells[f"sum_{code}"] = 40, np.rint(means[:, place] * 40)
        index = asn.survey_index(cells)
        covered += index.conf_low <= truth <= index.conf_high
    assert 0.92 <= covered / runs <= 0.975  # four Monte-Carlo errors around 0.95


def test_a_change_within_a_unit_is_welchs_and_within_a_city_is_paired():
    now, before = simulated(1, 40, seed=6), simulated(1, 60, seed=7)
    change = asn.index_change(cells_of(now), cells_of(before))
    score_now, score_before = (25 * frame[CODES].mean(axis=1) for frame in (now, before))
    welch = sm.stats.CompareMeans(sm.stats.DescrStatsW(score_now), sm.stats.DescrStatsW(score_before))
    low, high = welch.tconfint_diff(usevar="unequal")
    assert (change.conf_low, change.conf_high) == pytest.approx((low, high))

    city = simulated(20, 30, seed=8)
    shifted = city.copy()
    shifted["u1"] = np.clip(shifted["u1"] + 1, 1, 4)
    paired = asn.index_change(cells_of(shifted), cells_of(city))
    unpaired = asn.survey_index(cells_of(city)).std_error * np.sqrt(2) * 2.09
    assert paired.conf_high - paired.difference < unpaired / 3


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
