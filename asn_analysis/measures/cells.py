"""The questions put to all answers, by unit and quarter: counts, from which every brief begins, and scores.

Each quarter's file answers them once; the answers are kept beside the file (``records.kept``).
"""

from __future__ import annotations

from collections.abc import Iterator
from math import lcm

import pandas as pd

from asn_analysis.records.intake import Dataset
from asn_analysis.records.responses_store import SCORE_PARTS
from asn_analysis.records.schema import TABLES
from asn_analysis.rules.rules import load_skm

CHARACTERISTICS = ("sex", "age", "education", "occupation", "channel")
CHANNELS = TABLES["responses"].columns["channel"].values
# Bands of the usual questionnaire (17-25, 26-35, 36-45, 46-55, 56 and over).
AGE_BANDS = {"0-25": (0, 25), "26-35": (26, 35), "36-45": (36, 45), "46-55": (46, 55), "56+": (56, 255)}


def ask_cells(dataset: Dataset) -> pd.DataFrame:
    """Counts by unit and quarter, sorted; a unit may stand twice in a quarter if two files hold it.

    Returns
    -------
    DataFrame with columns
        unit_id, quarter (its first day), n_respondents, newest (the last day with an answer); per item
        n1_u1 to n4_u1, respondents by answer; n_scored, and the sums of scores and of their squares in
        parts of 2,520; n_scored_online, sum_score_online and the like of each channel; ``"sex: P"`` and the
        like, respondents by characteristic.
    """
    return dataset.responses.ask("cells", _sql())


def ask_scores(dataset: Dataset) -> pd.DataFrame:
    """``ask_cells`` without its counts, which files that were never asked tell much sooner."""
    return dataset.responses.ask(
        "scores",
        f"""
        SELECT unit_id, quarter, max(date) AS newest, {_scores()}
        FROM responses GROUP BY ALL ORDER BY unit_id, quarter
        """,
    )


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
    items = ((f"n{answer}_{item}", f"{item} = {answer}") for item in load_skm().codes for answer in answers())
    asked = (*items, *_characteristics())
    counts = [f'coalesce(count_if({met}), 0)::BIGINT AS "{name}"' for name, met in asked]
    return f"""
        SELECT unit_id, quarter, count(*) AS n_respondents, max(date) AS newest,
            {", ".join(counts)}, {_scores()}, {", ".join(map(_scores_of, CHANNELS))}
        FROM responses GROUP BY ALL ORDER BY unit_id, quarter
    """


def score() -> str:
    """A respondent's score in parts: the mean of the answers given, by the weights in force.

    With the same weight for each element that is the score which the files hold.
    """
    weight = load_skm().weight
    if len({*weight.values()}) == 1:
        return "total"
    common = lcm(*(share.denominator for share in weight.values()))
    whole = {item: int(share * common) for item, share in weight.items()}
    answered = " + ".join(f"({item} IS NOT NULL)::INT * {share}" for item, share in whole.items())
    answers = " + ".join(f"coalesce({item}, 0)::INT * {share}" for item, share in whole.items())
    return f"CASE WHEN {answered} > 0 THEN round({SCORE_PARTS} * ({answers}) / ({answered}))::INT END"


def _scores() -> str:
    own = score()
    return f"""
    count({own}) AS n_scored, coalesce(sum({own}::INT), 0)::BIGINT AS sum_score,
    coalesce(sum({own}::INT * {own}), 0)::BIGINT AS sum2_score"""


def _scores_of(channel: str) -> str:
    own, those = score(), f"FILTER (channel = '{channel}')"
    return f"""
    count({own}) {those} AS n_scored_{channel},
    coalesce(sum({own}::INT) {those}, 0)::BIGINT AS sum_score_{channel}"""


def _characteristics() -> Iterator[tuple[str, str]]:
    """Each answer that the schema allows, and the condition that a respondent gave it."""
    for name in CHARACTERISTICS:
        for value in TABLES["responses"].columns[name].values:
            yield f"{name}: {value}", f"{name} = '{value}'"
    for band, (low, high) in AGE_BANDS.items():
        yield f"age: {band}", f"age BETWEEN {low} AND {high}"
