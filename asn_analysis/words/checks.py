# ruff: noqa: E501 - sentences are easier to read unbroken
"""What each check of the comparison found."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from asn_analysis.record.parts import Check
from asn_analysis.words.language import Words, _
from asn_analysis.words.messages import Sentence
from asn_analysis.words.tables import Listing, Table
from asn_analysis.words.texts import CHARACTERISTICS, OUTCOMES


@dataclass(frozen=True)
class CheckValues:
    """The numbers that checks tell; each check has some of them (``impact.checks``)."""

    n_treated: int | None = None
    n_never_treated: int | None = None
    fewest: float | None = None
    p_value: float | None = None
    detectable: float | None = None
    detectable_drift: float | None = None
    detectable_bias: float | None = None
    sesoi: float | None = None
    periods: int | None = None
    estimate: float | None = None
    conf_low: float | None = None
    conf_high: float | None = None
    breakdown_mbar: float | None = None
    n_left_out: int | None = None
    lowest: float | None = None
    highest: float | None = None
    n_waves: int | None = None
    wave: str | None = None
    difference: float | None = None
    distance: float | None = None
    characteristic: str | None = None
    most: float | None = None
    n_controls: int | None = None
    n_moved: int | None = None
    n_flagged: int | None = None
    share: float | None = None


CHECKS = {
    ("few_units", "enough"): Sentence(
        CheckValues,
        "{n_treated:count} trained and {n_never_treated:count} untrained units are compared.",
    ),
    ("few_units", "few"): Sentence(
        CheckValues,
        "Only {n_treated:count} trained and {n_never_treated:count} untrained units are compared; at least {fewest:count} of each are needed for reliable ranges.",
    ),
    ("pre_trend", "alike"): Sentence(
        CheckValues,
        "Before the training, trained and other units moved alike (p = {p_value:.3}). A drift apart of {detectable_drift:.2} points a quarter would have been noticed; it would shift the estimate by {detectable_bias:.1} points, less than the {sesoi:.1} that matters.",
    ),
    ("pre_trend", "underpowered"): Sentence(
        CheckValues,
        "Before the training no difference in trend was noticed (p = {p_value:.3}). But only a drift of {detectable_drift:.2} points a quarter or more would have been noticed; it could shift the estimate by {detectable_bias:.1} points.",
    ),
    ("pre_trend", "differs"): Sentence(
        CheckValues,
        "Trained and other units already moved differently before the training (p = {p_value:.3}).",
    ),
    ("pre_trend", "untestable"): Sentence(
        CheckValues,
        "Too few quarters before the training to compare trends.",
    ),
    ("placebo", "still"): Sentence(
        CheckValues,
        "If the training is taken to have begun {periods:count} quarters earlier, the estimate is {estimate:+.1} points ({:range +.1}), which is within chance variation; {detectable:.2} points would have been noticed.",
    ),
    ("placebo", "moved"): Sentence(
        CheckValues,
        "If the training is taken to have begun {periods:count} quarters earlier, the estimate is already {estimate:+.1} points ({:range +.1}).",
    ),
    ("placebo", "underpowered"): Sentence(
        CheckValues,
        "If the training is taken to have begun {periods:count} quarters earlier, the estimate is {estimate:+.1} points ({:range +.1}), which is within chance variation. But only {detectable:.2} points or more would have been noticed.",
    ),
    ("placebo", "untestable"): Sentence(
        CheckValues,
        "Too few quarters before the training to assume that it began earlier.",
    ),
    ("breakdown", "bound"): Sentence(
        CheckValues,
        "The effect of the first {periods:count} quarters no longer shows only if trends differ {breakdown_mbar:.2} times as much as before the training (conservative bound).",
    ),
    ("leave_one_unit_out", "holds"): Sentence(
        CheckValues,
        "With any one of the {n_left_out:count} units left out, the estimate stays between {lowest:+.1} and {highest:+.1} points.",
    ),
    ("leave_one_unit_out", "turns"): Sentence(
        CheckValues,
        "Leaving out a single unit can turn the sign of the estimate: it lies between {lowest:+.1} and {highest:+.1} points.",
    ),
    ("leave_one_unit_out", "sign_open"): Sentence(
        CheckValues,
        "With any one of the {n_left_out:count} units left out, the estimate lies between {lowest:+.1} and {highest:+.1} points; its sign is not established in any case.",
    ),
    ("leave_one_unit_out", "untestable"): Sentence(
        CheckValues,
        "No unit can be left out.",
    ),
    ("leave_one_wave_out", "holds"): Sentence(
        CheckValues,
        "With any one of the {n_left_out:count} waves of training left out, the estimate stays between {lowest:+.1} and {highest:+.1} points.",
    ),
    ("leave_one_wave_out", "turns"): Sentence(
        CheckValues,
        "Leaving out a single wave of training can turn the sign of the estimate: it lies between {lowest:+.1} and {highest:+.1} points.",
    ),
    ("leave_one_wave_out", "sign_open"): Sentence(
        CheckValues,
        "With any one of the {n_left_out:count} waves of training left out, the estimate lies between {lowest:+.1} and {highest:+.1} points; its sign is not established in any case.",
    ),
    ("leave_one_wave_out", "untestable"): Sentence(
        CheckValues,
        "There is only one wave of training, so none can be left out.",
    ),
    ("shock_in_one_wave", "alike"): Sentence(
        CheckValues,
        "None of the {n_waves:count} waves of training stands out from the others; a difference of {detectable:.2} points would have been noticed.",
    ),
    ("shock_in_one_wave", "one_wave_differs"): Sentence(
        CheckValues,
        "The wave of {wave:quarter} differs from the others by {difference:+.1} points: something else may have affected it.",
    ),
    ("shock_in_one_wave", "underpowered"): Sentence(
        CheckValues,
        "None of the {n_waves:count} waves of training stands out, but only a difference of {detectable:.2} points or more would have been noticed.",
    ),
    ("shock_in_one_wave", "untestable"): Sentence(
        CheckValues,
        "Too few waves of training to compare one with the others.",
    ),
    ("scoring", "one_sign"): Sentence(
        CheckValues,
        "The effect points the same way however the answers 1 to 4 are scored.",
    ),
    ("scoring", "one_cut_point_differs"): Sentence(
        CheckValues,
        "Not all steps between the answers moved the same way, but none clearly the other way.",
    ),
    ("scoring", "sign_depends_on_scoring"): Sentence(
        CheckValues,
        "The sign of the effect depends on how the answers 1 to 4 are scored.",
    ),
    ("composition_shift", "alike"): Sentence(
        CheckValues,
        "The mix of respondents did not shift with the training: at most {distance:percent} of them ({characteristic}); up to {most:percent} is acceptable.",
        characteristic=CHARACTERISTICS,
    ),
    ("composition_shift", "moved"): Sentence(
        CheckValues,
        "Since the training, the mix of respondents has shifted by {distance:percent} ({characteristic}), more than the {most:percent} that is acceptable.",
        characteristic=CHARACTERISTICS,
    ),
    ("composition_shift", "untestable"): Sentence(
        CheckValues,
        "Too little is known of who answers.",
    ),
    ("negative_controls", "still"): Sentence(
        CheckValues,
        "The {n_controls:count} elements that training cannot change did not move; a move of {detectable:.2} on the answer scale would have been noticed.",
    ),
    ("negative_controls", "moved"): Sentence(
        CheckValues,
        "{n_moved:count} of {n_controls:count} elements that training cannot change moved: something else may be at work.",
    ),
    ("flagged_units", "none"): Sentence(
        CheckValues,
        "The survey screens raise no question about any unit this quarter.",
    ),
    ("flagged_units", "holds"): Sentence(
        CheckValues,
        "Without the units whose survey raises questions (number: {n_flagged:count}; {share:percent} of the respondents) the estimate is {estimate:+.1} points ({:range +.1}), and the verdict stays the same.",
    ),
    ("flagged_units", "heavy"): Sentence(
        CheckValues,
        "Units whose survey raises questions (number: {n_flagged:count}) hold {share:percent} of the respondents, more than the {most:percent} that is acceptable. Without them the estimate is {estimate:+.1} points ({:range +.1}), and the verdict stays the same.",
    ),
    ("flagged_units", "turns"): Sentence(
        CheckValues,
        "Without the units whose survey raises questions (number: {n_flagged:count}; {share:percent} of the respondents) the estimate is {estimate:+.1} points ({:range +.1}), and the verdict would change.",
    ),
    ("flagged_units", "untestable"): Sentence(
        CheckValues,
        "Without the units whose survey raises questions the effect cannot be estimated.",
    ),
    ("missing_items", "light"): Sentence(
        CheckValues,
        "{share:percent} of the answers are missing; up to {most:percent} is acceptable.",
    ),
    ("missing_items", "heavy"): Sentence(
        CheckValues,
        "{share:percent} of the answers are missing, more than the {most:percent} that is acceptable.",
    ),
}
CHECK_NAMES = {
    "few_units": _("Number of units"),
    "pre_trend": _("Trends before the training"),
    "negative_controls": _("Elements that should not move"),
    "placebo": _("Assumed earlier start"),
    "breakdown": _("Trends as unlike as before"),
    "leave_one_unit_out": _("Leaving out one unit"),
    "leave_one_wave_out": _("Leaving out one wave"),
    "shock_in_one_wave": _("One wave unlike the others"),
    "scoring": _("Scoring of the answers"),
    "composition_shift": _("Who answers"),
    "flagged_units": _("Units whose survey raises questions"),
    "missing_items": _("Missing answers"),
}
CHARACTERISTICS = {
    "sex": _("sex"),
    "age": _("age"),
    "education": _("education"),
    "occupation": _("occupation"),
    "channel": _("channel"),
}


def check_sentence(words: Words, index: int) -> Markup:
    """What one check found."""
    check = words.part(tuple[Check, ...], "checks")[index]
    values = words.part(CheckValues, f"{words.place_of(check)}.values")
    return words.tell(CHECKS[check.name, check.finding], values)


def with_outcome(words: Words, *outcomes: str) -> list[int]:
    """The places of the checks that came out so."""
    checks = words.part(tuple[Check, ...], "checks")
    return [place for place, check in enumerate(checks) if check.outcome in outcomes]


def checks(words: Words) -> Table:
    """Every check, its outcome, and what it found."""
    rows = words.part(tuple[Check, ...], "checks")
    listing = Listing(
        Check,
        _("What was checked"),
        (_("check"), "name", CHECK_NAMES),
        (_("outcome"), "outcome", OUTCOMES),
        (_("finding"), lambda words, row: check_sentence(words, rows.index(row))),
        n_text=3,
    )
    return listing.table(words, rows)
