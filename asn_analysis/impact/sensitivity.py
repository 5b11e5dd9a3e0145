"""How wrong may parallel trends be before the effect is no longer shown?

Bounds under the two restrictions of Rambachan and Roth (Review of Economic Studies, 2023), relative
magnitudes and smoothness: conservative valid ones, in closed form (METHODS.md, section 10). delta is the
difference in trend between trained and untrained units, 0 in the period before training.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from asn_analysis.impact.callaway import group_time_effects
from asn_analysis.impact.design import Design
from asn_analysis.impact.group_times import Aggregate, GroupTimeEffects
from asn_analysis.impact.refusals import DesignError
from asn_analysis.measures.estimate import Estimate, half_width

PERIODS = 2  # after training, over which the effect is averaged
MOST_MBAR = 10.0  # how far the breakdown is looked for
METHOD = "conservative bound under Rambachan-Roth restrictions"


@dataclass(frozen=True, kw_only=True)
class Sensitivity(Estimate):
    """Bounds for the mean effect of the first periods after training, in units of the outcome.

    The estimate is Callaway-Sant'Anna, dynamic, base the period before training, mean of event times
    0 .. periods - 1.

    Attributes
    ----------
    relative_magnitudes, smoothness : DataFrame
        bound (Mbar, or M in units of the outcome per period), conf_low, conf_high.
    breakdown_mbar, breakdown_m : float
        Largest Mbar and M at which the interval lies on one side of 0; 0 if it never does.
    """

    design: Design
    periods: int
    relative_magnitudes: pd.DataFrame
    smoothness: pd.DataFrame
    breakdown_mbar: float
    breakdown_m: float
    method: str = METHOD

    def tidy(self) -> pd.DataFrame:
        """Both sets of bounds in the house vocabulary."""
        rows = [
            table.assign(term=f"{name}_" + table["bound"].map("{:g}".format))
            for name, table in (("mbar", self.relative_magnitudes), ("m", self.smoothness))
        ]
        table = pd.concat(rows, ignore_index=True)
        return table.assign(estimate=self.estimate, unit_of_measure=self.design.outcome)

    def summary(self) -> str:
        """One plain sentence."""
        return (
            f"Over the first {self.periods} periods the effect is {self.estimate:+.2f}; it would be shown "
            f"with steps between the groups up to {self.breakdown_mbar:.2f} times the largest one before."
        )


def sensitivity(
    panel: pd.DataFrame,
    design: Design,
    mbars: tuple[float, ...] = (0.0, 0.5, 1.0, 1.5, 2.0),
    ms: tuple[float, ...] = (0.0, 0.1, 0.2, 0.5, 1.0),
) -> Sensitivity:
    """Bounds for the mean effect over the first two periods after training.

    Parameters
    ----------
    panel, design : as for ``estimate_effect``
    mbars, ms : the bounds to tabulate

    Raises
    ------
    DesignError
        If fewer than two periods before training, or none of the first ones after, can be compared.
    """
    effects = group_time_effects(panel, design, sampling="units", base="universal")
    events = effects.aggregate("dynamic")
    pre, post = _split(events, max(1, design.leads - 1))
    contrast, covariance = _path(events, pre, post, len(effects.mass))
    df = _degrees_of_freedom(effects)
    quantile = float(half_width(1.0, df, design.confidence))
    steps, lines = _steps(contrast, covariance, len(post)), _lines(contrast, covariance, len(post))
    wide = [(m, *_magnitude_interval(steps, m, quantile)) for m in mbars]
    smooth = [(m, *_smooth_interval(lines, m, quantile)) for m in ms]
    estimate, std_error = float(contrast[0]), float(np.sqrt(covariance[0, 0]))
    scale = max(abs(estimate), std_error)
    return Sensitivity(
        term=f"first_{len(post)}",
        estimate=estimate,
        std_error=std_error,
        df=df,
        confidence=design.confidence,
        unit_of_measure=design.outcome,
        design=design,
        periods=len(post),
        relative_magnitudes=pd.DataFrame(wide, columns=["bound", "conf_low", "conf_high"]),
        smoothness=pd.DataFrame(smooth, columns=["bound", "conf_low", "conf_high"]),
        breakdown_mbar=_breakdown(lambda m: _magnitude_interval(steps, m, quantile), MOST_MBAR),
        breakdown_m=_breakdown(lambda m: _smooth_interval(lines, m, quantile), 4 * scale),
    )


def _split(events: Aggregate, steps: int) -> tuple[np.ndarray, np.ndarray]:
    """Rows of -2, -3, .. (at most ``steps``) and of 0 .. PERIODS - 1, both without a gap."""
    row = {int(event): index for index, event in enumerate(events.rows["term"])}
    before: list[int] = []
    after: list[int] = []
    while len(before) < steps and -2 - len(before) in row:
        before.append(row[-2 - len(before)])
    while len(after) < PERIODS and len(after) in row:
        after.append(row[len(after)])
    if not before or not after:
        raise DesignError.named("no_earlier_period")
    return np.array(before), np.array(after)


def _path(
    events: Aggregate, pre: np.ndarray, post: np.ndarray, n_units: int
) -> tuple[np.ndarray, np.ndarray]:
    """The mean after training, then delta at -2, -3, .., with their covariance."""
    pick = np.zeros((1 + len(pre), len(events.rows)))
    pick[0, post] = 1 / len(post)
    pick[np.arange(1, len(pick)), pre] = 1
    covariance = pick @ events.covariance @ pick.T * n_units / (n_units - 1)
    return pick @ events.rows["estimate"].to_numpy(), covariance


def _degrees_of_freedom(effects: GroupTimeEffects) -> float:
    """One less than the smaller of the two sides, trained or not: cautious with few units."""
    trained = int((~np.isnan(effects.first_treated)).sum())
    return float(max(1, min(trained, len(effects.mass) - trained or trained) - 1))


def _steps(contrast: np.ndarray, covariance: np.ndarray, n_post: int) -> np.ndarray:
    """Steps before training, in units of what they move the mean after it, both signs.

    Estimate, its variance, step, the step's variance, their covariance (2 k x 5). Steps of Mbar times s
    after training add up to Mbar s (P + 1) / 2 on average over P periods.
    """
    delta = np.eye(len(contrast))[1:]  # -2, -3, ..; at -1 it is 0
    newer = np.concatenate([np.zeros((1, len(contrast))), delta[:-1]])
    moves = (n_post + 1) / 2 * np.concatenate([newer - delta, delta - newer])
    mean = np.eye(len(contrast))[0]
    variance = np.einsum("ki,ij,kj->k", moves, covariance, moves)
    size = len(moves)
    return np.column_stack(
        [
            np.full(size, mean @ contrast),
            np.full(size, covariance[0, 0]),
            moves @ contrast,
            variance,
            moves @ covariance[:, 0],
        ]
    )


def _magnitude_interval(steps: np.ndarray, mbar: float, quantile: float) -> tuple[float, float]:
    """The union over which step was truly the largest, and its sign: only the true one has to cover.

    If step s is the largest, the effect lies between estimate - Mbar s and estimate + Mbar s; each end
    is a linear estimate with its own error.
    """
    estimate, variance, step, step_variance, between = steps.T
    spread = variance + mbar**2 * step_variance
    low = estimate - mbar * step - quantile * np.sqrt(np.maximum(spread - 2 * mbar * between, 0))
    high = estimate + mbar * step + quantile * np.sqrt(np.maximum(spread + 2 * mbar * between, 0))
    return float(low.min()), float(high.max())


def _lines(contrast: np.ndarray, covariance: np.ndarray, n_post: int) -> np.ndarray:
    """Effect less a line through the past k periods: estimate, error, and worst bias per unit of M (k x 3).

    The last slope before training is taken from delta at -1 and -1 - k. If slopes change by at most M a
    period, that slope errs by (k - 1) / 2 M, and the t-th period after by t (t + 1) / 2 M more.
    """
    reach = (n_post + 1) / 2
    ahead = np.mean([(t + 1) * (t + 2) / 2 for t in range(n_post)])
    found = []
    for k in range(1, len(contrast)):
        line = np.zeros(len(contrast))
        line[0], line[k] = 1.0, reach / k
        found.append([line @ contrast, np.sqrt(line @ covariance @ line), ahead + reach * (k - 1) / 2])
    return np.array(found)


def _smooth_interval(lines: np.ndarray, m: float, quantile: float) -> tuple[float, float]:
    """The line whose interval is shortest (a choice that does not look at the estimate)."""
    half = quantile * lines[:, 1] + m * lines[:, 2]
    best = half.argmin()
    return float(lines[best, 0] - half[best]), float(lines[best, 0] + half[best])


def _breakdown(interval: Callable[[float], tuple[float, float]], most: float) -> float:
    """The last bound, in thousandths of ``most``, before the interval holds 0."""
    bounds = np.linspace(0, most, 1001)
    for before, bound in zip(np.concatenate([[0.0], bounds]), bounds, strict=False):
        low, high = interval(float(bound))
        if low <= 0 <= high:
            return float(before)
    return float(most)
