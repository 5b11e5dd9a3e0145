"""What a planned roll-out promises: the product's own verdict, on many cities like this one (``future``).

Units that are untrained so far are trained as planned and looked at at the end of every surveyed quarter as
a brief would: estimate, cautious range, label. No check lowers a label here, so power is an upper bound.

Shapes: S cities, G units, T periods.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from asn_analysis.impact.design import Design
from asn_analysis.impact.estimate import Effect, estimate_on
from asn_analysis.impact.future import Future
from asn_analysis.impact.grid import Grid, lay_out
from asn_analysis.impact.looks import finding_of, known_at
from asn_analysis.impact.refusals import DesignError
from asn_analysis.impact.verdict import Finding, decide

SUCCESS = "success"


@dataclass(frozen=True)
class Promised:
    """What a roll-out can be expected to tell.

    Attributes
    ----------
    quarters : the looks, from the first training on
    told : (len(quarters),) share of cities told a success by then
    power : the last of them
    wait : quarters from the first training until a success is told, on average; where none is, until the end
    draws : cities drawn
    """

    quarters: tuple[str, ...]
    told: tuple[float, ...]
    power: float
    wait: float
    draws: int


def promised(
    future: Future, design: Design, start: Mapping[str, pd.Period], effect: float, standard: Mapping[str, Any]
) -> Promised:
    """What training these units from these quarters on would be told to have done.

    Parameters
    ----------
    future : what ``draw_future`` returns
    start : unit to its first trained quarter
    effect : true effect, in points
    standard : ``sesoi``, ``consecutive_quarters`` and ``least_exposure`` of the verdict
    """
    cities = future.trained(start, effect, design)
    quarters = [q for q in sorted(cities.panel[design.time].unique()) if q >= min(start.values())]
    first = first_success(cities, design, quarters, standard)
    told = [float((first <= place).mean()) for place in range(len(quarters))]
    return Promised(tuple(map(str, quarters)), tuple(told), told[-1], float(first.mean()), len(first))


def first_success(
    cities: Future, design: Design, quarters: list[pd.Period], standard: Mapping[str, Any]
) -> np.ndarray:
    """The look at which each city is first told a success (S,); their number where it never is.

    Whoever has been told is not looked at again.
    """
    first = np.full(len(cities.values), len(quarters))
    findings: dict[int, list[Finding]] = {city: [] for city in range(len(first))}
    for place, quarter in enumerate(quarters):
        waiting = np.flatnonzero(first == len(quarters))
        if not len(waiting):
            break
        for city, effect in zip(waiting, _look(cities, waiting, design, quarter), strict=True):
            findings[city].append(finding_of(quarter, effect))
            if decide(findings[city], design="randomised", **standard).label == SUCCESS:
                first[city] = place
    return first


def _look(cities: Future, which: np.ndarray, design: Design, until: pd.Period) -> list[Effect | None]:
    """The effect in some cities as known at the end of a quarter, or None where a brief would have none."""
    known = known_at(cities.panel, until)
    try:
        grid = lay_out(known, design)
        return list(estimate_on(grid, design, [_laid(values, grid) for values in cities.values[which]]))
    except DesignError:
        return [None] * len(which)


def _laid(values: np.ndarray, rows: Grid) -> np.ndarray:
    """Rows of a panel as units x periods, by a grid whose outcome is the number of the row."""
    return np.where(rows.weight > 0, values[rows.outcome.astype(int)], 0.0)
