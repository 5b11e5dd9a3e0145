"""What a brief says about staff: IP ASN, the duty to train, and the chain from training to citizens."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from asn_analysis.arms.former import Drawn
from asn_analysis.arms.staff_annex import CATEGORIES, PLACE, annex, points
from asn_analysis.arms.staff_record import prepare as prepare
from asn_analysis.followup.chain import Link, weakest
from asn_analysis.pages.figures import BLUE, DARK, label_beside, say_plainly
from asn_analysis.words.language import Words, _
from asn_analysis.words.tables import NONE, Table, headers
from asn_analysis.words.wording import element_name, is_city

__all__ = ["FIGURE", "annex", "sentences"]
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


def sentences(words: Words) -> list[Markup]:
    """The index with its warning, the duty, and the chain's weakest link."""
    if not is_city(words):
        return _of_unit(words)
    return [_duty(words), _index(words), _weakest(words)]


def _duty(words: Words) -> Markup:
    return words.say(
        _(
            "In {year} {share} of {n} civil servants had the {hours} hours (JP) of training that a year "
            "asks for; the mean was {mean}. The figure of the duty itself is not confirmed."
        ),
        year=words.year(f"{PLACE}.year"),
        share=words.percent(f"{PLACE}.share_met_duty"),
        n=words.count(f"{PLACE}.n_staff"),
        hours=words.count(f"{PLACE}.duty_hours"),
        mean=words.number(f"{PLACE}.hours"),
    )


def _index(words: Words) -> Markup:
    return words.say(
        _(
            "The professionalism index (IP ASN) stands at {ip}. It counts training as such and so rises "
            "with every course, whatever citizens notice: it is no measure of success."
        ),
        ip=words.number(f"{PLACE}.ip"),
    )


def _of_unit(words: Words) -> list[Markup]:
    if words.at(f"{PLACE}.withheld"):
        return [
            words.say(
                _(
                    "The staff's index (IP ASN) and training are withheld, so that no group of fewer than "
                    "{fewest} people can be made out."
                ),
                fewest=words.count(f"{PLACE}.fewest"),
            )
        ]
    return [
        words.say(
            _(
                "In {year} {share} of the {n} civil servants of this unit had the {hours} hours (JP) of "
                "training that a year asks for. Their professionalism index (IP ASN) is {ip} ({category}); "
                "it rises with every course and does not show whether the service got better."
            ),
            year=words.year(f"{PLACE}.year"),
            share=words.percent(f"{PLACE}.share_met_duty"),
            n=words.count(f"{PLACE}.n_staff"),
            hours=words.count(f"{PLACE}.duty_hours"),
            ip=points(words, f"{PLACE}.ip"),
            category=words.say(CATEGORIES[words.at(f"{PLACE}.category")]),
        )
    ]


def links(words: Words) -> tuple[Link, ...]:
    """The chain; behaviour and result are the city's findings on the elements and the index."""
    return tuple(Link(name, *_found(words, name), **_held_against(words, name)) for name in LINKS)


def _held_against(words: Words, name: str) -> dict[str, float]:
    return {bound: words.at(f"{PLACE}.chain.{name}.{bound}") for bound in ("nothing", "enough")}


def _found(words: Words, name: str) -> tuple[float | None, ...]:
    place = _place(words, name)
    bounds = ("estimate", "conf_low", "conf_high")
    return tuple(words.at(f"{place}.{bound}") if place else None for bound in bounds)


def _place(words: Words, name: str) -> str | None:
    """Where the record holds a link's numbers; of the two elements of behaviour, the weaker."""
    if name == "result":
        return "effect"
    if name != "behaviour":
        return f"{PLACE}.chain.{name}"
    wanted = words.at(f"{PLACE}.chain.behaviour.elements")
    rows = words.record["element_effects"]
    places = [place for place, row in enumerate(rows) if row["code"] in wanted]
    if not places or any(rows[place]["conf_low"] is None for place in places):
        return None
    return f"element_effects.{min(places, key=lambda place: rows[place]['conf_low'])}"


def _weakest(words: Words) -> Markup:
    chain = links(words)
    link = weakest(chain)
    missing = [words.say(LINKS[one.name]) for one in chain if one.state == "not_measured"]
    if link is not None:
        text = words.say(
            _(
                "On the way from training to citizens (reaction, learning, behaviour, result) the weakest "
                "link is {link}: {state}."
            ),
            link=words.say(LINKS[link.name]),
            state=words.say(STATES[link.state]),
        )
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


def draw_chain(words: Words, axes: Any) -> None:
    """Each link on a common scale: 0 is nothing, 1 is enough."""
    chain = links(words)[::-1]
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


def chain_sentence(words: Words) -> Markup:
    """How far each link reaches."""
    parts = [
        words.say(_("{link} {state}"), link=words.say(LINKS[link.name]), state=words.say(STATES[link.state]))
        for link in links(words)
    ]
    return words.say(_("From training to citizens: {parts}."), parts=Markup("; ").join(parts))


def chain_table(words: Words) -> Table:
    """The four links with their ranges and what they are held against."""
    rows = []
    for link in links(words):
        place, decimals = _place(words, link.name), 2 if link.name == "behaviour" else 1
        known = link.state != "not_measured"
        numbers = [
            words.number(f"{place}.{bound}", decimals) if known else NONE
            for bound in ("estimate", "conf_low", "conf_high")
        ]
        enough = words.number(f"{PLACE}.chain.{link.name}.enough", decimals)
        rows.append(
            [
                words.say(LINKS[link.name]),
                _measure(words, link.name),
                *numbers,
                enough,
                words.say(STATES[link.state]),
            ]
        )
    return Table(
        words.say(_("The chain from training to citizens")),
        headers(
            words,
            _("link"),
            _("measured by"),
            _("estimate"),
            _("low"),
            _("high"),
            _("enough from"),
            _("judged"),
        ),
        rows,
        n_text=2,
    )


def _measure(words: Words, name: str) -> Markup:
    place = _place(words, name)
    if name != "behaviour":
        return words.say(MEASURED_BY[name])
    code = words.at(f"{place}.code") if place else words.at(f"{PLACE}.chain.behaviour.elements.0")
    return words.say(MEASURED_BY[name], element=element_name(words, code))


FIGURE = Drawn(draw_chain, chain_sentence, chain_table, 2.8, needs=("chain",))
