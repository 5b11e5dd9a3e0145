"""What every figure's axes have in common, without loading what draws them: whoever tells may import it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from textwrap import wrap
from typing import TYPE_CHECKING

from asn_analysis.views.style import BLUE as BLUE
from asn_analysis.views.style import DARK as DARK
from asn_analysis.views.style import RUST as RUST
from asn_analysis.words.language import Words, plain

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis

WIDTH = 5.0  # inches at 80 dots: 400 px, about the width of a phone, so that text is not shrunk there
DOTS = 80
PIXELS = 14.5  # height of text at natural size
LETTER = 0.55 * PIXELS  # mean width of a letter
LINE = 1.25 * PIXELS * 72 / DOTS  # height of a line of text, in points


def number_axis(words: Words, axis: Axis, decimals: int) -> None:
    """Tick labels in the reader's language, with more decimals only where the steps need them."""

    def told(value: float, _place: int) -> str:
        ticks = axis.get_majorticklocs()  # when it is drawn: only then is it known for which is room
        return words.format_number(value, _needed(tuple(ticks), decimals))

    axis.set_major_formatter(told)


@lru_cache(maxsize=100)  # asked for each tick of an axis, each time that matplotlib looks at it
def _needed(ticks: tuple[float, ...], decimals: int) -> int:
    exact = (n for n in range(decimals, 6) if all(round(at, n) == round(at, 6) for at in ticks))
    return next(exact, 6)


def say_plainly(words: Words, message: str, **parts: str) -> str:
    return plain(words.say(message, **parts))


def mark_quarters(words: Words, axes: Axes, quarters: Sequence[str], below: Sequence[str] = ()) -> None:
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


def label_clear(axes: Axes, lines: Sequence[Sequence[float]], text: str, color: str, *, above: bool) -> None:
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
