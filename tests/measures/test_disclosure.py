"""What is withheld cannot be had by subtracting what is published."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest

from asn_analysis.measures.disclosure import withheld_cells, withheld_districts, withheld_revisions


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


DISTRICTS = {"A": "Serang", "B": "Serang", "C": "Curug", "D": "Curug", "E": "Walantaka", "F": "Walantaka"}


def leaks(cells: pd.DataFrame, published: list[set[str]], fewest: int) -> list[tuple]:
    """Groups of units under the threshold whose sum an attacker gets by solving the published sums.

    A sum can be had if the group's indicator lies in the row space of the published ones.
    """
    units = list(cells["unit_id"])
    counts = dict(zip(units, cells["n_respondents"], strict=True))
    rows = np.array([[unit in group for unit in units] for group in published], dtype=float)
    rank = np.linalg.matrix_rank(rows)
    small = [
        group
        for size in range(1, len(units))
        for group in itertools.combinations(units, size)
        if 0 < sum(counts[unit] for unit in group) < fewest
    ]
    return [
        group
        for group in small
        if np.linalg.matrix_rank(np.vstack([rows, [float(unit in group) for unit in units]])) == rank
    ]


def sums(cells: pd.DataFrame, hidden: frozenset, dark: frozenset) -> list[set[str]]:
    """What is published of a quarter: the city, its kecamatan, its units."""
    of = cells["unit_id"].groupby(cells["unit_id"].map(DISTRICTS)).agg(set)
    units = [{unit} for unit in cells["unit_id"] if (unit, "2026Q3") not in hidden]
    return [set(cells["unit_id"]), *(of[name] for name in of.index if (name, "2026Q3") not in dark), *units]


def test_no_city_kecamatan_or_unit_table_gives_a_small_group_away():
    rng = np.random.default_rng(5)
    caught = 0
    for _ in range(150):
        cells = panel(
            **{unit: int(n) for unit, n in zip("ABCDEF", rng.choice([1, 2, 4, 6, 20, 60], 6), strict=True)}
        )
        hidden = withheld_cells(cells, 5)
        dark = withheld_districts(cells, DISTRICTS, hidden, 5)
        assert not leaks(cells, sums(cells, hidden, dark), 5), dict(
            zip("ABCDEF", cells["n_respondents"], strict=True)
        )
        caught += bool(leaks(cells, sums(cells, hidden, frozenset()), 5))
    assert caught > 20  # without the protection of kecamatan the same attack succeeds


def test_late_answers_cannot_be_had_by_subtracting_two_quarters_pages():
    rng = np.random.default_rng(6)
    caught = 0
    for _ in range(150):
        then = panel(**dict.fromkeys("ABCDEF", 40))
        late = rng.choice([0, 0, 1, 3, 8], 6)
        now = then.assign(n_respondents=then["n_respondents"] + late)
        shown = {(unit, "2026Q3"): 40 for unit in "ABCDEF"}
        hidden, rows = withheld_revisions(now, shown, 5)
        came = now.assign(n_respondents=late)
        units = [{unit} for unit in "ABCDEF"]
        public = [{unit} for unit in "ABCDEF" if (unit, "2026Q3") not in hidden]
        assert not leaks(came, [*([] if rows else [set("ABCDEF")]), *public], 5), late
        caught += bool(leaks(came, [set("ABCDEF"), *units], 5))
    assert caught > 100


def test_one_late_answer_by_hand():
    now = panel(A=41, B=40, C=50)
    shown = {("A", "2026Q3"): 40, ("B", "2026Q3"): 40, ("C", "2026Q3"): 30}
    assert withheld_revisions(now, shown, 5) == ({("A", "2026Q3"), ("C", "2026Q3")}, frozenset())
    assert withheld_revisions(panel(A=41, B=40), shown, 5) == ({("A", "2026Q3")}, {"2026Q3"})
    assert withheld_revisions(panel(A=41, B=40), {}, 5) == (frozenset(), frozenset())
