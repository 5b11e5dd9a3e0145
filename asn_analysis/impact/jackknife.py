"""The delete-one-unit jackknife of imputation, and its degrees of freedom.

Leaving unit g out leaves A - B_g, b - b_g, S - S_g, D - D_g and V - V_g: a K x K solve a unit,
whatever the number of units. Units whose removal changes what is identified (``critical``) are
left out by posing the problem again.

Shapes: G units, T periods, K regressors, E estimands, C critical units, L = K + 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from asn_analysis.impact.estimands import Estimates
from asn_analysis.impact.imputation import SINGULAR, Piece, Problem, pieces, without, without_level
from asn_analysis.impact.refusals import DesignError
from asn_analysis.measures.estimate import jackknife_error

SCREEN = np.log(1e-3)  # loss of determinant below which a unit's leverage is looked at more closely


@dataclass(frozen=True)
class _Whole:
    """All units together: D (E, K), V (E,), what they are made of, and the Gram matrix."""

    targets: np.ndarray
    of_regressors: bool
    load: np.ndarray
    total: np.ndarray
    gram: np.ndarray

    def start(self, problem: Problem) -> np.ndarray:
        """The row of coefficients on the cells as L numbers (E x L): 1 / V, then -D' A^-1 / V."""
        pull = np.linalg.solve(problem.normal, self.load.T).T / self.total[:, None]
        return np.concatenate([1 / self.total[:, None], -pull], axis=1)


@dataclass(frozen=True)
class LeaveOneOut:
    """What leaving each unit out does to E estimands, whatever the outcome.

    Attributes
    ----------
    start : (E, L), the row of coefficients on the cells as L numbers (see ``_Whole.start``)
    steps : (G, E, L), how leaving a unit out changes them; 0 if it is critical
    critical : (C,) units, and without : (C, E, G, T) the coefficients on the cells with each left out
    counts : (G,), units that contribute
    df : (E,)
    rows : (E, G, T), the coefficients on the cells; None where no groups may share shocks
    """

    problem: Problem
    targets: np.ndarray
    start: np.ndarray
    steps: np.ndarray
    critical: np.ndarray
    without: np.ndarray | None
    counts: np.ndarray
    df: np.ndarray
    rows: np.ndarray | None

    def of(self, outcomes: Sequence[np.ndarray]) -> list[Estimates]:
        """The estimates for each of some outcomes (G x T), before shared shocks."""
        y = without_level(self.problem.grid, np.stack(outcomes, axis=2))
        sums, rights = self._of_units(y)
        whole = np.concatenate([sums, rights], axis=1)  # S and b, and what leaving a unit out leaves of them
        n = len(self.df)
        total = whole.sum(axis=0)
        value = self.start[:, :1] * total[:n] + self.start[:, 1:] @ total[n:]
        rest, left = total - whole, self.start + self.steps
        replicates = left[:, :, :1] * rest[:, :n] + left[:, :, 1:] @ rest[:, n:]
        if self.without is not None:
            replicates[self.critical] = np.tensordot(self.without, y, ((2, 3), (0, 1)))
        units = np.flatnonzero(self.counts)
        return [self._estimates(value[:, k], replicates[units, :, k], units) for k in range(len(outcomes))]

    def _of_units(self, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Each unit's shares in S (G x E x Y) and b (G x K x Y)."""
        parts = [
            (piece.net @ y[piece.units], piece.scores.transpose(0, 2, 1) @ y[piece.units])
            for piece in pieces(self.problem, self.targets)
        ]
        sums, rights = zip(*parts, strict=True)
        return np.concatenate(sums), np.concatenate(rights)

    def _estimates(self, value: np.ndarray, replicates: np.ndarray, units: np.ndarray) -> Estimates:
        std_error = jackknife_error(replicates - value)
        df = np.where(np.isnan(std_error), np.nan, self.df)
        return Estimates(value, std_error, df, replicates, units, self.rows)


def effects_on(problem: Problem, targets: np.ndarray) -> Estimates:
    """Average effects on treated cells, for E rows of target weights (E x G x T).

    Targets that cannot be imputed weigh nothing; each row needs one that can. Before shared shocks.
    """
    return leave_out(problem, targets).of([problem.grid.outcome])[0]


def leave_out(problem: Problem, targets: np.ndarray) -> LeaveOneOut:
    """As ``effects_on``, for any outcome."""
    return _jackknife(problem, _sum_up(problem, targets, of_regressors=False))


def leave_out_regressors(problem: Problem) -> LeaveOneOut:
    """The coefficients of the extra regressors, as E = R estimands, for any outcome."""
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
    return np.zeros((problem.extra.shape[2] - problem.n_held, *problem.teaches.shape))


def _sum_up(problem: Problem, targets: np.ndarray, of_regressors: bool) -> _Whole:
    size, n = len(problem.normal), len(targets)
    load = -np.eye(size)[size - n :] if of_regressors else np.zeros((n, size))
    total, gram = np.full(n, float(of_regressors)), np.zeros((n, size + 1, size + 1))
    for piece in pieces(problem, targets):
        load += piece.loads.sum(axis=0)
        total += piece.added.sum(axis=0)
        gram += _gram(piece)
    return _Whole(targets, of_regressors, load, total, gram)


def _gram(piece: Piece) -> np.ndarray:
    """Inner products of net targets and scores over the cells of a piece (E x L x L)."""
    n_cells = piece.scores.shape[0] * piece.scores.shape[1]
    scores = piece.scores.reshape(n_cells, piece.scores.shape[2])
    net = piece.net.transpose(1, 0, 2).reshape(piece.net.shape[1], n_cells)
    across = net @ scores
    gram = np.empty((len(net), scores.shape[1] + 1, scores.shape[1] + 1))
    gram[:, 0, 0] = (net**2).sum(axis=1)
    gram[:, 0, 1:] = gram[:, 1:, 0] = across
    gram[:, 1:, 1:] = scores.T @ scores
    return gram


def _jackknife(problem: Problem, whole: _Whole) -> LeaveOneOut:
    start = whole.start(problem)
    critical = _critical(problem, whole)
    rows = np.stack([_row_without(problem, whole, unit) for unit in critical]) if len(critical) else None
    square = _Square(problem, whole, start, critical, rows)
    steps, counts = np.empty((len(problem.teaches), *start.shape)), problem.teaches.any(axis=1)
    for piece in pieces(problem, whole.targets):
        steps[piece.units] = _steps(problem, whole, piece, critical)
        counts[piece.units] |= (piece.added > 0).any(axis=1)
        square.add(piece, steps[piece.units])
    kept = _row(problem, whole) if problem.grid.groups else None
    df = square.degrees_of_freedom()
    return LeaveOneOut(problem, whole.targets, start, steps, critical, rows, counts, df, kept)


def _steps(problem: Problem, whole: _Whole, piece: Piece, critical: np.ndarray) -> np.ndarray:
    """How leaving each unit out changes the L numbers of ``start`` (n x E x L); 0 if critical."""
    here = np.arange(piece.units.start, piece.units.stop)
    regular = ~np.isin(here, critical)
    steps = np.zeros((len(here), len(whole.total), len(problem.normal) + 1))
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
    kept = _Whole(targets[alive], whole.of_regressors, left.load[alive], left.total[alive], left.gram)
    row[alive] = 0.0
    row[np.ix_(alive, keep)] = _row(rest, kept)
    return row


class _Square:
    """Trace and square of O, O_gh = r_g' r_h with r_g = a(-g) - a, gathered piece by piece.

    O is tall times ``middle`` times tall' plus a diagonal, with 2 L columns in tall (METHODS.md, section 2),
    so that no G x G matrix is needed. A critical unit's r_g is a row of its own.
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
