"""Each option of a design beside another implementation or a sum by hand, on panels of any columns."""

from __future__ import annotations

from dataclasses import replace

import duckdb
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
    assert "1 period before treatment left out" in effect.summary()


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


def one(panel, column, value):
    """The panel whose row of unit 3 in period 5 holds another value."""
    there = (panel["unit"] == 3) & (panel["time"] == 5)
    return panel.assign(**{column: panel[column].astype(object).mask(there, value)})


@pytest.mark.parametrize(
    ("change", "options", "told"),
    [
        (lambda p: one(p, "n", -4), {}, "n must be a number of 0 or more in every row; it is -4 for 3 in 5"),
        (lambda p: one(p, "y", "2,31"), {}, 'y must hold numbers.*It holds "2,31"'),
        (lambda p: p.fillna({"cohort": -1.0}).assign(time=p["time"] + 1), {}, "cohort holds -1, which is no"),
        (lambda p: p.fillna({"cohort": np.inf}), {}, '"inf". Leave it missing for units never treated'),
        (lambda p: pd.concat([p, p.iloc[[14]]]), {}, "unit 1 has two rows in time 5; a cell is one row"),
        (lambda p: p.assign(third=p["unit"] % 2), {"third": "third"}, "No unit has rows of both third"),
        (lambda p: p.set_index("unit"), {}, r"no column 'unit'.*\['unit'\] is its index: panel.reset"),
        (lambda p: p.assign(time=pd.to_datetime("2001-01-01") + pd.to_timedelta(p["time"], "D")), {},
         "here they hold dates and whole numbers"),
    ],
)  # fmt: skip
def test_what_a_panel_of_ones_own_gets_wrong_is_named(panel, design, change, options, told):
    with pytest.raises((ValueError, KeyError), match=told):
        estimate_effect(change(panel), replace(design, **options))


def test_periods_before_1970_are_no_code_for_never_treated(panel, design):
    def years(column):
        return pd.PeriodIndex((column + 1967).astype("Int64").astype("string"), freq="Y")

    start = (panel["cohort"] + 4).mask(panel["unit"] == 3, 3)  # 1970, the year before the first
    numbers = panel.assign(time=panel["time"] + 4, cohort=start)
    early = panel.assign(time=years(numbers["time"]), cohort=years(start))
    assert estimate_effect(early, design).estimate == estimate_effect(numbers, design).estimate


def test_groups_that_are_not_there_are_named(panel, design):
    with pytest.raises(KeyError, match="no column 'sector'"):
        asn.effects_by(panel, design, "sector")
    with pytest.raises(DesignError, match="No row under treatment has a sector."):
        asn.effects_by(
            panel.assign(sector=pd.Series("a", panel.index).where(panel["time"] < 2)), design, "sector"
        )


def test_a_trend_that_cannot_be_told_says_why_in_words(panel, design):
    told = estimate_effect(panel[panel["cohort"].notna()], design).summary()
    assert "no robust interval. An extra regressor of the design cannot be told apart" in told
    assert "Add such as are never treated" in told


LIBRARIES = (pl.from_pandas, pa.Table.from_pandas, lambda panel: pl.from_pandas(panel).lazy(), duckdb.from_df)


@pytest.mark.parametrize("library", LIBRARIES)
def test_tables_of_polars_pyarrow_and_duckdb(panel, design, library):
    other = library(panel)
    assert asn.estimate_effect(other, design).tidy().equals(estimate_effect(panel, design).tidy())
    assert asn.two_way(panel=other, design=design).estimate == two_way(panel, design).estimate


def test_no_single_estimate_is_no_empty_column(panel, design):
    with pytest.raises(ValueError, match="b holds no single estimate; group-time effects have aggregate"):
        asn.to_table({"a": estimate_effect(panel, design), "b": group_time_effects(panel, design)})


def test_tables_claim_shared_shocks_only_where_they_are_counted(panel, design):
    shared = replace(design, cluster="cohort")
    simple = group_time_effects(panel, shared).aggregate("simple")
    given = {"ours": estimate_effect(panel, shared), "theirs": simple, "fixed": two_way(panel, shared)}
    assert "| Shocks shared by | cohort |  |  |" in asn.to_table(given).to_markdown()


def test_effects_by_group_show_themselves(panel, design):
    found = asn.effects_by(panel.assign(place=panel["unit"] % 2), design, "place")
    assert repr(found) == found.summary()
    assert found._repr_html_().count("<tr>") == 3 and found.plot().get_yticklabels()[0].get_text() == "0"


def test_a_wave_that_begins_between_two_surveys_is_named_by_its_quarter(panel, design):
    """Surveyed in odd periods alone: waves that begin in an even one are told by it, not by its place."""
    quarter = pd.Period("2023Q1", "Q")
    seen = panel[panel["time"] % 2 == 1]
    dated = seen.assign(
        time=[quarter + t for t in seen["time"]],
        cohort=pd.PeriodIndex([None if pd.isna(c) else quarter + int(c) for c in seen["cohort"]], freq="Q"),
    )
    told = {str(start) for start in dated["cohort"].dropna()}
    assert set(group_time_effects(dated, design).pairs["cohort"].astype(str)) <= told
    assert set(estimate_effect(dated, design).left_out["first_treated"]) <= told
