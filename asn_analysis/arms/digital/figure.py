# ruff: noqa: E501 - sentences are easier to read unbroken
"""What training and applications changed, each apart from the other: the figure, its sentence and its table."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING

from markupsafe import Markup

from asn_analysis.arms.arm import Drawn
from asn_analysis.arms.digital.part import Joint, OfCity
from asn_analysis.arms.digital.tables import ESTIMATE
from asn_analysis.pages.axes import BLUE, DARK, label_beside, number_axis, say_plainly
from asn_analysis.words.language import Words, _
from asn_analysis.words.messages import Sentence
from asn_analysis.words.tables import Listing, Table

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LABEL_SHARE = 0.4  # of the axes, which words on their left leave narrow, for a label of twelve letters a line
TERMS = {
    "training": _("training alone"),
    "digital": _("application alone"),
    "both": _("both together"),
}
EACH = Sentence(Joint, "{term} {estimate:+.1} ({:range +.1})", term=TERMS)
ROWS = Listing(
    Joint,
    _("Effect on the index where only one, or both, had begun, in points; the ranges hold together"),
    (_("what had begun"), "term", TERMS),
    *ESTIMATE,
    (_("units"), "n_units:count"),
)


def sentence(words: Words, part: OfCity) -> Markup:
    """The effects side by side."""
    message = _(
        "Points of the index in quarters with one, the other or both, in ranges that hold for all three: {parts}."
    )
    return words.say(message, parts=Markup("; ").join(words.tell(EACH, row) for row in part.joint))


def table(words: Words, part: OfCity) -> Table:
    """Effects where only one has begun, and where both have."""
    return ROWS.table(words, part.joint)


def draw(words: Words, part: OfCity, axes: Axes) -> None:
    """One dot with its range for training, for an application, and for both."""
    rows, sesoi = part.joint[::-1], part.effect.sesoi
    for place, row in enumerate(rows):
        axes.plot([row.conf_low, row.conf_high], [place, place], color=BLUE, lw=3)
        axes.plot(row.estimate, place, "o", color=BLUE, ms=8)
    bounds = [0.0, sesoi, *(bound for row in rows for bound in (row.conf_low, row.conf_high))]
    low, high = min(bounds), max(bounds)
    high = max(high, (sesoi - LABEL_SHARE * low) / (1 - LABEL_SHARE))
    margin = 0.06 * (high - low)
    axes.set(ylim=(-1.5, len(rows) - 0.4), xlim=(low - margin, high + margin))
    axes.axvline(0, color=DARK, lw=1)
    axes.axvline(sesoi, color=DARK, lw=1, ls=(0, (4, 3)))
    label = "\n".join(wrap(say_plainly(words, _("meaningful from here")), 12))
    label_beside(axes, sesoi, -1.0, label, right=True)
    axes.set_yticks(range(len(rows)), [say_plainly(words, TERMS[row.term]) for row in rows])
    axes.set_xlabel(say_plainly(words, _("change of the index, in points")), loc="right")
    number_axis(words, axes.xaxis, 0)


FIGURE = Drawn(draw, sentence, table, 2.6, needs=("joint",))
