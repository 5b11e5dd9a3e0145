"""Group-time effects of Callaway and Sant'Anna (Journal of Econometrics, 2021), beside the headline.

ATT(g, t) compares how the outcome of cohort g moved from its base period to t with how it moved in
units not treated by then. No covariates: with them the four estimators of the paper differ, without
them they are this one.

Shapes: G units, T periods, M pairs (g, t), J aggregated rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd

from asn_analysis.impact.design import Design
from asn_analysis.impact.grid import Grid, lay_out
from asn_analysis.impact.refusals import DesignError
from asn_analysis.measures.estimate import Estimate, half_width, tidied, with_tests
from asn_analysis.views.tables import ShownRows

AGGREGATIONS = ("simple", "dynamic", "group", "calendar")
SAMPLINGS = ("cross_sections", "units")
BASES = ("varying", "universal")


@dataclass(frozen=True, kw_only=True)
class Aggregate(Estimate):
    """One way to average the ATT(g, t), in units of the outcome.

    Attributes
    ----------
    kind : "simple", "dynamic", "group" or "calendar"
    rows : DataFrame
        What it averages (event times, cohorts or periods): term, estimate, std_error, conf_low, conf_high.
    influence : (G, J + 1) what each unit adds to the error of each row, the overall average last
    """

    kind: str
    design: Design
    rows: pd.DataFrame = field(repr=False)
    influence: np.ndarray = field(repr=False)

    @property
    def covariance(self) -> np.ndarray:
        """Covariance of the rows (J x J)."""
        rows = self.influence[:, :-1]
        return rows.T @ rows

    def tidy(self) -> pd.DataFrame:
        """The overall average, then what it averages, in the house vocabulary."""
        named = self.rows.assign(term=self.kind + "_" + self.rows["term"].astype(str), df=self.df)
        rows = with_tests(named.assign(unit_of_measure=self.design.outcome))
        return pd.concat([tidied([self]), rows], ignore_index=True)


@dataclass(frozen=True, repr=False)
class GroupTimeEffects(ShownRows):
    """All ATT(g, t), with what each unit adds to their errors.

    Attributes
    ----------
    pairs : DataFrame
        cohort, time, base (labels), event_time, estimate, std_error, conf_low, conf_high, n_units.
    influence : (G, M); its columns sum to 0, their squares to the squared standard errors
    cohort_of : (G,) column of the cohort of each unit among the M pairs' cohorts; mass : (G,) respondents
    """

    design: Design
    pairs: pd.DataFrame = field(repr=False)
    influence: np.ndarray = field(repr=False)
    first_treated: np.ndarray = field(repr=False)
    mass: np.ndarray = field(repr=False)

    def aggregate(self, kind: str = "simple") -> Aggregate:
        """Average over cohorts by their respondents, standard errors with estimated shares."""
        if kind not in AGGREGATIONS:
            raise ValueError(f'aggregation "{kind}" is not one of {", ".join(AGGREGATIONS)}.')
        return _aggregate(self, kind)

    def tidy(self) -> pd.DataFrame:
        """One row a pair, in the house vocabulary."""
        term = "att(" + self.pairs["cohort"].astype(str) + "," + self.pairs["time"].astype(str) + ")"
        return self.pairs.assign(term=term, unit_of_measure=self.design.outcome)

    def summary(self) -> str:
        """One plain sentence with its range."""
        return self.aggregate("simple").summary()


def group_time_effects(
    panel: pd.DataFrame, design: Design, sampling: str = "cross_sections", base: str = "varying"
) -> GroupTimeEffects:
    """Estimate every ATT(g, t) that the panel identifies.

    Parameters
    ----------
    panel, design : as for ``estimate_effect``; units count as independent, whatever ``design.cluster`` says
    sampling : "cross_sections" or "units"
        Whether a cohort's mean is taken afresh each period, weighted by that period's respondents
        (other people each time, as in a survey), or over the changes of its units between the two
        periods, weighted by the respondents of t (levels of units then drop out). Without holes and
        with constant weights the two are one.
    base : "varying" or "universal"
        Before treatment, compare with the period before, or always with the last one before treatment.

    Raises
    ------
    DesignError
        If no ATT(g, t) of a treated period can be identified.

    Examples
    --------
    >>> found = asn.group_time_effects(panel, asn.city_design())
    >>> found.aggregate("simple").summary()
    'att_simple: +3.08 (+1.54 to +4.61) ikm.'
    """
    for name, given, known in (("sampling", sampling, SAMPLINGS), ("base", base, BASES)):
        if given not in known:
            raise ValueError(f'{name} "{given}" is not one of {", ".join(known)}.')
    design.refuse_covariates("Callaway and Sant'Anna's estimator")
    grid = lay_out(panel, design)
    return group_times_on(grid, design, [grid.outcome], sampling, base)[0]


def group_times_on(
    grid: Grid,
    design: Design,
    outcomes: Sequence[np.ndarray],
    sampling: str = "cross_sections",
    base: str = "varying",
) -> list[GroupTimeEffects]:
    """``group_time_effects`` of several outcomes (each G x T) of one grid, which share who is compared."""
    found = [
        pair
        for cohort in np.unique(grid.first_treated[~np.isnan(grid.first_treated)])
        for pair in _pairs_of(grid, outcomes, design.comparison, cohort, sampling, base)
    ]
    if not any(pair["event_time"] >= 0 for pair, *_ in found):
        raise DesignError.named("no_comparison", design)
    pairs, design = pd.DataFrame([pair for pair, *_ in found]), replace(design, cluster=())
    changes, influences = (np.array([each[place] for each in found]) for place in (1, 2))
    mass = grid.weight.sum(axis=1)
    tables = [
        (pairs.assign(estimate=change), np.column_stack(list(influence)))
        for change, influence in zip(changes.T, influences.transpose(1, 0, 2), strict=True)
    ]
    return [
        GroupTimeEffects(design, _with_intervals(*each, design.confidence), each[1], grid.first_treated, mass)
        for each in tables
    ]


def _pairs_of(
    grid: Grid, outcomes: Sequence[np.ndarray], comparison: str, cohort: float, sampling: str, base: str
) -> list[tuple[dict[str, Any], np.ndarray, np.ndarray]]:
    """The ATT(g, t) of one cohort, each with its estimates (K,) and its influence columns (K x G)."""
    own = grid.first_treated == cohort
    earlier = np.flatnonzero((grid.clock < cohort) & (grid.weight[own].sum(axis=0) > 0))
    if not len(earlier):
        return []
    found = []
    for now in range(len(grid.clock)):
        start = earlier[-1]
        if grid.clock[now] < cohort and base == "varying":
            before = earlier[earlier < now]
            start = before[-1] if len(before) else now
        if start == now:
            continue
        controls = _controls(grid, comparison, cohort, max(grid.clock[now], grid.clock[start]))
        changed = _difference(grid, outcomes, own, controls, now, start, sampling)
        if changed is not None:
            pair = {
                "cohort": grid.period(cohort),
                "time": grid.periods[now],
                "base": grid.periods[start],
                "first_treated": cohort,
                "clock": int(grid.clock[now]),
                "event_time": int(grid.clock[now] - cohort),
                "estimate": np.nan,
                "n_units": int((own & (grid.weight[:, now] > 0)).sum()),
            }
            found.append((pair, *changed))
    return found


def _controls(grid: Grid, comparison: str, cohort: float, until: float) -> np.ndarray:
    """Units not treated by ``until`` and not of the cohort itself; cohorts after the end count as never."""
    never = np.isnan(grid.first_treated) | (grid.first_treated > grid.clock[-1])
    if comparison == "never_treated":
        return never
    return (never | (grid.first_treated > until)) & (grid.first_treated != cohort)


def _difference(
    grid: Grid,
    outcomes: Sequence[np.ndarray],
    own: np.ndarray,
    controls: np.ndarray,
    now: int,
    start: int,
    sampling: str,
) -> tuple[np.ndarray, np.ndarray] | None:
    """By outcome: change of the cohort less its controls', what each unit adds; None if a side is empty."""
    weight = grid.weight
    changes, influences = np.zeros(len(outcomes)), np.zeros((len(outcomes), len(weight)))
    if sampling == "units":
        both = (weight[:, now] > 0) & (weight[:, start] > 0)
        parts = [(1.0, both * weight[:, now], [each[:, now] - each[:, start] for each in outcomes])]
    else:
        moments = ((1.0, now), (-1.0, start))
        parts = [(sign, weight[:, at], [each[:, at] for each in outcomes]) for sign, at in moments]
    for sign, mass, values in parts:
        for side, members in ((1.0, own), (-1.0, controls)):
            share = mass * members
            if share.sum() == 0:
                return None
            share = share / share.sum()
            for which, each in enumerate(values):
                mean = share @ each
                changes[which] += sign * side * mean
                influences[which] += sign * side * share * (each - mean)
    return changes, influences


# What the rows of an aggregation are over: their key among the pairs, and the column that names each.
ROWS = {
    "simple": ("", ""),
    "dynamic": ("event_time", "event_time"),
    "group": ("first_treated", "cohort"),
    "calendar": ("clock", "time"),
}


def _aggregate(effects: GroupTimeEffects, kind: str) -> Aggregate:
    pairs, confidence, (key, label) = effects.pairs, effects.design.confidence, ROWS[kind]
    after = (pairs["event_time"] >= 0).to_numpy()
    shown = after | (kind == "dynamic")
    values = np.unique(pairs[key][shown]) if key else np.array([])
    masks = [(pairs[key] == value).to_numpy() & shown for value in values]
    found = [_over(effects, mask) for mask in masks]
    rows = pd.DataFrame(
        {
            "term": [pairs[label][mask].iloc[0] for mask in masks],
            "estimate": [estimate for estimate, _ in found],
        }
    )
    columns = np.column_stack([*(column for _, column in found), np.zeros((len(effects.mass), 0))])
    rows = _with_intervals(rows, columns, confidence)
    if kind == "simple":
        estimate, overall = _over(effects, after)
    elif kind == "group":
        estimate, overall = _by_respondents(effects, values, rows["estimate"].to_numpy(), columns)
    else:
        alike = (values >= 0) | (kind == "calendar")
        estimate, overall = float(rows["estimate"][alike].mean()), columns[:, alike].mean(axis=1)
    return Aggregate(
        term=f"att_{kind}",
        estimate=estimate,
        std_error=float(np.sqrt(overall @ overall)),
        df=np.inf,
        confidence=confidence,
        unit_of_measure=effects.design.outcome,
        kind=kind,
        design=effects.design,
        rows=rows,
        influence=np.column_stack([columns, overall]),
    )


def _over(effects: GroupTimeEffects, mask: np.ndarray) -> tuple[float, np.ndarray]:
    """Average of some pairs."""
    chosen = effects.pairs[mask]
    cohorts, values = chosen["first_treated"].to_numpy(), chosen["estimate"].to_numpy()
    return _by_respondents(effects, cohorts, values, effects.influence[:, mask])


def _by_respondents(
    effects: GroupTimeEffects, cohorts: np.ndarray, values: np.ndarray, influence: np.ndarray
) -> tuple[float, np.ndarray]:
    """Average of effects by the respondents of their cohorts, with the error of those shares."""
    belongs = effects.first_treated[:, None] == cohorts
    mass = effects.mass @ belongs
    share, estimate = mass / mass.sum(), float(mass @ values / mass.sum())
    return estimate, influence @ share + effects.mass * (belongs @ (values - estimate)) / mass.sum()


def _with_intervals(rows: pd.DataFrame, influence: np.ndarray, confidence: float) -> pd.DataFrame:
    std_error = np.sqrt((influence**2).sum(axis=0))
    half = half_width(std_error, np.inf, confidence)
    return rows.assign(
        std_error=std_error, conf_low=rows["estimate"] - half, conf_high=rows["estimate"] + half
    )
