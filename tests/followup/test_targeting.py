"""Whom to train next: against every possible choice, and against planted effects."""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd
import pytest

from asn_analysis.followup.expected import Expected, expected_effects, rank_kinds, with_kind
from asn_analysis.followup.targeting import train_next, training_costs
from asn_analysis.impact.average import average_effect, effects_by
from asn_analysis.impact.design import Design

DESIGN = Design("ikm", "unit_id", "quarter", "cohort", weight="n_respondents")
PLACES = ("Serang", "Kasemen", "Curug")


def untrained(rng, n=9, types=("a", "b")):
    return pd.DataFrame(
        {
            "unit_id": [f"U{k}" for k in range(n)],
            "unit_type": rng.choice(types, n),
            "kecamatan": rng.choice([*PLACES, None], n),
            "users": rng.integers(1, 60, n) * 100.0,
            "cost": rng.integers(4, 30, n) * 1e6,
            "ikm": rng.uniform(70, 90, n),
        }
    )


def certain(points, error=0.0):
    names = list(points)
    return Expected(pd.Series(points), pd.DataFrame(np.eye(len(names)) * error**2, names, names), 20.0, True)


def by_hand(rows, points, budget, least, most_share):
    """The largest gain over all subsets that keep the rules; None where there is none."""
    gain, best = (rows["users"] * rows["unit_type"].map(points)).to_numpy(), None
    cost, places = rows["cost"].to_numpy(), [(rows["kecamatan"] == place).to_numpy() for place in PLACES]
    for picked in product([False, True], repeat=len(rows)):
        chosen = np.array(picked)
        fits = cost[chosen].sum() <= budget
        for place in places:
            fits &= (chosen & place).sum() >= min(least, place.sum())
            fits &= cost[chosen & place].sum() <= most_share * budget
        if fits and (best is None or gain[chosen].sum() > best):
            best = gain[chosen].sum()
    return best


@pytest.mark.parametrize("seed", range(12))
def test_no_subset_of_units_gains_more(seed):
    rng = np.random.default_rng(seed)
    rows, points = untrained(rng), {"a": 3.0, "b": 1.0}
    budget = float(rng.integers(40, 110)) * 1e6
    found = train_next(rows, certain(points), budget, all_users=1.0, least=1, most_share=0.5)
    fair = by_hand(rows, points, budget, 1, 0.5)
    assert found.least_met == (fair is not None)
    wanted = by_hand(rows, points, budget, 0, 0.5) if fair is None else fair
    assert found.fair.gain == pytest.approx(wanted)
    assert found.freely.gain == pytest.approx(by_hand(rows, points, budget, 0, 9.0))
    assert max(found.fair.cost, found.freely.cost, found.lowest_first.cost) <= budget
    assert found.freely.gain >= max(found.fair.gain, found.lowest_first.gain)


def test_lowest_score_first_spends_the_budget_from_below():
    rows = untrained(np.random.default_rng(1), 4).assign(
        ikm=[80.0, 70.0, None, 75.0], cost=[10e6, 20e6, 5e6, 30e6]
    )
    found = train_next(rows, certain({"a": 1.0, "b": 1.0}), 36e6, 1.0)
    assert found.lowest_first.units == ("U0", "U1", "U2")  # U3 no longer fits, U2 was not surveyed: last


def test_the_gain_of_being_clever_by_hand():
    """Users 900 and 100, one affordable: the rules part by 800 users x 2 points over 10,000 users."""
    rows = pd.DataFrame(
        {"unit_id": ["low", "busy"], "unit_type": "a", "kecamatan": None, "users": [100.0, 900.0]}
    ).assign(cost=10e6, ikm=[70.0, 80.0])
    found = train_next(rows, certain({"a": 2.0}, error=0.5), 10e6, 10_000)
    assert (found.fair.units, found.lowest_first.units) == (("busy",), ("low",))
    assert found.added == pytest.approx(0.16)
    assert found.added_high - found.added == pytest.approx(2.086 * 0.5 * 0.08, rel=1e-3)  # t of 20


def city(rng, effects, units=90, periods=10):
    """Units of three types, two thirds trained; the effect depends on the type alone."""
    kind = np.array(list(effects))[np.arange(units) % len(effects)]
    cohort = np.where(np.arange(units) // 3 % 3 > 0, rng.integers(4, 8, units), np.nan)
    unit, time = np.divmod(np.arange(units * periods), periods)
    gain = pd.Series(kind).map(effects).to_numpy()[unit] * (time >= cohort[unit])
    noise = rng.normal(0, 1.4, len(unit)) + rng.normal(0, 1, periods)[time] + rng.normal(0, 3, units)[unit]
    panel = pd.DataFrame(
        {"unit_id": unit, "quarter": time, "cohort": cohort[unit], "unit_type": kind[unit]}
    ).assign(ikm=80 + gain + noise, n_respondents=45.0)
    untreated = np.flatnonzero(np.isnan(cohort))
    rows = pd.DataFrame({"unit_id": untreated, "unit_type": kind[untreated], "kecamatan": None})
    rows["users"], rows["cost"] = rng.integers(10, 60, len(rows)) * 100.0, 10e6
    rows["ikm"] = panel.groupby("unit_id")["ikm"].last().reindex(untreated).to_numpy()
    return panel, rows


def chosen_for(rng, effects):
    panel, rows = city(rng, effects)
    whole = average_effect(panel, DESIGN)
    common = (whole.estimate, whole.std_error, whole.df)
    expected = expected_effects(rows["unit_type"], common, effects_by(panel, DESIGN, "unit_type"))
    found = train_next(rows, expected, 100e6, rows["users"].sum())
    value = (rows["users"] * rows["unit_type"].map(effects) / rows["users"].sum()).set_axis(rows["unit_id"])
    truth = value[list(found.fair.units)].sum() - value[list(found.lowest_first.units)].sum()
    return found, truth, value


def test_planted_differences_are_found_and_the_clever_choice_gains_them():
    rng, effects, covered = np.random.default_rng(3), {"x": 4.0, "y": 2.0, "z": 0.0}, 0
    for _ in range(20):
        found, truth, value = chosen_for(rng, effects)
        assert found.differ and found.expected.points["x"] > found.expected.points["y"] > 0.5
        assert truth > 0.1 and found.added_low > 0
        covered += found.added_low <= truth <= found.added_high
    assert covered >= 18


def test_where_effects_are_alike_only_users_and_cost_rank():
    """Hotelling's test at 5 %: of 60 cities with one effect, about 3 seem to differ."""
    rng, seemed = np.random.default_rng(4), 0
    for _ in range(60):
        found, _, value = chosen_for(rng, {"x": 2.0, "y": 2.0, "z": 2.0})
        seemed += found.differ
        if not found.differ:
            assert found.expected.points.nunique() == 1
            most = value.nlargest(len(found.fair.units)).sum()
            assert value[list(found.fair.units)].sum() == pytest.approx(most)
    assert seemed <= 7


def test_a_type_without_enough_trained_units_gets_the_mean_of_types():
    panel, _ = city(np.random.default_rng(6), {"x": 4.0, "y": 0.0, "z": 0.0})
    found = expected_effects(["x", "y", "new"], (1.0, 0.1, 20.0), effects_by(panel, DESIGN, "unit_type"))
    assert found.points["y"] < found.points["new"] < found.points["x"]
    assert found.covariance.loc["new", "new"] > found.covariance.loc["x", "x"]
    few = expected_effects(["x"], (1.0, 0.1, 20.0), effects_by(panel, DESIGN, "unit_type"), fewest_units=30)
    assert not few.differ and few.points["x"] == 1.0


def test_the_cost_of_the_next_training_by_hand():
    """60 million for units of 10 and 20 staff: 2 million a head; without staff the mean of 30 million."""
    units = pd.DataFrame({"unit_id": ["a", "b", "c", "d"], "staff": [10, 20, 7, None]})
    trainings = [
        {"unit_id": "a", "kind": "technical", "cost_idr": 10e6},
        {"unit_id": "b", "kind": "managerial", "cost_idr": 50e6},
    ]
    assert training_costs(units, trainings).tolist() == [20e6, 40e6, 14e6, 30e6]
    assert training_costs(units.assign(staff=None), trainings).tolist() == [30e6] * 4
    # Technical alone: 10 million for 10 staff, so a million a head.
    assert training_costs(units, trainings, "technical").tolist() == [10e6, 20e6, 7e6, 10e6]


def kinds_in(rng, effects):
    panel, _ = city(rng, effects)
    return rank_kinds(effects_by(panel, DESIGN, "unit_type"))


def test_a_kind_that_does_more_is_preferred_and_what_it_adds_is_expected():
    """Planted 5, 1 and 0, held alike: the best adds 5 - 2 = 3 points over the mix."""
    rng, covered, lifts = np.random.default_rng(7), 0, []
    for _ in range(20):
        found = kinds_in(rng, {"x": 5.0, "y": 1.0, "z": 0.0})
        assert found.best == "x"
        covered += found.conf_low <= 5.0 <= found.conf_high
        lifts.append(found.lift)
    assert covered >= 17
    assert np.mean(lifts) == pytest.approx(3.0, abs=0.3)


def test_kinds_that_do_the_same_are_not_ranked():
    """Hotelling's test at 5 %, and the best must pass each other kind: of 100 cities at most 8 are ranked."""
    rng = np.random.default_rng(8)
    assert sum(kinds_in(rng, dict.fromkeys("xyz", 2.0)).best is not None for _ in range(100)) <= 8


def test_two_kinds_that_do_alike_are_not_ranked_though_the_third_does_less():
    rng = np.random.default_rng(9)
    found = [kinds_in(rng, {"x": 4.0, "y": 4.0, "z": 0.0}) for _ in range(20)]
    assert np.mean([one.equal_p_value < 0.05 for one in found]) > 0.9
    assert sum(one.best is not None for one in found) <= 3


def test_the_preferred_kind_raises_every_expectation_by_what_it_adds():
    before = certain({"a": 2.0, "b": 1.0}, error=0.3)
    found = kinds_in(np.random.default_rng(7), {"x": 5.0, "y": 1.0, "z": 0.0})
    after = with_kind(before, found)
    assert (after.points - before.points).tolist() == pytest.approx([found.lift] * 2)
    assert np.sqrt(after.covariance.loc["a", "b"]) == pytest.approx(np.sqrt(found.lift_variance))
    assert with_kind(before, None) is before


def test_kinds_that_few_units_had_are_not_compared():
    panel, _ = city(np.random.default_rng(6), {"x": 4.0, "y": 0.0, "z": 0.0})
    assert rank_kinds(effects_by(panel, DESIGN, "unit_type"), fewest_units=30) is None
    assert rank_kinds(None) is None
