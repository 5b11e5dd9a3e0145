"""The arms' parts of the records, made once a run from the whole data set.

One arm's fault is its own: it is left out and named; the other arms and the core stand. Every piece of an
arm's work, whether preparing, completing or telling, goes through one `Attempt`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from hashlib import sha256
from typing import Any, ParamSpec, TypeVar

import numpy as np
import pandas as pd

from asn_analysis.arms import ARMS
from asn_analysis.arms.arm import Arm, Prepared
from asn_analysis.impact.study import Analysis
from asn_analysis.record.inputs import Inputs
from asn_analysis.record.plain import plain_values
from asn_analysis.record.sources import LETTERS
from asn_analysis.records.hashed import in_letters
from asn_analysis.records.intake import Dataset
from asn_analysis.records.privacy import last_words

P = ParamSpec("P")
T = TypeVar("T")


class Attempt:
    """Does work of arms, and keeps which arms were left out because theirs raised.

    ``left_out`` holds an entry an arm, in JSON's types: arm, error (its class), and message (its last
    line, redacted), which is for whoever runs the batch and stands in no brief.
    """

    def __init__(self, left_out: Iterable[Mapping[str, str]] = ()) -> None:
        self.left_out = [dict(entry) for entry in left_out]

    @property
    def arms(self) -> list[str]:
        return [entry["arm"] for entry in self.left_out]

    def __call__(self, arm: str, work: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T | None:
        """What the work gives; None where it raises, or where the arm was left out before."""
        if arm in self.arms:
            return None
        try:
            return work(*arguments, **named)
        except Exception as error:  # whatever a method may raise on data that nobody foresaw
            self.left_out.append({"arm": arm, "error": type(error).__name__, "message": last_words(error)})
            return None


def named_alone(left_out: Iterable[Mapping[str, Any]]) -> list[dict[str, str]]:
    """The entries as a published record may hold them: a message may quote the data."""
    return [{name: entry[name] for name in ("arm", "error")} for entry in left_out]


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
        used = [getattr(dataset, table) for table in arm.tables]
        rows = np.concatenate([pd.util.hash_pandas_object(table.astype(str), index=False) for table in used])
        of_unit = pd.concat([table["unit_id"] for table in used], ignore_index=True)
        city[arm.name] = _digest(rows)
        units[arm.name] = {unit: _digest(rows[own]) for unit, own in of_unit.groupby(of_unit).indices.items()}
    return city, units


def _fed(dataset: Dataset) -> Iterator[Arm]:
    """The arms whose tables the data set has."""
    return (arm for arm in ARMS if all(getattr(dataset, table) is not None for table in arm.tables))


def _digest(rows: np.ndarray) -> dict[str, Any]:
    return {"rows": len(rows), "sha256": in_letters(sha256(rows.tobytes()).hexdigest(), LETTERS)}
