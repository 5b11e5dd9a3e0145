"""When a city surveys: each quarter, each semester or once a year, and the quarters that it passed over."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from asn_analysis.measures.panel import YEAR


@dataclass(frozen=True)
class Rhythm:
    """The quarters of a survey, in order.

    Attributes
    ----------
    step : quarters from one survey to the next, as a rule
    gaps : quarters between the first survey and the last that were not surveyed
    """

    quarters: tuple[pd.Period, ...]
    step: int
    gaps: tuple[pd.Period, ...]

    @property
    def a_year(self) -> int | None:
        """Surveys a year; None where the steps make no whole number."""
        return None if YEAR % self.step else YEAR // self.step

    def before(self, quarter: pd.Period) -> pd.Period | None:
        """The last survey before a quarter."""
        return max((known for known in self.quarters if known < quarter), default=None)

    def last(self, number: int) -> tuple[pd.Period, ...]:
        """The newest surveys, the oldest of them first."""
        return self.quarters[-number:]


def rhythm(quarters: Iterable[pd.Period]) -> Rhythm:
    """The rhythm of the quarters in which anybody was surveyed (any order, repeated or not)."""
    known = sorted(set(quarters))
    if not known:
        return Rhythm((), 1, ())
    whole = pd.period_range(known[0], known[-1])
    step = usual_step([quarter.ordinal for quarter in known])
    return Rhythm(tuple(known), step, tuple(quarter for quarter in whole if quarter not in set(known)))


def usual_step(clock: Sequence[float] | np.ndarray) -> int:
    """Periods from one survey to the next, as a rule; a plan goes on as the city has surveyed."""
    steps = np.diff(clock)
    return int(np.median(steps)) if len(steps) else 1
