"""What respondents wrote, without what could name a person."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from asn_analysis.measures.panel import QUARTER
from asn_analysis.records.intake import Dataset

LONGEST = 300  # characters of one suggestion
MOST = 20


@dataclass(frozen=True)
class Suggestion:
    """A text, redacted, and how many respondents wrote it."""

    text: str
    n: int


def suggestions(dataset: Dataset, unit_id: str, quarter: pd.Period) -> tuple[Suggestion, ...]:
    """The most frequent suggestions of a unit's respondents in a quarter; case and blanks do not count."""
    said = dataset.responses.comments()
    of_unit = (said["unit_id"] == unit_id) & (pd.PeriodIndex(said["date"], freq=QUARTER) == quarter)
    text = said.loc[of_unit, "comment"].str.split().str.join(" ").map(_shortened)
    text = text[text != ""].sort_values()
    counted = text.groupby(text.str.casefold()).agg(["first", "size"])
    ordered = counted.sort_values(["size", "first"], ascending=[False, True]).head(MOST)
    return tuple(Suggestion(text, int(n)) for text, n in zip(ordered["first"], ordered["size"], strict=True))


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1].rstrip() + "…"
