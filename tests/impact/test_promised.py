"""What a roll-out promises, held against what becomes of it."""

import numpy as np
import pandas as pd
import pytest

from asn_analysis.impact.promised import draw_future, promised
from asn_analysis.impact.study import city_design
from tests.impact.pooling_study import clopper_pearson
from tests.impact.promised_study import CASES, case

FIRST = pd.Period("2025Q1", freq="Q-DEC")
STANDARD = {"sesoi": 2.0, "consecutive_quarters": 2, "least_exposure": 4.0}


def past(units: int = 24, quarters: int = 6, noise: float = 1.0) -> pd.DataFrame:
    """Units of six kecamatan whose quarters vary independently by ``noise``."""
    rng = np.random.default_rng(2)
    rows = pd.MultiIndex.from_product(
        [
            [f"U-{n:02}" for n in range(units)],
            pd.period_range(FIRST - quarters, periods=quarters, freq="Q-DEC"),
        ],
        names=["unit_id", "quarter"],
    ).to_frame(index=False)
    rows["kecamatan"] = "K" + rows["unit_id"].str[-1].astype(int).mod(6).astype(str)
    rows["cohort"] = pd.Series(pd.NaT, index=rows.index, dtype="period[Q-DEC]")
    return rows.assign(ikm=80 + noise * rng.standard_normal(len(rows)), n_respondents=50.0)


def starts(units: int) -> dict[str, pd.Period]:
    return {f"U-{n:02}": FIRST + n % 2 for n in range(units)}


def test_drawn_cities_move_as_the_past_did_and_gain_what_is_planted():
    history = past(units=60, quarters=12, noise=2.0)
    future = draw_future(history, city_design(), starts(30), FIRST + 7, 3.0, 100, 1)
    first = future.values.reshape(100, 60, 20)
    assert np.diff(first[:, 30:], axis=2).std() == pytest.approx(2.0 * 2**0.5, rel=0.1)
    gain = first[:, :30, 14:].mean() - first[:, :30, :12].mean()
    assert gain == pytest.approx(3.0, abs=0.1)


def test_a_large_effect_is_promised_and_none_is_not():
    asked = (past(), city_design(), starts(12), FIRST + 7)
    sure = promised(*asked, 6.0, STANDARD, draws=30)
    assert sure.power == 1.0 and sure.wait < 3
    assert list(sure.told) == sorted(sure.told) and len(sure.told) == 8
    nothing = promised(*asked, 0.0, STANDARD, draws=30)
    assert nothing.power == 0.0 and nothing.wait == 8
    assert promised(*asked, 6.0, STANDARD, draws=30) == sure  # the seed is fixed


@pytest.mark.slow
@pytest.mark.parametrize("asked", CASES)
def test_power_promised_is_power_found(asked):
    """Within five points, chance apart; cities of another make than those that the promise draws."""
    kept = case(*asked, cities=80)
    low, high = clopper_pearson(kept.found, kept.cities)
    assert low - 0.05 <= kept.promised <= high + 0.05
