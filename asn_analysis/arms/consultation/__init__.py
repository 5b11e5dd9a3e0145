# ruff: noqa: E501 - sentences are easier to read unbroken
"""Public consultation: who was reached in a year, who was missing, what was asked for."""

from __future__ import annotations

from collections.abc import Sequence

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
    "In the last four quarters {n_forums:count} forum was held: {present:count} of {invited:count} invited people came.",
    "In the last four quarters {n_forums:count} forums were held: {present:count} of {invited:count} invited people came.",
)
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
        joined(words.tell(HELD, part), adopted),
        joined(women, part.kecamatan and _kecamatan(words, part)),
        part.asked and words.tell(ASKED[part.asked.agree], part.asked),
    ]


def _kecamatan(words: Words, part: Consultation) -> Markup:
    if part.without_forum:
        return words.tell(WITHOUT, part)
    every = words.say(_("Every kecamatan had a forum."))
    if part.behind is None:
        return every
    n_placed = words.field(part, "n_placed", "count")
    return joined(every, words.tell(BEHIND[part.people], part.kecamatan[part.behind], n_placed=n_placed))


ROW = Sentence(
    Consultation,
    "{present:count} of {invited:count} invited people came; women: {women.share:percent?} of those present",
)
WOMEN_ROW = Sentence(Consultation, "women as in the survey: {women_gap.respondents:percent}")


def row(words: Words, part: Consultation) -> Row:
    """Who came, beside who answers the survey."""
    target = words.tell(WOMEN_ROW, part) if part.women_gap else NONE
    return Row(words.tell(ROW, part), target=target)


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
KINDS = Listing(
    Reach,
    _("Forums by kind, last four quarters"),
    (_("kind"), "kind", CODES["forums"]),
    (_("forums"), "n_forums:count"),
    (_("invited"), "invited:count"),
    (_("present"), "present:count"),
    (_("women"), "women.share:percent"),
    (_("low"), "women.conf_low:percent"),
    (_("high"), "women.conf_high:percent"),
    (_("aspirations adopted"), "adopted.share:percent"),
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
