"""What training may be expected to do in a unit: by type of unit, and by kind of training.

Whether effects differ is tested first: where the evidence cannot tell, all get the common effect, and
no kind is put before another.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from asn_analysis.impact.average import Average, GroupedEffects, alike, covariance_of
from asn_analysis.measures.estimate import half_width, on_axes, paule_mandel


@dataclass(frozen=True)
class Expected:
    """What a training may be expected to do in a unit of each type, in points.

    Attributes
    ----------
    points : by type
    covariance : of these expectations (types x types)
    df : degrees of freedom of their ranges
    differ : whether the evidence can tell types apart; if not, all have the common effect
    """

    points: pd.Series
    covariance: pd.DataFrame
    df: float
    differ: bool


def expected_effects(
    types: Sequence[str],
    common: tuple[float, float, float],
    groups: GroupedEffects | None,
    alike_p_value: float = 0.05,
    fewest_units: int = 10,
) -> Expected:
    """The effect to expect by type of unit.

    Parameters
    ----------
    types : of the units that could be trained
    common : estimate, standard error and degrees of freedom of the effect on all
    groups : the effects by type, or None
    alike_p_value : types are told apart only if Hotelling's test of one effect for all lies below
    fewest_units : trained units below which a type has no say in that test, and gets the mean of types
    """
    names = sorted(set(types))
    known = _known(groups, fewest_units)
    if known and alike(known) < alike_p_value:
        return _drawn_together(names, known)
    estimate, error, df = common
    together = np.full((len(names), len(names)), error**2)
    return Expected(pd.Series(float(estimate), names), pd.DataFrame(together, names, names), float(df), False)


def _known(groups: GroupedEffects | None, fewest_units: int) -> list[Average]:
    return [effect for effect in groups.effects if effect.n_units >= fewest_units] if groups else []


def _drawn_together(names: Sequence[str], known: Sequence[Average]) -> Expected:
    """Estimates drawn towards their mean as far as chance may have parted them (empirical Bayes)."""
    y, chance = np.array([effect.estimate for effect in known]), covariance_of(known)
    tau2 = float(paule_mandel(*on_axes(y, chance)))
    spread = np.linalg.inv(chance + tau2 * np.eye(len(y)))
    mean_variance = 1 / spread.sum()
    mean = mean_variance * spread.sum(axis=0) @ y
    pull = tau2 * spread  # how much of a type's own deviation is believed
    rest = (np.eye(len(y)) - pull).sum(axis=1)
    told = [effect.term for effect in known]
    every = sorted({*names, *told})
    points, covariance = pd.Series(mean, every), pd.DataFrame(mean_variance, every, every)
    points[told] = mean + pull @ (y - mean)
    covariance.loc[told, told] = tau2 * (np.eye(len(y)) - pull) + mean_variance * np.outer(rest, rest)
    for name in set(every) - set(told):
        covariance.loc[name, told] = covariance.loc[told, name] = mean_variance * rest
        covariance.loc[name, name] += tau2
    df = float(min(effect.df for effect in known))
    return Expected(points[list(names)], covariance.loc[list(names), list(names)], df, True)


@dataclass(frozen=True)
class Kinds:
    """What the evidence says of the kinds of training against each other.

    Attributes
    ----------
    equal_p_value : Hotelling's test that all kinds have one effect
    best : the kind to be preferred, None where the evidence cannot rank them
    estimate, conf_low, conf_high : its effect in points, drawn towards the mean of kinds, and its range
    lift, lift_variance : by how many points it lies above the mix of kinds held so far
    df : degrees of freedom of these ranges
    """

    equal_p_value: float
    best: str | None = None
    estimate: float | None = None
    conf_low: float | None = None
    conf_high: float | None = None
    lift: float = 0.0
    lift_variance: float = 0.0
    df: float = float("inf")


def rank_kinds(
    groups: GroupedEffects | None, alike_p_value: float = 0.05, fewest_units: int = 10
) -> Kinds | None:
    """Whether one kind of training does more than every other, and how much may be counted on.

    A kind is preferred only if the kinds differ (Hotelling), and its effect, drawn towards the mean, is
    above 0 and above that of each other kind by more than their ranges allow. None where fewer than
    two kinds were held in ``fewest_units`` units.

    Parameters
    ----------
    groups : effects by kind (``analysis.annex.kinds``), or None
    alike_p_value : kinds are told apart only if the test lies below

    Examples
    --------
    >>> kinds = asn.rank_kinds(asn.analyse(panel, quarter).annex.kinds, fewest_units=2)
    >>> kinds.best is None, round(kinds.equal_p_value, 2)  # nothing tells the kinds apart
    (True, 0.99)
    """
    known = _known(groups, fewest_units)
    if len(known) < 2:
        return None
    p_value = alike(known)
    if not p_value < alike_p_value:
        return Kinds(p_value)
    drawn = _drawn_together([effect.term for effect in known], known)
    best = str(drawn.points.idxmax())
    half = float(half_width(1.0, drawn.df))
    margins = [_contrast(drawn, best, {name: 1.0}) for name in drawn.points.index if name != best]
    margins.append(_contrast(drawn, best, {}))
    if any(gap - half * np.sqrt(variance) <= 0 for gap, variance in margins):
        return Kinds(p_value)
    held = pd.Series({effect.term: effect.n_respondents for effect in known})
    points, variance = margins[-1]
    reach = half * np.sqrt(variance)
    lift = _contrast(drawn, best, (held / held.sum()).to_dict())
    return Kinds(p_value, best, points, points - reach, points + reach, *lift, drawn.df)


def _contrast(drawn: Expected, best: str, others: dict[str, float]) -> tuple[float, float]:
    """The best kind less a mix of kinds, and its variance."""
    weight = pd.Series(0.0, drawn.points.index)
    weight[best] += 1.0
    weight -= pd.Series(others, dtype=float).reindex(weight.index, fill_value=0.0)
    values = weight.to_numpy()
    return float(values @ drawn.points.to_numpy()), float(values @ drawn.covariance.to_numpy() @ values)


def with_kind(expected: Expected, kinds: Kinds | None) -> Expected:
    """The expectations if the preferred kind is held; unchanged where none is preferred.

    What the kind adds is a contrast between kinds, taken as independent of what the types gain.
    """
    if kinds is None or kinds.best is None:
        return expected
    return replace(
        expected,
        points=expected.points + kinds.lift,
        covariance=expected.covariance + kinds.lift_variance,
        df=min(expected.df, kinds.df),
    )
