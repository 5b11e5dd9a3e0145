"""Each option of a design beside another implementation or a sum by hand, on panels of any columns."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
import statsmodels.formula.api as smf

import asn_analysis as asn
from asn_analysis.impact.callaway import group_time_effects
from asn_analysis.impact.design import Design
from asn_analysis.impact.estimate import estimate_effect
from asn_analysis.impact.refusals import DesignError
from asn_analysis.impact.twoway import two_way


@pytest.fixture(scope="module")
def panel(simulate):
    frame = simulate(11, units=24, periods=9, first=4)
    rng = np.random.default_rng(2)
    frame["live"] = (frame["time"] >= rng.integers(2, 12, 24)[frame["unit"]]).astype(float)
    return frame.assign(y=frame["y"] + 3 * frame["live"])


def imputed(panel, more="", weight="n"):
    """The estimator with statsmodels: untreated cells alone, then what treated ones had beyond that."""
    treated = panel[panel["time"] >= panel["cohort"]]
    untreated = panel.drop(treated.index)
    fit = smf.wls(f"y ~ C(unit) + C(time){more}", untreated, weights=untreated[weight]).fit()
    return np.average(treated["y"] - fit.predict(treated), weights=treated[weight])


def test_covariates_that_vary_by_cell(panel, design):
    held = replace(design, covariates="live")
    effect = estimate_effect(panel, held)
    assert effect.estimate == pytest.approx(imputed(panel, " + live"), abs=1e-9)
    assert abs(effect.estimate - estimate_effect(panel, design).estimate) > 0.02
    assert "held constant: live" in effect.summary()
    left = [estimate_effect(panel[panel["unit"] != unit], held).estimate for unit in effect.replicates.index]
    np.testing.assert_allclose(effect.replicates, left, atol=1e-8)
    late = effect.event_study.query("event_time == 0")["estimate"].iloc[0]
    first = panel[panel["time"] == panel["cohort"]].index
    rest = panel[~(panel["time"] > panel["cohort"])]
    assert late == pytest.approx(imputed(rest, " + live"), abs=1e-9) and len(first)
    trend = panel.assign(drift=panel["time"] * panel["cohort"].notna())
    assert effect.trend_adjusted.estimate == pytest.approx(imputed(trend, " + live + drift"), abs=1e-8)
    for estimator in (two_way, group_time_effects):
        with pytest.raises(ValueError, match="holds no covariates"):
            estimator(panel, held)
    with pytest.raises(ValueError, match="live is missing for 1 in 2: fill it"):
        estimate_effect(
            panel.assign(live=panel["live"].mask((panel["unit"] == 1) & (panel["time"] == 2))), held
        )


def test_fixed_weights(panel, design):
    before = panel[panel["time"] < panel["cohort"].min()].groupby("unit")["n"].mean()
    fixed = estimate_effect(panel, replace(design, fixed_weights=True))
    by_hand = imputed(panel.assign(fixed=panel["unit"].map(before)), weight="fixed")
    assert fixed.estimate == pytest.approx(by_hand, abs=1e-9)


def test_a_donut_for_anticipation(panel, design):
    early = panel["time"] - panel["cohort"]
    moved = panel.assign(y=panel["y"] + 1.5 * early.eq(-1))
    effect = estimate_effect(moved, replace(design, anticipation=1))
    assert effect.estimate == pytest.approx(imputed(moved[~early.eq(-1)]), abs=1e-9)
    assert -1 not in set(effect.event_study["event_time"]) and -2 in set(effect.event_study["event_time"])
    assert effect.estimate == pytest.approx(estimate_effect(panel, replace(design, anticipation=1)).estimate)
    assert "1 periods before treatment left out" in effect.summary()


def test_triple_differences(panel, design):
    """Against the saturated regression of both rows of a cell, and what a shock to treated units would do."""
    one = panel[panel["cohort"].isin([5.0]) | panel["cohort"].isna()].assign(n=1)
    rows = [one.assign(counter=side, y=one["y"] * side + (1 - side) * one["time"] ** 1.5) for side in (1, 0)]
    both = pd.concat(rows, ignore_index=True)
    shock = 4.0 * (both["time"] >= both["cohort"])
    third = replace(design, third="counter")
    effect = estimate_effect(both, third)
    assert estimate_effect(both.assign(y=both["y"] + shock), third).estimate == pytest.approx(effect.estimate)
    both["treated"] = ((both["time"] >= both["cohort"]) & (both["counter"] == 1)).astype(int)
    fit = smf.ols("y ~ treated + C(unit):C(counter) + C(time):C(counter) + C(unit):C(time)", both).fit()
    assert effect.estimate == pytest.approx(fit.params["treated"], abs=1e-8)
    uneven = both.assign(n=both["counter"] * 20 + 10)
    assert estimate_effect(uneven, third).n_respondents == pytest.approx(len(one) / (1 / 30 + 1 / 10))
    with pytest.raises(ValueError, match="counter must be 1 where"):
        estimate_effect(both.assign(counter=both["counter"] + 1), third)
    with pytest.raises(ValueError, match="must tell every row apart"):
        estimate_effect(pd.concat([both, both.head(1)]), third)


def test_groups_of_shocks_are_named_by_one_word_or_many(panel, design):
    place = panel.assign(place=panel["unit"] % 4)
    alone, word, many = (
        estimate_effect(place, replace(design, cluster=cluster))
        for cluster in ((), "place", ["place", "cohort"])
    )
    assert word.design.cluster == ("place",) and alone.estimate == word.estimate == many.estimate
    assert alone.std_error <= word.std_error <= many.std_error


YEARS = {
    "whole numbers": lambda year: year,
    "yearly periods": lambda year: pd.PeriodIndex(year.astype("Int64").astype("string"), freq="Y"),
    "timestamps": lambda year: pd.to_datetime(year.astype("Int64").astype("string") + "-01-01"),
    "days of the standard library": lambda year: pd.to_datetime(
        year.astype("Int64").astype("string") + "-07-15"
    ).dt.date.astype(object),
}


@pytest.mark.parametrize("calendar", YEARS)
def test_years_in_every_form_lose_no_row(panel, design, calendar):
    years = panel.assign(time=panel["time"] + 2004, cohort=panel["cohort"] + 2004)
    told = years.assign(time=YEARS[calendar](years["time"]), cohort=YEARS[calendar](years["cohort"]))
    one, two = estimate_effect(years, design), estimate_effect(told, design)
    assert (one.estimate, one.n_cells) == (two.estimate, two.n_cells) == (one.estimate, len(panel))
    assert one.event_study.equals(two.event_study)


@pytest.mark.parametrize(
    ("texts", "advice"),
    [
        (["2024Q1", "2024Q2"], 'pd.PeriodIndex\\(panel\\["wave"\\], freq="Q"\\)'),
        (["2024-03", "2024-09"], 'freq="M"'),
        (["2024-03-01", "2024-09-01"], 'freq="D"'),
        (["first", "second"], "Number the periods 1, 2, 3"),
    ],
)
def test_texts_get_the_advice_that_fits_them(texts, advice):
    frame = pd.DataFrame({"office": ["a", "a"], "wave": texts, "start": [np.nan] * 2, "score": [1.0, 2.0]})
    with pytest.raises(ValueError, match=f'wave must hold periods.*It holds "{texts[0]}".*{advice}'):
        estimate_effect(frame, Design("score", "office", "wave", "start"))


def test_refusals_speak_of_the_users_own_columns(panel):
    counties = panel.rename(columns={"unit": "county", "time": "year", "cohort": "first_raise", "y": "lemp"})
    design = Design("lemp", "county", "year", "first_raise")
    with pytest.raises(DesignError, match="No county is observed from its first_raise on. Fill first_raise"):
        estimate_effect(counties.assign(first_raise=np.nan), design)
    with pytest.raises(DesignError, match="There is only one year."):
        estimate_effect(counties[counties["year"] == 3], design)
    with pytest.raises(DesignError, match="lemp is the same in every row"):
        estimate_effect(counties.assign(lemp=1.0), design)


@pytest.mark.parametrize("library", [pl.from_pandas, pa.Table.from_pandas])
def test_tables_of_polars_and_pyarrow(panel, design, library):
    other = library(panel)
    assert asn.estimate_effect(other, design).tidy().equals(estimate_effect(panel, design).tidy())
    assert asn.two_way(panel=other, design=design).estimate == two_way(panel, design).estimate
