# ruff: noqa: E501 - sentences are easier to read unbroken
"""How sure a brief is, and why: one paragraph, with every check that is not met told in words."""

from __future__ import annotations

from markupsafe import Markup

from asn_analysis.record.effect import EffectNumbers
from asn_analysis.record.parts import PlannedPower, Verdict
from asn_analysis.words.checks import check_sentence, with_outcome
from asn_analysis.words.language import Words, _
from asn_analysis.words.messages import Sentence
from asn_analysis.words.texts import CERTAINTY, CODES, sentences

REASONS = sentences(EffectNumbers, CODES["reasons"])
REFUSALS = CODES["refusals"]
OTHER_REFUSAL = _("The data do not identify an effect. Ask the analyst which units or quarters are missing.")
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
    return words.say(REFUSALS.get(effect.refusal.code, OTHER_REFUSAL))


def reason(words: Words, index: int) -> Markup:
    """One reason of the verdict or of its certainty."""
    effect, code = words.part(EffectNumbers, "effect"), words.part(Verdict, "verdict").reasons[index].code
    upper = "conf_high" if effect.conf_high_robust is None else "conf_high_robust"
    return words.tell(REASONS[code], effect, upper=words.field(effect, upper, ".1?"))


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
