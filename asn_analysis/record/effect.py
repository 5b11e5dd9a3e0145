"""An effect as a record holds it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Refused:
    """Why there is no effect, and what would help."""

    code: str
    reason: str
    remedy: str


@dataclass(frozen=True)
class Allowance:
    """The effect under one allowance for drift and scale (see ``impact.allowances``)."""

    scale: str
    trend: str
    estimate: float | None
    std_error: float | None
    df: float | None
    conf_low: float | None
    conf_high: float | None


@dataclass(frozen=True)
class EffectNumbers:
    """An effect with its ranges, in points of the index; all but what was asked is missing where refused.

    Attributes
    ----------
    conf_low, conf_high : where nothing moves but the training
    conf_low_robust, conf_high_robust : under whatever ``allowances`` reaches furthest
    least : the smallest estimate among them; ``conf_low_undrifted`` the lowest bound of those without a trend
    shared_by, shared_share : whose shocks are shared, and their share of the variance
    robust_refusal : why the cautious range cannot be had
    sesoi : smallest effect of interest
    """

    estimate: float | None
    std_error: float | None
    df: float | None
    conf_low: float | None
    conf_high: float | None
    trend_adjusted: float | None
    trend_adjusted_low: float | None
    trend_adjusted_high: float | None
    conf_low_robust: float | None
    conf_high_robust: float | None
    least: float | None
    conf_low_undrifted: float | None
    shared_by: str | None
    shared_share: float | None
    exposure: float | None
    n_treated_cells: int | None
    drift: float | None
    horizon: float | None
    n_units: int | None
    n_treated_units: int | None
    n_never_treated_units: int | None
    n_respondents: float | None
    n_cells: int | None
    n_left_out_cells: int | None
    n_cells_without_outcome: int | None
    method: str | None
    detectable: float | None
    allowances: tuple[Allowance, ...] | None
    sesoi: float
    comparison: str
    refusal: Refused | None
    robust_refusal: str | None
