"""How wrong may parallel trends be before the effect is no longer shown?

Conservative bounds under the two restrictions of Rambachan and Roth (Review of Economic Studies, 2023)
on delta, the difference in trend between trained and untrained units (0 in the period before training):

- relative magnitudes: |delta_t - delta_(t-1)| after training is at most Mbar times the largest such step
  before it;
- smoothness: the slope of delta changes by at most M from one period to the next.

These intervals are valid and wider than the conditional ones of the paper (C-LF, FLCI): they bound the worst
case in closed form instead of solving for the shortest interval. A breakdown value found here is therefore
at most the one that those would give.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from asn_analysis.impact.callaway import Aggregate, GroupTimeEffects, group_time_effects
from asn_analysis.impact.design import Design, DesignError

METHOD = "conservative bound under Rambachan-Roth restrictions"


@dataclass(frozen=True)
class Sensitivity:
    """Bounds for the mean effect of the first periods after training, in units of the outcome.

    Attributes
    ----------
    estimate, std_error, df : float
        Callaway-Sant'Anna, dynamic, base the period before training, mean of event times 0 .. periods - 1.
    relative_magnitudes, smoothness : DataFrame
        bound (Mbar, or M in units of the outcome per period), conf_low, conf_high.
    breakdown_mbar, breakdown_m : float
        Largest Mbar and M at which the interval lies on one side of 0; 0 if it never does.
    """

    design: Design
    periods: int
    estimate: float
    std_error: float
    df: float
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
    periods: int = 2,
    mbars: tuple[float, ...] = (0.0, 0.5, 1.0, 1.5, 2.0),
    ms: tuple[float, ...] = (0.0, 0.1, 0.2, 0.5, 1.0),
) -> Sensitivity:
    """Bounds for the mean effect over the first ``periods`` after training.

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
    pre, post = _split(events, periods)
    contrast, covariance = _path(events, pre, post, len(effects.mass))
    df = _degrees_of_freedom(effects)
    level = (1 - design.confidence) / 2  # half of the error for the effect, half for the past
    steps, step_errors = _steps(contrast[1:], covariance[1:, 1:])
    past = float((np.abs(steps) + stdtrit(df, 1 - level) * step_errors).max())
    estimate, std_error = float(contrast[0]), float(np.sqrt(covariance[0, 0]))
    noise = float(stdtrit(df, 1 - level / 2)) * std_error
    reach = past * (len(post) + 1) / 2
    wide = [(m, estimate - noise - m * reach, estimate + noise + m * reach) for m in mbars]
    quantile = float(stdtrit(df, 0.5 + design.confidence / 2))
    lines = _lines(contrast, covariance, len(post))
    smooth = [(m, *_smooth_interval(lines, m, quantile)) for m in ms]
    columns = ["bound", "conf_low", "conf_high"]
    return Sensitivity(
        design,
        len(post),
        estimate,
        std_error,
        df,
        pd.DataFrame(wide, columns=columns),
        pd.DataFrame(smooth, columns=columns),
        max(0.0, (abs(estimate) - noise) / reach),
        _smooth_breakdown(lines, quantile, abs(estimate)),
    )


def _split(events: Aggregate, periods: int) -> tuple[np.ndarray, np.ndarray]:
    """Rows of -2, -3, .. without a gap, newest first, and of 0 .. periods - 1 without a gap."""
    row = {int(event): index for index, event in enumerate(events.rows["term"])}
    before, after = [], []
    while -2 - len(before) in row:
        before.append(row[-2 - len(before)])
    while len(after) < periods and len(after) in row:
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


def _steps(delta: np.ndarray, covariance: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Steps of delta before training: -1 less -2 (delta is 0 at -1), -2 less -3, .., and their errors."""
    difference = -np.eye(len(delta))
    difference[np.arange(1, len(delta)), np.arange(len(delta) - 1)] = 1
    return difference @ delta, np.sqrt(np.diag(difference @ covariance @ difference.T))


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


def _smooth_breakdown(lines: np.ndarray, quantile: float, scale: float) -> float:
    """The first M, to a thousandth of the effect, whose interval holds 0."""
    step = max(scale, lines[:, 1].min()) / 1000
    for m in np.arange(0, 4001) * step:
        low, high = _smooth_interval(lines, m, quantile)
        if low <= 0 <= high:
            return float(max(0.0, m - step))
    return float(4000 * step)
