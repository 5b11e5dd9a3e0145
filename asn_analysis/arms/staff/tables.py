"""The annex's tables on staff: IP ASN by dimension and class, the years, the units furthest from the duty."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from asn_analysis.arms.staff import chain
from asn_analysis.arms.staff.part import Class, OfCity, OfUnit, StaffIn, UnitStaff, UnitYear
from asn_analysis.arms.staff.sentences import CATEGORIES
from asn_analysis.words.language import Words, _
from asn_analysis.words.tables import Listing, Table, headers

DIMENSIONS = {
    "qualification": _("qualification"),
    "competence": _("competence"),
    "performance": _("performance"),
    "discipline": _("discipline"),
    "performance_and_discipline": _("performance and discipline"),
}
STAFF = (_("civil servants"), "n_staff:count")
MET = (_("met the duty"), "share_met_duty:percent")
HOURS = (_("mean hours (JP)"), "hours:.1")
IP = _("IP ASN")
CAPTION = _("Staff by year")
YEARS = Listing(StaffIn, CAPTION, (_("year"), "year:year"), STAFF, (IP, "ip:.1"), HOURS, MET)
UNIT_YEARS = Listing(UnitYear, CAPTION, (_("year"), "year:year"), STAFF, (IP, "ip:count"), HOURS, MET)


def _class_names(words: Words, row: Class) -> Markup:
    return Markup(", ").join(words.say(CATEGORIES[name]) for name in row.classes)


CLASSES = Listing(
    Class,
    _("Classes of the professionalism index; classes of very few people stand together"),
    (_("class"), _class_names),
    (_("civil servants"), "n:count"),
    (_("share"), "share:percent"),
)
LOWEST = Listing(
    UnitStaff,
    _("Units furthest from the yearly duty to train"),
    (_("unit"), "name:name"),
    STAFF,
    MET,
    HOURS,
    (IP, "ip:count"),
)


def of_unit(words: Words, part: OfUnit) -> Sequence[Table]:
    """The index by dimension in whole points, and the years."""
    if part.withheld:
        return []
    return [_dimensions(words, part, "count"), UNIT_YEARS.table(words, part.years)]


def of_city(words: Words, part: OfCity) -> Sequence[Table]:
    """The index by dimension and class, the years, and the units furthest from the duty."""
    return [
        chain.table(words, part),
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
