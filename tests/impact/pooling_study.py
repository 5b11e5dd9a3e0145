"""Coverage of what is pooled over simulated provinces, with errors like those of the product's own cities.

A province: K cities with true effects N(2, tau2). City i's standard error is known only through its own
jackknife: the error is drawn with its true size, from .4 to 1 points, the size told is off by a chi-square
on 8 to 40 degrees of freedom, as in cities of 24 to 115 units. Run it: python -m tests.impact.pooling_study
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.stats import beta

from asn_analysis.impact.pooling import Pooled, pool

MEAN = 2.0
SIZES, SPREADS = (5, 10, 34), (0.0, 0.5, 1.5)
AT_ONCE = 500
# What a city's own data tell of a drift of its trained units: the error, in points, of the bias taken out.
DRIFT_ERROR = 0.6


@dataclass(frozen=True)
class Provinces:
    """Many at once: (S, K)."""

    truth: np.ndarray
    further: np.ndarray
    estimate: np.ndarray
    error: np.ndarray
    df: np.ndarray
    rng: np.random.Generator


def drawn(n: int, cities: int, tau: float, seed: int) -> Iterator[Provinces]:
    """So many provinces, a batch at a time."""
    for batch in range(n // AT_ONCE):
        rng = np.random.default_rng([seed, batch, cities, int(tau * 10)])
        shape = (AT_ONCE, cities)
        truth = MEAN + tau * rng.standard_normal(shape)
        size, df = rng.uniform(0.4, 1.0, shape), rng.uniform(8, 40, shape)
        told = size * np.sqrt(rng.chisquare(df) / df)
        estimate = truth + size * rng.standard_normal(shape)
        yield Provinces(truth, MEAN + tau * rng.standard_normal(AT_ONCE), estimate, told, df, rng)


def covers(low: np.ndarray, high: np.ndarray, value: np.ndarray | float) -> np.ndarray:
    return (low <= value) & (value <= high)


def coverage(n: int, cities: int, tau: float, seed: int = 1) -> dict[str, tuple[int, int]]:
    """Hits and tries of each range."""
    found: dict[str, list[np.ndarray]] = {}
    for made in drawn(n, cities, tau, seed):
        for name, hit in _hits(pool(made.estimate, made.error, 0.95, made.df), made, tau).items():
            found.setdefault(name, []).append(hit.ravel())
    return {name: (int(np.concatenate(hits).sum()), sum(map(len, hits))) for name, hits in found.items()}


def _hits(found: Pooled, made: Provinces, tau: float) -> dict[str, np.ndarray]:
    return {
        "mean": covers(found.conf_low, found.conf_high, MEAN),
        "further city": covers(found.next_low, found.next_high, made.further),
        "spread": covers(found.tau_low, found.tau_high, tau),
        "one city, shrunk": covers(found.shrunk_low, found.shrunk_high, made.truth)[:, 0],
    }


def under_drift(n: int, cities: int, tau: float, drift: float, alone: float, seed: int = 2) -> dict:
    """Coverage where trained units drift: by ``drift`` points in all cities, and N(0, alone2) in each.

    ``cautious`` pools under each allowance and takes the union; ``inflated`` is the way that was refused:
    each city's cautious range as its error, pooled once, as if drifts were independent.
    """
    hits: dict[str, list[np.ndarray]] = {"plain": [], "cautious": [], "inflated": []}
    for made in drawn(n, cities, tau, seed):
        bend = drift + alone * made.rng.standard_normal(made.estimate.shape)
        plain = made.estimate + bend
        continued = made.estimate + DRIFT_ERROR * made.rng.standard_normal(plain.shape)
        rows = [
            (plain, made.error),
            (continued, np.hypot(made.error, DRIFT_ERROR)),
            (2 * continued - plain, np.hypot(made.error, 2 * DRIFT_ERROR)),
        ]
        pooled = [pool(estimate, error, 0.95, made.df) for estimate, error in rows]
        hits["plain"].append(covers(pooled[0].conf_low, pooled[0].conf_high, MEAN))
        low = np.min([one.conf_low for one in pooled], axis=0)
        hits["cautious"].append(covers(low, np.max([one.conf_high for one in pooled], axis=0), MEAN))
        reach = np.max([abs(y - plain) + 2 * error for y, error in rows], axis=0) / 2
        once = pool(plain, reach, 0.95, made.df)
        hits["inflated"].append(covers(once.conf_low, once.conf_high, MEAN))
    return {name: (int(np.concatenate(each).sum()), n) for name, each in hits.items()}


def clopper_pearson(hits: int, tries: int, confidence: float = 0.95) -> tuple[float, float]:
    tail = (1 - confidence) / 2
    low = float(beta.ppf(tail, hits, tries - hits + 1)) if hits else 0.0
    high = float(beta.ppf(1 - tail, hits + 1, tries - hits)) if hits < tries else 1.0
    return low, high


def told(hits: int, tries: int) -> str:
    low, high = clopper_pearson(hits, tries)
    return f"{hits / tries:.3f} ({low:.3f}-{high:.3f})".replace("0.", ".")


def main(n: int = 4000) -> None:
    """The tables of METHODS.md."""
    for cities in SIZES:
        for tau in SPREADS:
            each = coverage(n, cities, tau)
            print(
                f"| {cities} | {tau} | " + " | ".join(told(*one) for one in each.values()) + " |", flush=True
            )
    for cities in SIZES:
        for drift, alone in ((0.0, 1.0), (1.0, 0.0), (1.0, 0.5)):
            each = under_drift(n, cities, 0.5, drift, alone)
            row = " | ".join(told(*one) for one in each.values())
            print(f"| {cities} | {drift} | {alone} | {row} |", flush=True)


if __name__ == "__main__":
    main()
