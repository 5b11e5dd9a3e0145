"""Public consultation in the record: who was reached in the last four quarters, and what was adopted."""

from __future__ import annotations

from dataclasses import asdict

import pandas as pd

from asn_analysis.briefs.arms import Prepared
from asn_analysis.measures.consultation import reach
from asn_analysis.records.intake import Dataset

TABLES = ("consultations",)


def prepare(dataset: Dataset, panel: pd.DataFrame, quarter: pd.Period) -> Prepared:
    """City: reach of the year that ends with the quarter."""
    found = reach(dataset.consultations, quarter)
    return Prepared(found and asdict(found))
