"""Shocks that all units of a group share: a kecamatan in a quarter, or a wave of training.

Leaving one unit out at a time does not see them, and a jackknife over few groups has no power. So their
variance is estimated by moments from the changes of untreated cells, and added (METHODS.md, section 3).

Shapes: G units, T periods, C groups, E estimands, Y outcomes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

from asn_analysis.impact.grid import Grid

PIECE = 1 << 20  # changes held at once: bounds the memory


@dataclass(frozen=True, eq=False)
class Shocks:
    """Shocks that all units of a group share.

    Attributes
    ----------
    by : the column whose groups share them
    member : (C, G), 1 where a unit belongs to a group
    variogram : (T, T), in squared units of the outcome
    df : degrees of freedom of its estimate
    """

    by: str
    member: np.ndarray
    variogram: np.ndarray
    df: float

    def covariance(self, rows: np.ndarray) -> np.ndarray:
        """What they add to the covariance (E x E) of estimands with such rows of coefficients (E x G x T)."""
        pulls = self.member @ rows  # (E, C, T)
        moved = pulls @ self.variogram
        size = len(rows)
        return -pulls.reshape(size, -1) @ moved.reshape(size, -1).T


def shocks_of(grid: Grid, outcome: np.ndarray, sure: float = 0.0) -> tuple[Shocks, ...]:
    """The shared shocks of each grouping that an outcome (G x T) tells by its movement in untreated cells."""
    return shocks_of_each(grid, [outcome], sure)[0]


def shocks_of_each(grid: Grid, outcomes: Sequence[np.ndarray], sure: float = 0.0) -> list[tuple[Shocks, ...]]:
    """The same for several outcomes (each G x T) of one grid."""
    members = {name: _members(code) for name, code in grid.groups}
    members = {name: member for name, member in members.items() if len(member) > 1}
    found = zip(members.items(), _variograms(list(members.values()), grid, np.stack(outcomes)), strict=True)
    each = [_shocks(name, member, grid, sure, told) for (name, member), told in found if told[2].any()]
    return [tuple(shocks[k] for shocks in each) for k in range(len(outcomes))]


def _members(code: np.ndarray) -> np.ndarray:
    """Groups of more than one unit (C x G): what a lone unit shares is its own noise, counted already."""
    member = (code == np.arange(code.max() + 1)[:, None]).astype(float)
    return member[member.sum(axis=1) > 1]


def _shocks(
    by: str, member: np.ndarray, grid: Grid, sure: float, told: tuple[np.ndarray, ...]
) -> list[Shocks]:
    lags, values, pairs = told
    known = pairs > 0
    apart = np.abs(grid.clock[:, None] - grid.clock)
    lines = [rising_line(lags[known], value[known], pairs[known] ** 2.0, sure) for value in values]
    variograms = [np.where(apart > 0, np.interp(apart, lags[known], line), 0.0) for line in lines]
    return [Shocks(by, member, variogram, float(pairs.max())) for variogram in variograms]


def _variograms(members: Sequence[np.ndarray], grid: Grid, y: np.ndarray) -> list[tuple[np.ndarray, ...]]:
    """For each grouping: lags, half the variance between groups of changes so far apart (Y x lags), pairs."""
    seen, n_periods = grid.untreated, len(grid.clock)
    weight = grid.weight.sum(axis=1) / np.maximum((grid.weight > 0).sum(axis=1), 1)
    early, late = np.triu_indices(n_periods, 1)
    lags, place = np.unique(grid.clock[late] - grid.clock[early], return_inverse=True)
    at = (place[:, None] == np.arange(len(lags))).astype(float)
    less = np.eye(n_periods)[:, late] - np.eye(n_periods)[:, early]
    sums = [(0.0, 0.0, 0.0)] * len(members)
    step = max(1, PIECE // y[:, :, 0].size)
    for part in (slice(start, start + step) for start in range(0, len(early), step)):
        both = (seen[:, late[part]] & seen[:, early[part]]) * weight[:, None]
        change = y @ less[:, part]
        more = [_between(member, both, change) for member in members]
        sums = [
            tuple(total + value @ at[part] for total, value in zip(old, new, strict=True))
            for old, new in zip(sums, more, strict=True)
        ]
    return [(lags, total / np.where(scale > 0, scale, 1.0) / 2, pairs) for total, scale, pairs in sums]


def _between(member: np.ndarray, counted: np.ndarray, change: np.ndarray) -> tuple[np.ndarray, ...]:
    """For each column of changes: variance between groups x scale, scale, and groups less one.

    Parameters
    ----------
    counted : (G, P), the units' weights, 0 where a change is not seen
    change : (Y, G, P)
    """
    n, mass, squares = member @ (counted > 0), member @ counted, member @ counted**2
    safe = np.where(mass > 0, mass, 1.0)
    mean = (member @ (counted * change)) / safe
    apart = (change - member.T @ mean) * counted
    alone = np.maximum(1 - squares / safe**2, 1e-9)
    noise = (member @ apart**2) / safe**2 / alone
    share = np.where(n > 1, mass, 0.0)
    total = share.sum(axis=0)
    share = share / np.where(total > 0, total, 1.0)
    gaps = mean - (share * mean).sum(axis=-2, keepdims=True)
    enough = (n > 1).sum(axis=0) > 1
    between = (share * gaps**2).sum(axis=-2) - (share * (1 - share) * noise).sum(axis=-2)
    return (
        np.where(enough, between, 0.0),
        np.where(enough, 1 - (share**2).sum(axis=0), 0.0),
        np.where(enough, (n > 1).sum(axis=0) - 1.0, 0.0),
    )


def rising_line(lag: np.ndarray, value: np.ndarray, weight: np.ndarray, sure: float = 0.0) -> np.ndarray:
    """A line through the values by least squares, level if it would fall, and never below 0.

    So it is too high on average, which is on the safe side of an interval. For a promise ask with ``sure``
    for a one-sided t-test of the slope, of that confidence: else the line is level.
    """
    total, df = weight.sum(), len(lag) - 2
    middle, height = weight @ lag / total, weight @ value / total
    width = weight @ (lag - middle) ** 2
    slope = max(weight @ ((lag - middle) * (value - height)) / width, 0.0) if width else 0.0
    if sure:
        left = weight @ (value - height - slope * (lag - middle)) ** 2
        slope *= slope**2 * width * df > stdtrit(df, sure) ** 2 * left  # never with fewer than three lags
    return np.maximum(height + slope * (lag - middle), 0.0)
