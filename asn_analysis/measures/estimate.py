"""An estimate with its uncertainty, as every result says it, and how much true values differ beyond theirs.

y_i ~ N(mu load_i, v_i + tau2). The variance between is Paule and Mandel's (1982, J Res Natl Bur Stand
87:377), to which DerSimonian and Kacker (2007, Contemp Clin Trials 28:105-114) lead when iterated. Errors
that go together are turned to their own axes first (``on_axes``), on which the mean has loads other than 1.

Shapes: K values; (..., K) in, (...) out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import fdtrc, stdtr, stdtrit

from asn_analysis.rules.rules import load_analysis

POWER = 0.80
TOLD = ("term", "estimate", "std_error", "df", "conf_low", "conf_high", "n_units", "n_respondents")


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """A number, how sure it is, and what it rests on.

    Attributes
    ----------
    term : what it is an estimate of
    estimate, std_error : in ``unit_of_measure``; the error is NaN where a single unit carries the estimate
    df : degrees of freedom of Student's t; infinite for the normal distribution
    confidence : coverage of the interval, between 0 and 1
    n_units, n_respondents : behind it; None where that is not counted
    """

    term: str
    estimate: float
    std_error: float
    df: float
    confidence: float
    unit_of_measure: str
    n_units: int | None = None
    n_respondents: float | None = None

    @property
    def conf_low(self) -> float:
        return float(self.estimate - half_width(self.std_error, self.df, self.confidence))

    @property
    def conf_high(self) -> float:
        return float(self.estimate + half_width(self.std_error, self.df, self.confidence))

    @property
    def p_value(self) -> float:
        """Of no effect at all, two-sided."""
        return float(p_value(np.float64(self.estimate), self.std_error, self.df))

    @property
    def detectable(self) -> float:
        """The smallest true value that this interval would have told from 0 four times in five."""
        return float(detectable(self.std_error, self.df, self.confidence))

    @property
    def told(self) -> str:
        """The estimate with its range, in digits."""
        return f"{self.estimate:+#.3g} ({self.conf_low:+#.3g} to {self.conf_high:+#.3g})"

    def tidy(self) -> pd.DataFrame:
        """Its numbers in the house vocabulary, one row an estimate."""
        return tidied([self])

    def summary(self) -> str:
        """One plain sentence with its range."""
        return f"{self.term}: {self.told} {self.unit_of_measure}."

    def _repr_html_(self) -> str:
        return f"<p>{self.summary()}</p>"


def tidied(estimates: Iterable[Estimate]) -> pd.DataFrame:
    """One row an estimate in the house vocabulary; a count that none of them knows is left out."""
    each = list(estimates)
    table = pd.DataFrame({name: [getattr(one, name) for one in each] for name in TOLD})
    table = with_tests(table.assign(unit_of_measure=[one.unit_of_measure for one in each]))
    return table.drop(columns=[name for name in TOLD[-2:] if table[name].isna().all()])


def with_tests(rows: pd.DataFrame) -> pd.DataFrame:
    """The same rows with ``statistic`` and ``p_value``, from their estimate, std_error and df."""
    estimate, error = rows["estimate"], rows["std_error"]
    return rows.assign(statistic=estimate / error, p_value=p_value(estimate, error, rows["df"]))


def jackknife_error(apart: Any) -> Any:
    """Standard error from what leaving out each of n units (first axis) changes."""
    n = len(apart)
    return np.sqrt((apart**2).sum(axis=0) * (n - 1) / n)


def satterthwaite(variances: Any, df: Any) -> Any:
    """Degrees of freedom of a sum of independent variances (first axis), each known with its own."""
    with np.errstate(divide="ignore", invalid="ignore"):  # without any variance they are not a number
        return variances.sum(axis=0) ** 2 / (variances**2 / df).sum(axis=0)


def equal_p_value(values: np.ndarray, covariance: np.ndarray, df: float) -> float | None:
    """Hotelling's T-squared test that all values are 0; None where too few units carry it."""
    size, rest = len(values), df - len(values) + 1
    if not size or not rest > 0 or np.linalg.matrix_rank(covariance) < size:
        return None
    statistic = values @ np.linalg.solve(covariance, values)
    return float(fdtrc(size, rest, statistic * rest / (size * df)))


def half_width(std_error: Any, df: Any, confidence: float | None = None) -> Any:
    """Half of the t interval, of one estimate or of arrays of them, by default at the rules' confidence."""
    confidence = load_analysis().confidence if confidence is None else confidence
    return stdtrit(df, 0.5 + confidence / 2) * std_error


def p_value(estimate: Any, std_error: Any, df: Any) -> Any:
    """Two-sided by t; without any spread 0, or unknown where the estimate is 0 too."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return 2 * stdtr(df, -abs(estimate / std_error))


def detectable(std_error: Any, df: Any, confidence: float | None = None) -> Any:
    """The smallest true values that the intervals would have told from 0 with 80 % power."""
    return (half_width(1.0, df, confidence) + stdtrit(df, POWER)) * std_error


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
