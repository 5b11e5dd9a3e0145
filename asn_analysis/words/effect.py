# ruff: noqa: E501 - sentences are easier to read unbroken
"""What training changed: how much, when, in which elements, and at what cost."""

from __future__ import annotations

from markupsafe import Markup

from asn_analysis.followup.cost import Cost
from asn_analysis.record.effect import Allowance, AtTime, EffectNumbers, ElementEffect, Path
from asn_analysis.record.parts import Held, OfKind
from asn_analysis.words.certainty import why
from asn_analysis.words.language import NONE, Words, _, told_at
from asn_analysis.words.messages import Counted, Sentence
from asn_analysis.words.tables import Listing, Table
from asn_analysis.words.texts import KINDS, SCALES, SHARED, TRENDS

EFFECT = Sentence(
    EffectNumbers,
    "Compared with untrained or not-yet-trained units, the index of {n_treated_units:count} trained units changed by an estimated {estimate:+.1} points (95% confidence interval {:range +.1}).",
)
ROBUST = Sentence(
    EffectNumbers,
    "The conservative range, which also allows for different trends and for the ends of the scale, is {:robust +.1}.",
)
NO_ROBUST = _("A conservative range, which allows for different trends, cannot be computed from these data.")
threshold_sentence = told_at(
    "effect",
    EffectNumbers,
    "That {sesoi:.1} points would matter is a choice of this analysis (rules/analysis.yml), set by no regulation.",
)
AT_ONCE = Sentence(
    AtTime, "In the quarter of the training the difference is {estimate:+.1} points ({:range +.1})"
)
BEGIN = Counted(
    AtTime,
    "event_time",
    "{event_time:count} quarter after the training the difference is {estimate:+.1} points ({:range +.1})",
    "{event_time:count} quarters after the training the difference is {estimate:+.1} points ({:range +.1})",
)
END = Counted(
    AtTime,
    "event_time",
    "{start}; {event_time:count} quarter after it, {estimate:+.1} points ({:range +.1}).",
    "{start}; {event_time:count} quarters after it, {estimate:+.1} points ({:range +.1}).",
)
MOST = Sentence(
    ElementEffect,
    "The element that moved most is {code:element}: {points:+.1} points ({points_low:+.1} to {points_high:+.1}).",
)
NO_COST = Sentence(
    Cost,
    "Training cost {per_unit:rupiah} per trained unit ({n_units:count} units); no cost per point can be given, as no rise is certain.",
)
COST = Sentence(
    Cost,
    "All trainings cost {total:rupiah}: {per_training:rupiah} each, {per_unit:rupiah} per trained unit, {per_point:rupiah} for each point gained in a unit.",
)


HELD = Sentence(
    Held,
    "So far {n_units:count} units had {n:count} trainings ({of_each}) of {hours:amount} lesson hours and {participants:.0} participants on average.",
)
OF_KIND = Sentence(OfKind, "{n:count} {kind}", kind=KINDS)


def held_sentence(words: Words) -> Markup:
    """What was given: how many trainings of each kind, how long, to how many; nothing before the first."""
    if words.record["held"] is None:
        return Markup("")
    held = words.part(Held, "held")
    return words.tell(HELD, held, of_each=Markup(", ").join(words.tell(OF_KIND, kind) for kind in held.kinds))


def effect_sentence(words: Words) -> Markup:
    """The effect with its ranges; where it is refused, what is missing."""
    effect = words.part(EffectNumbers, "effect")
    if effect.refusal:
        return why(words)
    robust = words.say(NO_ROBUST) if effect.conf_low_robust is None else words.tell(ROBUST, effect)
    return Markup("{} {}").format(words.tell(EFFECT, effect), robust)


def event_study_sentence(words: Words) -> Markup:
    """The effect in the training quarter and in the last quarter that has a range."""
    rows = words.part(tuple[AtTime, ...], "event_study")
    after = [row for row in rows if row.event_time >= 0 and row.conf_low is not None]
    if not after:
        return words.say(_("No quarter since the training stands on enough units for a range."))
    first, last = after[0], after[-1]
    start = words.tell(AT_ONCE if first.event_time == 0 else BEGIN, first)
    return Markup("{}.").format(start) if first is last else words.tell(END, last, start=start)


def element_effects_sentence(words: Words) -> Markup:
    """Which element moved most, if any can be said to have moved (ranges that hold for all nine)."""
    rows = words.part(tuple[ElementEffect, ...], "element_effects")
    moved = [row for row in rows if row.conf_low is not None and not row.conf_low <= 0 <= row.conf_high]
    if not moved:
        return words.say(_("No element can be said to have moved: each of the nine ranges includes zero."))
    return words.tell(MOST, max(moved, key=lambda row: abs(row.estimate)))


def cost_sentence(words: Words) -> Markup:
    """What a point has cost, with its range and its denominators."""
    if words.record.get("cost") is None:
        return words.say(_("No training cost is recorded."))
    cost = words.part(Cost, "cost")
    return words.tell(NO_COST if cost.per_point is None else COST, cost)


BOUNDS = ((_("estimate"), "estimate:+.2"), (_("low"), "conf_low:+.2"), (_("high"), "conf_high:+.2"))
ALLOWANCES = Listing(
    Allowance,
    _("Effect of training on the index, in points"),
    (_("scale"), "scale", SCALES),
    (_("trained units without training"), "trend", TRENDS),
    *BOUNDS,
    n_text=2,
)
SHARE = Sentence(
    EffectNumbers,
    "Effect of training on the index, in points; {shared_share:percent} of the variance is movement that {shared_by} share",
    shared_by=SHARED,
)
event_study = Listing(
    AtTime,
    _("Difference by quarters since the training, in points of the index"),
    (_("quarters since training"), "event_time:+.0"),
    *BOUNDS,
    (_("units"), "n_units:count"),
    at="event_study",
)
element_effects = Listing(
    ElementEffect,
    _("Effect on each element, on the answer scale (1-4) and in index points; ranges hold for all nine"),
    (_("element"), "code:Element"),
    (_("answer scale"), "estimate:+.2"),
    *BOUNDS[1:],
    (_("points"), "points:+.1"),
    (_("low"), "points_low:+.1"),
    (_("high"), "points_high:+.1"),
    at="element_effects",
)
paths = Listing(
    Path,
    _("Index of trained units, observed and expected without the training"),
    (_("quarter"), "time:quarter"),
    (_("units"), "n_units:count"),
    (_("observed"), "observed:.2"),
    (_("expected"), "expected:.2"),
    (_("difference"), "gap:+.2"),
    at="paths",
)


def effect(words: Words) -> Table:
    """The effect under each allowance, the headline first, and the range that holds for all."""
    found = words.part(EffectNumbers, "effect")
    rows = ALLOWANCES.rows(words, found.allowances or ())
    if found.conf_low_robust is not None:
        bounds = (
            words.field(found, name, "+.2") for name in ("least", "conf_low_robust", "conf_high_robust")
        )
        rows.append([words.say(_("all of these")), NONE, *bounds])
    return ALLOWANCES.of(words, rows, words.tell(SHARE, found) if found.shared_by else None)
