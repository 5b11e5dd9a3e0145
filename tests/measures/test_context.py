"""What an effect of training must be told apart from, counted independently."""

from __future__ import annotations

import duckdb
import numpy as np
import pandas as pd
import pytest

import asn_analysis as asn
from asn_analysis.measures.context import characteristics, shares_told


@pytest.fixture(scope="module")
def context(small_dataset) -> pd.DataFrame:
    return asn.with_context(asn.build_panel(small_dataset), small_dataset)


def test_respondents_are_counted_by_characteristic(context, small_dataset):
    with duckdb.connect() as con:
        answers = small_dataset.responses.relation(con).df()
    for column, told in (("sex: P", answers["sex"] == "P"), ("age: 26-35", answers["age"].between(26, 35))):
        assert context[column].sum() == told.sum() > 0
    cell = context.iloc[7]
    here = answers[(answers["unit_id"] == cell["unit_id"])]
    here = here[pd.PeriodIndex(here["date"], freq="Q-DEC") == cell["quarter"]]
    assert cell["education: SMA"] == (here["education"] == "SMA").sum()


def test_groups_of_a_characteristic_make_up_those_who_told(context):
    for columns in characteristics(context).values():
        assert (context[columns].sum(axis=1) <= context["n_respondents"]).all()
    assert set(characteristics(context)) == {"sex", "age", "education", "occupation", "channel"}


def test_the_first_training_gives_kind_and_hours(context, small_dataset):
    trainings = small_dataset.trainings.sort_values("start")
    unit = trainings["unit_id"].iloc[0]
    first = trainings[trainings["unit_id"] == unit].iloc[0]
    row = context[context["unit_id"] == unit].iloc[0]
    assert (row["kind"], row["hours"]) == (first["kind"], first["hours"])
    assert context.loc[context["cohort"].isna(), "kind"].isna().all()


def test_digital_turns_on_in_the_quarter_of_going_live(context, small_dataset):
    services = small_dataset.digital_services
    first = services[services["audience"] == "citizens"].groupby("unit_id")["live_since"].min()
    live = context["unit_id"].map(first)
    expected = (context["quarter"].dt.end_time >= live).astype(float)
    pd.testing.assert_series_equal(context["digital"], expected, check_names=False)
    assert 0 < context["digital"].mean() < 1


def test_a_cell_in_which_nobody_told_has_the_mix_of_its_unit():
    """A, trained from 4: 3 of 4, nobody, 1 of 4; 4 of 4, nobody. B told once; of C nobody ever told."""
    panel = pd.DataFrame(
        {"unit_id": list("AAAAABBC"), "quarter": [1, 2, 3, 4, 5, 1, 2, 1], "cohort": [4] * 5 + [2, 2, np.nan],
         "sex: L": [3, 0, 1, 4, 0, 1, 0, 0], "sex: P": [1, 0, 3, 0, 0, 1, 0, 0]}
    )  # fmt: skip
    shares = shares_told(panel, ["sex: L", "sex: P"])
    assert shares[:, 0].tolist() == [0.75, 0.5, 0.25, 1.0, 1.0, 0.5, 0.5, 0.625]
    assert (shares.sum(axis=1) == 1).all()
