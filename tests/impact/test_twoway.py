"""The usual regression and what is wrong with it."""

from dataclasses import replace

import pandas as pd
import pytest
import statsmodels.api as sm

from asn_analysis.impact.estimate import estimate_effect
from asn_analysis.impact.refusals import DesignError
from asn_analysis.impact.twoway import two_way


def test_coefficient_and_clustered_error_of_statsmodels(design, simulate):
    panel = simulate(1, units=15, holes=0.2)
    dummies = [pd.get_dummies(panel["unit"]), pd.get_dummies(panel["time"]).iloc[:, 1:]]
    x = pd.concat([(panel["time"] >= panel["cohort"]).rename("d"), *dummies], axis=1).astype(float)
    fit = sm.WLS(panel["y"].to_numpy(), x.to_numpy(), weights=panel["n"]).fit(
        cov_type="cluster", cov_kwds={"groups": panel["unit"], "use_correction": False}
    )
    ours = two_way(panel, design)
    units = panel["unit"].nunique()
    assert ours.estimate == pytest.approx(fit.params[0], abs=1e-9)
    assert ours.std_error == pytest.approx(fit.bse[0] * (units / (units - 1)) ** 0.5, rel=1e-8)


def test_forbidden_weight_of_diff_diff(design, simulate):
    from diff_diff import BaconDecomposition

    panel = simulate(2, units=30, periods=10)
    theirs = BaconDecomposition().fit(
        panel.assign(first=panel["cohort"].fillna(0)), "y", "unit", "time", "first"
    )
    ours = two_way(panel, replace(design, weight=None))
    assert ours.estimate == pytest.approx(theirs.twfe_estimate, abs=1e-9)
    assert ours.forbidden_weight == pytest.approx(theirs.weight_by_type()["later_vs_earlier"], abs=1e-9)


def test_one_cohort_has_no_forbidden_comparison(design, simulate):
    panel = simulate(3)
    one = panel.assign(cohort=panel["cohort"].where(panel["cohort"].isna(), 4.0))
    assert two_way(one, design).forbidden_weight == 0


def test_growing_effects_bend_it_and_not_the_headline(design, simulate):
    """The effect grows by 1 a period; the mean over treated cells is the truth."""
    panel = simulate(4, units=300, periods=12, effect=0, treated=0.9)
    since = (panel["time"] - panel["cohort"] + 1).clip(lower=0).fillna(0)
    panel["y"] += since
    treated = panel["time"] >= panel["cohort"]
    truth = (since * panel["n"])[treated].sum() / panel["n"][treated].sum()
    usual, ours = two_way(panel, design), estimate_effect(panel, design)
    assert usual.estimate < truth - 0.5
    assert ours.conf_low < truth < ours.conf_high
    assert "not used" in usual.summary()


def test_all_trained_at_once_is_refused(design, simulate):
    with pytest.raises(DesignError):
        two_way(simulate(5).assign(cohort=4.0), design)
