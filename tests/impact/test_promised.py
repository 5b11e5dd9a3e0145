"""What a roll-out promises, held against what becomes of it."""

import numpy as np
import pandas as pd
import pytest

from asn_analysis.impact.promised import draw_future, promised
from asn_analysis.impact.study import city_design
from tests.impact.processes import RESPONDENT_SD, UNIT_QUARTER_SD
from tests.impact.promised_study import CASES, case, drawn_city, future_of

FIRST = pd.Period("2025Q1", freq="Q-DEC")
STANDARD = {"sesoi": 2.0, "consecutive_quarters": 2, "least_exposure": 4.0}


def past(units: int = 24, quarters: int = 6, noise: float = 1.0, shared: float = 0.0) -> pd.DataFrame:
    """Units of six kecamatan whose quarters vary independently by ``noise``, and together by ``shared``."""
    rng = np.random.default_rng(2)
    rows = pd.MultiIndex.from_product(
        [
            [f"U-{n:02}" for n in range(units)],
            pd.period_range(FIRST - quarters, periods=quarters, freq="Q-DEC"),
        ],
        names=["unit_id", "quarter"],
    ).to_frame(index=False)
    place = rows["unit_id"].str[2:].astype(int).mod(6)
    rows["kecamatan"] = "K" + place.astype(str)
    rows["cohort"] = pd.Series(pd.NaT, index=rows.index, dtype="period[Q-DEC]")
    together = shared * rng.standard_normal((6, quarters))[place, rows.groupby("unit_id").cumcount()]
    moves = noise * rng.standard_normal(len(rows)) + together
    return rows.assign(ikm=80 + moves, n_respondents=50.0)


def starts(units: int) -> dict[str, pd.Period]:
    return {f"U-{n:02}": FIRST + n % 2 for n in range(units)}


def test_drawn_cities_move_as_the_past_did_and_gain_what_is_planted():
    future = draw_future(past(units=60, quarters=12, noise=2.0), city_design(), FIRST + 7, 100)
    first = future.trained(starts(30), 3.0, city_design()).values.reshape(100, 60, 20)
    assert np.diff(first[:, 30:], axis=2).std() == pytest.approx(2.0 * 2**0.5, rel=0.1)
    gain = first[:, :30, 14:].mean() - first[:, :30, :12].mean()
    assert gain == pytest.approx(3.0, abs=0.1)


def test_what_a_kecamatan_shares_is_drawn_for_all_of_its_units():
    """Noise 1 and shocks of 1.5: neighbours correlate by 1.5^2 / (1 + 1.5^2), 0.69; others do not."""
    future = draw_future(past(units=60, quarters=12, shared=1.5), city_design(), FIRST + 7, 200)
    changes = np.diff(future.values.reshape(200, 60, 20), axis=2).transpose(1, 0, 2).reshape(60, -1)
    correlation = np.corrcoef(changes)
    assert correlation[0, 6] == pytest.approx(0.69, abs=0.12)
    assert correlation[0, 1] == pytest.approx(0.0, abs=0.05)


@pytest.mark.parametrize(
    "process, units, step, together",
    [("calm", 30, 0.0, 0.0), ("random_walk", 84, 0.5, 0.0), ("kecamatan_shocks", 84, 0.0, 1.5)],
)
def test_cities_are_drawn_as_restless_as_the_planted_ones(process, units, step, together):
    """Half the mean squared change over 1, 4 and 7 quarters, over 100 cities, is what was planted."""
    lags, found, planted = np.array([1, 4, 7]), [], []
    for number in range(100):
        future = future_of(drawn_city(process, units, 4, number)[0], 5, number)
        values = future.values.reshape(5, units, -1)
        found.append([((values[:, :, lag:] - values[:, :, :-lag]) ** 2).mean() / 2 for lag in lags])
        asked = (RESPONDENT_SD**2 / future.panel["n_respondents"]).mean()
        planted.append(asked + UNIT_QUARTER_SD**2 + together**2 + lags * step**2 / 2)
    assert np.mean(found, axis=0) == pytest.approx(np.mean(planted, axis=0), rel=0.04)


def test_units_of_which_more_people_answer_move_less():
    """All noise comes from who answers, variance 81: with 20 and with 120 forms."""
    history = past(units=60, quarters=12, noise=0.0)
    forms = np.where(history["unit_id"].str[2:].astype(int) < 30, 20.0, 120.0)
    rng = np.random.default_rng(3)
    history = history.assign(
        n_respondents=forms, ikm=80 + 9 * rng.standard_normal(len(history)) / np.sqrt(forms)
    )
    within = pd.Series(81.0, index=history["unit_id"].unique())
    values = draw_future(history, city_design(), FIRST + 7, 100, within).values.reshape(100, 60, 20)
    spread = np.diff(values, axis=2).std(axis=(0, 2)) / 2**0.5
    assert spread[:30].mean() == pytest.approx(9 / 20**0.5, rel=0.1)
    assert spread[30:].mean() == pytest.approx(9 / 120**0.5, rel=0.25)


def test_a_large_effect_is_promised_and_none_is_not():
    future = draw_future(past(), city_design(), FIRST + 7, 30)
    sure = promised(future, city_design(), starts(12), 6.0, STANDARD)
    assert sure.power == 1.0 and sure.wait < 3
    assert list(sure.told) == sorted(sure.told) and len(sure.told) == 8
    nothing = promised(future, city_design(), starts(12), 0.0, STANDARD)
    assert nothing.power == 0.0 and nothing.wait == 8
    again = draw_future(past(), city_design(), FIRST + 7, 30)  # the seed is fixed
    assert promised(again, city_design(), starts(12), 6.0, STANDARD) == sure


@pytest.mark.slow
@pytest.mark.parametrize("asked", CASES)
def test_power_promised_is_power_found(asked):
    """Within five points, chance included; cities of another make than those that the promise draws."""
    for kept in case(*asked, cities=500):
        assert kept.promised == pytest.approx(kept.found / kept.cities, abs=0.05)
