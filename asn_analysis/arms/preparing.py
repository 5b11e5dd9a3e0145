"""The arms' parts of the records, made once a run from the whole data set."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from typing import Any

import pandas as pd

from asn_analysis.arms import ARMS
from asn_analysis.arms.arm import Arm, Prepared
from asn_analysis.arms.attempt import Attempt
from asn_analysis.impact.study import Analysis
from asn_analysis.record.inputs import Inputs
from asn_analysis.record.plain import plain_values
from asn_analysis.record.sources import DIGITS
from asn_analysis.records.intake import Dataset


def prepare_arms(
    attempt: Attempt, dataset: Dataset, panel: pd.DataFrame, quarter: pd.Period
) -> dict[str, Prepared]:
    """Every arm whose tables the data set has, as known at the end of the quarter.

    Parameters
    ----------
    attempt : leaves out an arm that raises
    dataset : the whole data set; an arm leaves out what happened after the quarter
    panel : cells up to the quarter, with their context
    quarter : the quarter to report
    """
    found = {arm.name: attempt(arm.name, arm.prepare, dataset, panel, quarter) for arm in _fed(dataset)}
    return {name: prepared for name, prepared in found.items() if prepared}


def complete_arms(inputs: Inputs, analysis: Analysis) -> dict[str, Any]:
    """The arms' parts of the city's record, once its effect is known, and who was ``left_out``."""
    attempt, parts = Attempt(inputs.about["left_out"]), dict(inputs.about["arms"])
    for arm in ARMS:
        if arm.complete and parts.get(arm.name):
            more = attempt(arm.name, arm.complete, inputs, analysis)
            parts[arm.name] = more and {**parts[arm.name], **plain_values(more)}
    return {**parts, "left_out": attempt.left_out}


def rows_used(dataset: Dataset) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    """Number and hash of the rows behind each arm that has tables: for the city, and by arm and unit."""
    city, units = {}, {}
    for arm in _fed(dataset):
        if not arm.tables:
            continue
        rows = pd.concat([_row_hashes(getattr(dataset, table)) for table in arm.tables])
        city[arm.name] = _digest(rows)
        units[arm.name] = {unit: _digest(own) for unit, own in rows.groupby(level=0)}
    return city, units


def _fed(dataset: Dataset) -> Iterator[Arm]:
    """The arms whose tables the data set has."""
    return (arm for arm in ARMS if all(getattr(dataset, table) is not None for table in arm.tables))


def _row_hashes(table: pd.DataFrame) -> pd.Series:
    hashes = pd.util.hash_pandas_object(table.astype(str), index=False)
    return hashes.set_axis(table["unit_id"])


def _digest(rows: pd.Series) -> dict[str, Any]:
    return {"rows": len(rows), "sha256": sha256(rows.to_numpy().tobytes()).hexdigest()[:DIGITS]}
