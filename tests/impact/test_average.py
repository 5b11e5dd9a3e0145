"""Effects of groups, doses and several outcomes."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.special import stdtrit
from statsmodels.stats.multitest import multipletests

from asn_analysis.impact.average import average_effect, dose_slope, effects_by
from asn_analysis.impact.estimate import estimate_effect
from asn_analysis.impact.multiplicity import critical_value, holm, simultaneous
from asn_analysis.impact.refusals import DesignError


@pytest.fixture
def panel(simulate):
    """Kinds a and b with effects 1 and 3; 10 hours a unit of effect above 1."""
    panel = simulate(1, units=90, periods=9, effect=0.0)
    panel["kind"] = np.where(panel["unit"] % 2, "a", "b")
    panel["hours"] = np.where(panel["unit"] % 2, 10.0, 30.0) + panel["unit"] % 3
    true = np.where(panel["unit"] % 2, 1.0, 3.0)
    panel["y"] += true * (panel["time"] >= panel["cohort"])
    return panel


def test_without_groups_it_is_the_headline(panel, design):
    ours, headline = average_effect(panel, design), estimate_effect(panel, design)
    for name in ("estimate", "std_error", "df", "conf_low", "conf_high"):
        assert getattr(ours, name) == pytest.approx(getattr(headline, name))
    assert ours.p_value == pytest.approx(headline.tidy()["p_value"][0])


def test_groups_average_to_the_whole_and_differ_where_planted(panel, design):
    found = effects_by(panel, design, "kind")
    table = found.tidy().set_index("term")
    whole = average_effect(panel, design)
    assert np.average(table["estimate"], weights=table["n_respondents"]) == pytest.approx(whole.estimate)
    assert table.loc["a", "estimate"] == pytest.approx(1, abs=0.3)
    assert table.loc["b", "estimate"] == pytest.approx(3, abs=0.3)
    assert found.equal_p_value < 1e-6 and table["n_units"].sum() == whole.n_units
    none = effects_by(panel.assign(kind=panel["unit"] % 5), design, "kind")
    assert len(none.effects) == 5 and "alike" in none.summary()


def test_a_group_without_treated_cells_is_named(panel, design):
    never = panel["cohort"].isna()
    found = effects_by(panel.assign(kind=panel["kind"].mask(never, "c")), design, "kind")
    assert found.refused == ("c",) and len(found.effects) == 2
    with pytest.raises(DesignError):
        effects_by(panel.assign(kind=np.where(never, "x", None)), design, "kind")


def test_dose_slope_is_the_regression_of_imputed_gaps(panel, design):
    """Effects 1 and 3 at about 10 and 30 hours: 0.1 an hour."""
    found = dose_slope(panel, design, "hours")
    assert found.estimate == pytest.approx(0.1, abs=0.02)
    assert found.conf_low < 0.1 < found.conf_high
    with pytest.raises(DesignError, match="same dose"):
        dose_slope(panel.assign(hours=8.0), design, "hours")
    with pytest.raises(ValueError, match="above 0"):
        dose_slope(panel.assign(hours=0.0), design, "hours")


def test_adjusting_for_another_change_takes_its_share_away(simulate, design):
    """A digital service worth 2 goes live with most trainings, and elsewhere at other times."""
    panel = simulate(2, units=120, periods=9, effect=1.0)
    rng = np.random.default_rng(3)
    own = pd.Series(rng.integers(2, 9, 120)).where(rng.random(120) < 0.5)
    live = np.where(panel["unit"] % 3 > 0, panel["cohort"], np.nan)
    live = np.where(np.isnan(live), own[panel["unit"]], live)
    panel["live"] = (panel["time"] >= live).astype(float)
    panel["y"] += 2 * panel["live"]
    plain = average_effect(panel, design)
    adjusted = average_effect(panel, replace(design, covariates=("live",)))
    assert plain.estimate > 1.4
    assert adjusted.estimate == pytest.approx(1, abs=0.3)


def test_simultaneous_intervals_lie_between_alone_and_bonferroni(simulate, design):
    panel = simulate(4, units=40)
    rng = np.random.default_rng(5)
    for k in range(9):
        panel[f"u{k}"] = panel["y"] * 0.5 + rng.normal(0, 1, len(panel))
    effects = {f"u{k}": average_effect(panel, replace(design, outcome=f"u{k}")) for k in range(9)}
    table = simultaneous(effects)
    alone = table["conf_high"] - table["conf_low"]
    together = table["conf_high_simultaneous"] - table["conf_low_simultaneous"]
    assert (together > alone).all() and (together < alone * 1.6).all()
    assert (table["p_value_holm"] >= table["p_value"]).all()
    assert simultaneous(effects).equals(table)


def test_one_effect_needs_no_correction_and_copies_need_none_either(simulate, design):
    effect = average_effect(simulate(6, units=30), design)
    one = critical_value([effect])
    assert one == pytest.approx(stdtrit(effect.df, 0.975), rel=0.02)
    assert critical_value([effect] * 5) == pytest.approx(one, rel=0.02)


def test_max_t_of_independent_effects_is_sidak(simulate, design):
    effects = [average_effect(simulate(seed, units=300), design) for seed in (7, 8, 9)]
    df = min(e.df for e in effects)
    sidak = stdtrit(df, 0.5 + 0.95 ** (1 / 3) / 2)
    assert critical_value(effects) == pytest.approx(sidak, rel=0.05)


@pytest.mark.parametrize("n", [1, 2, 5, 40])
def test_holm_is_that_of_statsmodels(n):
    p_value = np.random.default_rng(n).random(n) ** 3
    np.testing.assert_allclose(holm(p_value), multipletests(p_value, method="holm")[1], rtol=1e-14)


def test_holm_worked_by_hand():
    """Sorted .01, .02, .04: times 3, 2, 1, and never below the one before."""
    assert holm([0.04, 0.01, 0.02]).tolist() == pytest.approx([0.04, 0.03, 0.04])
