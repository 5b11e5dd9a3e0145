"""The delete-one-unit jackknife of imputation, and its degrees of freedom.

Leaving unit g out leaves A - B_g, b - b_g, S - S_g, D - D_g and V - V_g: a K x K solve a unit,
whatever the number of units. Units whose removal changes what is identified (``critical``) are
left out by posing the problem again.

Shapes: G units, T periods, K regressors, E estimands, C critical units, L = K + 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import stdtrit

from asn_analysis.impact.design import DesignError
from asn_analysis.impact.imputation import SINGULAR, Piece, Problem, pieces, without
from asn_analysis.impact.shared import Shocks

SCREEN = np.log(1e-3)  # loss of determinant below which a unit's leverage is looked at more closely


@dataclass(frozen=True)
class Estimates:
    """E estimands with their uncertainty.

    Attributes
    ----------
    value, std_error, df : (E,); the last two are NaN where a single unit carries the estimand
    replicates : (G', E), each with one of the G' contributing units left out
    units : (G',), which unit of the grid each replicate leaves out
    rows : (E, G, T), the coefficients on the cells; None where no groups may share shocks
    shared : the shocks that have been added to the variance, or None
    """

    value: np.ndarray
    std_error: np.ndarray
    df: np.ndarray
    replicates: np.ndarray
    units: np.ndarray
    rows: np.ndarray | None = None
    shared: Shocks | None = None

    @property
    def covariance(self) -> np.ndarray:
        """Covariance of the estimands (E x E): jackknife, and what groups of units share."""
        deviation = self.replicates - self.value
        own = deviation.T @ deviation * (len(deviation) - 1) / len(deviation)
        return own if self.shared is None else own + self.shared.covariance(self.rows)

    def interval(self, confidence: float) -> tuple[np.ndarray, np.ndarray]:
        """Lower and upper bounds by t, (E,) and (E,)."""
        half_width = stdtrit(self.df, 0.5 + confidence / 2) * self.std_error
        return self.value - half_width, self.value + half_width

    def with_shared(self, shocks: Sequence[Shocks]) -> Estimates:
        """The same with what shared shocks add: the grouping that adds most.

        Degrees of freedom by Satterthwaite's rule.
        """
        if self.rows is None or not shocks:
            return self
        added = {each: np.maximum(np.diag(each.covariance(self.rows)), 0.0) for each in shocks}
        shared = max(added, key=lambda each: added[each].sum())
        alone, more = self.std_error**2, added[shared]
        total = alone + more
        with np.errstate(divide="ignore", invalid="ignore"):  # no variance at all leaves df as it is
            df = np.where(total > 0, total**2 / (alone**2 / self.df + more**2 / shared.df), self.df)
        return replace(self, std_error=np.sqrt(total), df=df, shared=shared)


def combined(first: Estimates, second: Estimates, weights: tuple[float, float]) -> Estimates:
    """A weighted sum of the estimands of two problems over the same grid, before shared shocks.

    The degrees of freedom are the fewer of both.
    """
    units = np.union1d(first.units, second.units)
    value = weights[0] * first.value + weights[1] * second.value
    deviation = weights[0] * _deviation(first, units) + weights[1] * _deviation(second, units)
    std_error = np.sqrt((deviation**2).sum(axis=0) * (len(units) - 1) / len(units))
    rows = None
    if first.rows is not None and second.rows is not None:
        rows = weights[0] * first.rows + weights[1] * second.rows
    return Estimates(value, std_error, np.minimum(first.df, second.df), deviation + value, units, rows)


def _deviation(estimates: Estimates, units: np.ndarray) -> np.ndarray:
    """What leaving out each of ``units`` changes; a unit that does not contribute changes nothing."""
    deviation = np.zeros((len(units), len(estimates.value)))
    deviation[np.searchsorted(units, estimates.units)] = estimates.replicates - estimates.value
    return deviation


@dataclass(frozen=True)
class _Whole:
    """All units together: S (E,), D (E, K), V (E,), what they are made of, and the Gram matrix."""

    targets: np.ndarray
    of_regressors: bool
    sums: np.ndarray
    load: np.ndarray
    total: np.ndarray
    gram: np.ndarray

    def start(self, problem: Problem) -> np.ndarray:
        """The row of coefficients on the cells as L numbers (E x L): 1 / V, then -D' A^-1 / V."""
        pull = np.linalg.solve(problem.normal, self.load.T).T / self.total[:, None]
        return np.concatenate([1 / self.total[:, None], -pull], axis=1)


def effects_on(problem: Problem, targets: np.ndarray) -> Estimates:
    """Average effects on treated cells, for E rows of target weights (E x G x T).

    Targets that cannot be imputed weigh nothing; each row needs one that can. Before shared shocks.
    """
    return _jackknife(problem, _sum_up(problem, targets, of_regressors=False))


def coefficients(problem: Problem) -> Estimates:
    """The coefficients of the extra regressors, as E = R estimands; before shared shocks."""
    return _jackknife(problem, _sum_up(problem, _nothing(problem), of_regressors=True))


def cell_weights(problem: Problem, targets: np.ndarray) -> np.ndarray:
    """The average effects as coefficients on the cells' outcomes (E x G x T)."""
    whole = _sum_up(problem, targets, of_regressors=False)
    return _row(problem, whole)


def _row(problem: Problem, whole: _Whole) -> np.ndarray:
    start = whole.start(problem)
    parts = [
        piece.net * start[:, :1] + start[:, 1:] @ piece.scores.transpose(0, 2, 1)
        for piece in pieces(problem, whole.targets)
    ]
    return np.concatenate(parts).transpose(1, 0, 2)


def _nothing(problem: Problem) -> np.ndarray:
    return np.zeros((problem.extra.shape[2], *problem.teaches.shape))


def _sum_up(problem: Problem, targets: np.ndarray, of_regressors: bool) -> _Whole:
    size, n = len(problem.right), len(targets)
    load = -np.eye(size)[size - n :] if of_regressors else np.zeros((n, size))
    sums, total, gram = np.zeros(n), np.full(n, float(of_regressors)), np.zeros((n, size + 1, size + 1))
    for piece in pieces(problem, targets):
        sums += piece.sums.sum(axis=0)
        load += piece.loads.sum(axis=0)
        total += piece.added.sum(axis=0)
        gram += _gram(piece)
    return _Whole(targets, of_regressors, sums, load, total, gram)


def _gram(piece: Piece) -> np.ndarray:
    """Inner products of net targets and scores over the cells of a piece (E x L x L)."""
    n_cells = piece.outcome.size
    scores = piece.scores.reshape(n_cells, piece.scores.shape[2])
    net = piece.net.transpose(1, 0, 2).reshape(piece.net.shape[1], n_cells)
    across = net @ scores
    gram = np.empty((len(net), scores.shape[1] + 1, scores.shape[1] + 1))
    gram[:, 0, 0] = (net**2).sum(axis=1)
    gram[:, 0, 1:] = gram[:, 1:, 0] = across
    gram[:, 1:, 1:] = scores.T @ scores
    return gram


def _jackknife(problem: Problem, whole: _Whole) -> Estimates:
    start = whole.start(problem)
    value = whole.sums / whole.total + start[:, 1:] @ problem.right
    critical = _critical(problem, whole)
    rows = np.stack([_row_without(problem, whole, unit) for unit in critical]) if len(critical) else None
    square = _Square(problem, whole, start, critical, rows)
    replicates, counts = np.empty((len(problem.teaches), len(value))), problem.teaches.any(axis=1)
    for piece in pieces(problem, whole.targets):
        steps = _steps(problem, whole, piece, critical)
        left = start + steps
        rest = problem.right - piece.rights
        replicates[piece.units] = (whole.sums - piece.sums) * left[:, :, 0] + (
            left[:, :, 1:] @ rest[:, :, None]
        )[:, :, 0]
        counts[piece.units] |= (piece.added > 0).any(axis=1)
        square.add(piece, steps)
    if rows is not None:
        replicates[critical] = np.einsum("cegt,gt->ce", rows, problem.outcome)
    units = np.flatnonzero(counts)
    deviation = replicates[units] - value
    std_error = np.sqrt((deviation**2).sum(axis=0) * (len(units) - 1) / len(units))
    df = np.where(np.isnan(std_error), np.nan, square.degrees_of_freedom())
    kept = _row(problem, whole) if problem.grid.groups else None
    return Estimates(value, std_error, df, replicates[units], units, kept)


def _steps(problem: Problem, whole: _Whole, piece: Piece, critical: np.ndarray) -> np.ndarray:
    """How leaving each unit out changes the L numbers of ``start`` (n x E x L); 0 if critical."""
    here = np.arange(piece.units.start, piece.units.stop)
    regular = ~np.isin(here, critical)
    steps = np.zeros((len(here), len(whole.total), len(problem.right) + 1))
    systems = problem.normal - piece.blocks[regular]
    left = (whole.load - piece.loads[regular]).transpose(0, 2, 1)
    inverse = 1 / (whole.total - piece.added[regular])
    steps[regular, :, 0] = inverse
    steps[regular, :, 1:] = -np.linalg.solve(systems, left).transpose(0, 2, 1) * inverse[:, :, None]
    steps[regular] -= whole.start(problem)
    return steps


def _critical(problem: Problem, whole: _Whole) -> np.ndarray:
    """Units whose removal leaves an estimand, or a regressor, unidentified (C,)."""
    found = []
    size = np.linalg.slogdet(problem.normal)[1]
    for piece in pieces(problem, whole.targets):
        alone = ((whole.total - piece.added) <= SINGULAR * whole.total).any(axis=1)
        sign, left = np.linalg.slogdet(problem.normal - piece.blocks)
        suspects = np.flatnonzero(~alone & ((sign <= 0) | (left - size < SCREEN)))
        if len(suspects):
            leverage = np.linalg.eigvals(np.linalg.solve(problem.normal, piece.blocks[suspects]))
            alone[suspects] = leverage.real.max(axis=1) > 1 - SINGULAR
        found.append(np.flatnonzero(alone) + piece.units.start)
    return np.concatenate(found)


def _row_without(problem: Problem, whole: _Whole, unit: int) -> np.ndarray:
    """The estimands' coefficients on the cells with one unit left out (E x G x T).

    Estimands of which nothing is left are NaN throughout.
    """
    row = np.full((len(whole.total), *problem.teaches.shape), np.nan)
    keep = np.arange(len(problem.teaches)) != unit
    try:
        rest = without(problem, unit)
    except DesignError:
        return row
    targets = _nothing(rest) if whole.of_regressors else whole.targets[:, keep]
    left = _sum_up(rest, targets, whole.of_regressors)
    alive = left.total > 0
    if not alive.any():
        return row
    kept = _Whole(
        targets[alive], whole.of_regressors, left.sums[alive], left.load[alive], left.total[alive], left.gram
    )
    row[alive] = 0.0
    row[np.ix_(alive, keep)] = _row(rest, kept)
    return row


class _Square:
    """Trace and square of O, O_gh = r_g' r_h with r_g = a(-g) - a, gathered piece by piece.

    a is the estimator's row of coefficients on the cells. With unit g's net targets and scores as
    columns of a basis F, a regular unit's r_g is F times its ``steps`` less, on its own cells,
    F_g (start + steps). So O is tall times ``middle`` times tall' plus a diagonal, with 2 L columns
    in tall, and no G x G matrix is needed. A critical unit's r_g is a row of its own.
    """

    def __init__(
        self,
        problem: Problem,
        whole: _Whole,
        start: np.ndarray,
        critical: np.ndarray,
        rows: np.ndarray | None,
    ) -> None:
        n, size = start.shape
        self.start, self.critical = start, critical
        unit = np.broadcast_to(-np.eye(size), whole.gram.shape)
        self.middle = np.block([[whole.gram, unit], [unit, np.zeros_like(unit)]])
        self.inner = np.zeros((n, 2 * size, 2 * size))
        self.trace, self.diagonal, self.crossed = np.zeros(n), np.zeros(n), np.zeros(n)
        self.rows = self.over_basis = None
        if rows is not None:
            self.rows, self.over_basis = self._against_basis(problem, whole, rows)

    def _against_basis(
        self, problem: Problem, whole: _Whole, rows: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Rows r_g of critical units (C x E x G x T) and their products with the basis (C x E x L)."""
        rows, over = rows.copy(), np.zeros((*rows.shape[:2], self.start.shape[1]))
        for piece in pieces(problem, whole.targets):
            basis = _basis(piece)
            own = np.einsum("netl,el->net", basis, self.start)
            rows[:, :, piece.units] -= own.transpose(1, 0, 2)
            over += np.einsum("cent,netl->cel", rows[:, :, piece.units], basis)
        gaps = np.einsum("cegt,degt->ecd", rows, rows)
        self.trace += np.einsum("ecc->e", gaps)
        self.crossed += (gaps**2).sum(axis=(1, 2))
        return rows, over

    def add(self, piece: Piece, steps: np.ndarray) -> None:
        """Gather the regular units of a piece."""
        here = np.arange(piece.units.start, piece.units.stop)
        basis = _basis(piece)
        regular = ~np.isin(here, self.critical)[:, None, None]
        own = np.einsum("netl,nel->net", basis, (self.start + steps) * regular)
        tall = np.concatenate([steps, np.einsum("netl,net->nel", basis, own)], axis=2).transpose(1, 0, 2)
        low_rank = ((tall @ self.middle) * tall).sum(axis=2)
        square = (own**2).sum(axis=2).T
        self.inner += tall.transpose(0, 2, 1) @ tall
        self.trace += (low_rank + square).sum(axis=1)
        self.diagonal += (2 * low_rank * square + square**2).sum(axis=1)
        if self.rows is not None:
            across = np.einsum("nel,cel->cen", steps, self.over_basis)
            across -= np.einsum("net,cent->cen", own, self.rows[:, :, piece.units])
            self.crossed += 2 * (across**2).sum(axis=(0, 2))

    def degrees_of_freedom(self) -> np.ndarray:
        """Satterthwaite's tr(O)^2 / |O|^2 (E,)."""
        inner = self.middle @ self.inner
        squares = np.einsum("eab,eba->e", inner, inner) + self.diagonal + self.crossed
        return self.trace**2 / squares


def _basis(piece: Piece) -> np.ndarray:
    """Net targets, then scores, of each cell (n x E x T x L)."""
    n, n_estimands, _ = piece.net.shape
    scores = np.broadcast_to(piece.scores[:, None], (n, n_estimands, *piece.scores.shape[1:]))
    return np.concatenate([piece.net[:, :, :, None], scores], axis=3)
