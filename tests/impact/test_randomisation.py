"""Dealing out the start of training again."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from asn_analysis.impact.estimate import estimate_effect
from asn_analysis.impact.grid import lay_out
from asn_analysis.impact.randomisation import randomisation_test, studentised
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
    assert once.n_units == 20
    assert "99 times" in randomisation_test(panel, design, 99).summary()


def test_nothing_to_compare_is_refused(design, simulate):
    with pytest.raises(DesignError):
        randomisation_test(simulate(4, treated=1.0), replace(design, comparison="never_treated"))
