# ruff: noqa: E501 - sentences are easier to read unbroken
"""How sure a brief is, and why: one paragraph, and what each check of the comparison found."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from asn_analysis.record.effect import EffectNumbers
from asn_analysis.record.parts import Check, PlannedPower, Verdict
from asn_analysis.words.language import Words, _
from asn_analysis.words.messages import Sentence
from asn_analysis.words.tables import Listing
from asn_analysis.words.texts import CERTAINTY, CHARACTERISTICS, CODES, OUTCOMES, sentences

REASONS = sentences(EffectNumbers, CODES["reasons"])
REFUSALS = CODES["refusals"]
OTHER_REFUSAL = _("The data do not identify an effect. Ask the analyst which units or quarters are missing.")
SURE = Sentence(Verdict, "We are {word} ({certainty:count} of 5).")
MET = (_("all checks met"), _("one check not met"), _("more than one check not met"))
CAVEAT = _("What is not ruled out: other changes that only trained units went through.")
POWER = Sentence(
    EffectNumbers, "An effect of {detectable:.1} points could be distinguished from zero four times in five."
)
PLANNED = sentences(PlannedPower, CODES["planned_power"])


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
    (name, finding): Sentence(CheckValues, text, characteristic=CHARACTERISTICS)
    for name, told in CODES["checks"].items()
    for finding, text in told.items()
    if finding != "name"
}
NAMES = {name: told["name"] for name, told in CODES["checks"].items()}


def check_sentence(words: Words, check: Check) -> Markup:
    """What a check found."""
    values = words.part(CheckValues, f"{words.place_of(check)}.values")
    return words.tell(CHECKS[check.name, check.finding], values)


checks = Listing(
    Check,
    _("What was checked"),
    (_("check"), "name", NAMES),
    (_("outcome"), "outcome", OUTCOMES),
    (_("finding"), check_sentence),
    n_text=3,
    at="checks",
)


def failed(words: Words) -> list[Check]:
    """The checks that are not met."""
    return [check for check in words.part(checks.rows_of, "checks") if check.outcome == "failed"]


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
    return words.say(MET[min(len(failed(words)), 2)])


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
    not_met = failed(words)
    named = {check.name for check in not_met}  # its own sentence says more
    told += [
        reason(words, place) for place, one in enumerate(verdict.reasons) if place and one.code not in named
    ]
    told += [check_sentence(words, check) for check in not_met]
    return Markup(" ").join(part for part in (*told, power(words)) if part)


def power(words: Words) -> Markup:
    """What this comparison could have seen, where it has not; before a roll-out, what the planned one could."""
    effect, label = words.part(EffectNumbers, "effect"), words.part(Verdict, "verdict").label
    if effect.detectable is not None:
        return Markup("") if label == "success" else words.tell(POWER, effect)
    if words.record["planned_power"] is None:
        return Markup("")
    planned = words.part(PlannedPower, "planned_power")
    return words.tell(PLANNED["enough" if planned.decides else "short"], planned)
