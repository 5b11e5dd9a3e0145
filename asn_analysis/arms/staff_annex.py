"""The annex's tables on staff: IP ASN by dimension and class, the years, the units furthest from the duty."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from asn_analysis.words.language import Words, _
from asn_analysis.words.tables import Table, headers, listed, named, shown
from asn_analysis.words.wording import is_city

PLACE = "staff"
CATEGORIES = {
    "very_high": _("Very high"),
    "high": _("High"),
    "medium": _("Medium"),
    "low": _("Low"),
    "very_low": _("Very low"),
}
DIMENSIONS = {
    "qualification": _("qualification"),
    "competence": _("competence"),
    "performance": _("performance"),
    "discipline": _("discipline"),
    "performance_and_discipline": _("performance and discipline"),
}
STAFF = (_("civil servants"), shown("count", "n_staff"))
MET = (_("met the duty"), shown("percent", "share_met_duty"))
HOURS = (_("mean hours (JP)"), shown("number", "hours"))


def annex(words: Words) -> Sequence[Table]:
    """The index by dimension and class, the years, and the units furthest from the duty."""
    if words.record[PLACE].get("withheld"):
        return []
    told = [_dimensions(words), _years(words)]
    return [*told, _classes(words), _lowest(words)] if is_city(words) else told


def _dimensions(words: Words) -> Table:
    return Table(
        words.say(_("Professionalism index (IP ASN) by dimension, mean of the staff")),
        headers(words, _("dimension"), _("mean"), _("at most")),
        [
            [words.say(title), points(words, f"{PLACE}.{name}"), words.count(f"{PLACE}.weights.{name}")]
            for name, title in DIMENSIONS.items()
            if name in words.record[PLACE]
        ],
    )


def points(words: Words, place: str) -> Markup:
    """A mean of the index; a unit's is kept in whole points."""
    return words.number(place) if is_city(words) else words.count(place)


def _years(words: Words) -> Table:
    return listed(
        words,
        f"{PLACE}.years",
        _("Staff by year"),
        (_("year"), shown("year", "year")),
        STAFF,
        (_("IP ASN"), lambda words, at: points(words, f"{at}.ip")),
        HOURS,
        MET,
    )


def _classes(words: Words) -> Table:
    return listed(
        words,
        f"{PLACE}.categories",
        _("Classes of the professionalism index; classes of very few people stand together"),
        (_("class"), _class_names),
        (_("civil servants"), shown("count", "n")),
        (_("share"), shown("percent", "share")),
    )


def _class_names(words: Words, at: str) -> Markup:
    return Markup(", ").join(words.say(CATEGORIES[name]) for name in words.at(f"{at}.classes"))


def _lowest(words: Words) -> Table:
    return listed(
        words,
        f"{PLACE}.lowest",
        _("Units furthest from the yearly duty to train"),
        (_("unit"), named()),
        STAFF,
        MET,
        HOURS,
        (_("IP ASN"), shown("count", "ip")),
    )
