"""Figures of tidy rows on matplotlib axes, in the style of the briefs.

Every verb takes a table, draws on ``ax`` (new axes where none are given) and returns the axes, so that a
figure can be put beside others or drawn on. ``title`` says what is shown and ``label`` whose data these are,
on a line of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter

from asn_analysis.views.axes import drawn, each, four_axes
from asn_analysis.views.style import BLUE, CYCLE, DARK, GREY, ORANGE, PALE, PLUM

DASHED = (0, (4, 3))
CROSS = {"marker": "X", "ls": "", "color": ORANGE, "ms": 8, "zorder": 4}
MOST = 30  # rows of a list of intervals that are drawn: of more, the first and the last
ROW = 0.36  # inches that a row of a list of intervals takes

__all__ = ["bars", "counts", "dots", "each", "events", "four_axes", "intervals", "lines",
           "points", "rollout", "shades", "specifications", "steps", "trend"]  # fmt: skip


@drawn(lambda table: 1.2 + ROW * min(len(table), MOST))
def intervals(
    table: pd.DataFrame, *, ax: Axes, by: str = "term", xlabel: str = "", marks: Sequence[float] = (0.0,)
) -> None:
    """A row an estimate with its interval, the first on top; a row without an estimate says why, if it can.

    Parameters
    ----------
    table : estimate, conf_low, conf_high, and perhaps ``refusal`` (text) and ``truth`` (a cross)
    by : column that names the rows
    marks : values at which a line stands; the first is solid
    """
    if len(table) > MOST:
        xlabel += f"\n({len(table) - MOST} rows between the first and the last are not drawn)"
        table = pd.concat([table.head(MOST // 2), table.tail(MOST // 2)])
    places = np.arange(len(table))[::-1]
    for number, mark in enumerate(marks):
        ax.axvline(mark, color=DARK, lw=1, ls=DASHED if number else "-")
    ax.hlines(places, table["conf_low"].astype(float), table["conf_high"].astype(float), color=BLUE, lw=5)
    ax.plot(table["estimate"].astype(float), places, "o", color="white", mec=BLUE, mew=2, ms=9)
    if "truth" in table:
        ax.plot(table["truth"].astype(float), places, **CROSS)
    for place, why in zip(places, table.get("refusal", pd.Series(dtype=object)), strict=False):
        if isinstance(why, str) and why:
            across = {"xycoords": ("axes fraction", "data"), "va": "center", "color": DARK}
            ax.annotate(why, (0.01, place), fontsize="small", style="italic", **across)
    ax.set(ylim=(-0.7, len(table) - 0.3), yticks=places, xlabel=xlabel)
    ax.set_yticklabels(table[by].astype(str))
    ax.grid(axis="x")


@drawn(3.4)
def events(
    table: pd.DataFrame, *, ax: Axes, xlabel: str = "periods since the first treated one", ylabel: str = ""
) -> None:
    """An event study: estimates by ``event_time`` with their intervals, those before treatment alike."""
    times = table["event_time"].to_numpy()
    size = 8 if len(table) <= 16 else 5
    ax.axhline(0, color=DARK, lw=1)
    ax.axvline(-0.5, color=DARK, lw=1, ls=DASHED)
    ax.vlines(times, table["conf_low"], table["conf_high"], color=BLUE, lw=size * 0.4)
    ax.plot(times, table["estimate"], "o", color="white", mec=BLUE, mew=size / 4, ms=size)
    if "truth" in table:
        ax.plot(times, table["truth"].astype(float), **CROSS)
    ax.set(xlabel=xlabel, ylabel=ylabel)
    ax.xaxis.set_major_locator(mpl.ticker.MaxNLocator(integer=True))
    ax.grid(axis="y")


@drawn(3.4)
def lines(table: pd.DataFrame, *, ax: Axes, ylabel: str = "", marks: Sequence[Any] = ()) -> None:
    """A line a column over the table's index (periods, days or numbers), named at its end.

    Parameters
    ----------
    marks : places on the index at which a line stands
    """
    places = _places(table.index, ax)
    dashes = ["-", (0, (4, 2)), "-.", ":"]
    for number, name in enumerate(table):
        style = {"color": CYCLE[number % len(CYCLE)], "lw": 2.5, "ls": dashes[number // len(CYCLE) % 4]}
        ax.plot(places, table[name].astype(float), marker="o" if len(table) < 40 else "", ms=4, **style)
    for mark in _places(pd.Index(marks), ax) if len(marks) else ():
        ax.axvline(mark, color=DARK, lw=1, ls=DASHED)
    _name_at_the_ends(ax, table, places)
    ax.set(ylabel=ylabel)
    ax.grid(axis="y")


@drawn(3.0)
def trend(table: pd.DataFrame, *, ax: Axes, value: str = "estimate", ylabel: str = "") -> None:
    """One line over the table's index with its range (conf_low, conf_high) as a band."""
    places = _places(table.index, ax)
    ax.fill_between(
        places,
        table["conf_low"].astype(float),
        table["conf_high"].astype(float),
        color=BLUE,
        alpha=0.15,
        lw=0,
    )
    ax.plot(places, table[value].astype(float), color=BLUE, lw=2.5, marker="o", ms=4)
    ax.set(ylabel=ylabel)
    ax.grid(axis="y")


@drawn(3.4)
def steps(curves: Mapping[str, pd.DataFrame], *, ax: Axes, x: str, y: str, xlabel: str, ylabel: str,
          marks: Sequence[float] = ()) -> None:  # fmt: skip
    """Curves that move in steps, the first with its range (conf_low, conf_high), and lines at ``marks``."""
    for number, (name, curve) in enumerate(curves.items()):
        if not number and {"conf_low", "conf_high"} <= set(curve):
            band = {"step": "post", "color": BLUE, "alpha": 0.15, "lw": 0}
            ax.fill_between(curve[x], curve["conf_low"], curve["conf_high"], **band)
        ax.step(curve[x], curve[y], where="post", color=CYCLE[number % 4], lw=2.5, label=name)
    for mark in marks:
        ax.axvline(mark, color=GREY, lw=1, ls=DASHED, zorder=0)
    ax.set(xlabel=xlabel, ylabel=ylabel)
    ax.legend()


@drawn(lambda table: 1.4 + 0.3 * len(table))
def bars(table: pd.DataFrame, *, ax: Axes, xlabel: str = "", stacked: bool = True) -> None:
    """A row of bars an entry of the table's index, the first on top, a colour a column."""
    shown = table[::-1]
    shown = shown.set_axis(shown.index.astype(str), axis=0).astype(float)
    shown.plot.barh(stacked=stacked, color=list(CYCLE), width=0.75, ax=ax, legend=False)
    ax.set(xlabel=xlabel, ylabel="")
    if len(table.columns) > 1:
        ax.legend(loc="center left", bbox_to_anchor=(1, 0.5))
    ax.grid(axis="x")


@drawn(3.4)
def points(table: pd.DataFrame, *, ax: Axes, x: str, y: Sequence[str] | str, xlabel: str = "",
           ylabel: str = "", log: bool = False) -> None:  # fmt: skip
    """A dot a row, a colour for each column of ``y``; ``log`` draws x on a logarithmic axis."""
    columns = [y] if isinstance(y, str) else y
    for number, name in enumerate(columns):
        ax.plot(table[x], table[name], "o", color=CYCLE[number % 4], ms=5, alpha=0.75, label=name)
    ax.set(xlabel=xlabel, ylabel=ylabel, xscale="log" if log else "linear")
    if len(columns) > 1:
        ax.legend()
    ax.grid(axis="y")


@drawn(4.0)
def dots(table: pd.DataFrame, x: str, by: str, *, ax: Axes, marks: Mapping[str, float] | None = None,
         xlabel: str = "") -> None:  # fmt: skip
    """A dot a row in the line of its group, the group of most rows on top; named lines at ``marks``."""
    from seaborn import stripplot

    order = table[by].value_counts().index
    np.random.seed(1)  # noqa: NPY002 - seaborn scatters the dots by it, to tell them apart
    stripplot(table, x=x, y=by, order=order, color=BLUE, alpha=0.65, size=6, jitter=0.22, ax=ax)
    for name, mark in (marks or {}).items():
        ax.axvline(mark, color=GREY, lw=1)
        ax.text(mark, 0.02, f" {name}", size="small", transform=ax.get_xaxis_transform())
    ax.set(xlabel=xlabel, ylabel="")


@drawn(lambda table: 1.4 + 0.3 * len(table))
def shades(table: pd.DataFrame, *, ax: Axes, digits: int = 1) -> None:
    """A table of numbers around 0, orange below and blue above."""
    from seaborn import blend_palette, heatmap

    colours = blend_palette([ORANGE, "white", BLUE], as_cmap=True)
    numbers = {"annot": True, "fmt": f".{digits}f", "annot_kws": {"size": 8}}
    heatmap(table.astype(float), cmap=colours, center=0, linewidths=1, cbar=False, ax=ax, **numbers)
    ax.set(xlabel="", ylabel="")
    ax.tick_params(length=0)


@drawn(3.0)
def counts(values: Any, *, ax: Axes, xlabel: str = "", ylabel: str = "", mark: float | None = None) -> None:
    """A histogram, with a line at ``mark``."""
    ax.hist(np.asarray(values, dtype=float), bins=25, color=BLUE)
    if mark is not None:
        ax.axvline(mark, color=PLUM, lw=2)
    ax.set(xlabel=xlabel, ylabel=ylabel)


@drawn(4.0)
def rollout(table: pd.DataFrame, *, ax: Axes, unit: str, time: str, cohort: str) -> None:
    """A row a unit, a column a period: surveyed under treatment (dark), without it (light), or not at all.

    Parameters
    ----------
    table : the panel; unit, time, cohort : its columns
    """
    cells = table.assign(treated=(table[time] >= table[cohort]).astype(float))
    cells = cells.pivot(index=unit, columns=time, values="treated").sort_index(axis=1)
    cells = cells.loc[cells.sum(axis=1).sort_values(ascending=False, kind="stable").index]
    ax.pcolormesh(cells.to_numpy(), cmap=mpl.colors.ListedColormap([PALE, BLUE]), vmin=0, vmax=1)
    step = -(-len(cells.columns) // 8)
    ax.set_xticks(np.arange(0, len(cells.columns), step) + 0.5, [str(t) for t in cells.columns[::step]])
    ax.set(yticks=[], ylabel=f"{len(cells)} units")
    ax.invert_yaxis()


@drawn(3.2)
def specifications(table: pd.DataFrame, *, ax: Axes, sesoi: float | None = None, ylabel: str = "") -> None:
    """Estimates of many analyses in their order, their intervals thin, the headline's ringed."""
    known = table[table["estimate"].notna()].reset_index(drop=True)
    known = known.astype({"estimate": float, "conf_low": float, "conf_high": float})
    ax.vlines(known.index, known["conf_low"], known["conf_high"], color=GREY, lw=1.5)
    ax.plot(known.index, known["estimate"], ".", color=BLUE, ms=5)
    ax.axhline(0, color=DARK, lw=1)
    if sesoi is not None:
        ax.axhline(sesoi, color=DARK, lw=1, ls=DASHED)
    head = known.index[known["headline"].astype(bool)]
    ax.plot(head, known.loc[head, "estimate"], "o", color="white", mec=PLUM, mew=2.5, ms=11)
    ax.set(xticks=[], xlabel="analyses, by estimate (ring: the headline)", ylabel=ylabel)
    ax.grid(axis="y")


def _places(index: pd.Index, ax: Axes) -> Any:
    """Where the entries of an index stand on the axis: periods and days in time, numbers as they are."""
    if len(index) and all(isinstance(entry, pd.Period) for entry in index):
        index = pd.PeriodIndex(index).to_timestamp()
    if isinstance(index, pd.DatetimeIndex):
        locator = AutoDateLocator(minticks=3, maxticks=9)
        ax.xaxis.set_major_locator(locator)
        ax.xaxis.set_major_formatter(ConciseDateFormatter(locator))
    return index


def _name_at_the_ends(ax: Axes, table: pd.DataFrame, places: Any) -> None:
    """Each line's name right of its last value, moved apart where they would lie on each other."""
    if not len(table.columns):
        return
    last = table.astype(float).ffill().iloc[-1].dropna().sort_values()
    low, high = ax.get_ylim()
    apart, at = 0.07 * (high - low), -np.inf
    for name, value in last.items():
        at = max(value, at + apart)
        color = CYCLE[list(table).index(name) % len(CYCLE)]
        ax.annotate(
            f" {name}", (places[-1], at), va="center", color=color, weight="bold", annotation_clip=False
        )
