"""An ordered logit on the counts of the four answers, with unit and period effects.

    P(answer <= k) = L(kappa_k - alpha_g - lambda_t - tau D_gt),    L the logistic function.

Newton steps are analytic. Unit effects enter the Hessian as a diagonal and are eliminated, so the
system to solve has one row a cut-point, a period and the effect, whatever the number of units.

Shapes: G units, T periods, N cells, Q = 3 + (T - 1) + 1 parameters beside the unit effects.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd
from scipy.special import expit, stdtr, stdtrit

from asn_analysis.impact.design import Design, DesignError, Grid, lay_out

TOLERANCE = 1e-10
STEPS = 60


@dataclass(frozen=True)
class OrderedLogit:
    """The effect on the log odds of a better answer.

    Attributes
    ----------
    estimate, std_error, df, conf_low, conf_high : float
        Log odds ratio of treated cells, clustered by unit, t with G - 1 degrees of freedom.
    cut_points : (3,) ; periods : (T,), the first 0; units : (G,), NaN where a unit answers alike throughout
    log_likelihood : float
    n_units, n_respondents : behind the estimate
    n_left_out_units : units whose answers are all 1 or all 4: their effect is infinite, they tell nothing
    """

    design: Design
    estimate: float
    std_error: float
    df: float
    conf_low: float
    conf_high: float
    cut_points: np.ndarray = field(repr=False)
    periods: np.ndarray = field(repr=False)
    log_likelihood: float
    n_units: int
    n_respondents: float
    n_left_out_units: int
    method: str = "grouped ordered logit, unit and period effects, clustered by unit"

    def tidy(self) -> pd.DataFrame:
        """One row in the house vocabulary."""
        statistic = self.estimate / self.std_error
        names = ["estimate", "std_error", "df", "conf_low", "conf_high", "n_units", "n_respondents"]
        row = {name: [getattr(self, name)] for name in names}
        return pd.DataFrame({"term": ["log_odds"], **row}).assign(
            statistic=statistic, p_value=2 * stdtr(self.df, -abs(statistic)), unit_of_measure="log odds"
        )

    def summary(self) -> str:
        """One plain sentence with its range."""
        ratio, low, high = np.exp([self.estimate, self.conf_low, self.conf_high])
        return f"The odds of a better answer are multiplied by {ratio:.2f} ({low:.2f} to {high:.2f})."


@dataclass(frozen=True)
class _Data:
    """Cells with answers: counts (N, 4), unit (N,), and regressors beside the unit effects x (N, P)."""

    counts: np.ndarray
    unit: np.ndarray
    x: np.ndarray


def ordered_logit(panel: pd.DataFrame, design: Design, counts: Sequence[str]) -> OrderedLogit:
    """The effect on the log odds of a better answer.

    Parameters
    ----------
    panel, design : as for ``estimate_effect``; outcome, weight and comparison play no part
    counts : columns with the number of answers 1, 2, 3, 4 of each cell

    Notes
    -----
    One effect for all treated cells: like any regression with a single dummy it weighs comparisons by
    their precision, those with units already treated included. It is a check of the sign, not of the size.
    """
    answered = panel[list(counts)].sum(axis=1)
    named = panel.assign(answered=answered, outcome_is_counts=0.0)
    grid = lay_out(named, replace(design, outcome="outcome_is_counts", weight="answered"))
    data, n_left_out = _data(named, design, grid, counts)
    kappa, beta, alpha = _fit(data)
    scores, information, likelihood = _derivatives(data, kappa, beta, alpha)
    std_error = _clustered_error(data, scores, information)
    df = float(len(alpha) - 1)
    half = float(stdtrit(df, 0.5 + design.confidence / 2)) * std_error
    return OrderedLogit(
        design,
        float(beta[-1]),
        std_error,
        df,
        float(beta[-1]) - half,
        float(beta[-1]) + half,
        kappa,
        np.concatenate([[0.0], beta[:-1]]),
        likelihood,
        len(alpha),
        float(data.counts.sum()),
        n_left_out,
    )


def _data(panel: pd.DataFrame, design: Design, grid: Grid, counts: Sequence[str]) -> tuple[_Data, int]:
    """Cells with answers, without the units that answer 1 or 4 throughout."""
    unit = pd.Index(grid.units).get_indexer(panel[design.unit])
    period = pd.Index(grid.periods).get_indexer(panel[design.time])
    given = panel[list(counts)].to_numpy(dtype=float)
    present = (given.sum(axis=1) > 0) & (unit >= 0) & (period >= 0)
    unit, period, given = unit[present], period[present], given[present]
    totals = np.zeros((len(grid.units), 4))
    np.add.at(totals, unit, given)
    tells = (totals.sum(axis=1) > totals[:, 0]) & (totals.sum(axis=1) > totals[:, 3])
    kept = tells[unit]
    if (totals[tells].sum(axis=0) == 0).any():
        raise DesignError.named("empty_answer")
    treated = grid.treated[unit, period].astype(float)
    dummies = np.eye(len(grid.clock))[period][:, 1:]
    x = np.column_stack([dummies, treated])[kept]
    order = np.cumsum(tells) - 1
    return _Data(given[kept], order[unit[kept]], x), int((~tells).sum())


def _fit(data: _Data) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Maximum likelihood by Newton steps, halved while they do not rise; unit effects sum to 0 at the end."""
    share = data.counts.sum(axis=0).cumsum()[:3] / data.counts.sum()
    kappa, beta = np.log(share / (1 - share)), np.zeros(data.x.shape[1])
    alpha = np.zeros(data.unit.max() + 1)
    scores, information, best = _derivatives(data, kappa, beta, alpha)
    for _ in range(STEPS):
        step = _solve(data, scores, information)
        size = 1.0
        while size > 1e-6:
            tried = [
                old + size * part for old, part in zip((kappa, beta, alpha), _split(data, step), strict=True)
            ]
            following = _derivatives(data, *tried)
            if following[2] >= best - TOLERANCE:
                break
            size /= 2
        (kappa, beta, alpha), (scores, information, best) = tried, following
        if max(np.abs(part).max() for part in step) < TOLERANCE * 100:
            middle = alpha.mean()
            return kappa - middle, beta, alpha - middle
    raise DesignError.named("no_maximum")


def _derivatives(
    data: _Data, kappa: np.ndarray, beta: np.ndarray, alpha: np.ndarray
) -> tuple[np.ndarray, np.ndarray, float]:
    """Per cell: score (N, 4), negative Hessian (N, 4, 4) in (kappa_1..3, index); and the log-likelihood."""
    index = alpha[data.unit] + data.x @ beta
    below = expit(kappa - index[:, None])  # P(answer <= k), N x 3
    if (np.diff(kappa) <= 0).any():
        return np.zeros((len(index), 4)), np.zeros((len(index), 4, 4)), -np.inf
    edge = np.zeros((len(index), 1))
    share = np.diff(np.concatenate([edge, below, edge + 1], axis=1), axis=1)
    share = np.maximum(share, 1e-300)
    slope, bend = below * (1 - below), below * (1 - below) * (1 - 2 * below)
    # of each answer's share: first derivatives in kappa, and second ones, which have no cross terms
    first, second = np.zeros((len(index), 4, 4)), np.zeros((len(index), 4, 4, 4))
    for k in range(3):
        for answer, sign in ((k, 1.0), (k + 1, -1.0)):
            first[:, answer, k] += sign * slope[:, k]
            second[:, answer, k, k] += sign * bend[:, k]
            second[:, answer, k, 3] -= sign * bend[:, k]
            second[:, answer, 3, k] -= sign * bend[:, k]
            second[:, answer, 3, 3] += sign * bend[:, k]
            first[:, answer, 3] -= sign * slope[:, k]
    ratio = data.counts / share
    scores = np.einsum("na,nap->np", ratio, first)
    outer = np.einsum("na,nap,naq->npq", ratio / share, first, first)
    information = outer - np.einsum("na,napq->npq", ratio, second)
    return scores, information, float((data.counts * np.log(share)).sum())


def _gather(
    data: _Data, scores: np.ndarray, information: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Scores by unit and the blocks of the Hessian: unit scores (G, Q), (G,), and Q x Q, G x Q, G."""
    n_units = data.unit.max() + 1
    own = np.concatenate([scores[:, :3], scores[:, 3:] * data.x], axis=1)
    shared = np.zeros((n_units, own.shape[1]))
    np.add.at(shared, data.unit, own)
    level = np.bincount(data.unit, scores[:, 3], n_units)
    cut, cross, index = information[:, :3, :3], information[:, :3, 3], information[:, 3, 3]
    to_x = cross.T @ data.x
    whole = np.block([[cut.sum(axis=0), to_x], [to_x.T, (data.x * index[:, None]).T @ data.x]])
    border = np.zeros((n_units, own.shape[1]))
    np.add.at(border, data.unit, np.concatenate([cross, index[:, None] * data.x], axis=1))
    return shared, level, whole, border, np.bincount(data.unit, index, n_units)


def _eliminated(whole: np.ndarray, border: np.ndarray, own: np.ndarray) -> np.ndarray:
    """The inverse of the Hessian with unit effects eliminated.

    Moving all cut-points and all unit effects together changes nothing: that direction is left out by
    the pseudo-inverse, and no other parameter feels it.
    """
    return np.linalg.pinv(whole - border.T @ (border / own[:, None]), rcond=1e-11, hermitian=True)


def _solve(data: _Data, scores: np.ndarray, information: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The Newton step of the shared parameters (Q,) and of the unit effects (G,)."""
    shared, level, whole, border, own = _gather(data, scores, information)
    step = _eliminated(whole, border, own) @ (shared.sum(axis=0) - border.T @ (level / own))
    return step, (level - border @ step) / own


def _split(data: _Data, step: tuple[np.ndarray, np.ndarray]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    return step[0][:3], step[0][3:], step[1]


def _clustered_error(data: _Data, scores: np.ndarray, information: np.ndarray) -> float:
    """Sandwich by unit of the last shared parameter, times G / (G - 1)."""
    shared, level, whole, border, own = _gather(data, scores, information)
    parts = (shared - border * (level / own)[:, None]) @ _eliminated(whole, border, own)[:, -1]
    return float(np.sqrt((parts**2).sum() * len(parts) / (len(parts) - 1)))
