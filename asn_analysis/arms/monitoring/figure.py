"""How far each indicator lies from its target: the figure, its sentence and its table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from asn_analysis.arms.arm import Drawn
from asn_analysis.arms.monitoring.part import OfCity
from asn_analysis.arms.monitoring.sentences import name, rule_of
from asn_analysis.arms.monitoring.tables import values
from asn_analysis.pages.axes import BLUE, DARK, number_axis, say_plainly
from asn_analysis.words.language import Words, _

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def draw(words: Words, part: OfCity, axes: Axes) -> None:
    """Now with its range, and as a ring a year ago."""
    rows = [row for row in reversed(part.indicators) if row.target is not None]
    axes.axvline(0, color=DARK, lw=1)
    for place, row in enumerate(rows):
        target = row.target
        axes.plot([row.conf_low - target, row.conf_high - target], [place, place], color=BLUE, lw=3)
        axes.plot(row.value - target, place, "o", color=BLUE, ms=8)
        if row.year_ago is not None:
            axes.plot(row.year_ago - target, place + 0.3, "o", color="white", mec=DARK, mew=1.5, ms=7)
    labels = [rule_of(row).short[words.language] for row in rows]
    axes.set_yticks(range(len(rows)), labels)
    axes.set_ylim(-0.6, len(rows) - 0.3)
    axes.set_xlabel(say_plainly(words, _("points from the target (ring: a year ago)")), loc="right")
    axes.grid(axis="x")
    number_axis(words, axes.xaxis, 0)


def sentence(words: Words, part: OfCity) -> Markup:
    """The indicators nearest to and farthest from their targets."""
    ordered = sorted((row for row in part.indicators if row.target is not None), key=lambda row: row.distance)
    farthest, nearest = ordered[0], ordered[-1]
    return words.say(
        _("Highest against its target stands: {nearest}, {near} points; lowest: {farthest}, {far} points."),
        nearest=name(words, nearest),
        near=words.field(nearest, "distance", "+.1"),
        farthest=name(words, farthest),
        far=words.field(farthest, "distance", "+.1"),
    )


FIGURE = Drawn(draw, sentence, values, 3.4, needs=("n_with_target",))
