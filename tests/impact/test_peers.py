"""The same analysis in the packages of the field, to the digits that they share: minimum wages and a city."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from scipy import stats

import asn_analysis as asn
from asn_analysis.impact.callaway import group_time_effects
from asn_analysis.impact.design import Design
from asn_analysis.impact.estimate import estimate_effect
from asn_analysis.impact.twoway import two_way
from asn_analysis.records.intake import Dataset
from asn_analysis.simulate.simulation import simulate

pf = pytest.importorskip("pyfixest")
pytestmark = pytest.mark.filterwarnings("ignore")  # of the peers
EXAMPLE = Path(__file__).parents[2] / "data" / "example"
GARDNER = 1e-5  # where pyfixest stops sweeping out fixed effects: 6e-6 off on some processors
DESIGN = Design("y", "unit", "time", "cohort")


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    folder = tmp_path_factory.mktemp("peers") / "city"
    return asn.read_dataset(simulate(folder, units=24, quarters=10, respondents=15, effect=4.0, seed=7))


@pytest.fixture(scope="module", params=["minimum wages", "a simulated city", "the example"])
def panel(request: pytest.FixtureRequest) -> pd.DataFrame:
    """unit, time (whole numbers), cohort (missing: never), first (0: never), y."""
    if request.param == "minimum wages":
        mpdta = request.getfixturevalue("mpdta")
        table = mpdta.rename(columns={"countyreal": "unit", "year": "time", "lemp": "y"})
    else:
        example = request.param == "the example"
        table = asn.build_panel(asn.read_dataset(EXAMPLE) if example else request.getfixturevalue("city"))
        start = table["quarter"].min().ordinal - 1
        numbers = {"time": table["quarter"].map(lambda q: q.ordinal - start)}
        numbers["cohort"] = table["cohort"].map(lambda q: np.nan if pd.isna(q) else q.ordinal - start)
        table = table.assign(unit=pd.factorize(table["unit_id"])[0], y=table["ikm"], **numbers)
    table = table[["unit", "time", "cohort", "y"]].astype(float).astype({"unit": int, "time": int})
    treated = (table["time"] >= table["cohort"]).astype(int)
    return table.assign(first=table["cohort"].fillna(0).astype(int), treated=treated)


def gardner(panel: pd.DataFrame, held: str) -> float:
    """Two stages (Gardner 2022), whose point estimate is the imputation's."""
    stages = {"first_stage": f"~ {held} | unit + time", "second_stage": "~ treated", "treatment": "treated"}
    return float(pf.did2s(panel, yname="y", cluster="unit", **stages).coef()["treated"])


def twice_untreated(panel: pd.DataFrame) -> pd.DataFrame:
    """Without units of one untreated period, which pyfixest 0.60 drops as singletons and then misses."""
    return panel[(1 - panel["treated"]).groupby(panel["unit"]).transform("sum") > 1]


def test_imputation_in_four_packages(panel):
    from diff_diff import ImputationDiD

    ours = estimate_effect(panel, DESIGN).estimate
    theirs = (
        ImputationDiD().fit(panel, outcome="y", unit="unit", time="time", first_treat="first").overall_att
    )
    assert ours == pytest.approx(theirs, abs=1e-8)
    seen = twice_untreated(panel)
    assert estimate_effect(seen, DESIGN).estimate == pytest.approx(gardner(seen, "0"), abs=GARDNER)
    if panel["unit"].nunique() < 200:
        untreated, treated = panel[panel["treated"] == 0], panel[panel["treated"] == 1]
        fit = smf.ols("y ~ C(unit) + C(time)", untreated).fit()
        assert ours == pytest.approx((treated["y"] - fit.predict(treated)).mean(), abs=1e-9)


@pytest.mark.parametrize("comparison", ["never_treated", "not_yet_treated"])
def test_callaway_and_santanna_in_diff_diff(panel, comparison):
    from diff_diff import CallawaySantAnna

    options = {"control_group": comparison, "vcov_type": "hc1"}
    theirs = CallawaySantAnna(**options).fit(panel, "y", "unit", "time", "first", aggregate="all")
    ours = group_time_effects(panel, replace(DESIGN, comparison=comparison))
    simple, events = ours.aggregate("simple"), ours.aggregate("dynamic").rows.set_index("term")
    assert simple.estimate == pytest.approx(theirs.overall_att, abs=1e-9)
    assert simple.std_error == pytest.approx(theirs.overall_se, rel=1e-6)
    known = {event: row for event, row in theirs.event_study_effects.items() if row["n_groups"]}
    assert len(known) > 4
    for event, row in known.items():
        assert events.loc[event, ["estimate", "std_error"]].tolist() == pytest.approx(
            [row["effect"], row["se"]], rel=1e-6, abs=1e-9
        )


def test_two_way_fixed_effects_in_pyfixest(panel):
    """G / (G - 1) alone corrects our errors, so the correction for regressors is off."""
    fit = pf.feols(
        "y ~ treated | unit + time", panel, vcov={"CRV1": "unit"}, ssc=pf.ssc(k_adj=False, G_adj=True)
    )
    ours = two_way(panel, DESIGN)
    assert ours.estimate == pytest.approx(fit.coef()["treated"], abs=1e-8)
    assert ours.std_error == pytest.approx(fit.se()["treated"], rel=1e-6)


def test_published_values_of_the_minimum_wages(mpdta):
    """Callaway and Sant'Anna (2021), R package did: never treated, no covariates."""
    design = Design("lemp", "countyreal", "year", "cohort", comparison="never_treated")
    simple = group_time_effects(mpdta, design).aggregate("simple")
    assert round(simple.estimate, 4) == -0.0400 and round(simple.std_error, 3) == 0.012
    assert estimate_effect(mpdta, replace(design, comparison="not_yet_treated")).estimate == pytest.approx(
        -0.0477099, abs=1e-7
    )


def test_covariates_by_cell_in_pyfixest(panel):
    """Gardner's two stages with a covariate are the imputation with one."""
    rng = np.random.default_rng(5)
    held = panel.assign(live=rng.integers(0, 2, len(panel)).astype(float))
    held["y"] += 0.1 * held["live"]
    held = twice_untreated(held)
    ours = estimate_effect(held, replace(DESIGN, covariates="live"))
    assert ours.estimate == pytest.approx(gardner(held, "live"), abs=GARDNER)


def districts(seed, together, units=96, periods=8):
    """Half of the units treated at once, in whole districts of four, whose shocks have this spread."""
    rng = np.random.default_rng(seed)
    unit, time = np.divmod(np.arange(units * periods), periods)
    cohort = np.where(unit < units / 2, periods / 2, np.nan)
    shocks = rng.normal(0, together, (units // 4, periods))[unit // 4, time]
    y = rng.normal(0, 3, units)[unit] + rng.normal(0, 1, len(unit)) + shocks
    panel = pd.DataFrame({"unit": unit, "time": time, "cohort": cohort, "district": unit // 4, "y": y})
    return panel.assign(treated=(panel["time"] >= panel["cohort"]).astype(int))


def held_by(panel: pd.DataFrame, kind: str, groups: str) -> list[float]:
    """Estimate and error of the regression that is the imputation where all begin at once."""
    no_correction = pf.ssc(k_adj=False, G_adj=False)
    fit = pf.feols("y ~ treated | unit + time", panel, vcov={kind: groups}, ssc=no_correction)
    return [float(fit.coef()["treated"]), float(fit.se()["treated"])]


def test_errors_of_independent_units_are_pyfixests_jackknife():
    """Its CRV3 lacks (G - 1) / G."""
    panel = districts(1, together=0.5, units=24)
    estimate, error = held_by(panel, "CRV3", "unit")
    effect = estimate_effect(panel, DESIGN)
    assert [effect.estimate, effect.std_error] == pytest.approx(
        [estimate, error * (23 / 24) ** 0.5], rel=1e-7
    )


def test_errors_of_shared_shocks_are_those_clustered_by_group_on_average():
    """Another estimate of the same variance: ours may rise by lag but not fall, so it is a little larger."""
    found = []
    for seed in range(30):
        panel = districts(seed, together=0.5)
        ours = estimate_effect(panel, replace(DESIGN, cluster="district"))
        found.append([ours.estimate, ours.std_error, held_by(panel, "CRV1", "district")[1]])
    estimates, ours, theirs = np.array(found).T
    theirs *= (
        12 / 11
    ) ** 0.5  # twelve districts a side: a variance within each, on eleven degrees of freedom
    alone = estimate_effect(districts(0, together=0.5), DESIGN).std_error
    # four periods before and after; a cell's noise by 48 units a side, a shock by 12 districts
    truth = (2 * 2 / 4 * (1 / 48 + 0.25 / 12)) ** 0.5
    assert theirs.mean() == pytest.approx(truth, rel=0.05)
    assert 1 <= ours.mean() / theirs.mean() < 1.15 and alone < 0.85 * truth
    assert estimates.std() == pytest.approx(truth, rel=0.25)


def test_what_shared_shocks_add_is_summed_by_hand():
    """Districts of four, all of one size: the variance between districts of each change, pooled by lag."""
    panel = districts(3, together=1.0)
    own, ours = (estimate_effect(panel, replace(DESIGN, cluster=names)) for names in ((), "district"))
    wide = panel.pivot(index="unit", columns="time", values="y")
    place = wide.index // 4
    by_lag = {}
    for early in range(8):
        for late in range(early + 1, 8):
            change = (wide[late] - wide[early])[(late < 4) | (wide.index >= 48)]  # untreated in both
            means, inside = (change.groupby(place[change.index]).agg(how) for how in ("mean", "var"))
            between = means.var() - inside.mean() / 4
            by_lag.setdefault(late - early, []).append((between / 2, len(means) - 1))
    totals = {lag: np.array(rows) for lag, rows in by_lag.items()}
    shares = {lag: 1 - 1 / (rows[:, 1] + 1) for lag, rows in totals.items()}
    value = np.array([np.average(rows[:, 0], weights=shares[lag]) for lag, rows in totals.items()])
    pairs = np.array([rows[:, 1].sum() for rows in totals.values()])
    slope, start = np.polyfit(list(totals), value, 1, w=pairs)
    level = value @ pairs**2 / (pairs**2).sum() if slope < 0 else None
    apart = np.abs(np.subtract.outer(range(8), range(8)))
    variogram = np.where(apart > 0, np.maximum(start + slope * apart if level is None else level, 0), 0)
    pull = np.where(np.arange(8) < 4, -1 / 4, 1 / 4) / 12  # of a district: after less before, over twelve
    assert ours.std_error**2 - own.std_error**2 == pytest.approx(-24 * pull @ variogram @ pull, rel=1e-9)


def test_effects_by_group_are_the_second_stage_of_gardner_and_their_errors_refits(simulate, design):
    """Two stages with a regressor a group (pyfixest), then each unit left out of statsmodels' regressions."""
    panel = simulate(11, units=24, periods=9, first=4)
    held = panel.assign(treated=(panel["time"] >= panel["cohort"]).astype(int), n=1.0)
    held["kind"] = np.where(held["unit"] % 3 == 0, "brief", "long")
    names = ["brief", "long"]
    for name in names:
        held[name] = held["treated"] * (held["kind"] == name)
    found = asn.effects_by(held, design, "kind")
    table = found.tidy().set_index("term")
    stages = {"first_stage": "~ 0 | unit + time", "second_stage": "~ brief + long", "treatment": "treated"}
    gardner = pf.did2s(held, yname="y", cluster="unit", **stages).coef()
    assert table.loc[names, "estimate"].tolist() == pytest.approx(gardner[names].tolist(), abs=1e-6)

    def refitted(rows):
        treated = rows[rows["treated"] == 1]
        gap = treated["y"] - smf.ols("y ~ C(unit) + C(time)", rows[rows["treated"] == 0]).fit().predict(
            treated
        )
        return gap.groupby(treated["kind"]).mean()[names]

    whole = refitted(held)
    left = np.array([refitted(held[held["unit"] != unit]) - whole for unit in held["unit"].unique()])
    covariance = left.T @ left * (len(left) - 1) / len(left)
    assert table.loc[names, "estimate"].tolist() == pytest.approx(whole.tolist(), abs=1e-9)
    assert table.loc[names, "std_error"].tolist() == pytest.approx(
        np.sqrt(np.diag(covariance)).tolist(), rel=1e-8
    )
    t = (whole["brief"] - whole["long"]) / np.sqrt(covariance[0, 0] + covariance[1, 1] - 2 * covariance[0, 1])
    assert found.equal_p_value == pytest.approx(2 * stats.t.sf(abs(t), table["df"].min()), rel=1e-8)


def test_the_page_that_shows_the_same_analysis_runs_and_agrees(mpdta):
    page = Path(__file__).parents[2] / "docs" / "how-to" / "peers.md"
    code = page.read_text(encoding="utf-8").split("```python\n")[1].split("```")[0]
    panel = mpdta.rename(columns={"countyreal": "unit", "year": "time", "lemp": "y"})
    panel = panel.assign(first=panel["cohort"].fillna(0).astype(int))
    shown = {"panel": panel.assign(treated=(panel["time"] >= panel["cohort"]).astype(int))}
    exec(code, shown)
    ours, gardner = shown["ours"].estimate, shown["gardner"].coef()["treated"]
    assert shown["ours_of_seen"].estimate == pytest.approx(gardner, abs=GARDNER)
    assert ours == pytest.approx(shown["theirs"].overall_att, abs=1e-8)
    assert round(ours, 4) == -0.0477
    simple, groups = shown["groups"].aggregate("simple"), shown["their_groups"]
    assert (
        simple.estimate == pytest.approx(groups.overall_att, abs=1e-9) and round(simple.estimate, 4) == -0.04
    )
    fixed = shown["their_fixed"].coef()["treated"]
    assert shown["fixed"].estimate == pytest.approx(fixed, abs=1e-8) and round(fixed, 4) == -0.0365
