"""Axes of the bench's figures, in the style of the briefs, and what each drawing verb does alike."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import wraps
from textwrap import wrap
from typing import Any

import matplotlib as mpl
import pandas as pd
from cycler import cycler
from matplotlib import pyplot as plt
from matplotlib.axes import Axes

from asn_analysis.views.said import Said
from asn_analysis.views.style import AXES, CYCLE

BENCH = {**AXES, "axes.prop_cycle": cycler(color=CYCLE), "legend.frameon": False, "font.size": 11}
NOTHING = Said("There is no row to draw.")
WIDTH = 8.0  # inches

Draw = Callable[..., None]


def drawn(height: float | Callable[[pd.DataFrame], float]) -> Callable[[Draw], Callable[..., Any]]:
    """Gives a drawing function its axes, its style, its title and the label of the data."""

    def with_axes(draw: Draw) -> Callable[..., Any]:
        @wraps(draw)
        def plot(
            table: Any, *more: Any, ax: Axes | None = None, title: str = "", label: str = "", **options: Any
        ) -> Axes | Said:
            if isinstance(table, Said) or not len(table):
                return (table if isinstance(table, Said) else NOTHING).plot()
            with styled():
                ax = ax or new_axes(height(table) if callable(height) else height)
                draw(table, *more, ax=ax, **options)
                rows = [*wrap(title, 78), *filter(None, [label])]
                ax.set_title("\n".join(rows), fontsize="medium")
            return ax

        return plot

    return with_axes


@contextmanager
def styled() -> Iterator[None]:
    """The style of the briefs for what is drawn within."""
    with mpl.rc_context(BENCH):
        yield
        interactive = mpl.is_interactive()
    mpl.interactive(interactive)  # a notebook's backend sets it when it loads, with the first figure


def new_axes(height: float = 3.4) -> Axes:
    """Axes of a new figure, in the style of the briefs."""
    with styled():
        return plt.subplots(figsize=(WIDTH, height), layout="constrained")[1]


def four_axes(title: str) -> Any:
    """Two by two axes of a new figure under one title."""
    with styled():
        figure, axes = plt.subplots(2, 2, figsize=(1.4 * WIDTH, 7), layout="constrained")
        figure.suptitle(title, x=0.01, ha="left")
    return axes


def each(tables: Mapping[str, Any], draw: Callable[..., Any], *, columns: int = 4, alike: bool = True,
         title: str = "", label: str = "", **options: Any) -> list[Axes] | Said:  # fmt: skip
    """A drawing a table side by side, named by its key.

    Parameters
    ----------
    draw : the verb that draws each of them, such as ``trend``; ``options`` are its own
    alike : whether all share their scales
    """
    if not tables:
        return NOTHING.plot()
    high = -(-len(tables) // columns)
    with styled():
        size: dict[str, Any] = {
            "figsize": (1.4 * WIDTH, 2.3 * high + 0.6),
            "layout": "constrained",
            "squeeze": False,
        }
        figure, axes = plt.subplots(high, columns, sharex=alike, sharey=alike, **size)
        figure.suptitle("\n".join(filter(None, [title, label])), x=0.01, ha="left")
    for ax, (name, table) in zip(axes.flat, tables.items(), strict=False):
        draw(table, ax=ax, title=name, **options)
        if alike:
            ax.label_outer()
    for ax in axes.flat[len(tables) :]:
        ax.remove()
    return list(axes.flat[: len(tables)])
