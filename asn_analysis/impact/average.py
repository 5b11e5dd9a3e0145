"""The plain effect alone, whole or by group: kinds of training, hours, unit types, elements.

The same imputation and jackknife as the headline, without its event study and trend. Groups of one
call share their comparison and their left-out estimates, so differences between them carry their
covariance.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from asn_analysis.impact.columns import ordinal, require
from asn_analysis.impact.design import Design
from asn_analysis.impact.estimands import Estimates
from asn_analysis.impact.grid import Grid, lay_out, spread
from asn_analysis.impact.imputation import Problem, pose
from asn_analysis.impact.jackknife import effects_on, leave_out
from asn_analysis.impact.refusals import DesignError
from asn_analysis.impact.shared import shocks_of, shocks_of_each
from asn_analysis.measures.estimate import Estimate, equal_p_value, jackknife_error, tidied
from asn_analysis.views.tables import ShownRows


@dataclass(frozen=True, kw_only=True)
class Average(Estimate):
    """An average effect on treated cells, in units of the outcome; ``term`` is what these have in common.

    Attributes
    ----------
    n_units, n_respondents : treated units, and the weight of their treated cells
    replicates : Series, the estimate with each contributing unit left out
    """

    n_units: int
    n_respondents: float
    design: Design
    replicates: pd.Series = field(repr=False)


@dataclass(frozen=True, repr=False)
class GroupedEffects(ShownRows):
    """Average effects of several groups of treated cells.

    Attributes
    ----------
    by : column whose values make the groups
    effects : tuple of Average, one a group
    equal_p_value : float, Hotelling's test that all groups have one effect; NaN where it cannot be had
    refused : groups without any cell that can be imputed
    """

    by: str
    effects: tuple[Average, ...]
    equal_p_value: float
    refused: tuple[str, ...]

    def tidy(self) -> pd.DataFrame:
        """One row a group."""
        return tidied(self.effects)

    def summary(self) -> str:
        """One plain sentence."""
        told = " ".join(effect.summary() for effect in self.effects)
        return f"{told} Chance of differences as large if all were alike: {self.equal_p_value:.3f}."


def average_effect(panel: pd.DataFrame, design: Design) -> Average:
    """The headline's plain estimate; ``panel`` and ``design`` as for ``estimate_effect``."""
    grid = lay_out(panel, design)
    return averages_on(grid, design, [grid.outcome])[0]


def averages_on(grid: Grid, design: Design, outcomes: Sequence[np.ndarray]) -> list[Average]:
    """``average_effect`` on several outcomes (each G x T) of a grid that this design has laid out."""
    problem, targets = _pose(grid, design)
    found = leave_out(problem, targets[None]).of(outcomes)
    if any(np.isnan(each.std_error[0]) for each in found):
        raise DesignError.named("single_unit", design)
    pairs = zip(found, shocks_of_each(grid, outcomes), strict=True)
    return [
        _averages(design, grid, each.with_shared(shocks), targets[None], ["att"])[0] for each, shocks in pairs
    ]


def effects_by(panel: pd.DataFrame, design: Design, by: str) -> GroupedEffects:
    """The average effect of each group of treated cells, all against the same untreated cells.

    Parameters
    ----------
    panel, design : as for ``estimate_effect``
    by : column that says to which group a cell belongs (kind of training, unit type, band of hours);
        cells where it is missing belong to none

    Examples
    --------
    >>> groups = asn.effects_by(panel, asn.city_design(), "kind")
    >>> groups.tidy()["term"].tolist()
    ['communication', 'managerial', 'technical']
    """
    require(panel, [by])
    grid = lay_out(panel, design)
    problem, targets = _pose(grid, design)
    code, names = pd.factorize(panel[by], sort=True)
    group = spread(panel, design, grid, code.astype(float), -1.0)
    per_group = np.stack([targets * (group == g) for g in range(len(names))])
    found = per_group.any(axis=(1, 2))
    if not found.any():
        raise DesignError("no_group", f"No row under treatment has a {by}.", f"Fill {by} where treated.")
    shown = [str(name) for name in names[found]]
    estimates = effects_on(problem, per_group[found]).with_shared(shocks_of(grid, grid.outcome))
    averages = tuple(_averages(design, grid, estimates, per_group[found], shown))
    return GroupedEffects(
        by,
        averages,
        alike(averages),
        tuple(str(name) for name in names[~found]),
    )


def untouched_by(panel: pd.DataFrame, design: Design, other: str) -> pd.DataFrame:
    """The cells in which another treatment has not begun, for a design that asks for this one alone.

    Parameters
    ----------
    other : column with the first period of the other treatment, missing if never
    """
    return panel[~_begun(panel, design, other)]


def joint_effects(panel: pd.DataFrame, design: Design, other: str) -> GroupedEffects:
    """The effect of the design's treatment alone, of the other alone, and of both together.

    All three are imputed from cells that neither has touched, so a cell's group is what has begun in
    it; the groups are named "first", "other" and "both".
    """
    first, second = _begun(panel, design, design.cohort), _begun(panel, design, other)
    groups = np.select([first & second, first, second], ["both", "first", "other"], "")
    either = panel[[design.cohort, other]].min(axis=1)
    # A column of missing periods alone loses its kind in min().
    either = either.astype(panel[design.cohort].dtype)
    told = panel.assign(**{design.cohort: either}, group=pd.Series(groups, panel.index).replace("", None))
    return effects_by(told, design, "group")


def _begun(panel: pd.DataFrame, design: Design, cohort: str) -> pd.Series:
    return ordinal(panel[design.time], design.time) >= ordinal(panel[cohort], cohort)


def dose_slope(panel: pd.DataFrame, design: Design, dose: str) -> Estimate:
    """How much more effect one more unit of dose goes with: a weighted regression over treated cells.

    Parameters
    ----------
    dose : column, above 0 in treated cells (hours of training); a slope across units that chose, or
        were given, different doses: it describes, it does not prove
    """
    grid = lay_out(panel, design)
    problem, targets = _pose(grid, design)
    given = spread(panel, design, grid, panel[dose].to_numpy(dtype=float, na_value=np.nan), 0.0)
    if (given[targets > 0] <= 0).any():
        raise ValueError(f"{dose} must be above 0 in every treated cell.")
    total, weighted = targets.sum(), (targets * given).sum()
    squares = (targets * (given - weighted / total) ** 2).sum()
    if squares <= 1e-12 * total:
        raise DesignError.named("one_dose")
    # mean effect weighted by dose, less the plain mean: a positive-weight form of the covariance
    pair = effects_on(problem, np.stack([targets, targets * given]))
    scale = weighted / squares
    slope, left = scale * np.diff(pair.value)[0], scale * np.diff(pair.replicates, axis=1)[:, 0]
    return Estimate(
        term=f"per_{dose}",
        estimate=float(slope),
        std_error=float(jackknife_error(left - slope)),
        df=float(np.min(pair.df)),
        confidence=design.confidence,
        unit_of_measure=design.outcome,
        n_units=int((targets > 0).any(axis=1).sum()),
    )


def _pose(grid: Grid, design: Design) -> tuple[Problem, np.ndarray]:
    problem = pose(grid, design.comparison)
    if not problem.imputable.any():
        raise DesignError.named("no_comparison", design)
    return problem, problem.targets


def _averages(
    design: Design, grid: Grid, estimates: Estimates, targets: np.ndarray, names: Sequence[str]
) -> list[Average]:
    return [
        estimates.one(
            e,
            Average,
            term=name,
            design=design,
            confidence=design.confidence,
            unit_of_measure=design.outcome,
            n_units=int((targets[e] > 0).any(axis=1).sum()),
            n_respondents=float(targets[e].sum()),
            replicates=pd.Series(estimates.replicates[:, e], index=grid.units[estimates.units]),
        )
        for e, name in enumerate(names)
    ]


def alike(effects: Sequence[Average]) -> float:
    """Hotelling's test that groups of one call have one effect, over those with a standard error."""
    usable = [effect for effect in effects if not np.isnan(effect.std_error)]
    if len(usable) < 2:
        return float("nan")
    contrast = np.diff(np.eye(len(usable)), axis=0)
    gaps = contrast @ np.array([effect.estimate for effect in usable])
    df = min(effect.df for effect in usable)
    found = equal_p_value(gaps, contrast @ covariance_of(usable) @ contrast.T, df)
    return float("nan") if found is None else found


def covariance_of(effects: Sequence[Average]) -> np.ndarray:
    """Jackknife covariance of groups of one call, which share the units left out."""
    apart = np.stack([(effect.replicates - effect.estimate).to_numpy() for effect in effects])
    return apart @ apart.T * (apart.shape[1] - 1) / apart.shape[1]
