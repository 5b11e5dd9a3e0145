"""Digital services: use, the effect of going live beside training's, and the shift of channels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asn_analysis.arms.arm import Arm, Prepared, Told
from asn_analysis.arms.digital import sentences, tables
from asn_analysis.arms.digital.part import OfCity, OfUnit
from asn_analysis.words.language import _

if TYPE_CHECKING:
    import pandas as pd

    from asn_analysis.records.intake import Dataset


def prepare(dataset: Dataset, panel: pd.DataFrame, quarter: pd.Period) -> Prepared:
    """City: use, effects, joint question and channels. Units: their own use and channels."""
    from asn_analysis.arms.digital.made import made

    return made(dataset, panel, quarter)


ARM = Arm(
    name="digital",
    title=_("Digital services"),
    tables={"digital_services": _("digital services")},
    prepare=prepare,
    city=Told(OfCity, sentences.of_city, tables.of_city, row=sentences.row),
    unit=Told(OfUnit, sentences.of_unit, tables.of_unit, row=sentences.row_of_unit),
)
