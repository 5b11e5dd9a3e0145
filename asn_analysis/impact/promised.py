"""What a planned roll-out promises: the product's own verdict, on many cities drawn like this one.

Units that are untrained so far are drawn again with the ups and downs of their own past (see ``power``, whose
variogram is taken as a covariance), trained as planned, and looked at at the end of every surveyed quarter as
a brief would: estimate, cautious range, label. No check lowers a label here, so power is an upper bound.

Shapes: S cities, G units, T periods.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from asn_analysis.impact.design import Design, cells_of
from asn_analysis.impact.estimate import Effect, estimate_on
from asn_analysis.impact.grid import Grid, lay_out
from asn_analysis.impact.looks import finding_of, known_at
from asn_analysis.impact.power import variogram
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


@dataclass(frozen=True)
class Future:
    """A city's past and planned cells, rows of a panel, and outcomes drawn for them: ``values`` (S, rows)."""

    panel: pd.DataFrame
    values: np.ndarray


def promised(
    history: pd.DataFrame,
    design: Design,
    start: Mapping[str, pd.Period],
    until: pd.Period,
    effect: float,
    standard: Mapping[str, Any],
    draws: int = 200,
    seed: int = 1,
) -> Promised:
    """What training these units from these quarters on would be told to have done.

    Parameters
    ----------
    history : panel so far; units trained already are left out
    start : unit to its first trained quarter
    until : last quarter that is looked at
    effect : true effect, in points
    standard : ``sesoi``, ``consecutive_quarters`` and ``least_exposure`` of the verdict

    Raises
    ------
    DesignError
        If the past is too short to know how much cells vary.
    """
    future = draw_future(history, design, start, until, effect, draws, seed)
    quarters = [q for q in sorted(future.panel[design.time].unique()) if q >= min(start.values())]
    effects = [_look(future, design, quarter) for quarter in quarters]
    findings = [[finding_of(q, one) for one in each] for q, each in zip(quarters, effects, strict=True)]
    first = np.array([_first_success(each, standard) for each in zip(*findings, strict=True)])
    told = [float((first <= place).mean()) for place in range(len(quarters))]
    return Promised(tuple(map(str, quarters)), tuple(told), told[-1], float(first.mean()), draws)


def _first_success(findings: Sequence[Finding], standard: Mapping[str, Any]) -> int:
    """The look at which a city is first told a success; their number where it never is."""
    so_far = (findings[: end + 1] for end in range(len(findings)))
    labels = (decide(seen, design="randomised", **standard).label for seen in so_far)
    return next((place for place, label in enumerate(labels) if label == SUCCESS), len(findings))


def draw_future(
    history: pd.DataFrame,
    design: Design,
    start: Mapping[str, pd.Period],
    until: pd.Period,
    effect: float,
    draws: int,
    seed: int,
) -> Future:
    """Cities like this one: each unit's level and usual respondents, ups and downs as the past has them."""
    past = history[history[design.cohort].isna()]
    levels = past.groupby(design.unit, sort=True).agg(
        **{
            "level": (design.outcome, "mean"),
            str(design.weight): (design.weight, "mean"),
            **{name: (name, "first") for name in design.cluster if name in past and name != design.cohort},
        }
    )
    clock = _clock(sorted(past[design.time].unique()), until)
    panel = levels.reset_index().merge(pd.DataFrame({design.time: clock}), how="cross")
    panel[design.cohort] = panel[design.unit].map(start)
    spread = variogram(cells_of(past, design), clock[-1].ordinal - clock[0].ordinal + 1)
    root = _root_of(spread, np.array([q.ordinal for q in clock]))
    rng = np.random.default_rng(seed)
    moves = rng.standard_normal((draws, len(levels), len(clock))) @ root.T
    treated = (panel[design.time] >= panel[design.cohort]).to_numpy()
    values = panel["level"].to_numpy() + moves.reshape(draws, -1) + effect * treated
    low, high = design.bounds or (-np.inf, np.inf)
    return Future(panel.assign(**{design.outcome: np.arange(len(panel))}), np.clip(values, low, high))


def _clock(seen: Sequence[pd.Period], until: pd.Period) -> list[pd.Period]:
    """The quarters surveyed so far, and those ahead at the usual distance."""
    steps = np.diff([quarter.ordinal for quarter in seen])
    step = max(int(np.median(steps)), 1) if len(steps) else 1
    return [*seen, *(seen[-1] + n for n in range(step, until.ordinal - seen[-1].ordinal + 1, step))]


def _root_of(spread: np.ndarray, clock: np.ndarray) -> np.ndarray:
    """A root of the covariance that has this variogram (T x T); levels drop out of every estimate."""
    covariance = spread.max() - spread[np.abs(clock[:, None] - clock)]
    values, vectors = np.linalg.eigh(covariance)
    return vectors * np.sqrt(np.maximum(values, 0.0))


def _look(future: Future, design: Design, until: pd.Period) -> list[Effect | None]:
    """The effect in each city as known at the end of a quarter, or None where a brief would have none."""
    known = known_at(future.panel, until)
    try:
        grid = lay_out(known, design)
        return list(estimate_on(grid, design, [_laid(values, grid) for values in future.values]))
    except DesignError:
        return [None] * len(future.values)


def _laid(values: np.ndarray, rows: Grid) -> np.ndarray:
    """Rows of a panel as units x periods, by a grid whose outcome is the number of the row."""
    return np.where(rows.weight > 0, values[rows.outcome.astype(int)], 0.0)
