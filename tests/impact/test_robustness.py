"""Checks that fail where they should, and say when they could not see."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from asn_analysis.impact.annex import shares_of
from asn_analysis.impact.average import average_effect
from asn_analysis.impact.design import Design
from asn_analysis.impact.estimate import estimate_effect
from asn_analysis.impact.refusals import DesignError
from asn_analysis.impact.robustness import (
    breakdown,
    composition_shift,
    leave_one_unit_out,
    leave_one_wave_out,
    placebo,
    shock_in_one_wave,
)
from asn_analysis.impact.sensitivity import sensitivity


def test_placebo_is_still_without_and_moves_with_an_early_effect(design, simulate):
    panel = simulate(1, units=200, periods=10)
    assert placebo(estimate_effect(panel, design), sesoi=2.0).outcome == "passed"
    early = panel.assign(y=panel["y"] + 1.0 * (panel["time"] >= panel["cohort"] - 2))
    found = placebo(estimate_effect(early, design), sesoi=2.0)
    assert (found.outcome, found.finding) == ("failed", "moved")
    assert found.values["estimate"] == pytest.approx(1, abs=0.3)
    assert set(found.table["unit_of_measure"]) == {design.outcome}  # that of the effect, as in every table


def test_placebo_looks_at_untreated_cells_alone(design, simulate):
    panel = simulate(2, units=60, periods=10)
    after = panel["time"] >= panel["cohort"]
    changed = panel.assign(y=panel["y"].mask(after, 1e6))
    found, again = (placebo(estimate_effect(each, design), 2.0) for each in (panel, changed))
    assert found.values == again.values
    assert placebo(estimate_effect(simulate(3, noise=8), design), 2.0).finding == "underpowered"
    late = panel[panel["time"] >= panel["cohort"].min() - 1]
    assert placebo(estimate_effect(late, design), 2.0, 9).outcome == "informational"


def test_leave_outs_hold_turn_and_stay_silent_where_the_sign_is_open(design, simulate):
    panel = simulate(4, units=30, effect=3.0)
    effect = estimate_effect(panel, design)
    units, waves = leave_one_unit_out(effect), leave_one_wave_out(effect)
    assert units.outcome == waves.outcome == "passed"
    assert units.values["lowest"] == effect.replicates.min()
    one = panel[panel["cohort"] != 4]
    by_hand = waves.table.set_index("wave").loc[4, "estimate"]
    assert by_hand == pytest.approx(estimate_effect(one, design).estimate, abs=1e-9)
    nothing = simulate(5, effect=0.0)
    assert leave_one_unit_out(estimate_effect(nothing, design)).finding == "sign_open"


def test_units_trained_before_their_first_survey_are_no_wave_of_the_estimate(design, simulate):
    panel = simulate(4, units=30, effect=3.0)
    waves = leave_one_wave_out(estimate_effect(panel, design)).values["n_left_out"]
    always = panel[panel["unit"] == panel["unit"].iloc[0]].assign(unit="always", cohort=-3)
    found = leave_one_wave_out(estimate_effect(pd.concat([panel, always]), design))
    assert found.values["n_left_out"] == waves


def test_one_unit_or_one_wave_that_makes_the_whole_effect(design, simulate):
    panel = simulate(6, units=40, effect=0.0, noise=0.1, treated=0.5)
    effect = estimate_effect(panel, design)
    shown = replace(effect.allowed[0], estimate=0.5, std_error=0.1, df=30.0)
    turned = pd.Series([0.4, -0.1, 0.5], index=["a", "b", "c"])
    found = leave_one_unit_out(replace(effect, allowed=(shown,), replicates=turned))
    assert (found.outcome, found.finding, found.values["farthest"]) == ("failed", "turns", "b")


def test_a_shock_that_meets_one_wave_only(design, simulate):
    panel = simulate(7, units=120, periods=8)
    assert shock_in_one_wave(estimate_effect(panel, design), 2.0).outcome == "passed"
    hit = panel.assign(y=panel["y"] + 3.0 * ((panel["cohort"] == 4) & (panel["time"] >= 4)))
    found = shock_in_one_wave(estimate_effect(hit, design), 2.0)
    assert (found.outcome, found.values["wave"]) == ("failed", "4")
    assert found.values["difference"] == pytest.approx(3, abs=0.8)
    one = panel.assign(cohort=panel["cohort"].where(panel["cohort"].isna(), 4.0))
    assert shock_in_one_wave(estimate_effect(one, design), 2.0).finding == "untestable"


def test_the_mix_of_respondents_moves_only_where_it_was_moved(design, simulate):
    panel = simulate(8, units=100)
    women = np.where(panel["time"] >= panel["cohort"], 0.75, 0.5)
    for column, share in (("steady", 0.5), ("moved", women)):
        panel[f"{column}_L"] = panel["n"] * (1 - share)
        panel[f"{column}_P"] = panel["n"] * share
    groups = {name: [f"{name}_L", f"{name}_P"] for name in ("steady", "moved")}
    effect = estimate_effect(panel, design)
    found = composition_shift(panel, effect, groups, most=0.10)
    assert (found.outcome, found.values["characteristic"]) == ("failed", "moved")
    assert found.values["distance"] == pytest.approx(0.25)
    assert composition_shift(panel, effect, {"steady": groups["steady"]}, 0.10).outcome == "passed"


@pytest.mark.parametrize("seed", range(3))
def test_cells_in_which_nobody_told_do_not_hide_a_shift_of_the_mix(simulate, seed):
    """Training adds 2 points, and 15 % men who rate 20 points better add 3; in 30 % of cells nobody told."""
    panel = simulate(seed, units=80).rename(columns={"unit": "unit_id", "time": "quarter"})
    rng, trained = np.random.default_rng(seed), panel["quarter"] >= panel["cohort"]
    men = rng.uniform(0.3, 0.7, 80)[panel["unit_id"]] + rng.normal(0, 0.08, len(panel)) + 0.15 * trained
    told = panel["n"] * (rng.random(len(panel)) > 0.3)
    panel = panel.assign(**{"y": panel["y"] + 20 * men, "sex: L": told * men, "sex: P": told * (1 - men)})
    design = Design("y", "unit_id", "quarter", "cohort", weight="n")
    shift = composition_shift(panel, estimate_effect(panel, design), {"sex": ["sex: L", "sex: P"]}, 0.1)
    assert shift.values["distance"] == pytest.approx(0.15, abs=0.03)
    mix = shares_of(panel, "sex")
    held = average_effect(panel.assign(**mix), replace(design, covariates=tuple(mix)))
    assert held.estimate == pytest.approx(2, abs=0.7)  # 4.4 to 4.9 with 0 where nobody told


def test_bounds_by_hand(design):
    """One cohort from period 4, exact data: event times -3 .. 1 differ by 0, 1, 0 (base), 5, 5.

    Steps before: -1 and 1, so Mbar lets delta reach 1 and 2 Mbar after, 1.5 Mbar on average: 5 is
    lost at Mbar = 10/3. With smoothness the slope before training is -1 (from the last step) or 0
    (from the last two); both worlds are shown without noise.
    """
    gap = {1: 0.0, 2: 1.0, 3: 0.0, 4: 5.0, 5: 5.0}
    panel = pd.DataFrame(
        [(u, t, 4 if u < 3 else None, 10 * u + t * t + (u < 3) * gap[t], 1) for u in range(6) for t in gap],
        columns=["unit", "time", "cohort", "y", "n"],
    )
    found = sensitivity(panel, design)
    assert found.estimate == pytest.approx(5) and found.std_error == pytest.approx(0, abs=1e-9)
    assert found.breakdown_mbar == pytest.approx(10 / 3, abs=0.011)
    bounds = found.relative_magnitudes.set_index("bound")
    assert bounds.loc[1.0].tolist() == pytest.approx([3.5, 6.5])
    # at M = 0, k = 1 and k = 2 tie without noise; the first: 5 - 1.5 x (0 - 1) / 1
    smooth = found.smoothness.set_index("bound")
    assert smooth.loc[0.0].tolist() == pytest.approx([6.5, 6.5])
    assert smooth.loc[1.0].tolist() == pytest.approx([6.5 - 2, 6.5 + 2])
    assert found.breakdown_m == pytest.approx(6.5 / 2, abs=0.03)
    assert breakdown(found).outcome == "informational" and "times the largest" in found.summary()


def test_bounds_cover_under_the_worst_allowed_trend(design, simulate):
    """Trained units step by 1, then by Mbar = 1 times that after training: 95 % intervals still hold 2."""
    covered = []
    for seed in range(120):
        panel = simulate(seed, units=30, periods=7, drift=1.0, effect=2.0)
        found = sensitivity(panel, design, mbars=(1.0,), ms=(0.0,))
        for table in (found.relative_magnitudes, found.smoothness):
            covered.append(bool((table["conf_low"] <= 2).all() and (table["conf_high"] >= 2).all()))
    assert np.mean(covered) >= 0.94


def test_no_earlier_period_no_bounds(design, simulate):
    panel = simulate(9)
    with pytest.raises(DesignError):
        sensitivity(panel[panel["time"] >= panel["cohort"].max() - 1], design)
    weak = breakdown(sensitivity(simulate(10, units=12, effect=0.0), design))
    assert (weak.outcome, weak.weakness) == ("informational", False)
    assert weak.finding == "unshown"  # it does not show under like trends either
    clear = sensitivity(simulate(10, units=60, effect=20.0, noise=0.5), design)
    assert breakdown(clear).finding == "beyond"


def twice_a_year(panel: pd.DataFrame) -> pd.DataFrame:
    """Every second period alone; half of the waves then begin in a period without a survey."""
    return panel[panel["time"] % 2 == 0]


def test_a_city_that_surveys_every_second_period_has_its_checks(design, simulate):
    panel = twice_a_year(simulate(13, units=200, periods=20, first=6))
    effect = estimate_effect(panel, design)
    waves = leave_one_wave_out(effect)
    assert waves.outcome == "passed"
    assert set(waves.table["wave"]) == set(panel["cohort"].dropna().astype(int)) - {19}  # seen by nobody yet
    assert shock_in_one_wave(estimate_effect(panel, design), 2.0).outcome == "passed"
    still = placebo(estimate_effect(panel, design), 2.0)
    assert still.values["periods"] == 4  # two surveys: two periods would move nobody past a survey
    assert still.outcome == "passed"
    early = panel.assign(y=panel["y"] + 1.0 * (panel["time"] >= panel["cohort"] - 4))
    assert placebo(estimate_effect(early, design), 2.0).finding == "moved"


def test_waves_of_quarters_without_a_survey_keep_their_name(design, simulate):
    panel = twice_a_year(simulate(12, units=60, periods=12))
    quarters = {
        name: panel[name].map(lambda t: pd.Period("2024Q1") + int(t), na_action="ignore")
        for name in ("time", "cohort")
    }
    dated = panel.assign(**{name: pd.PeriodIndex(found, freq="Q-DEC") for name, found in quarters.items()})
    effect = estimate_effect(dated, design)
    waves = leave_one_wave_out(effect)
    assert {str(wave) for wave in waves.table["wave"]} >= {"2024Q4", "2025Q1"}
    assert shock_in_one_wave(effect, 2.0).values["wave"][:2] == "20"
