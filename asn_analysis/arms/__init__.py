"""The policy's other arms in the briefs: digital services, complaints, consultation, staff, and so on.

An arm is two modules or three. ``<arm>_record.py`` has ``TABLES``, the optional tables that it needs, and
``prepare(dataset, panel, quarter)``, which gives its part of the city's record and of each unit's;
where the city's part also follows from the effect, ``complete(part, inputs, analysis)`` adds that, and
where either part follows from cells that may be withheld, ``recompute(part, inputs)`` (`OF_CELLS`).
``<arm>.py`` tells that part: ``sentences(words)``, ``FIGURE`` (a ``Drawn`` or None; city only) and
``annex(words)``, the tables of the annex, which may be a module of its own (``<arm>_annex.py``). Unit
notebooks import what tells alone, which is light.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from importlib import import_module
from types import ModuleType
from typing import Any

import pandas as pd

from asn_analysis.arms.attempt import Attempt
from asn_analysis.record.sources import DIGITS
from asn_analysis.records.intake import Dataset
from asn_analysis.words.language import _

ARMS = ("complaints", "consultation", "digital", "monitoring", "planning", "printed", "quality", "staff")
TITLES = {
    "digital": _("Digital services"),
    "complaints": _("Complaints"),
    "consultation": _("Public consultation"),
    "staff": _("Staff"),
    "monitoring": _("Monitoring"),
    "planning": _("The next survey and training"),
    "quality": _("Survey quality"),
    "printed": _("Index of earlier reports"),
}
OF_CELLS = ("printed",)
# Sentences that make an arm's paragraph in the city's brief; what else there is to say opens its annex.
PARAGRAPH = {"digital": 2, "complaints": 2, "consultation": 2, "staff": 3, "monitoring": 3, "planning": 2}
UNIT_ARMS = ("digital", "complaints", "staff", "monitoring")


@dataclass(frozen=True)
class Prepared:
    """An arm's part of the records, in JSON's types; ``units`` holds only units that have something."""

    city: Mapping[str, Any] | None
    units: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True)
class Drawn:
    """A figure of an arm: who draws it, the sentence that says what it shows, and the table behind it.

    ``needs`` names the parts of the arm's record without which there is nothing to draw.
    """

    draw: Callable[..., None]
    sentence: Callable[..., Any]
    table: Callable[..., Any]
    height: float
    needs: tuple[str, ...] = ()


def telling(name: str) -> ModuleType:
    """The module that tells an arm's part of a record."""
    return import_module(f"{__name__}.{name}")


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
    found = {name: attempt(name, arm.prepare, dataset, panel, quarter) for name, arm in _fed(dataset)}
    return {name: prepared for name, prepared in found.items() if prepared}


def recompute_arms(inputs: Any) -> dict[str, Any]:
    """The arms' parts of a record, once it is known which cells are withheld, and who was ``left_out``."""
    attempt = Attempt(inputs.about["left_out"])
    return {**_recomputed(attempt, inputs), "left_out": attempt.left_out}


def _recomputed(attempt: Attempt, inputs: Any) -> dict[str, Any]:
    parts = dict(inputs.about["arms"])
    for name in OF_CELLS:
        if parts.get(name):
            arm = import_module(f"{__name__}.{name}_record")
            parts[name] = attempt(name, arm.recompute, parts[name], inputs)
    return parts


def complete_arms(inputs: Any, analysis: Any) -> dict[str, Any]:
    """The arms' parts of the city's record, once its effect is known, and who was ``left_out``."""
    attempt = Attempt(inputs.about["left_out"])
    parts = _recomputed(attempt, inputs)
    for name in parts:
        arm = import_module(f"{__name__}.{name}_record")
        if parts[name] and hasattr(arm, "complete"):
            parts[name] = attempt(name, arm.complete, parts[name], inputs, analysis)
    return {**parts, "left_out": attempt.left_out}


def rows_used(dataset: Dataset) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    """Number and hash of the rows behind each arm that has tables: for the city, and by arm and unit."""
    city, units = {}, {}
    for name, arm in _fed(dataset):
        if not arm.TABLES:
            continue
        rows = pd.concat([_row_hashes(getattr(dataset, table)) for table in arm.TABLES])
        city[name] = _digest(rows)
        units[name] = {unit: _digest(own) for unit, own in rows.groupby(level=0)}
    return city, units


def _fed(dataset: Dataset) -> Iterator[tuple[str, ModuleType]]:
    """The arms whose tables the data set has."""
    for name in ARMS:
        arm = import_module(f"{__name__}.{name}_record")
        if all(getattr(dataset, table) is not None for table in arm.TABLES):
            yield name, arm


def _row_hashes(table: pd.DataFrame) -> pd.Series:
    hashes = pd.util.hash_pandas_object(table.astype(str), index=False)
    return hashes.set_axis(table["unit_id"])


def _digest(rows: pd.Series) -> dict[str, Any]:
    return {"rows": len(rows), "sha256": sha256(rows.to_numpy().tobytes()).hexdigest()[:DIGITS]}
