"""Reach of forums by hand, against an independent formula, and against what the example city planted."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from asn_analysis.measures.consultation import (
    by_kecamatan,
    comments_by_element,
    forums_of_year,
    reach,
    share,
    women_gap,
)
from asn_analysis.measures.context import with_context
from asn_analysis.measures.panel import build_panel

QUARTER = pd.Period("2026Q3", "Q-DEC")
COUNTS = ("invited", "present", "women", "aspirations", "adopted")


@pytest.fixture(scope="module")
def forums(example):
    return forums_of_year(example.consultations, QUARTER)


def test_a_share_of_two_forums_by_hand():
    # 10 of 40 and 30 of 60: 40 of 100. Residuals -6 and 6: variance 72 x 2 / 100^2, so 0.12.
    found = share(pd.Series([10, 30]), pd.Series([40, 60]))
    assert (found.part, found.whole, found.share, found.df) == (40, 100, 0.4, 1)
    assert found.std_error == pytest.approx(0.12)
    assert (found.conf_low, found.conf_high) == (0.0, 1.0)


def test_one_forum_has_a_share_without_a_range_and_none_has_neither():
    assert share(pd.Series([3]), pd.Series([4])).share == 0.75
    assert share(pd.Series([3]), pd.Series([4])).conf_low is None
    assert share(pd.Series([0]), pd.Series([0])).share is None


def test_the_range_is_that_of_a_regression_clustered_by_forum(forums):
    came = forums[["women", "present"]].astype(float)
    found = share(forums["women"], forums["present"])
    fit = sm.WLS(came["women"] / came["present"], np.ones(len(came)), weights=came["present"]).fit()
    cluster = fit.get_robustcov_results("cluster", groups=np.arange(len(came)))
    assert found.share == pytest.approx(fit.params.iloc[0])
    assert found.std_error == pytest.approx(cluster.bse[0])


def test_the_planted_shares_lie_in_their_ranges(forums):
    musrenbang = reach(forums[forums["kind"] == "musrenbang"])
    others = reach(forums[forums["kind"] != "musrenbang"])
    assert musrenbang.women.conf_low < 0.34 < musrenbang.women.conf_high
    assert others.women.conf_low < 0.45 < others.women.conf_high
    whole = reach(forums)
    assert whole.adopted.conf_low < 0.28 < whole.adopted.conf_high
    assert musrenbang.adopted.conf_low < 0.28 < musrenbang.adopted.conf_high
    assert musrenbang.n_forums + others.n_forums == whole.n_forums


def test_women_are_fewer_in_forums_than_among_respondents(example, forums):
    cells = with_context(build_panel(example, QUARTER), example)
    year = cells[cells["quarter"] > QUARTER - 4]
    found = women_gap(forums, year)
    asked = year["sex: P"].sum() / (year["sex: P"] + year["sex: L"]).sum()
    assert found.respondents == pytest.approx(asked)
    assert found.gap == pytest.approx(forums["women"].sum() / forums["present"].sum() - asked)
    assert found.conf_high < 0
    assert women_gap(forums, year.drop(columns="sex: P")) is None


def test_a_kecamatan_without_a_forum_is_named_with_nobody_present(example, forums):
    held = forums[forums["kecamatan"] != "Curug"]
    found = by_kecamatan(held, example.units).set_index("kecamatan")
    assert found.loc["Curug", ["n_forums", "present"]].tolist() == [0, 0]
    assert found["share_present"].sum() == pytest.approx(1)
    assert found["share_people"].sum() == pytest.approx(1)
    assert found["present"].sum() == held.loc[held["kecamatan"].notna(), "present"].sum()


def test_given_the_population_the_reach_is_held_against_it(example, forums):
    people = dict.fromkeys(example.units["kecamatan"].dropna().unique(), 100_000) | {"Serang": 500_000}
    found = by_kecamatan(forums, example.units, people).set_index("kecamatan")
    assert found.loc["Serang", "share_people"] == pytest.approx(500 / (500 + 100 * (len(people) - 1)))


def test_a_forum_that_names_only_its_unit_counts_for_the_units_kecamatan(example, forums):
    named = forums[forums["kecamatan"].notna() & forums["unit_id"].notna()]
    told = by_kecamatan(named, example.units)
    assert by_kecamatan(named.assign(kecamatan=None), example.units).equals(told)


def test_comments_are_counted_by_what_they_are_about(example):
    found = comments_by_element(example, QUARTER)
    said = example.responses.comments()
    year = said[pd.PeriodIndex(said["date"], freq="Q") > QUARTER - 4]
    assert found["u8"] == year["comment"].str.contains("[Ss]aran").sum()
    assert 0 < found.sum() <= len(year)


def test_what_was_not_counted_is_no_zero():
    """Four forums; 40 came to the first two, 10 women among the 20 of the first: half, not 10 of 40."""
    held = pd.DataFrame(
        {"date": pd.to_datetime(["2026-08-01"] * 4), "kecamatan": list("XXYY"), "present": [20, 20, 0, None],
         "women": [10, None, None, 5], "aspirations": [4, 0, None, 6], "adopted": [3, None, 2, None]}
    )  # fmt: skip
    forums = forums_of_year(held.assign(invited=None).astype(dict.fromkeys(COUNTS, "Int64")), QUARTER)
    found = reach(forums)
    assert (found.invited, found.n_invited, found.present, found.n_present) == (None, 0, 40, 3)
    assert (found.women.part, found.women.whole, found.women.n_counted) == (
        10,
        20,
        2,
    )  # nobody came to the third
    assert (found.adopted.part, found.adopted.whole, found.adopted.n_counted) == (3, 4, 2)
    assert share(forums["women"], pd.Series([pd.NA] * 4, dtype="Int64")).n_counted == 0
    units = pd.DataFrame({"unit_id": ["A"], "unit_type": ["opd"], "kecamatan": ["Z"]})
    places = by_kecamatan(forums, units).set_index("kecamatan")
    assert places["present"].dropna().to_dict() == {"X": 40, "Z": 0}  # of Y nobody knows
    assert places["share_present"].isna().all()
