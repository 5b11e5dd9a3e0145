"""Clocks by hand, the survival curve against another implementation, topics against labels by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from scipy.optimize import minimize_scalar
from scipy.stats import nbinom
from statsmodels.duration.survfunc import SurvfuncRight
from statsmodels.stats.proportion import proportion_confint

from asn_analysis.measures.closing import closed_by, time_to_close
from asn_analysis.measures.complaints import (
    counts,
    followed_up_on_time,
    is_past_limit,
    rate_per_1000,
    verified_on_time,
    wilson,
    with_clocks,
)
from asn_analysis.measures.disagreement import disagreeing_units, shrunk_rates
from asn_analysis.measures.panel import build_panel
from asn_analysis.measures.topics import UNKNOWN, elements_of, topic_of, topics
from asn_analysis.measures.working_days import working_days
from asn_analysis.rules.rules import load_skm, load_topics
from asn_analysis.simulate.city import SAYINGS

CASES = Path(__file__).parents[1] / "cases"
Q2 = pd.Period("2026Q2", "Q-DEC")
TOLD = "pengaduan_tidak_berkadar_pengawasan"


def cases(name: str) -> list[dict]:
    return yaml.safe_load((CASES / f"{name}.yml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def panel(small_dataset):
    return build_panel(small_dataset)


@pytest.fixture(scope="module")
def calendar():
    return working_days(range(2022, 2027))


@pytest.mark.parametrize("case", cases("working_days"), ids=lambda case: f"{case['start']} {case['end']}")
def test_working_days_counted_by_hand(calendar, case):
    start, end = (pd.Series([pd.Timestamp(case[name])]) for name in ("start", "end"))
    assert calendar.between(start, end).tolist() == [case["days"]], case["note"]


def test_a_missing_date_has_no_count_and_an_uncovered_year_is_refused(calendar):
    day = pd.Series(pd.to_datetime(["2026-07-06", None]))
    assert np.isnan(calendar.between(day, day + pd.Timedelta(days=1))).tolist() == [False, True]
    with pytest.raises(ValueError, match="2021 are not covered"):
        calendar.between(pd.Series([pd.Timestamp("2021-12-31")]), day[:1])


def test_years_whose_holidays_are_estimated_or_without_known_joint_leave_are_named():
    assert working_days(range(2022, 2027)).uncertain == ()
    # 2027: Lebaran is calculated; 2031: no joint leave is decreed yet.
    assert working_days([2026, 2027, 2031]).uncertain == (2027, 2031)


def register(*rows: tuple) -> pd.DataFrame:
    names = ("class", "received", "verified", "responded", "closed")
    frame = pd.DataFrame(rows, columns=names).assign(unit_id="A")
    return frame.assign(**{name: pd.to_datetime(frame[name]) for name in names[1:]})


@pytest.fixture(scope="module")
def four():
    """Four complaints of June 2026; 1 June (Pancasila) and 16 June (new year) are free."""
    return register(
        ("permintaan_informasi", "2026-06-02", "2026-06-05", "2026-06-09", "2026-06-10"),  # 3 and 5 days
        ("permintaan_informasi", "2026-06-02", "2026-06-08", "2026-06-10", None),  # 4 and 6 days
        (TOLD, "2026-06-29", None, None, None),  # still within its time on 30 June
        (TOLD, "2026-06-03", "2026-06-04", None, None),  # 18 days without an answer
    )


def test_four_complaints_by_hand(four):
    clocks, _ = with_clocks(four, Q2)
    verified = verified_on_time(clocks)
    assert (verified.received, verified.judged, verified.on_time) == (4, 3, 2)
    by_class = {part.name: (part.judged, part.on_time) for part in followed_up_on_time(clocks)}
    assert by_class["permintaan_informasi"] == (2, 1)
    assert by_class[TOLD] == (1, 0)
    assert by_class["all"] == (3, 1)
    assert by_class["aspirasi"] == (0, 0)
    assert is_past_limit(clocks).tolist() == [False, False, False, True]
    assert counts(clocks, ["A", "B"], Q2).to_dict("index") == {
        "A": {"received": 4, "received_year": 4, "open": 3, "open_old": 0, "open_past_limit": 1},
        "B": {"received": 0, "received_year": 0, "open": 0, "open_old": 0, "open_past_limit": 0},
    }


def test_the_limit_of_verification_can_be_another_one(four):
    clocks, _ = with_clocks(four, Q2)
    assert verified_on_time(clocks, limit=4).on_time == 3
    assert verified_on_time(clocks, limit=2).on_time == 1


def test_what_happened_after_the_quarter_is_not_known_yet():
    late = register((TOLD, "2026-06-29", "2026-07-01", "2026-07-02", "2026-07-03"))
    clocks, _ = with_clocks(late, Q2)
    assert clocks[["days_verified", "days_responded", "days_closed"]].isna().all(axis=None)
    assert with_clocks(late, Q2 - 1)[0].empty


def test_the_survival_curve_by_hand():
    # Closed after 1, 2, 2 and 4 days; open after 3 and 5: S = 5/6, 1/2, then (1 - 1/2)/2 = 1/4.
    clocks = pd.DataFrame({"days_closed": [1, 2, 2, np.nan, 4, np.nan], "age": [9, 9, 9, 3, 9, 5]})
    found = time_to_close(clocks)
    assert found.curve["day"].tolist() == [1, 2, 4]
    assert found.curve["closed"].tolist() == pytest.approx([1 / 6, 1 / 2, 3 / 4])
    assert (found.median, found.n, found.n_closed) == (2, 6, 4)
    assert closed_by(found, 3)["closed"] == pytest.approx(1 / 2)
    assert closed_by(found, 0)["closed"] == 0


def test_the_survival_curve_and_its_median_agree_with_another_implementation(small_dataset):
    clocks, _ = with_clocks(small_dataset.complaints, pd.Period("2026Q3", "Q-DEC"))
    found = time_to_close(clocks)
    status = clocks["days_closed"].notna().astype(int)
    other = SurvfuncRight(clocks["days_closed"].fillna(clocks["age"]).to_numpy(), status.to_numpy())
    where = np.isin(other.surv_times, found.curve["day"])
    assert found.curve["closed"].to_numpy() == pytest.approx(1 - other.surv_prob[where])
    assert found.median == other.quantile(0.5)
    assert (found.median_low, found.median_high) == other.quantile_ci(0.5, method="cloglog")


def test_shares_and_rates_have_their_textbook_intervals():
    assert wilson(8, 10) == pytest.approx(proportion_confint(8, 10, method="wilson"))
    assert wilson(0, 0) == (None, None)
    # Garwood's exact interval of 10 events: 4.795 to 18.390.
    rate = rate_per_1000(10, 1000)
    assert (rate.conf_low, rate.conf_high) == pytest.approx((4.795, 18.390), abs=5e-4)
    assert rate_per_1000(3, 0) is None


def test_rates_of_equal_units_are_drawn_together_and_a_true_outlier_is_not():
    rng = np.random.default_rng(2)
    users = np.full(100, 2000.0)
    alike = shrunk_rates(rng.poisson(3, 100).astype(float), users)
    assert alike["rate"].std() < 0.2 and (alike["conf_low"] < 1000 * 3.05 / 2000).all()
    wild = rng.poisson(3, 100).astype(float)
    wild[0] = 40
    assert shrunk_rates(wild, users)["conf_low"][0] > 5


@pytest.mark.parametrize(("units", "shape"), [(115, 3.0), (14, 0.5), (300, 20.0)])
def test_rates_are_drawn_together_by_the_most_likely_shape(units, shape):
    """As SciPy's optimiser finds it with SciPy's negative binomial."""
    rng = np.random.default_rng(units)
    users = rng.uniform(500, 9000, units)
    counts = rng.poisson(users * 0.005 * rng.gamma(shape, 1 / shape, units)).astype(float)
    mean = counts.sum() / users.sum()

    def lost(log: float) -> float:
        k = np.exp(log)
        return -nbinom.logpmf(counts, k, k / (k + users * mean)).sum()

    k = np.exp(minimize_scalar(lost, bounds=(-4, 12), method="bounded", options={"xatol": 1e-9}).x)
    expected = 1000 * (counts + k) / (users + k / mean)
    assert shrunk_rates(counts, users)["rate"].to_numpy() == pytest.approx(expected, rel=1e-6)


def test_a_planted_disagreement_is_found_and_nothing_else(panel):
    cells = panel[panel["quarter"] > panel["quarter"].max() - 4].copy()
    best = cells.groupby("unit_id")["ikm"].mean().idxmax()
    units = cells["unit_id"].unique()
    users = pd.Series(2000.0, units)
    alike = pd.Series(4, units)
    assert disagreeing_units(cells, alike, users).empty
    found = disagreeing_units(cells, alike.where(alike.index != best, 40), users)
    assert found[["unit_id", "kind"]].values.tolist() == [[best, "praised_but_complained"]]


def labelled() -> list[tuple[str, str]]:
    """The example's remarks are labelled by their element; the others by hand."""
    remarks = [(f"u{place}", text) for place, texts in enumerate(SAYINGS["remarks"], 1) for text in texts]
    return remarks + [(case["element"], case["text"]) for case in cases("topics")]


def found_element(text: str) -> str:
    name = topic_of(text)
    return UNKNOWN if name == UNKNOWN else elements_of([name])[0] or "none"


def test_topics_agree_with_labels_by_hand():
    pairs = labelled()
    right = [label == found_element(text) for label, text in pairs]
    placeable = [(label, text) for label, text in pairs if label != UNKNOWN]
    unknown = [found_element(text) == UNKNOWN for _, text in placeable]
    assert len(pairs) == 64
    assert sum(right) == 62
    assert sum(unknown) == 2  # texts that a person could place and the list could not


def test_every_complaint_of_the_example_has_a_topic():
    found = {
        topic_of(text.format(name="Kelurahan Unyur"))
        for texts in SAYINGS["complaints"].values()
        for text in texts
    }
    assert UNKNOWN not in found


def test_a_text_has_the_same_topic_whatever_stands_beside_it():
    texts = pd.Series(["Antre lama", None, "", "Halo", "Antre lama"])
    assert topics(texts).tolist() == ["time", None, None, UNKNOWN, "time"]
    assert topics(texts[:1]).tolist() == ["time"]


def test_each_keyword_stands_in_one_topic_and_each_element_has_one():
    words = [word for topic in load_topics() for word in topic.keywords]
    assert len(words) == len(set(words))
    assert {topic.element for topic in load_topics()} - {None} == set(load_skm().codes)
