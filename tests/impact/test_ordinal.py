"""Answers without scores."""

import time

import numpy as np
import pandas as pd
import pytest
from scipy.special import logit

from asn_analysis.impact.average import average_effect
from asn_analysis.impact.design import DesignError
from asn_analysis.impact.ordered_logit import ordered_logit
from asn_analysis.impact.ordinal import answer_counts, cut_point_effects, scoring

COUNTS = ["n1", "n2", "n3", "n4"]


@pytest.fixture
def answers(simulate):
    """answers(seed, units, effect): cells with counts of four answers, drawn from the model itself."""

    def draw(seed, units=12, periods=5, effect=0.8, n=None):
        panel = simulate(seed, units=units, periods=periods, first=2)
        rng = np.random.default_rng(seed)
        index = rng.normal(0, 0.4, units)[panel["unit"]] + rng.normal(0, 0.2, periods)[panel["time"]]
        index += effect * (panel["time"] >= panel["cohort"])
        below = 1 / (1 + np.exp(-(np.array([-3.0, -1.5, 0.8]) - np.asarray(index)[:, None])))
        shares = np.diff(np.column_stack([np.zeros(len(below)), below, np.ones(len(below))]), axis=1)
        size = panel["n"] if n is None else np.full(len(panel), n)
        counts = np.array([rng.multinomial(m, p) for m, p in zip(size, shares, strict=True)])
        return panel.assign(**dict(zip(COUNTS, counts.T, strict=True)))

    return draw


def test_counts_from_power_sums_by_hand():
    """Answers 1 2 2 4: n 4, sum 9, squares 25, cubes 81."""
    assert answer_counts(np.array(4), np.array(9), np.array(25), np.array(81)).tolist() == [1, 2, 0, 1]
    many = np.random.default_rng(1).integers(0, 10**6, (50, 4))
    sums = [many @ np.arange(1, 5) ** p for p in range(4)]
    assert (answer_counts(*sums) == many).all()


def test_equals_statsmodels_on_a_small_case(answers, design):
    from statsmodels.miscmodels.ordinal_model import OrderedModel

    panel = answers(1, units=8, periods=4, n=25)
    people = panel.loc[panel.index.repeat(25)].reset_index(drop=True)
    people["answer"] = np.concatenate([np.repeat(range(4), row) for row in panel[COUNTS].to_numpy()])
    x = pd.concat(
        [
            (people["time"] >= people["cohort"]).rename("d"),
            pd.get_dummies(people["unit"]).iloc[:, 1:],
            pd.get_dummies(people["time"]).iloc[:, 1:],
        ],
        axis=1,
    ).astype(float)
    fit = OrderedModel(people["answer"], x.to_numpy(), distr="logit").fit(
        method="bfgs", disp=False, maxiter=500
    )
    ours = ordered_logit(panel, design, COUNTS)
    assert ours.estimate == pytest.approx(fit.params.iloc[0], abs=2e-4)
    assert ours.log_likelihood == pytest.approx(fit.llf, abs=1e-5)
    assert ours.log_likelihood >= fit.llf - 1e-9  # Newton ends at least as high


def test_two_answers_two_units_is_the_log_odds_ratio(design):
    """One cell each, only 2 and 3 given often: the saturated model returns the cells' own odds."""
    rows = [
        (0, 0, None, 1, 40, 58, 1),
        (0, 1, None, 1, 40, 58, 1),
        (1, 0, 1, 1, 60, 38, 1),
        (1, 1, 1, 1, 30, 68, 1),
    ]
    panel = pd.DataFrame(rows, columns=["unit", "time", "cohort", *COUNTS])
    many = panel.assign(n1=0.001, n4=0.001)
    found = ordered_logit(many, design, COUNTS)
    assert found.estimate == pytest.approx(logit(68 / 98) - logit(38 / 98), abs=0.01)


def test_planted_log_odds_are_recovered_with_clustered_errors(answers, design):
    found = [ordered_logit(answers(seed, units=40, effect=0.8), design, COUNTS) for seed in range(25)]
    estimates = np.array([f.estimate for f in found])
    assert estimates.mean() == pytest.approx(0.8, abs=0.03)
    assert np.mean([f.std_error for f in found]) == pytest.approx(estimates.std(), rel=0.4)
    assert "multiplied by" in found[0].summary() and found[0].tidy()["term"][0] == "log_odds"


def test_a_city_takes_a_moment(answers, design):
    panel = answers(3, units=115, periods=16)
    start = time.perf_counter()
    ordered_logit(panel, design, COUNTS)
    assert time.perf_counter() - start < 1


def test_units_that_answer_alike_throughout_are_left_out_and_counted(answers, design):
    panel = answers(4)
    plain = ordered_logit(panel, design, COUNTS)
    best = panel[panel["unit"] == 0].assign(unit=99, n1=0, n2=0, n3=0, n4=50)
    more = ordered_logit(pd.concat([panel, best]), design, COUNTS)
    assert more.n_left_out_units == 1 and more.estimate == pytest.approx(plain.estimate, abs=1e-8)
    with pytest.raises(DesignError) as refused:
        ordered_logit(panel.assign(n1=0), design, COUNTS)
    assert refused.value.code == "empty_answer"


def test_cut_points_add_up_to_the_scored_effect(answers, design):
    """Mean = 4 - sum over k of P(answer <= k): the scored effect is minus the sum of the three."""
    panel = answers(5)
    n = panel[COUNTS].sum(axis=1)
    scored = panel.assign(y=panel[COUNTS] @ [1, 2, 3, 4] / n, n=n)
    effects = cut_point_effects(panel, design, COUNTS)
    assert [e.term for e in effects] == ["at_most_1", "at_most_2", "at_most_3"]
    whole = average_effect(scored, design).estimate
    assert -sum(e.estimate for e in effects) == pytest.approx(whole, abs=1e-10)
    assert scoring(effects, whole).outcome == "passed"


def test_a_spread_of_answers_makes_the_sign_a_matter_of_scoring(answers, design):
    """After training both 1 and 4 are given more often: some scorings say better, some worse."""
    panel = answers(6, units=40, effect=0.0)
    after = (panel["time"] >= panel["cohort"]).to_numpy()
    moved = panel[COUNTS].to_numpy() * np.where(after[:, None], [4, 0.6, 0.6, 1.6], 1)
    moved = panel.assign(**dict(zip(COUNTS, moved.T, strict=True)))
    found = scoring(cut_point_effects(moved, design, COUNTS), 0.0)
    assert (found.outcome, found.finding, found.weakness) == ("failed", "sign_depends_on_scoring", True)
