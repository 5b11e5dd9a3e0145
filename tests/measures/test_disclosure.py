"""What is withheld cannot be had by subtracting what is published, now or in another quarter's briefs."""

from __future__ import annotations

import itertools
from collections.abc import Iterable

import numpy as np
import pandas as pd
import pytest

from asn_analysis.measures.disclosure import (
    POOL,
    Release,
    Told,
    Withheld,
    changed_by_few,
    of_units,
    pooled,
    withheld_cells,
    withheld_groups,
    withhold,
)
from tests.disclosure.attacker import Sums

NOW = "2026Q3"
UNITS = "ABCDEF"
FEWEST = 5


def panel(**counts: int) -> pd.DataFrame:
    quarter = pd.Period(NOW, freq="Q-DEC")
    return pd.DataFrame({"unit_id": list(counts), "quarter": quarter, "n_respondents": list(counts.values())})


def cells(units: str) -> frozenset:
    return frozenset((unit, NOW) for unit in units)


@pytest.mark.parametrize(
    ("counts", "withheld"),
    [
        ({"A": 5, "B": 40}, ""),
        ({"A": 3, "B": 40, "C": 20}, "AC"),  # one small cell takes the next smallest with it
        ({"A": 3, "B": 4, "C": 20}, "AB"),  # two together are seven people
        ({"A": 1, "B": 1, "C": 20, "D": 30}, "ABC"),  # two people are still too few
        ({"A": 1, "B": 1, "C": 1, "D": 1, "E": 1, "F": 9}, "ABCDEF"),  # five people in five units: one each
        ({"A": 3}, "A"),
    ],
)
def test_by_hand(counts, withheld):
    assert withheld_cells(panel(**counts), FEWEST) == cells(withheld)


def test_an_element_that_few_answered_withholds_its_cell():
    asked = panel(A=40, B=30, C=50).assign(n_u9=[3, 30, 50])
    assert withheld_cells(asked, FEWEST) == cells("AB")
    assert withheld_cells(asked.assign(n_u9=[0, 30, 50]), FEWEST) == frozenset()  # nobody was asked
    assert withheld_cells(panel(A=3, B=30, C=50).assign(n_u9=[3, 0, 50]), FEWEST) == cells("ABC")


def test_where_there_is_no_crowd_the_total_is_withheld_too():
    assert withhold(panel(A=3), FEWEST).city == {NOW}
    assert withhold(panel(A=3, B=40), FEWEST).city == frozenset()


@pytest.mark.parametrize(
    ("now", "then", "withheld", "city"),
    [
        ({"A": 41, "B": 40, "C": 50}, {"A": 40, "B": 40, "C": 30}, "AC", False),  # 1 late answer beside 20
        ({"A": 41, "B": 40}, {"A": 40, "B": 40}, "A", True),  # nobody else's came late
        ({"A": 45, "B": 40}, {"A": 40, "B": 40}, "", False),  # five are told
        ({"A": 38, "B": 40}, {"A": 40, "B": 40}, "A", True),  # two were taken out
        ({"B": 40, "C": 50}, {"A": 3, "B": 6, "C": 50}, "B", True),  # a withheld unit is gone
        ({"A": 9, "B": 6, "C": 50}, {"A": 3, "B": 6, "C": 50}, "AB", False),  # once withheld, always
        ({"A": 4, "B": 6, "C": 50}, {"A": 3, "B": 6, "C": 50}, "AB", True),
        ({"A": 2, "B": 40, "C": 50}, {"B": 40, "C": 50}, "A", True),  # a unit of two people is new
    ],
)
def test_another_briefs_numbers_by_hand(now, then, withheld, city):
    found = withhold(panel(**now), FEWEST, [release(then, withhold(panel(**then), FEWEST))])
    small = cells("".join(unit for unit, n in now.items() if n < FEWEST))  # the others protect something
    assert found == Withheld(cells(withheld), frozenset({NOW} if city else ()), small)


def test_the_reported_quarters_own_numbers_are_replaced_on_purpose():
    then = release({"A": 40, "B": 40}, Withheld())
    assert withhold(panel(A=41, B=40), FEWEST, [then], NOW) == Withheld()


def release(counts: dict[str, int], withheld: Withheld) -> Release:
    """What briefs tell of these cells."""
    told = {(unit, NOW): Told(n) for unit, n in counts.items() if (unit, NOW) not in withheld.cells}
    return Release(told, withheld.cells, {} if withheld.city else {NOW: Told(sum(counts.values()))})


SPANS = list(itertools.combinations_with_replacement(range(3), 2))
GROUPS = [group for size in range(1, len(UNITS)) for group in itertools.combinations(UNITS, size)]


def people(units: Iterable[str], first: int, last: int) -> np.ndarray:
    """The answers of these units that were new, or gone, between two of three briefs."""
    chosen = np.zeros((3, len(UNITS)))
    chosen[first : last + 1, [UNITS.index(unit) for unit in units]] = 1
    return chosen.ravel()


class Attacker:
    """Holds every brief of three quarters, and knows of each answer with which brief it came.

    Unknown are the answers of each unit that were new, or gone, in each brief; the briefs tell sums of them.
    """

    def __init__(self, history: list[dict[str, int]], releases: list[Release]):
        counts = np.array([[then.get(unit, 0) for unit in UNITS] for then in history])
        self.new = np.diff(counts, axis=0, prepend=0).ravel()
        told = [people(unit, 0, place) for place, one in enumerate(releases) for unit, _ in one.told]
        told += [people(UNITS, 0, place) for place, one in enumerate(releases) if one.city]
        # A unit without answers has no page, which everybody can see.
        told += [people(UNITS[unit], 0, place) for place, unit in np.argwhere(counts == 0)]
        self.sums = Sums(told)

    def caught(self) -> list[tuple]:
        """Groups of fewer than five people whose number (and so, in the same way, sum) can be had."""
        found = []
        for first, last in SPANS:
            alone = {unit: people(unit, first, last) for unit in UNITS}
            alone = {unit: asked for unit, asked in alone.items() if self.sums.give(asked)}
            secret = [group for group in GROUPS if not set(group) & set(alone)]
            asked = alone | {group: people(group, first, last) for group in secret}
            found += [
                (group, first, last, abs(sums @ self.new))
                for group, sums in asked.items()
                if 0 < abs(sums @ self.new) < FEWEST and self.sums.give(sums)
            ]
        return found


def histories(number: int, seed: int) -> list[list[dict[str, int]]]:
    """A quarter as three briefs saw it: small units, late answers, units that come and go."""
    rng = np.random.default_rng(seed)
    made = []
    for _ in range(number):
        counts = dict(zip(UNITS, rng.choice([0, 1, 2, 4, 6, 20, 60], 6), strict=True))
        counts["F"] += 5
        history = [dict(counts)]
        for _ in range(2):
            changing = rng.choice(list(UNITS), rng.integers(0, 4), replace=False)
            counts |= {unit: max(counts[unit] + rng.choice([-30, -1, 1, 1, 3, 8]), 0) for unit in changing}
            history.append(dict(counts))
        made.append([{unit: int(n) for unit, n in then.items() if n} for then in history])
    return made


def publish(history: list[dict[str, int]], protect: bool = True) -> list[Release]:
    releases: list[Release] = []
    for counts in history:
        seen = releases if protect else []
        found = withhold(panel(**counts), FEWEST, seen) if counts else Withheld()
        releases.append(release(counts, found))
    return releases


def test_no_group_of_few_people_can_be_solved_from_three_quarters_briefs():
    caught = 0
    for history in histories(100, seed=5):
        left = Attacker(history, publish(history)).caught()
        assert not left, (history, publish(history), left)
        caught += bool(Attacker(history, publish(history, protect=False)).caught())
    assert caught > 40  # where briefs do not look at each other the same attacker succeeds


def test_without_any_protection_the_attacker_catches_every_small_unit():
    for history in histories(20, seed=6):
        told = Attacker([history[0]] * 3, [release(history[0], Withheld())] * 3).caught()
        small = {unit for unit, n in history[0].items() if n < FEWEST}
        assert {group for group, *_ in told} == small


def test_the_pool_keeps_the_sums_and_forgets_the_units(small_dataset):
    from asn_analysis.measures.panel import build_panel

    whole = build_panel(small_dataset)
    newest = whole["quarter"].max()
    units = list(whole.loc[whole["quarter"] == newest, "unit_id"][:2])
    merged = pooled(whole, Withheld(frozenset((unit, str(newest)) for unit in units)))
    (pool,) = merged[merged["unit_id"] == POOL].to_dict("records")
    dark = whole[(whole["quarter"] == newest) & whole["unit_id"].isin(units)]
    assert pool["n_respondents"] == dark["n_respondents"].sum()
    assert pool["u3"] == dark["sum_u3"].sum() / dark["n_u3"].sum()
    assert merged["n_respondents"].sum() == whole["n_respondents"].sum()
    assert not set(units) & set(of_units(merged).query("quarter == @newest")["unit_id"])
    assert list(merged.dtypes.drop("cohort")) == list(whole.dtypes.drop("cohort"))
    gone = pooled(whole, Withheld(frozenset((unit, str(newest)) for unit in units), frozenset({str(newest)})))
    assert POOL not in set(gone["unit_id"])


def test_groups_of_people_are_withheld_with_the_next_smallest():
    assert withheld_groups({"a": 40, "b": 12, "c": 2, "d": 0}, FEWEST) == {"c", "b"}
    assert withheld_groups({"a": 40, "b": 12}, FEWEST) == frozenset()
    assert withheld_groups({"a": 3}, FEWEST) == {"a"}


@pytest.mark.parametrize(
    ("told", "found"),
    [
        (Told(20, 75.0), ()),  # nothing changed
        (Told(17, 75.0), ("K1",)),  # three came: their answers follow by subtraction
        (Told(15, 70.0), ()),  # five are a crowd
        (Told(20, 74.0), ("K1",)),  # as many answers, another index: at least one was changed
        (Told(20, None), ()),  # another method moves every index
        (Told(22, 75.0), ("K1",)),  # two were withdrawn
    ],
)
def test_a_quarter_that_differs_by_a_few_answers_from_what_was_published_is_noticed(told, found):
    panel = pd.DataFrame({"unit_id": ["K1"], "quarter": ["2026Q3"], "n_respondents": [20], "ikm": [75.0]})
    assert changed_by_few(panel, Release({("K1", "2026Q3"): told}), "2026Q3", 5) == found
