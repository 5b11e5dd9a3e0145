"""Roll-outs to choose from: how many waves of how many units, what each promises, and what it costs.

The order of units is that of the lot; a roll-out only cuts it (METHODS.md, *A roll-out by public lot*).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, count, islice, takewhile
from math import ceil
from typing import Any

import pandas as pd

from asn_analysis.impact.design import Design
from asn_analysis.impact.promised import Future, Promised, promised
from asn_analysis.views.said import Unanswerable

STEP = 0.05  # of power: less than this between two roll-outs is told by time and money
ALL_WAYS = 16  # ways to cut the order up to which all are looked at
LEAST_LOOKS = 2  # quarters after the last wave has begun: a success must be seen twice


@dataclass(frozen=True)
class Limits:
    """What a roll-out may use.

    Attributes
    ----------
    budget : rupiah over all waves
    seats : units a quarter
    fewest_untrained : units that stay untrained to compare with
    first, until : quarter of the first wave, and the last quarter that is looked at
    """

    budget: float
    seats: int
    fewest_untrained: int
    first: pd.Period
    until: pd.Period


@dataclass(frozen=True)
class Rollout:
    """One way: waves as lists of units, from ``Limits.first`` on, a quarter apart."""

    waves: tuple[tuple[str, ...], ...]
    cost: float
    promised: Promised

    @property
    def name(self) -> str:
        """The sizes of its waves."""
        return " + ".join(str(len(wave)) for wave in self.waves)

    @property
    def n_units(self) -> int:
        return sum(map(len, self.waves))


def ways(
    order: Sequence[str], costs: Mapping[str, float], limits: Limits
) -> list[tuple[tuple[str, ...], ...]]:
    """The waves of each roll-out that limits allow, those of the fewest waves first.

    Raises
    ------
    Unanswerable
        If they allow none.
    """
    spent = accumulate(costs[unit] for unit in order)
    affordable = sum(1 for _ in takewhile(lambda total: total <= limits.budget, spent))
    most = min(affordable, len(order) - limits.fewest_untrained)
    if most < 1 or limits.seats < 1:
        raise Unanswerable(
            f"Nobody can be trained: {affordable} of {len(order)} untrained units can be paid for, "
            f"{limits.fewest_untrained} stay to compare with, and there are {limits.seats} seats a quarter.",
            "More money or seats would help, or more units that are surveyed before anyone is trained.",
        )
    longest = limits.until.ordinal - limits.first.ordinal + 1 - LEAST_LOOKS
    sizes = _equal(most, limits.seats, longest)
    every = list(islice(_splits(most, limits.seats, longest), ALL_WAYS + 1))
    if len(every) <= ALL_WAYS:
        sizes = sorted({*sizes, *every}, key=lambda waves: (len(waves), waves[::-1]))
    return [_cut(order, waves) for waves in sizes]


def _equal(most: int, seats: int, longest: int) -> list[tuple[int, ...]]:
    """Sizes of one, two, three equal waves and so on, the last perhaps smaller."""
    found: list[tuple[int, ...]] = []
    for n_waves in takewhile(lambda n: n <= min(longest, most), count(1)):
        size = min(seats, ceil(most / n_waves))
        used = min(size * n_waves, most)
        waves = tuple(min(size, used - at) for at in range(0, used, size))
        if waves not in found:
            found.append(waves)
    return found


def _splits(total: int, largest: int, longest: int) -> Iterator[tuple[int, ...]]:
    """Every way to make a total of at most so many parts, none above the largest."""
    if total == 0:
        yield ()
    for size in range(1, min(total, largest) + 1 if longest > 0 else 0):
        yield from ((size, *rest) for rest in _splits(total - size, largest, longest - 1))


def _cut(order: Sequence[str], sizes: Sequence[int]) -> tuple[tuple[str, ...], ...]:
    """The order from its beginning, in waves of these sizes."""
    ends = tuple(accumulate(sizes))
    return tuple(tuple(order[end - size : end]) for end, size in zip(ends, sizes, strict=True))


def judged(
    each: Sequence[tuple[tuple[str, ...], ...]],
    costs: Mapping[str, float],
    limits: Limits,
    future: Future,
    design: Design,
    effect: float,
    standard: Mapping[str, Any],
) -> tuple[Rollout, ...]:
    """What each roll-out promises (see ``impact.promised``), and its cost; all on the same drawn cities."""
    found = []
    for waves in each:
        start = {unit: limits.first + n for n, wave in enumerate(waves) for unit in wave}
        cost = sum(costs[unit] for unit in start)
        found.append(Rollout(waves, cost, promised(future, design, start, effect, standard)))
    return tuple(found)


def best(rollouts: Sequence[Rollout]) -> Rollout:
    """The most power, to the nearest twentieth; then the shortest wait; then the least money."""
    return min(rollouts, key=lambda one: (-round(one.promised.power / STEP), one.promised.wait, one.cost))
