# ruff: noqa: E501 - sentences are easier to read unbroken
"""Staff: IP ASN, hours of training against the duty, and the chain from training to citizens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from asn_analysis.arms.arm import Arm, Row, Told, joined
from asn_analysis.arms.staff.made import Class, OfCity, OfUnit, StaffIn, UnitStaff, UnitYear, prepare
from asn_analysis.followup.chain import Link, weakest
from asn_analysis.record.effect import Estimate
from asn_analysis.words.language import NONE, Words, _
from asn_analysis.words.messages import Sentence
from asn_analysis.words.tables import Listing, Table, headers
from asn_analysis.words.texts import codes_of
from asn_analysis.words.wording import UNIT

CODES = codes_of(__package__)
CATEGORIES, LINKS, MEASURED_BY = CODES["categories"], CODES["links"], CODES["measured_by"]
STATES, DIMENSIONS = CODES["states"], CODES["dimensions"]
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
    unknown = words.say(_("Not measured: {links}."), links=Markup(", ").join(missing))
    return joined(text, missing and unknown)


STAFF = (_("civil servants"), "n_staff:count")
MET = (_("met the duty"), "share_met_duty:percent")
HOURS = (_("mean hours (JP)"), "hours:.1")
IP = _("IP ASN")
CAPTION = _("Staff by year")
YEARS = Listing(StaffIn, CAPTION, (_("year"), "year:year"), STAFF, (IP, "ip:.1"), HOURS, MET)
UNIT_YEARS = Listing(UnitYear, CAPTION, (_("year"), "year:year"), STAFF, (IP, "ip:count"), HOURS, MET)


CLASSES = Listing(
    Class,
    _("Classes of the professionalism index; classes of very few people stand together"),
    (_("class"), lambda words, row: Markup(", ").join(words.say(CATEGORIES[name]) for name in row.classes)),
    (_("civil servants"), "n:count"),
    (_("share"), "share:percent"),
)
LOWEST = Listing(
    UnitStaff,
    _("Units furthest from the yearly duty to train"),
    UNIT,
    STAFF,
    MET,
    HOURS,
    (IP, "ip:count"),
)


def tables_of_unit(words: Words, part: OfUnit) -> Sequence[Table]:
    """The index by dimension in whole points, and the years."""
    if part.withheld:
        return []
    return [_dimensions(words, part, "count"), UNIT_YEARS.table(words, part.years)]


def tables_of_city(words: Words, part: OfCity) -> Sequence[Table]:
    """The index by dimension and class, the years, and the units furthest from the duty."""
    return [
        chain_table(words, part),
        _dimensions(words, part, ".1"),
        YEARS.table(words, part.years),
        CLASSES.table(words, part.categories),
        LOWEST.table(words, part.lowest),
    ]


def _dimensions(words: Words, part: OfCity | OfUnit, way: str) -> Table:
    return Table(
        words.say(_("Professionalism index (IP ASN) by dimension, mean of the staff")),
        headers(words, _("dimension"), _("mean"), _("at most")),
        [
            [words.say(title), words.field(part, name, way), words.field(part.weights, name, "count")]
            for name, title in DIMENSIONS.items()
            if hasattr(part.weights, name)
        ],
    )


COLUMNS = (
    *(_("link"), _("measured by"), _("estimate"), _("low"), _("high")),
    *(_("enough from"), _("verdict")),
)
BOUNDS = ("estimate", "conf_low", "conf_high")


@dataclass(frozen=True)
class OnElement(Estimate):
    """The effect on an element."""

    code: str


def links(words: Words, part: OfCity) -> tuple[Link, ...]:
    """The chain; behaviour and result are the city's findings on the elements and the index."""
    return tuple(_link(words, part, name) for name in LINKS)


def _link(words: Words, part: OfCity, name: str) -> Link:
    found, against = _found(words, part, name), getattr(part.chain, name)
    bounds = (getattr(found, bound, None) for bound in BOUNDS)
    return Link(name, *bounds, nothing=against.nothing, enough=against.enough)


def _found(words: Words, part: OfCity, name: str) -> Estimate | None:
    """What a link's numbers are; of the elements of behaviour, the weaker."""
    if name == "result":
        return words.part(Estimate, "effect")
    if name != "behaviour":
        return getattr(part.chain, name)
    effects = words.part(tuple[OnElement, ...], "element_effects")
    wanted = [effect for effect in effects if effect.code in part.chain.behaviour.elements]
    if not wanted or any(effect.conf_low is None for effect in wanted):
        return None
    return min(wanted, key=lambda effect: effect.conf_low)


def chain_table(words: Words, part: OfCity) -> Table:
    """The four links with their ranges and what they are held against."""
    return Table(
        words.say(_("The chain from training to citizens")),
        headers(words, *COLUMNS),
        [_row(words, part, link) for link in links(words, part)],
        n_text=2,
    )


def _row(words: Words, part: OfCity, link: Link) -> list[Markup]:
    found, way = _found(words, part, link.name), ".2" if link.name == "behaviour" else ".1"
    known = link.state != "not_measured"
    return [
        words.say(LINKS[link.name]),
        _measure(words, part, link.name),
        *(words.field(found, bound, way) if known else NONE for bound in BOUNDS),
        words.field(getattr(part.chain, link.name), "enough", way),
        words.say(STATES[link.state]),
    ]


def _measure(words: Words, part: OfCity, name: str) -> Markup:
    if name != "behaviour":
        return words.say(MEASURED_BY[name])
    found = _found(words, part, name)
    code = found.code if isinstance(found, OnElement) else part.chain.behaviour.elements[0]
    return words.say(MEASURED_BY[name], element=words.element(code).lower())


ARM = Arm(
    name="staff",
    title=_("Staff"),
    tables={"staff": _("staff")},
    prepare=prepare,
    city=Told(OfCity, of_city, tables_of_city, row),
    unit=Told(OfUnit, of_unit, tables_of_unit, row_of_unit),
)
