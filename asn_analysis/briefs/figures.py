"""Figures of a brief: one style, drawn from the record, in the reader's language.

Matplotlib alone, without seaborn: a unit's brief would otherwise spend more time importing than
drawing. Quarters are drawn by their position in time, so that their order cannot be lost.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from io import StringIO
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from asn_analysis.briefs.language import Words, plain
from asn_analysis.briefs.wording import short_element_name
from asn_analysis.rules.rules import load_skm

BLUE, TEAL, PLUM, ORANGE = "#12436D", "#28A197", "#801650", "#F46A25"
DARK, LIGHT = "#3D3D3D", "#BFBFBF"
WIDTH = 6.0  # inches at 80 dots: 480 px, so that text stays readable on a phone
DOTS = 80
STYLE = {
    "svg.fonttype": "none",
    "svg.hashsalt": "asn",
    "font.family": "DejaVu Sans",
    "font.size": 12.5,
    "text.color": DARK,
    "axes.edgecolor": DARK,
    "axes.labelcolor": DARK,
    "xtick.color": DARK,
    "ytick.color": DARK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
    "axes.axisbelow": True,
    "axes.unicode_minus": False,
    "grid.color": "#E4E4E4",
    "ytick.left": False,
    "figure.dpi": DOTS,
}
# The drawing's metrics are those of the bundled font; the reader's own system font shows it.
READERS_FONTS = "system-ui, 'Segoe UI', Roboto, Arial, sans-serif"


def svg(draw: Callable[[Words, Axes], None], words: Words, height: float) -> str:
    """Draw one figure as SVG text; the same record gives the same bytes."""
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(WIDTH, height), layout="constrained")
        draw(words, figure.add_subplot())
        out = StringIO()
        figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    return out.getvalue().replace("'DejaVu Sans'", READERS_FONTS)


def draw_effect(words: Words, axes: Axes) -> None:
    """The estimate and its ranges on one line, the band of no meaningful change shaded."""
    effect = words.record["effect"]
    sesoi = effect["sesoi"]
    axes.axvspan(-sesoi, sesoi, color="#EFEFEF", lw=0)
    axes.axvline(0, color=DARK, lw=1)
    axes.axvline(sesoi, color=DARK, lw=1, ls=(0, (4, 3)))
    if effect["conf_low_robust"] is not None:
        axes.plot([effect["conf_low_robust"], effect["conf_high_robust"]], [0, 0], color=BLUE, lw=3)
    axes.plot([effect["conf_low"], effect["conf_high"]], [0, 0], color=BLUE, lw=9, solid_capstyle="butt")
    axes.plot(effect["estimate"], 0, "o", color="white", mec=BLUE, mew=2.5, ms=13)
    axes.annotate(
        words.format_number(effect["estimate"], 1, sign=True),
        (effect["estimate"], 0),
        xytext=(0, 16),
        textcoords="offset points",
        ha="center",
        weight="bold",
        bbox={"fc": "white", "ec": "none", "pad": 1, "alpha": 0.8},
    )
    axes.annotate(
        _say(words, "meaningful from here"),
        (sesoi, -0.75),
        xytext=(5, 0),
        textcoords="offset points",
        va="center",
    )
    axes.annotate(
        _say(words, "no change"),
        (0, -0.75),
        xytext=(-5, 0),
        textcoords="offset points",
        va="center",
        ha="right",
    )
    bounds = [-sesoi * 1.6, sesoi * 2.2, effect["conf_low"], effect["conf_high"]]
    bounds += [
        bound for bound in (effect["conf_low_robust"], effect["conf_high_robust"]) if bound is not None
    ]
    axes.set(ylim=(-1, 1), xlim=(min(bounds) - 0.2, max(bounds) + 0.2), yticks=[])
    axes.set_xlabel(_say(words, "change of the index, in points"))
    _numbers(words, axes.xaxis, 0)


def draw_event_study(words: Words, axes: Axes) -> None:
    """The difference by quarters since the training, with quarters before it in the same style."""
    rows = [row for row in words.record["event_study"] if row["conf_low"] is not None]
    times = [row["event_time"] for row in rows]
    axes.axhline(0, color=DARK, lw=1)
    axes.axvline(-0.5, color=DARK, lw=1, ls=(0, (4, 3)))
    _error_bars(axes, times, rows, BLUE)
    reference = min(times) - 1.6
    axes.plot(reference, 0, "s", color="white", mec=DARK, mew=1.5, ms=8)
    axes.set_xticks([reference, *times])
    axes.set_xticklabels(
        [_say(words, "earlier"), *[words.format_number(time, 0, sign=True) for time in times]]
    )
    axes.set_xlabel(_say(words, "quarters since the training began"))
    axes.set_ylabel(_say(words, "points"))
    axes.grid(axis="y")
    _numbers(words, axes.yaxis, 0)


def draw_paths(words: Words, axes: Axes) -> None:
    """Trained units as observed and as expected without the training."""
    rows = words.record["paths"]
    places = range(len(rows))
    observed, expected = [row["observed"] for row in rows], [row["expected"] for row in rows]
    axes.fill_between(places, expected, observed, color=BLUE, alpha=0.12, lw=0)
    axes.plot(places, observed, color=BLUE, lw=2.5, marker="o")
    axes.plot(places, expected, color=ORANGE, lw=2.5, ls=(0, (4, 2)), marker="s", mfc="white")
    above = observed[-1] >= expected[-1]
    _label_end(axes, places[-1], observed[-1], _say(words, "observed"), BLUE, up=above)
    _label_end(
        axes, places[-1], expected[-1], _say(words, "expected without training"), "#B2480F", up=not above
    )
    _quarters(words, axes, [row["time"] for row in rows])
    axes.set_ylabel(_say(words, "index"))
    axes.grid(axis="y")
    axes.margins(y=0.3)
    _numbers(words, axes.yaxis, 0)


def draw_elements(words: Words, axes: Axes) -> None:
    """Nine dots with ranges, lowest at the bottom, the grades' edges named."""
    rows = sorted(words.record["elements"], key=lambda row: row["unrounded"])
    _dots(axes, rows, "value")
    low = min(row["conf_low"] if row["conf_low"] is not None else row["value"] for row in rows)
    high = max(row["conf_high"] if row["conf_high"] is not None else row["value"] for row in rows)
    _grade_edges(axes, low - 2, high + 2)
    axes.set_yticks(range(len(rows)), [short_element_name(words, row["code"]) for row in rows])
    axes.set_xlabel(_say(words, "index of the element (25-100)"))
    _numbers(words, axes.xaxis, 0)


def draw_element_effects(words: Words, axes: Axes) -> None:
    """The effect on each element with its range, sorted."""
    rows = sorted(words.record["element_effects"], key=lambda row: row["estimate"])
    axes.axvline(0, color=DARK, lw=1)
    _dots(axes, rows, "estimate")
    axes.set_yticks(range(len(rows)), [short_element_name(words, row["code"]) for row in rows])
    axes.set_xlabel(_say(words, "change on the answer scale (1-4)"))
    axes.grid(axis="x")
    _numbers(words, axes.xaxis, 2)


def draw_trend(words: Words, axes: Axes) -> None:
    """The index by quarter with its range, and the number of respondents below."""
    rows = words.record["trend"]
    shown = [place for place, row in enumerate(rows) if not row["withheld"]]
    known = [place for place in shown if rows[place]["conf_low"] is not None]
    axes.fill_between(
        known,
        [rows[place]["conf_low"] for place in known],
        [rows[place]["conf_high"] for place in known],
        color=BLUE,
        alpha=0.15,
        lw=0,
    )
    axes.plot(shown, [rows[place]["unrounded"] for place in shown], color=BLUE, lw=2.5, marker="o", ms=5)
    counts = ["" if row["withheld"] else f"n {words.format_number(row['n'], 0)}" for row in rows]
    _quarters(words, axes, [row["quarter"] for row in rows], counts)
    axes.set_ylabel(_say(words, "index (IKM)"))
    axes.grid(axis="y")
    _numbers(words, axes.yaxis, 0)


def _dots(axes: Axes, rows: Sequence[dict[str, Any]], name: str) -> None:
    for place, row in enumerate(rows):
        if row["conf_low"] is not None:
            axes.plot([row["conf_low"], row["conf_high"]], [place, place], color=BLUE, lw=3)
        axes.plot(row[name], place, "o", color=BLUE, ms=8)
    axes.set_ylim(-0.6, len(rows) - 0.4)


def _error_bars(axes: Axes, places: Sequence[int], rows: Sequence[dict[str, Any]], color: str) -> None:
    for place, row in zip(places, rows, strict=True):
        axes.plot([place, place], [row["conf_low"], row["conf_high"]], color=color, lw=3)
        axes.plot(place, row["estimate"], "o", color="white", mec=color, mew=2, ms=8)


def _grade_edges(axes: Axes, low: float, high: float) -> None:
    axes.set_xlim(max(low, 25), min(high, 100.5))
    left, right = axes.get_xlim()
    for grade in load_skm().grades:
        edge = float(grade.at_least)
        if left < edge < right:
            axes.axvline(edge, color=DARK, lw=1, ls=(0, (4, 3)), zorder=0)
            axes.annotate(
                grade.grade,
                (edge, 1),
                xycoords=("data", "axes fraction"),
                xytext=(4, 2),
                textcoords="offset points",
                weight="bold",
            )


def _quarters(words: Words, axes: Axes, quarters: Sequence[str], below: Sequence[str] = ()) -> None:
    """At most six labels, the newest always among them, with a line of their own below."""
    step = -(-len(quarters) // 6)
    places = list(range(len(quarters) - 1, -1, -step))[::-1]
    labels = [words.short_quarter(quarters[place]) for place in places]
    if below:
        labels = [f"{label}\n{below[place]}" for label, place in zip(labels, places, strict=True)]
    axes.set_xticks(places, labels)


def _label_end(axes: Axes, x: float, y: float, text: str, color: str, *, up: bool) -> None:
    axes.annotate(
        text,
        (x, y),
        xytext=(0, 14 if up else -22),
        textcoords="offset points",
        ha="right",
        va="bottom" if up else "top",
        color=color,
        weight="bold",
    )


def _numbers(words: Words, axis: Any, decimals: int) -> None:
    """Tick labels in the reader's language, with more decimals only where the steps need them."""
    ticks = axis.get_majorticklocs()
    needed = decimals if all(round(tick, decimals) == round(tick, 6) for tick in ticks) else decimals + 1
    axis.set_major_formatter(lambda value, _: words.format_number(value, needed))


def _say(words: Words, message: str) -> str:
    return plain(words.say(message))
