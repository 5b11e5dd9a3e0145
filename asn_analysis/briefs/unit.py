"""One unit's document, cut from the city's: it touches a few rows instead of every answer."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from typing import Any

import numpy as np
import pandas as pd

from asn_analysis.measures.panel import QUARTER
from asn_analysis.record.inputs import Inputs
from asn_analysis.records.schema import python_texts

SHOWN_OF_EFFECT = (
    *("estimate", "conf_low", "conf_high", "conf_low_robust", "conf_high_robust", "sesoi", "refusal"),
    *("comparison", "method", "n_units", "n_treated_units", "n_never_treated_units", "robust_refusal"),
)
SHOWN_DECIMALS = 1


def unit_inputs(city: Inputs, unit_id: str, city_record: dict[str, Any]) -> Inputs:
    """What one unit's brief is made from, cut from the city's inputs and finding.

    It holds nothing that the brief does not show, so that an answer given elsewhere in the city
    leaves the brief as it is, unless it moves a printed digit of the city's finding.
    """
    return with_finding(cut_units(city, [unit_id])[unit_id], city_record)


def with_finding(unit: Inputs, city_record: dict[str, Any]) -> Inputs:
    """A unit's inputs with what its brief shows of the city's."""
    return replace(unit, about={**unit.about, "city_finding": _as_shown(city_record)})


@python_texts
def cut_units(city: Inputs, unit_ids: Iterable[str]) -> dict[str, Inputs]:
    """The units' inputs before the city's finding is known."""
    panel = city.panel.reset_index(drop=True)
    cells, hashes = dict(iter(panel.groupby("unit_id"))), row_hashes(panel)
    rows = {name: _by_unit(city.about[name]) for name in ("units", "trainings", "follow_ups")}
    return {unit: _cut(city, unit, cells.get(unit, panel.iloc[:0]), hashes, rows) for unit in unit_ids}


def _by_unit(rows: Iterable[dict[str, Any]] | None) -> dict[str, list[dict[str, Any]]] | None:
    """Unit to its rows of a table, if there is the table."""
    if rows is None:
        return None
    found = defaultdict[str, list[dict[str, Any]]](list)
    for row in rows:
        found[row["unit_id"]].append(row)
    return found


def _cut(
    city: Inputs, unit_id: str, cells: pd.DataFrame, hashes: np.ndarray, rows: Mapping[str, Any]
) -> Inputs:
    hidden, small = (
        [quarter for unit, quarter in city.about[name] if unit == unit_id]
        for name in ("withheld", "withheld_small")
    )
    cells = cells[~cells["quarter"].isin(pd.PeriodIndex(hidden, freq=QUARTER))] if hidden else cells
    of_unit = {name: None if found is None else found.get(unit_id, []) for name, found in rows.items()}
    digest = cells_sha256(hashes[cells.index])
    shown = {
        "published": {},
        "withheld": hidden,
        "withheld_small": small,
        "withheld_of_city": [],
        "surveyed": None,
        "silent": [unit for unit in city.about["silent"] if unit == unit_id],
        "planned": {unit: start for unit, start in city.about["planned"].items() if unit == unit_id},
        "data": _own_data(city, cells, [digest, of_unit]),
        "cells_sha256": digest,
        "arms": _of_unit(city.about["arms_of_units"], unit_id),
        "arms_of_units": {},
        "arm_rows": _of_unit(city.about["arm_rows_of_units"], unit_id),
        "arm_rows_of_units": {},
        "asked": None,
    }
    return Inputs(unit_id, city.quarter, cells.reset_index(drop=True), {**city.about, **of_unit, **shown})


def row_hashes(panel: pd.DataFrame) -> np.ndarray:
    return pd.util.hash_pandas_object(panel, index=False).to_numpy()


def cells_sha256(row_hashes: np.ndarray) -> str:
    return sha256(row_hashes.tobytes()).hexdigest()


def _of_unit(by_arm: Mapping[str, Mapping[str, Any]], unit_id: str) -> dict[str, Any]:
    return {name: units.get(unit_id) for name, units in by_arm.items()}


def _own_data(city: Inputs, cells: pd.DataFrame, rests_on: Sequence[Any]) -> dict[str, Any]:
    """Hash and number of the answers that the unit's brief rests on; withheld ones are not counted."""
    own = json.dumps(rests_on, sort_keys=True)
    return {
        "sha256": sha256(own.encode()).hexdigest(),
        "rows": {"responses": int(cells["n_respondents"].sum())},
        "simulated": city.about["data"]["simulated"],
    }


def _as_shown(record: dict[str, Any]) -> dict[str, Any]:
    """The city's finding to the decimals that a unit's brief prints; the rest stands in the city's record."""
    effect = {
        name: _rounded(value) if name in SHOWN_OF_EFFECT else None for name, value in record["effect"].items()
    }
    ikm = record["ikm"] and {name: _rounded(record["ikm"][name]) for name in ("value", "grade")}
    return {
        "effect": effect,
        "verdict": {name: record["verdict"][name] for name in ("label", "certainty", "reasons")},
        "ikm": ikm,
    }


def _rounded(value: Any) -> Any:
    return round(value, SHOWN_DECIMALS) if isinstance(value, float) else value
