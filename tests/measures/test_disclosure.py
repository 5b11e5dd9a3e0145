"""What is withheld cannot be had by subtracting what is published."""

from __future__ import annotations

import pandas as pd
import pytest

from asn_analysis.measures.disclosure import withheld_cells


def panel(**counts: int) -> pd.DataFrame:
    quarter = pd.Period("2026Q3", freq="Q-DEC")
    return pd.DataFrame({"unit_id": list(counts), "quarter": quarter, "n_respondents": list(counts.values())})


@pytest.mark.parametrize(
    ("counts", "withheld"),
    [
        ({"A": 5, "B": 40}, ""),
        ({"A": 3, "B": 40, "C": 20}, "AC"),  # one small cell takes the next smallest with it
        ({"A": 3, "B": 4, "C": 20}, "AB"),  # two together are seven people
        ({"A": 1, "B": 1, "C": 20, "D": 30}, "ABC"),  # two people are still too few
        ({"A": 3}, "A"),
    ],
)
def test_by_hand(counts, withheld):
    assert withheld_cells(panel(**counts), 5) == {(unit, "2026Q3") for unit in withheld}


def test_a_differencing_attack_leaves_a_crowd():
    for small in range(1, 5):
        cells = panel(A=small, B=6, C=30, D=50)
        dark = withheld_cells(cells, 5)
        left = cells[[(row.unit_id, str(row.quarter)) in dark for row in cells.itertuples()]]
        assert len(left) >= 2
        assert left["n_respondents"].sum() >= 5
