"""The decision table, row by row, and the certainty that stands beside it."""

import pytest

from asn_analysis.impact.verdict import DESIGN_POINTS, LABELS, Finding, decide

S = 2.0  # smallest effect of interest
GOOD = (3.0, 2.0, 4.0, 1.0, 5.0)  # estimate, plain low and high, robust low and high


def verdict(*quarters, **options):
    findings = [Finding(f"2026Q{i}", *numbers) for i, numbers in enumerate(quarters, start=1)]
    return decide(findings, S, options.pop("design", "comparison_two_earlier"), **options)


@pytest.mark.parametrize(
    ("label", "why", "numbers"),
    [
        ("harm", "interval_below_zero", (-3, -4, -2, -6, 1)),
        ("harm", "interval_below_zero", (-3, -4, -0.001, -4, -0.001)),  # also below the SESOI
        ("adjust", "robust_interval_below_sesoi", (0.1, -1, 1, -1.5, 1.9)),
        ("adjust", "robust_interval_below_sesoi", (1, 0.5, 1.5, 0.2, 1.9)),  # shown, but too small
        ("adjust", "robust_interval_below_sesoi", (-1, -2, 0, -2, 1.999)),  # 0 itself is not below 0
        ("promising", "not_yet_held", GOOD),
        ("promising", "size_uncertain", (1.9, 0.5, 3.3, 0.1, 3.5)),
        ("promising", "robust_interval_holds_zero", (3, 1, 5, -1, 6)),
        ("promising", "robust_interval_holds_zero", (3, 1, 5, 0, 6)),  # 0 itself is not above 0
        ("promising", "no_robust_interval", (3, 1, 5, None, None)),
        ("inconclusive", "interval_holds_zero", (1, -1, 3, -2, 4)),
        ("inconclusive", "interval_holds_zero", (1, 0, 2, 0, 2)),  # both bounds on the edge
        ("inconclusive", "interval_holds_zero", (0, -1, 1, None, None)),  # small, but drift unknown
        ("inconclusive", "effect_refused", (None,) * 5),
    ],
)
def test_one_quarter(label, why, numbers):
    found = verdict(numbers)
    assert (found.label, found.reasons[0].code) == (label, why)
    assert label in LABELS


@pytest.mark.parametrize(
    ("label", "quarters"),
    [
        ("success", (GOOD, GOOD)),
        ("success", (GOOD, (2.0, 1, 3, 0.001, 3))),  # exactly the SESOI
        ("promising", ((1.99, 1, 3, 0.5, 3), GOOD)),
        ("promising", ((None,) * 5, GOOD)),
        ("promising", (GOOD, (None,) * 5, GOOD)),
        ("promising", (GOOD, GOOD, (3, 1, 5, -1, 6))),
        ("adjust", (GOOD, (1, 0.5, 1.5, 0.2, 1.9))),
        ("inconclusive", (GOOD, GOOD, (None,) * 5)),
    ],
)
def test_success_is_seen_in_two_consecutive_quarters(label, quarters):
    assert verdict(*quarters).label == label


def test_the_number_of_quarters_is_a_rule():
    assert verdict(GOOD, consecutive_quarters=1).label == "success"
    assert verdict(GOOD, GOOD, consecutive_quarters=3).label == "promising"


def test_a_gain_that_hangs_on_scoring_is_told_one_label_lower():
    for quarters, label in (((GOOD, GOOD), "promising"), ((GOOD,), "inconclusive")):
        found = verdict(*quarters, sign_depends_on_scoring=True)
        assert (found.label, found.reasons[0].code) == (label, "sign_depends_on_scoring")
    assert verdict((-3, -4, -2, -6, 1), sign_depends_on_scoring=True).label == "harm"


@pytest.mark.parametrize(("design", "points"), DESIGN_POINTS.items())
def test_certainty_starts_from_the_design_and_is_blind_to_the_sign(design, points):
    for numbers in (GOOD, (-3, -4, -2, -6, 1)):
        found = verdict(numbers, design=design, weaknesses=["few_units", "pre_trend"])
        assert found.certainty == max(0, points - 2)
        assert [(r.code, r.points) for r in found.reasons[1:]] == [
            (f"design_{design}", points),
            ("few_units", -1),
            ("pre_trend", -1),
        ]


def test_what_is_no_rule_is_refused():
    with pytest.raises(ValueError, match="above 0"):
        decide([Finding("2026Q1", *GOOD)], 0.0, "randomised")
    with pytest.raises(KeyError):
        verdict(GOOD, design="guessed")
    assert verdict(GOOD).summary() == "promising, certainty 4 of 5."
