"""What the pooled effect of several cities amounts to: a table without statistics, as ``verdict`` for one.

A record tells of one quarter, so nothing here asks whether a finding was held; each city's own verdict does.

============  ================================================================================
lowers        the cautious range lies below 0, after the least exposure
short         the cautious range lies below the smallest effect of interest, after the least exposure
raises        the cautious range lies above 0, and even its smallest estimate reaches the smallest
              effect of interest
rises         the plain range lies above 0
open          otherwise
============  ================================================================================

Certainty (0-5) starts from the cities' own, by their weight, and loses a point for each weakness of the pool.
Under 3, ``raises`` is told as ``rises``, and ``lowers`` and ``short`` as ``open``; without any, all is open.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor
from typing import Literal

from asn_analysis.impact.verdict import LEAST_CERTAINTY

Answer = Literal["lowers", "short", "raises", "rises", "open"]
Spread = Literal["differ", "alike", "unknown"]
ANSWERS: tuple[Answer, ...] = ("lowers", "short", "raises", "rises", "open")
WITH_LITTLE: dict[Answer, Answer] = {"raises": "rises", "lowers": "open", "short": "open"}


@dataclass(frozen=True)
class Ranges:
    """What an answer looks at, in units of the outcome.

    Attributes
    ----------
    conf_low : of the plain range
    conf_low_robust, conf_high_robust, least : of the cautious range; None where it cannot be had
    exposure : quarters since training, over the cities
    """

    conf_low: float
    conf_low_robust: float | None
    conf_high_robust: float | None
    least: float | None
    exposure: float


def answer(found: Ranges, sesoi: float, least_exposure: float, certainty: int) -> Answer:
    """The first answer of the table that holds, or what little certainty leaves of it."""
    told = _told(found, sesoi, found.exposure >= least_exposure)
    if certainty == 0:
        return "open"
    return WITH_LITTLE.get(told, told) if certainty < LEAST_CERTAINTY else told


def _told(found: Ranges, sesoi: float, exposed: bool) -> Answer:
    low, high, least = found.conf_low_robust, found.conf_high_robust, found.least
    if high is not None and exposed and high < 0:
        return "lowers"
    if high is not None and exposed and high < sesoi:
        return "short"
    if low is not None and least is not None and low > 0 and least >= sesoi:
        return "raises"
    return "rises" if found.conf_low > 0 else "open"


def certainty_of(own: Sequence[int], weights: Sequence[float], weaknesses: Sequence[str]) -> tuple[int, int]:
    """The cities' certainty by their weight, rounded down, and what the pool's weaknesses leave of it."""
    start = floor(sum(points * weight for points, weight in zip(own, weights, strict=True)) + 1e-9)
    return start, max(start - len(weaknesses), 0)


def spread_of(tau_low: float, tau_high: float, sesoi: float) -> Spread:
    """Whether cities differ: beyond chance, by less than half of what would matter, or one cannot tell."""
    if tau_low > 0:
        return "differ"
    return "alike" if tau_high < sesoi / 2 else "unknown"
