"""The list of a quarter's briefs, and the tables behind the city's figures."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from asn_analysis.measures.ranking import rank_units
from asn_analysis.pages.names import safe_name
from asn_analysis.pages.spreadsheet import rows_as_csv
from asn_analysis.rules.rules import load_analysis
from asn_analysis.words.wording import moved

TABLES = (
    *("elements", "trend", "event_study", "paths", "element_effects", "checks"),
    *("estimators", "kinds", "unit_types", "ordinal", "specifications"),
)
EFFECT = ("estimate", "conf_low", "conf_high", "conf_low_robust", "conf_high_robust", "sesoi")
EFFECT += ("n_units", "n_treated_units", "n_respondents")
OF_UNITS = ("elements", "trend")
QUARTER = re.compile(r"\d{4}Q[1-4]")


def earlier_quarters(target: Path) -> list[str]:
    """Quarters before this one whose catalogues lie beside it, the newest first."""
    beside = [path.parent.name for path in target.parent.glob("*/index.html")]
    return sorted((name for name in beside if QUARTER.fullmatch(name) and name < target.name), reverse=True)


def catalogue_record(
    city: Mapping[str, Any],
    units: Sequence[Mapping[str, Any]],
    failed: Sequence[str],
    languages: Sequence[str],
    earlier: Sequence[str] = (),
) -> dict[str, Any]:
    """What the catalogue shows: the city's head and finding, and a row a unit in the order of names."""
    rows = sorted((_row(record) for record in units), key=lambda row: (row["name"], row["unit_id"]))
    head = ("scope", "quarter", "city", "unit", "data", "dates", "package_version")
    head += ("verdict", "effect", "plan", "coverage", "n_units")
    return {
        **{name: city[name] for name in head},
        "languages": list(languages),
        "failed": list(failed),
        "earlier": list(earlier),
        "units": rows,
        "ranking": _ranking(rows),
    }


def _row(record: Mapping[str, Any]) -> dict[str, Any]:
    unit, ikm, change = record["unit"], record["ikm"], record["change"]
    shown = ("value", "unrounded", "std_error", "conf_low", "conf_high", "grade", "n")
    return {
        **{name: unit[name] for name in ("unit_id", "name", "unit_type", "kecamatan")},
        "folder": safe_name(unit["unit_id"]),
        "state": record["coverage"]["state"],
        **{name: ikm[name] if ikm else None for name in shown},
        "grade_probability": ikm["grade_probabilities"][ikm["grade"]]
        if ikm and ikm["grade_probabilities"]
        else None,
        "change": change["difference"] if change else None,
        "moved": moved(record) if ikm else None,
        "n_overdue": record["follow_ups"]["n_overdue"] if record["follow_ups"] else None,
        "n_complaints": (record.get("complaints") or {}).get("received"),
        "n_flags": (record.get("quality") or {}).get("n_flags"),
    }


def _ranking(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The units by their shrunk index, each with its name, kecamatan and folder."""
    shown = [row for row in rows if row["value"] is not None]
    columns = ("unit_id", "unrounded", "std_error", "n")
    about = {row["unit_id"]: {name: row[name] for name in ("name", "kecamatan", "folder")} for row in shown}
    fewest = load_analysis().fewest_ranked
    standings = rank_units(*([row[name] for row in shown] for name in columns), fewest=fewest)
    return [{**asdict(standing), **about[standing.unit_id]} for standing in standings]


def data_tables(
    city: Mapping[str, Any], units: Sequence[Mapping[str, Any]], catalogue: Mapping[str, Any]
) -> dict[str, str]:
    """CSV text by name: the data behind the figures of the city and of all units."""
    tables = {name: city[name] for name in TABLES if city[name]} | {"units": catalogue["units"]}
    if catalogue["ranking"]:
        tables["ranking"] = catalogue["ranking"]
    if not city["effect"]["refusal"]:
        tables["effect"] = [{name: city["effect"][name] for name in EFFECT}]
    for name in OF_UNITS:
        rows = [{"unit_id": unit["scope"], **row} for unit in units for row in unit[name]]
        tables |= {f"units_{name}": rows} if rows else {}
    return {name: rows_as_csv(rows) for name, rows in tables.items()}
