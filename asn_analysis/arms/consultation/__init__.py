# ruff: noqa: E501 - sentences are easier to read unbroken
"""Public consultation: who was reached in a year, who was missing, what was asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from operator import attrgetter
from typing import Any

from markupsafe import Markup

from asn_analysis.arms.arm import Arm, Row, Told, joined
from asn_analysis.arms.consultation.made import Asked, Consultation, Element, Place, prepare
from asn_analysis.measures.consultation import Reach
from asn_analysis.words.language import NONE, Words, _
from asn_analysis.words.messages import Counted, Sentence
from asn_analysis.words.tables import Listing
from asn_analysis.words.texts import codes_of, sentences

CODES = codes_of(__package__)
WOMEN = sentences(Consultation, CODES["women"])
BEHIND = sentences(Place, CODES["behind"])
ASKED = sentences(Asked, CODES["asked"])
HELD = Counted(
    Consultation,
    "n_forums",
    "In the last four quarters {n_forums:count} forum was held.",
    "In the last four quarters {n_forums:count} forums were held.",
)
CAME = sentences(Consultation, CODES["came"])
WOMEN_COUNTED = sentences(Consultation, CODES["women_counted"])
DECIDED = sentences(Consultation, CODES["decided"])
ADOPTED = Sentence(
    Consultation,
    "Aspirations adopted: {adopted.share:percent} of {adopted.whole:count} (range {adopted.conf_low:percent} to {adopted.conf_high:percent}).",
)
WITHOUT = Sentence(Consultation, "No forum was held in these kecamatan: {without_forum:names}.")


def of_city(words: Words, part: Consultation) -> list[object]:
    """How many forums, who came and who was missing, what was adopted and what citizens ask for."""
    adopted = part.adopted.conf_low is not None and words.tell(ADOPTED, part)
    women = part.women_gap and words.tell(WOMEN[part.women_gap.fewer], part)
    return [
        joined(words.tell(HELD, part), words.tell(CAME[_came(part)], part)),
        joined(adopted, _gap(words, DECIDED, part, part.adopted.n_counted)),
        joined(women, part.n_present and _gap(words, WOMEN_COUNTED, part, part.women.n_counted)),
        part.kecamatan and _kecamatan(words, part),
        part.asked and part.asked.most and words.tell(ASKED[part.asked.agree], part.asked),
    ]


def _came(part: Consultation) -> str:
    present = _at(part.n_present, part)
    return "present" if present == "all" and _at(part.n_invited, part) != "all" else present


def _at(n_counted: int, part: Reach) -> str:
    """Whether all of the forums counted it, some or none."""
    return "all" if n_counted == part.n_forums else "some" if n_counted else "none"


def _gap(words: Words, told: Mapping[str, Sentence[Any]], part: Reach, n_counted: int) -> Markup | None:
    """What must be said of forums that did not count something; nothing if all did."""
    counted = _at(n_counted, part)
    return words.tell(told[counted], part) if counted in told else None


def _kecamatan(words: Words, part: Consultation) -> Markup:
    if part.without_forum:
        return words.tell(WITHOUT, part)
    every = words.say(_("Every kecamatan had a forum."))
    if part.behind is None:
        return every
    n_placed = words.field(part, "n_placed", "count")
    return joined(every, words.tell(BEHIND[part.people], part.kecamatan[part.behind], n_placed=n_placed))


ROWS = sentences(Consultation, {name: CODES["row"][name] for name in ("all", "some")}, "n_present")
ROWS |= sentences(Consultation, {"none": CODES["row"]["none"]}, "n_forums")
WOMEN_ROW = Sentence(Consultation, "women as in the survey: {women_gap.respondents:percent}")


def row(words: Words, part: Consultation) -> Row:
    """Who came, beside who answers the survey."""
    target = words.tell(WOMEN_ROW, part) if part.women_gap else NONE
    counted = (
        "none" if part.present is None else "all" if _at(part.women.n_counted, part) == "all" else "some"
    )
    return Row(words.tell(ROWS[counted], part), target=target)


LOCAL = {
    "population": (
        _("Forums by kecamatan, and where the people of the city live"),
        _("share of the population"),
    ),
    "users": (
        _(
            "Forums by kecamatan; users of its local offices stand for its population, which is not in the data"
        ),
        _("share of users of kelurahan and kecamatan offices"),
    ),
}


def _counted(name: str, n_counted: str, way: str = "count") -> Callable[[Words, Reach], Markup]:
    """A cell that says at how many forums it was counted, if not at all of them."""

    def cell(words: Words, row: Reach) -> Markup:
        told = words.field(row, name, f"{way}?")
        if _at(attrgetter(n_counted)(row), row) != "some":
            return told
        n = {
            part: words.field(row, name, "count")
            for part, name in (("n_counted", n_counted), ("n_forums", "n_forums"))
        }
        return words.say(_("{counted} (at {n_counted} of {n_forums} forums)"), counted=told, **n)

    return cell


KINDS = Listing(
    Reach,
    _("Forums by kind, last four quarters"),
    (_("kind"), "kind", CODES["forums"]),
    (_("forums"), "n_forums:count"),
    (_("invited"), _counted("invited", "n_invited")),
    (_("present"), _counted("present", "n_present")),
    (_("women"), _counted("women.share", "women.n_counted", "percent")),
    (_("low"), "women.conf_low:percent"),
    (_("high"), "women.conf_high:percent"),
    (_("aspirations adopted"), _counted("adopted.share", "adopted.n_counted", "percent")),
    (_("low"), "adopted.conf_low:percent"),
    (_("high"), "adopted.conf_high:percent"),
)
PLACES = {
    people: Listing(
        Place,
        caption,
        (_("kecamatan"), "kecamatan:name"),
        (_("forums"), "n_forums:count"),
        (_("present"), "present:count"),
        (_("share of those present"), "share_present:percent"),
        (header, "share_people:percent"),
    )
    for people, (caption, header) in LOCAL.items()
}
ELEMENTS = Listing(
    Element,
    _("What citizens write about, last four quarters, and the survey of this quarter"),
    (_("element"), "element:Element"),
    (_("complaints"), "complaints:count", _("withheld")),
    (_("survey comments"), "comments:count", _("withheld")),
    (_("index"), "index:.2"),
)


def annex(words: Words, part: Consultation) -> Sequence[object]:
    """Forums by kind, kecamatan, and what citizens write about beside the survey."""
    places = PLACES[part.people].table(words, part.kecamatan)
    asked = part.asked and ELEMENTS.table(words, part.asked.rows)
    return [KINDS.table(words, part.by_kind), places, asked]


ARM = Arm(
    name="consultation",
    title=_("Public consultation"),
    tables={"consultations": _("public consultation")},
    prepare=prepare,
    city=Told(Consultation, of_city, annex, row),
)
