"""One estimate: its interval, test and power against scipy's distributions, its row and its sentence."""

import numpy as np
import pytest
from scipy.stats import norm
from scipy.stats import t as student_t

from asn_analysis.measures.estimate import Estimate, tidied

ONE = Estimate(
    term="att", estimate=2.0, std_error=0.8, df=12.0, confidence=0.9, unit_of_measure="points", n_units=14
)


def test_interval_test_and_power_are_students():
    assert (ONE.conf_low, ONE.conf_high) == pytest.approx(student_t.interval(0.9, 12, loc=2.0, scale=0.8))
    assert ONE.p_value == pytest.approx(2 * student_t.sf(2.5, 12))
    assert ONE.detectable == pytest.approx((student_t.ppf(0.95, 12) + student_t.ppf(0.8, 12)) * 0.8)


def test_infinite_degrees_of_freedom_are_the_normal_distribution():
    wide = Estimate(
        term="z", estimate=-1.0, std_error=0.5, df=np.inf, confidence=0.95, unit_of_measure="points"
    )
    assert (wide.conf_low, wide.conf_high) == pytest.approx(norm.interval(0.95, loc=-1.0, scale=0.5))
    assert wide.p_value == pytest.approx(2 * norm.sf(2.0))


def test_a_row_and_a_sentence_say_the_same():
    row = tidied([ONE, ONE]).iloc[1]
    assert (row["term"], row["n_units"], row["unit_of_measure"]) == ("att", 14, "points")
    assert row["statistic"] == 2.5 and row["p_value"] == pytest.approx(ONE.p_value)
    assert "n_respondents" not in row
    assert ONE.summary() == f"att: +2.00 ({row['conf_low']:+.3f} to {row['conf_high']:+.2f}) points."


def test_without_any_spread_the_test_is_certain_or_unknown():
    told = [
        Estimate(term="x", estimate=value, std_error=0.0, df=5.0, confidence=0.95, unit_of_measure="points")
        for value in (1.0, 0.0)
    ]
    assert told[0].p_value == 0 and np.isnan(told[1].p_value)
    assert told[0].conf_low == told[0].conf_high == 1.0
