"""The chain from training to citizens: its links from all over the record, and their table."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from asn_analysis.arms.staff.part import OfCity
from asn_analysis.followup.chain import Link
from asn_analysis.words.language import NONE, Words, _
from asn_analysis.words.tables import Table, headers

LINKS = {
    "reaction": _("reaction"),
    "learning": _("learning"),
    "behaviour": _("behaviour"),
    "result": _("result"),
}
MEASURED_BY = {
    "reaction": _("mean rating by the participants"),
    "learning": _("points gained between the tests"),
    "behaviour": _("effect on {element} (1-4), the weaker of the two"),
    "result": _("effect on the index (25-100)"),
}
STATES = {
    "enough": _("strong enough"),
    "some": _("present, but weaker than it should be"),
    "open": _("not shown"),
    "absent": _("goes the wrong way"),
    "not_measured": _("not measured"),
}
COLUMNS = (
    *(_("link"), _("measured by"), _("estimate"), _("low"), _("high")),
    *(_("enough from"), _("verdict")),
)
BOUNDS = ("estimate", "conf_low", "conf_high")


@dataclass(frozen=True)
class Found:
    """An estimate of the core's."""

    estimate: float | None
    conf_low: float | None
    conf_high: float | None


@dataclass(frozen=True)
class OnElement(Found):
    """The effect on an element."""

    code: str


def links(words: Words, part: OfCity) -> tuple[Link, ...]:
    """The chain; behaviour and result are the city's findings on the elements and the index."""
    return tuple(_link(words, part, name) for name in LINKS)


def _link(words: Words, part: OfCity, name: str) -> Link:
    found, against = _found(words, part, name), getattr(part.chain, name)
    bounds = (getattr(found, bound, None) for bound in BOUNDS)
    return Link(name, *bounds, nothing=against.nothing, enough=against.enough)


def _found(words: Words, part: OfCity, name: str) -> Found | None:
    """What a link's numbers are; of the elements of behaviour, the weaker."""
    if name == "result":
        return words.part(Found, "effect")
    if name != "behaviour":
        return getattr(part.chain, name)
    effects = words.part(tuple[OnElement, ...], "element_effects")
    wanted = [effect for effect in effects if effect.code in part.chain.behaviour.elements]
    if not wanted or any(effect.conf_low is None for effect in wanted):
        return None
    return min(wanted, key=lambda effect: effect.conf_low)


def table(words: Words, part: OfCity) -> Table:
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
