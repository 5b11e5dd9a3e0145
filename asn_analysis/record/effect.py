"""An effect as a record holds it, and the estimates that stand beside it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Refused:
    """Why there is no effect, and what would help."""

    code: str
    reason: str
    remedy: str


@dataclass(frozen=True)
class Estimate:
    """An estimate in points with its range."""

    estimate: float | None
    conf_low: float | None
    conf_high: float | None


@dataclass(frozen=True)
class Measured(Estimate):
    """The same with its standard error and degrees of freedom."""

    std_error: float | None
    df: float | None


@dataclass(frozen=True)
class Allowance(Measured):
    """The effect under one allowance for drift and scale (see ``impact.allowances``)."""

    scale: str
    trend: str


@dataclass(frozen=True)
class EffectNumbers(Measured):
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


@dataclass(frozen=True)
class InAnswers:
    """The effect's size in answers: as if so many of 100 people rated all elements one step otherwise."""

    of_100: float
    higher: bool


@dataclass(frozen=True)
class AtTime(Measured):
    """The effect so many quarters since the training."""

    event_time: int
    n_units: int


@dataclass(frozen=True)
class Path:
    """Trained units in a quarter, as observed and as expected without the training."""

    time: str
    n_units: int
    observed: float
    expected: float
    gap: float


@dataclass(frozen=True)
class ElementEffect(Measured):
    """The effect on an element's answers (1-4), and in points of its index; ranges hold for all nine."""

    code: str
    name: str
    p_value_holm: float | None
    points: float | None
    points_low: float | None
    points_high: float | None


@dataclass(frozen=True)
class Named(Estimate):
    """What another estimator says."""

    name: str


@dataclass(frozen=True)
class Group(Estimate):
    """The effect in one group of units."""

    term: str
    n_units: int


@dataclass(frozen=True)
class TwoWay(Estimate):
    """What two-way fixed effects would have said, and how much of it rests on units already trained."""

    forbidden_weight: float


@dataclass(frozen=True)
class Randomisation:
    """How often chance alone gives a difference this clear."""

    p_value: float
    draws: int
    seed: int


@dataclass(frozen=True)
class CutPoints:
    """The effect on the shares of low answers to an element."""

    code: str
    at_most_1: float
    at_most_2: float
    at_most_3: float


@dataclass(frozen=True)
class Sensitivity:
    """How much trends may differ until the effect no longer shows."""

    breakdown_mbar: float | None
    breakdown_m: float | None
    periods: int


@dataclass(frozen=True)
class Specification(Estimate):
    """One way to ask the question."""

    estimator: str
    comparison: str
    weight: str
    window: str
    covariates: str
    scoring: str
    refusal: str | None
    headline: bool


@dataclass(frozen=True)
class Counts:
    """How many specifications there are, agree in sign, show it, and reach ``sesoi``."""

    n: int
    n_refused: int
    sign: int
    n_same_sign: int
    n_shown: int
    n_sesoi: int
    sesoi: float
