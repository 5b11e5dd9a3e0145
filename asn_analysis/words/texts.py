# ruff: noqa: E501 - sentences are easier to read unbroken
"""Words for what a record names by a code: labels, grades, owners, kinds and the like."""

from __future__ import annotations

from asn_analysis.record.effect import EffectNumbers
from asn_analysis.record.parts import Plan
from asn_analysis.words.language import _
from asn_analysis.words.messages import Sentence

# A success with less certainty is told as promising (``impact.verdict``).
SUCCESS_BY_CERTAINTY = (
    (
        4,
        Sentence(
            EffectNumbers,
            "Training civil servants raises citizens' satisfaction in {n_treated_units:count} trained units by {estimate:.1} points",
        ),
    ),
    (
        0,
        Sentence(
            EffectNumbers,
            "Training civil servants very likely raised citizens' satisfaction in {n_treated_units:count} trained units, by {estimate:.1} points",
        ),
    ),
)
HEADLINES = {
    "promising": Sentence(
        EffectNumbers,
        "Satisfaction in {n_treated_units:count} trained units is improving, not yet certain: {estimate:+.1} points",
    ),
    "adjust": Sentence(
        EffectNumbers, "Training has not reached the {sesoi:.1} points that would matter to citizens"
    ),
    "harm": Sentence(
        EffectNumbers,
        "Satisfaction in {n_treated_units:count} trained units went down after training: {estimate:+.1} points",
    ),
    "inconclusive": Sentence(
        EffectNumbers, "It cannot yet be said whether training changed citizens' satisfaction"
    ),
}
# Where the reason of a label says more than the label.
HEADLINES_BY_REASON = {
    "not_yet_held": Sentence(
        EffectNumbers,
        "Satisfaction in {n_treated_units:count} trained units is improving ({estimate:+.1} points), to be confirmed by the next survey",
    ),
    "size_uncertain": Sentence(
        EffectNumbers,
        "Satisfaction in {n_treated_units:count} trained units is improving ({estimate:+.1} points), not yet certain to reach the {sesoi:.1} points that matter to citizens",
    ),
    "small_not_held": Sentence(
        EffectNumbers,
        "So far training shows less than the {sesoi:.1} points that would matter; to be confirmed",
    ),
    "below_zero_not_held": Sentence(
        EffectNumbers, "Satisfaction fell after training; whether training did it cannot yet be said"
    ),
}
# A range below what matters that is even below nothing.
NOT_RAISED = Sentence(
    EffectNumbers,
    "Training has not raised satisfaction: {estimate:+.1} points in {n_treated_units:count} trained units",
)
REFUSED = _("The effect of training cannot be estimated yet")

LABELS = {
    "success": _("Success"),
    "promising": _("Improving, not yet certain"),
    "adjust": _("Needs adjustment"),
    "harm": _("Declining"),
    "inconclusive": _("Cannot be concluded yet"),
}

# How sure a brief is, from 0 to 5: the only scale of words for it.
CERTAINTY = (
    *(_("very unsure"), _("very unsure"), _("unsure")),
    *(_("fairly sure"), _("sure"), _("very sure")),
)

DECISIONS = {
    "success": _("Continue the training and extend it to more units."),
    "promising": _("Continue the training as planned and confirm the result next quarter."),
    "adjust": _("Change the training before extending it."),
    "harm": _("Pause new training and look into what happened before going on."),
    "inconclusive": _("Do not decide on the training yet; collect more evidence."),
}

CHARACTERISTICS = {
    "sex": _("sex"),
    "age": _("age"),
    "education": _("education"),
    "occupation": _("occupation"),
    "channel": _("channel"),
}
OUTCOMES = {"passed": _("met"), "failed": _("not met"), "informational": _("for information")}

KINDS = {
    "managerial": _("managerial"),
    "technical": _("technical"),
    "communication": _("communication"),
}
GRADES = {"A": _("very good"), "B": _("good"), "C": _("fair"), "D": _("poor")}
UNIT_TYPES = {
    "kelurahan": "kelurahan",
    "kecamatan": "kecamatan",
    "puskesmas": "puskesmas",
    "pustu": "pustu",
    "opd": "OPD",
    "rsud": "RSUD",
    "mpp": "MPP",
}
ESTIMATORS = {
    "imputation": _("imputation, not yet trained units as comparison (the headline)"),
    "imputation_never": _("imputation, never trained units as comparison"),
    "callaway_not_yet": _("Callaway-Sant'Anna, not yet trained units as comparison"),
    "callaway_never": _("Callaway-Sant'Anna, never trained units as comparison"),
    "callaway_dynamic": _("Callaway-Sant'Anna, averaged over quarters since the training"),
    "callaway_group": _("Callaway-Sant'Anna, averaged over waves"),
    "callaway_calendar": _("Callaway-Sant'Anna, averaged over calendar quarters"),
    "without_digital": _("imputation, new digital services held constant"),
    "without_channel": _("imputation, share of online answers held constant"),
    "same_respondents": _("imputation, mix of respondents held constant"),
}
CHOICES = {
    "estimator": _("estimator"),
    "comparison": _("comparison"),
    "weight": _("weight"),
    "window": _("quarters"),
    "covariates": _("held constant"),
    "scoring": _("scoring"),
}
SCALES = {
    "points": _("points"),
    "logit": _("a scale that allows for the top of the index"),
    "same_mix": _("the same mix of respondents"),
}
TRENDS = {
    "none": _("as the other units"),
    "continued": _("their earlier difference in trend went on"),
    "doubled": _("it went on twice as fast"),
}
SHARED = {"kecamatan": _("units of one kecamatan"), "cohort": _("units of one wave of training")}
OPTIONS = {
    "logit": _("allowing for the top of the index"),
    "imputation": _("imputation"),
    "callaway_cross_sections": _("Callaway-Sant'Anna, cross-sections"),
    "callaway_units": _("Callaway-Sant'Anna, units"),
    "not_yet_treated": _("not yet trained"),
    "never_treated": _("never trained"),
    "respondents": _("respondents"),
    "equal": _("each unit counted once"),
    "all": _("all"),
    "last_12_quarters": _("last twelve"),
    "none": _("nothing"),
    "digital": _("digital services"),
    "digital_and_channel": _("digital services and channel"),
    "equal_steps": _("equal steps"),
    "low_answers_apart": _("low answers far apart"),
    "high_answers_apart": _("high answers far apart"),
}
PLANS = {
    "absent": Sentence(Plan, "There is no analysis plan."),
    "unlocked": Sentence(Plan, "The analysis plan is not locked."),
    "locked": Sentence(Plan, "The analysis plan was locked on {date} and has not changed since."),
    "late": Sentence(
        Plan,
        "The analysis plan was locked on {date}, after the data: answers or results could be seen from {seen_from:date} on.",
    ),
    "changed": Sentence(Plan, "The analysis plan has changed since it was locked on {date}."),
    "relocked": Sentence(
        Plan, "The analysis plan was changed and locked again; the newest lock is of {date}."
    ),
}
PROMISES = {
    "planned": _("planned"),
    "running": _("running"),
    "done": _("done"),
    "cancelled": _("dropped"),
    "overdue": _("overdue"),
}
NOT_MEASURED = {
    "this_quarter": _("promised in this quarter"),
    "withheld": _("withheld"),
    "not_surveyed_then": _("not surveyed when promised"),
    "not_surveyed_now": _("not surveyed in this quarter"),
    "too_few": _("too few answers"),
}
COMPARISONS = {
    "same": _("the same element, where nothing was promised in the same quarter"),
    "lowest": _("only where the element was then the lowest of its unit"),
}
