"""What every figure is drawn on: one style, the drawing as SVG and as PNG, and how a page shows it.

Matplotlib alone, without seaborn: a unit's brief would otherwise spend more time importing than drawing.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from io import BytesIO, StringIO

import matplotlib as mpl
from markupsafe import Markup
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.figure import Figure

from asn_analysis.pages.axes import DOTS, PIXELS, WIDTH
from asn_analysis.views.style import AXES
from asn_analysis.words.language import Words, plain
from asn_analysis.words.tables import Table

Draw = Callable[[Words, Axes], None]
STYLE = {
    **AXES,
    "svg.fonttype": "none",
    "svg.hashsalt": "asn",
    "font.family": "DejaVu Sans",
    "font.size": PIXELS * 72 / DOTS,
    "axes.titlesize": "medium",
    "axes.titley": 1.0,  # where it lies anyway; looking for room above the axis costs a tenth of a figure
    "axes.unicode_minus": False,
    "figure.dpi": DOTS,
    "savefig.transparent": True,
}
FIRST_PLACE, PAD = (0.1, 0.15, 0.85, 0.7), 4.0  # of the frame; pixels
# The drawing's metrics are those of the bundled font, wider than the fonts that readers have.
READERS_FONTS = "'Segoe UI', Roboto, 'Helvetica Neue', 'Liberation Sans', Arial, sans-serif"


def png(draw: Draw, words: Words, height: float) -> bytes:
    """Draw one figure as a picture for a Word file, which shows no SVG everywhere."""
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(WIDTH, height), layout="constrained")
        draw(words, figure.add_subplot())
        out = BytesIO()
        figure.savefig(out, format="png", dpi=200, metadata={"Software": None})
    return out.getvalue()


def svg(draw: Draw, words: Words, height: float) -> str:
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
    inner, outer, frame = axes.bbox, axes.get_tightbbox(_measure()), figure.bbox
    left, bottom = inner.x0 - outer.x0 + PAD, inner.y0 - outer.y0 + PAD
    right, top = outer.x1 - inner.x1 + PAD, outer.y1 - inner.y1 + PAD
    width, height = frame.width - left - right, frame.height - bottom - top
    axes.set_position((left / frame.width, bottom / frame.height, width / frame.width, height / frame.height))


@cache
def _measure() -> RendererAgg:
    """One for all figures, since matplotlib remembers how large a text is by what measured it."""
    side = WIDTH * DOTS
    return RendererAgg(side, side, DOTS)


@dataclass(frozen=True)
class Shown:
    """A figure as ``figure.html.j2`` draws it: the sentence that says what it shows, and its numbers.

    ``source`` is the picture itself, sizes are in pixels.
    """

    name: str
    source: str
    sentence: Markup
    table: Table
    width: int
    height: int

    @property
    def alternative(self) -> str:
        return plain(self.sentence)


def shown(words: Words, name: str, draw: Draw, height: float, sentence: Markup, table: Table) -> Shown:
    """The figure, ``height`` in inches."""
    drawn = b64encode(svg(draw, words, height).encode()).decode()
    size = round(WIDTH * DOTS), round(height * DOTS)
    return Shown(name, f"data:image/svg+xml;base64,{drawn}", sentence, table, *size)
