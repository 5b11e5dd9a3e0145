"""The questions put to all answers, by unit and quarter: counts, from which every brief begins, and scores.

Each quarter's file answers them once; the answers are kept beside the file (``records.kept``).
"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from asn_analysis.records.intake import Dataset
from asn_analysis.records.schema import TABLES
from asn_analysis.rules.rules import load_skm

SCORES = """
    count(total) AS n_scored, coalesce(sum(total::INT), 0)::BIGINT AS sum_score,
    coalesce(sum(total::INT * total), 0)::BIGINT AS sum2_score"""
CHARACTERISTICS = ("sex", "age", "education", "occupation", "channel")
# Bands of the usual questionnaire (17-25, 26-35, 36-45, 46-55, 56 and over).
AGE_BANDS = {"0-25": (0, 25), "26-35": (26, 35), "36-45": (36, 45), "46-55": (46, 55), "56+": (56, 255)}


def ask_cells(dataset: Dataset) -> pd.DataFrame:
    """Counts by unit and quarter, sorted; a unit may stand twice in a quarter if two files hold it.

    Returns
    -------
    DataFrame with columns
        unit_id, quarter (its first day), n_respondents, newest (the last day with an answer); per item
        n1_u1 to n4_u1, respondents by answer; n_scored, and the sums of scores and of their squares in
        parts of 2,520; ``"sex: P"`` and the like, respondents by characteristic.
    """
    return dataset.responses.ask("cells", _sql())


def ask_scores(dataset: Dataset) -> pd.DataFrame:
    """``ask_cells`` without its counts, which files that were never asked tell much sooner."""
    sql = f"SELECT unit_id, quarter, {SCORES} FROM responses GROUP BY ALL ORDER BY unit_id, quarter"
    return dataset.responses.ask("scores", sql)


def ask_at_once(dataset: Dataset) -> None:
    """Put all questions, so that later runs find their answers kept."""
    ask_cells(dataset)
    ask_scores(dataset)


def answers() -> range:
    """The answers that an item can have."""
    return range(load_skm().lowest, load_skm().highest + 1)


def of_characteristics(cells: pd.DataFrame) -> list[str]:
    """The columns that count respondents by characteristic."""
    return [name for name in cells.columns if ": " in name]


def _sql() -> str:
    # Counts of the answers: twice as fast as sums of their powers, which follow from them.
    # A count is empty, not 0, where nobody of a cell answered at all.
    asked = (*_items(), *_characteristics())
    counts = [f'coalesce(count_if({met}), 0)::BIGINT AS "{name}"' for name, met in asked]
    return f"""
        SELECT unit_id, quarter, count(*) AS n_respondents, max(date) AS newest, {", ".join(counts)}, {SCORES}
        FROM responses GROUP BY ALL ORDER BY unit_id, quarter
    """


def _items() -> Iterator[tuple[str, str]]:
    for item in load_skm().codes:
        for answer in answers():
            yield f"n{answer}_{item}", f"{item} = {answer}"


def _characteristics() -> Iterator[tuple[str, str]]:
    """Each answer that the schema allows, and the condition that a respondent gave it."""
    for name in CHARACTERISTICS:
        for value in TABLES["responses"].columns[name].values:
            yield f"{name}: {value}", f"{name} = '{value}'"
    for band, (low, high) in AGE_BANDS.items():
        yield f"age: {band}", f"age BETWEEN {low} AND {high}"
