"""The annex's tables on complaints: clocks, topics, the effect by two methods, units that disagree."""

from __future__ import annotations

from collections.abc import Sequence

from asn_analysis.arms.complaints.part import Change, Disagreeing, OfCity, Topic
from asn_analysis.measures.complaints import OnTime
from asn_analysis.words.language import NONE, Words, _
from asn_analysis.words.tables import Listing, Table, headers

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
REST = {"rare": _("rarer topics together"), "unknown": _("topic unknown")}
METHODS = {
    _("untrained or not-yet-trained units (used)"): ("change", "conf_low", "conf_high"),
    _("one Poisson regression, clustered by unit"): ("two_way", "two_way_low", "two_way_high"),
}
CLOCKS = Listing(
    OnTime,
    _("Complaints verified and followed up in time, last four quarters"),
    (_("step and class"), "name", CLASSES),
    (_("limit (working days)"), "limit:count"),
    (_("received"), "received:count"),
    (_("due or done"), "judged:count"),
    (_("in time"), "share:percent"),
    (_("low"), "conf_low:percent"),
    (_("high"), "conf_high:percent"),
)
ABOUT = Listing(
    Topic,
    _("What complaints are about, by keywords, last four quarters"),
    (_("topic"), "topic", TOPICS),
    (_("element"), "element:Element"),
    (_("example, without personal data"), "quote:name"),
    (_("complaints"), "n:count"),
    (_("share"), "share:percent"),
    n_text=3,
)
UNITS = Listing(
    Disagreeing,
    _("Units on which complaints and survey disagree, last four quarters"),
    (_("unit"), "name:name"),
    (_("how they disagree"), "kind", KINDS),
    (_("index"), "index:.2"),
    (_("complaints for every thousand users"), "rate:.2"),
    (_("low"), "conf_low:.2"),
    (_("high"), "conf_high:.2"),
    n_text=2,
)


def of_city(words: Words, part: OfCity) -> Sequence[Table]:
    """Clocks by class, topics with an example, the effect by two methods, units that disagree."""
    clocks = [*filter(None, [part.verification]), *part.follow_up]
    tables = [CLOCKS.table(words, clocks)] if clocks else []
    tables += [_topics(words, part)] if part.n_texts else []
    tables += [] if part.effect.refusal else [_effect(words, part.effect)]
    return [*tables, UNITS.table(words, part.disagreeing[:SHOWN])] if part.disagreeing else tables


def _topics(words: Words, part: OfCity) -> Table:
    """The topics, then what is rare or unknown."""
    rows = ABOUT.rows(words, part.topics[:SHOWN])
    for name, message in REST.items():
        if name == "unknown" or part.n_rare:
            counted = [words.field(part, f"n_{name}", "count"), words.field(part, f"share_{name}", "percent")]
            rows.append([words.say(message), NONE, NONE, *counted])
    return ABOUT.of(words, rows)


def _effect(words: Words, effect: Change) -> Table:
    return Table(
        words.say(_("Complaints of trained units against those expected without training, in per cent")),
        headers(words, _("comparison"), _("change"), _("low"), _("high")),
        [
            [words.say(name), *(words.field(effect, at, "+percent") for at in fields)]
            for name, fields in METHODS.items()
            if getattr(effect, fields[0]) is not None
        ],
    )
