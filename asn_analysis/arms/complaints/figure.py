# ruff: noqa: E501 - sentences are easier to read unbroken
"""How fast complaints are closed: the figure, its sentence and its table."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from markupsafe import Markup

from asn_analysis.arms.arm import Drawn
from asn_analysis.arms.complaints.part import Closed, Closing, OfCity
from asn_analysis.pages.axes import BLUE, DARK, number_axis, say_plainly
from asn_analysis.words.language import Words, _
from asn_analysis.words.messages import Sentence
from asn_analysis.words.tables import Listing, Table

if TYPE_CHECKING:
    from matplotlib.axes import Axes

FEW_CLOSED = Sentence(
    Closing,
    "Fewer than half of the complaints of the last four quarters (number: {n:count}) have been closed so far.",
)
HALF = Sentence(
    Closing,
    "Half of the complaints of the last four quarters (number: {n:count}) were closed by working day {median:count}, open ones counted.",
)
HALF_WITH_RANGE = Sentence(
    Closing,
    "Half of the complaints of the last four quarters (number: {n:count}) were closed by working day {median:count} ({median_low:count} to {median_high:count}), open ones counted.",
)
BY_LIMIT = Listing(
    Closed,
    _("Complaints closed by working day, open ones counted"),
    (_("working days since receipt"), "day:count"),
    (_("closed"), "closed:percent"),
    (_("low"), "conf_low:percent"),
    (_("high"), "conf_high:percent"),
)


def draw(words: Words, part: OfCity, axes: Axes) -> None:
    """The share closed by working day as a staircase with its range, and the limits of the classes."""
    by_limit, rows = part.closing.by_limit, [Closed(0, 0, 0, 0), *part.closing.curve]
    rows.append(replace(rows[-1], day=max(by_limit[-1].day, rows[-1].day)))
    days, closed, low, high = (
        [getattr(row, name) for row in rows] for name in ("day", "closed", "conf_low", "conf_high")
    )
    axes.fill_between(days, low, high, step="post", color=BLUE, alpha=0.15, lw=0)
    axes.step(days, closed, where="post", color=BLUE, lw=2.5)
    limits = [row.day for row in by_limit]
    axes.vlines(limits, 0, 1, color=DARK, lw=1, ls=(0, (4, 3)))
    axes.set(xlim=(0, days[-1] * 1.02), ylim=(0, 1.03), xticks=limits, yticks=[0, 0.5, 1])
    axes.set_xlabel(say_plainly(words, _("working days since receipt")), loc="right")
    axes.set_title(say_plainly(words, _("share closed")))
    axes.grid(axis="y")
    axes.yaxis.set_major_formatter(lambda value, _place: f"{round(100 * value)}%")
    number_axis(words, axes.xaxis, 0)


def sentence(words: Words, part: OfCity) -> Markup:
    """Half of the complaints are closed within so many days."""
    if part.closing.median is None:
        return words.tell(FEW_CLOSED, part.closing)
    return words.tell(HALF if part.closing.median_high is None else HALF_WITH_RANGE, part.closing)


def table(words: Words, part: OfCity) -> Table:
    """The share closed by the limit of each class."""
    return BY_LIMIT.table(words, part.closing.by_limit)


FIGURE = Drawn(draw, sentence, table, 2.6, needs=("closing",))
