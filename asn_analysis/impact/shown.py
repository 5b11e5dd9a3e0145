"""How an effect shows itself: its intervals as a table and a figure, and what it leaves out."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import pandas as pd

from asn_analysis.impact.imputation import pose
from asn_analysis.impact.refusals import DesignError
from asn_analysis.views.said import Said
from asn_analysis.views.tables import html_table, text_table

if TYPE_CHECKING:
    from matplotlib.axes import Axes

ENDS = ("conf_low", "conf_high")
NO_TREND = "No trend of the treated can be told, so there is no robust interval."
NAMED = 12  # units left out that are named one by one


class Shown:
    """What an ``Effect`` shows of itself to whoever holds it in a notebook."""

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            """What an ``Effect`` holds."""

    @property
    def sentence(self) -> str:
        """The effect with its range, and the treated units that are no part of it."""
        out = self.left_out
        if out.empty:
            return str(self.found)
        named = ", ".join(map(str, out["unit"][:NAMED])) + (" and others" if len(out) > NAMED else "")
        units = "unit is" if len(out) == 1 else "units are"
        return f"{self.found} {len(out)} treated {units} left out ({named}): see left_out."

    @property
    def intervals(self) -> pd.DataFrame:
        """One row an interval: plain, trend-adjusted and robust, as far as they can be told."""
        rows: dict[str, Any] = {"plain": self, "trend-adjusted": self.trend_adjusted}
        table = pd.DataFrame(
            [[name, one.estimate, one.std_error, *(getattr(one, end) for end in ENDS)]
             for name, one in rows.items() if one is not None],
            columns=["interval", "estimate", "std_error", *ENDS],
        )  # fmt: skip
        if self.conf_low_robust is not None:
            ends = [self.conf_low_robust, self.conf_high_robust]
            table.loc[len(table)] = ["robust (covers all)", self.estimate, float("nan"), *ends]
        return table

    @cached_property
    def left_out(self) -> pd.DataFrame:
        """Treated units that are no part of the estimate: unit, first_treated, why."""
        grid = self.grid
        out = grid.treated.any(axis=1) & ~pose(grid, self.design.comparison).imputable.any(axis=1)
        seen = grid.untreated[out].any(axis=1)
        why = {False: "not observed untreated", True: "no untreated unit to compare with in time"}
        return pd.DataFrame(
            {
                "unit": grid.units[out],
                "first_treated": [str(grid.period(start)) for start in grid.first_treated[out]],
                "why": [why[bool(before)] for before in seen],
            }
        )

    @property
    def notes(self) -> list[str]:
        """Whom the numbers rest on, how they were made, and why an interval is missing."""
        design, counted = self.design, f"{self.n_treated_units} treated of {self.n_units} units"
        compared = design.comparison.replace("_", " ")
        rests = f"{counted}, {self.n_treated_cells} treated of {self.n_cells} cells; compared with {compared}"
        held = f"; held constant: {', '.join(design.covariates)}" if design.covariates else ""
        periods = "period" if design.anticipation == 1 else "periods"
        donut = f"; {design.anticipation} {periods} before treatment left out" if design.anticipation else ""
        without = self.n_cells_without_outcome
        empty = f"; {without} cells without {design.outcome} set aside" if without else ""
        return [
            f"{rests}{held}{donut}{empty}; {design.confidence:.0%} intervals. {self.method}.",
            *([f"{NO_TREND} {DesignError.named(self.trend_refusal, design)}"] if self.trend_refusal else []),
        ]

    def summary(self) -> str:
        """The sentence, then the table, as text."""
        return "\n".join([self.sentence, "", text_table(self.intervals), "", *self.notes])

    def plot(self, ax: Axes | None = None, sesoi: float | None = None, **options: Any) -> Any:
        """The intervals; a dashed line stands at ``sesoi``, the smallest effect of interest."""
        from asn_analysis.views import plots

        marks = (0.0,) if sesoi is None else (0.0, sesoi)
        options = {"xlabel": f"effect on {self.design.outcome}", **options}
        return plots.intervals(self.intervals, by="interval", ax=ax, marks=marks, **options)

    def __repr__(self) -> str:
        return self.sentence

    def _repr_html_(self) -> str:
        return html_table(self.intervals, self.sentence, self.notes)


def plot_analysis(analysis: Any, label: str = "") -> Any:
    """Axes (2 x 2) of an ``Analysis``; the sentence of its refusal where there is no effect."""
    if analysis.effect is None:
        return Said(str(analysis.refusal)).plot()
    from asn_analysis.views import plots

    axes = plots.four_axes("\n".join(filter(None, (f"Verdict: {analysis.verdict.summary()}", label))))
    effect, moved = analysis.effect, analysis.annex.element_table
    effect.plot(axes[0, 0], title="Effect on the treated")
    effect.event_study.plot(axes[0, 1], title="By periods since the training")
    effect.paths.plot(axes[1, 0], title="Trained units")
    plots.intervals(moved, ax=axes[1, 1], title="By element (answer points)")
    return axes
