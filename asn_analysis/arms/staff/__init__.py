"""Staff: IP ASN, hours of training against the duty, and the chain from training to citizens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asn_analysis.arms.arm import Arm, Prepared, Told
from asn_analysis.arms.staff import sentences, tables
from asn_analysis.arms.staff.part import OfCity, OfUnit
from asn_analysis.words.language import _

if TYPE_CHECKING:
    import pandas as pd

    from asn_analysis.records.intake import Dataset


def prepare(dataset: Dataset, panel: pd.DataFrame, quarter: pd.Period) -> Prepared:
    """City and units as of the last full year; the chain's links that the trainings themselves tell."""
    from asn_analysis.arms.staff.made import made

    return made(dataset, panel, quarter)


ARM = Arm(
    name="staff",
    title=_("Staff"),
    tables={"staff": _("staff")},
    prepare=prepare,
    city=Told(OfCity, sentences.of_city, tables.of_city, row=sentences.row),
    unit=Told(OfUnit, sentences.of_unit, tables.of_unit, row=sentences.row_of_unit),
)
