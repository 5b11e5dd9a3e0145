"""Complaints: clocks, backlog, what they are about, and what training did to their number."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asn_analysis.arms.arm import Arm, Prepared, Told
from asn_analysis.arms.complaints import sentences, tables
from asn_analysis.arms.complaints.figure import FIGURE
from asn_analysis.arms.complaints.part import OfCity, OfUnit
from asn_analysis.words.language import _

if TYPE_CHECKING:
    import pandas as pd

    from asn_analysis.records.intake import Dataset


def prepare(dataset: Dataset, panel: pd.DataFrame, quarter: pd.Period) -> Prepared:
    """City: all of it. Unit: its own counts and, where there are enough, what most are about."""
    from asn_analysis.arms.complaints.made import made

    return made(dataset, panel, quarter)


ARM = Arm(
    name="complaints",
    title=_("Complaints"),
    tables={"complaints": _("complaints")},
    prepare=prepare,
    city=Told(OfCity, sentences.of_city, tables.of_city, row=sentences.row, figure=FIGURE),
    unit=Told(OfUnit, sentences.of_unit, row=sentences.row_of_unit),
)
