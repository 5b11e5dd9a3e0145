# ruff: noqa: E501 - sentences are easier to read unbroken
"""What a brief says about staff: IP ASN, the duty to train, and the chain from training to citizens."""

from __future__ import annotations

from markupsafe import Markup

from asn_analysis.arms.arm import Row
from asn_analysis.arms.staff.chain import LINKS, STATES, links
from asn_analysis.arms.staff.part import OfCity, OfUnit, StaffIn
from asn_analysis.followup.chain import weakest
from asn_analysis.words.language import NONE, Words, _
from asn_analysis.words.messages import Sentence

CATEGORIES = {
    "very_high": _("Very high"),
    "high": _("High"),
    "medium": _("Medium"),
    "low": _("Low"),
    "very_low": _("Very low"),
}
DUTY = Sentence(
    OfCity,
    "In {year:year} {share_met_duty:percent} of {n_staff:count} civil servants had the {duty_hours:count} hours (JP) of training that a year asks for; the mean was {hours:.1}. The figure of the duty itself is not confirmed.",
)
INDEX = Sentence(
    OfCity,
    "The professionalism index (IP ASN) stands at {ip:.1}. It counts training as such and so rises with every course, whatever citizens notice. It is no measure of success.",
)
WITHHELD = Sentence(
    OfUnit,
    "The staff's index (IP ASN) and training are withheld, so that no group of fewer than {fewest:count} people can be made out.",
)
OWN = Sentence(
    OfUnit,
    "In {year:year} {share_met_duty:percent} of the {n_staff:count} civil servants of this unit had the {duty_hours:count} hours (JP) of training that a year asks for. Their professionalism index (IP ASN) is {ip:count} ({category}). It rises with every course and does not show whether the service got better.",
    category=CATEGORIES,
)


ROW = Sentence(
    OfCity,
    "{share_met_duty:percent} of {n_staff:count} civil servants had {duty_hours:count} hours (JP) of training in {year:year}",
)
ROW_OF_UNIT = Sentence(
    OfUnit,
    "{share_met_duty:percent} of {n_staff:count} civil servants had {duty_hours:count} hours (JP) of training in {year:year}",
)
BEFORE = Sentence(StaffIn, "{share_met_duty:percent} in {year:year}")


def row(words: Words, part: OfCity) -> Row:
    """The duty to train, beside the year before."""
    before = [year for year in part.years if year.year < part.year]
    direction = words.tell(BEFORE, before[-1]) if before else NONE
    return Row(words.tell(ROW, part), direction, words.say(_("all of them")))


def row_of_unit(words: Words, part: OfUnit) -> Row:
    """The duty to train."""
    if part.withheld:
        return Row(words.say(_("withheld")))
    return Row(words.tell(ROW_OF_UNIT, part), target=words.say(_("all of them")))


def of_city(words: Words, part: OfCity) -> list[Markup]:
    """The duty, the index with its warning, and the chain's weakest link."""
    return [words.tell(DUTY, part), words.tell(INDEX, part), _weakest(words, part)]


def of_unit(words: Words, part: OfUnit) -> list[Markup]:
    """A unit's own duty and index."""
    return [words.tell(WITHHELD if part.withheld else OWN, part)]


def _weakest(words: Words, part: OfCity) -> Markup:
    chain = links(words, part)
    link = weakest(chain)
    missing = [words.say(LINKS[one.name]) for one in chain if one.state == "not_measured"]
    if link is not None:
        message = _(
            "On the way from training to citizens (reaction, learning, behaviour, result) the weakest link is {link}: {state}."
        )
        text = words.say(message, link=words.say(LINKS[link.name]), state=words.say(STATES[link.state]))
    elif len(missing) == len(chain):
        return words.say(_("No link between training and citizens was measured."))
    else:
        text = words.say(
            _("On the way from training to citizens every link that was measured is strong enough.")
        )
    if not missing:
        return text
    unknown = words.say(_("Not measured: {links}."), links=Markup(", ").join(missing))
    return Markup("{} {}").format(text, unknown)
