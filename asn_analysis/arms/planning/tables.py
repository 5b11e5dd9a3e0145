# ruff: noqa: E501 - sentences are easier to read unbroken
"""The annex's tables on the next survey, the next training, and what a point has cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from asn_analysis.arms.planning.forms import Cut, Lacking, OfType
from asn_analysis.arms.planning.made import OfCity, Target, Way
from asn_analysis.words.language import NONE, Words, _
from asn_analysis.words.messages import Sentence
from asn_analysis.words.tables import Listing, Table, headers
from asn_analysis.words.texts import UNIT_TYPES, codes_of
from asn_analysis.words.wording import UNIT

CODES = codes_of(__package__)


@dataclass(frozen=True)
class Sought:
    """The effect that the city looks for."""

    sesoi: float


FORMS = Sentence(
    Sought,
    "Forms a quarter and what they can show: ± points, and the chance of showing an effect of {sesoi:.1} points in the units to be trained next",
)


TARGETS = Listing(
    Target,
    _("Units to train next, most gain for the money first, with the points to expect in the unit"),
    (_("unit"), "name:name"),
    (_("kecamatan"), "kecamatan:name", _("whole city")),
    (_("also by lowest index"), "by_plain_rule", {True: _("yes"), False: _("no")}),
    (_("users a year"), "users:count"),
    (_("cost"), "cost:rupiah"),
    (_("points"), "points:+.1"),
    (_("low"), "points_low:+.1"),
    (_("high"), "points_high:+.1"),
    n_text=3,
)
WAYS = Listing(
    Way,
    _("Ways to choose whom to train next, and the gain to expect in points of the index of all users"),
    (_("way"), "name", CODES["choices"]),
    (_("units"), "n_units:count"),
    (_("users a year"), "users:count"),
    (_("cost"), "cost:rupiah"),
    (_("points"), "gain:+.2"),
    (_("low"), "gain_low:+.2"),
    (_("high"), "gain_high:+.2"),
)
SPLITS = Listing(
    Cut,
    FORMS.text,
    (_("forms for"), "name", CODES["cuts"]),
    (_("forms"), "total:count"),
    (_("cost"), "cost:rupiah"),
    (_("all users"), "city:.2"),
    (_("typical unit"), "typical:.1"),
    (_("least exact unit"), "widest:.1"),
    (_("probability"), "power:chance"),
)
SHORT = Listing(
    Lacking,
    _("Units that lack most forms"),
    UNIT,
    (_("this quarter"), "made:count"),
    (_("needed a quarter"), "needed:count"),
    (_("Krejcie and Morgan, a year"), "krejcie_morgan:count"),
)


BY_TYPE = Listing(
    OfType,
    _("Forms per unit this quarter, by type of unit"),
    (_("type"), lambda words, row: Markup.escape(UNIT_TYPES.get(row.unit_type, row.unit_type))),
    (_("units"), "n_units:count"),
    (_("filled in"), "made:.1"),
    (_("needed"), "needed:.1"),
)


def of_city(words: Words, part: OfCity) -> Sequence[Table]:
    """Whom to train, ways to choose, ways to cut, units that lack most forms, cost of a point."""
    forms = words.tell(FORMS, words.part(Sought, "effect"))
    return [
        TARGETS.table(words, part.next.units),
        WAYS.table(words, part.next.choices),
        SPLITS.table(words, part.budget, forms),
        BY_TYPE.table(words, part.by_type),
        SHORT.table(words, part.short),
        _cases(words, part),
    ]


def _cases(words: Words, part: OfCity) -> Table:
    change = words.field(part, "cost_change", "percent")
    rows = []
    for case in part.cost_cases:
        refused = [words.say(_("cannot be given")), NONE, NONE]
        found = [words.field(case, name, "rupiah?") for name in ("value", "low", "high")]
        rows.append(
            [words.say(CODES["cases"][case.name], change=change), *(refused if case.refused else found)]
        )
    return Table(
        words.say(
            _("What a point has cost; where the effect may be nothing, no cost per point can be given")
        ),
        headers(words, _("assumption"), _("cost"), _("low"), _("high")),
        rows,
    )
