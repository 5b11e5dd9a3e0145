# ruff: noqa: E501 - sentences are easier to read unbroken
"""How sure a brief is, and why: one paragraph, with every check that is not met told in words."""

from __future__ import annotations

from markupsafe import Markup

from asn_analysis.record.effect import EffectNumbers
from asn_analysis.record.parts import PlannedPower, Verdict
from asn_analysis.words.checks import check_sentence, with_outcome
from asn_analysis.words.language import Words, _
from asn_analysis.words.messages import Sentence
from asn_analysis.words.texts import CERTAINTY

REASONS = {
    "robust_interval_below_zero": _(
        "The whole conservative range lies below zero, in two consecutive surveys that added new comparisons."
    ),
    "robust_interval_below_sesoi": Sentence(
        EffectNumbers,
        "Even the upper end of the conservative range, {conf_high_robust:.1} points, stays below the {sesoi:.1} points that would matter, in two consecutive surveys that added new comparisons.",
    ),
    "robust_interval_above_zero_and_held": Sentence(
        EffectNumbers,
        "The conservative range lies above zero and even the lowest of the point estimates behind it reaches {sesoi:.1} points, in two consecutive surveys that added new comparisons.",
    ),
    "not_yet_held": _(
        "The result is good enough, but must hold in two consecutive surveys that add new comparisons."
    ),
    "size_uncertain": Sentence(
        EffectNumbers,
        "There is a rise, but the lowest of the point estimates behind the conservative range does not reach the {sesoi:.1} points that would matter.",
    ),
    "robust_interval_holds_zero": _(
        "There is a rise, but a different trend of the trained units could explain it too."
    ),
    "no_robust_interval": _(
        "There is a rise, but these data cannot rule out a different trend of the trained units."
    ),
    "scale_decides": _(
        "There is a rise in points. It no longer shows once we allow for units near the top, which cannot rise further, or for a change in who answers."
    ),
    "below_zero_not_held": _(
        "The range lies below zero. But a different trend of the trained units could explain it, or the training has had too little time."
    ),
    "small_not_held": Sentence(
        EffectNumbers,
        "The range ends at {upper} points, below the {sesoi:.1} that would matter. Still missing is a second survey, a year since the training or a comparison that allows for different trends.",
    ),
    "no_room": Sentence(
        EffectNumbers,
        "Trained units stand so near the top of the scale that a rise of {sesoi:.1} points could not show.",
    ),
    "interval_holds_zero": _("The range includes zero as well as effects that would matter."),
    "check_failed": _(
        "One check of the comparison is not met, so the result is stated more cautiously than the range alone would suggest."
    ),
    "checks_failed": _(
        "More than one check of the comparison is not met, so nothing can be concluded from the range."
    ),
    "little_certainty": _("The evidence is too weak to say more, whatever the range."),
    "no_certainty": _("No certainty is left, whatever the range."),
    "effect_refused": _("These data cannot show an effect."),
    "design_randomised": _("The order of training was drawn at random."),
    "design_comparison_two_earlier": _(
        "Trained units are compared with others, and both were surveyed for two or more quarters before; a fifth point needs a drawn order."
    ),
    "design_comparison_one_earlier": _(
        "Trained units are compared with others, with only one quarter before the training."
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
    "composition_shift": _("Since the training, the mix of respondents has changed."),
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


SURE = Sentence(Verdict, "We are {word} ({certainty:count} of 5).")
MET = (_("all checks met"), _("one check not met"), _("more than one check not met"))
CAVEAT = _("What is not ruled out: other changes that only trained units went through.")
POWER = Sentence(
    EffectNumbers, "An effect of {detectable:.1} points could be distinguished from zero four times in five."
)
PLANNED = {
    True: Sentence(
        PlannedPower,
        "As planned, training {n_treated_units:count} of {n_units:count} units is enough for a verdict: an effect of {detectable_robust:.1} points would be shown four times in five.",
    ),
    False: Sentence(
        PlannedPower,
        "Warning before anyone is trained: training {n_treated_units:count} of {n_units:count} units as planned is not expected to be enough for a verdict. Plan more units, or leave more of them for later.",
    ),
}


def why(words: Words) -> Markup:
    """The reason of the label; where the effect is refused, what is missing and what would help."""
    effect = words.part(EffectNumbers, "effect")
    if not effect.refusal:
        return reason(words, 0)
    missing, remedy = REFUSALS.get(effect.refusal.code, OTHER_REFUSAL)
    return Markup("{} {}").format(words.say(missing), words.say(remedy))


def reason(words: Words, index: int) -> Markup:
    """One reason of the verdict or of its certainty."""
    effect, code = words.part(EffectNumbers, "effect"), words.part(Verdict, "verdict").reasons[index].code
    message = REASONS[code]
    if isinstance(message, str):
        return words.say(message)
    upper = "conf_high" if effect.conf_high_robust is None else "conf_high_robust"
    bound = getattr(effect, upper) is not None
    return words.tell(message, effect, **({"upper": words.field(effect, upper, ".1")} if bound else {}))


def is_drawn(words: Words) -> bool:
    """Whether a lot gave the order of training."""
    return any(one["code"] == "design_randomised" for one in words.record["verdict"]["reasons"])


def met(words: Words) -> Markup:
    """Whether every check is met."""
    return words.say(MET[min(len(with_outcome(words, "failed")), 2)])


def caveat(words: Words) -> Markup:
    """What a finding cannot rule out; nothing where nothing was found, or where the lot rules it out."""
    found = words.record["verdict"]["label"] != "inconclusive"
    return words.say(CAVEAT) if found and not is_drawn(words) else Markup("")


def paragraph(words: Words) -> Markup:
    """What is not ruled out, how sure, why, what is not met, and what the comparison could have seen."""
    verdict = words.part(Verdict, "verdict")
    told = [
        caveat(words),
        words.tell(SURE, verdict, word=words.say(CERTAINTY[verdict.certainty])),
        why(words),
    ]
    failed = with_outcome(words, "failed")
    named = {words.record["checks"][place]["name"] for place in failed}  # its own sentence says more
    told += [
        reason(words, place) for place, one in enumerate(verdict.reasons) if place and one.code not in named
    ]
    told += [check_sentence(words, place) for place in failed]
    return Markup(" ").join(part for part in (*told, power(words)) if part)


def power(words: Words) -> Markup:
    """What this comparison could have seen, where it has not; before a roll-out, what the planned one could."""
    effect, label = words.part(EffectNumbers, "effect"), words.part(Verdict, "verdict").label
    if effect.detectable is not None:
        return Markup("") if label == "success" else words.tell(POWER, effect)
    if words.record["planned_power"] is None:
        return Markup("")
    planned = words.part(PlannedPower, "planned_power")
    return words.tell(PLANNED[planned.decides], planned)
