"""Group-time effects of Callaway and Sant'Anna (Journal of Econometrics, 2021), beside the headline.

ATT(g, t) compares how the outcome of cohort g moved from its base period to t with how it moved in
units not treated by then. No covariates: with them the four estimators of the paper differ, without
them they are this one.

Shapes: G units, T periods, M pairs (g, t).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from asn_analysis.impact.design import Design
from asn_analysis.impact.grid import Grid, lay_out
from asn_analysis.impact.group_times import GroupTimeEffects, with_intervals
from asn_analysis.impact.refusals import DesignError

SAMPLINGS = ("cross_sections", "units")
BASES = ("varying", "universal")


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
        GroupTimeEffects(design, with_intervals(*each, design.confidence), each[1], grid.first_treated, mass)
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
