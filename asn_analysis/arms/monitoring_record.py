"""Monitoring in the record: the board of indicators, and what the units' control charts say."""

from __future__ import annotations

from typing import Any

import pandas as pd

from asn_analysis.arms.arm import Prepared
from asn_analysis.measures.control_charts import Charts, chart_units
from asn_analysis.measures.disclosure import of_units
from asn_analysis.measures.monitoring import Reading, read_indicators
from asn_analysis.measures.rhythm import rhythm
from asn_analysis.records.intake import Dataset
from asn_analysis.rules.rules import load_charts

TABLES = ()
RANGE = ("value", "conf_low", "conf_high", "year_ago", "change", "change_low", "change_high")
DECIMALS = 6


def prepare(dataset: Dataset, panel: pd.DataFrame, quarter: pd.Period) -> Prepared:
    """City: the board and the warnings. Unit: its index in its own usual range, and against the city."""
    readings = read_indicators(dataset, panel, quarter)
    charts = chart_units(of_units(panel), quarter)
    run = rhythm(panel["quarter"]).last(load_charts().run)
    city = {
        "indicators": [_indicator(reading) for reading in readings],
        **_counts(readings),
        "charts": _charts(charts, dataset.units, quarter, run[0]),
    }
    units = charts.table.to_dict("records")
    return Prepared(city, {row["unit_id"]: _unit(row, run[0]) for row in units})


def _indicator(reading: Reading) -> dict[str, Any]:
    one = reading.indicator
    return {
        **{name: getattr(one, name) for name in ("name", "goal", "unit", "direction", "target")},
        **{name: _rounded(getattr(reading, name)) for name in RANGE},
        "quarters": [
            {"quarter": str(quarter), "value": _rounded(value)} for quarter, value in reading.values.items()
        ],
        "distance": None if one.target is None else _rounded(reading.value - one.target),
        "moved": reading.moved,
        "standing": reading.standing,
    }


def _counts(readings: tuple[Reading, ...]) -> dict[str, int]:
    standings = [reading.standing for reading in readings]
    return {
        "n_with_target": sum(standing is not None for standing in standings),
        "n_reached": standings.count("reached"),
        "n_missed": standings.count("missed"),
        "n_compared": sum(reading.moved is not None for reading in readings),
    }


def _charts(
    charts: Charts, units: pd.DataFrame, quarter: pd.Period, run_since: pd.Period
) -> dict[str, Any] | None:
    if charts.table.empty:
        return None
    rules = load_charts()
    warnings = charts.of("warning")
    warnings = warnings.assign(depth=warnings["now"] - warnings["city_low"]).sort_values(["depth", "unit_id"])
    shown = warnings.head(rules.most_shown).merge(units[["unit_id", "name"]], on="unit_id")
    told = ("unit_id", "name", "warning", "now", "city_low", "city_high")
    return {
        "n_units": len(charts.table),
        "n_warnings": len(warnings),
        "n_more": max(len(warnings) - rules.most_shown, 0),
        "n_rises": len(charts.of("rise")),
        "run": rules.run,
        "false_discovery_rate": rules.false_discovery_rate,
        "run_since": str(run_since),
        "quarter": str(quarter),
        "warnings": [{name: _rounded(row[name]) for name in told} for row in shown.to_dict("records")],
    }


def _unit(row: dict[str, Any], run_since: pd.Period) -> dict[str, Any]:
    names = ("now", "low", "high", "n_quarters", "beyond", "warning", "rise")
    told = {name: _rounded(row[name], 2) if pd.notna(row[name]) else None for name in names}
    rules = load_charts()
    return {**told, "n_run": rules.run, "fewest": rules.fewest_quarters, "run_since": str(run_since)}


def _rounded(value: Any, decimals: int = DECIMALS) -> Any:
    return round(float(value), decimals) if isinstance(value, float) else value
