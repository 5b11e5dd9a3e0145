"""Survey quality: units whose surveys look unlike the others', and what to ask them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asn_analysis.arms.arm import Arm, Prepared, Told
from asn_analysis.arms.quality import sentences, tables
from asn_analysis.arms.quality.part import OfCity, OfUnit
from asn_analysis.words.language import _

if TYPE_CHECKING:
    import pandas as pd

    from asn_analysis.records.intake import Dataset


def prepare(dataset: Dataset, panel: pd.DataFrame, quarter: pd.Period) -> Prepared:
    """City: units to be asked, and every screen's normal. Unit: its own screens."""
    from asn_analysis.arms.quality.made import made

    return made(dataset, panel, quarter)


ARM = Arm(
    name="quality",
    title=_("Survey quality"),
    tables={},
    prepare=prepare,
    city=Told(OfCity, sentences.of_city, tables.of_city, row=sentences.row),
    unit=Told(OfUnit, sentences.of_unit, tables.of_unit, row=sentences.row_of_unit),
)
