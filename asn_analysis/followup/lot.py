"""A public lot: which untrained unit is trained when, from a seed that everybody can check by hand.

A unit's number: ``printf '%s' 'SEED:CODE' | sha256sum``. Within a stratum (kecamatan) units stand by number;
the one in place i of n has the fraction (2i - 1) / 2n, and units are taken by fraction, then by number. So
every beginning of the order is spread evenly over the strata (METHODS.md, *A roll-out by public lot*).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from hashlib import sha256
from itertools import accumulate
from math import inf

import pandas as pd

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
