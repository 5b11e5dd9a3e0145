"""The texts of a brief: English here, translated in ``locale/``; ``wording.py`` says which is true."""

from __future__ import annotations

from asn_analysis.words.language import N_, _

# A success with less certainty is told as promising (``impact.verdict``).
SUCCESS_BY_CERTAINTY = (
    (4, _("Training civil servants raises citizens' satisfaction by {estimate} points")),
    (0, _("Training civil servants very likely raised citizens' satisfaction, by {estimate} points")),
)
HEADLINES = {
    "promising": _("Satisfaction is improving after training, not yet certain: {estimate} points"),
    "adjust": _("Training has not reached the {sesoi} points that would matter to citizens"),
    "harm": _("Satisfaction went down after training: {estimate} points"),
    "inconclusive": _("It cannot yet be said whether training changed citizens' satisfaction"),
}
# Where the range says more than that nothing can be said.
INCONCLUSIVE = {
    "small_not_held": _(
        "So far training shows less than the {sesoi} points that would matter; to be confirmed"
    ),
    "below_zero_not_held": _("Satisfaction fell after training; whether training did it cannot yet be said"),
}
REFUSED = _("The effect of training cannot be estimated yet")

LABELS = {
    "success": _("Success"),
    "promising": _("Improving, not yet certain"),
    "adjust": _("Needs adjustment"),
    "harm": _("Declining"),
    "inconclusive": _("Cannot be concluded yet"),
}
CERTAINTY = (_("very weak"), _("very weak"), _("weak"), _("moderate"), _("strong"), _("very strong"))

DECISIONS = {
    "success": _("Continue the training and extend it to more units."),
    "promising": _("Continue the training as planned and confirm the result next quarter."),
    "adjust": _("Change the training before extending it."),
    "harm": _("Pause new training and look into what happened before going on."),
    "inconclusive": _("Do not decide on the training yet; collect more evidence."),
}

REASONS = {
    "robust_interval_below_zero": _(
        "The whole cautious range lies below zero, in two surveys running that brought new comparisons."
    ),
    "robust_interval_below_sesoi": _(
        "Even the upper end of the cautious range, {high} points, stays below the {sesoi} points that would matter, in two surveys running that brought new comparisons."
    ),
    "robust_interval_above_zero_and_held": _(
        "The cautious range lies above zero and even its smallest estimate reaches {sesoi} points, in two surveys running that brought new comparisons."
    ),
    "not_yet_held": _(
        "The result is good enough, but must hold in two surveys running that bring new comparisons."
    ),
    "size_uncertain": _(
        "There is a rise, but the smallest estimate of the cautious range does not reach the {sesoi} points that would matter."
    ),
    "robust_interval_holds_zero": _(
        "There is a rise, but a different trend of the trained units could explain it too."
    ),
    "no_robust_interval": _(
        "There is a rise, but these data cannot rule out a different trend of the trained units."
    ),
    "scale_decides": _(
        "There is a rise in points, but none once it is allowed for that units near the top cannot rise further, or that other people answer than before."
    ),
    "below_zero_not_held": _(
        "The range lies below zero, but a different trend of the trained units could explain it, or the training had too little time."
    ),
    "small_not_held": _(
        "The range ends at {upper} points, below the {sesoi} that would matter; a second survey, a year since the training or a comparison that allows for different trends is missing."
    ),
    "interval_holds_zero": _("The range includes zero as well as effects that would matter."),
    "check_failed": _(
        "A check of the comparison failed, so the result is told with more care than the range alone would allow."
    ),
    "checks_failed": _("More than one check of the comparison failed, so nothing follows from the range."),
    "little_certainty": _("The evidence is too weak to say more, whatever the range."),
    "no_certainty": _("No certainty is left, whatever the range."),
    "effect_refused": _("These data cannot show an effect."),
    "design_randomised": _("The order of training was drawn by lot."),
    "design_comparison_two_earlier": _(
        "Trained units are compared with others, and both were surveyed for two or more quarters before."
    ),
    "design_comparison_one_earlier": _(
        "Trained units are compared with others, with one earlier quarter only."
    ),
    "design_before_after": _("There is only a before and an after, without other units to compare with."),
    "design_none": _("There is no comparison that could show an effect."),
    "few_units": _("Fewer than ten units are trained, or fewer than ten are not."),
    "pre_trend": _("It is not shown that trained and other units moved alike before the training."),
    "negative_controls": _("Elements that training cannot change have moved too."),
    "missing_items": _("Many answers are missing."),
    "placebo": _("A training that had not yet begun already shows an effect."),
    "leave_one_unit_out": _("The sign of the result hangs on a single unit."),
    "leave_one_wave_out": _("The sign of the result hangs on a single wave of training."),
    "shock_in_one_wave": _("One wave of training differs from all others."),
    "scoring": _("The sign of the result depends on how answers are scored."),
    "composition_shift": _("With the training, other people answer than before."),
    "flagged_units": _("The result leans on units whose survey raises questions."),
    "plan_not_locked": _("No analysis plan was locked before the data and followed."),
    "sign_depends_on_scoring": _("There is a rise, but its sign depends on how the answers are scored."),
}

REFUSALS = {
    "no_cells": (_("There are no survey results."), _("Add survey responses.")),
    "one_period": (
        _("Only one quarter has been surveyed."),
        _("An effect needs surveys from before and after the training."),
    ),
    "no_treated": (
        _("No unit has been surveyed after a training."),
        _("Record the trainings, or wait for the next survey."),
    ),
    "no_untreated": (
        _("Every unit was already trained when it was surveyed."),
        _("Add surveys from before the training, or units without training."),
    ),
    "no_earlier_period": (
        _("No trained unit was surveyed before its training."),
        _("Add at least one earlier survey of the trained units."),
    ),
    "no_comparison": (
        _("All units were trained at once; none is left to compare with."),
        _("Add units that were never trained or are trained later."),
    ),
    "no_variation": (
        _("All answers are the same, in every unit and in every quarter."),
        _("Ask the offices how the forms were filled in before anything is concluded from them."),
    ),
    "single_unit": (
        _("A single unit carries the whole comparison."),
        _("Add at least one more trained and one more untrained unit."),
    ),
}
OTHER_REFUSAL = (
    _("The data do not identify an effect."),
    _("Ask the analyst which units or quarters are missing."),
)

CHECKS = {
    ("few_units", "enough"): _("{n_treated} trained and {n_never_treated} untrained units are compared."),
    ("few_units", "few"): _(
        "Only {n_treated} trained and {n_never_treated} untrained units are compared; at least {fewest} of each are "
        "needed for steady ranges."
    ),
    ("pre_trend", "alike"): _(
        "Before the training, trained and other units moved alike (p = {p_value}). A drift apart of "
        "{detectable_drift} points a quarter would have been noticed; it would bend the estimate by "
        "{detectable_bias} points, less than the {sesoi} that matter."
    ),
    ("pre_trend", "underpowered"): _(
        "Before the training no difference in trend was noticed (p = {p_value}), but only a drift of "
        "{detectable_drift} points a quarter or more would have been; it could bend the estimate by "
        "{detectable_bias} points."
    ),
    ("pre_trend", "differs"): _(
        "Trained and other units already moved differently before the training (p = {p_value})."
    ),
    ("pre_trend", "untestable"): _("Too few quarters before the training to compare trends."),
    ("placebo", "still"): _(
        "Pretending that the training began {periods} quarters earlier gives {estimate} points ({interval}), which cannot be told from zero; {detectable} points would have been noticed."
    ),
    ("placebo", "moved"): _(
        "Pretending that the training began {periods} quarters earlier already gives {estimate} points ({interval})."
    ),
    ("placebo", "underpowered"): _(
        "Pretending that the training began {periods} quarters earlier gives {estimate} points ({interval}), which cannot be told from zero, but only {detectable} points or more would have been noticed."
    ),
    ("placebo", "untestable"): _("Too few quarters before the training to pretend that it began earlier."),
    ("breakdown", "bound"): _(
        "Trends could differ {breakdown_mbar} times as much as before the training until the effect of the first {periods} quarters no longer shows (conservative bound)."
    ),
    ("leave_one_unit_out", "holds"): _(
        "Without any one of the {n_left_out} units the estimate stays between {lowest} and {highest} points."
    ),
    ("leave_one_unit_out", "turns"): _(
        "Leaving out a single unit can turn the sign of the estimate: it lies between {lowest} and {highest} points."
    ),
    ("leave_one_unit_out", "sign_open"): _(
        "Without any one of the {n_left_out} units the estimate lies between {lowest} and {highest} points; its sign is open anyway."
    ),
    ("leave_one_unit_out", "untestable"): _("No unit can be left out."),
    ("leave_one_wave_out", "holds"): _(
        "Without any one of the {n_left_out} waves of training the estimate stays between {lowest} and {highest} points."
    ),
    ("leave_one_wave_out", "turns"): _(
        "Leaving out a single wave of training can turn the sign of the estimate: it lies between {lowest} and {highest} points."
    ),
    ("leave_one_wave_out", "sign_open"): _(
        "Without any one of the {n_left_out} waves of training the estimate lies between {lowest} and {highest} points; its sign is open anyway."
    ),
    ("leave_one_wave_out", "untestable"): _("There is only one wave of training, so none can be left out."),
    ("shock_in_one_wave", "alike"): _(
        "None of the {n_waves} waves of training stands out from the others; a difference of {detectable} points would have been noticed."
    ),
    ("shock_in_one_wave", "one_wave_differs"): _(
        "The wave of {wave} differs from the others by {difference} points: something else may have met it."
    ),
    ("shock_in_one_wave", "underpowered"): _(
        "None of the {n_waves} waves of training stands out, but only a difference of {detectable} points or more would have been noticed."
    ),
    ("shock_in_one_wave", "untestable"): _("Too few waves of training to compare one with the others."),
    ("scoring", "one_sign"): _("The effect points the same way however the answers 1 to 4 are scored."),
    ("scoring", "one_cut_point_differs"): _(
        "Not all steps between the answers moved the same way, but none clearly the other way."
    ),
    ("scoring", "sign_depends_on_scoring"): _(
        "The sign of the effect depends on how the answers 1 to 4 are scored."
    ),
    ("composition_shift", "alike"): _(
        "Who answers did not shift with the training: at most {distance} of the respondents ({characteristic}); up to {most} is harmless."
    ),
    ("composition_shift", "moved"): _(
        "With the training, {distance} of the respondents are others than before ({characteristic}), more than the {most} that is harmless."
    ),
    ("composition_shift", "untestable"): _("Too little is known of who answers."),
    ("negative_controls", "still"): _(
        "The {n_controls} elements that training cannot change did not move; a move of {detectable} on the answer "
        "scale would have been noticed."
    ),
    ("negative_controls", "moved"): _(
        "{n_moved} of {n_controls} elements that training cannot change moved: something else may be at work."
    ),
    ("flagged_units", "none"): _("The survey screens raise no question about any unit this quarter."),
    ("flagged_units", "holds"): _(
        "Without the units whose survey raises questions (number: {n_flagged}; {share} of the respondents) the estimate is {estimate} points ({interval}), and the verdict stays."
    ),
    ("flagged_units", "heavy"): _(
        "Units whose survey raises questions (number: {n_flagged}) hold {share} of the respondents, more than the {most} that is harmless; without them the estimate is {estimate} points ({interval}), and the verdict stays."
    ),
    ("flagged_units", "turns"): _(
        "Without the units whose survey raises questions (number: {n_flagged}; {share} of the respondents) the estimate is {estimate} points ({interval}), and the verdict would be another."
    ),
    ("flagged_units", "untestable"): _(
        "Without the units whose survey raises questions the effect cannot be estimated."
    ),
    ("missing_items", "light"): _("{share} of the answers are missing; up to {most} is harmless."),
    ("missing_items", "heavy"): _(
        "{share} of the answers are missing, more than the {most} that is harmless."
    ),
}
CHECK_NAMES = {
    "few_units": _("Number of units"),
    "pre_trend": _("Trends before the training"),
    "negative_controls": _("Elements that should not move"),
    "placebo": _("Pretended earlier start"),
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
OUTCOMES = {"passed": _("passed"), "failed": _("failed"), "informational": _("for information")}

ACTIONS = {
    "extend_training": N_(
        "Plan training for the {count} unit not yet trained.",
        "Plan training for the {count} units not yet trained.",
    ),
    "confirm_next_quarter": _("Repeat the survey with the same questions."),
    "review_training": _("Review the training by kind and element."),
    "pause_and_look": _("Pause new training and look at the units that went down."),
    "gather_evidence": _("Survey trained and untrained units further."),
    "survey_absent_units": N_(
        "Survey the {count} unit that sent no form.",
        "Survey the {count} units that sent no form.",
    ),
    "survey_again": _("Survey this unit's users: no form has come in."),
    "raise_weakest_element": _("Improve the lowest element: {element}."),
    "look_at_weakest_elements": _("Improve {element} or {other} (lowest)."),
    "answer_complaints": N_(
        "Answer {count} complaint that is past its limit.",
        "Answer {count} complaints that are past their limit.",
    ),
    "ask_about_survey": N_(
        "Ask {count} unit how its survey was run (see the annex).",
        "Ask {count} units how their survey was run (see the annex).",
    ),
    "answer_survey_questions": N_(
        "Explain how the survey was run: {count} question (see the annex).",
        "Explain how the survey was run: {count} questions (see the annex).",
    ),
    "look_at_disagreement": N_(
        "Visit the unit on which complaints and survey disagree: {names}.",
        "Visit the {count} units on which complaints and survey disagree, first: {names}.",
    ),
    "hear_complainants": _(
        "Ask people about {element}: complaints name it most often, while the survey puts {other} last."
    ),
    "find_why_not_online": _(
        "Ask users why only {share} of services are finished online, where they could be."
    ),
    "prefer_kind": _(
        "Consider {kind} training first: units that had it gained most, though nobody drew lots for the kinds."
    ),
    "close_overdue": N_(
        "Complete {count} overdue action.",
        "Complete {count} overdue actions.",
    ),
}
OWNERS = {
    "training_agency": _("training agency"),
    "survey_team": _("survey team"),
    "service_units": _("service units"),
    "complaints_desk": _("complaints desk"),
    "inspectorate": _("inspectorate"),
    "digital_office": _("office for digital services"),
}
MEASURES = {
    "extend_training": _("index of the newly trained units"),
    "confirm_next_quarter": _("effect in next quarter's brief"),
    "review_training": _("effect by element in next quarter's brief"),
    "pause_and_look": _("effect in next quarter's brief"),
    "gather_evidence": _("width of the range in next quarter's brief"),
    "survey_absent_units": _("number of units surveyed"),
    "survey_again": _("number of forms"),
    "raise_weakest_element": _("index of this element"),
    "look_at_weakest_elements": _("index of both elements, which cannot be told apart yet"),
    "answer_complaints": _("number open past the limit"),
    "ask_about_survey": _("number of units with a question"),
    "answer_survey_questions": _("number of questions"),
    "look_at_disagreement": _("number of units on which they disagree"),
    "hear_complainants": _("element that complaints name most"),
    "find_why_not_online": _("share of services finished online"),
    "prefer_kind": _("effect by kind of training"),
    "close_overdue": _("number overdue in the register"),
}
RHYTHMS = {  # surveys a year, where quarters are passed over
    2: _("The city surveys twice a year; there was no survey in {quarters}."),
    1: _("The city surveys once a year; there was no survey in {quarters}."),
    None: _("There was no survey in {quarters}; changes are told since the survey before."),
}
UNANSWERED = _(
    "In {quarter} nobody answered {elements}; for want of all nine elements there is no index of that quarter, "
    "and the other elements are told."
)
MISSED = _("The city surveyed in {quarters}, but not this unit.")
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
    "equal": _("units alike"),
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
    "absent": _("There is no analysis plan."),
    "unlocked": _("The analysis plan is not locked."),
    "locked": _("The analysis plan was locked on {date} and has not changed since."),
    "late": _(
        "The analysis plan was locked on {date}, after the data: answers or results could be seen from {seen_from} on."
    ),
    "changed": _("The analysis plan has changed since it was locked on {date}."),
    "relocked": _("The analysis plan was changed and locked again; the newest lock is of {date}."),
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
