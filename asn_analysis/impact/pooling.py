"""One effect over several cities, each of which estimated its own: partial pooling, and what it amounts to.

City i estimates its effect theta_i with a standard error; the theta_i lie about a mean mu with variance tau2:
estimate_i ~ N(theta_i, v_i), theta_i ~ N(mu, tau2). Only estimates and errors are read, so no respondent is
needed. Every function takes one province or many at once: the last axis is that of the cities.

Shapes: K cities; (..., K) in, (...) out.

A record tells of one quarter, so nothing here asks whether a finding was held; each city's own verdict does.

============  ================================================================================
lowers        the cautious range lies below 0, after the least exposure
short         the cautious range lies below the smallest effect of interest, after the least exposure
raises        the cautious range lies above 0, and even its smallest estimate reaches the smallest
              effect of interest
rises         the plain range lies above 0
open          otherwise
============  ================================================================================

Certainty (0-5) starts from the cities' own, by their weight, and loses a point for each weakness of the pool.
Under 3, ``raises`` is told as ``rises``, and ``lowers`` and ``short`` as ``open``; without any, all is open.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor
from typing import Literal

import numpy as np
from scipy.special import chdtri

from asn_analysis.impact.verdict import LEAST_CERTAINTY, Finding, Standard, above_zero, below, reaches
from asn_analysis.measures.estimate import (
    cochran_q,
    half_width,
    paule_mandel,
    root,
    weighted_mean,
    where_q_is,
)

Answer = Literal["lowers", "short", "raises", "rises", "open"]
Spread = Literal["differ", "alike", "unknown"]
ANSWERS: tuple[Answer, ...] = ("lowers", "short", "raises", "rises", "open")
WITH_LITTLE: dict[Answer, Answer] = {"raises": "rises", "lowers": "open", "short": "open"}


def answer(found: Finding, standard: Standard, certainty: int) -> Answer:
    """The first answer of the table that holds, or what little certainty leaves of it."""
    if certainty == 0:
        return "open"
    told = _told(found, standard)
    return WITH_LITTLE.get(told, told) if certainty < LEAST_CERTAINTY else told


def _told(found: Finding, standard: Standard) -> Answer:
    if below(0.0, standard)(found):
        return "lowers"
    if below(standard.sesoi, standard)(found):
        return "short"
    if reaches(standard)(found):
        return "raises"
    return "rises" if above_zero(found.conf_low) else "open"


def certainty_of(own: Sequence[int], weights: Sequence[float], weaknesses: Sequence[str]) -> tuple[int, int]:
    """The cities' certainty by their weight, rounded down, and what the pool's weaknesses leave of it."""
    start = floor(sum(points * weight for points, weight in zip(own, weights, strict=True)) + 1e-9)
    return start, max(start - len(weaknesses), 0)


def spread_of(tau_low: float, tau_high: float, sesoi: float) -> Spread:
    """Whether cities differ: beyond chance, by less than half of what would matter, or one cannot tell."""
    if tau_low > 0:
        return "differ"
    return "alike" if tau_high < sesoi / 2 else "unknown"


FEWEST = 3  # cities: with two, the spread between cities is one difference, and its range has no end
LEAST_DF = 3.0
GRID = np.concatenate([[0.0], np.geomspace(1e-6, 1.0, 120)])  # where the likelihood is looked at


@dataclass(frozen=True)
class Pooled:
    """The effect over cities, in units of the outcome.

    Attributes
    ----------
    estimate, std_error, df, conf_low, conf_high : mean effect, by Hartung and Knapp with the safeguard
    next_low, next_high : where the true effect of a further city of this kind lies
    tau, tau_low, tau_high : standard deviation of true effects between cities (REML), its Q-profile range
    tau_paule_mandel : the same by another estimator
    tau_averaged : the same, averaged over its likelihood; ranges of single cities rest on it
    share_between : of the variance of estimates, what is between cities (I2)
    q, inflation : Cochran's Q; Hartung and Knapp's factor before the safeguard
    weights : (..., K), adding to 1
    shrunk, shrunk_low, shrunk_high : (..., K), each city's effect drawn towards the mean
    """

    estimate: np.ndarray
    std_error: np.ndarray
    df: int
    conf_low: np.ndarray
    conf_high: np.ndarray
    next_low: np.ndarray
    next_high: np.ndarray
    tau: np.ndarray
    tau_low: np.ndarray
    tau_high: np.ndarray
    tau_paule_mandel: np.ndarray
    tau_averaged: np.ndarray
    share_between: np.ndarray
    q: np.ndarray
    inflation: np.ndarray
    weights: np.ndarray
    shrunk: np.ndarray
    shrunk_low: np.ndarray
    shrunk_high: np.ndarray


@dataclass(frozen=True)
class Profile:
    """Twice the restricted log-likelihood, but for a constant, at values of tau2: both (..., len(GRID))."""

    tau2: np.ndarray
    height: np.ndarray


def pool(
    estimates: np.ndarray, std_errors: np.ndarray, confidence: float, df: np.ndarray | float = np.inf
) -> Pooled:
    """Estimates of K cities, their standard errors and these errors' degrees of freedom, each (..., K).

    Raises
    ------
    ValueError
        If there are fewer than three cities, or an estimate or error that is not finite and above 0.
    """
    y = np.asarray(estimates, dtype=float)
    v = np.asarray(std_errors, dtype=float) ** 2 * _t_variance(df)
    if y.shape[-1] < FEWEST or not (np.isfinite(y).all() and np.isfinite(v).all() and (v > 0).all()):
        raise ValueError(f"Pooling needs {FEWEST} cities, each with an estimate and an error above 0.")
    profile, pooled_df = profile_of(y, v), y.shape[-1] - 1
    tau2, wide = reml(y, v, profile), averaged(profile)
    low, high = tau2_range(y, v, confidence)
    mean, weight = weighted_mean(y, v, tau2)
    inflation = cochran_q(y, v, tau2) / pooled_df
    variance = np.maximum(inflation, 1.0) / weight.sum(-1)
    std_error = np.sqrt(variance)
    half, ahead = (
        half_width(error, pooled_df, confidence) for error in (std_error, np.sqrt(wide + variance))
    )
    own = tau2[..., None] / (tau2[..., None] + v)  # how much of each city's own estimate is kept
    shrunk = own * y + (1 - own) * mean[..., None]
    # The squared error of an estimate so drawn, where true effects differ by ``wide``.
    error2 = own**2 * v + (1 - own) ** 2 * (wide + variance)[..., None]
    around = half_width(np.sqrt(error2), pooled_df, confidence)
    return Pooled(
        estimate=mean,
        std_error=std_error,
        df=pooled_df,
        conf_low=mean - half,
        conf_high=mean + half,
        next_low=mean - ahead,
        next_high=mean + ahead,
        tau=np.sqrt(tau2),
        tau_low=np.sqrt(low),
        tau_high=np.sqrt(high),
        tau_paule_mandel=np.sqrt(paule_mandel(y, v)),
        tau_averaged=np.sqrt(wide),
        share_between=tau2 / (tau2 + typical_variance(v)),
        q=cochran_q(y, v, np.zeros_like(tau2)),
        inflation=inflation,
        weights=weight / weight.sum(-1, keepdims=True),
        shrunk=shrunk,
        shrunk_low=shrunk - around,
        shrunk_high=shrunk + around,
    )


def profile_of(y: np.ndarray, v: np.ndarray) -> Profile:
    """The restricted likelihood from 0 to where it can only fall.

    Beyond the squared range R2 of the estimates the slope is negative: with p a city's share of the weight w,
    |y - mean| <= (1 - p) R, so that sum w2 (y - mean)2 <= (R2 / tau2) sum w (1 - p).
    """
    tau2 = GRID * np.ptp(y, axis=-1)[..., None] ** 2
    return Profile(tau2, np.stack([_likelihood(y, v, tau2[..., n]) for n in range(len(GRID))], axis=-1))


def _t_variance(df: np.ndarray | float) -> np.ndarray:
    """How much wider than its standard error says an estimate is spread: its error is known from few units.

    The variance of Student's t; below three degrees of freedom it grows without end, and three are taken.
    """
    known = np.maximum(np.asarray(df, dtype=float), LEAST_DF)
    return 1 / (1 - 2 / known)


def reml(y: np.ndarray, v: np.ndarray, profile: Profile) -> np.ndarray:
    """The tau2 of highest restricted likelihood: the best of its profile, then the root of the slope there.

    The likelihood may have two hills, on which steps uphill from one start would choose by chance.
    """
    best = profile.height.argmax(-1)[..., None]
    low = np.take_along_axis(profile.tau2, np.maximum(best - 1, 0), -1)[..., 0]
    high = np.take_along_axis(profile.tau2, np.minimum(best + 1, len(GRID) - 1), -1)[..., 0]
    return root(lambda tau2: _slope(y, v, tau2), low, high)


def averaged(profile: Profile) -> np.ndarray:
    """The mean of tau2 over its restricted likelihood, every tau between 0 and the estimates' range alike.

    The highest likelihood is often at 0 where cities do differ; ranges of single cities must not rest on it.
    """
    likely = np.exp((profile.height - profile.height.max(-1, keepdims=True)) / 2)
    tau = np.sqrt(profile.tau2)
    whole = np.trapezoid(likely, tau, axis=-1)
    with np.errstate(invalid="ignore"):  # where all estimates are the same there is nothing to average over
        return np.where(whole > 0, np.trapezoid(likely * profile.tau2, tau, axis=-1) / whole, 0.0)


def tau2_range(y: np.ndarray, v: np.ndarray, confidence: float) -> tuple[np.ndarray, np.ndarray]:
    """The Q-profile range: every tau2 under which Q is no surprise."""
    df, tail = y.shape[-1] - 1, (1 - confidence) / 2
    return where_q_is(chdtri(df, tail), y, v), where_q_is(chdtri(df, 1 - tail), y, v)


def typical_variance(v: np.ndarray) -> np.ndarray:
    """Higgins and Thompson's: what the errors of these cities amount to."""
    weight = 1 / v
    total = weight.sum(-1)
    return (v.shape[-1] - 1) * total / (total**2 - (weight**2).sum(-1))


def _likelihood(y: np.ndarray, v: np.ndarray, tau2: np.ndarray) -> np.ndarray:
    """Twice the restricted log-likelihood, but for a constant."""
    weight = 1 / (v + tau2[..., None])
    return np.log(weight).sum(-1) - np.log(weight.sum(-1)) - cochran_q(y, v, tau2)


def _slope(y: np.ndarray, v: np.ndarray, tau2: np.ndarray) -> np.ndarray:
    """Of ``_likelihood`` over tau2."""
    mean, weight = weighted_mean(y, v, tau2)
    squares = (weight**2 * (y - mean[..., None]) ** 2).sum(-1)
    return squares - weight.sum(-1) + (weight**2).sum(-1) / weight.sum(-1)
