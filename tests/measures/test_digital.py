"""Digital services: shares and costs worked by hand, and the index held to an earlier mix of channels."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from asn_analysis.measures.context import going_live
from asn_analysis.measures.digital import channel_cells, held_to_earlier_mix, usage
from asn_analysis.measures.panel import build_panel


def services(*rows: tuple) -> pd.DataFrame:
    names = ["unit_id", "audience", "transactions", "online_started", "online_completed", "cost_idr"]
    return pd.DataFrame(rows, columns=names).astype({"online_started": "Int64", "online_completed": "Int64"})


def test_use_is_what_was_counted_and_nothing_else():
    rows = services(
        ("A", "citizens", 100, 40, 30, 600_000),
        ("B", "citizens", 300, None, 10, 400_000),
        ("C", "citizens", 999, None, None, 9_999_999),
        ("A", "staff", 50, None, None, 500_000),
    )
    used = usage(rows, ["audience"])
    citizens, staff = used.loc["citizens"], used.loc["staff"]
    assert citizens["n_units"] == 3
    assert citizens["take_up"] == 40 / 400
    assert citizens["completion"] == 30 / 40
    assert citizens["cost_per_service"] == 1_000_000 / 40
    assert staff["cost_per_service"] == 10_000
    assert np.isnan(staff["take_up"])


def test_services_that_nobody_counted_are_no_zero():
    rows = services(
        ("A", "citizens", 100, 40, 30, 600_000),
        ("B", "citizens", None, 10, 10, 400_000),
        ("A", "staff", None, None, None, 500_000),
    ).astype({"transactions": "Int64"})
    used = usage(rows, ["audience"])
    assert used.loc["citizens", "take_up"] == 30 / 100
    assert used.loc["citizens", "cost_per_service"] == 1_000_000 / 40
    assert used["transactions"].isna().all() and np.isnan(used.loc["staff", "cost_per_service"])


def test_nothing_served_has_no_cost_of_a_service():
    used = usage(services(("A", "citizens", 0, 0, 0, 60_000_000)), ["audience"]).loc["citizens"]
    assert used[["take_up", "completion", "cost_per_service"]].isna().all()


def quarters(*texts: str) -> pd.PeriodIndex:
    return pd.PeriodIndex(texts, freq="Q-DEC")


def test_a_shift_of_channels_is_told_apart_from_better_ratings_by_hand():
    # Before: 80 at the counter rate 3.0, 20 online 3.5. After: 50 and 50, and the counter now 3.2.
    cells = pd.DataFrame(
        {
            "unit_id": "A",
            "quarter": quarters("2025Q1", "2025Q1", "2025Q2", "2025Q2"),
            "channel": ["counter", "online"] * 2,
            "n": [80, 20, 50, 50],
            "total": [240.0, 70.0, 160.0, 175.0],
        }
    )
    panel = pd.DataFrame({"unit_id": "A", "quarter": quarters("2025Q1", "2025Q2")})
    live = pd.Series(quarters("2025Q2"), index=["A"])
    split = held_to_earlier_mix(panel, cells, live)
    change = split[["index_all", "index_within", "index_mix"]].diff().iloc[1]
    assert change["index_all"] == pytest.approx(25 * (3.35 - 3.1))
    assert change["index_within"] == pytest.approx(25 * 0.8 * 0.2)
    assert change["index_mix"] == pytest.approx(25 * (3.35 - 3.26))


def test_parts_add_up_in_every_cell_and_the_earlier_mix_as_a_whole_has_no_shift(small_dataset):
    quarter = pd.Period("2026Q3", freq="Q-DEC")
    panel = build_panel(small_dataset, quarter)
    cells = channel_cells(small_dataset, quarter)
    split = held_to_earlier_mix(panel, cells, going_live(small_dataset.digital_services))
    known = split.dropna(subset=["index_all"])
    assert len(known) > 0.9 * len(panel)
    assert np.allclose(known["index_all"], known["index_within"] + known["index_mix"])
    # The mean of respondents' means and the index differ only by empty answers.
    assert (known["index_all"] - known["ikm"]).abs().max() < 1


def test_all_answers_with_a_channel_are_counted_once(small_dataset):
    quarter = pd.Period("2026Q3", freq="Q-DEC")
    panel = build_panel(small_dataset, quarter)
    cells = channel_cells(small_dataset, quarter)
    assert cells["n"].sum() == panel["n_scored"].sum()
    assert cells["total"].sum() == pytest.approx(panel["sum_score"].sum())


def test_a_data_set_without_the_table_has_nothing_live():
    assert going_live(None).empty
