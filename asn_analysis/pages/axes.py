"""What every figure's axes have in common, without loading what draws them: whoever tells may import it."""

from __future__ import annotations

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


def width_of(text: str) -> float:
    """Width of a text as a share of the axes'."""
    return (max(map(len, text.split("\n"))) + 1) * LETTER / (WIDTH * DOTS * 0.95)


def label_beside(axes: Axes, x: float, y: float, text: str, *, right: bool) -> None:
    """Text beside a vertical line, on the wished side if there is room and else on the other one."""
    low, high = axes.get_xlim()
    needed = width_of(text) * (high - low)
    right = x + needed <= high if right else x - needed < low
    axes.annotate(
        text,
        (x, y),
        xytext=(5 if right else -5, 0),
        textcoords="offset points",
        va="center",
        ha="left" if right else "right",
    )


def number_axis(words: Words, axis: Axis, decimals: int) -> None:
    """Tick labels in the reader's language, with more decimals only where the steps need them."""
    from asn_analysis.pages.ticks import Numbers

    axis.set_major_formatter(Numbers(words, decimals))


def say_plainly(words: Words, message: str) -> str:
    return plain(words.say(message))
