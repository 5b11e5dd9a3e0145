"""Figures of a brief, drawn from the record, in the reader's language.

Quarters are drawn by their position in time, so that their order cannot be lost.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from textwrap import shorten
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from asn_analysis.pages.axes import (
    BLUE,
    DARK,
    LINE,
    RUST,
    label_clear,
    mark_quarters,
    number_axis,
    say_plainly,
)
from asn_analysis.rules.rules import load_skm
from asn_analysis.words.language import Words, _
from asn_analysis.words.wording import short_element_name


def draw_nothing(words: Words, axes: Axes) -> None:
    """Empty axes with words and numbers in the reader's language, which readies what all figures use."""
    codes = load_skm().codes
    axes.set_title(say_plainly(words, _("index (IKM)")))
    axes.set_yticks(range(len(codes)), [short_element_name(words, code) for code in codes])
    axes.set(xlim=(60, 100), xticks=range(60, 101, 5))
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
    """Trained units as observed and as expected without the training, from the first quarter with any."""
    rows = words.record["paths"]
    places = range(len(rows))
    observed, expected = [row["observed"] for row in rows], [row["expected"] for row in rows]
    if len(rows) > 1:
        axes.axvline(0, color=DARK, lw=1, ls=(0, (4, 3)))
    axes.fill_between(places, expected, observed, color=BLUE, alpha=0.12, lw=0)
    axes.plot(places, observed, color=BLUE, lw=2.5, marker="o")
    axes.plot(places, expected, color=RUST, lw=2.5, ls=(0, (4, 2)), marker="s", mfc="white")
    mark_quarters(words, axes, [row["time"] for row in rows])
    first = words.short_quarter(rows[0]["time"]).replace("\n", " ")
    axes.set_title(say_plainly(words, _("index; training began in {quarter}"), quarter=first))
    axes.grid(axis="y")
    axes.margins(x=0.03 if len(rows) > 1 else 0.5)
    lines = [observed, expected]
    above = observed[-1] >= expected[-1]
    label_clear(axes, lines, say_plainly(words, _("observed")), BLUE, above=above)
    label_clear(axes, lines, say_plainly(words, _("without training")), RUST, above=not above)
    _gap(words, axes, len(rows) - 1, rows[-1])
    number_axis(words, axes.yaxis, 0)


def _gap(words: Words, axes: Axes, last: int, row: Mapping[str, Any]) -> None:
    """The gap in the last quarter, as a bracket with its size and that quarter: it is not the mean."""
    place = last + 0.035 * max(last, 1)
    axes.annotate(
        "",
        (place, row["observed"]),
        (place, row["expected"]),
        arrowprops={"arrowstyle": "|-|,widthA=0.25,widthB=0.25", "color": DARK, "shrinkA": 0, "shrinkB": 0},
    )
    size, middle = words.format_number(row["gap"], 1, sign=True), (row["observed"] + row["expected"]) / 2
    quarter = words.short_quarter(row["time"]).split("\n") if last else []
    for line, text in enumerate([size, *quarter]):
        axes.annotate(
            text,
            (place, middle),
            xytext=(5, LINE * (len(quarter) / 2 - line)),
            textcoords="offset points",
            va="center",
            weight="normal" if line else "bold",
        )
    axes.set_xlim(right=place + 0.19 * max(last, 1))


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
    found = sorted(words.record["element_effects"], key=lambda row: row["points"])
    ends = (("conf_low", "points_low"), ("conf_high", "points_high"))
    rows = [{**row, **{bound: row[points] for bound, points in ends}} for row in found]
    axes.axvline(0, color=DARK, lw=1)
    _dots(axes, rows, "points")
    axes.set_yticks(range(len(rows)), [short_element_name(words, row["code"]) for row in rows])
    axes.set_xlabel(say_plainly(words, _("change of the element's index, in points")), loc="right")
    axes.grid(axis="x")
    number_axis(words, axes.xaxis, 0)


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
    mark_quarters(words, axes, [row["quarter"] for row in rows], counts)
    axes.set_title(say_plainly(words, _("index (IKM)")))
    axes.grid(axis="y")
    number_axis(words, axes.yaxis, 0)


PANEL, ROW = 1.35, 2.05  # width and height of a small multiple with the room around it, in its own units


def height_of_places(record: Mapping[str, Any]) -> float:
    """Inches for three small multiples a row."""
    return 1.27 * max(-(-len(record["places"]) // 3), 2)


def draw_places(words: Words, axes: Axes) -> None:
    """A small line for each kecamatan, all on one scale, with its first and its last index."""
    rows = words.record["places"]
    known = [one["value"] for row in rows for one in row["quarters"] if one["value"] is not None]
    low, span = min(known, default=0.0), max(max(known, default=1.0) - min(known, default=0.0), 1.0)
    for place, row in enumerate(rows):
        left, foot = PANEL * (place % 3), -ROW * (place // 3)
        _panel(words, axes, row, (left, foot), low, span)
    axes.set(xlim=(-0.08, 3 * PANEL - 0.1), ylim=(foot - 0.1, ROW - 0.1), xticks=[], yticks=[])
    axes.spines["bottom"].set_visible(False)


def _panel(
    words: Words, axes: Axes, row: dict[str, Any], corner: tuple[float, float], low: float, span: float
) -> None:
    left, foot = corner
    step = 1 / max(len(row["quarters"]) - 1, 1)
    points = [
        (left + step * place, foot + (one["value"] - low) / span, one["value"])
        for place, one in enumerate(row["quarters"])
        if one["value"] is not None
    ]
    axes.plot([left, left + 1], [foot, foot], color="#D9D9D9", lw=1)
    name = row["kecamatan"] or say_plainly(words, _("city offices"))
    axes.annotate(shorten(name, 15), (left, foot + 1.68), weight="bold", va="center")
    if not points:
        return
    axes.plot([x for x, _y, _value in points], [y for _x, y, _value in points], color=BLUE, lw=2.5)
    x, y, value = points[-1]
    axes.plot(x, y, "o", color=BLUE, ms=6)
    axes.annotate(
        words.format_number(value, 1),
        (x, y),
        xytext=(0, 6),
        textcoords="offset points",
        ha="right",
        va="bottom",
    )


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
