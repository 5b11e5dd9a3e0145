"""Other samples and other choices beside the headline, each with its number or with why it has none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from asn_analysis.impact.columns import require
from asn_analysis.impact.design import Design
from asn_analysis.impact.grid import lay_out
from asn_analysis.views.said import Said, Unanswerable
from asn_analysis.views.tables import html_table

if TYPE_CHECKING:
    from matplotlib.axes import Axes

NUMBERS = ("estimate", "std_error", "df", "conf_low", "conf_high", "n_units", "n_respondents")


@dataclass(frozen=True, repr=False)
class Comparison:
    """Several analyses of one question.

    Attributes
    ----------
    table : analysis, the numbers of the house vocabulary, and refusal: why there is none, else empty
    """

    table: pd.DataFrame = field(repr=False)

    def tidy(self) -> pd.DataFrame:
        """One row an analysis."""
        return self.table.rename(columns={"analysis": "term"})

    def summary(self) -> str:
        """How many analyses there are, and between what they lie."""
        known = self.table.dropna(subset="estimate")
        if known.empty:
            return "None of the analyses could be made."
        low, high = known["estimate"].min(), known["estimate"].max()
        return f"{len(known)} of {len(self.table)} analyses were made; they say {low:+#.3g} to {high:+#.3g}."

    def plot(self, ax: Axes | None = None, sesoi: float | None = None, **options: Any) -> Any:
        """A row an analysis; a dashed line at ``sesoi``, the smallest effect of interest."""
        from asn_analysis.views import plots

        marks = (0.0,) if sesoi is None else (0.0, sesoi)
        return plots.intervals(self.table, by="analysis", ax=ax, marks=marks, **options)

    def __repr__(self) -> str:
        return self.summary()

    def _repr_html_(self) -> str:
        shown = self.table[["analysis", "estimate", "conf_low", "conf_high", "n_units", "refusal"]]
        return html_table(shown.rename(columns={"refusal": ""}), self.summary())


def compare(analyses: Mapping[str, Any]) -> Comparison:
    """Analyses side by side, the headline first.

    Parameters
    ----------
    analyses : name to a result with an estimate and its interval, or to what ``attempt`` says in its place

    Notes
    -----
    One with the design and the cells of the first is no second opinion: its row says so.

    Examples
    --------
    >>> less = asn.leave_out(panel, "kecamatan", "Serang")
    >>> effects = {"all": asn.estimate_effect(panel, asn.city_design())}
    >>> effects["without Serang"] = asn.estimate_effect(less, asn.city_design())
    >>> asn.compare(effects).summary()
    '2 of 2 analyses were made; they say +3.08 to +3.21.'
    """
    name, first = next(iter(analyses.items()))
    rows = [_row(each, found, _no_other(first, name, found)) for each, found in analyses.items()]
    return Comparison(pd.DataFrame(rows, columns=["analysis", *NUMBERS, "refusal"]))


def _row(name: str, found: Any, refusal: str) -> dict[str, Any]:
    if isinstance(found, Said) or refusal:
        return {"analysis": name, "refusal": refusal or found.sentence}
    return {"analysis": name, "refusal": "", **{number: getattr(found, number, None) for number in NUMBERS}}


def _no_other(first: Any, name: str, found: Any) -> str:
    """Why an analysis is no other one than the first; empty where it is one, or is the first itself."""
    if found is first or isinstance(first, Said) or isinstance(found, Said) or first.design != found.design:
        return ""
    own, its = (getattr(each, "grid", None) for each in (first, found))
    parts = ("units", "clock", "outcome", "weight", "first_treated")
    alike = (
        own is not None
        and its is not None
        and all(
            np.array_equal(getattr(own, part), getattr(its, part), equal_nan=part == "first_treated")
            for part in parts
        )
    )
    return f"The same cells and design as “{name}”: nothing was left out." if alike else ""


def leave_out(panel: pd.DataFrame, column: str, value: str = "") -> pd.DataFrame:
    """The panel without one of the groups in ``column``; if ``value`` names none, without that of most rows.

    Raises
    ------
    Unanswerable
        If the panel tells no such groups, or none of that name: a sample that is not smaller is no check.

    Examples
    --------
    >>> len(panel), len(asn.leave_out(panel, "kecamatan", "Serang"))
    (288, 240)
    """
    groups = panel[column].dropna().value_counts() if column in panel else pd.Series(dtype=int)
    if groups.empty:
        raise Unanswerable(f"The panel tells no {column}.", "Nothing can be left out by it.")
    chosen = value or min(groups.index[groups == groups.max()])
    if chosen not in groups.index:
        raise Unanswerable(f"No row has the {column} {chosen}.", f"There are {_named(groups.index)}.")
    return panel[panel[column] != chosen]


def starting(panel: pd.DataFrame, first: pd.Period | str | int = "", time: str = "quarter") -> pd.DataFrame:
    """The panel from the ``first`` period (column ``time``) on; by default without a quarter of its periods.

    Raises
    ------
    Unanswerable
        If no period lies before it, or none after it.

    Examples
    --------
    >>> asn.starting(panel, "2025Q4")["quarter"].min()
    Period('2025Q4', 'Q-DEC')
    """
    require(panel, [time])
    periods = np.sort(panel[time].unique())
    begin = periods[len(periods) // 4] if first == "" else type(periods[0])(first)
    if not (panel[time] < begin).any() or not (panel[time] >= begin).any():
        span = f"The panel covers {periods[0]} to {periods[-1]}."
        raise Unanswerable(f"Starting with {begin} leaves out nothing, or everything.", span)
    return panel[panel[time] >= begin]


def _named(values: pd.Index) -> str:
    listed = sorted(map(str, values))
    return ", ".join(listed[:12]) + (" and others" if len(listed) > 12 else "")


def raw_means(panel: pd.DataFrame, design: Design) -> pd.DataFrame:
    """Plain means by year or period of first treatment, less each group's own mean before any treatment.

    Groups and columns are those of ``design``.

    Returns
    -------
    DataFrame, a row a period, a column a group of units treated in one year (or period), "never" last

    Raises
    ------
    DesignError
        If the panel cannot identify an effect.

    Examples
    --------
    >>> asn.raw_means(panel, asn.city_design()).iloc[-1].round(1).to_dict()
    {'2024': 4.1, '2025': 5.2, '2026': 4.8, 'never': 2.2}
    """
    grid = lay_out(panel, design)
    start = grid.first_treated
    begun = ["never" if np.isnan(one) else grid.period(one) for one in start]
    names = np.array([str(getattr(one, "year", one)) for one in begun])
    means = {str(name): _mean(grid, names == name) for name in sorted(set(names))}
    table = pd.DataFrame(means, index=pd.Index(grid.periods, name=design.time))
    return table - table[grid.clock < np.nanmin(start)].mean()


def _mean(grid: Any, members: np.ndarray) -> np.ndarray:
    weight = grid.weight[members]
    with np.errstate(invalid="ignore"):  # a period in which nobody of the group was seen
        return (weight * grid.outcome[members]).sum(axis=0) / weight.sum(axis=0)
