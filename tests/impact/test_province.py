"""What pooled ranges amount to, row by row."""

import pytest

from asn_analysis.impact.pooling import answer, certainty_of, spread_of
from asn_analysis.impact.verdict import Finding, Standard


@pytest.mark.parametrize(
    ("low", "robust", "least", "exposure", "certainty", "told"),
    [
        (-3.0, (-3.0, -0.1), -2.0, 4.0, 4, "lowers"),
        (-3.0, (-3.0, -0.1), -2.0, 3.9, 4, "open"),  # too early to say that it does harm
        (-3.0, (-3.0, 0.0), -2.0, 4.0, 4, "short"),  # a bound at 0 is not beyond it
        (0.1, (0.05, 1.9), 0.9, 4.0, 4, "short"),
        (0.1, (0.05, 1.9), 0.9, 3.0, 4, "rises"),
        (1.5, (0.1, 4.0), 2.0, 4.0, 4, "raises"),
        (1.5, (0.0, 4.0), 2.0, 4.0, 4, "rises"),
        (1.5, (0.1, 4.0), 1.9, 4.0, 4, "rises"),
        (1.5, (None, None), None, 4.0, 4, "rises"),
        (-0.5, (None, None), None, 4.0, 4, "open"),
        (1.5, (0.1, 4.0), 2.0, 4.0, 2, "rises"),  # little certainty
        (-3.0, (-3.0, -0.1), -2.0, 4.0, 2, "open"),
        (1.5, (0.1, 4.0), 2.0, 4.0, 0, "open"),
    ],
)
def test_the_answer_row_by_row(low, robust, least, exposure, certainty, told):
    ranges = dict(zip(("conf_low_robust", "conf_high_robust"), robust, strict=True))
    found = Finding("2026Q2", conf_low=low, **ranges, least=least, exposure=exposure)
    assert answer(found, Standard(2.0, least_exposure=4.0), certainty) == told


def test_certainty_is_the_cities_own_less_the_pools_weaknesses():
    assert certainty_of([4, 4, 2], [0.25, 0.25, 0.5], []) == (3, 3)
    assert certainty_of([4, 4, 3], [1 / 3] * 3, ["few_cities"]) == (3, 2)
    assert certainty_of([1, 1, 1], [1 / 3] * 3, ["few_cities", "many_absent"]) == (1, 0)


def test_whether_cities_differ_is_said_only_where_it_shows():
    assert spread_of(0.2, 3.0, 2.0) == "differ"
    assert spread_of(0.0, 0.9, 2.0) == "alike"
    assert spread_of(0.0, 1.0, 2.0) == "unknown"
