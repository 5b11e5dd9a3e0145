# ruff: noqa: E501 - sentences are easier to read unbroken
"""The annex's tables on complaints: clocks, topics, the effect by two methods, units that disagree."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from asn_analysis.words.language import Words, _
from asn_analysis.words.tables import NONE, Table, chosen, headers, listed, named, shown
from asn_analysis.words.wording import element_name

PLACE = "complaints"
SHOWN = 10
CLASSES = {
    "permintaan_informasi": _("request for information"),
    "pengaduan_tidak_berkadar_pengawasan": _("complaint without supervision content"),
    "pengaduan_berkadar_pengawasan": _("complaint with supervision content"),
    "aspirasi": _("aspiration"),
    "all": _("all classes"),
    "verification": _("verification, all classes"),
}
TOPICS = {
    "infrastructure": _("roads, lamps, drains, waste"),
    "illegal_charges": _("illegal charges"),
    "costs": _("costs"),
    "handling_of_complaints": _("complaints without an answer"),
    "facilities": _("facilities"),
    "conduct": _("conduct of staff"),
    "competence": _("competence of staff"),
    "results": _("result of the service"),
    "opening_hours": _("opening hours"),
    "time": _("queues and waiting"),
    "requirements": _("requirements"),
    "procedure": _("procedure and systems"),
}
KINDS = {
    "praised_but_complained": _("scores high, many complaints"),
    "low_but_silent": _("scores low, few complaints"),
}


def annex(words: Words) -> Sequence[Table]:
    """Clocks by class, topics with an example, the effect by two methods, units that disagree."""
    if words.record["scope"] != "city":
        return ()
    tables = [_clock_table(words)]
    tables += [_topic_table(words)] if words.at(f"{PLACE}.n_texts") else []
    tables += [] if words.at(f"{PLACE}.effect.refusal") else [_effect_table(words)]
    return [*tables, _unit_table(words)] if words.at(f"{PLACE}.disagreeing") else tables


def _clock_table(words: Words) -> Table:
    places = [f"{PLACE}.verification"]
    places += [f"{PLACE}.follow_up.{index}" for index in range(len(words.at(f"{PLACE}.follow_up")))]
    rows = []
    for place in places:
        limit = NONE if words.at(f"{place}.limit") is None else words.count(f"{place}.limit")
        whole = [words.count(f"{place}.{name}") for name in ("received", "judged")]
        rows.append(
            [words.say(CLASSES[words.at(f"{place}.name")]), limit, *whole, *shares(words, place, "share")]
        )
    return Table(
        words.say(_("Complaints verified and followed up in time, last four quarters")),
        headers(
            words, _("step and class"), _("limit (working days)"), _("received"), _("due or done"),
            _("in time"), _("low"), _("high"),
        ),
        rows,
    )  # fmt: skip


def _topic_table(words: Words) -> Table:
    rows = []
    for index, row in enumerate(words.at(f"{PLACE}.topics")[:SHOWN]):
        place = f"{PLACE}.topics.{index}"
        element = Markup.escape(element_name(words, row["element"])) if row["element"] else NONE
        quote = Markup.escape(row["quote"]) if row["quote"] else NONE
        rows.append(
            [
                words.say(TOPICS[row["topic"]]),
                element,
                quote,
                words.count(f"{place}.n"),
                words.percent(f"{place}.share"),
            ]
        )
    rest = {"rare": _("rarer topics together"), "unknown": _("topic unknown")}
    for name, message in rest.items():
        if name == "unknown" or words.at(f"{PLACE}.n_rare"):
            counted = [words.count(f"{PLACE}.n_{name}"), words.percent(f"{PLACE}.share_{name}")]
            rows.append([words.say(message), NONE, NONE, *counted])
    return Table(
        words.say(_("What complaints are about, by keywords, last four quarters")),
        headers(
            words, _("topic"), _("element"), _("example, without personal data"), _("complaints"), _("share")
        ),
        rows,
        n_text=3,
    )


def _effect_table(words: Words) -> Table:
    methods = [
        (_("units not trained or not yet (used)"), ("change", "conf_low", "conf_high")),
        (_("one Poisson regression, clustered by unit"), ("two_way", "two_way_low", "two_way_high")),
    ]
    return Table(
        words.say(_("Complaints of trained units against those expected without training, in per cent")),
        headers(words, _("comparison"), _("change"), _("low"), _("high")),
        [
            [words.say(name), *[words.percent_points(f"{PLACE}.effect.{at}") for at in places]]
            for name, places in methods
            if words.at(f"{PLACE}.effect.{places[0]}") is not None
        ],
    )


def _unit_table(words: Words) -> Table:
    return listed(
        words,
        f"{PLACE}.disagreeing",
        _("Units on which complaints and survey disagree, last four quarters"),
        (_("unit"), named()),
        (_("how they disagree"), chosen(KINDS, "kind")),
        (_("index"), shown("number", "index", 2)),
        (_("complaints for every thousand users"), shown("number", "rate", 2)),
        (_("low"), shown("number", "conf_low", 2)),
        (_("high"), shown("number", "conf_high", 2)),
        n_text=2,
        most=SHOWN,
    )


def shares(words: Words, place: str, name: str) -> list[Markup]:
    """A share and its range; a dash where it cannot be had."""
    places = [f"{place}.{at}" for at in (name, "conf_low", "conf_high")]
    return [NONE if words.at(at) is None else words.percent(at) for at in places]
