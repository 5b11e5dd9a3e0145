"""Evidence for the effect: by hand, published, a second implementation, brute force, planted."""

import warnings
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from asn_analysis.impact.design import Design
from asn_analysis.impact.estimate import estimate_effect
from asn_analysis.impact.grid import lay_out
from asn_analysis.impact.imputation import pose
from asn_analysis.impact.jackknife import effects_on
from asn_analysis.impact.refusals import DesignError

BY_HAND = {"A": [2, 4, 6, 4], "B": [4, 4, 4, 8], "C": [5, 8, 11, 13], "D": [1, 2, 3, 9]}


def sixteen_rows(outcomes=BY_HAND):
    cohort = {"C": 3, "D": 4}
    return pd.DataFrame(
        [(u, t + 1, cohort.get(u), y, 1) for u, ys in outcomes.items() for t, y in enumerate(ys)],
        columns=["unit", "time", "cohort", "y", "n"],
    )


def test_sixteen_rows_by_hand_against_never_treated_units(design):
    """A and B are never treated, C from period 3, D from period 4.

    Period effects are the means of A and B: 3 4 5 6. C stands (5-3 + 8-4)/2 = 3 above them, so 8 and 9
    are expected of it in periods 3 and 4 and it is 3 and 4 better. D stands -2 above them, so 4 is
    expected and it is 5 better. ATT = (3 + 4 + 5) / 3 = 4; in the first treated period (3 + 5) / 2.

    Without A the period effects are B's, 4 4 4 8: C stands at 2.5, gaps 4.5 and 2.5; D at -2, gap 3;
    ATT 10/3. Without B they are 2 4 6 4: C at 3.5, gaps 1.5 and 5.5; D at -2, gap 7; ATT 14/3.
    Without C 5, without D 3.5. Squared distances from 4: 4/9 + 4/9 + 1 + 1/4 = 77/36, times 3/4.
    """
    effect = estimate_effect(sixteen_rows(), replace(design, comparison="never_treated"))
    assert effect.estimate == pytest.approx(4)
    assert effect.replicates.to_dict() == pytest.approx({"A": 10 / 3, "B": 14 / 3, "C": 5, "D": 3.5})
    assert effect.std_error == pytest.approx(np.sqrt(77 / 48))
    after = effect.event_study.query("event_time >= 0").set_index("event_time")["estimate"]
    assert after.to_dict() == pytest.approx({0: 4, 1: 4})
    assert effect.paths.set_index("time").loc[4, ["observed", "expected"]].tolist() == pytest.approx(
        [11, 6.5]
    )


def test_sixteen_rows_by_hand_against_units_not_yet_treated(design):
    """Untreated cells that are exactly unit + period: A 0, B 10, C 3, D -2 plus 1 2 4 7.

    Expected of C: 7 and 10, of D: 5. C is 2 and 4 better, D 3. Leaving out A or B changes nothing;
    without C the ATT is 3, without D also 3: (2 + 4 + 3) / 3 = 3 with no spread at all.
    """
    rows = {"A": [1, 2, 4, 7], "B": [11, 12, 14, 17], "C": [4, 5, 9, 14], "D": [-1, 0, 2, 8]}
    effect = estimate_effect(sixteen_rows(rows), design)
    assert effect.estimate == pytest.approx(3)
    assert effect.std_error == pytest.approx(0, abs=1e-12)


def test_published_data_minimum_wage(mpdta):
    effect = estimate_effect(mpdta, Design("lemp", "countyreal", "year", "cohort"))
    assert effect.estimate == pytest.approx(-0.0477099, abs=5e-8)


def test_real_roll_out_of_police_training(chicago):
    """The figures of METHODS.md: complaints per officer-month, 48 training cohorts, 72 months."""
    design = Design("rate", "unit", "period", "first_trained", weight="officers")
    effect = estimate_effect(chicago, design)
    assert effect.estimate == pytest.approx(0.000341952503376, abs=1e-12)
    assert effect.std_error == pytest.approx(0.003386206, abs=1e-9)
    assert (effect.n_treated_units, effect.n_never_treated_units) == (47, 0)
    assert effect.n_left_out_cells == 48  # the last month has nobody left to compare with
    assert effect.trend_refusal == "collinear" and effect.conf_low_robust is None
    assert effect.event_study["event_time"].tolist() == list(range(-4, 9))
    assert np.isfinite(effect.event_study.to_numpy(float)).all()


def test_cells_equal_a_regression_on_people_in_statsmodels(design, simulate):
    """Imputation from individual answers, dummies and all, equals imputation from cells."""
    panel = simulate(1, units=12, periods=6, holes=0.1).assign(n=lambda p: p["n"] % 5 + 1)
    people = panel.loc[panel.index.repeat(panel["n"])].reset_index(drop=True)
    people["y"] += np.random.default_rng(2).normal(0, 9, len(people))
    cells = people.groupby(["unit", "time"], as_index=False).agg(
        y=("y", "mean"), n=("y", "size"), cohort=("cohort", "first")
    )
    treated = people["time"] >= people["cohort"]
    x = pd.concat(
        [pd.get_dummies(people["unit"]), pd.get_dummies(people["time"]).iloc[:, 1:]], axis=1
    ).astype(float)
    fit = sm.OLS(people.loc[~treated, "y"].to_numpy(), x[~treated].to_numpy()).fit()
    att = (people["y"] - fit.predict(x.to_numpy()))[treated].mean()
    assert estimate_effect(cells, design).estimate == pytest.approx(att, abs=1e-9)


def test_leads_are_the_coefficients_of_a_saturated_regression(design, simulate):
    panel = simulate(3, units=25, holes=0.1)
    effect = estimate_effect(panel, design)
    untreated = panel[~(panel["time"] >= panel["cohort"])]
    event_time = untreated["time"] - untreated["cohort"]
    leads = [e for e in (-3, -2, -1)]
    x = pd.concat(
        [
            pd.get_dummies(untreated["unit"]),
            pd.get_dummies(untreated["time"]).iloc[:, 1:],
            *[(event_time == e).rename(f"lead{e}") for e in leads],
        ],
        axis=1,
    ).astype(float)
    fit = sm.WLS(untreated["y"].to_numpy(), x.to_numpy(), weights=untreated["n"]).fit()
    before = effect.event_study.query("event_time < 0")
    assert before["event_time"].tolist() == leads
    np.testing.assert_allclose(before["estimate"], fit.params[-3:], atol=1e-9)


def test_point_estimate_of_diff_diff(design, simulate):
    from diff_diff import ImputationDiD

    panel = simulate(4, units=30)
    theirs = ImputationDiD().fit(
        panel.assign(first=panel["cohort"].fillna(0)),
        outcome="y",
        unit="unit",
        time="time",
        first_treat="first",
    )
    ours = estimate_effect(panel, replace(design, weight=None))
    assert ours.estimate == pytest.approx(theirs.overall_att, abs=1e-8)


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("comparison", ["not_yet_treated", "never_treated"])
def test_jackknife_and_degrees_of_freedom_by_brute_force(design, simulate, brute_force, seed, comparison):
    """Unbalanced, weighted, few units: some are the last that link a period to the others."""
    panel = simulate(seed, units=9, periods=6, holes=0.35, treated=0.55, first=2)
    grid = lay_out(panel, design)
    problem = pose(grid, comparison)
    expected = brute_force(panel, never=comparison == "never_treated")
    targets = np.where(problem.imputable, grid.weight, 0.0)[None]
    if not targets.any():
        assert np.isnan(expected.value)
        return
    ours = effects_on(problem, targets)
    contributing = grid.units[ours.units]
    assert ours.value[0] == pytest.approx(expected.value, abs=1e-9)
    np.testing.assert_allclose(ours.replicates[:, 0], expected.replicates[contributing], atol=1e-8)
    others = expected.replicates.drop(contributing)
    np.testing.assert_allclose(others, expected.value, atol=1e-8)
    if not np.isnan(expected.df):
        assert ours.df[0] == pytest.approx(expected.df, rel=1e-7)


@pytest.mark.parametrize("seed", range(6))
def test_trend_and_its_jackknife_by_brute_force(design, simulate, brute_force, seed):
    panel = simulate(seed, units=10, periods=7, holes=0.2, treated=0.5)
    panel["trend"] = (panel["time"] - panel["time"].mean()) * panel["cohort"].notna()
    effect = estimate_effect(panel, design)
    if effect.trend_refusal:
        pytest.fail(f"seed {seed} was chosen to identify a trend: {effect.trend_refusal}")
    adjusted = brute_force(panel, extra=["trend"])
    drift = brute_force(panel, extra=["trend"], coefficient=0)
    assert effect.trend_adjusted.estimate == pytest.approx(adjusted.value, abs=1e-8)
    for found, expected in ((effect.trend_adjusted, adjusted), (effect.drift, drift)):
        assert found.estimate == pytest.approx(expected.value, rel=1e-6)
        assert (found.std_error, found.df) == pytest.approx((expected.std_error, expected.df), rel=1e-6)


def test_a_period_that_hangs_on_one_unit(design, brute_force, simulate):
    """Only unit 0 is untreated at the end: without it the last periods cannot be imputed."""
    panel = simulate(5, units=8, periods=6, treated=1.0)
    panel.loc[panel["unit"] == 0, "cohort"] = np.nan
    panel.loc[panel["unit"] > 0, "cohort"] = 3.0 + panel["unit"] % 2
    effect, expected = estimate_effect(panel, design), brute_force(panel)
    assert effect.std_error == pytest.approx(expected.std_error, rel=1e-8)
    assert effect.df == pytest.approx(expected.df, rel=1e-8)


def test_disconnected_parts_are_estimated_apart(design, simulate, brute_force):
    """Two groups of units that share no period: period effects are relative within each group."""
    one, two = simulate(6, units=8, periods=5), simulate(7, units=8, periods=5)
    apart = two.assign(unit=two["unit"] + 100, time=two["time"] + 50, cohort=two["cohort"] + 50)
    panel = pd.concat([one, apart], ignore_index=True)
    effect, expected = estimate_effect(panel, design), brute_force(panel)
    parts = [estimate_effect(part, design) for part in (one, two)]
    weights = [part.query("time >= cohort")["n"].sum() for part in (one, two)]
    assert effect.estimate == pytest.approx(
        np.average([p.estimate for p in parts], weights=weights), abs=1e-9
    )
    assert effect.df == pytest.approx(expected.df, rel=1e-7)


def test_planted_effect_is_recovered_with_honest_coverage(design, simulate):
    """300 seeded panels of 20 units: the mean is the truth, 95 % intervals hold it 93 to 99 times in 100."""
    found = [estimate_effect(simulate(seed, effect=2.0), design) for seed in range(300)]
    mean = np.mean([effect.estimate for effect in found])
    spread = np.std([effect.estimate for effect in found]) / np.sqrt(len(found))
    assert abs(mean - 2) < 4 * spread
    covered = np.mean([effect.conf_low <= 2 <= effect.conf_high for effect in found])
    assert 0.93 <= covered <= 0.995


def test_a_drift_bends_the_plain_estimate_by_the_horizon_and_not_the_adjusted_one(design, simulate):
    panel = simulate(8, units=400, periods=10, effect=2.0, drift=0.3)
    effect = estimate_effect(panel, design)
    assert effect.drift.estimate == pytest.approx(0.3, abs=0.05)
    adjusted = effect.trend_adjusted
    assert adjusted.estimate == pytest.approx(2.0, abs=0.3)
    assert effect.estimate - 2 == pytest.approx(0.3 * effect.horizon, rel=0.3)
    doubled = next(row for row in effect.allowed if row.trend == "doubled")
    assert doubled.estimate == pytest.approx(2 * adjusted.estimate - effect.estimate)
    assert effect.conf_low_robust == min(effect.conf_low, adjusted.conf_low, doubled.conf_low)
    assert effect.conf_high_robust == max(effect.conf_high, adjusted.conf_high, doubled.conf_high)
    assert effect.least == min(effect.estimate, adjusted.estimate, doubled.estimate)


def test_the_room_is_what_the_scale_leaves_above_the_expected_level(design):
    """Two units at 97, 2 points above what was expected: 100 leaves 5; without ends none is known."""
    rows = pd.DataFrame({"unit": np.repeat(range(6), 4), "time": [1, 2, 3, 4] * 6, "n": 30})
    rows["cohort"] = np.where(rows["unit"] < 2, 3.0, np.nan)
    rows["y"] = 95 + rows["unit"] % 2 * 1e-6 + 2.0 * (rows["time"] >= rows["cohort"])
    assert estimate_effect(rows, replace(design, bounds=(25, 100))).room == pytest.approx(5, abs=1e-4)
    assert estimate_effect(rows, replace(design, bounds=None)).room is None


def test_units_that_teach_nothing_change_nothing(design, simulate):
    """Treated from the start, or seen once: neither a comparison nor an effect can come of them."""
    panel = simulate(9)
    always = pd.DataFrame({"unit": 900, "time": range(8), "cohort": -1.0, "y": 50.0, "n": 60})
    plain, more = (estimate_effect(p, design) for p in (panel, pd.concat([panel, always], ignore_index=True)))
    assert more.estimate == pytest.approx(plain.estimate, abs=1e-10)
    assert more.std_error == pytest.approx(plain.std_error, abs=1e-10)
    assert more.n_left_out_cells == plain.n_left_out_cells + 8
    once = pd.DataFrame({"unit": [901], "time": [4], "cohort": [np.nan], "y": [99.0], "n": [60]})
    assert estimate_effect(pd.concat([panel, once]), design).estimate == pytest.approx(
        plain.estimate, abs=1e-10
    )


def test_a_cohort_after_the_last_period_counts_as_not_yet_treated(design, simulate):
    panel = simulate(10)
    later = panel.assign(cohort=panel["cohort"].fillna(99))
    for found, expected in zip(
        estimate_effect(later, design).tidy().query("term == 'att'").iloc[0, 1:7],
        estimate_effect(panel, design).tidy().query("term == 'att'").iloc[0, 1:7],
        strict=True,
    ):
        assert found == pytest.approx(expected)


def test_levels_of_any_size_are_exact(design, simulate):
    panel = simulate(11)
    shifted = estimate_effect(panel.assign(y=panel["y"] + 1e9), design)
    plain = estimate_effect(panel, design)
    assert shifted.estimate == pytest.approx(plain.estimate, abs=1e-5)
    assert shifted.std_error == pytest.approx(plain.std_error, abs=1e-5)
    assert estimate_effect(panel.assign(n=panel["n"] * 1e7), design).df == pytest.approx(plain.df)


def test_tidy_and_summary_say_the_same(design, simulate):
    effect = estimate_effect(simulate(12), design)
    table = effect.tidy()
    assert table["term"].tolist()[:2] == ["att", "att_trend_adjusted"]
    assert table["statistic"].to_numpy() == pytest.approx(
        (table["estimate"] / table["std_error"]).to_numpy(), nan_ok=True
    )
    assert f"{table['estimate'][0]:+.2f} ({table['conf_low'][0]:+.2f} to" in effect.summary()


@pytest.mark.parametrize(
    ("code", "change"),
    [
        ("one_period", lambda p: p[p["time"] == 5]),
        ("no_treated", lambda p: p.assign(cohort=np.nan)),
        ("no_treated", lambda p: p.assign(cohort=99.0)),
        ("no_untreated", lambda p: p.assign(cohort=-1.0)),
        ("no_earlier_period", lambda p: p.assign(cohort=p["cohort"].where(p["cohort"].isna(), -1.0))),
        ("no_comparison", lambda p: p.assign(cohort=4.0)),
        ("no_comparison", lambda p: two_parts_without_a_period_in_common(p)),
        (
            "single_unit",
            lambda p: p[p["unit"].isin([p["unit"][p["cohort"].notna()].iloc[0]]) | p["cohort"].isna()],
        ),
        ("no_cells", lambda p: p.assign(y=np.nan)),
        ("no_cells", lambda p: p.assign(n=0)),
    ],
)
def test_refusals_name_reason_and_remedy_and_numpy_stays_silent(design, simulate, code, change):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(DesignError) as refused:
            estimate_effect(change(simulate(14)), design)
    assert refused.value.code == code
    assert refused.value.reason and refused.value.remedy


def two_parts_without_a_period_in_common(panel):
    """Treated units are seen early, untreated; never treated ones late: nothing links the two."""
    never = panel["cohort"].isna()
    panel = panel.assign(cohort=panel["cohort"].where(never, 6.0))
    return panel[(panel["time"] >= 6) | (~never & (panel["time"] < 3))]


def test_no_never_treated_units_for_that_comparison(design, simulate):
    with pytest.raises(DesignError) as refused:
        estimate_effect(simulate(14, treated=1.0), replace(design, comparison="never_treated"))
    assert refused.value.code == "no_comparison"


@pytest.mark.parametrize("seed", range(40))
def test_small_and_broken_panels_give_a_number_or_a_refusal_never_a_warning(design, simulate, seed):
    panel = simulate(seed, units=3 + seed % 5, periods=2 + seed % 4, holes=0.1 * (seed % 6), first=1)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            effect = estimate_effect(panel, design)
        except DesignError as refused:
            assert refused.remedy
        else:
            assert effect.conf_low <= effect.estimate <= effect.conf_high
            effect.tidy()
