"""A public lot, which untrained unit is trained when, and the roll-outs to choose from that cut its order.

A unit's number: ``printf '%s' 'SEED:CODE' | sha256sum``. Within a stratum (kecamatan) units stand by number;
the one in place i of n has the fraction (2i - 1) / 2n, and units are taken by fraction, then by number. So
every beginning of the order is spread evenly over the strata (METHODS.md, *A roll-out by public lot*).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from hashlib import sha256
from itertools import accumulate, count, islice, takewhile
from math import ceil, inf
from typing import Any

import pandas as pd

from asn_analysis.impact.design import Design
from asn_analysis.impact.promised import Future, Promised, promised
from asn_analysis.views.said import Unanswerable

WHOLE_CITY = ""  # the stratum of units that serve no one kecamatan


def draw_lot(strata: Mapping[str, str | None], seed: str) -> tuple[str, ...]:
    """Every unit in the order drawn.

    Parameters
    ----------
    strata : unit to its kecamatan; None for units that serve the whole city

    Raises
    ------
    ValueError
        If the seed says nothing.
    """
    if not seed.strip():
        raise ValueError("The seed is empty; announce a figure that others will publish, and give it here.")
    numbers = {unit: number_of(seed, unit) for unit in strata}
    members: dict[str, list[str]] = {}
    for unit in sorted(strata, key=numbers.__getitem__):
        members.setdefault(strata[unit] or WHOLE_CITY, []).append(unit)
    taken = sorted(
        (Fraction(2 * place - 1, 2 * len(units)), numbers[unit], unit)
        for units in members.values()
        for place, unit in enumerate(units, start=1)
    )
    return tuple(unit for *_, unit in taken)


def number_of(seed: str, unit: str) -> str:
    """A unit's number in the lot, 64 hexadecimal digits."""
    return sha256(f"{seed}:{unit}".encode()).hexdigest()


def departures(order: Sequence[str], start: Mapping[str, pd.Period]) -> tuple[str, ...]:
    """Units trained in an earlier quarter than one that stands ahead of them in the order.

    Parameters
    ----------
    start : unit to the quarter of its first training; units not named wait
    """
    ticks = [start[unit].ordinal if unit in start else inf for unit in order]
    latest = accumulate(ticks, max)
    return tuple(unit for unit, own, ahead in zip(order, ticks, latest, strict=True) if own < ahead)


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
