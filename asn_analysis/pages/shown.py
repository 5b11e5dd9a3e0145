"""A figure on a page: the sentence that says what it shows, the drawing, and its numbers one click away."""

from __future__ import annotations

import base64
from collections.abc import Callable

from markupsafe import Markup
from matplotlib.axes import Axes

from asn_analysis.pages import figures
from asn_analysis.pages.templates import render
from asn_analysis.words.language import Words, plain
from asn_analysis.words.tables import Table


def shown(
    words: Words,
    name: str,
    draw: Callable[[Words, Axes], None],
    height: float,
    sentence: Markup,
    table: Table,
) -> str:
    """The figure's HTML; ``height`` in inches."""
    drawn = base64.b64encode(figures.svg(draw, words, height).encode()).decode()
    return render(
        "figure.html.j2",
        words,
        name=name,
        source=f"data:image/svg+xml;base64,{drawn}",
        sentence=sentence,
        alternative=plain(sentence),
        table=table,
        height=round(height * figures.DOTS),
        width=round(figures.WIDTH * figures.DOTS),
    )
