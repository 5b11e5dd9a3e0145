"""Shocks that all units of a group share: a kecamatan in a quarter, or a wave of training.

Leaving one unit out at a time does not see them: where trained units move together, an interval that
counts units as independent covers the truth half of the time. A jackknife over groups would, but six
kecamatan or four waves leave it three degrees of freedom, and with one wave none. So the variance of the
shared shocks is estimated and added (an analysis of variance by moments):

- for each pair of periods, the differences of untreated cells within units are compared between and within
  groups; what lies between groups beyond what the units' own spread explains is twice the variogram of the
  shared shock at that lag. Lags are drawn to a line that does not fall, as in ``impact/power.py``;
- an estimand with coefficients a_gt on the cells then owes the shared shocks
  - sum over groups of A_c' V A_c, with A_ct the sum of a_gt over the group's units and V_ts the variogram
  at lag |t - s|. Unit effects drop out of every estimand (a_g sums to 0), so the variogram is enough.

Where no shock is shared the estimate is near 0 and costs little. Several groupings are looked at, and the
one that adds most is counted (``jackknife.Estimates.with_shared``). METHODS.md has the coverage.

Shapes: G units, T periods, C groups, E estimands, Y outcomes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from asn_analysis.impact.design import Grid

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
        """What they add to the covariance of estimands with these coefficients on the cells.

        Parameters
        ----------
        rows : (E, G, T)

        Returns
        -------
        (E, E)
        """
        pulls = np.tensordot(rows, self.member, (1, 1))  # (E, T, C)
        moved = np.tensordot(pulls, self.variogram, (1, 0))  # (E, C, T)
        return -np.tensordot(pulls, moved, ((2, 1), (1, 2)))


def shocks_of(grid: Grid, outcome: np.ndarray) -> tuple[Shocks, ...]:
    """The shared shocks of each grouping of the grid, those that can be told.

    Parameters
    ----------
    outcome : (G, T), whose movement in untreated cells tells of them
    """
    return shocks_of_each(grid, [outcome])[0]


def shocks_of_each(grid: Grid, outcomes: Sequence[np.ndarray]) -> list[tuple[Shocks, ...]]:
    """The same for several outcomes (each G x T) of one grid."""
    y = np.stack(list(outcomes))
    found = [_of_groups(name, code, grid, y) for name, code in grid.groups]
    return [tuple(each[k] for each in found if each is not None) for k in range(len(y))]


def _of_groups(name: str, code: np.ndarray, grid: Grid, y: np.ndarray) -> list[Shocks] | None:
    member = (code == np.arange(code.max() + 1)[:, None]).astype(float)
    member = member[member.sum(axis=1) > 1]  # what a lone unit shares is its own noise, counted already
    if len(member) < 2:
        return None
    lags, values, pairs = _variogram(member, grid, y)
    if not pairs.any():
        return None
    known = pairs > 0
    apart = np.abs(grid.clock[:, None] - grid.clock)
    variograms = [
        np.interp(apart, lags[known], rising_line(lags[known], value[known], pairs[known] ** 2.0))
        for value in values
    ]
    return [Shocks(name, member, np.where(apart > 0, found, 0.0), float(pairs.max())) for found in variograms]


def _variogram(member: np.ndarray, grid: Grid, y: np.ndarray) -> tuple[np.ndarray, ...]:
    """Lags, half the variance between groups of changes that far apart (Y x lags), and pairs behind it."""
    seen = grid.untreated
    weight = grid.weight.sum(axis=1) / np.maximum((grid.weight > 0).sum(axis=1), 1)
    early, late = np.triu_indices(len(grid.clock), 1)
    lags, place = np.unique(grid.clock[late] - grid.clock[early], return_inverse=True)
    between, scale, pairs = np.zeros((len(y), len(lags))), np.zeros(len(lags)), np.zeros(len(lags))
    step = max(1, PIECE // y[:, :, 0].size)
    for part in (slice(start, start + step) for start in range(0, len(early), step)):
        both = seen[:, late[part]] & seen[:, early[part]]
        change = y[:, :, late[part]] - y[:, :, early[part]]
        at = np.equal.outer(place[part], np.arange(len(lags))).astype(float)
        more = _between(member, weight, change, both)
        between, scale, pairs = (
            total + each @ at for total, each in zip((between, scale, pairs), more, strict=True)
        )
    return lags, between / np.where(scale > 0, scale, 1.0) / 2, pairs


def _between(member: np.ndarray, weight: np.ndarray, change: np.ndarray, both: np.ndarray) -> tuple:
    """For each column of changes: variance between groups x scale, scale, and groups less one."""
    counted = weight[:, None] * both
    n, mass, squares = member @ both, member @ counted, member @ counted**2
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


def rising_line(lag: np.ndarray, value: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """A line through the values by least squares, level if it would fall, and never below 0."""
    middle, height = np.average(lag, weights=weight), np.average(value, weights=weight)
    width = weight @ (lag - middle) ** 2
    slope = max(weight @ ((lag - middle) * (value - height)) / width, 0.0) if width else 0.0
    return np.maximum(height + slope * (lag - middle), 0.0)
