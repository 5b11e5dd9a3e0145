"""The second simulator does what it says: calibration, planted effects, what each process puts in the way."""

import numpy as np
import pandas as pd
import pytest

from tests.impact.answers import with_forms
from tests.impact.processes import N_KECAMATAN, PROCESSES, QUARTERS, WAVES, Process, draw

BEFORE, AFTER = QUARTERS[WAVES[0]], QUARTERS[WAVES[-1]]


def cities(name, count=30, units=60, truth=0.0):
    return [
        draw(PROCESSES[name], units, truth, np.random.default_rng([7, number])) for number in range(count)
    ]


def gain(city):
    """After the last wave less before the first, trained less other units: by hand, not by the product."""
    panel = city.panel
    period = np.select([panel["quarter"] < BEFORE, panel["quarter"] >= AFTER], ["before", "after"], "")
    means = panel.groupby([panel["cohort"].notna(), period])["ikm"].mean()
    return (means[True, "after"] - means[True, "before"]) - (means[False, "after"] - means[False, "before"])


def residuals(city):
    """Cells without unit and quarter means (units x quarters)."""
    wide = city.panel.pivot(index="unit_id", columns="quarter", values="ikm")
    return wide.sub(wide.mean(axis=1), axis=0).sub(wide.mean(), axis=1) + wide.to_numpy().mean()


BIAS = {  # of `gain`, from the process's own numbers: before is quarters 0 to 7, after 11 to 15
    "drift_up_2": 0.2 * (13 - 3.5),
    "drift_down_3": -0.3 * (13 - 3.5),
    "accelerating": 0.2 * (np.mean(np.arange(11, 16) ** 2) - np.mean(np.arange(8) ** 2)) / 15,
    "composition": 0.3 * 8,
    "break": 2.0,
}
UNBIASED = ("calm", "kecamatan_shocks", "kecamatan_roll_out", "wave_shocks", "random_walk", "heavy_tails")
UNBIASED += ("sizes", "growing_survey", "treated_5", "treated_95", "anticipation", "late", "uneven")


@pytest.mark.parametrize("name", [*BIAS, *UNBIASED])
def test_the_planted_effect_comes_back_with_the_bias_that_the_process_plants(name):
    drawn = cities(name, truth=4.0)
    found = np.array([gain(city) for city in drawn])
    # The first wave's last quarter before training is the only one of `gain` that an early effect reaches.
    early = 4.0 / 8 / len(WAVES) if name == "anticipation" else 0
    assert abs(found.mean() - (4 + BIAS.get(name, 0) - early)) < 4 * found.std() / np.sqrt(len(found))
    assert drawn[0].true_effect == pytest.approx(4)


def test_calibration_of_a_city_without_trouble():
    drawn = cities("calm", 10, units=300)
    panel = pd.concat([city.panel for city in drawn], keys=range(10), names=["city"]).reset_index("city")
    unit = panel.groupby(["city", "unit_id"])["ikm"].mean()
    assert panel["ikm"].mean() == pytest.approx(82 + 0.2 * 7.5, abs=0.3)
    assert unit.groupby("city").std().mean() == pytest.approx(
        np.sqrt(3**2 + (1.25**2 + 81 / 42) / 16), abs=0.1
    )
    sampling = (81 / panel["n_respondents"]).mean()
    within = np.mean([np.square(residuals(city)).to_numpy().sum() / (299 * 15) for city in drawn])
    assert within - sampling == pytest.approx(1.25**2, abs=0.05)
    assert panel["n_respondents"].between(20, 120).all()
    assert panel["n_respondents"].median() == pytest.approx(45, abs=2)
    assert panel["n_respondents"].skew() > 0.5
    trend = panel.groupby(["city", "quarter"])["ikm"].mean().unstack().diff(axis=1).mean().mean()
    assert trend == pytest.approx(0.2, abs=0.05)


def shared_variance(city, by):
    """Variance of group x quarter means of residuals beyond what units of their own would leave."""
    wide = residuals(city)
    first = city.panel.drop_duplicates("unit_id").set_index("unit_id")
    group = first[by].astype(object).where(first[by].notna(), "never").astype(str)[wide.index]
    means, size = wide.groupby(group).mean(), group.value_counts()
    own = (wide - means.loc[group].to_numpy()).var(axis=1, ddof=0).mean()
    return means.var(axis=1, ddof=0) - own / size


def test_shocks_are_shared_where_the_process_says_so_and_nowhere_else():
    shared = lambda name, by: np.mean([shared_variance(city, by).mean() for city in cities(name, 10, 120)])  # noqa: E731
    kept = 1 - 1 / N_KECAMATAN  # the quarter's mean over all takes its share
    assert shared("kecamatan_shocks", "kecamatan") == pytest.approx(1.5**2 * kept, rel=0.2)
    assert shared("kecamatan_roll_out", "cohort") > 0.5
    assert shared("wave_shocks", "cohort") > 0.8
    assert abs(shared("wave_shocks", "kecamatan")) < 0.1
    assert abs(shared("calm", "kecamatan")) < 0.1
    assert abs(shared("calm", "cohort")) < 0.1


def test_whole_kecamatan_are_trained_a_wave_each():
    waves = cities("kecamatan_roll_out", 1)[0].panel.groupby("kecamatan")["cohort"]
    assert waves.nunique(dropna=False).eq(1).all()
    assert waves.first().nunique() == len(WAVES)


def test_a_wave_takes_units_after_a_bad_quarter():
    city = cities("bad_quarter", 1, 120)[0]
    wide, cohort = residuals(city), city.panel.groupby("unit_id")["cohort"].first()
    dip = [wide.loc[unit, start - 1] for unit, start in cohort.dropna().items()]
    assert np.mean(dip) < -1


def test_near_the_ceiling_the_weakest_come_first_and_strong_units_have_little_room():
    panel = pd.concat([city.panel for city in cities("ceiling", 10)])
    assert panel["ikm"].max() < 100.5
    past = panel[panel["quarter"] < BEFORE]
    level = past.groupby("cohort", dropna=False)["ikm"].mean()  # never trained stands last
    assert level.is_monotonic_increasing and level.iloc[-1] > 93
    rise = past.groupby([past["cohort"].isna(), "quarter"])["ikm"].mean().unstack().diff(axis=1).sum(axis=1)
    assert rise[True] < 0.8 * rise[False]


def test_who_answers_and_how_many_follow_training():
    mix = pd.concat([city.panel for city in cities("composition", 10)])
    share = mix.groupby(mix["quarter"] >= mix["cohort"])[["sex: P", "sex: L"]].sum()
    assert (share["sex: P"] / share.sum(axis=1)).to_list() == pytest.approx([0.5, 0.8], abs=0.01)
    weighted = []
    for city in cities("growing_survey", 30, truth=0.0):
        treated = city.panel["quarter"] >= city.panel["cohort"]
        weighted.append(
            np.average(city.hidden.loc[treated, "effect"], weights=city.panel.loc[treated, "n_respondents"])
        )
    assert np.mean(weighted) == pytest.approx(
        0.5 * 1.5**2, abs=0.25
    )  # E[v exp(v/2)] / E[exp(v/2)], v ~ N(0, 1.5)


def test_late_offices_arrive_a_quarter_later_and_semesters_have_no_other_quarters():
    city = cities("late", 1, 120)[0]
    for quarter in QUARTERS[-3:-1]:
        share = (city.known(quarter)["quarter"] == quarter).sum() / 120
        assert 0.55 < share < 0.78
        assert (city.known(quarter + 1)["quarter"] == quarter).sum() == 120
    assert set(cities("semester", 1)[0].panel["quarter"].dt.quarter) == {1, 3}


@pytest.mark.parametrize(("name", "share"), [("treated_5", 0.05), ("treated_50", 0.5), ("treated_95", 0.95)])
def test_as_many_are_trained_as_the_process_says(name, share):
    cohort = cities(name, 1, 100)[0].panel.groupby("unit_id")["cohort"].first()
    assert cohort.notna().mean() == pytest.approx(share)


def test_effects_grow_and_differ_as_planted():
    city = cities("growing", 1, truth=4.0)[0]
    since = (city.panel["quarter"].astype("int64") - city.panel["cohort"].astype("int64")).where(
        city.panel["cohort"].notna()
    )
    assert city.hidden["effect"].groupby(since).mean().loc[-1:5].tolist() == [0, 0, 1, 2, 3, 4, 4]
    assert all(len(np.unique(c.hidden["effect"].round(6))) > 30 for c in cities("uneven", 3))


def test_forms_tell_the_same_city():
    """Mean, noise and mix of each cell, a form's standard deviation of 9 and alpha of 0.7, cost untouched."""
    process = Process("loud", mix_gap=4)
    city = draw(process, 40, 6.0, np.random.default_rng(3))
    told = with_forms(city, np.random.default_rng(4)).panel
    assert np.corrcoef(told["ikm"], city.panel["ikm"])[0, 1] > 0.98
    assert told["ikm"].mean() == pytest.approx(city.panel["ikm"].mean(), abs=0.1)
    items = [f"u{k}" for k in range(1, 10)]
    n, total = told["n_scored"], told["sum_score"]
    between_forms = 25**2 * ((told["sum2_score"] - total**2 / n) / (n - 1)).mean()
    assert np.sqrt(between_forms) == pytest.approx(9, abs=0.4)
    item = sum(
        ((told[f"sum2_{u}"] - told[f"sum_{u}"] ** 2 / told[f"n_{u}"]) / (told[f"n_{u}"] - 1)).mean()
        for u in items
    )
    alpha = 9 / 8 * (1 - item / (81 * between_forms / 25**2))
    assert alpha == pytest.approx(0.72, abs=0.05)
    assert 1 - told[[f"n_{u}" for u in items]].to_numpy().sum() / (
        9 * told["n_respondents"].sum()
    ) == pytest.approx(0.02, abs=0.003)
    treated, past = told["quarter"] >= told["cohort"], told["quarter"] < BEFORE
    moved = 25 * (told.loc[treated, items].mean() - told.loc[past & told["cohort"].notna(), items].mean())
    assert moved[["u4", "u9"]].max() + 5 < moved.drop(["u4", "u9"]).min()
