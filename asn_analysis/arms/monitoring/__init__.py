"""Monitoring: the board of indicators, and what the units' control charts say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asn_analysis.arms.arm import Arm, Prepared, Told
from asn_analysis.arms.monitoring import sentences, tables
from asn_analysis.arms.monitoring.part import OfCity, OfUnit
from asn_analysis.words.language import _

if TYPE_CHECKING:
    import pandas as pd

    from asn_analysis.records.intake import Dataset


def prepare(dataset: Dataset, panel: pd.DataFrame, quarter: pd.Period) -> Prepared:
    """City: the board and the warnings. Unit: its index in its own usual range, and against the city."""
    from asn_analysis.arms.monitoring.made import made

    return made(dataset, panel, quarter)


ARM = Arm(
    name="monitoring",
    title=_("Monitoring"),
    tables={},
    prepare=prepare,
    city=Told(OfCity, sentences.of_city, tables.annex, row=sentences.row),
    unit=Told(OfUnit, sentences.of_unit, row=sentences.row_of_unit),
)
