"""Control charts of units: individual values with limits from moving ranges (XmR), for surveys.

Respondents differ from quarter to quarter, so that a value's noise is its own sampling noise plus what
moves a unit from one quarter to the next; the second is had from the moving ranges of all units.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import ndtr

from asn_analysis.measures.panel import QUARTER
from asn_analysis.rules.rules import load_charts, load_skm

TENTHS = 10


@dataclass(frozen=True)
class Charts:
    """What the charts of the units say in a quarter.

    Attributes
    ----------
    between : standard deviation that moves a unit between quarters, beyond who answered, in points,
        rounded up to tenths
    table : unit_id, n_quarters, now, centre, low, high (the usual range), beyond ("below", "above" or None,
        of the unit's own values); city_low, city_high (its usual range as the city has moved),
        warning ("beyond", "run" or None) and rise (the same upwards), by this range
    """

    between: float
    table: pd.DataFrame

    def of(self, column: str) -> pd.DataFrame:
        return self.table[self.table[column].notna()]


@dataclass(frozen=True)
class Between:
    """What moves a unit from quarter to quarter beyond who answered, whatever is done in it.

    Attributes
    ----------
    sd : standard deviation, in points, rounded up to tenths
    df : successive quarters of units that it was learned from, at most ``MOST_DF``
    """

    sd: float
    df: int


NOTHING = Between(0.0, 0)
MOST_DF = 100  # beyond it Student's t is normal for all that is printed


def between_quarters(panel: pd.DataFrame, quarter: pd.Period) -> Between:
    """Learned from all units up to a quarter, their common movement taken off where there are several."""
    value, noise = _series(panel, quarter)
    n_units = len(value)
    together = value.notna().sum() >= min(n_units, 2)
    x, v = value.loc[:, together].to_numpy(), noise.loc[:, together].to_numpy()
    if n_units > 1:  # the mean that is taken off holds a part of each unit's own movement
        x = (x - _movement(x)) * np.sqrt(n_units / (n_units - 1))
    return _between(x, v)


def chart_units(panel: pd.DataFrame, quarter: pd.Period) -> Charts:
    """Charts of the units surveyed in the quarter that have enough quarters.

    Parameters
    ----------
    panel : cells up to the quarter, without those that must not be used
    quarter : the one that is judged by all before it
    """
    rules = load_charts()
    value, noise = _series(panel, quarter)
    enough = value.notna().sum(axis=1).ge(rules.fewest_quarters) & value[quarter].notna()
    units, x, v = value.index[enough], value[enough].to_numpy(), noise[enough].to_numpy()
    if not len(units):
        return Charts(0.0, pd.DataFrame(columns=["unit_id", "warning", "rise", "beyond"]))
    own = _chart(x, v)
    movement = _movement(x)
    relative = _chart(x - movement, v)
    table = pd.DataFrame({"unit_id": units, "n_quarters": (~np.isnan(x)).sum(axis=1), "now": x[:, -1]})
    for name in ("centre", "low", "high", "beyond"):
        table[name] = own[name]
    table[["low", "high"]] = table[["low", "high"]].clip(*load_skm().ends)
    for name in ("low", "high"):
        table[f"city_{name}"] = (relative[name] + movement[-1]).clip(*load_skm().ends)
    threshold = rules.expected_false_alarms / (2 * len(units))
    for name, side in (("warning", "below"), ("rise", "above")):
        table[name] = _told(own, relative, side, threshold)
    return Charts(float(own["between"]), table)


def _series(panel: pd.DataFrame, quarter: pd.Period) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Index and its sampling variance, unit x quarter, of the quarters in which the city surveyed."""
    cells = panel[(panel["quarter"] <= quarter) & (panel["n_scored"] > 1)]
    n = cells["n_scored"]
    spread = (cells["sum2_score"] - cells["sum_score"] ** 2 / n).clip(lower=0.0) / (n - 1)
    cells = cells.assign(noise=load_skm().scale ** 2 * spread / n).set_index(["unit_id", "quarter"])
    known = {quarter, *(panel["quarter"][panel["quarter"] <= quarter] if len(cells) else ())}
    quarters = pd.PeriodIndex(sorted(known), freq=QUARTER)
    value, noise = (cells[name].unstack().reindex(columns=quarters).sort_index() for name in ("ikm", "noise"))
    return value, noise.where(value.notna())


def _movement(x: np.ndarray) -> np.ndarray:
    """How far all units stand from their own means in each quarter: the city's trend and season."""
    return np.nan_to_num(np.nanmean(x - np.nanmean(x, axis=1, keepdims=True), axis=0))


def _between(x: np.ndarray, v: np.ndarray) -> Between:
    """Moving ranges beyond sampling noise: half the mean of d^2 - v_t - v_(t-1), its root rounded up."""
    excess = (np.diff(x, axis=1) ** 2 - v[:, 1:] - v[:, :-1]) / 2
    known = int(np.isfinite(excess).sum())
    variance = np.nanmean(excess) if known else 0.0
    sd = np.ceil(np.sqrt(max(variance, 0.0)) * TENTHS) / TENTHS
    return Between(float(sd), min(known, MOST_DF))


def _chart(x: np.ndarray, v: np.ndarray) -> dict[str, np.ndarray]:
    """Usual range and signals of each row's last value and last run."""
    rules = load_charts()
    between = _between(x, v).sd
    # Where everybody answers alike nothing varies; a tiny variance keeps the weights finite.
    weight = np.where(np.isnan(x), 0.0, 1 / np.maximum(v + between**2, 1e-6))
    before, lately = weight.copy(), weight.copy()
    before[:, -1] = 0.0
    centre, variance = _mean(x, before)
    sd = np.sqrt(variance + 1 / weight[:, -1])
    z = (x[:, -1] - centre) / sd
    lately[:, : -rules.run] = 0.0
    earlier = weight - lately
    (late, late_variance), (early, early_variance) = _mean(x, lately), _mean(x, earlier)
    z_run = (late - early) / np.sqrt(late_variance + early_variance)
    side = np.sign(x[:, -rules.run :] - early[:, None])
    # NaN, a quarter without a value, is on no side and ends the run.
    one_side = (side == side[:, -1:]).all(axis=1)
    return {
        "between": between,
        "centre": centre,
        "low": centre - rules.limit * sd,
        "high": centre + rules.limit * sd,
        "z_beyond": z,
        "z_run": z_run,
        "beyond": _named(z, np.abs(z) > rules.limit),
        "run": _named(z_run, one_side & (np.abs(z_run) > rules.limit)),
    }


def _mean(x: np.ndarray, weight: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Weighted mean of each row, and its variance."""
    total = np.maximum(weight.sum(axis=1), 1e-6)
    return (np.nan_to_num(x) * weight).sum(axis=1) / total, 1 / total


def _named(z: np.ndarray, signal: np.ndarray) -> np.ndarray:
    return np.select([signal & (z < 0), signal & (z > 0)], ["below", "above"], default=None)


def _told(own: dict[str, Any], relative: dict[str, Any], side: str, threshold: float) -> np.ndarray:
    """The rule by which a unit stands out against the city, seldom enough by chance.

    Its own values must have moved to the same side: where others rise, standing still is no fall.
    """
    sign = -1.0 if side == "below" else 1.0
    found = [
        (relative[rule] == side) & (sign * own[z] > 0) & (ndtr(-sign * relative[z]) <= threshold)
        for rule, z in (("beyond", "z_beyond"), ("run", "z_run"))
    ]
    return np.select(found, ["beyond", "run"], default=None)
