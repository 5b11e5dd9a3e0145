# ruff: noqa: E501 - sentences are easier to read unbroken
"""What a brief says about digital services."""

from __future__ import annotations

from markupsafe import Markup

from asn_analysis.arms.arm import Row
from asn_analysis.arms.digital.part import ByChannel, GoingLive, OfCity, OfUnit, Shift, UsedSoFar
from asn_analysis.words.language import NONE, Words, _
from asn_analysis.words.messages import Counted, Sentence

MEANINGS = {
    "success": Sentence(GoingLive, "a rise of at least the {sesoi:.1} points that matter to citizens"),
    "promising": Sentence(GoingLive, "a rise, though not yet certain to be one of {sesoi:.1} points"),
    "below": Sentence(GoingLive, "a rise, but below the {sesoi:.1} points that would matter to citizens"),
    "adjust": Sentence(GoingLive, "no rise as large as the {sesoi:.1} points that would matter to citizens"),
    "harm": Sentence(GoingLive, "a decline"),
    "inconclusive": Sentence(
        GoingLive, "too uncertain to say whether there was a change of {sesoi:.1} points"
    ),
}
USED = Counted(
    UsedSoFar,
    "n_units",
    "In {n_units:count} unit with an application for citizens, {take_up:percent} of the services of the last four quarters were finished online, at {cost_per_service:rupiah?} for each of these. Of the services begun online, {completion:percent?} were finished.",
    "In {n_units:count} units with an application for citizens, {take_up:percent} of the services of the last four quarters were finished online, at {cost_per_service:rupiah?} for each of these. Of the services begun online, {completion:percent?} were finished.",
)
USED_BY_UNIT = Sentence(
    OfUnit,
    "An application for citizens has been live since {live_since:date}. In the last four quarters {citizens.take_up:percent} of the services were finished online, at {citizens.cost_per_service:rupiah?} for each of these. Of the services begun online, {citizens.completion:percent?} were finished.",
)
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
    used = part.citizens and part.citizens.take_up is not None
    figure = words.tell(ROW, part.citizens) if used else _use(words, part.citizens)
    direction = NONE if part.effect.refusal else words.tell(LIVE, part.effect)
    return Row(figure, direction, actions=ACTIONS)


def row_of_unit(words: Words, part: OfUnit) -> Row:
    """How much is finished online."""
    used = part.citizens and part.citizens.take_up is not None
    return Row(words.tell(ROW_OF_UNIT, part) if used else _use(words, None), actions=ACTIONS)


def of_city(words: Words, part: OfCity) -> list[Markup]:
    """How much it is used, what going live changed, and what the shift of channels did."""
    told = [_use(words, part.citizens), _effect(words, part)]
    return [*told, words.tell(SHIFTED, part.channel_shift)] if part.channel_shift else told


def _use(words: Words, citizens: UsedSoFar | None) -> Markup:
    if citizens is None or citizens.take_up is None:
        return words.say(_("How much applications for citizens are used is not recorded."))
    return words.tell(USED, citizens)


def _effect(words: Words, part: OfCity) -> Markup:
    if part.effect.refusal:
        return words.say(_("These data cannot show what going live has changed in satisfaction."))
    meaning = words.tell(MEANINGS[_meaning(part.effect)], part.effect)
    text = words.tell(CHANGED, part.effect, meaning=meaning)
    if part.waktu.refusal:
        return text
    return Markup("{} {}").format(text, words.tell(TIME_CHANGED, part.waktu))


def _meaning(effect: GoingLive) -> str:
    """The verdict's label; a rise that stays below what matters is told apart from none."""
    label = effect.verdict.label
    return "below" if label == "adjust" and effect.conf_low > 0 else label


def of_unit(words: Words, part: OfUnit) -> list[Markup]:
    """A unit's own use, and how those who answered online rate it."""
    told = []
    if part.citizens and part.citizens.take_up is not None:
        told += [words.tell(USED_BY_UNIT, part), _content(words, part.channels)]
    if part.staff and part.staff.cost_per_service is not None:
        told.append(words.tell(STAFF_SYSTEM, part))
    return told


def _content(words: Words, channels: ByChannel | None) -> Markup:
    if channels:
        return words.tell(RATED, channels)
    return words.say(
        _("Ratings of online users are withheld, so that no small group of respondents can be made out.")
    )
