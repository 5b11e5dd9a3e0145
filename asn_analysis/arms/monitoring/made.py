"""Monitoring: its part of the records."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from asn_analysis.arms.arm import Prepared
from asn_analysis.measures.control_charts import Charts as UnitCharts
from asn_analysis.measures.control_charts import chart_units
from asn_analysis.measures.disclosure import of_units
from asn_analysis.measures.monitoring import Reading, read_indicators
from asn_analysis.measures.panel import rhythm
from asn_analysis.record.core import part_of, parts_of
from asn_analysis.record.parts import AtPlace, UnitName
from asn_analysis.records.intake import Dataset
from asn_analysis.rules.rules import load_charts

Rule = Literal["beyond", "run"]


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
    quarters: tuple[AtPlace, ...]
    distance: float | None
    moved: Literal["better", "worse", "open"] | None
    standing: Literal["reached", "missed", "open"] | None


@dataclass(frozen=True)
class Warned(UnitName):
    """A unit that fell by more than chance and the city's movement explain."""

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


def prepare(dataset: Dataset, panel: pd.DataFrame, quarter: pd.Period) -> Prepared:
    """City: the board and the warnings. Unit: its index in its own usual range, and against the city."""
    readings = read_indicators(dataset, panel, quarter)
    charts = chart_units(of_units(panel), quarter)
    run = rhythm(panel["quarter"]).last(load_charts().run)
    city = OfCity(
        indicators=tuple(_indicator(reading) for reading in readings),
        **_counts(readings),
        charts=_charts(charts, dataset.units, quarter, run[0]),
    )
    units = charts.table.to_dict("records")
    return Prepared(city, {row["unit_id"]: _unit(row, run[0]) for row in units})


def _indicator(reading: Reading) -> Indicator:
    one = reading.indicator
    return part_of(
        Indicator,
        reading,
        **{name: getattr(one, name) for name in ("name", "goal", "unit", "direction", "target", "certainty")},
        quarters=tuple(AtPlace(str(quarter), value) for quarter, value in reading.values.items()),
        distance=None if one.target is None else reading.value - one.target,
    )


def _counts(readings: tuple[Reading, ...]) -> dict[str, int]:
    standings = [reading.standing for reading in readings]
    return {
        "n_with_target": sum(standing is not None for standing in standings),
        "n_reached": standings.count("reached"),
        "n_missed": standings.count("missed"),
        "n_compared": sum(reading.moved is not None for reading in readings),
    }


def _charts(
    charts: UnitCharts, units: pd.DataFrame, quarter: pd.Period, run_since: pd.Period
) -> Charts | None:
    if charts.table.empty:
        return None
    rules = load_charts()
    warnings = charts.of("warning")
    warnings = warnings.assign(depth=warnings["now"] - warnings["city_low"]).sort_values(["depth", "unit_id"])
    shown = warnings.head(rules.most_shown).merge(units[["unit_id", "name", "kecamatan"]], on="unit_id")
    return Charts(
        n_units=len(charts.table),
        n_warnings=len(warnings),
        n_more=max(len(warnings) - rules.most_shown, 0),
        n_rises=len(charts.of("rise")),
        run=rules.run,
        false_discovery_rate=rules.false_discovery_rate,
        run_since=str(run_since),
        quarter=str(quarter),
        warnings=parts_of(Warned, shown),
    )


def _unit(row: dict[str, Any], run_since: pd.Period) -> OfUnit:
    rules = load_charts()
    return OfUnit(
        **{name: round(row[name], 2) for name in ("now", "low", "high")},
        **{name: row[name] for name in ("n_quarters", "beyond", "warning", "rise")},
        n_run=rules.run,
        fewest=rules.fewest_quarters,
        run_since=str(run_since),
    )
