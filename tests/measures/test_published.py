"""Printed indices of offices, traced to the weights that made them."""

from __future__ import annotations

import csv

import pytest

from asn_analysis.measures.published import identify
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
