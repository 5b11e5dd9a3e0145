"""Monitoring in the record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Rule = Literal["beyond", "run"]


@dataclass(frozen=True)
class Value:
    """An indicator's value in a quarter; None where too little was recorded."""

    quarter: str
    value: float | None


@dataclass(frozen=True)
class Indicator:
    """An indicator of the policy's goals, on 0 to 100; ``distance`` is that from its target, which a
    regulation or the city has set (``certainty``)."""

    name: str
    goal: str
    unit: str
    direction: str
    target: float | None
    certainty: str
    value: float
    conf_low: float
    conf_high: float
    year_ago: float | None
    change: float | None
    change_low: float | None
    change_high: float | None
    quarters: tuple[Value, ...]
    distance: float | None
    moved: Literal["better", "worse", "open"] | None
    standing: Literal["reached", "missed", "open"] | None


@dataclass(frozen=True)
class Warned:
    """A unit that fell by more than chance and the city's movement explain."""

    unit_id: str
    name: str
    warning: Rule
    now: float
    city_low: float
    city_high: float


@dataclass(frozen=True)
class Charts:
    """What the units' control charts say; ``run`` quarters in a row count as one signal."""

    n_units: int
    n_warnings: int
    n_more: int
    n_rises: int
    run: int
    false_discovery_rate: float
    run_since: str
    quarter: str
    warnings: tuple[Warned, ...]


@dataclass(frozen=True)
class OfCity:
    """The board of indicators and the warnings."""

    indicators: tuple[Indicator, ...]
    n_with_target: int
    n_reached: int
    n_missed: int
    n_compared: int
    charts: Charts | None


@dataclass(frozen=True)
class OfUnit:
    """A unit's index in its own usual range, and its signals given how the city moved.

    The range is missing for a unit with fewer than ``fewest`` surveys.
    """

    now: float
    low: float | None
    high: float | None
    n_quarters: int
    fewest: int
    beyond: Literal["below", "above"] | None
    warning: Rule | None
    rise: Rule | None
    n_run: int
    run_since: str
