"""Planning: how many forms the next survey needs, whom to train next, and what a point has cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asn_analysis.arms.arm import Arm, Prepared, Told
from asn_analysis.arms.planning import sentences, tables
from asn_analysis.arms.planning.part import OfCity, OfUnit, Outlook
from asn_analysis.words.language import _

if TYPE_CHECKING:
    import pandas as pd

    from asn_analysis.impact.study import Analysis
    from asn_analysis.record.inputs import Inputs
    from asn_analysis.records.intake import Dataset


def prepare(dataset: Dataset, panel: pd.DataFrame, quarter: pd.Period) -> Prepared:
    """City: forms made and needed, whole and by type of unit; units: the same for each."""
    from asn_analysis.arms.planning.made import made

    return made(dataset, panel, quarter)


def complete(inputs: Inputs, analysis: Analysis) -> Outlook:
    """What follows from the effect: whom to train next, budget and cost."""
    from asn_analysis.arms.planning.made import outlook

    return outlook(inputs, analysis)


ARM = Arm(
    name="planning",
    title=_("The next survey and training"),
    tables={},
    prepare=prepare,
    city=Told(OfCity, sentences.of_city, tables.of_city, row=sentences.row),
    unit=Told(OfUnit, sentences.of_unit, row=sentences.row_of_unit),
    complete=complete,
)
