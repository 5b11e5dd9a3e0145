"""Imputation of untreated outcomes, as linear algebra on a grid of cells.

Borusyak, Jaravel and Spiess (Review of Economic Studies, 2024): fit unit and period effects on
untreated cells, impute what treated cells would have been, average the differences. With the unit
effects partialled out, the normal equations A beta = b have one row a period. Every estimand is

    theta = (S - D' beta) / V,

where S (outcome), D (regressors) and V (weight) sum what each unit adds, so that ``jackknife``
leaves a unit out by subtracting its own share. All but S and b depend on the design alone: several
outcomes of one design share the rest.

Shapes: G units, T periods, K regressors beside the unit effects, E estimands, n units of a piece.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from asn_analysis.impact.grid import Grid
from asn_analysis.impact.refusals import DesignError

SINGULAR = 1e-10  # what rounding may leave of a direction that is not identified
PIECE = 1 << 18  # numbers of one regressor array held at once: bounds the memory


@dataclass(frozen=True)
class Problem:
    """The regression on untreated cells.

    Attributes
    ----------
    grid : Grid
    comparison : "not_yet_treated" or "never_treated"
    level : (G, T) weights of the cells that set the level of their own unit
    teaches : (G, T) weights of the cells that teach the period effects
    dummies : (T, P) periods whose effect is estimated, one left out per connected component
    extra : (G, T, H + R) further regressors, those that the grid holds constant first; K = P + H + R
    n_held : H
    imputable : (G, T) treated cells whose untreated outcome can be imputed
    normal : (K, K), A
    """

    grid: Grid
    comparison: str
    level: np.ndarray
    teaches: np.ndarray
    dummies: np.ndarray
    extra: np.ndarray
    imputable: np.ndarray
    normal: np.ndarray
    n_held: int = 0

    @property
    def targets(self) -> np.ndarray:
        """The weights of the treated cells that can be imputed (G x T): what an average effect is over."""
        return np.where(self.imputable, self.grid.weight, 0.0)

    def expected(self, outcome: np.ndarray) -> np.ndarray:
        """The outcome without treatment (G x T); meaningful where untreated or imputable."""
        centred = without_level(self.grid, outcome[:, :, None])[:, :, 0]
        right = sum(
            np.tensordot(_equations(self, units)[0], centred[units], ((0, 1), (0, 1)))
            for units in _slices(self)
        )
        beta, n_periods = np.linalg.solve(self.normal, right), self.dummies.shape[1]
        explained = self.dummies @ beta[:n_periods] + self.extra @ beta[n_periods:]
        return _average(self.level, outcome - explained)[:, None] + explained

    @cached_property
    def equations(self) -> tuple[np.ndarray, np.ndarray]:
        """Scores and blocks of all units, kept where one piece holds them."""
        return _work_out(self, slice(0, len(self.teaches)))

    def regressors(self, units: slice) -> np.ndarray:
        """Period dummies, then the extra regressors (n x T x K)."""
        extra = self.extra[units]
        dummies = np.broadcast_to(self.dummies, (len(extra), *self.dummies.shape))
        return np.concatenate([dummies, extra], axis=2)


@dataclass(frozen=True)
class Piece:
    """What n units add to the normal equations and to each estimand.

    Attributes
    ----------
    units : slice of the grid's units
    scores : (n, T, K) weight times regressor, the unit's mean taken off
    blocks : (n, K, K)
    net : (n, E, T) target weights less what setting the unit's level takes back
    loads : (n, E, K), added : (n, E), the shares in D and V
    """

    units: slice
    scores: np.ndarray
    blocks: np.ndarray
    net: np.ndarray
    loads: np.ndarray
    added: np.ndarray


def pose(grid: Grid, comparison: str, extra: np.ndarray | None = None) -> Problem:
    """The problem of a grid, with R extra regressors (G x T x R) beside unit and period effects.

    With ``comparison="never_treated"`` the period effects are learned from units never treated
    alone; cells before a training then only set the level of their own unit.

    Raises
    ------
    DesignError
        If an extra regressor cannot be told apart from unit and period effects.
    """
    nothing = np.zeros((*grid.weight.shape, 0))
    held = nothing if grid.held is None else grid.held
    extra = np.concatenate([held, nothing if extra is None else extra], axis=2)
    untreated = np.where(grid.untreated, grid.weight, 0.0)
    never = np.isnan(grid.first_treated)[:, None]
    teaches = untreated * never if comparison == "never_treated" else untreated
    component, leaders = _components(teaches)
    level, imputable = _imputable(grid, untreated, component)
    estimated = [t for t in np.flatnonzero(component >= 0) if t not in leaders]
    dummies = np.eye(len(grid.clock))[:, estimated]
    size = len(estimated) + extra.shape[2]
    problem = Problem(
        grid,
        comparison,
        level,
        teaches,
        dummies,
        extra,
        imputable,
        np.zeros((size, size)),
        held.shape[2],
    )
    for units in _slices(problem):
        problem.normal[:] += _equations(problem, units)[1].sum(axis=0)
    if extra.shape[2] and not _well_posed(problem.normal):
        raise DesignError.named("collinear")
    return problem


def without(problem: Problem, unit: int) -> Problem:
    """The same problem, posed again with one unit left out."""
    keep = np.arange(len(problem.grid.units)) != unit
    return pose(problem.grid.where(keep), problem.comparison, problem.extra[keep][:, :, problem.n_held :])


def pieces(problem: Problem, targets: np.ndarray) -> Iterator[Piece]:
    """All units, some at a time, with what they add for E rows of target weights (E x G x T)."""
    base = problem.level.sum(axis=1)
    for units in _slices(problem):
        scores, blocks = _equations(problem, units)
        wanted = (targets[:, units] * problem.imputable[units]).transpose(1, 0, 2)
        added = wanted.sum(axis=2)
        share = np.divide(added, base[units, None], out=np.zeros_like(added), where=base[units, None] > 0)
        net = wanted - share[:, :, None] * problem.level[units, None, :]
        loads = net @ problem.regressors(units)
        yield Piece(units, scores, blocks, net, loads, added)


def without_level(grid: Grid, outcomes: np.ndarray) -> np.ndarray:
    """Each unit's mean taken off (G x T x Y): unit effects absorb it, and large levels stay exact."""
    centred = outcomes - _average(grid.weight, outcomes)[:, None]
    return np.where(grid.weight[:, :, None] > 0, centred, 0.0)


def _equations(problem: Problem, units: slice) -> tuple[np.ndarray, np.ndarray]:
    whole = units == slice(0, len(problem.teaches))
    return problem.equations if whole else _work_out(problem, units)


def _work_out(problem: Problem, units: slice) -> tuple[np.ndarray, np.ndarray]:
    """Scores and blocks of some units (see ``Piece``)."""
    regressors, weight = problem.regressors(units), problem.teaches[units]
    centred = regressors - _average(weight, regressors)[:, None, :]
    scores = weight[:, :, None] * centred
    return scores, scores.transpose(0, 2, 1) @ centred


def _slices(problem: Problem) -> Iterator[slice]:
    n_units, n_periods = problem.teaches.shape
    step = max(1, PIECE // (n_periods * max(1, len(problem.normal))))
    return (slice(start, min(start + step, n_units)) for start in range(0, n_units, step))


def _well_posed(normal: np.ndarray) -> bool:
    """Whether every regressor can be told apart, whatever the units of the regressors."""
    scale = np.sqrt(normal.diagonal())
    if not (scale > 0).all():
        return False
    return bool(np.linalg.eigvalsh(normal / np.outer(scale, scale))[0] > SINGULAR)


def _components(teaches: np.ndarray) -> tuple[np.ndarray, set[int]]:
    """First period of each period's connected component (T,; -1 where no cell teaches it), and all of these.

    Periods hang together through the units that have cells in both. Within a component only differences
    between periods are identified, so its first period's effect is set to zero.
    """
    has = teaches > 0
    linked = has.T @ has
    for _ in range(len(linked).bit_length()):
        linked = linked @ linked  # twice as many steps
    first = np.where(linked.any(axis=1), linked.argmax(axis=1), -1)
    return first, set(first[first >= 0].tolist())


def _imputable(grid: Grid, untreated: np.ndarray, component: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Cells that set their unit's level, and treated cells whose period hangs together with it."""
    usable = untreated * (component >= 0)
    first = component[(usable > 0).argmax(axis=1)]
    home = np.where((usable > 0).any(axis=1), first, -2)[:, None]
    return usable * (component == home), grid.treated & (component == home)


def _average(weight: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Weighted mean over the periods of each unit; 0 for a unit without weight."""
    total = weight.sum(axis=1)
    sums = np.einsum("gt,gt...->g...", weight, values)
    divisor = np.where(total > 0, total, 1.0)
    return sums / divisor.reshape(-1, *[1] * (sums.ndim - 1))
