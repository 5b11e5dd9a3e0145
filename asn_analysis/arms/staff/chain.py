"""The chain from training to citizens: its links from all over the record, their figure and their table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from markupsafe import Markup

from asn_analysis.arms.arm import Drawn
from asn_analysis.arms.staff.part import OfCity
from asn_analysis.followup.chain import Link
from asn_analysis.pages.axes import BLUE, DARK, label_beside, say_plainly
from asn_analysis.words.language import NONE, Words, _
from asn_analysis.words.tables import Table, headers

if TYPE_CHECKING:
    from matplotlib.axes import Axes

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
    *(_("enough from"), _("judged")),
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


def draw(words: Words, part: OfCity, axes: Axes) -> None:
    """Each link on a common scale: 0 is nothing, 1 is enough."""
    chain = links(words, part)[::-1]
    ends = [0.0, 1.0]
    for place, link in enumerate(chain):
        if link.state == "not_measured":
            axes.plot(0, place, "x", color=DARK, ms=8, mew=2)
            continue
        scaled = [
            (value - link.nothing) / (link.enough - link.nothing)
            for value in (link.conf_low, link.estimate, link.conf_high)
        ]
        axes.plot([scaled[0], scaled[2]], [place, place], color=BLUE, lw=3)
        axes.plot(scaled[1], place, "o", color=BLUE, ms=8)
        ends += scaled
    margin = 0.06 * (max(ends) - min(ends))
    axes.set(ylim=(-1.7, len(chain) - 0.4), xlim=(min(ends) - margin, max(ends) + margin), xticks=[])
    axes.axvline(0, color=DARK, lw=1)
    axes.axvline(1, color=DARK, lw=1, ls=(0, (4, 3)))
    label_beside(axes, 0, -0.75, say_plainly(words, _("nothing")), right=True)
    label_beside(axes, 1, -1.35, say_plainly(words, _("enough")), right=True)
    axes.set_yticks(range(len(chain)), [say_plainly(words, LINKS[link.name]) for link in chain])


def sentence(words: Words, part: OfCity) -> Markup:
    """How far each link reaches."""
    parts = [
        words.say(_("{link} {state}"), link=words.say(LINKS[link.name]), state=words.say(STATES[link.state]))
        for link in links(words, part)
    ]
    return words.say(_("From training to citizens: {parts}."), parts=Markup("; ").join(parts))


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
    return words.say(MEASURED_BY[name], element=words.element(code))


FIGURE = Drawn(draw, sentence, table, 2.8, needs=("chain",))
