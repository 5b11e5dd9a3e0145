"""Figures of a brief: one style, drawn from the record, in the reader's language.

Matplotlib alone, without seaborn: a unit's brief would otherwise spend more time importing than
drawing. Quarters are drawn by their position in time, so that their order cannot be lost.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from io import BytesIO, StringIO
from textwrap import wrap
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from asn_analysis.pages.axes import (
    BLUE,
    DARK,
    DOTS,
    LETTER,
    LINE,
    PIXELS,
    RUST,
    WIDTH,
    label_beside,
    number_axis,
    say_plainly,
    width_of,
)
from asn_analysis.rules.rules import load_skm
from asn_analysis.words.language import Words, _
from asn_analysis.words.wording import short_element_name

STYLE = {
    "svg.fonttype": "none",
    "svg.hashsalt": "asn",
    "font.family": "DejaVu Sans",
    "font.size": PIXELS * 72 / DOTS,
    "text.color": DARK,
    "axes.edgecolor": DARK,
    "axes.labelcolor": DARK,
    "axes.titlesize": "medium",
    "axes.titlelocation": "left",
    "axes.titley": 1.0,  # where it lies anyway; looking for room above the axis costs a tenth of a figure
    "xtick.color": DARK,
    "ytick.color": DARK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
    "axes.axisbelow": True,
    "axes.unicode_minus": False,
    "grid.color": "#D9D9D9",
    "ytick.left": False,
    "figure.dpi": DOTS,
    "savefig.transparent": True,
}
FIRST_PLACE, PAD = (0.1, 0.15, 0.85, 0.7), 4.0  # of the frame; pixels
# The drawing's metrics are those of the bundled font, wider than the fonts that readers have.
READERS_FONTS = "'Segoe UI', Roboto, 'Helvetica Neue', 'Liberation Sans', Arial, sans-serif"


def png(draw: Callable[[Words, Axes], None], words: Words, height: float) -> bytes:
    """Draw one figure as a picture for a Word file, which shows no SVG everywhere."""
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(WIDTH, height), layout="constrained")
        draw(words, figure.add_subplot())
        out = BytesIO()
        figure.savefig(out, format="png", dpi=200, metadata={"Software": None})
    return out.getvalue()


def svg(draw: Callable[[Words, Axes], None], words: Words, height: float) -> str:
    """Draw one figure as SVG text; the same record gives the same bytes."""
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(WIDTH, height))
        axes = figure.add_axes(FIRST_PLACE)
        draw(words, axes)
        _fill(figure, axes)
        out = StringIO()
        figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    return out.getvalue().replace("'DejaVu Sans'", READERS_FONTS)


def _fill(figure: Figure, axes: Axes) -> None:
    """Give the axes all the room that the words around it leave.

    Their room is measured in a place near the last one, and again only if another size brought other
    numbers to an axis; matplotlib's layouts measure it twice and solve equations, which took a third
    of a unit's brief.
    """
    for axis in (axes.xaxis, axes.yaxis):
        if not axis.label.get_text():
            axis.set_label_coords(0, 0)  # an empty label's place is not worth searching
    numbers = _ticks(axes)
    _place(figure, axes)
    if numbers != _ticks(axes):
        _place(figure, axes)


def _ticks(axes: Axes) -> list[list[float]]:
    return [list(axis.get_majorticklocs()) for axis in (axes.xaxis, axes.yaxis)]


def _place(figure: Figure, axes: Axes) -> None:
    inner, outer, frame = axes.bbox, axes.get_tightbbox(), figure.bbox
    left, bottom = inner.x0 - outer.x0 + PAD, inner.y0 - outer.y0 + PAD
    right, top = outer.x1 - inner.x1 + PAD, outer.y1 - inner.y1 + PAD
    width, height = frame.width - left - right, frame.height - bottom - top
    axes.set_position((left / frame.width, bottom / frame.height, width / frame.width, height / frame.height))


def draw_nothing(words: Words, axes: Axes) -> None:
    """Empty axes with words and numbers in the reader's language, which readies what all figures use."""
    axes.set_title(say_plainly(words, _("points")))
    number_axis(words, axes.xaxis, 1)
    number_axis(words, axes.yaxis, 0)


def draw_effect(words: Words, axes: Axes) -> None:
    """The estimate and its ranges on one line, the band of no meaningful change shaded."""
    effect = words.record["effect"]
    estimate, sesoi = effect["estimate"], effect["sesoi"]
    plain_range, robust_range = (
        [effect[f"{bound}{suffix}"] for bound in ("conf_low", "conf_high")] for suffix in ("", "_robust")
    )
    known = [bound for bound in (*plain_range, *robust_range) if bound is not None]
    low, high = min(-sesoi * 1.9, *known), max(sesoi * 3.3, *known)
    # Room for the words on the right of their line, unless that would shrink everything else too much.
    meaningful = say_plainly(words, _("meaningful from here"))
    share = width_of(meaningful)
    roomy = (sesoi - share * low) / (1 - share)
    high = max(high, roomy) if roomy - low <= 1.5 * (high - low) else high
    margin = 0.06 * (high - low)
    axes.set(ylim=(-1.9, 1.35), xlim=(low - margin, high + margin), yticks=[])
    axes.fill_between([-sesoi, sesoi], -1.9, 0.55, color=DARK, alpha=0.1, lw=0)
    axes.vlines(0, -1.9, 0.55, color=DARK, lw=1)
    axes.vlines(sesoi, -1.9, 0.55, color=DARK, lw=1, ls=(0, (4, 3)))
    if robust_range[0] is not None:
        axes.plot(robust_range, [0, 0], color=BLUE, lw=3)
    if plain_range[0] is not None:
        axes.plot(plain_range, [0, 0], color=BLUE, lw=9, solid_capstyle="butt")
    axes.plot(estimate, 0, "o", color="white", mec=BLUE, mew=2.5, ms=13)
    axes.annotate(
        words.format_number(estimate, 1, sign=True),
        (estimate, 0),
        xytext=(0, 11),
        va="bottom",
        textcoords="offset points",
        ha="center",
        weight="bold",
    )
    # One row each, so that the two never meet, whatever the scale.
    label_beside(axes, 0, -0.95, say_plainly(words, _("no change")), right=False)
    label_beside(axes, sesoi, -1.55, meaningful, right=True)
    axes.set_xlabel(say_plainly(words, _("change of the index, in points")))
    number_axis(words, axes.xaxis, 0)


def draw_event_study(words: Words, axes: Axes) -> None:
    """The difference by quarters since the training, with quarters before it in the same style."""
    rows = words.record["event_study"]
    times = [row["event_time"] for row in rows]
    axes.axhline(0, color=DARK, lw=1)
    axes.axvline(-0.5, color=DARK, lw=1, ls=(0, (4, 3)))
    _error_bars(axes, times, rows, BLUE)
    reference = min(times) - max(1.8, 0.18 * (max(times) - min(times)))
    axes.plot(reference, 0, "s", color="white", mec=DARK, mew=1.5, ms=8)
    step = -(-len(times) // 7)
    labelled = [time for time in times if time % step == 0]
    axes.set_xticks(
        [reference, *labelled],
        [say_plainly(words, _("earlier")), *[words.format_number(time, 0, sign=True) for time in labelled]],
    )
    axes.set_xlabel(say_plainly(words, _("quarters since the training began")))
    axes.set_title(say_plainly(words, _("points")))
    axes.grid(axis="y")
    number_axis(words, axes.yaxis, 0)


def draw_paths(words: Words, axes: Axes) -> None:
    """Trained units as observed and as expected without the training."""
    rows = words.record["paths"]
    places = range(len(rows))
    observed, expected = [row["observed"] for row in rows], [row["expected"] for row in rows]
    axes.fill_between(places, expected, observed, color=BLUE, alpha=0.12, lw=0)
    axes.plot(places, observed, color=BLUE, lw=2.5, marker="o")
    axes.plot(places, expected, color=RUST, lw=2.5, ls=(0, (4, 2)), marker="s", mfc="white")
    _quarters(words, axes, [row["time"] for row in rows])
    axes.set_title(say_plainly(words, _("index")))
    axes.grid(axis="y")
    axes.margins(x=0.03 if len(rows) > 1 else 0.5)
    lines = [observed, expected]
    above = observed[-1] >= expected[-1]
    _label_clear(axes, lines, say_plainly(words, _("observed")), BLUE, above=above)
    _label_clear(axes, lines, say_plainly(words, _("expected without training")), RUST, above=not above)
    number_axis(words, axes.yaxis, 0)


def draw_elements(words: Words, axes: Axes) -> None:
    """Nine dots with ranges, lowest at the bottom, the grades' edges named."""
    rows = sorted(words.record["elements"], key=lambda row: row["unrounded"])
    _dots(axes, rows, "value")
    low = min(row["conf_low"] if row["conf_low"] is not None else row["value"] for row in rows)
    high = max(row["conf_high"] if row["conf_high"] is not None else row["value"] for row in rows)
    _grade_edges(axes, low - 2, high + 2)
    axes.set_yticks(range(len(rows)), [short_element_name(words, row["code"]) for row in rows])
    axes.set_xlabel(say_plainly(words, _("index of the element (25-100)")), loc="right")
    number_axis(words, axes.xaxis, 0)


def draw_element_effects(words: Words, axes: Axes) -> None:
    """The effect on each element with its range, sorted."""
    rows = sorted(words.record["element_effects"], key=lambda row: row["estimate"])
    axes.axvline(0, color=DARK, lw=1)
    _dots(axes, rows, "estimate")
    axes.set_yticks(range(len(rows)), [short_element_name(words, row["code"]) for row in rows])
    axes.set_xlabel(say_plainly(words, _("change on the answer scale (1-4)")), loc="right")
    axes.grid(axis="x")
    number_axis(words, axes.xaxis, 2)


def draw_trend(words: Words, axes: Axes) -> None:
    """The index by quarter with its range, respondents below.

    A quarter withheld or not surveyed is a gap; a hollow point one in which few of the units were surveyed.
    """
    rows = _with_gaps(words.record["trend"])
    places = range(len(rows))
    index, low, high = (
        [np.nan if row[name] is None else row[name] for row in rows]
        for name in ("unrounded", "conf_low", "conf_high")
    )
    axes.fill_between(places, low, high, color=BLUE, alpha=0.15, lw=0)
    axes.vlines(places, low, high, color=BLUE, lw=1)
    known = [place for place in places if not np.isnan(index[place])]
    if len(known) < len(rows):
        axes.plot(known, [index[place] for place in known], color=BLUE, lw=1, ls=(0, (2, 3)))
    axes.plot(places, index, color=BLUE, lw=2.5, marker="o", ms=5)
    hollow = [place for place in known if not rows[place]["complete"]]
    axes.plot(hollow, [index[place] for place in hollow], "o", color="white", mec=BLUE, mew=2, ms=8)
    counts = ["" if row["n"] is None else f"n {words.format_number(row['n'], 0)}" for row in rows]
    _quarters(words, axes, [row["quarter"] for row in rows], counts)
    axes.set_title(say_plainly(words, _("index (IKM)")))
    axes.grid(axis="y")
    number_axis(words, axes.yaxis, 0)


def _with_gaps(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """A row for each quarter from the first to the last, so that time runs evenly; empty without a survey."""
    if not rows:
        return []
    known = {row["quarter"]: row for row in rows}
    first, last = (4 * int(name[:4]) + int(name[-1]) - 1 for name in (min(known), max(known)))
    names = [f"{place // 4}Q{place % 4 + 1}" for place in range(first, last + 1)]
    return [known.get(name, {**dict.fromkeys(rows[0]), "quarter": name}) for name in names]


def _dots(axes: Axes, rows: Sequence[dict[str, Any]], name: str) -> None:
    axes.hlines(range(len(rows)), *_ranges(rows), color=BLUE, lw=3)
    axes.plot([row[name] for row in rows], range(len(rows)), "o", color=BLUE, ms=8)
    axes.set_ylim(-0.6, len(rows) - 0.4)


def _error_bars(axes: Axes, places: Sequence[int], rows: Sequence[dict[str, Any]], color: str) -> None:
    size = 8 if len(rows) <= 16 else 5
    axes.vlines(places, *_ranges(rows), color=color, lw=size * 0.4)
    estimates = [row["estimate"] for row in rows]
    axes.plot(places, estimates, "o", color="white", mec=color, mew=size / 4, ms=size)


def _ranges(rows: Sequence[dict[str, Any]]) -> tuple[list[float], list[float]]:
    """Lower and upper bounds; a range that is not known is not drawn."""
    low, high = (
        [np.nan if row[bound] is None else row[bound] for row in rows] for bound in ("conf_low", "conf_high")
    )
    return low, high


def _grade_edges(axes: Axes, low: float, high: float) -> None:
    """A line at each edge between two grades, and the letter of each grade over its band."""
    left, right = max(low, 25.0), min(high, 100.5)
    axes.set_xlim(left, right)
    grades = sorted(load_skm().grades, key=lambda grade: grade.at_least)
    edges = [float(grade.at_least) for grade in grades]
    for grade, start, end in zip(grades, edges, [*edges[1:], 100.5], strict=True):
        shown = min(end, right) - max(start, left)
        if left < start < right:
            axes.axvline(start, color=DARK, lw=1, ls=(0, (4, 3)), zorder=0)
        if shown > 0.04 * (right - left):
            middle = max(start, left) + shown / 2
            place = {"xycoords": ("data", "axes fraction"), "textcoords": "offset points"}
            axes.annotate(grade.grade, (middle, 1), xytext=(0, 2), ha="center", weight="bold", **place)


def _quarters(words: Words, axes: Axes, quarters: Sequence[str], below: Sequence[str] = ()) -> None:
    """As many labels as there is room for, the newest always among them, with a line of their own below."""
    labels = [words.short_quarter(quarter).split("\n") for quarter in quarters]
    if below:
        labels = [[*label, more] for label, more in zip(labels, below, strict=True)]
    widest = max(len(line) for label in labels for line in label)
    room = max(int(WIDTH * DOTS * 0.88 / ((widest + 2) * LETTER)), 1)
    step = -(-len(labels) // room)
    places = list(range(len(labels) - 1, -1, -step))[::-1]
    axes.set_xticks(places, [labels[place][0] for place in places])
    for place in places:
        for number, line in enumerate(labels[place][1:], start=1):
            axes.annotate(
                line,
                (place, 0),
                xycoords=("data", "axes fraction"),
                xytext=(0, -6 - LINE * number),
                textcoords="offset points",
                ha="center",
                va="top",
            )


def _label_clear(axes: Axes, lines: Sequence[Sequence[float]], text: str, color: str, *, above: bool) -> None:
    """Name a line near its end, above or below everything that is drawn over the name's width."""
    rows = wrap(text, 16)
    last = len(lines[0]) - 1
    covered = max(map(len, rows)) * LETTER / (WIDTH * DOTS * 0.88) * max(last, 1)
    first = max(int(last - covered), 0)
    over = [value for line in lines for value in line[first:]]
    low, high = min(map(min, lines)), max(map(max, lines))
    height = (len(rows) + 1) * 0.12 * max(high - low, 0.5)
    y = max(over) if above else min(over)
    # One text a row: a block of rows keeps its edge only in the font it was measured in.
    for number, row in enumerate(reversed(rows) if above else rows):
        axes.annotate(
            row,
            (last, y),
            xytext=(0, 9 + LINE * number if above else -9 - LINE * number),
            textcoords="offset points",
            ha="right" if last else "center",
            va="bottom" if above else "top",
            color=color,
            weight="bold",
        )
    axes.update_datalim([(last, y + height if above else y - height)])
    axes.autoscale_view()


def draw_specifications(words: Words, axes: Axes) -> None:
    """All estimates in their order with their ranges, the headline marked."""
    rows = [row for row in words.record["specifications"] if row["estimate"] is not None]
    axes.vlines(range(len(rows)), *_ranges(rows), color="#BFBFBF", lw=1.5)
    axes.plot(range(len(rows)), [row["estimate"] for row in rows], ".", color=BLUE, ms=5)
    axes.axhline(0, color=DARK, lw=1)
    axes.axhline(words.record["effect"]["sesoi"], color=DARK, lw=1, ls=(0, (4, 3)))
    headline = next((place for place, row in enumerate(rows) if row["headline"]), None)
    if headline is not None:
        axes.plot(headline, rows[headline]["estimate"], "o", color="white", mec="#801650", mew=2.5, ms=11)
    axes.set(xticks=[])
    axes.set_xlabel(say_plainly(words, _("analyses, by estimate (ring: the headline)")), loc="right")
    axes.set_title(say_plainly(words, _("points")))
    axes.grid(axis="y")
    number_axis(words, axes.yaxis, 0)
