"""How much true values differ beyond the errors of their estimates: Cochran's Q, and the variance it tells.

y_i ~ N(mu load_i, v_i + tau2). The variance between is Paule and Mandel's (1982, J Res Natl Bur Stand
87:377), to which DerSimonian and Kacker (2007, Contemp Clin Trials 28:105-114) lead when iterated. Errors
that go together are turned to their own axes first (``on_axes``), on which the mean has loads other than 1.

Shapes: K values; (..., K) in, (...) out.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

HALVINGS = 80  # of an interval, down to its last bits
LEAST = 1e-18  # a variance that keeps weights finite where everybody says the same


def on_axes(y: np.ndarray, covariance: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Values, variances and loads of the mean on the axes of the errors' covariance (K x K)."""
    variances, axes = np.linalg.eigh(covariance)
    return axes.T @ y, np.maximum(variances, LEAST), axes.sum(axis=0)


def weighted_mean(
    y: np.ndarray, v: np.ndarray, tau2: np.ndarray, load: np.ndarray | float = 1.0
) -> tuple[np.ndarray, np.ndarray]:
    """The mean weighted by 1 / (v + tau2), and these weights."""
    weight = 1 / (v + np.asarray(tau2)[..., None])
    return (weight * load * y).sum(-1) / (weight * load**2).sum(-1), weight


def cochran_q(y: np.ndarray, v: np.ndarray, tau2: np.ndarray, load: np.ndarray | float = 1.0) -> np.ndarray:
    """Weighted squares about the mean; on average K - 1 where tau2 is the true one."""
    mean, weight = weighted_mean(y, v, tau2, load)
    return (weight * (y - load * mean[..., None]) ** 2).sum(-1)


def paule_mandel(y: np.ndarray, v: np.ndarray, load: np.ndarray | float = 1.0) -> np.ndarray:
    """The tau2 at which Cochran's Q is what it should be, K - 1; 0 if it is less even there."""
    return where_q_is(y.shape[-1] - 1, y, v, load)


def where_q_is(value: float, y: np.ndarray, v: np.ndarray, load: np.ndarray | float = 1.0) -> np.ndarray:
    """The tau2 that makes Q so large; Q is at most the plain squares over tau2, which ends the search."""
    squares = cochran_q(y, np.ones_like(y), np.zeros(y.shape[:-1]), load)
    return root(lambda tau2: cochran_q(y, v, tau2, load) - value, np.zeros_like(squares), squares / value)


def root(falling: Callable[[np.ndarray], np.ndarray], low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Where a falling function passes 0, by halving; ``low`` where it is below 0 already."""
    start = low
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        above = falling(middle) > 0
        low, high = np.where(above, middle, low), np.where(above, high, middle)
    return np.where(falling(start) > 0, high, start)
