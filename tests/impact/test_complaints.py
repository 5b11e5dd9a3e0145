"""The rate ratio of complaints: other implementations, the planted truth, and how often chance alarms."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
import statsmodels.formula.api as smf
from scipy.stats import t

from asn_analysis.impact.complaints import RateRatio, complaint_cells, complaints_effect
from asn_analysis.impact.design import Design
from asn_analysis.impact.refusals import DesignError
from asn_analysis.rules.rules import load_complaints


def invented(seed: int, units: int = 115, quarters: int = 16, first: int = 5, ratio: float = 1.0):
    """Cells like the example city's: 0.75 complaints a unit-quarter, 73 % trained in eight waves."""
    rng = np.random.default_rng([11, seed])
    users = 2400 * np.exp(0.35 * rng.standard_normal(units))
    cohort = np.full(units, np.nan)
    trained = rng.permutation(units)[: round(0.73 * units)]
    cohort[trained] = first + rng.permutation(len(trained)) % 8
    unit, quarter = np.divmod(np.arange(units * quarters), quarters)
    rate = 0.75 * np.sqrt(users / users.mean())[unit] * np.where(quarter >= cohort[unit], ratio, 1.0)
    return pd.DataFrame(
        {
            "unit_id": unit,
            "quarter": quarter,
            "cohort": cohort[unit],
            "users": users[unit],
            "complaints": rng.poisson(rate),
        }
    )


def false_alarms(seeds: range, **city: int) -> float:
    found = [effect_or_none(invented(seed, **city)) for seed in seeds]
    return float(
        np.mean([ratio is not None and not ratio.conf_low <= 1 <= ratio.conf_high for ratio in found])
    )


def effect_or_none(cells: pd.DataFrame) -> RateRatio | None:
    """A city that is refused a ratio alarms nobody."""
    try:
        return complaints_effect(cells)
    except DesignError:
        return None


@pytest.fixture(scope="module")
def example_cells(example):
    return complaint_cells(example.units, example.complaints, example.trainings, pd.Period("2026Q3", "Q-DEC"))


def prepared(cells: pd.DataFrame) -> pd.DataFrame:
    """For statsmodels, which has no answer for a unit without complaints."""
    kept = cells[cells.groupby("unit_id")["complaints"].transform("sum") > 0]
    return kept.assign(
        time=kept["quarter"].astype(str),
        treated=(kept["quarter"] >= kept["cohort"]).astype(float),
        offset=np.log(kept["users"]),
    )


def by_statsmodels(cells: pd.DataFrame) -> float:
    """Observed over expected, with the expected from a Poisson regression on untreated cells."""
    cells = prepared(cells)
    untreated, treated = cells[cells["treated"] == 0], cells[cells["treated"] == 1]
    untreated = untreated[untreated.groupby("unit_id")["complaints"].transform("sum") > 0]
    fit = smf.glm(
        "complaints ~ C(unit_id) + C(time)",
        untreated,
        family=sm.families.Poisson(),
        offset=untreated["offset"],
    ).fit(tol=1e-12)
    known = treated[treated["unit_id"].isin(untreated["unit_id"])]
    return treated["complaints"].sum() / fit.predict(known, offset=known["offset"]).sum()


def test_the_ratio_is_that_of_a_poisson_regression_on_untreated_cells(example_cells):
    assert complaints_effect(example_cells).ratio == pytest.approx(by_statsmodels(example_cells), rel=1e-7)


def test_leaving_a_unit_out_is_fitting_again_without_it():
    cells = invented(3, units=24, quarters=12, first=3)
    left = [np.log(by_statsmodels(cells[cells["unit_id"] != unit])) for unit in range(24)]
    whole = complaints_effect(cells)
    by_hand = np.sqrt(((left - np.log(whole.ratio)) ** 2).sum() * 23 / 24)
    assert whole.std_error == pytest.approx(by_hand, rel=1e-6)


def test_the_regression_beside_it_is_the_clustered_poisson_of_statsmodels(example_cells):
    cells = prepared(example_cells)
    groups = cells["unit_id"].astype("category").cat.codes
    fit = smf.glm(
        "complaints ~ treated + C(unit_id) + C(time)",
        cells,
        family=sm.families.Poisson(),
        offset=cells["offset"],
    ).fit(tol=1e-12, cov_type="cluster", cov_kwds={"groups": groups, "use_correction": False})
    found = complaints_effect(example_cells[example_cells["unit_id"].isin(cells["unit_id"])])
    g = groups.nunique()
    half = np.log(found.two_way_high / found.two_way)
    assert found.two_way == pytest.approx(np.exp(fit.params["treated"]), rel=1e-7)
    expected = fit.bse["treated"] * np.sqrt(g / (g - 1))
    assert half / t.ppf(0.975, g - 1) == pytest.approx(expected, rel=1e-5)


def test_the_planted_ratio_of_the_example_city_lies_in_its_range(example_cells, root):
    truth = json.loads((root / "data" / "example" / "truth.json").read_text(encoding="utf-8"))
    found = complaints_effect(example_cells)
    assert found.conf_low < truth["training"]["complaints_rate_ratio"] < found.conf_high
    assert (found.n_units, found.n_treated_units) == (115, 84)


def test_a_large_planted_ratio_is_recovered():
    found = [complaints_effect(invented(seed, ratio=0.6)) for seed in range(8)]
    assert np.mean([np.log(ratio.ratio) for ratio in found]) == pytest.approx(np.log(0.6), abs=0.12)
    assert all(ratio.conf_high < 1 for ratio in found)


def test_users_change_the_ratio_only_where_they_change_over_time(example_cells):
    without = complaints_effect(example_cells.assign(users=1.0))
    assert without.ratio == pytest.approx(complaints_effect(example_cells).ratio, rel=1e-9)
    growing = example_cells.assign(users=1.05 ** example_cells["quarter"].astype("int64"))
    assert growing.pipe(complaints_effect).ratio == pytest.approx(without.ratio, rel=1e-9)
    trained = example_cells["cohort"].notna() * example_cells["quarter"].astype("int64")
    assert complaints_effect(example_cells.assign(users=1.05**trained)).ratio < 0.9 * without.ratio


def test_chicagos_training_shows_no_clear_fall_of_complaints(chicago):
    """Roth and Sant'Anna found none in the same records (-0.0052 per officer-month, SE 0.0039)."""
    design = Design("complaints", "unit", "period", "first_trained", weight="officers")
    found = complaints_effect(chicago, design)
    assert found.conf_low < 1 < found.conf_high
    named = {"unit": "unit_id", "period": "quarter", "first_trained": "cohort", "officers": "users"}
    cells = chicago.drop(columns="first_trained").assign(cohort=chicago["first_trained"])
    cells = cells.rename(columns={name: named[name] for name in ("unit", "period", "officers")})
    last = cells["quarter"] < cells["cohort"].max()  # later months have no untrained officers
    assert found.ratio == pytest.approx(by_statsmodels(cells[last]), rel=1e-6)


def test_too_few_complaints_are_refused():
    cells = invented(1, units=12, quarters=12, first=3)
    with pytest.raises(DesignError, match="Too few complaints"):
        complaints_effect(cells.assign(complaints=(cells.index % 40 == 0).astype(int)))


def test_a_range_that_says_nothing_is_refused_and_none_is_wider_than_declared():
    """Cities of eight units and quarters, of which one printed -99.8 to +64,331.7 per cent."""
    told, refused = [], set()
    for seed in range(60):
        try:
            told.append(complaints_effect(invented(seed, units=8, quarters=8, first=3)))
        except DesignError as error:
            refused.add(error.code)
    assert "wide_range" in refused
    assert all(found.conf_high <= load_complaints().widest_range * found.conf_low for found in told)
    for found in told:
        assert found.two_way is None or found.two_way_high <= 9.001 * found.two_way_low


def test_two_hundred_cities_without_an_effect_alarm_at_most_one_in_twenty():
    assert false_alarms(range(200)) <= 0.05


@pytest.mark.slow
def test_two_thousand_cities_without_an_effect_alarm_at_most_one_in_twenty():
    assert false_alarms(range(2000)) <= 0.05
    assert false_alarms(range(1000), units=24, quarters=12, first=3) <= 0.05
