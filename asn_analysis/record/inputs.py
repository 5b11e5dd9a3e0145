"""What a brief is made from: one small document per brief, plain enough to be sent to another process."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import msgspec
import numpy as np
import pandas as pd

from asn_analysis.measures.disclosure import of_units
from asn_analysis.measures.panel import QUARTER
from asn_analysis.records.schema import python_texts

CITY = "city"


@dataclass(frozen=True)
class Inputs:
    """All that one brief is made from.

    Attributes
    ----------
    scope : "city" or the unit's code
    quarter : Period
    panel : cells up to the quarter, of all units or of the one; what is withheld of units stands in one
        row a quarter (see ``measures.disclosure.pooled``), or, of a single unit, not at all
    about : city, producer, licence, simulated, lot, order and rollout (of training, see ``briefs.lot``),
        data (sha256, rows), cells_sha256 (of the
        panel), rules, version, revision (why a published brief changed, or None), plan, published,
        withheld (unit and quarter), withheld_small (those that too few answered), withheld_of_city
        (quarters), surveyed (units, of how many, untrained and absent ones, this quarter; by quarter),
        surveyed_quarters (of the city), between (what moves units anyway), missing_tables, units (those
        in scope), trainings, training_budget (what the city has set), follow_ups, arms and arm_rows (by
        name, see ``arms``), left_out (arms that could not be prepared), arms_of_units,
        arm_rows_of_units; for a unit also city_finding, what the city's brief found
    """

    scope: str
    quarter: pd.Period
    panel: pd.DataFrame
    about: dict[str, Any]

    @property
    def of_units(self) -> pd.DataFrame:
        """The cells of units that are told: all that a comparison of units may rest on."""
        return of_units(self.panel)

    @property
    def surveyed(self) -> pd.PeriodIndex:
        """Quarters up to this one in which the city surveyed."""
        return pd.PeriodIndex(self.about["surveyed_quarters"], freq=QUARTER)

    def to_json(self) -> str:
        cells = self.panel.assign(quarter=self.panel["quarter"].astype(str))
        cells["cohort"] = cells["cohort"].astype(object).where(cells["cohort"].notna(), None)
        document = {
            "scope": self.scope,
            "quarter": str(self.quarter),
            "cells": columns(cells),
            "about": self.about,
        }
        return msgspec.json.encode(document, enc_hook=_plainly, order="sorted").decode()

    @classmethod
    @python_texts
    def from_json(cls, text: str) -> Inputs:
        document = msgspec.json.decode(text)
        panel = pd.DataFrame(document["cells"])
        empty = panel.columns[panel.isna().all()] if len(panel) else ()  # JSON knows no missing number
        panel = panel.astype(dict.fromkeys(empty, float))
        for column in ("quarter", "cohort"):
            panel[column] = _periods(document["cells"][column])
        return cls(document["scope"], pd.Period(document["quarter"], freq=QUARTER), panel, document["about"])


def _periods(texts: list[str | None]) -> pd.PeriodIndex:
    # Thousands of cells, a dozen quarters.
    code, names = pd.factorize(np.array(texts, object), use_na_sentinel=False)
    return pd.PeriodIndex(names, freq=QUARTER).take(code)


def _plainly(value: Any) -> float | str:
    """What JSON has no word for; a number of NumPy's is one."""
    return float(value) if isinstance(value, float) else str(value)


def columns(rows: pd.DataFrame) -> dict[str, list[Any]]:
    """The values of each column; of few rows, in half the time that ``to_dict`` takes."""
    return {name: column.tolist() for name, column in rows.items()}


def method_of(about: Mapping[str, Any]) -> list[str]:
    """What a number depends on beside the data: the rules and the version."""
    return [about["rules"]["sha256"], about["package_version"]]


def seen_cells(panel: pd.DataFrame) -> dict[str, str]:
    """Quarter to a hash of its answers' sums, so that a later brief can tell which were revised."""
    sums = [name for name in panel.columns if name.startswith(("n_", "sum_"))]
    return {
        str(quarter): sha256(cells[["unit_id", *sums]].to_csv(index=False).encode()).hexdigest()[:16]
        for quarter, cells in panel.groupby("quarter")
    }
