"""From answers to unit x quarter cells, without loading the answers.

A cell keeps what every later number needs: respondents, and per item the count and the sums of
x, x^2 and x^3 (the counts of the four answers follow from these). A respondent's score, the mean
of the answers given, is summed in parts of 2,520, which every count from 1 to 9 divides: whole
numbers add up the same in any order, so the same answers give the same bytes.
"""

from __future__ import annotations

import pandas as pd

from asn_analysis.records.intake import Dataset
from asn_analysis.records.responses_store import SCORE_PARTS
from asn_analysis.rules.rules import load_skm

QUARTER = "Q-DEC"


def build_panel(dataset: Dataset, until: pd.Period | str | None = None) -> pd.DataFrame:
    """One row per unit and quarter that was surveyed.

    Parameters
    ----------
    dataset : Dataset
    until : quarter, optional
        Leave out everything recorded after this quarter, trainings included.

    Returns
    -------
    DataFrame with columns
        unit_id, quarter (Period), n_respondents; per item n_u1, sum_u1, sum2_u1, sum3_u1 and the
        mean u1 (1 to 4); n_scored, sum_score, sum2_score (a respondent's mean answer, 1 to 4);
        ikm (25 to 100, exact weights); cohort (first trained quarter, NaT if never).
    """
    cells = dataset.responses.ask("cells", _cells_sql())
    cells = cells.drop(columns="last_month").groupby(["unit_id", "quarter"], as_index=False).sum()
    cells["sum_score"] = cells["sum_score"] / SCORE_PARTS
    cells["sum2_score"] = cells["sum2_score"] / SCORE_PARTS**2
    cells["quarter"] = pd.PeriodIndex(cells["quarter"], freq=QUARTER)
    if until is not None:
        cells = cells[cells["quarter"] <= pd.Period(until, freq=QUARTER)]
    cells = with_means(cells.sort_values(["unit_id", "quarter"], ignore_index=True))
    first = cohorts(dataset.trainings, until)
    return cells.assign(cohort=pd.PeriodIndex(first.reindex(cells["unit_id"]), freq=QUARTER))


def cohorts(trainings: pd.DataFrame, until: pd.Period | str | None = None) -> pd.Series:
    """The first trained quarter of each trained unit, as known at the end of ``until``."""
    start = trainings.groupby("unit_id")["start"].min().astype("datetime64[us]")
    first = pd.Series(pd.PeriodIndex(start, freq=QUARTER), index=start.index)
    return first if until is None else first[first <= pd.Period(until, freq=QUARTER)]


def newest_complete_quarter(dataset: Dataset) -> pd.Period:
    """The newest quarter with answers in its last month; failing that, the newest with any.

    Quarters with less than a tenth of the usual number of answers do not count: a mistyped year
    would otherwise make a quarter of its own.
    """
    cells = dataset.responses.ask("cells", _cells_sql())
    quarters = cells.groupby("quarter", as_index=False).agg(
        answers=("n_respondents", "sum"), closed=("last_month", "any")
    )
    usual = quarters[quarters["answers"] >= quarters["answers"].median() / 10]
    closed = usual[usual["closed"]]
    return pd.Period((usual if closed.empty else closed)["quarter"].max(), freq=QUARTER)


def _cells_sql() -> str:
    powers = ",\n".join(
        f"count({u}) AS n_{u}, coalesce(sum({u}::INT), 0)::BIGINT AS sum_{u}, "
        f"coalesce(sum({u}::INT * {u}), 0)::BIGINT AS sum2_{u}, "
        f"coalesce(sum({u}::INT * {u} * {u}), 0)::BIGINT AS sum3_{u}"
        for u in load_skm().codes
    )
    return f"""
        SELECT unit_id, quarter, count(*) AS n_respondents, bool_or(month(date) % 3 = 0) AS last_month,
               {powers},
               count(total) AS n_scored,
               coalesce(sum(total), 0)::BIGINT AS sum_score,
               coalesce(sum(total::BIGINT * total), 0)::BIGINT AS sum2_score
        FROM responses GROUP BY ALL ORDER BY unit_id, quarter
    """


def with_means(cells: pd.DataFrame) -> pd.DataFrame:
    """Cells with the mean of each element and the index of all nine, from their counts and sums."""
    skm = load_skm()
    means = pd.DataFrame(
        {u: cells[f"sum_{u}"] / cells[f"n_{u}"].where(cells[f"n_{u}"] > 0) for u in skm.codes}
    )
    weight = float(skm.weights[skm.default_weights])
    return cells.assign(**means, ikm=means.sum(axis=1, skipna=False) * weight * skm.factor)
