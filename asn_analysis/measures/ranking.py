"""Units in an order that chance alone cannot make: each index drawn towards the mean by what it rests on.

Normal-normal empirical Bayes (Morris 1983, JASA 78:47-55). Respondents of all units are taken to
differ alike, so that a unit's standard error comes from its number of respondents and not from the
accident that three people agreed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import isnan, sqrt

import numpy as np

from asn_analysis.measures.estimate import LEAST, half_width, paule_mandel, weighted_mean


@dataclass(frozen=True)
class Standing:
    """One unit's index as observed and as drawn towards the mean; ``rank`` is None for a small n.

    Attributes
    ----------
    observed, shrunk, conf_low, conf_high : points of the index
    reliability : share of the unit's own index in ``shrunk``, 0 to 1
    """

    unit_id: str
    n: int
    observed: float
    shrunk: float
    conf_low: float
    conf_high: float
    reliability: float
    small: bool
    rank: int | None = None


def rank_units(
    unit_ids: Sequence[str],
    observed: Sequence[float],
    std_error: Sequence[float | None],
    n: Sequence[int],
    *,
    fewest: int,
) -> tuple[Standing, ...]:
    """Units from the highest to the lowest shrunk index.

    A unit with fewer than ``fewest`` respondents gets a place but no rank, and never the first or
    the last place, however extreme its few respondents were. None has a rank where the units differ by no
    more than who happened to answer.
    """
    indices, counts = np.asarray(observed, float), np.asarray(n, int)
    if len(indices) < 2:
        return ()
    variances = np.maximum(pooled_spread(std_error, counts) ** 2 / counts, LEAST)
    tau2 = paule_mandel(indices, variances)
    mean, _ = weighted_mean(indices, variances, tau2)
    reliability = tau2 / (tau2 + variances)
    shrunk = mean + reliability * (indices - mean)
    spread = half_width(np.sqrt(reliability * variances), np.inf)
    standings = [
        Standing(
            unit_id, int(count), float(index), float(value), float(value - width), float(value + width),
            float(share), bool(count < fewest),
        )
        for unit_id, count, index, value, width, share in zip(
            unit_ids, counts, indices, shrunk, spread, reliability, strict=True
        )
    ]  # fmt: skip
    ordered = sorted(standings, key=lambda unit: (-unit.shrunk, unit.unit_id))
    return _ranked(ordered, differ=tau2 > 0)


def pooled_spread(std_error: Sequence[float | None], n: np.ndarray) -> float:
    """Standard deviation between respondents of one unit, pooled over units by degrees of freedom."""
    errors = np.asarray(std_error, float).tolist()  # None becomes not a number
    known = [(error, int(count)) for error, count in zip(errors, n, strict=True) if not isnan(error)]
    freedom = sum(count - 1 for _, count in known)
    if freedom <= 0:
        return 0.0
    return sqrt(sum((count - 1) * count * error**2 for error, count in known) / freedom)


def _ranked(ordered: Sequence[Standing], *, differ: bool) -> tuple[Standing, ...]:
    """Ranks for the units that have enough respondents, if they differ; the others stand between them."""
    large = [unit for unit in ordered if not unit.small]
    ends = (large[0], large[-1]) if len(large) > 1 else ()
    between = [unit for unit in ordered if unit not in ends]
    ranks = {unit.unit_id: rank for rank, unit in enumerate(large, start=1)} if differ else {}
    order = (*ends[:1], *between, *ends[1:])
    return tuple(replace(unit, rank=ranks.get(unit.unit_id)) for unit in order)
