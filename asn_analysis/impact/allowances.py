"""What an effect would be if trained units had moved otherwise all along, or the scale were another.

The headline assumes parallel trends in points; a drift of trained units, which may have gone on, bent or sped
up, and a scale with ends bend it in real cities. The robust interval is the union over all allowances for
these, and the size that can be claimed is the smallest (METHODS.md, section 3).

Shapes: G units, T periods.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from asn_analysis.impact.design import Design
from asn_analysis.impact.estimands import Estimates, combined
from asn_analysis.impact.imputation import Problem, pose
from asn_analysis.impact.jackknife import LeaveOneOut, leave_out, leave_out_regressors
from asn_analysis.impact.refusals import DesignError
from asn_analysis.impact.shared import Shocks, shocks_of_each
from asn_analysis.measures.estimate import Estimate

SCALES = ("points", "logit")
TRENDS = ("none", "continued", "doubled")
CLOSEST = 0.01  # share of the scale that an outcome stays away from its ends before logits are taken


@dataclass(frozen=True, kw_only=True)
class Allowed(Estimate):
    """The effect under one allowance: on a scale (of ``SCALES``), with a trend (of ``TRENDS``)."""

    scale: str
    trend: str


@dataclass(frozen=True)
class Allowances:
    """The effect under each allowance.

    Attributes
    ----------
    rows : one a combination that could be had; the first is the headline
    shared : the shocks that the headline allows for, or None
    drift : the linear trend of ever-treated units in the outcome's unit per period, or None where it cannot
        be told
    refusal : code of why it cannot, or None
    """

    rows: tuple[Allowed, ...]
    shared: Shocks | None
    drift: Estimate | None
    refusal: str | None


def allow(own: LeaveOneOut, design: Design, outcomes: Sequence[np.ndarray]) -> list[Allowances]:
    """The effect on each outcome (G x T) under each allowance; ``own`` leaves units out of the headline."""
    asked, n = list(outcomes), len(outcomes)
    if design.bounds is not None:
        asked += [_stretched(own.problem, design.bounds, outcome) for outcome in outcomes]
    found, n_units = _trends(own, asked), int(own.problem.imputable.any(axis=1).sum())
    return [_put_together(dict(zip(SCALES, found[k::n], strict=False)), design, n_units) for k in range(n)]


@dataclass(frozen=True)
class _Trends:
    """On one scale: trend to the effect under it; the drift, or the code of why it cannot be told."""

    effects: dict[str, Estimates]
    drift: Estimates | None
    refusal: str | None


def _trends(own: LeaveOneOut, outcomes: Sequence[np.ndarray]) -> list[_Trends]:
    """What each outcome says without and with a trend.

    The trend is learned from all untreated cells, whatever the comparison: never-treated cells alone cannot
    show it. Shocks that groups share are told from what the trend leaves.
    """
    grid, plain = own.problem.grid, own.of(outcomes)
    headlines = [
        {"none": each.with_shared(shocks)}
        for each, shocks in zip(plain, shocks_of_each(grid, outcomes), strict=True)
    ]
    ever = ~np.isnan(grid.first_treated)
    trend = ever[:, None] * (grid.clock - grid.clock.mean())
    try:
        problem = pose(grid, "not_yet_treated", trend[:, :, None])
    except DesignError as error:
        return [_Trends(each, None, error.code) for each in headlines]
    effects = leave_out(problem, own.targets).of(outcomes)
    drifts = leave_out_regressors(problem).of(outcomes)
    left = shocks_of_each(
        grid, [y - drift.value[0] * trend for y, drift in zip(outcomes, drifts, strict=True)]
    )
    return [_with_trend(*each) for each in zip(headlines, plain, effects, drifts, left, strict=True)]


def _with_trend(
    headline: dict[str, Estimates],
    plain: Estimates,
    effect: Estimates,
    drift: Estimates,
    left: Sequence[Shocks],
) -> _Trends:
    if np.isnan([effect.std_error[0], drift.std_error[0]]).any():
        return _Trends(headline, None, "single_unit")
    twice = combined(plain, effect, (-1.0, 2.0))
    allowed = {"continued": effect.with_shared(left), "doubled": twice.with_shared(left)}
    return _Trends(headline | allowed, drift.with_shared(left), None)


def _put_together(scales: dict[str, _Trends], design: Design, n_units: int) -> Allowances:
    about: dict[str, Any] = {
        "confidence": design.confidence,
        "unit_of_measure": design.outcome,
        "n_units": n_units,
    }
    rows = tuple(
        estimates.one(0, Allowed, term=_term(scale, trend), scale=scale, trend=trend, **about)
        for scale, found in scales.items()
        for trend, estimates in found.effects.items()
    )
    points = scales["points"]
    drift = points.drift.one(0, Estimate, term="drift", **about) if points.drift else None
    return Allowances(rows, points.effects["none"].shared, drift, points.refusal)


def _term(scale: str, trend: str) -> str:
    headline = {"none": "att", "continued": "att_trend_adjusted"} if scale == "points" else {}
    return headline.get(trend, f"att_{scale}_{trend}")


def _stretched(problem: Problem, bounds: tuple[float, float], outcome: np.ndarray) -> np.ndarray:
    """The outcome's logits, a point there a point where treated cells would be without training."""
    untrained = float(np.average(problem.expected(outcome), weights=problem.targets))
    return np.where(problem.grid.weight > 0, as_logits(outcome, bounds, untrained), 0.0)


def as_logits(outcome: np.ndarray, bounds: tuple[float, float], mean: float) -> np.ndarray:
    """Logits of where the outcome lies between its bounds, stretched to points at ``mean``."""
    low, high = bounds
    share = np.clip((np.array([mean]) - low) / (high - low), CLOSEST, 1 - CLOSEST)
    found = np.clip((outcome - low) / (high - low), CLOSEST, 1 - CLOSEST)
    return (high - low) * share * (1 - share) * np.log(found / (1 - found))
