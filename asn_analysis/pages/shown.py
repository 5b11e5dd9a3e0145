"""A figure on a page: the sentence that says what it shows, the drawing, and its numbers one click away."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass

from markupsafe import Markup
from matplotlib.axes import Axes

from asn_analysis.pages import canvas
from asn_analysis.words.language import Words, plain
from asn_analysis.words.tables import Table


@dataclass(frozen=True)
class Shown:
    """A figure as ``figure.html.j2`` draws it; ``source`` is the picture itself, sizes are in pixels."""

    name: str
    source: str
    sentence: Markup
    table: Table
    width: int
    height: int

    @property
    def alternative(self) -> str:
        return plain(self.sentence)


def shown(
    words: Words,
    name: str,
    draw: Callable[[Words, Axes], None],
    height: float,
    sentence: Markup,
    table: Table,
) -> Shown:
    """The figure, ``height`` in inches."""
    drawn = base64.b64encode(canvas.svg(draw, words, height).encode()).decode()
    size = round(canvas.WIDTH * canvas.DOTS), round(height * canvas.DOTS)
    return Shown(name, f"data:image/svg+xml;base64,{drawn}", sentence, table, *size)
