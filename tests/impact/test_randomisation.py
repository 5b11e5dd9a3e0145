"""Dealing out the start of training again."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from asn_analysis.followup.rollout import draw_lot
from asn_analysis.impact.estimate import estimate_effect
from asn_analysis.impact.grid import lay_out
from asn_analysis.impact.randomisation import _deal, _places, randomisation_test, studentised
from asn_analysis.impact.refusals import DesignError


@pytest.mark.parametrize("comparison", ["not_yet_treated", "never_treated"])
def test_every_draw_is_the_imputation_estimate_of_the_dealt_panel(design, simulate, comparison):
    panel = simulate(1, units=16, holes=0.3)
    grid = lay_out(panel, design)
    rng = np.random.default_rng(2)
    dealt = np.stack([rng.permutation(grid.first_treated) for _ in range(8)])
    estimates, errors = studentised(grid, dealt, comparison == "never_treated")
    for cohort, estimate, error in zip(dealt, estimates, errors, strict=True):
        moved = panel.assign(cohort=cohort[np.searchsorted(grid.units, panel["unit"])])
        effect = estimate_effect(moved, replace(design, comparison=comparison))
        assert estimate == pytest.approx(effect.estimate, abs=1e-8)
        assert 0.4 < error / effect.std_error < 1.1  # linearised against jackknife, few units


def test_p_value_of_all_ways_to_choose_two_of_four(design):
    """Four units, two treated at once: 6 assignments, of which the real one and its mirror are extreme."""
    panel = pd.DataFrame(
        [
            (u, t, 2 if u < 2 else None, 10 * u + (u < 2) * (t == 2) + 0.01 * u * t, 1)
            for u in range(4)
            for t in (1, 2)
        ],
        columns=["unit", "time", "cohort", "y", "n"],
    )
    found = randomisation_test(panel, design, draws=3000)
    assert found.p_value == pytest.approx(2 / 6, abs=0.03)


def test_size_without_and_power_with_an_effect(design, simulate):
    p_values = [
        randomisation_test(simulate(seed, units=12, effect=0), design, 99).p_value for seed in range(200)
    ]
    assert 0.01 <= np.mean(np.array(p_values) <= 0.05) <= 0.10
    assert randomisation_test(simulate(1, effect=3.0), design).p_value <= 0.002


def test_same_seed_same_value(design, simulate):
    panel = simulate(3, effect=0.3)
    once, again = (randomisation_test(panel, design, 199, seed=5) for _ in range(2))
    assert once == again and once.p_value != randomisation_test(panel, design, 199, seed=6).p_value
    assert "99 times" in randomisation_test(panel, design, 99).summary()


def test_nothing_to_compare_is_refused(design, simulate):
    with pytest.raises(DesignError):
        randomisation_test(simulate(4, treated=1.0), replace(design, comparison="never_treated"))


def four_units(design):
    return pd.DataFrame(
        [
            (f"U{u}", t, 2 if u in (0, 2) else None, 10 * u + (u in (0, 2)) * (t == 2) + 0.01 * u * t, 1)
            for u in range(4)
            for t in (1, 2)
        ],
        columns=["unit", "time", "cohort", "y", "n"],
    )


def test_a_lot_within_kecamatan_is_dealt_in_all_its_orders(design):
    """Two kecamatan of two, one of each trained: 4 assignments, the real one and its mirror are extreme.

    Without kecamatan there are 6, and the two that train a whole kecamatan are among them.
    """
    panel = four_units(design)
    lot = (("U0", "A"), ("U2", "B"), ("U1", "A"), ("U3", "B"))
    found = randomisation_test(panel, design, lot=lot)
    assert (found.p_value, found.draws) == (2 / 4, 24)
    assert randomisation_test(panel, design).p_value == pytest.approx(2 / 6)


def test_a_lot_is_dealt_again_as_it_is_drawn(design, simulate):
    """As often among the first four as under 4,000 seeds of the product's own lot."""
    strata = {f"U{n}": f"K{n % 3 if n < 7 else 0}" for n in range(9)}
    panel = pd.DataFrame([(u, t, 2 if u < "U4" else None, 0.0, 1) for u in strata for t in (1, 2)])
    panel.columns = ["unit", "time", "cohort", "y", "n"]
    grid = lay_out(panel.assign(y=np.arange(18.0) ** 2), design)
    lot = tuple(strata.items())
    dealt = _deal(grid, _places(grid, lot), np.random.default_rng(1).random((4000, 9)), lot)
    by_seed = np.zeros(9)
    for seed in range(4000):
        first = set(draw_lot(strata, str(seed))[:4])
        by_seed += [unit in first for unit in grid.units]
    assert (dealt == 2).mean(axis=0) == pytest.approx(by_seed / 4000, abs=0.03)


def test_units_outside_the_lot_keep_their_start(design, simulate):
    panel = simulate(3, units=20)
    units = sorted(panel["unit"].unique())
    lot = tuple((unit, None) for unit in units[:10])
    grid = lay_out(panel, design)
    dealt = _deal(grid, _places(grid, lot), np.random.default_rng(1).random((50, 10)), lot)
    np.testing.assert_array_equal(dealt[:, 10:], np.tile(grid.first_treated[10:], (50, 1)))
    np.testing.assert_array_equal(np.sort(dealt[7, :10]), np.sort(grid.first_treated[:10]))
