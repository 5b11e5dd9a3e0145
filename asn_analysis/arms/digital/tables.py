"""The annex's tables on digital services: use, effects of going live, the shift of channels."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from asn_analysis.arms.digital.part import (
    Channel,
    Estimate,
    GoingLive,
    Joint,
    OfCity,
    OfUnit,
    UsedIn,
    UsedSoFar,
)
from asn_analysis.words.language import Words, _
from asn_analysis.words.tables import Listing, Table
from asn_analysis.words.texts import LABELS

EFFECTS = {
    "effect": _("application for citizens, index"),
    "waktu": _("application for citizens, completion time"),
    "effect_of_staff_systems": _("system for staff, index"),
    "waktu_of_staff_systems": _("system for staff, completion time"),
}
PARTS = {
    "total": _("whole effect on the index"),
    "within": _("other ratings through the same channels"),
    "mix": _("people moved to other channels"),
}
CHANNELS = {"counter": _("at the counter"), "online": _("online"), "outreach": _("outreach")}
AUDIENCES = {"citizens": _("for citizens"), "staff": _("for staff")}
USED = (
    (_("finished online"), "take_up:percent"),
    (_("finished of those begun"), "completion:percent"),
    (_("cost of each finished online"), "cost_per_service:rupiah"),
)
ESTIMATE = (
    (_("estimate"), "estimate:+.2"),
    (_("low"), "conf_low:+.2"),
    (_("high"), "conf_high:+.2"),
)


def _judged(words: Words, effect: GoingLive) -> Markup:
    if effect.refusal:
        return words.say(_("cannot be estimated"))
    return words.say(_("too few units") if effect.few_units else LABELS[effect.verdict.label])


USE = Listing(
    UsedSoFar,
    _("Use of applications in the last four quarters"),
    (_("units"), "n_units:count"),
    *USED,
    (_("cost of each since going live"), "cost_since_live:rupiah"),
)
TREND = Listing(
    UsedIn,
    _("Use of applications for citizens by quarter"),
    (_("quarter"), "quarter:quarter"),
    (_("units"), "n_units:count"),
    (_("services given"), "transactions:count"),
    *USED,
)
LIVE = Listing(
    GoingLive,
    _(
        "Effect of going live among units not yet trained, in points (25-100); "
        "the ranges of the last three hold together"
    ),
    *ESTIMATE,
    (_("units"), "n_treated_units:count"),
    (_("verdict"), _judged),
)
SHIFT = Listing(Estimate, _("Effect of going live in two parts that add up, in points"), *ESTIMATE)
TERMS = {
    "training": _("training alone"),
    "digital": _("application alone"),
    "both": _("both together"),
}
JOINT = Listing(
    Joint,
    _("Effect on the index where only one, or both, had begun, in points; the ranges hold together"),
    (_("what had begun"), "term", TERMS),
    *ESTIMATE,
    (_("units"), "n_units:count"),
)
RATINGS = Listing(
    Channel,
    _("Mean rating by channel in the last four quarters (25-100)"),
    (_("channel"), "channel", CHANNELS),
    (_("index"), "index:.1"),
    (_("respondents"), "n:count"),
)


def of_unit(words: Words, part: OfUnit) -> Sequence[Table]:
    """A unit's last four quarters."""
    return [TREND.table(words, part.trend)] if part.trend else []


def of_city(words: Words, part: OfCity) -> Sequence[Table]:
    """Use, effects, channels."""
    used = [(name, getattr(part, audience)) for audience, name in AUDIENCES.items()]
    told = [
        USE.titled(words, _("application"), [(name, use) for name, use in used if use]),
        TREND.table(words, part.trend),
        LIVE.titled(words, _("what"), [(title, getattr(part, name)) for name, title in EFFECTS.items()]),
    ]
    told += [JOINT.table(words, part.joint)] if part.joint else []
    if shift := part.channel_shift:
        parts = [(title, getattr(shift, name)) for name, title in PARTS.items()]
        told.append(SHIFT.titled(words, _("part"), parts))
    return [*told, RATINGS.table(words, part.channels)] if part.channels else told
