"""Pooling, held against published meta-analyses, another implementation, and simulated provinces."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from scipy.optimize import minimize_scalar
from statsmodels.stats.meta_analysis import combine_effects

from asn_analysis.impact.pooling import pool, profile_of, reml
from asn_analysis.measures.estimate import cochran_q, paule_mandel, weighted_mean
from tests.impact.pooling_study import SIZES, SPREADS, clopper_pearson, coverage, under_drift

# Colditz et al. 1994: cases and others among vaccinated, and among not vaccinated, in 13 trials of BCG.
BCG = np.array(
    [
        *[(4, 119, 11, 128), (6, 300, 29, 274), (3, 228, 11, 209), (62, 13536, 248, 12619)],
        *[(33, 5036, 47, 5761), (180, 1361, 372, 1079), (8, 2537, 10, 619), (505, 87886, 499, 87892)],
        *[(29, 7470, 45, 7232), (17, 1699, 65, 1600), (186, 50448, 141, 27197), (5, 2493, 3, 2338)],
        (27, 16886, 29, 17825),
    ],
    dtype=float,
)
# DerSimonian and Kacker 2007, the CLASP example: events and women, treated and control.
CLASP = np.array(
    [
        *[(5, 156, 8, 74), (5, 303, 17, 303), (12, 565, 9, 477), (69, 1570, 94, 1565)],
        *[(9, 103, 11, 105), (313, 4659, 352, 4650)],
    ],
    dtype=float,
)
# Raudenbush 1985: what teachers expect, and pupils' intelligence, in 19 experiments: effect and its variance.
EXPECTED = np.array(
    [
        *[(0.03, 0.0156), (0.12, 0.0216), (-0.14, 0.0279), (1.18, 0.1391), (0.26, 0.1362), (-0.06, 0.0106)],
        *[(-0.02, 0.0106), (-0.32, 0.0484), (0.27, 0.0269), (0.80, 0.0630), (0.54, 0.0912), (0.18, 0.0497)],
        *[(-0.02, 0.0835), (0.23, 0.0841), (-0.18, 0.0253), (-0.06, 0.0279), (0.30, 0.0193), (0.07, 0.0088)],
        (-0.07, 0.0303),
    ]
)


def log_risk_ratios() -> tuple[np.ndarray, np.ndarray]:
    a, b, c, d = BCG.T
    return np.log(a / (a + b) / (c / (c + d))), 1 / a - 1 / (a + b) + 1 / c - 1 / (c + d)


def log_odds_ratios() -> tuple[np.ndarray, np.ndarray]:
    a, n, c, m = CLASP.T
    return np.log(a / (n - a) / (c / (m - c))), 1 / a + 1 / (n - a) + 1 / c + 1 / (m - c)


def test_the_vaccine_trials_as_metafor_gives_them():
    """Viechtbauer's metafor, `rma(yi, vi, data=dat, test="knha")` on dat.bcg, and its confint()."""
    y, v = log_risk_ratios()
    found = pool(y, np.sqrt(v), 0.95)
    assert found.tau**2 == pytest.approx(0.3132, abs=5e-5)
    assert found.share_between == pytest.approx(0.9222, abs=5e-5)
    assert found.q == pytest.approx(152.2330, abs=5e-5)
    assert [found.estimate, found.std_error] == pytest.approx([-0.7145, 0.1808], abs=5e-5)
    assert [found.conf_low, found.conf_high] == pytest.approx([-1.1084, -0.3206], abs=5e-5)
    assert [found.tau_low**2, found.tau_high**2] == pytest.approx([0.1197, 1.1115], abs=5e-5)


def test_the_vaccine_trials_prediction_interval_is_that_of_metafor_but_for_the_averaged_spread():
    """metafor: exp of .14 to 1.76, with REML's tau2; ours takes the mean of tau2 over its likelihood."""
    y, v = log_risk_ratios()
    found = pool(y, np.sqrt(v), 0.95)
    half = (found.next_high - found.next_low) / 2
    t = half / np.sqrt(found.tau_averaged**2 + found.std_error**2)
    theirs = t * np.sqrt(found.tau**2 + found.std_error**2)
    assert np.exp([found.estimate - theirs, found.estimate + theirs]) == pytest.approx([0.14, 1.76], abs=5e-3)
    assert half > theirs


def test_the_aspirin_trials_as_dersimonian_and_kacker_print_them():
    y, v = log_odds_ratios()
    found = pool(y, np.sqrt(v), 0.95)
    assert [found.tau_paule_mandel, found.tau] == pytest.approx([0.3681, 0.1843], abs=5e-5)
    assert found.estimate == pytest.approx(-0.2980, abs=5e-5)


def test_what_teachers_expect_as_raudenbush_prints_it():
    """Raudenbush 2009, tables 16.2 and 16.3: REML with Knapp and Hartung, and the range of shrunk effects."""
    y, v = EXPECTED.T
    found = pool(y, np.sqrt(v), 0.95)
    assert found.tau**2 == pytest.approx(0.0188, abs=5e-5)
    assert [found.estimate, found.std_error] == pytest.approx([0.0837, 0.0616], abs=5e-5)
    assert [found.conf_low, found.conf_high] == pytest.approx([-0.0457, 0.2131], abs=5e-5)
    assert [found.shrunk.min(), found.shrunk.max()] == pytest.approx([-0.0293, 0.2485], abs=5e-5)


@pytest.mark.parametrize(("y", "v"), [log_risk_ratios(), log_odds_ratios(), tuple(EXPECTED.T)])
def test_paule_mandel_q_and_hartung_knapp_as_statsmodels_has_them(y, v):
    theirs = combine_effects(y, v, method_re="iterated", use_t=True)
    tau2 = paule_mandel(y, v)
    assert tau2 == pytest.approx(theirs.tau2, abs=1e-5)  # where theirs stops
    mean, weight = weighted_mean(y, v, tau2)
    assert mean == pytest.approx(theirs.mean_effect_re, abs=1e-5)
    error = np.sqrt(cochran_q(y, v, tau2) / (len(y) - 1) / weight.sum())
    assert error == pytest.approx(theirs.sd_eff_w_re_hksj, abs=1e-5)
    assert pool(y, np.sqrt(v), 0.95).q == pytest.approx(theirs.q, rel=1e-9)


def test_three_cities_by_hand():
    """Effects 1, 2, 6 with errors of 1: both spreads are the variance less 1, so 7 - 1; all weigh alike."""
    found = pool(np.array([1.0, 2.0, 6.0]), np.ones(3), 0.95)
    assert [found.tau**2, found.tau_paule_mandel**2] == pytest.approx([6.0, 6.0])
    assert found.estimate == pytest.approx(3.0)
    assert found.std_error == pytest.approx((7 / 3) ** 0.5)
    assert found.shrunk == pytest.approx([float(3 + Fraction(6, 7) * (y - 3)) for y in (1, 2, 6)])
    assert found.inflation == pytest.approx(1.0)


def test_cities_that_agree_too_well_do_not_make_the_range_narrower_than_their_errors():
    """The safeguard: Hartung and Knapp's factor is 0.01 here, and would make the range a tenth as wide."""
    found = pool(np.array([1.9, 2.0, 2.1]), np.ones(3), 0.95)
    assert found.inflation == pytest.approx(0.01)
    assert found.tau == 0
    assert found.std_error == pytest.approx(3**-0.5)
    assert (found.shrunk == found.estimate).all()


def test_an_error_known_from_few_units_counts_for_less():
    """The variance of Student's t on 4 degrees of freedom is twice the square of its scale."""
    y = np.array([1.0, 2.0, 3.0])
    told, known = pool(y, np.ones(3), 0.95, df=4.0), pool(y, np.full(3, 2**0.5), 0.95)
    assert told.std_error == pytest.approx(known.std_error)


def test_reml_finds_the_highest_point_wherever_it_lies():
    rng = np.random.default_rng(5)
    for cities in (3, 4, 7, 20):
        y, v = rng.normal(0, 1.5, cities), rng.uniform(0.01, 4, cities)

        def height(tau2, y=y, v=v):
            w = 1 / (v + tau2)
            mean = (w * y).sum() / w.sum()
            return np.log(w).sum() - np.log(w.sum()) - (w * (y - mean) ** 2).sum()

        spots = np.linspace(0, 20, 4001)
        best = spots[np.argmax([height(spot) for spot in spots])]
        near = minimize_scalar(
            lambda t, height=height: -height(t),
            bounds=(max(best - 0.01, 0), best + 0.01),
            method="bounded",
            options={"xatol": 1e-10},
        )
        assert reml(y, v, profile_of(y, v)) == pytest.approx(near.x, abs=1e-6)


def test_many_provinces_at_once_are_each_as_one():
    rng = np.random.default_rng(3)
    y, errors = rng.normal(2, 1, (4, 6)), rng.uniform(0.3, 1, (4, 6))
    together = pool(y, errors, 0.95)
    for place in range(4):
        alone = pool(y[place], errors[place], 0.95)
        assert alone.next_high == pytest.approx(together.next_high[place])
        assert alone.shrunk_low == pytest.approx(together.shrunk_low[place])


@pytest.mark.parametrize(
    ("y", "errors"), [([1, 2], [1, 1]), ([1, 2, 3], [1, 0, 1]), ([1, np.nan, 3], [1, 1, 1])]
)
def test_what_cannot_be_pooled_is_refused(y, errors):
    with pytest.raises(ValueError, match="Pooling needs 3 cities"):
        pool(np.array(y), np.array(errors), 0.95)


def test_ranges_hold_their_promise_in_a_small_slice_of_simulated_provinces():
    for found in coverage(500, 10, 0.5).values():
        assert clopper_pearson(*found)[1] > 0.95
    drifting = under_drift(500, 10, 0.5, drift=1.0, alone=0.0)
    assert clopper_pearson(*drifting["plain"])[1] < 0.5  # a drift that cities share is not averaged away
    assert clopper_pearson(*drifting["cautious"])[0] > 0.95


@pytest.mark.slow
@pytest.mark.parametrize("cities", SIZES)
def test_ranges_hold_their_promise_over_simulated_provinces(cities):
    """The tables of METHODS.md; the lowest coverage there is .93, of one city's range among 34."""
    for tau in SPREADS:
        for name, found in coverage(4000, cities, tau).items():
            least = 0.94 if name in ("mean", "spread") else 0.925
            assert clopper_pearson(*found)[1] > least, (tau, name)
    for drift, alone in ((0.0, 1.0), (1.0, 0.0), (1.0, 0.5)):
        assert clopper_pearson(*under_drift(4000, cities, 0.5, drift, alone)["cautious"])[0] > 0.95
