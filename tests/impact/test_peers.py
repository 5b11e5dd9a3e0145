"""The same analysis in the packages of the field, to the digits that they share: minimum wages and a city."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf

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
GARDNER = 1e-6  # where pyfixest stops sweeping out fixed effects
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
    table = table.assign(first=table["cohort"].fillna(0).astype(int), treated=treated)
    table.attrs["gardner"] = 2 * GARDNER if request.param == "the example" else GARDNER
    return table


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
    assert estimate_effect(seen, DESIGN).estimate == pytest.approx(
        gardner(seen, "0"), abs=panel.attrs["gardner"]
    )
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
    assert ours.estimate == pytest.approx(gardner(held, "live"), abs=panel.attrs["gardner"])


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
