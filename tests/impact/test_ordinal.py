"""Answers without scores."""

import numpy as np
import pytest

from asn_analysis.impact.average import average_effect
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


def test_cut_points_add_up_to_the_scored_effect(answers, design):
    """Mean = 4 - sum over k of P(answer <= k): the scored effect is minus the sum of the three."""
    panel = answers(5)
    n = panel[COUNTS].sum(axis=1)
    scored = panel.assign(y=panel[COUNTS] @ [1, 2, 3, 4] / n, n=n)
    effects = cut_point_effects(panel, design, panel[COUNTS].to_numpy(float))
    assert [e.term for e in effects] == ["at_most_1", "at_most_2", "at_most_3"]
    whole = average_effect(scored, design).estimate
    assert -sum(e.estimate for e in effects) == pytest.approx(whole, abs=1e-10)
    assert scoring(effects, whole).outcome == "passed"


def test_a_spread_of_answers_makes_the_sign_a_matter_of_scoring(answers, design):
    """After training both 1 and 4 are given more often: some scorings say better, some worse."""
    panel = answers(6, units=40, effect=0.0)
    after = (panel["time"] >= panel["cohort"]).to_numpy()
    moved = panel[COUNTS].to_numpy() * np.where(after[:, None], [4, 0.6, 0.6, 1.6], 1)
    found = scoring(cut_point_effects(panel, design, moved), 0.0)
    assert (found.outcome, found.finding, found.weakness) == ("failed", "sign_depends_on_scoring", True)
