"""The list of a quarter's briefs, and the tables behind the city's figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from asn_analysis.briefs.names import safe_name

TABLES = (
    *("effect", "elements", "trend", "event_study", "paths", "element_effects", "checks"),
    *("estimators", "kinds", "unit_types", "ordinal", "specifications"),
)
# A spreadsheet would run a cell that starts like this.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def catalogue_record(
    city: Mapping[str, Any],
    units: Sequence[Mapping[str, Any]],
    failed: Sequence[str],
    languages: Sequence[str],
) -> dict[str, Any]:
    """What the catalogue shows: the city's head and finding, and a row a unit in the order of names."""
    rows = sorted((_row(record) for record in units), key=lambda row: (row["name"], row["unit_id"]))
    head = (
        "scope",
        "quarter",
        "city",
        "unit",
        "data",
        "dates",
        "package_version",
        "verdict",
        "effect",
        "plan",
    )
    return {
        **{name: city[name] for name in head},
        "languages": list(languages),
        "failed": list(failed),
        "units": rows,
    }


def _row(record: Mapping[str, Any]) -> dict[str, Any]:
    unit, ikm, change = record["unit"], record["ikm"], record["change"]
    shown = ("value", "conf_low", "conf_high", "grade", "n")
    return {
        **{name: unit[name] for name in ("unit_id", "name", "unit_type", "kecamatan")},
        "folder": safe_name(unit["unit_id"]),
        **{name: ikm[name] if ikm else None for name in shown},
        "change": change["difference"] if change else None,
        "n_overdue": record["follow_ups"]["n_overdue"] if record["follow_ups"] else None,
    }


def data_tables(city: Mapping[str, Any], catalogue: Mapping[str, Any]) -> dict[str, str]:
    """CSV text by name: the data behind the figures, with cells that cannot run as formulas."""
    tables = {name: city[name] for name in TABLES if city[name]} | {"units": catalogue["units"]}
    return {name: _csv([rows] if isinstance(rows, Mapping) else rows) for name, rows in tables.items()}


def _csv(rows: Sequence[Mapping[str, Any]]) -> str:
    frame = pd.json_normalize(list(rows)).map(_inert)
    return frame.to_csv(index=False, lineterminator="\n")


def _inert(cell: Any) -> Any:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell
