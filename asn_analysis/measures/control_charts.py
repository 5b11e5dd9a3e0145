"""Control charts of units: individual values with limits from moving ranges (XmR), for surveys.

Respondents differ from quarter to quarter, so that a value's noise is its own sampling noise plus what
moves a unit from one quarter to the next; the second is had from the moving ranges of all units.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import stdtr

from asn_analysis.measures.panel import QUARTER, noise_of_mean
from asn_analysis.rules.rules import load_charts, load_skm

TENTHS = 10
ROUNDS = 30  # of fitting units and quarters in turn; the tenth digit stands long before


@dataclass(frozen=True)
class Charts:
    """What the charts of the units say in a quarter.

    Attributes
    ----------
    between : standard deviation that moves a unit between quarters, beyond who answered, in points,
        rounded up to tenths
    table : unit_id, n_quarters, now, centre, low, high (the usual range), beyond ("below", "above" or None,
        of the unit's own values); city_low, city_high (its usual range as the city has moved),
        warning ("beyond", "run" or None: the rule by which it fell) and rise (the same upwards); low, high
        and beyond are missing where a unit has too few quarters for a range of its own
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
    df : successive quarters of units that it was learned from
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
    found = _between(x, v)
    return replace(found, df=min(found.df, MOST_DF))


def chart_units(panel: pd.DataFrame, quarter: pd.Period) -> Charts:
    """Which units fell or rose, of those surveyed in the quarter and before, and where each usually stands.

    This is the one answer to "did this unit fall?"; whatever says so takes it from here.

    Parameters
    ----------
    panel : cells up to the quarter, without those that must not be used
    quarter : the one that is judged by all before it
    """
    value, noise = _series(panel, quarter)
    surveys = value.notna().sum(axis=1)
    judged = (surveys > 1) & value[quarter].notna()
    units, x, v = value.index[judged], value[judged].to_numpy(), noise[judged].to_numpy()
    if not len(units):
        return Charts(0.0, pd.DataFrame(columns=["unit_id", "warning", "rise", "beyond"]))
    own, movement = _chart(x, v), _movement(x)
    relative = _chart(x - movement, v)
    table = pd.DataFrame({"unit_id": units, "n_quarters": surveys[judged].to_numpy(), "now": x[:, -1]})
    for name in ("centre", "low", "high", "beyond"):
        table[name] = own[name]
    for name in ("low", "high"):
        table[f"city_{name}"] = (relative[name] + movement[-1]).clip(*load_skm().ends)
    table[["low", "high"]] = table[["low", "high"]].clip(*load_skm().ends)
    few = table["n_quarters"] < load_charts().fewest_quarters
    table.loc[few, ["low", "high", "beyond"]] = [np.nan, np.nan, None]
    table["warning"], table["rise"] = _told(own, relative)
    return Charts(float(own["between"].sd), table)


def _series(panel: pd.DataFrame, quarter: pd.Period) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Index and its sampling variance, unit x quarter, of the quarters in which the city surveyed."""
    cells = panel[(panel["quarter"] <= quarter) & (panel["n_scored"] > 1)]
    noise = load_skm().scale ** 2 * noise_of_mean(cells)
    cells = cells.assign(noise=noise).set_index(["unit_id", "quarter"])
    known = {quarter, *(panel["quarter"][panel["quarter"] <= quarter] if len(cells) else ())}
    quarters = pd.PeriodIndex(sorted(known), freq=QUARTER)
    value, noise = (cells[name].unstack().reindex(columns=quarters).sort_index() for name in ("ikm", "noise"))
    return value, noise.where(value.notna())


def _movement(x: np.ndarray) -> np.ndarray:
    """How far all units stand from their own levels in each quarter: the city's trend and season.

    Levels and movement are fitted together, so that a unit that was not always surveyed bends neither.
    """
    movement = np.zeros((1, x.shape[1]))
    for _ in range(ROUNDS):
        level = _known_mean(x - movement, axis=1)
        movement = _known_mean(x - level, axis=0)
    return movement[0]


def _known_mean(x: np.ndarray, axis: int) -> np.ndarray:
    """Of what is known; missing where nothing is, as in a quarter in which some element was not asked."""
    with np.errstate(invalid="ignore"):
        return np.nansum(x, axis, keepdims=True) / (~np.isnan(x)).sum(axis, keepdims=True)


def _between(x: np.ndarray, v: np.ndarray) -> Between:
    """Moving ranges beyond sampling noise: half the mean of d^2 - v_t - v_(t-1), its root rounded up."""
    excess = (np.diff(x, axis=1) ** 2 - v[:, 1:] - v[:, :-1]) / 2
    known = int(np.isfinite(excess).sum())
    variance = np.nanmean(excess) if known else 0.0
    sd = np.ceil(np.sqrt(max(variance, 0.0)) * TENTHS) / TENTHS
    return Between(float(sd), known)


def _chart(x: np.ndarray, v: np.ndarray) -> dict[str, np.ndarray]:
    """Usual range and signals of each row's last value and last run."""
    rules = load_charts()
    between = _between(x, v)
    # Where everybody answers alike nothing varies; a tiny variance keeps the weights finite.
    weight = np.where(np.isnan(x), 0.0, 1 / np.maximum(v + between.sd**2, 1e-6))
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


def _told(own: dict[str, Any], relative: dict[str, Any]) -> tuple[np.ndarray, np.ndarray]:
    """The rule by which each unit fell, and by which it rose, given how the whole city moved.

    Its own values must have moved to the same side: where others rise, standing still is no fall. Of the
    units that are told, no more than the declared share is expected to be so by chance.
    """
    rules = {}
    for rule, z in (("beyond", "z_beyond"), ("run", "z_run")):
        signal = pd.notna(relative[rule]) & (own[z] * relative[z] > 0)
        tail = stdtr(max(relative["between"].df, 1), -np.abs(relative[z]))
        rules[rule] = np.where(signal, 4 * tail, 1.0)  # two rules, two sides
    first = rules["beyond"] <= rules["run"]
    told = _discoveries(np.where(first, rules["beyond"], rules["run"]), load_charts().false_discovery_rate)
    rule = np.where(first, "beyond", "run").astype(object)
    z = np.where(first, relative["z_beyond"], relative["z_run"])
    return np.where(told & (z < 0), rule, None), np.where(told & (z > 0), rule, None)


def _discoveries(p_value: np.ndarray, rate: float) -> np.ndarray:
    """Benjamini and Hochberg (1995, JRSS B 57:289-300)."""
    ranked = np.sort(p_value)
    passed = ranked[ranked <= rate * np.arange(1, len(ranked) + 1) / len(ranked)]
    return p_value <= (passed[-1] if len(passed) else -1.0)
