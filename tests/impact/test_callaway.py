"""Published digits, a second implementation on people, and closed forms."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from asn_analysis.impact.callaway import group_time_effects
from asn_analysis.impact.design import Design
from asn_analysis.impact.estimate import estimate_effect
from asn_analysis.impact.refusals import DesignError


@pytest.fixture(scope="module")
def minimum_wage(mpdta):
    return group_time_effects(
        mpdta, Design("lemp", "countyreal", "year", "cohort", comparison="never_treated")
    )


def test_published_group_time_effects(minimum_wage):
    found = minimum_wage.tidy().set_index("term")["estimate"].round(4)
    published = {
        "att(2004,2004)": -0.0105,
        "att(2004,2005)": -0.0704,
        "att(2004,2006)": -0.1373,
        "att(2004,2007)": -0.1008,
        "att(2006,2004)": 0.0065,
        "att(2006,2005)": -0.0028,
    }
    assert found[list(published)].to_dict() == published


def test_published_aggregates(minimum_wage):
    simple = minimum_wage.aggregate("simple")
    assert simple.estimate == pytest.approx(-0.0399513, abs=5e-8)
    assert simple.std_error == pytest.approx(0.0120340, abs=5e-8)
    assert minimum_wage.aggregate("dynamic").estimate == pytest.approx(-0.0772, abs=5e-5)
    assert minimum_wage.aggregate("group").estimate == pytest.approx(-0.0310, abs=5e-5)


def test_published_police_training(chicago):
    found = group_time_effects(chicago, Design("rate", "unit", "period", "first_trained", weight="officers"))
    assert found.aggregate("simple").estimate == pytest.approx(-0.005176818, abs=1e-9)


@pytest.mark.filterwarnings("ignore::FutureWarning")
@pytest.mark.parametrize("comparison", ["never_treated", "not_yet_treated"])
def test_aggregates_and_errors_of_diff_diff(design, simulate, comparison):
    from diff_diff import CallawaySantAnna

    panel = simulate(1, units=60)
    theirs = CallawaySantAnna(control_group=comparison, vcov_type="hc1").fit(
        panel.assign(first=panel["cohort"].fillna(0)), "y", "unit", "time", "first", aggregate="all"
    )
    ours = group_time_effects(panel, replace(design, weight=None, comparison=comparison))
    simple = ours.aggregate("simple")
    assert simple.estimate == pytest.approx(theirs.overall_att, abs=1e-9)
    assert simple.std_error == pytest.approx(theirs.overall_se, rel=1e-6)
    events = ours.aggregate("dynamic").rows.set_index("term")
    for event, row in theirs.event_study_effects.items():
        if row["n_groups"]:
            assert events.loc[event, "estimate"] == pytest.approx(row["effect"], abs=1e-9)
            assert events.loc[event, "std_error"] == pytest.approx(row["se"], rel=1e-6)


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_weights_that_vary_by_quarter_are_repeated_cross_sections_of_people(design, simulate):
    """Cells with n as weight equal diff-diff on individual answers, other people in every period."""
    from diff_diff import CallawaySantAnna

    panel = simulate(2, units=24, periods=6).assign(n=lambda p: p["n"] % 7 + 1)
    people = panel.loc[panel.index.repeat(panel["n"])].reset_index(drop=True)
    people["y"] += np.random.default_rng(3).normal(0, 9, len(people))
    people = people.assign(person=range(len(people)), first=people["cohort"].fillna(0))
    cells = people.groupby(["unit", "time"], as_index=False).agg(
        y=("y", "mean"), n=("y", "size"), cohort=("cohort", "first")
    )
    theirs = CallawaySantAnna(panel=False, estimation_method="reg").fit(
        people, "y", "person", "time", "first"
    )
    ours = group_time_effects(cells, replace(design, comparison="never_treated"))
    assert ours.aggregate("simple").estimate == pytest.approx(theirs.overall_att, abs=1e-8)
    for row in ours.pairs.itertuples():
        their_row = theirs.group_time_effects[(row.cohort, row.time)]
        assert row.estimate == pytest.approx(their_row["effect"], abs=1e-8)


def test_one_cohort_two_periods_is_a_difference_of_differences(design):
    """(9 - 5) - (4 - 2) = 2 with means over respondents; by unit the same without weights."""
    panel = pd.DataFrame(
        {
            "unit": [1, 1, 2, 2, 3, 3, 4, 4],
            "time": [1, 2] * 4,
            "cohort": [2, 2, 2, 2, None, None, None, None],
            "y": [4, 8, 6, 10, 1, 3, 3, 5],
            "n": [1, 1, 1, 1, 1, 1, 1, 1],
        }
    )
    found = group_time_effects(panel, design)
    assert found.aggregate("simple").estimate == pytest.approx(2)
    assert group_time_effects(panel, design, sampling="units").pairs["std_error"][0] == pytest.approx(0)
    # each side: two units half a mean apart by 1 up and down, at both times with the same sign
    assert found.pairs["std_error"][0] == pytest.approx(0)
    uneven = panel.assign(n=[3, 1, 1, 3, 1, 1, 1, 1])
    assert group_time_effects(uneven, design).aggregate("simple").estimate == pytest.approx(
        (8 * 0.25 + 10 * 0.75) - (4 * 0.75 + 6 * 0.25) - 2
    )
    assert group_time_effects(uneven, design, sampling="units").aggregate("simple").estimate == pytest.approx(
        2
    )


def test_influence_gives_the_standard_errors_and_sums_to_nothing(design, simulate):
    found = group_time_effects(simulate(4, units=40, holes=0.1), design)
    for kind in ("simple", "dynamic", "group", "calendar"):
        result = found.aggregate(kind)
        np.testing.assert_allclose(result.influence.sum(axis=0), 0, atol=1e-10)
        assert result.std_error == pytest.approx(np.sqrt((result.influence[:, -1] ** 2).sum()))
        np.testing.assert_allclose(np.sqrt(np.diag(result.covariance)), result.rows["std_error"])
    assert found.summary().startswith("att_simple: ")


def test_standard_error_is_that_of_resampled_units(design, simulate):
    """A bootstrap of whole units, 150 draws, agrees within its own error."""
    panel = simulate(5, units=80)
    found = group_time_effects(panel, design).aggregate("simple")
    rng = np.random.default_rng(6)
    by_unit = [part for _, part in panel.groupby("unit")]
    draws = []
    for _ in range(150):
        chosen = [by_unit[i].assign(unit=k) for k, i in enumerate(rng.integers(0, 80, 80))]
        draws.append(group_time_effects(pd.concat(chosen), design).aggregate("simple").estimate)
    assert np.std(draws) == pytest.approx(found.std_error, rel=0.25)


def test_planted_effect_beside_the_headline(design, simulate):
    panel = simulate(7, units=400, effect=2.0)
    for sampling in ("cross_sections", "units"):
        found = group_time_effects(panel, design, sampling=sampling).aggregate("simple")
        assert abs(found.estimate - 2) < 4 * found.std_error
    assert estimate_effect(panel, design).estimate == pytest.approx(found.estimate, abs=0.3)


def test_universal_base_leaves_out_the_period_before(design, simulate):
    events = group_time_effects(simulate(8), design, base="universal").aggregate("dynamic").rows["term"]
    assert -1 not in events.tolist() and {-2, 0} <= set(events)


def test_what_cannot_be_compared_is_refused(design, simulate):
    panel = simulate(9, treated=1.0)
    with pytest.raises(DesignError) as refused:
        group_time_effects(panel, replace(design, comparison="never_treated"))
    assert refused.value.code == "no_comparison"
    for wrong in ({"sampling": "both"}, {"base": "none"}):
        with pytest.raises(ValueError, match="is not one of"):
            group_time_effects(panel, design, **wrong)
    with pytest.raises(ValueError, match="is not one of"):
        group_time_effects(panel, design).aggregate("weekly")
