"""The decision table, row by row, what counts as seen, and what caps it."""

from dataclasses import replace

import pytest

from asn_analysis.impact.verdict import DESIGN_POINTS, LABELS, Finding, Standard, counted, decide, label_of

S = 2.0  # smallest effect of interest
GOOD = (3.0, 2.0, 4.0, 1.0, 5.0)  # estimate, plain low and high, robust low and high
LOW = (0.1, -1.0, 1.0, -1.5, 1.9)
DOWN = (-3.0, -4.0, -2.0, -6.0, -0.1)


def finding(number, numbers, least=None, undrifted=None, cells=None, exposure=4.0):
    """A quarter whose smallest estimate and lowest scale are the headline's, and which brings new cells."""
    estimate, low = numbers[0], numbers[1]
    least = estimate if least is None else least
    undrifted = low if undrifted is None else undrifted
    cells = 10 * number if cells is None else cells
    return Finding(f"2026Q{number}", *numbers, least, undrifted, cells, exposure)


def verdict(*quarters, **options):
    findings = [finding(i, numbers) for i, numbers in enumerate(quarters, start=1)]
    return decide(findings, S, options.pop("design", "comparison_two_earlier"), **options)


@pytest.mark.parametrize(
    ("label", "why", "numbers"),
    [
        ("harm", "robust_interval_below_zero", DOWN),
        ("inconclusive", "below_zero_not_held", (-3, -4, -2, -6, 2.5)),  # a drift downwards may be all of it
        ("adjust", "robust_interval_below_sesoi", (-3, -4, -2, -6, 1)),
        ("adjust", "robust_interval_below_sesoi", LOW),
        ("adjust", "robust_interval_below_sesoi", (1, 0.5, 1.5, 0.2, 1.9)),  # shown, but too small
        ("adjust", "robust_interval_below_sesoi", (-1, -2, 0, -2, 0)),  # 0 itself is not below 0
        ("success", "robust_interval_above_zero_and_held", GOOD),
        ("success", "robust_interval_above_zero_and_held", (2.0, 1, 3, 0.001, 3)),  # exactly the SESOI
        ("promising", "size_uncertain", (1.9, 0.5, 3.3, 0.1, 3.5)),
        ("promising", "robust_interval_holds_zero", (3, 1, 5, -1, 6)),
        ("promising", "robust_interval_holds_zero", (3, 1, 5, 0, 6)),  # 0 itself is not above 0
        ("promising", "no_robust_interval", (3, 1, 5, None, None)),
        ("inconclusive", "interval_holds_zero", (1, -1, 3, -2, 4)),
        ("inconclusive", "interval_holds_zero", (1, 0, 2, 0, 2)),  # both bounds on the edge
        ("inconclusive", "small_not_held", (0, -1, 1, None, None)),  # everybody trained: small, drift unknown
        ("inconclusive", "interval_holds_zero", (-0.6, -2.6, 1.3, -2.6, 4.8)),  # small, or hidden by a drift
        ("inconclusive", "effect_refused", (None,) * 5),
    ],
)
def test_two_quarters_alike(label, why, numbers):
    found = verdict(numbers, numbers)
    assert (found.label, found.reasons[0].code) == (label, why)
    assert label in LABELS


@pytest.mark.parametrize(
    ("label", "why", "numbers"),
    [
        ("inconclusive", "below_zero_not_held", DOWN),
        ("inconclusive", "small_not_held", LOW),
        ("promising", "not_yet_held", GOOD),
    ],
)
def test_one_quarter_alone_decides_nothing(label, why, numbers):
    found = verdict(numbers)
    assert (found.label, found.reasons[0].code) == (label, why)


@pytest.mark.parametrize(
    ("label", "quarters"),
    [
        ("promising", ((1.99, 1, 3, 0.5, 3), GOOD)),
        ("promising", ((None,) * 5, GOOD)),
        ("promising", (GOOD, GOOD, (3, 1, 5, -1, 6))),
        ("promising", (GOOD, (1, 0.5, 1.5, 0.2, 1.9))),  # adjust must be held too
        ("inconclusive", (GOOD, GOOD, (None,) * 5)),
        ("success", (LOW, GOOD, GOOD)),
        ("adjust", (GOOD, LOW, LOW)),
    ],
)
def test_what_was_seen_must_be_seen_in_two_counted_quarters_running(label, quarters):
    assert verdict(*quarters).label == label


def test_a_quarter_that_brings_no_new_comparison_does_not_count():
    """One office reported early: the same estimate again is no second quarter."""
    again = [finding(1, GOOD, cells=10), finding(2, GOOD, cells=10)]
    assert [found.quarter for found in counted(again)] == ["2026Q1"]
    assert label_of(again, Standard(S)) == ("promising", "not_yet_held")
    assert label_of([*again, finding(3, GOOD, cells=14)], Standard(S))[0] == "success"
    standing = [finding(1, GOOD, cells=10), finding(2, GOOD, cells=20), finding(3, GOOD, cells=20)]
    assert label_of(standing, Standard(S))[0] == "success"
    assert counted([finding(1, (None,) * 5, cells=0)]) == []


def test_where_nothing_can_rise_a_small_effect_is_no_failure():
    """At 98.5 of 100 no training could add two points; a fall would show all the same."""
    for numbers, told in ((LOW, ("inconclusive", "no_room")), (DOWN, ("harm", "robust_interval_below_zero"))):
        findings = [replace(finding(i, numbers), room=1.5) for i in (1, 2)]
        assert label_of(findings, Standard(S)) == told
    assert label_of([replace(finding(i, LOW), room=2.0) for i in (1, 2)], Standard(S))[0] == "adjust"


@pytest.mark.parametrize("numbers", [LOW, DOWN])
def test_adjust_and_harm_wait_until_a_training_had_time_to_work(numbers):
    early = [finding(i, numbers, exposure=exposure) for i, exposure in ((1, 3.0), (2, 4.0))]
    assert label_of(early, Standard(S))[0] == "inconclusive"
    assert label_of(early, Standard(S, least_exposure=3.0))[0] in ("adjust", "harm")


def test_size_is_judged_with_the_same_allowance_as_sign():
    findings = [finding(i, GOOD, least=1.9) for i in (1, 2)]
    assert label_of(findings, Standard(S)) == ("promising", "size_uncertain")


def test_a_rise_that_the_scale_makes_is_none():
    findings = [finding(i, (1.0, 0.5, 1.5, -0.5, 2.5), undrifted=-0.3) for i in (1, 2)]
    assert label_of(findings, Standard(S)) == ("inconclusive", "scale_decides")


def test_the_number_of_quarters_is_a_rule():
    assert verdict(GOOD, consecutive_quarters=1).label == "success"
    assert verdict(GOOD, GOOD, consecutive_quarters=3).label == "promising"


def test_a_gain_that_hangs_on_scoring_is_told_one_label_lower():
    for quarters, label in (((GOOD, GOOD), "promising"), ((GOOD,), "inconclusive")):
        found = verdict(*quarters, sign_depends_on_scoring=True)
        assert (found.label, found.reasons[0].code) == (label, "sign_depends_on_scoring")
    assert verdict(DOWN, DOWN, sign_depends_on_scoring=True).label == "harm"


@pytest.mark.parametrize(
    ("numbers", "options", "label", "why"),
    [
        (GOOD, {"failed": ["placebo"]}, "promising", "check_failed"),
        (LOW, {"failed": ["placebo"]}, "inconclusive", "check_failed"),
        (DOWN, {"failed": ["placebo"]}, "inconclusive", "check_failed"),
        (GOOD, {"failed": ["placebo", "pre_trend"]}, "inconclusive", "checks_failed"),
        (GOOD, {"weaknesses": ["a", "b"]}, "promising", "little_certainty"),
        (LOW, {"weaknesses": ["a", "b"]}, "inconclusive", "little_certainty"),
        (GOOD, {"weaknesses": ["a", "b", "c", "d"]}, "inconclusive", "no_certainty"),
        (GOOD, {"weaknesses": ["a"]}, "success", "robust_interval_above_zero_and_held"),
        ((3, 1, 5, -1, 6), {"failed": ["placebo"]}, "promising", "robust_interval_holds_zero"),
    ],
)
def test_failed_checks_and_little_certainty_cap_the_label(numbers, options, label, why):
    found = verdict(numbers, numbers, **options)
    assert (found.label, found.reasons[0].code) == (label, why)


@pytest.mark.parametrize(("design", "points"), DESIGN_POINTS.items())
def test_certainty_starts_from_the_design_and_is_blind_to_the_sign(design, points):
    for numbers in (GOOD, DOWN):
        found = verdict(numbers, design=design, weaknesses=["few_units", "pre_trend"])
        assert found.certainty == max(0, points - 2)
        assert [(r.code, r.points) for r in found.reasons[1:]] == [
            (f"design_{design}", points),
            ("few_units", -1),
            ("pre_trend", -1),
        ]


def test_what_is_no_rule_is_refused():
    with pytest.raises(ValueError, match="above 0"):
        decide([finding(1, GOOD)], 0.0, "randomised")
    with pytest.raises(KeyError):
        verdict(GOOD, design="guessed")
    assert verdict(GOOD).summary() == "promising, certainty 4 of 5."
