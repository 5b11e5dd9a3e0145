"""Who is compared with whom, and the panel's columns as a design names them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from asn_analysis.impact.columns import NUMBERS, as_periods, calendar, frequency_in, number, ordinal, require

COMPARISONS = ("not_yet_treated", "never_treated")


@dataclass(frozen=True)
class Design:
    """A comparison of treated with untreated units over time.

    Attributes
    ----------
    outcome, unit, time, cohort : str
        Columns of the panel, one row per unit and period. ``time`` and ``cohort`` hold periods or
        whole numbers; ``cohort`` is the first treated period, missing for units never treated.
    weight : str or None
        Column of respondents in a cell; None weighs all cells alike.
    fixed_weights : bool
        Whether a unit's cells all weigh as many respondents as it had on average before the first
        treatment anywhere. A survey that grows where things improve would otherwise count those
        quarters for more.
    cluster : tuple of str
        Columns, constant within units, whose groups may share shocks, such as kecamatan or the cohort
        itself; units with none form a group. What they share is added to every variance
        (``impact.shared``). Empty: units are independent.
    covariates : tuple of str
        Columns that may differ from cell to cell and are held constant, such as "service is live"; their
        coefficients are learned from untreated cells alone.
    anticipation : int
        Periods before the first treated one in which units may already have moved: their cells are left out
        (a donut), as neither treated nor untreated.
    third : str or None
        Column of 1 and 0 that splits each unit's period into a row that treatment can move and one that it
        cannot (a triple difference): the outcome becomes the first less the second.
    bounds : (float, float) or None
        Ends of the outcome's scale. With them the robust interval also holds on the logit scale, on
        which units near an end are not expected to move as far as others.
    comparison : "not_yet_treated" or "never_treated"
        Whose cells tell how the quarters would have gone without treatment.
    confidence : float
        Coverage of the intervals.
    leads, lags : int
        Periods before and after the first treatment that the event study shows.

    Raises
    ------
    ValueError
        If the comparison is none of the two, the confidence none, or leads or lags are below 0.

    Examples
    --------
    >>> asn.Design("ikm", "unit_id", "quarter", "cohort", weight="n_respondents").comparison
    'not_yet_treated'
    """

    outcome: str
    unit: str
    time: str
    cohort: str
    weight: str | None = None
    fixed_weights: bool = False
    cluster: tuple[str, ...] = ()
    covariates: tuple[str, ...] = ()
    anticipation: int = 0
    third: str | None = None
    bounds: tuple[float, float] | None = None
    comparison: str = "not_yet_treated"
    confidence: float = 0.95
    leads: int = 4
    lags: int = 8

    def __post_init__(self) -> None:
        if self.comparison not in COMPARISONS:
            raise ValueError(f'comparison "{self.comparison}" is not one of {", ".join(COMPARISONS)}.')
        if not 0 < self.confidence < 1:
            raise ValueError(f"confidence {self.confidence} does not lie between 0 and 1.")
        if self.leads < 0 or self.lags < 0 or self.anticipation < 0:
            raise ValueError("leads, lags and anticipation are counts of periods, 0 or more.")
        for name in ("cluster", "covariates"):
            given = getattr(self, name)
            object.__setattr__(self, name, (given,) if isinstance(given, str) else tuple(given))

    def refuse_covariates(self, estimator: str) -> None:
        """Raises for an estimator that would pass over them in silence."""
        if self.covariates:
            raise ValueError(f"{estimator} holds no covariates here; give it a design without them.")


def columns_of(panel: pd.DataFrame, design: Design) -> dict[str, Any]:
    """Unit (a Series), and time, cohort, outcome and weight as floats, after contradictions are refused."""
    named = [design.outcome, design.unit, design.time, design.cohort, design.weight]
    named += [*design.cluster, *design.covariates]
    require(panel, named)
    time, cohort = panel[design.time], panel[design.cohort]
    if calendar(time) != calendar(cohort) and cohort.notna().any():
        raise ValueError(
            f"{design.time} and {design.cohort} must both hold periods of one frequency, both dates, or both "
            f"whole numbers; here they hold {calendar(time)} and {calendar(cohort)}."
        )
    cells = {
        "unit": panel[design.unit],
        "time": ordinal(time, design.time).to_numpy(),
        "cohort": ordinal(cohort, design.cohort, frequency_in(as_periods(time))).to_numpy(),
        "outcome": number(panel[design.outcome], design.outcome),
        "weight": np.ones(len(panel))
        if design.weight is None
        else number(panel[design.weight], design.weight),
    }
    _refuse_contradictions(panel, cells, design)
    return cells


def _refuse_contradictions(panel: pd.DataFrame, cells: Mapping[str, Any], design: Design) -> None:
    unit, names = pd.factorize(cells["unit"])
    time, cohort = cells["time"], cells["cohort"]
    if (unit < 0).any() or np.isnan(time).any():
        raise ValueError(f"{design.unit} and {design.time} must be filled in every row.")
    order = np.lexsort((time, unit))
    same_unit = np.diff(unit[order]) == 0
    twice = same_unit & (np.diff(time[order]) == 0)
    if twice.any():
        name, when = _row(panel, design, order[:-1][twice][0])
        raise ValueError(
            f"{design.unit} {name} has two rows in {design.time} {when}; "
            "a cell is one row per unit and period."
        )
    start = np.where(np.isnan(cohort), np.inf, cohort)[order]
    changed = same_unit & (start[1:] != start[:-1])
    if changed.any():
        name = names[unit[order][:-1][changed][0]]
        raise ValueError(
            f"{design.unit} {name} has more than one {design.cohort}; it is the first treated period."
        )
    none = cohort <= 0
    if none.any() and time.min() > 0 and calendar(panel[design.time]) == NUMBERS:
        raise ValueError(
            f"{design.cohort} holds {cohort[none][0]:.0f}, which is no observed period: leave it missing for "
            "units never treated, and give units treated from the start the first period."
        )
    _refuse_values(panel, cells, design)


def _refuse_values(panel: pd.DataFrame, cells: Mapping[str, Any], design: Design) -> None:
    wrong = ~(np.isfinite(cells["weight"]) & (cells["weight"] >= 0))
    if wrong.any():
        first = np.flatnonzero(wrong)[0]
        name, when = _row(panel, design, first)
        raise ValueError(
            f"{design.weight} must be a number of 0 or more in every row; it is "
            f"{panel[design.weight].iloc[first]} for {name} in {when}."
        )
    if np.isinf(cells["outcome"]).any():
        raise ValueError(f"{design.outcome} holds an infinite value.")


def _row(panel: pd.DataFrame, design: Design, place: int) -> tuple[Any, Any]:
    """Unit and period of a row, each as its column has it."""
    return panel[design.unit].iloc[place], panel[design.time].iloc[place]


def differenced(panel: pd.DataFrame, design: Design) -> pd.DataFrame:
    """Rows that treatment can move less those that it cannot, one a unit and period (``Design.third``).

    A weight of a and b respondents becomes 1 / (1/a + 1/b), as the variance of a difference asks.
    """
    if design.third is None:
        return panel
    if design.covariates:
        raise ValueError("A triple difference holds no covariates: take them off the outcome first.")
    side = number(panel[design.third], design.third)
    if not np.isin(side, (0, 1)).all():
        raise ValueError(f"{design.third} must be 1 where treatment can move the outcome, else 0.")
    keys = [design.unit, design.time]
    if panel.duplicated([*keys, design.third]).any():
        raise ValueError(f"{', '.join(keys)} and {design.third} must tell every row apart.")
    moved, still = (panel[side == value].set_index(keys) for value in (1, 0))
    if not moved.index.isin(still.index).any():
        raise ValueError(f"No {design.unit} has rows of both {design.third} 1 and 0 in one {design.time}.")
    other = still.reindex(moved.index)
    changed = {design.outcome: moved[design.outcome] - other[design.outcome]}
    if design.weight is not None:
        both = moved[design.weight] > 0, other[design.weight] > 0
        weight = 1 / (1 / moved[design.weight] + 1 / other[design.weight])
        changed[design.weight] = weight.where(both[0] & both[1], 0.0)
    return moved.assign(**changed).reset_index()
