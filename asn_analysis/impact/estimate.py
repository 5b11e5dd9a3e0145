"""What training changed: the effect on the treated, its path over time, and a robust interval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from asn_analysis.impact.allowances import Allowances, Allowed, allow
from asn_analysis.impact.design import Design
from asn_analysis.impact.estimands import Estimates
from asn_analysis.impact.event_study import event_study, exposure, horizon, paths_of
from asn_analysis.impact.grid import Grid, lay_out
from asn_analysis.impact.imputation import Problem, pose
from asn_analysis.impact.jackknife import leave_out
from asn_analysis.impact.refusals import DesignError
from asn_analysis.impact.shown import Shown
from asn_analysis.measures.estimate import Estimate, tidied, with_tests
from asn_analysis.views.tables import EventStudy, Paths

ALIKE = 1e-9  # outcomes closer than this differ by rounding alone
METHOD = "imputation, delete-one-unit jackknife, Satterthwaite t"


def _of_headline(name: str) -> property:
    return property(lambda effect: getattr(effect.allowed[0], name), doc=f"The headline's {name}.")


@dataclass(frozen=True, repr=False)
class Effect(Shown):
    """An average effect on treated cells, in units of the outcome.

    Attributes
    ----------
    design : Design
        The comparison that made it.
    allowed : tuple of Allowed
        The effect under each allowance for drift and scale (see ``impact.allowances``); the first is the
        headline: the weighted average over treated cells, with its t-interval.
    drift : Estimate or None
        The linear trend of ever-treated units per period; None where the data cannot tell it, for the reason
        in ``trend_refusal``.
    shared_by, shared_share : str or None, float
        The column of ``Design.cluster`` whose groups share shocks, and their share of the variance.
    horizon : float
        Periods between the middle of the cells before and of those after the training: a drift
        of d per period bends the plain estimate by about d x horizon.
    exposure : float
        Periods that treated units have had since their treatment, on average.
    grid : Grid
        The cells behind it.
    n_units, n_treated_units, n_never_treated_units, n_respondents, n_cells, n_treated_cells : int or float
        Behind the estimate.
    n_left_out_cells, n_cells_without_outcome : int
        Treated cells that have no comparison, and cells without an outcome: not part of the estimate.
    method : str
        What made it, in a line.
    replicates : Series
        The estimate with each contributing unit left out, by unit.

    Examples
    --------
    >>> effect = asn.estimate_effect(panel, asn.city_design())
    >>> effect
    Among 17 treated units the average effect on ikm is +3.21 (+0.484 to +5.93).
    >>> round(effect.conf_low_robust, 2), round(effect.detectable, 2)
    (-1.3, 3.88)
    """

    design: Design
    allowed: tuple[Allowed, ...] = field(repr=False)
    drift: Estimate | None
    trend_refusal: str | None
    shared_by: str | None
    shared_share: float
    horizon: float
    exposure: float
    grid: Grid = field(repr=False)
    n_units: int
    n_treated_units: int
    n_never_treated_units: int
    n_respondents: float
    n_cells: int
    n_treated_cells: int
    n_left_out_cells: int
    n_cells_without_outcome: int
    method: str = METHOD
    replicates: pd.Series = field(default_factory=lambda: pd.Series(dtype=float), repr=False)

    estimate = _of_headline("estimate")
    std_error = _of_headline("std_error")
    df = _of_headline("df")
    conf_low = _of_headline("conf_low")
    conf_high = _of_headline("conf_high")
    p_value = _of_headline("p_value")
    detectable = _of_headline("detectable")

    @property
    def trend_adjusted(self) -> Allowed | None:
        """The effect after a linear trend of ever-treated units is taken out, or None."""
        return next((row for row in self.allowed if (row.scale, row.trend) == ("points", "continued")), None)

    @property
    def room(self) -> float | None:
        """How far treated units could rise from where they would stand now without treatment.

        In units of the outcome; None where ``Design.bounds`` names no end of its scale.
        """
        if self.design.bounds is None:
            return None
        cells = self.grid.treated
        now = np.flatnonzero(cells.any(axis=0))[-1]
        seen = cells[:, now]
        level = np.average(self.grid.outcome[seen, now], weights=self.grid.weight[seen, now])
        return float(self.design.bounds[1] - (level - self.estimate))

    @property
    def conf_low_undrifted(self) -> float:
        """The lowest bound among the allowances for no trend."""
        return min(row.conf_low for row in self.allowed if row.trend == "none")

    @property
    def conf_low_robust(self) -> float | None:
        """Lower end of the union of all allowances' intervals; None where no trend can be told."""
        return None if self.drift is None else min(row.conf_low for row in self.allowed)

    @property
    def conf_high_robust(self) -> float | None:
        """Upper end of the same."""
        return None if self.drift is None else max(row.conf_high for row in self.allowed)

    @property
    def least(self) -> float | None:
        """The smallest estimate among them, the size that can be claimed."""
        return None if self.drift is None else min(row.estimate for row in self.allowed)

    def allowing(self, scale: str, held: Estimate) -> Effect:
        """The same effect, its robust interval holding for an estimate made another way (``scale``) too."""
        numbers = {each.name: getattr(held, each.name) for each in fields(Estimate)}
        return replace(self, allowed=(*self.allowed, Allowed(**numbers, scale=scale, trend="none")))

    @property
    def event_study(self) -> EventStudy:
        """One row an event time: event_time, estimate, std_error, df, conf_low, conf_high, n_units.

        Those before the training (event_time < 0) are relative to all still earlier periods.
        """
        return EventStudy(self._events[0])

    @property
    def pre_covariance(self) -> np.ndarray:
        """Covariance of the event study's L rows before the training (L x L)."""
        return self._events[1]

    @cached_property
    def _events(self) -> tuple[pd.DataFrame, np.ndarray]:
        return event_study(pose(self.grid, self.design.comparison), self.design)

    @cached_property
    def paths(self) -> Paths:
        """Means of treated cells with and without the training, weighted alike.

        Per period: time, n_units, observed, expected.
        """
        return Paths(paths_of(pose(self.grid, self.design.comparison)))

    def tidy(self) -> pd.DataFrame:
        """The headline, the same with the trend taken out, and the event study."""
        adjusted = self.trend_adjusted
        events = self.event_study.assign(term="event_" + self.event_study["event_time"].astype(str))
        events = with_tests(events.drop(columns="event_time").assign(unit_of_measure=self.design.outcome))
        whole = tidied([self.allowed[0], *([adjusted] if adjusted else [])])
        return pd.concat([whole, events], ignore_index=True)

    @property
    def found(self) -> str:
        """One plain sentence with its range."""
        return (
            f"Among {self.n_treated_units} treated units the average effect on {self.design.outcome} is "
            f"{self.allowed[0].told}."
        )


def estimate_effect(panel: pd.DataFrame, design: Design) -> Effect:
    """Estimate what the treatment changed in the treated cells.

    Parameters
    ----------
    panel : DataFrame
        One row per unit and period, with the columns that ``design`` names.
    design : Design

    Raises
    ------
    DesignError
        If the panel cannot identify the effect or its uncertainty, with reason and remedy.
    KeyError, ValueError
        If columns are missing or rows contradict each other (see ``lay_out``).

    Notes
    -----
    Imputation estimator of Borusyak, Jaravel and Spiess (2024); delete-one-unit jackknife of the
    whole procedure with Satterthwaite degrees of freedom; the variance of shared shocks added; robust
    interval as the union over allowances for drift and scale. METHODS.md has the formulas.

    Examples
    --------
    Two units trained in the third period, which then stand 2 points higher, and four never trained:

    >>> rows = pd.DataFrame({"unit": np.repeat(range(6), 4), "time": [1, 2, 3, 4] * 6})
    >>> rows["cohort"] = np.where(rows["unit"] < 2, 3.0, np.nan)
    >>> rows["y"] = 80 + rows["unit"] + rows["time"] % 3 + 2.0 * (rows["time"] >= rows["cohort"])
    >>> round(asn.estimate_effect(rows, asn.Design("y", "unit", "time", "cohort")).estimate, 6)
    2.0
    """
    grid = lay_out(panel, design)
    return estimate_on(grid, design, [grid.outcome])[0]


def estimate_on(grid: Grid, design: Design, outcomes: Sequence[np.ndarray]) -> list[Effect]:
    """Effects on several outcomes (each G x T) of a grid laid out before, which share its design.

    Raises
    ------
    DesignError
        As ``estimate_effect``, for any of them.
    """
    seen = grid.weight > 0
    if any(np.ptp(outcome[seen]) < ALIKE for outcome in outcomes):
        raise DesignError.named("no_variation", design)
    problem = pose(grid, design.comparison)
    if not problem.imputable.any():
        raise DesignError.named("no_comparison", design)
    own = leave_out(problem, problem.targets[None])
    plain = own.of(outcomes)
    if any(np.isnan(each.std_error[0]) for each in plain):
        raise DesignError.named("single_unit", design)
    found = zip(outcomes, plain, allow(own, design, outcomes), strict=True)
    shown = {
        "design": design,
        "horizon": horizon(problem),
        "exposure": exposure(problem),
        **_counts(grid, problem),
    }
    return [
        Effect(grid=replace(grid, outcome=outcome), **shown, **_of_outcome(grid, each, allowed))
        for outcome, each, allowed in found
    ]


def _of_outcome(grid: Grid, own: Estimates, found: Allowances) -> dict[str, Any]:
    """The fields of an Effect that its outcome decides."""
    counted = 1 - float(own.std_error[0] ** 2 / found.rows[0].std_error ** 2) if found.shared else 0.0
    return {
        "allowed": found.rows,
        "drift": found.drift,
        "trend_refusal": found.refusal,
        "shared_by": found.shared and found.shared.by,
        "shared_share": counted,
        "replicates": pd.Series(own.replicates[:, 0], index=grid.units[own.units]),
    }


def _counts(grid: Grid, problem: Problem) -> dict[str, Any]:
    return {
        "n_units": len(grid.units),
        "n_treated_units": int(problem.imputable.any(axis=1).sum()),
        "n_never_treated_units": int((~grid.treated.any(axis=1)).sum()),
        "n_respondents": float(grid.size.sum()),
        "n_cells": int((grid.weight > 0).sum()),
        "n_treated_cells": int(problem.imputable.sum()),
        "n_left_out_cells": int((grid.treated & ~problem.imputable).sum()),
        "n_cells_without_outcome": grid.n_cells_without_outcome,
    }
