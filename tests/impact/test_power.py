"""What a plan could show, against what it then shows."""

import re

import numpy as np
import pandas as pd
import pytest

from asn_analysis.impact.average import average_effect
from asn_analysis.impact.grid import laid
from asn_analysis.impact.power import plan_power, variogram
from asn_analysis.impact.refusals import DesignError
from asn_analysis.words.certainty import PLANNED


def past_and_plan(simulate, units, seed=1):
    """Six periods without training, then waves in periods 6 to 9, looked at after period 11."""
    past = simulate(seed, units=units, periods=6, treated=0.0)
    treated = range(round(0.7 * units))
    return past, {unit: 6 + unit % 4 for unit in treated}


def test_variogram_of_independent_cells_is_their_variance(design, simulate):
    """Noise of variance 1: half the squared change between any two periods is 1, whatever the lag."""
    past, _ = past_and_plan(simulate, 400)
    found = variogram(laid(past, design), 8)
    assert found[0] == 0 and found[1:6] == pytest.approx(np.ones(5), abs=0.2)
    assert found[6] == found[7] == found[5] and (np.diff(found) >= 0).all()


def test_variogram_by_hand(design):
    """Changes 0, 2, 4 (mean 2): squared 4, 0, 4, over n - 1 = 2 gives 4, half of it 2."""
    rows = [(u, t, None, 10.0 * u + t * u, 1) for u in range(30) for t in (0, 1)]
    panel = pd.DataFrame(rows, columns=["unit", "time", "cohort", "y", "n"])
    assert variogram(laid(panel, design), 2)[1] == pytest.approx(np.var(np.arange(30), ddof=1) / 2)


def test_expected_error_is_what_simulated_roll_outs_then_show(design, simulate):
    past, start = past_and_plan(simulate, 40)
    plan = plan_power(past, design, start, until=11, sesoi=1.0)
    rng, shown = np.random.default_rng(2), []
    for _ in range(300):
        panel = simulate(rng.integers(10**9), units=40, periods=12, treated=0.0)
        panel["n"] = past.groupby("unit")["n"].mean().reindex(panel["unit"]).to_numpy()
        panel["cohort"] = panel["unit"].map(start)
        shown.append(average_effect(panel, design))
    spread = np.std([effect.estimate for effect in shown])
    assert plan.std_error == pytest.approx(spread, rel=0.15)
    assert plan.df == pytest.approx(np.median([effect.df for effect in shown]), rel=0.1)
    found = np.mean([effect.conf_low + plan.sesoi > 0 for effect in shown])
    assert plan.power == pytest.approx(found, abs=0.06)


def test_power_is_80_percent_at_the_detectable_effect(design, simulate):
    past, start = past_and_plan(simulate, 30)
    plan = plan_power(past, design, start, until=11, sesoi=2.0)
    again = plan_power(past, design, start, until=11, sesoi=plan.detectable)
    assert again.power == pytest.approx(0.80, abs=0.01)
    assert plan.detectable_robust > plan.detectable and plan.power_robust <= plan.power


def test_ten_noisy_units_cannot_deliver_a_verdict_and_a_hundred_can(design, simulate):
    def plan(units):
        past = simulate(3, units=units, periods=6, treated=0.0, noise=2.5)
        start = {unit: 6 + unit % 4 for unit in range(round(0.7 * units))}
        return plan_power(past, design, start, until=9, sesoi=2.0)

    assert not plan(10).decides and "is not expected to be enough for a verdict" in plan(10).summary()
    assert plan(100).decides
    told = [re.sub(r"[\d.]+ (?:points|y)", "N", text) for text in (_as_in_a_brief(100), plan(100).summary())]
    assert told[0] == told[1]


def _as_in_a_brief(units: int) -> str:
    places = {
        "n_treated_units:count": round(0.7 * units),
        "n_units:count": units,
        "detectable_robust:.1": 0.0,
    }
    return re.sub(r"{(.*?)}", lambda place: str(places[place[1]]), PLANNED["enough"].text)


def test_quarters_and_refusals(design, simulate):
    past, start = past_and_plan(simulate, 30)
    quarter = pd.Period("2025Q1", "Q")
    dated = past.assign(time=[quarter + t for t in past["time"]], cohort=pd.NaT)
    plan = plan_power(dated, design, {u: quarter + t for u, t in start.items()}, quarter + 11, 2.0)
    assert plan.std_error == pytest.approx(plan_power(past, design, start, 11, 2.0).std_error)
    for wrong in ({}, dict.fromkeys(range(30), 6)):
        with pytest.raises(DesignError):
            plan_power(past, design, wrong, 11, 2.0)
    with pytest.raises(DesignError, match="too few units"):
        plan_power(past[past["unit"] < 3], design, {0: 6}, 11, 2.0)
    with pytest.raises(DesignError, match="too few units"):
        plan_power(past.assign(cohort=0), design, {0: 6}, 11, 2.0)
