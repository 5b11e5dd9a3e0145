"""What respondents wrote: what may be printed of it, and what waits for the office's look."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from asn_analysis.records.intake import Dataset
from asn_analysis.records.review import Entry

LONGEST = 300  # characters of one suggestion
MOST = 20
MOST_WAITING = 100  # texts put before the office at once


@dataclass(frozen=True)
class Suggestions:
    """What a report prints of the suggestions, and what it does not.

    ``waiting`` are those that somebody has to look at first, the most frequent first; ``n_waiting`` and
    ``n_refused`` count respondents.
    """

    shown: tuple[Entry, ...] = ()
    waiting: tuple[Entry, ...] = ()
    n_waiting: int = 0
    n_refused: int = 0


def suggestions(dataset: Dataset, unit_id: str, quarter: pd.Period) -> Suggestions:
    """A unit's suggestions of a quarter, the most frequent first; case and blanks do not count."""
    counted = _counted(dataset, unit_id, quarter)
    may = np.array([dataset.review.lets_print(text) for text in counted["first"]], bool)  # of no text, too
    waits = np.array([dataset.review.waits(text) for text in counted["first"]], bool)
    shown, waiting = (
        tuple(Entry(text, int(n), f"{unit_id} {quarter}") for text, n in counted[which].to_numpy())
        for which in (may, waits)
    )
    n_waiting, n_refused = (int(counted.loc[which, "size"].sum()) for which in (waits, ~may & ~waits))
    return Suggestions(shown[:MOST], waiting[:MOST_WAITING], n_waiting, n_refused)


def _counted(dataset: Dataset, unit_id: str, quarter: pd.Period) -> pd.DataFrame:
    first, last = quarter.start_time.date(), quarter.end_time.date()
    unit = unit_id.replace("'", "''")
    said = dataset.responses.comments(f"unit_id = '{unit}' AND date BETWEEN DATE '{first}' AND DATE '{last}'")
    text = said["comment"].str.split().str.join(" ").map(_shortened)
    text = text[text != ""].sort_values()
    counted = text.groupby(text.str.casefold()).agg(["first", "size"])
    return counted.sort_values(["size", "first"], ascending=[False, True])


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1].rstrip() + "…"
