"""Imputation and its delete-one-unit jackknife, as linear algebra on a grid of cells.

Borusyak, Jaravel and Spiess (Review of Economic Studies, 2024): fit unit and period effects on
untreated cells, impute what treated cells would have been, average the differences. With the unit
effects partialled out, the normal equations A beta = b have one row a period, and leaving a unit
out subtracts that unit's own block, so that 50,000 units cost little more than 100.

Shapes: G units, T periods, K regressors beside the unit effects, E estimands. Every estimand is

    theta = (S - D' beta) / V,

where S (outcome), D (regressors) and V (weight) sum what each unit adds.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from asn_analysis.impact.design import DesignError, Grid

SINGULAR = 1e-10  # share of a determinant that rounding may leave where nothing is
CHUNK = 4096  # units whose left-out systems are solved at once: bounds the memory


@dataclass(frozen=True)
class Estimates:
    """E estimands with their jackknife.

    Attributes
    ----------
    value, std_error, df : (E,); the last two are NaN where a single unit carries the estimand
    replicates : (G', E), each with one of the G' contributing units left out
    """

    value: np.ndarray
    std_error: np.ndarray
    df: np.ndarray
    replicates: np.ndarray

    @property
    def covariance(self) -> np.ndarray:
        """Jackknife covariance of the estimands (E x E)."""
        deviation = self.replicates - self.value
        return deviation.T @ deviation * (len(deviation) - 1) / len(deviation)


@dataclass(frozen=True)
class Problem:
    """The regression on untreated cells, laid out per unit.

    Attributes
    ----------
    grid : Grid
    comparison : "not_yet_treated" or "never_treated"
    level : (G, T) weights of the cells that set the level of their own unit
    teaches : (G, T) weights of the cells that teach the period effects
    regressors : (G, T, K) period dummies, one left out per connected component, then the extra ones
    extra : (G, T, R) the extra regressors
    imputable : (G, T) treated cells whose untreated outcome can be imputed
    blocks : (G, K, K) and rights : (G, K), what each unit adds to A and b
    """

    grid: Grid
    comparison: str
    level: np.ndarray
    teaches: np.ndarray
    regressors: np.ndarray
    extra: np.ndarray
    imputable: np.ndarray
    blocks: np.ndarray
    rights: np.ndarray

    @property
    def beta(self) -> np.ndarray:
        return np.linalg.solve(self.blocks.sum(axis=0), self.rights.sum(axis=0))

    @property
    def expected(self) -> np.ndarray:
        """The outcome without treatment (G x T); meaningful where untreated or imputable."""
        explained = self.regressors @ self.beta
        return _average(self.level, self.grid.outcome - explained)[:, None] + explained


def pose(grid: Grid, comparison: str, extra: np.ndarray | None = None) -> Problem:
    """The problem of a grid, with R extra regressors (G x T x R) beside unit and period effects.

    With ``comparison="never_treated"`` the period effects are learned from units never treated
    alone; cells before a training then only set the level of their own unit.

    Raises
    ------
    DesignError
        If an extra regressor cannot be told apart from unit and period effects.
    """
    extra = np.zeros((*grid.weight.shape, 0)) if extra is None else extra
    untreated = np.where(grid.untreated, grid.weight, 0.0)
    never = np.isnan(grid.first_treated)[:, None]
    teaches = untreated * never if comparison == "never_treated" else untreated
    component, leaders = _components(teaches)
    level, imputable = _imputable(grid, untreated, component)
    dummies = np.eye(len(grid.clock))[:, [t for t in np.flatnonzero(component >= 0) if t not in leaders]]
    regressors = np.concatenate([np.broadcast_to(dummies, (len(grid.units), *dummies.shape)), extra], axis=2)
    centred = regressors - _average(teaches, regressors)[:, None, :]
    weighted = teaches[:, :, None] * centred
    blocks = np.einsum("gtk,gtl->gkl", weighted, centred, optimize=True)
    rights = np.einsum("gtk,gt->gk", weighted, grid.outcome)
    if extra.shape[2] and not np.linalg.cond(blocks.sum(axis=0)) < 1 / SINGULAR:
        raise DesignError(
            "collinear",
            "An extra regressor of the design cannot be told apart from unit and period effects.",
            "Add never-trained units, or more periods before the training.",
        )
    return Problem(grid, comparison, level, teaches, regressors, extra, imputable, blocks, rights)


def effects_on(problem: Problem, targets: np.ndarray) -> Estimates:
    """Average effects on treated cells, for E rows of target weights (E x G x T).

    Targets that cannot be imputed weigh nothing.
    """
    return _estimate(problem, targets, np.zeros((len(targets), problem.blocks.shape[1])), 0.0)


def coefficients(problem: Problem) -> Estimates:
    """The coefficients of the extra regressors, as E = R estimands."""
    n_extra, n_regressors = problem.extra.shape[2], problem.blocks.shape[1]
    nothing = np.zeros((n_extra, *problem.grid.weight.shape))
    return _estimate(problem, nothing, -np.eye(n_regressors)[n_regressors - n_extra :], 1.0)


def _estimate(problem: Problem, targets: np.ndarray, load: np.ndarray, total: float) -> Estimates:
    """Value, replicates and degrees of freedom; ``load`` and ``total`` start D (E x K) and V."""
    targets = targets * problem.imputable
    net = targets - _shares(targets, problem.level)[:, :, None] * problem.level
    sums = np.einsum("egt,gt->ge", net, problem.grid.outcome)
    loads = np.einsum("egt,gtk->gek", net, problem.regressors, optimize=True)
    added = targets.sum(axis=2).T
    load, total = load + loads.sum(axis=0), total + added.sum(axis=0)
    normal, right = problem.blocks.sum(axis=0), problem.rights.sum(axis=0)
    pull = np.linalg.solve(normal, load.T).T / total[:, None]
    value = sums.sum(axis=0) / total - pull @ right

    left_total = total - added
    critical = (left_total <= SINGULAR * total).any(axis=1) | _singular_without(problem, normal)
    safe_total = np.where(critical[:, None], 1.0, left_total)
    pulls = np.broadcast_to(pull, (len(added), *pull.shape)).copy()
    for rows in _chunks(np.flatnonzero(~critical)):
        systems = normal - problem.blocks[rows]
        pulls[rows] = np.linalg.solve(systems, (load - loads[rows]).transpose(0, 2, 1)).transpose(0, 2, 1)
        pulls[rows] /= safe_total[rows][:, :, None]
    replicates = (sums.sum(axis=0) - sums) / safe_total - np.einsum(
        "gek,gk->ge", pulls, right - problem.rights
    )
    for unit in np.flatnonzero(critical):
        replicates[unit] = _value_without(problem, targets, unit)

    counts = (problem.teaches.sum(axis=1) > 0) | (added > 0).any(axis=1)
    deviation = (replicates - value)[counts]
    std_error = np.sqrt((deviation**2).sum(axis=0) * (len(deviation) - 1) / len(deviation))
    steps = np.concatenate(
        [(1 / safe_total - 1 / total)[:, :, None] * ~critical[:, None, None], pull - pulls], axis=2
    )
    start = np.concatenate([1 / total[:, None], -pull], axis=1)
    df = [_satterthwaite(problem, net[e], start[e], steps[:, e]) for e in range(len(value))]
    return Estimates(value, std_error, np.where(np.isnan(std_error), np.nan, df), replicates[counts])


def _satterthwaite(problem: Problem, net: np.ndarray, start: np.ndarray, steps: np.ndarray) -> float:
    """Degrees of freedom tr(O)^2 / |O|^2 of the jackknife variance.

    O holds the inner products of the rows r_g = a(-g) - a, where a is the estimator's row of
    coefficients on the cells. Off unit g's own cells, r_g is a linear map of K + 1 numbers
    (``steps``); on its own cells it is -a. So O is a product of G x 2(K+1) matrices plus a
    diagonal, and no G x G matrix is needed. Units whose removal changes what is identified enter
    with their own cells only.
    """
    centred = problem.regressors - _average(problem.teaches, problem.regressors)[:, None, :]
    basis = np.concatenate([net[:, :, None], problem.teaches[:, :, None] * centred], axis=2)
    own = np.einsum("gtk,gk->gt", basis, start + steps)
    own_cross = np.einsum("gtk,gt->gk", basis, own)
    own_square = (own**2).sum(axis=1)
    flat = basis.reshape(-1, basis.shape[2])
    size = basis.shape[2]
    middle = np.block([[flat.T @ flat, -np.eye(size)], [-np.eye(size), np.zeros((size, size))]])
    tall = np.concatenate([steps, own_cross], axis=1)
    diagonal = np.einsum("gk,kl,gl->g", tall, middle, tall, optimize=True)
    inner = middle @ (tall.T @ tall)
    squares = np.trace(inner @ inner) + 2 * diagonal @ own_square + own_square @ own_square
    return float((diagonal + own_square).sum() ** 2 / squares)


def _value_without(problem: Problem, targets: np.ndarray, unit: int) -> np.ndarray:
    """The estimands with one unit left out, from the start; NaN where nothing is left to estimate."""
    keep = np.arange(len(problem.grid.units)) != unit
    nothing = np.full(len(targets) or problem.extra.shape[2], np.nan)
    try:
        rest = pose(problem.grid.without(unit), problem.comparison, problem.extra[keep])
    except (DesignError, np.linalg.LinAlgError):
        return nothing
    if not targets.any():
        return rest.beta[len(rest.beta) - problem.extra.shape[2] :]
    left = targets[:, keep] * rest.imputable
    total = left.sum(axis=(1, 2))
    if (total <= 0).all():
        return nothing
    gap = np.einsum("egt,gt->e", left, rest.grid.outcome - rest.expected)
    return np.divide(gap, total, out=nothing, where=total > 0)


def _singular_without(problem: Problem, normal: np.ndarray) -> np.ndarray:
    """Units whose removal leaves the normal equations (near) singular (G,)."""
    if not normal.size:
        return np.zeros(len(problem.blocks), dtype=bool)
    whole = np.linalg.slogdet(normal)[1]
    log_share = np.empty(len(problem.blocks))
    for rows in _chunks(np.arange(len(problem.blocks))):
        sign, left = np.linalg.slogdet(normal - problem.blocks[rows])
        log_share[rows] = np.where(sign > 0, left - whole, -np.inf)
    return log_share < np.log(SINGULAR)


def _components(teaches: np.ndarray) -> tuple[np.ndarray, set[int]]:
    """Connected component of each period (T,; -1 where no cell teaches it) and one leader each.

    Within a component only differences between periods are identified, so its first period's
    effect is set to zero.
    """
    n_units, n_periods = teaches.shape
    unit, period = np.nonzero(teaches)
    edges = coo_array((np.ones(len(unit)), (unit, n_units + period)), shape=(n_units + n_periods,) * 2)
    label = connected_components(edges, directed=False)[1][n_units:]
    label = np.where(teaches.any(axis=0), label, -1)
    return label, {int(np.flatnonzero(label == name)[0]) for name in np.unique(label[label >= 0])}


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


def _shares(targets: np.ndarray, level: np.ndarray) -> np.ndarray:
    """Target weight of each unit per unit of its level weight (E x G)."""
    added, base = targets.sum(axis=2), level.sum(axis=1)
    return np.divide(added, base, out=np.zeros_like(added), where=base > 0)


def _chunks(rows: np.ndarray) -> Iterator[np.ndarray]:
    return (rows[start : start + CHUNK] for start in range(0, len(rows), CHUNK))
