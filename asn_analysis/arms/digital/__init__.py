# ruff: noqa: E501 - sentences are easier to read unbroken
"""Digital services: use, the effect of going live beside training's, and the shift of channels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from asn_analysis.arms.arm import Arm, Row, Told, joined
from asn_analysis.arms.digital.channels import ByChannel, Channel, Ranged, Shift
from asn_analysis.arms.digital.made import GoingLive, Joint, OfCity, OfUnit, UsedIn, UsedSoFar, prepare
from asn_analysis.words.language import NONE, Words, _
from asn_analysis.words.messages import Counted, Sentence
from asn_analysis.words.tables import Listing, Table
from asn_analysis.words.texts import LABELS, codes_of, sentences

CODES = codes_of(__package__)
MEANINGS = sentences(GoingLive, CODES["meanings"])
USED = sentences(UsedSoFar, CODES["used"], "n_units")
USED_BY_UNIT = sentences(OfUnit, CODES["used_by_unit"])
NOT_USED = CODES["not_used"]
COMPLETED = Sentence(
    UsedSoFar,
    "Of the services begun online, {completion:percent} were finished.",
)
LIVE_SINCE = Sentence(OfUnit, "An application for citizens has been live since {live_since:date}.")
STAFF_SYSTEM = Sentence(
    OfUnit,
    "Staff use an information system, at {staff.cost_per_service:rupiah} a transaction in the last four quarters.",
)
CHANGED = Sentence(
    GoingLive,
    "Since applications went live, the index has changed by {estimate:+.1} points ({:range +.1}): {meaning}. Only units not yet trained are compared, so that the effect of training is not counted here.",
)
TIME_CHANGED = Sentence(
    GoingLive,
    "The element of completion time, on the same scale, changed by {estimate:+.1} points ({:range +.1}).",
)
SHIFTED = Sentence(
    Shift,
    "Where applications went live, the share of online answers went from {online_before:percent?} to {online_since:percent?}. Of the {total.estimate:+.1} points, {within.estimate:+.1} ({within:range +.1}) come from other ratings through the same channels, and {mix.estimate:+.1} from people moving to other channels.",
)
RATED = Sentence(
    ByChannel,
    "In these quarters the {online.n:count} people who answered online rate the service {online.index:.1} points, the {others.n:count} others {others.index:.1}; small groups differ by chance too.",
)


ROW = Counted(
    UsedSoFar,
    "n_units",
    "{take_up:percent} of services finished online, in {n_units:count} unit",
    "{take_up:percent} of services finished online, in {n_units:count} units",
)
ROW_OF_UNIT = Sentence(OfUnit, "{citizens.take_up:percent} of services finished online")
LIVE = Sentence(GoingLive, "where it went live: index {estimate:+.1} points ({:range +.1})")
ACTIONS = ("find_why_not_online",)


def row(words: Words, part: OfCity) -> Row:
    """How much is finished online, and what going live changed."""
    use = _use(part.citizens)
    figure = words.say(NOT_USED[use]) if use in NOT_USED else words.tell(ROW, part.citizens)
    direction = NONE if part.effect.refusal else words.tell(LIVE, part.effect)
    return Row(figure, direction, actions=ACTIONS)


def row_of_unit(words: Words, part: OfUnit) -> Row:
    """How much is finished online."""
    use = _use(part.citizens)
    figure = words.say(NOT_USED[use]) if use in NOT_USED else words.tell(ROW_OF_UNIT, part)
    return Row(figure, actions=ACTIONS)


def of_city(words: Words, part: OfCity) -> list[object]:
    """How much it is used, what going live changed, and what the shift of channels did."""
    shifted = part.channel_shift and words.tell(SHIFTED, part.channel_shift)
    return [_used(words, USED, part.citizens, part.citizens), _effect(words, part), shifted]


def _use(citizens: UsedSoFar | None) -> str:
    """What can be said of use: nothing to use, nothing given, not recorded, none or some finished online."""
    if citizens is None:
        return "no_application"
    if citizens.transactions == 0:
        return "no_services"
    if citizens.take_up is None:
        return "not_recorded"
    return "online" if citizens.cost_per_service is not None else "none_online"


def _used(words: Words, told: Mapping[str, Sentence[Any]], part: Any, citizens: UsedSoFar | None) -> Markup:
    use = _use(citizens)
    if citizens is None or use in NOT_USED:
        return words.say(NOT_USED[use])
    completed = citizens.completion is not None and words.tell(COMPLETED, citizens)
    return joined(words.tell(told[use], part), completed)


def _effect(words: Words, part: OfCity) -> Markup:
    if part.effect.refusal:
        return words.say(_("These data cannot show what going live has changed in satisfaction."))
    meaning = words.tell(MEANINGS[_meaning(part.effect)], part.effect)
    text = words.tell(CHANGED, part.effect, meaning=meaning)
    return joined(text, not part.waktu.refusal and words.tell(TIME_CHANGED, part.waktu))


def _meaning(effect: GoingLive) -> str:
    """The verdict's label; a rise that stays below what matters is told apart from none."""
    label = effect.verdict.label
    return "below" if label == "adjust" and effect.conf_low > 0 else label


def _judged(effect: GoingLive) -> str:
    if effect.refusal:
        return _("cannot be estimated")
    return _("too few units") if effect.few_units else LABELS[effect.verdict.label]


def of_unit(words: Words, part: OfUnit) -> list[Markup]:
    """A unit's own use, and how those who answered online rate it."""
    told = []
    if part.citizens or not part.staff:
        used = _used(words, USED_BY_UNIT, part, part.citizens)
        told.append(joined(part.live_since and words.tell(LIVE_SINCE, part), used))
    if _use(part.citizens) not in NOT_USED:
        told.append(_content(words, part.channels))
    if part.staff:
        told.append(_staff_system(words, part, part.staff))
    return told


def _staff_system(words: Words, part: OfUnit, staff: UsedSoFar) -> Markup:
    if staff.cost_per_service is not None:
        return words.tell(STAFF_SYSTEM, part)
    if staff.transactions == 0:
        return words.say(_("The information system of staff had no transaction in the last four quarters."))
    return words.say(_("How much staff use their information system is not recorded."))


def _content(words: Words, channels: ByChannel | None) -> Markup:
    if channels:
        return words.tell(RATED, channels)
    return words.say(
        _("Ratings of online users are withheld, so that no small group of respondents can be made out.")
    )


USE_OF = (
    (_("finished online"), "take_up:percent"),
    (_("finished of those begun"), "completion:percent"),
    (_("cost of each finished online"), "cost_per_service:rupiah"),
)
ESTIMATE = (
    (_("estimate"), "estimate:+.2"),
    (_("low"), "conf_low:+.2"),
    (_("high"), "conf_high:+.2"),
)


USE = Listing(
    UsedSoFar,
    _("Use of applications in the last four quarters"),
    (_("units"), "n_units:count"),
    *USE_OF,
    (_("cost of each since going live"), "cost_since_live:rupiah"),
)
TREND = Listing(
    UsedIn,
    _("Use of applications for citizens by quarter"),
    (_("quarter"), "quarter:quarter"),
    (_("units"), "n_units:count"),
    (_("services given"), "transactions:count"),
    *USE_OF,
)
GONE_LIVE = Listing(
    GoingLive,
    _(
        "Effect of going live among units not yet trained, in points (25-100); "
        "the ranges of the last three hold together"
    ),
    *ESTIMATE,
    (_("units"), "n_treated_units:count"),
    (_("verdict"), lambda words, row: words.say(_judged(row))),
)
SHIFT = Listing(Ranged, _("Effect of going live in two parts that add up, in points"), *ESTIMATE)
JOINT = Listing(
    Joint,
    _("Effect on the index where only one, or both, had begun, in points; the ranges hold together"),
    (_("what had begun"), "term", CODES["terms"]),
    *ESTIMATE,
    (_("units"), "n_units:count"),
)
RATINGS = Listing(
    Channel,
    _("Mean rating by channel in the last four quarters (25-100)"),
    (_("channel"), "channel", CODES["channels"]),
    (_("index"), "index:.1"),
    (_("respondents"), "n:count"),
)


def tables_of_unit(words: Words, part: OfUnit) -> Sequence[Table]:
    """A unit's last four quarters."""
    return [TREND.table(words, part.trend)]


def tables_of_city(words: Words, part: OfCity) -> Sequence[Table]:
    """Use, effects, channels."""
    used = [(name, getattr(part, audience)) for audience, name in CODES["audiences"].items()]
    told = [
        USE.titled(words, _("application"), [(name, use) for name, use in used if use]),
        TREND.table(words, part.trend),
        GONE_LIVE.titled(
            words, _("what"), [(title, getattr(part, name)) for name, title in CODES["effects"].items()]
        ),
        JOINT.table(words, part.joint),
    ]
    if shift := part.channel_shift:
        parts = [(title, getattr(shift, name)) for name, title in CODES["parts"].items()]
        told.append(SHIFT.titled(words, _("part"), parts))
    return [*told, RATINGS.table(words, part.channels)]


ARM = Arm(
    name="digital",
    title=_("Digital services"),
    tables={"digital_services": _("digital services")},
    prepare=prepare,
    city=Told(OfCity, of_city, tables_of_city, row),
    unit=Told(OfUnit, of_unit, tables_of_unit, row_of_unit),
)
