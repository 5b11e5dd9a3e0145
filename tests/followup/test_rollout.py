"""Which roll-outs limits allow, and which is proposed."""

from itertools import product

import pandas as pd
import pytest

from asn_analysis.followup.rollout import Limits, Rollout, best, ways
from asn_analysis.impact.promised import Promised

ORDER = tuple("abcdefghij")
COSTS = dict.fromkeys(ORDER, 10.0)


def limits(budget: float = 80.0, seats: int = 3, untrained: int = 2, quarters: int = 8) -> Limits:
    first = pd.Period("2027Q1", freq="Q-DEC")
    return Limits(budget, seats, untrained, first, first + quarters - 1)


def test_seats_money_and_those_who_stay_untrained_bound_every_way():
    """Eight can be paid for, eight may be trained: 3, then 3 + 3, then 3 + 3 + 2, then 2 + 2 + 2 + 2, .."""
    sizes = [[len(wave) for wave in each] for each in ways(ORDER, COSTS, limits())]
    assert sizes == [[3], [3, 3], [3, 3, 2], [2, 2, 2, 2]]  # five waves of 2 are four
    assert [len(each) for each in ways(ORDER, COSTS, limits(budget=25.0, seats=9))] == [1, 2]


def test_few_units_are_cut_in_every_way():
    """Three units, two seats, at most two waves, then three: by hand, and by going through all."""
    sizes = [tuple(map(len, each)) for each in ways(ORDER, COSTS, limits(budget=30.0, seats=2, quarters=4))]
    assert sizes == [(2,), (2, 1), (1, 2)]
    three = ways(ORDER, COSTS, limits(budget=30.0, seats=2, quarters=5))
    by_hand = {sizes for n in (1, 2, 3) for sizes in product((1, 2), repeat=n) if sum(sizes) == 3} | {(2,)}
    assert {tuple(map(len, each)) for each in three} == by_hand
    assert all(
        tuple(unit for wave in each for unit in wave) == ORDER[: sum(map(len, each))] for each in three
    )


def test_waves_follow_the_order_of_the_lot_without_a_gap():
    for each in ways(ORDER, COSTS, limits()):
        taken = [unit for wave in each for unit in wave]
        assert tuple(taken) == ORDER[: len(taken)]


@pytest.mark.parametrize("asked", [{"budget": 5.0}, {"untrained": 10}, {"seats": 0}])
def test_limits_that_allow_nobody_are_told(asked):
    with pytest.raises(ValueError, match="Nobody can be trained"):
        ways(ORDER, COSTS, limits(**asked))


def rollout(power: float, wait: float, cost: float) -> Rollout:
    return Rollout((("a",),), cost, Promised(("2027Q1",), (power,), power, wait))


def test_power_decides_then_time_then_money():
    strong, quick, cheap = rollout(0.90, 3.0, 9.0), rollout(0.89, 2.0, 9.0), rollout(0.91, 2.0, 5.0)
    assert best([rollout(0.80, 1.0, 1.0), strong]) is strong
    assert best([strong, quick]) is quick  # less than a twentieth apart
    assert best([strong, quick, cheap]) is cheap
