"""Cells: counted by hand, and equal to pandas on every answer of a simulated city."""

from __future__ import annotations

from dataclasses import replace

import duckdb
import numpy as np
import pandas as pd
import pytest

import asn_analysis as asn
from asn_analysis.measures.panel import cohorts, newest_complete_quarter

CODES = list(asn.load_skm().codes)


@pytest.fixture(scope="module")
def answers(small_dataset) -> pd.DataFrame:
    with duckdb.connect() as con:
        frame = small_dataset.responses.relation(con).df()
    frame["quarter"] = pd.PeriodIndex(frame["date"], freq="Q-DEC")
    frame[CODES] = frame[CODES].astype(float)
    return frame


@pytest.fixture(scope="module")
def panel(small_dataset) -> pd.DataFrame:
    return asn.build_panel(small_dataset)


def test_cells_equal_a_plain_group_by(answers, panel):
    groups = answers.groupby(["unit_id", "quarter"])
    cells = panel.set_index(["unit_id", "quarter"])
    pd.testing.assert_series_equal(
        cells["n_respondents"], groups.size(), check_names=False, check_dtype=False
    )
    pd.testing.assert_frame_equal(cells[CODES], groups[CODES].mean(), check_dtype=False)
    for power, name in ((1, "sum"), (2, "sum2"), (3, "sum3")):
        expected = (answers[CODES] ** power).groupby([answers["unit_id"], answers["quarter"]]).sum()
        np.testing.assert_array_equal(cells[[f"{name}_{code}" for code in CODES]], expected)


def test_scores_are_the_means_of_the_answers_given(answers, panel):
    score = answers[CODES].mean(axis=1)
    keys = [answers["unit_id"], answers["quarter"]]
    cells = panel.set_index(["unit_id", "quarter"])
    np.testing.assert_allclose(cells["sum_score"], score.groupby(keys).sum(), rtol=1e-12)
    np.testing.assert_allclose(cells["sum2_score"], (score**2).groupby(keys).sum(), rtol=1e-12)


def test_the_panel_of_scores_is_that_of_all_cells(small_dataset, panel):
    scores = asn.score_panel(small_dataset)
    same = ["unit_id", "quarter", "n_scored", "sum_score", "sum2_score", "cohort"]
    pd.testing.assert_frame_equal(scores[same], panel.loc[panel["n_scored"] > 0, same].reset_index(drop=True))
    assert scores["score"].tolist() == (25 * scores["sum_score"] / scores["n_scored"]).tolist()
    early = asn.score_panel(small_dataset, until="2024Q4")
    assert early["quarter"].max() == pd.Period("2024Q4", freq="Q-DEC")


def test_missing_answers_are_neither_zero_nor_dropped(answers, panel):
    missing = answers[CODES].isna().sum()
    assert missing.sum() > 0
    counted = panel["n_respondents"].sum() - panel[[f"n_{code}" for code in CODES]].sum()
    np.testing.assert_array_equal(counted, missing)
    assert panel["n_respondents"].sum() == len(answers)


def test_the_four_answer_counts_follow_from_the_power_sums(answers, panel):
    powers = np.vander([1, 2, 3, 4], 4, increasing=True).T
    cell = panel.iloc[0]
    sums = [cell[name] for name in ("n_u6", "sum_u6", "sum2_u6", "sum3_u6")]
    here = answers[(answers["unit_id"] == cell["unit_id"]) & (answers["quarter"] == cell["quarter"])]
    expected = [(here["u6"] == answer).sum() for answer in (1, 2, 3, 4)]
    np.testing.assert_allclose(np.linalg.solve(powers, sums), expected, atol=1e-9)


def test_until_hides_later_answers_and_later_trainings(small_dataset, panel):
    quarter = panel["quarter"].max() - 4
    earlier = asn.build_panel(small_dataset, until=quarter)
    assert earlier["quarter"].max() == quarter
    assert earlier["cohort"].max() <= quarter
    assert earlier["cohort"].notna().sum() < panel.loc[panel["quarter"] <= quarter, "cohort"].notna().sum()


def test_the_cohort_is_the_first_training():
    trainings = pd.DataFrame(
        {"unit_id": ["A", "A", "B"], "start": pd.to_datetime(["2025-08-01", "2025-02-10", "2026-12-31"])}
    )
    assert cohorts(trainings).astype(str).to_dict() == {"A": "2025Q1", "B": "2026Q4"}
    assert cohorts(trainings, until="2026Q3").astype(str).to_dict() == {"A": "2025Q1"}


def test_a_unit_whose_survey_was_over_when_its_training_began_is_trained_from_the_next_quarter(
    small_dataset, answers
):
    quarter = pd.Period("2025Q3", freq="Q-DEC")
    here = answers[answers["quarter"] == quarter].groupby("unit_id")["date"].max()
    over, still = here.index[:2]
    trainings = small_dataset.trainings.head(2).assign(
        unit_id=[over, still], start=[here[over] + pd.Timedelta(days=1), here[still]]
    )
    dataset = replace(small_dataset, trainings=trainings)
    for cells in (asn.build_panel(dataset, quarter), asn.score_panel(dataset, quarter)):
        known = cells.groupby("unit_id")["cohort"].first()
        assert known[over] == quarter + 1  # known to be trained, but no answer tells of it yet
        assert known[still] == quarter
        assert known.notna().sum() == 2


def test_the_newest_complete_quarter_has_answers_in_its_last_month(small_dataset):
    assert str(newest_complete_quarter(small_dataset)) == "2026Q3"
