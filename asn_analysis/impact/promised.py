"""What a planned roll-out promises: the product's own verdict, on many cities drawn ahead like this one.

Three things move a cell, each drawn by its own size: who happens to answer, what a kecamatan shares in a
quarter (``shared``), and what a unit does on its own (the rest of ``power``'s variogram). METHODS.md, *A
roll-out by public lot*, says why. Variograms are taken as covariances: levels drop out of every estimate.
Units are then trained as planned and looked at at the end of every surveyed quarter as a brief would.
No check lowers a label here, so power is an upper bound.

Shapes: S cities, G units, C kecamatan, T periods, L lags.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from asn_analysis.impact.design import Design
from asn_analysis.impact.draws import normal_draws
from asn_analysis.impact.estimate import Effect, estimate_on
from asn_analysis.impact.grid import Grid, laid, lay_out
from asn_analysis.impact.looks import finding_of, known_at
from asn_analysis.impact.power import variogram
from asn_analysis.impact.refusals import DesignError
from asn_analysis.impact.shared import Shocks, shocks_of
from asn_analysis.impact.verdict import Finding, decide
from asn_analysis.measures.panel import usual_step

SUCCESS = "success"
SURE = 0.95  # that what a variogram's far lags add is no chance (see ``shared.rising_line``)


@dataclass(frozen=True)
class Future:
    """A city's past and planned cells, rows of a panel, and outcomes drawn for them.

    Attributes
    ----------
    panel : one row a unit and quarter; its outcome is the number of the row
    values : (S, rows)
    """

    panel: pd.DataFrame
    values: np.ndarray

    def trained(self, start: Mapping[str, pd.Period], effect: float, design: Design) -> Future:
        """The same cities with units trained from these quarters on, each by so many points better."""
        panel = self.panel.assign(**{design.cohort: self.panel[design.unit].map(start)})
        treated = (panel[design.time] >= panel[design.cohort]).to_numpy()
        low, high = design.bounds or (-np.inf, np.inf)
        return Future(panel, np.clip(self.values + effect * treated, low, high))


def draw_future(
    history: pd.DataFrame,
    design: Design,
    until: pd.Period,
    draws: int,
    within: pd.Series | None = None,
    seed: int = 1,
) -> Future:
    """Cities like this one in which nobody is trained.

    Parameters
    ----------
    history : panel so far; units trained already are left out
    until : last quarter that is drawn
    within : variance of one respondent's score, by unit; without it all cells are as noisy as the average

    Raises
    ------
    DesignError
        If the past is too short to know how much cells vary.
    """
    past = history[history[design.cohort].isna()]
    if past.empty:
        raise DesignError.named("no_history")
    groups = {name: (name, "first") for name in _telling(design)}
    known = {"level": (design.outcome, "mean"), str(design.weight): (design.weight, "mean")}
    units = past.groupby(design.unit, sort=True).agg(**known, **groups).reset_index()
    clock = _clock(sorted(past[design.time].unique()), until)
    panel = units.merge(pd.DataFrame({design.time: clock}), how="cross")
    noise = np.zeros(len(units))
    if within is not None:
        noise = (within.reindex(units[design.unit]) / units[design.weight].to_numpy()).to_numpy()
    rng, ticks = np.random.default_rng(seed), np.array([quarter.ordinal for quarter in clock])
    moves = _moves(past, design, noise, ticks, draws, rng)
    values = panel.pop("level").to_numpy() + moves.reshape(draws, -1)
    return Future(panel.assign(**{design.outcome: np.arange(len(panel))}), values)


def _telling(design: Design) -> list[str]:
    """The groupings that the past tells: nobody is in a wave of training yet."""
    return [name for name in design.cluster if name != design.cohort]


def _clock(seen: list[pd.Period], until: pd.Period) -> list[pd.Period]:
    """The quarters surveyed so far, and those ahead at the usual distance."""
    step = usual_step([quarter.ordinal for quarter in seen])
    return [*seen, *(seen[-1] + n for n in range(step, until.ordinal - seen[-1].ordinal + 1, step))]


def _moves(
    past: pd.DataFrame,
    design: Design,
    noise: np.ndarray,
    clock: np.ndarray,
    draws: int,
    rng: np.random.Generator,
) -> np.ndarray:
    """How far each cell lies from its unit's level (S x G x T); ``noise`` (G,): variance of who answers."""
    grid = laid(past, replace(design, cluster=tuple(_telling(design))))
    lags = np.arange(int(clock[-1] - clock[0]) + 1)
    shocks = shocks_of(grid, grid.outcome, SURE)
    spreads = [_by_lag(each, grid.clock, lags) for each in shocks]
    asked = (noise @ grid.weight).sum() / grid.weight.sum()
    shown = sum(spread * _shown(each, grid) for each, spread in zip(shocks, spreads, strict=True))
    rest = variogram(grid, len(lags), SURE) - asked - shown
    own = _drawn(np.maximum(rest, 0.0), clock, (draws, len(noise)), rng)
    own += np.sqrt(noise)[:, None] * rng.standard_normal(own.shape)
    for each, spread in zip(shocks, spreads, strict=True):
        own += each.member.T @ _drawn(spread, clock, (draws, len(each.member)), rng)
    return own


def _by_lag(shocks: Shocks, clock: np.ndarray, lags: np.ndarray) -> np.ndarray:
    """A variogram beyond the past: its last value."""
    known, first = np.unique(np.abs(clock[:, None] - clock), return_index=True)
    values = np.interp(lags, known[known > 0], shocks.variogram.ravel()[first][known > 0])
    return np.where(lags > 0, values, 0.0)


def _shown(shocks: Shocks, grid: Grid) -> float:
    """The part of shared shocks that is left when what all units share is taken off."""
    weight = grid.weight.sum(axis=1)
    return float(1 - ((shocks.member @ weight / weight.sum()) ** 2).sum())


def _drawn(
    spread: np.ndarray, clock: np.ndarray, shape: tuple[int, int], rng: np.random.Generator
) -> np.ndarray:
    """Courses with the covariance that has this variogram (*shape x T)."""
    covariance = spread.max() - spread[np.abs(clock[:, None] - clock)]
    return normal_draws(covariance, shape, rng)


@dataclass(frozen=True)
class Promised:
    """What a roll-out can be expected to tell.

    Attributes
    ----------
    quarters : the looks, from the first training on
    told : (len(quarters),) share of cities told a success by then
    power : the last of them
    wait : quarters from the first training until a success is told, on average; where none is, until the end
    """

    quarters: tuple[str, ...]
    told: tuple[float, ...]
    power: float
    wait: float


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
    return Promised(tuple(map(str, quarters)), tuple(told), told[-1], float(first.mean()))


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
        place = grid.outcome.astype(int)  # of such a panel the outcome is the number of the row
        outcomes = [np.where(grid.weight > 0, values[place], 0.0) for values in cities.values[which]]
        return list(estimate_on(grid, design, outcomes))
    except DesignError:
        return [None] * len(which)
