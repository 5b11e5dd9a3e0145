"""Forms per unit by type: the figure, its sentence and its table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from asn_analysis.arms.arm import Drawn
from asn_analysis.arms.planning.part import OfCity, OfType
from asn_analysis.pages.axes import BLUE, RUST, number_axis, say_plainly
from asn_analysis.words.language import Words, _
from asn_analysis.words.messages import Sentence
from asn_analysis.words.tables import Listing, Table
from asn_analysis.words.texts import UNIT_TYPES

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def draw(words: Words, part: OfCity, axes: Axes) -> None:
    """Forms per unit by type: a bar for those filled in, a line for those needed."""
    rows = part.by_type[::-1]
    for place, row in enumerate(rows):
        axes.barh(place, row.made or 0.0, color=BLUE, height=0.55)
        axes.vlines(row.needed, place - 0.38, place + 0.38, color=RUST, lw=4)
    axes.set_yticks(range(len(rows)), [str(_name(words, row)) for row in rows])
    axes.set_xlim(0, 1.05 * max(max(row.needed, row.made or 0.0) for row in rows))
    axes.set_xlabel(say_plainly(words, _("forms per unit (bar: filled in, line: needed)")), loc="right")
    number_axis(words, axes.xaxis, 0)


def _name(words: Words, row: OfType) -> Markup:
    return Markup.escape(UNIT_TYPES.get(row.unit_type, row.unit_type))


LACKING = Sentence(
    OfType,
    "Most forms are lacking in {type}: {made:count} per unit, where {needed:count} are needed.",
)
ROWS = Listing(
    OfType,
    _("Forms per unit this quarter, by type of unit"),
    (_("type"), _name),
    (_("units"), "n_units:count"),
    (_("filled in"), "made:.1"),
    (_("needed"), "needed:.1"),
)


def sentence(words: Words, part: OfCity) -> Markup:
    """Which type of unit lacks most."""
    row = part.by_type[0]
    if row.made is None or row.made >= row.needed:
        return words.say(_("On average no type of unit lacks forms."))
    return words.tell(LACKING, row, type=_name(words, row))


def table(words: Words, part: OfCity) -> Table:
    """Forms per unit by type, those that lack most first."""
    return ROWS.table(words, part.by_type)


FIGURE = Drawn(draw, sentence, table, 3.2, needs=("by_type",))
