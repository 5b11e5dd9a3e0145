"""Ranking: worked by hand, then that a handful of answers can neither win nor lose."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest

from asn_analysis.measures import ranking
from asn_analysis.measures.estimate import paule_mandel
from asn_analysis.measures.ranking import pooled_spread

rank_units = partial(ranking.rank_units, fewest=30)


def test_three_units_worked_by_hand():
    """Equal n = 100 and s = 10, so each error is 1; indices 80, 84, 88.

    The squares around the mean 84 are 16 + 0 + 16 = 32 and must be 2 (1 + tau2), so tau2 = 15; each
    unit keeps 15/16 of its distance from 84: 80.25, 84, 87.75. Half a range is 1.96 sqrt(15/16).
    """
    standings = rank_units(["a", "b", "c"], [80, 84, 88], [1, 1, 1], [100, 100, 100])
    assert [unit.unit_id for unit in standings] == ["c", "b", "a"]
    assert [unit.shrunk for unit in standings] == pytest.approx([87.75, 84, 80.25])
    assert [unit.rank for unit in standings] == [1, 2, 3]
    assert standings[0].conf_high - standings[0].shrunk == pytest.approx(1.959964 * np.sqrt(15 / 16))


def test_the_spread_is_pooled_by_degrees_of_freedom():
    """n = 3 with error 0 and n = 9 with error 2: (2 x 0 + 8 x 9 x 4) / 10 = 28.8."""
    assert pooled_spread([0, 2], np.array([3, 9])) == pytest.approx(np.sqrt(28.8))
    assert pooled_spread([None, 2], np.array([1, 9])) == pytest.approx(6)
    assert pooled_spread([None], np.array([1])) == 0


def test_units_that_differ_less_than_chance_are_all_drawn_to_the_mean():
    standings = rank_units(list("abc"), [83.9, 84, 84.1], [1, 1, 1], [100, 100, 100])
    assert {round(unit.shrunk, 9) for unit in standings} == {84}
    assert {unit.rank for unit in standings} == {None}  # by their codes somebody would be last
    assert paule_mandel(np.array([83.9, 84, 84.1]), np.ones(3)) == 0


@pytest.mark.parametrize("extreme", [25, 100])
@pytest.mark.parametrize("seed", range(20))
def test_a_unit_with_three_respondents_is_never_first_or_last(extreme, seed):
    rng = np.random.default_rng(seed)
    spread = rng.choice([0.0, 0.5, 5.0])
    observed = [*rng.normal(84, spread, 10), extreme]
    n = [*rng.integers(30, 200, 10), 3]
    standings = rank_units([f"u{i}" for i in range(11)], observed, [*(10 / np.sqrt(n[:-1])), 0.0], n)
    places = [unit.unit_id for unit in standings]
    assert 0 < places.index("u10") < 10
    three = standings[places.index("u10")]
    assert three.small
    assert three.rank is None
    differ = len({unit.shrunk for unit in standings}) > 1
    assert [unit.rank for unit in standings if not unit.small] == [*(range(1, 11) if differ else [None] * 10)]


def test_too_few_units_and_only_small_ones():
    assert rank_units(["a"], [80], [1], [100]) == ()
    assert [unit.rank for unit in rank_units(["a", "b"], [80, 90], [1, 1], [5, 5])] == [None, None]
    assert [unit.shrunk for unit in rank_units(["a", "b"], [80, 80], [0, 0], [50, 50])] == [80, 80]
