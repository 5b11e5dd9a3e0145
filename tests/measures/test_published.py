"""Printed indices of offices, traced to the weights that made them."""

from __future__ import annotations

import csv

import pandas as pd
import pytest

from asn_analysis.measures.published import UNITS_ROUNDED, identify, trace
from tests.measures.test_ikm import CODES, PUBLISHED, alike


def test_each_published_case_is_traced_to_its_weights_or_to_none(shared):
    with (shared / "reference" / "skm_published_cases.csv").open(encoding="utf-8") as file:
        for case in csv.DictReader(file):
            found = identify({code: case[code] for code in CODES}, case["printed_ikm"])
            assert found.weights == PUBLISHED[case["case_id"]], case["case_id"]


@pytest.mark.parametrize(
    ("printed", "weights"), [("100", "exact"), ("99.00", "0.11"), ("99,9", "0.111"), ("98.5", None)]
)
def test_a_perfect_office_tells_the_weights_by_its_index(printed, weights):
    assert identify(alike(4), printed).weights == weights


def test_an_index_from_rounded_means_is_told_with_its_rounding():
    means = dict.fromkeys(CODES, "3.4444")  # 86.11 exact; of 3.44 it is 86.00
    found = identify(means, "86.00")
    assert (found.weights, found.rounding) == ("exact", "element means to 2 decimals")
    assert found.difference == pytest.approx(-0.11)
    assert "no known convention" in identify(means, "80.00").summary()


# Kanwil Kemenag Sulawesi Barat, quarter III 2025, 29 respondents: sums of answers, worked back from the
# printed means (3.6207 = 105/29, ...); they sum to 955, so 955/29/9*25 = 91.475, and 955/29*0.11*25 = 90.560.
SUMS = (105, 101, 100, 116, 102, 105, 106, 105, 115)


def cells(*units: tuple[str, int, tuple[int, ...]]) -> pd.DataFrame:
    """Unit, respondents, sums of their answers to u1 .. u9."""
    return pd.DataFrame(
        [
            {
                "unit_id": unit,
                "n_respondents": n,
                **{f"n_{u}": n for u in CODES},
                **{f"sum_{u}": total for u, total in zip(CODES, sums, strict=True)},
            }
            for unit, n, sums in units
        ]
    )


OFFICE, COUNTER = ("A", 29, SUMS), ("B", 1, (3,) * 9)


@pytest.mark.parametrize(("printed", "weights"), [("91.48", "exact"), ("90.56", "0.11"), ("91,38", "0.111")])
def test_a_printed_index_is_traced_in_the_answers(printed, weights):
    """Both figures were published for these answers (a report and the application behind it)."""
    found = trace(cells(OFFICE), printed)
    assert (found.pool, found.found.weights, found.found.rounding) == (
        "respondents",
        weights,
        "once, at the end",
    )
    assert found.own == {"respondents": {"exact": 91.48, "0.11": 90.56, "0.111": 91.38}}


@pytest.mark.parametrize(
    ("printed", "pool", "weights", "rounding"),
    [
        ("90.93", "respondents", "exact", "once, at the end"),  # (955 + 27) / 30 / 9 * 25
        ("83.24", "units", "exact", "once, at the end"),  # (91.475 + 75) / 2
        ("82.41", "units", "0.11", "once, at the end"),  # (90.560 + 74.25) / 2
        ("86.50", None, None, None),
    ],
)
def test_a_city_s_index_is_tried_over_all_respondents_first(printed, pool, weights, rounding):
    found = trace(cells(OFFICE, COUNTER), printed)
    assert (found.pool, found.found.weights, found.found.rounding) == (pool, weights, rounding)
    assert found.own["respondents"]["exact"] == 90.93
    assert found.own["units"]["exact"] == 83.24


def test_a_mean_of_rounded_unit_indices_is_told_apart():
    """(91.48 + 91.48 + 75.00) / 3 = 85.99, where unrounded indices give 85.98."""
    three = cells(OFFICE, ("A2", 29, SUMS), COUNTER)
    assert trace(three, "85.98").found.rounding == "once, at the end"
    found = trace(three, "85.99")
    assert (found.pool, found.found.weights, found.found.rounding) == ("units", "exact", UNITS_ROUNDED)


def test_the_mean_of_units_is_tried_only_where_it_may_be():
    found = trace(cells(OFFICE, COUNTER), "83.24", by_unit=False)
    assert found.pool is None and set(found.own) == {"respondents"}


def test_a_unit_without_an_answer_to_an_element_has_no_index():
    gap = cells(OFFICE, COUNTER).assign(n_u4=[29, 0], sum_u4=[116, 0])
    assert trace(gap[gap["unit_id"] == "B"], "75") is None
    assert set(trace(gap, "91.48").own) == {"respondents"}  # one unit with an index is no mean of units


def test_a_figure_without_decimals_that_tells_no_weights_apart():
    """91.48 and 91.38 both print as 91, as does 90.56."""
    found = trace(cells(OFFICE), "91").found
    assert (found.weights, found.others) == ("exact", ("0.11", "0.111"))
    assert "weights exact (or 0.11, 0.111)" in found.summary()
