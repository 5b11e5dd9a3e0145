"""The index: worked by hand, published values, and the edges of the grades."""

from __future__ import annotations

import csv
from fractions import Fraction

import pandas as pd
import pytest

import asn_analysis as asn
from asn_analysis.measures.ikm import grade_of, round_half_up, with_interval
from asn_analysis.rules.rules import load_skm

CODES = tuple(f"u{number}" for number in range(1, 10))
AGENCY = dict(zip(CODES, (3.868, 3.67, 3.758, 3.879, 3.879, 3.868, 3.835, 3.549, 3.725), strict=True))
# Which convention reproduces the printed index of each published case; None: no convention does.
PUBLISHED = {
    "gaspul_a": "0.11",
    "gaspul_b": "exact",
    "agency25_tw1": "exact",
    "bmkg_amahai_s1_2025": None,
    "kabbogor_2015": None,
    "sumbar_biroorg_2024": "0.11",
    "sumbar_r1": "0.11",
    "sumbar_r3": "0.11",
}


def alike(value: float) -> dict[str, float]:
    return dict.fromkeys(CODES, value)


def test_an_agencys_printed_elements_give_its_printed_index():
    index = asn.ikm_from_elements(AGENCY, weights="exact")
    # Sum of the nine means 34.031; / 9 x 25 = 94.5305..., printed 94.53.
    assert (index.value, index.grade) == (94.53, "A")


def test_each_published_case_is_made_by_the_convention_we_name(shared):
    with (shared / "reference" / "skm_published_cases.csv").open(encoding="utf-8") as file:
        cases = list(csv.DictReader(file))
    assert {case["case_id"] for case in cases} == set(PUBLISHED)
    for case in cases:
        means = {code: float(case[code]) for code in CODES}
        made_by = [
            name
            for name in load_skm().weights
            if asn.ikm_from_elements(means, weights=name).value == float(case["printed_ikm"])
        ]
        assert made_by == ([PUBLISHED[case["case_id"]]] if PUBLISHED[case["case_id"]] else []), case[
            "case_id"
        ]


@pytest.mark.parametrize(("weights", "perfect"), [("exact", 100.0), ("0.11", 99.0), ("0.111", 99.9)])
def test_truncated_weights_cannot_reach_100(weights, perfect):
    assert asn.ikm_from_elements(alike(4), weights=weights).value == perfect


def test_all_answers_3_is_only_grade_c():
    index = asn.ikm_from_elements(alike(3))
    assert (index.value, index.grade) == (75.0, "C")


@pytest.mark.parametrize(
    ("index", "grade"),
    [
        ("25", "D"), ("64.99", "D"), ("64.994", "D"), ("64.995", "C"), ("65", "C"), ("76.60", "C"),
        ("76.604", "C"), ("76.605", "B"), ("76.61", "B"), ("88.30", "B"), ("88.3049", "B"), ("88.305", "A"),
        ("88.31", "A"), ("100", "A"),
    ],
)  # fmt: skip
def test_grades_have_no_holes(index, grade):
    assert grade_of(index).grade == grade


def test_an_index_below_the_scale_has_no_grade():
    with pytest.raises(ValueError, match="lies below"):
        grade_of(24.99)


def test_numbers_as_text_are_read_as_they_are_written():
    told = {code: str(value) for code, value in AGENCY.items()}
    assert asn.ikm_from_elements(told) == asn.ikm_from_elements(AGENCY)


def test_a_series_of_means_is_as_good_as_a_mapping():
    assert asn.ikm_from_elements(pd.Series(AGENCY)) == asn.ikm_from_elements(AGENCY)


def test_rounding_is_half_up_in_decimal():
    assert round_half_up(Fraction("95.325"), 2) == Fraction("95.33")  # round(95.325, 2) is 95.33 or 95.32
    assert round_half_up(Fraction("2.675"), 2) == Fraction("2.68")  # round(2.675, 2) is 2.67
    assert round_half_up(Fraction("0.125"), 2) == Fraction("0.13")  # half even would give 0.12


def test_elements_count_by_name_not_by_position():
    shuffled = dict(sorted(AGENCY.items(), reverse=True))
    own = {code: "0.1" for code in CODES[:-1]} | {"u9": "0.2"}
    assert asn.ikm_from_elements(shuffled, weights=own) == asn.ikm_from_elements(AGENCY, weights=own)


@pytest.mark.parametrize(
    ("elements", "message"),
    [
        ({code: 3 for code in CODES[:8]}, "missing: u9"),
        (alike(3) | {"u10": 3}, "unknown: u10"),
        (alike(3) | {"u4": 4.2}, "u4 has the mean 4.2"),
        (alike(3) | {"u4": 0}, "u4 has the mean 0"),
        (alike(3) | {"u4": float("nan")}, "u4 has the mean nan"),
        (alike(3) | {"u4": ""}, "u4 has the mean '', which is no number"),
        (alike(3) | {"u4": None}, "u4 has the mean None, which is no number"),
        (alike(3) | {"u4": pd.NA}, "u4 has the mean <NA>, which is no number"),
    ],
)
def test_wrong_elements_are_named(elements, message):
    with pytest.raises(ValueError, match=message):
        asn.ikm_from_elements(elements)


@pytest.mark.parametrize("weights", ["0.1", 0.11, {"u1": 1}, dict.fromkeys(CODES, 0.11)])
def test_wrong_weights_are_refused(weights):
    with pytest.raises(ValueError, match="weights"):
        asn.ikm_from_elements(alike(3), weights=weights)


@pytest.mark.parametrize("ninth", [1 / 9, "1/9", 0.11111, "0.1111111"])
def test_ninths_as_they_are_typed_are_the_exact_weights(ninth):
    """Nine binary floats of 1/9 sum to 0.9999999999999999, which said that they do not sum to 1."""
    found = asn.ikm_from_elements(AGENCY, weights=dict.fromkeys(CODES, ninth))
    assert found.unrounded == asn.ikm_from_elements(AGENCY, weights="exact").unrounded


@pytest.mark.parametrize("weight", [0.1111, 0.111, 0.1112])
def test_weights_that_would_move_a_printed_index_are_refused_with_the_remedy(weight):
    with pytest.raises(ValueError, match="a ninth written as 1/9 or with at least five decimals"):
        asn.ikm_from_elements(alike(4), weights=dict.fromkeys(CODES, weight))


def test_probabilities_of_the_grades_add_up_and_follow_the_edge():
    on_the_edge = asn.ikm_from_elements(alike(3.0642))  # 76.605, which rounds to 76.61
    index = with_interval(on_the_edge, n=100, std_error=0.5, df=99)
    assert sum(index.grade_probabilities.values()) == pytest.approx(1)
    assert index.grade_probabilities["B"] == pytest.approx(0.5, abs=1e-9)
    certain = with_interval(on_the_edge, n=5, std_error=0.0, df=4)
    # answers all alike do not say how much answers differ: no range, rather than one without width
    assert certain.grade_probabilities is None and certain.conf_low is None and certain.std_error == 0.0


def test_an_interval_stays_on_the_scale():
    index = with_interval(asn.ikm_from_elements(alike(3.99)), n=9, std_error=2.0, df=8)
    assert index.conf_high == 100
    assert index.conf_low == pytest.approx(99.75 - 2.306004 * 2, abs=1e-5)  # t(8) from a printed table
