"""Shocks that groups of units share: their variance by hand, planted, and in an interval that covers."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from asn_analysis.impact.design import Design
from asn_analysis.impact.estimate import estimate_effect
from asn_analysis.impact.grid import Grid, lay_out
from asn_analysis.impact.shared import rising_line, shocks_of

DESIGN = Design("y", "unit", "time", "cohort", weight="n", cluster=("district", "cohort"))


def city(seed, units=60, periods=14, sd=0.0, by="district", effect=0.0):
    """Six districts, three waves, a quarter never trained; shocks of spread ``sd`` by group and period."""
    rng = np.random.default_rng(seed)
    unit, time = np.divmod(np.arange(units * periods), periods)
    district, wave = unit % 6, (unit // 6) % 4
    cohort = np.where(wave < 3, 6 + 2 * wave, np.nan)
    group = district if by == "district" else wave
    y = 80 + rng.normal(0, 2, units)[unit] + rng.normal(0, 1.5, len(unit)) + effect * (time >= cohort)
    y += rng.normal(0, sd, (6, periods))[group, time]
    return pd.DataFrame({"unit": unit, "time": time, "cohort": cohort, "district": district, "n": 50, "y": y})


def test_variance_between_groups_by_hand():
    """Two groups of two units, two periods: changes 1, 3 and 6, 8; means 2 and 7, each with variance 1.

    Between groups: 1/2 x 2.5^2 x 2 = 6.25, less 2 x 1/4 x 1 = 0.5, over 1 - 1/2: 11.5; the variogram is half.
    """
    outcome = np.array([[0.0, 1.0], [0.0, 3.0], [0.0, 6.0], [0.0, 8.0]])
    ones, codes = np.ones((4, 2)), np.array([0, 0, 1, 1])
    grid = Grid(
        np.arange(4),
        np.arange(2),
        np.arange(2.0),
        outcome,
        ones,
        ones,
        np.full(4, np.nan),
        (("g", codes),),
        0,
    )
    (shocks,) = shocks_of(grid, outcome)
    assert shocks.variogram == pytest.approx(np.array([[0, 5.75], [5.75, 0]]))
    rows = np.array([[[-0.5, 0.5], [-0.5, 0.5], [0.5, -0.5], [0.5, -0.5]]])  # difference of the changes
    # twice the variance of a group's shared change: Var(d1 - d2) = 2 x 11.5
    assert shocks.covariance(rows) == pytest.approx(np.array([[23.0]]))


def test_a_line_rises_where_its_slope_is_beyond_chance():
    """1, 3, 2: slope 0.5, residuals -0.5, 1, -0.5, so t = 0.5 x sqrt(2 x 1 / 1.5) = 0.58 with one df."""
    lag, alike = np.array([1.0, 2.0, 3.0]), np.ones(3)
    assert rising_line(lag, np.array([1.0, 3.0, 2.0]), alike) == pytest.approx([1.5, 2.0, 2.5])
    assert rising_line(lag, np.array([1.0, 3.0, 2.0]), alike, 0.95) == pytest.approx([2.0, 2.0, 2.0])
    assert rising_line(lag, np.array([1.0, 2.1, 3.0]), alike, 0.95)[2] > 3  # 3.03: t = 17
    assert rising_line(lag[:2], np.array([1.0, 3.0]), alike[:2], 0.95) == pytest.approx([2.0, 2.0])
    assert rising_line(lag[:1], np.array([1.0]), alike[:1], 0.95) == pytest.approx([1.0])


@pytest.mark.parametrize("by", ["district", "cohort"])
@pytest.mark.parametrize("sd", [0.0, 1.0])
def test_planted_shocks_are_found_in_the_groups_that_share_them(by, sd):
    found = []
    for seed in range(20):
        grid = lay_out(city(seed, sd=sd, by=by), DESIGN)
        shocks = {each.by: each for each in shocks_of(grid, grid.outcome)}
        found.append(shocks[by].variogram[0, 1])
    assert np.mean(found) == pytest.approx(sd**2, abs=0.15)


def test_intervals_cover_where_waves_share_shocks_and_units_alone_would_not():
    together, alone = 0, 0
    for seed in range(60):
        panel = city(seed, sd=1.0, by="wave")
        for clusters in (("district", "cohort"), ()):
            effect = estimate_effect(panel, replace(DESIGN, cluster=clusters))
            covered = effect.conf_low <= 0 <= effect.conf_high
            together, alone = together + (covered and bool(clusters)), alone + (covered and not clusters)
    assert together >= 54 and alone <= 45


def test_groups_that_differ_within_a_unit_are_refused():
    panel = city(1)
    panel.loc[0, "district"] = 5
    with pytest.raises(ValueError, match="constant within units"):
        lay_out(panel, DESIGN)


def test_weights_are_those_before_the_first_treatment():
    """Half of the trained units gain 4, the others nothing; where it helps, four times as many answer."""
    panel = city(2)
    helped = (panel["time"] >= panel["cohort"]) & (panel["unit"] < 30)
    panel["y"] += 4.0 * helped
    grown = panel.assign(n=np.where(helped, 200, 50))
    fixed = replace(DESIGN, fixed_weights=True)
    assert estimate_effect(grown, fixed).estimate == pytest.approx(estimate_effect(panel, fixed).estimate)
    assert estimate_effect(grown, fixed).n_respondents == grown["n"].sum()
    assert estimate_effect(grown, fixed).estimate == pytest.approx(2.0, abs=0.5)
    assert estimate_effect(grown, DESIGN).estimate > 2.8


def test_points_and_logits_agree_in_the_middle_and_not_at_the_top():
    """Everybody gains 0.5 on the logit; the weak, who are trained, gain more points."""
    rng = np.random.default_rng(3)
    unit, time = np.divmod(np.arange(40 * 10), 10)
    treated = unit < 20
    logit = np.where(treated, 1.0, 3.0) + rng.normal(0, 0.05, len(unit)) + 0.1 * time
    share = 1 / (1 + np.exp(-logit))
    panel = pd.DataFrame({"unit": unit, "time": time, "cohort": np.where(treated, 5.0, np.nan), "n": 50})
    panel["y"] = 25 + 75 * share
    effect = estimate_effect(panel, Design("y", "unit", "time", "cohort", weight="n", bounds=(25, 100)))
    table = {(row.scale, row.trend): row.estimate for row in effect.allowed}
    assert table["points", "none"] > 2
    assert table["logit", "none"] == pytest.approx(0, abs=0.3)
    assert effect.conf_low_undrifted < 0 < effect.conf_low
