"""Randomisation inference: had the order of training been drawn again, how often so large a statistic?

Sharp null hypothesis: training changed no unit's outcome in any period. Studentising the imputation estimate
keeps the size right for the weak null of no average effect too (Wu and Ding, 2021).

Shapes: P draws at once, G units, T periods.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import permutations

import numpy as np
import pandas as pd

from asn_analysis.impact.design import Design
from asn_analysis.impact.grid import Grid, lay_out
from asn_analysis.impact.refusals import DesignError

HELD = 1 << 20  # numbers of one array held at once
DRAWS = 999
ALL_ORDERS = 7  # units up to which every order is dealt, 5,040 of them


# How a public lot set the order of training (``followup.rollout``): its units in the order drawn, each with
# the kecamatan within which it was drawn.
Lot = tuple[tuple[str, str | None], ...]


@dataclass(frozen=True)
class Randomisation:
    """The p value of dealing out the start periods again.

    Attributes
    ----------
    statistic : float
        The imputation estimate over its linearised clustered standard error.
    p_value : float
        (1 + draws at least as far from 0) / (1 + draws); of all orders, the share that is as far.
    draws : int
        All orders where there are few.
    seed : int
    """

    design: Design
    statistic: float
    p_value: float
    draws: int
    seed: int

    def summary(self) -> str:
        """One plain sentence."""
        return (
            f"Dealing out the start of training {self.draws} times, a share of {self.p_value:.3f} "
            "of the draws shows a difference at least as clear as the real one."
        )


def randomisation_test(
    panel: pd.DataFrame, design: Design, draws: int = DRAWS, seed: int = 1, lot: Lot | None = None
) -> Randomisation:
    """Deal out the cohorts again among units and compare the studentised estimate.

    Parameters
    ----------
    panel, design : as for ``estimate_effect``
    draws, seed : how many times, and from which seed
    lot : the lot that set the order; without one any unit might have begun when any other did
    """
    grid = lay_out(panel, design)
    never = design.comparison == "never_treated"
    estimate, std_error = (values[0] for values in studentised(grid, grid.first_treated[None], never))
    if np.isnan(estimate):
        raise DesignError.named("no_comparison")
    rng = np.random.default_rng(seed)
    starts, exact = _dealt(grid, lot, draws, rng)
    step = max(1, HELD // grid.weight.size)
    statistics = []
    for place in range(0, len(starts), step):
        with np.errstate(invalid="ignore", divide="ignore"):  # a draw that identifies nothing is NaN
            statistics.append(np.divide(*studentised(grid, starts[place : place + step], never)))
    drawn = np.abs(np.concatenate(statistics))
    statistic = estimate / std_error if std_error > 0 else np.inf
    extreme = int((~(drawn < abs(statistic) * (1 - 1e-9))).sum())
    real = 0 if exact else 1  # among all orders is the real one
    return Randomisation(
        design,
        float(statistic),
        (real + extreme) / (real + len(drawn)),
        len(drawn),
        seed,
    )


def studentised(grid: Grid, first_treated: np.ndarray, never: bool) -> tuple[np.ndarray, np.ndarray]:
    """Imputation estimate and its linearised standard error for P assignments (P x G): (P,), (P,).

    The standard error is the root of the sum of squared unit contributions, times G / (G - 1).
    """
    treated = grid.clock >= first_treated[:, :, None]
    level = grid.weight * ~treated
    teaches = level * np.isnan(first_treated)[:, :, None] if never else level
    normal = _normal(teaches)
    level, targets = _imputable(normal, teaches, level, grid.weight * treated)
    added = targets.sum(axis=2)
    net = targets - _ratio(added, level.sum(axis=2))[:, :, None] * level
    total = added.sum(axis=1, keepdims=True)
    total[total == 0] = np.nan
    inverse = np.linalg.pinv(normal, rcond=1e-10, hermitian=True)
    right = (teaches * _centred(teaches, grid.outcome)).sum(axis=1)
    beta = (inverse @ right[:, :, None])[:, :, 0]
    pull = (inverse @ net.sum(axis=1)[:, :, None])[:, :, 0] / total
    residual = grid.outcome - beta[:, None, :]
    gaps = (net * residual).sum(axis=2) / total
    estimate = gaps.sum(axis=1)
    taught = ((teaches * _centred(teaches, residual)) @ pull[:, :, None])[:, :, 0]
    parts = gaps - added / total * estimate[:, None] - taught
    n_units = parts.shape[1]
    return estimate, np.sqrt((parts**2).sum(axis=1) * n_units / (n_units - 1))


def _ratio(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    return np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)


def _centred(weight: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Values less each unit's weighted mean (P x G x T)."""
    return values - _ratio((weight * values).sum(axis=2), weight.sum(axis=2))[:, :, None]


def _normal(teaches: np.ndarray) -> np.ndarray:
    """The normal equations of the period effects, unit effects partialled out (P x T x T)."""
    shares = _ratio(teaches, np.broadcast_to(teaches.sum(axis=2, keepdims=True), teaches.shape))
    normal = -teaches.transpose(0, 2, 1) @ shares
    diagonal = np.arange(teaches.shape[2])
    normal[:, diagonal, diagonal] += teaches.sum(axis=1)
    return normal


def _imputable(
    normal: np.ndarray, teaches: np.ndarray, level: np.ndarray, treated: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Level weights and targets within the connected periods of each unit (see ``imputation``)."""
    n_periods = teaches.shape[2]
    taught = (teaches > 0).any(axis=1)
    reach = (normal != 0) | np.eye(n_periods, dtype=bool)
    for _ in range(int(np.ceil(np.log2(n_periods)))):
        reach = (reach.astype(np.float32) @ reach.astype(np.float32)) > 0
    component = np.where(taught, reach.argmax(axis=2), -1)[:, None, :]
    usable = level * (component >= 0)
    first = (usable > 0).argmax(axis=2)[:, :, None]
    home = np.take_along_axis(np.broadcast_to(component, level.shape), first, axis=2)
    home = np.where((usable > 0).any(axis=2)[:, :, None], home, -2)
    return usable * (component == home), treated * (component == home)


def _dealt(grid: Grid, lot: Lot | None, draws: int, rng: np.random.Generator) -> tuple[np.ndarray, bool]:
    """Start periods dealt out again (draws x G), and whether these are all that there are."""
    places = np.arange(len(grid.units)) if lot is None else _places(grid, lot)
    if len(places) <= ALL_ORDERS:
        return _deal(grid, places, np.array(list(permutations(range(len(places))))), lot), True
    if lot is None:
        return rng.permuted(np.tile(grid.first_treated, (draws, 1)), axis=1), False
    return _deal(grid, places, rng.random((draws, len(places))), lot), False


def _places(grid: Grid, lot: Lot) -> np.ndarray:
    """The lot's units of the grid in the order drawn, as places in the grid."""
    known = {unit: place for place, unit in enumerate(grid.units)}
    return np.array([known[unit] for unit, _ in lot if unit in known], dtype=int)


def _deal(grid: Grid, places: np.ndarray, numbers: np.ndarray, lot: Lot | None) -> np.ndarray:
    """Start periods (draws x G) when other numbers (draws x places) decide who stands where."""
    stratum = np.zeros(len(places))
    if lot is not None:
        of = dict(lot)
        stratum = pd.factorize(pd.Series([of[grid.units[place]] or "" for place in places], dtype=object))[0]
    same = np.equal.outer(stratum, stratum)
    rank = ((numbers[:, None, :] <= numbers[:, :, None]) & same).sum(axis=2)
    order = np.lexsort((numbers, (2 * rank - 1) / (2 * same.sum(axis=1))), axis=1)
    dealt = np.tile(grid.first_treated, (len(numbers), 1))
    np.put_along_axis(dealt, places[order], np.broadcast_to(grid.first_treated[places], order.shape), axis=1)
    return dealt
