"""Indicators worked by hand and on cities without change; charts on noise and with a planted fall."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from scipy.special import stdtrit

from asn_analysis.measures.control_charts import chart_units
from asn_analysis.measures.monitoring import read_indicators
from asn_analysis.records.manifest import Decided
from asn_analysis.rules.rules import load_charts, load_indicators, load_skm

CODES = load_skm().codes
QUARTER = pd.Period("2026Q3", freq="Q-DEC")
TABLES = ("responses", "follow_ups", "complaints", "consultations")
SD = 11.0  # of a respondent's score, in points


def data(**tables: pd.DataFrame) -> SimpleNamespace:
    """Tables of a city that has set no target of its own."""
    manifest = SimpleNamespace(decided=Decided())
    return SimpleNamespace(manifest=manifest, **(dict.fromkeys(TABLES) | tables))


def readings(dataset: SimpleNamespace, panel: pd.DataFrame | None = None) -> dict:
    return {found.indicator.name: found for found in read_indicators(dataset, panel, QUARTER)}


def complaint(unit: str, received: str, responded: str | None, **more: object) -> dict:
    dates = dict.fromkeys(("verified", "closed"), pd.NaT) | {
        name: pd.Timestamp(day) for name, day in (("received", received), ("responded", responded))
    }
    return {"unit_id": unit, "class": "permintaan_informasi", **dates, **more}


def test_a_complaint_counts_in_the_quarter_in_which_its_limit_ended():
    """Five working days: one received on Monday 29 June 2026 belongs to the third quarter."""
    rows = [complaint("A", "2026-08-03", "2026-08-10"), complaint("B", "2026-06-29", None)]
    rows += [complaint("A", "2026-08-03", "2026-08-05") for _ in range(4)]
    rows += [complaint("A", "2026-09-29", None) for _ in range(9)]  # may still be answered in time
    found = readings(data(complaints=pd.DataFrame(rows)))["complaints_on_time"]
    assert found.value == pytest.approx(100 * 5 / 6)
    assert found.change is None


def test_shares_of_actions_and_proposals_by_hand():
    quarters = pd.PeriodIndex(["2026Q1"] * 10 + ["2026Q4", "2025Q3"], freq="Q-DEC")
    status = ["done"] * 6 + ["running", "planned", "planned", "cancelled", "done", "done"]
    promised = pd.PeriodIndex(["2024Q4"] * 12, freq="Q-DEC")
    actions = pd.DataFrame(
        {"unit_id": list("AB") * 6, "promised_quarter": promised, "due_quarter": quarters, "status": status}
    )
    forums = pd.DataFrame(
        {"date": pd.to_datetime(["2026-01-20", "2026-02-01", "2025-01-20", "2025-02-01"]),
         "kecamatan": list("XYXY"), "unit_id": None, "aspirations": [20, 20, 15, 15], "adopted": [9, 7, 3, 3]}
    )  # fmt: skip
    found = readings(data(follow_ups=actions, consultations=forums))
    assert found["actions_done"].value == pytest.approx(100 * 6 / 9)
    assert found["actions_done"].moved is None
    adopted = found["aspirations_adopted"]
    assert adopted.value == pytest.approx(40.0) and adopted.change == pytest.approx(20.0)
    undecided = pd.concat([forums, forums.tail(2).assign(date=forums["date"].iloc[0], adopted=None)])
    assert readings(data(consultations=undecided.convert_dtypes()))[
        "aspirations_adopted"
    ].value == pytest.approx(40.0)
    # X and Y weigh alike in both years, which leaves one degree of freedom. Without X the share is 7/20,
    # without Y 9/20 instead of 16/40; a year ago both adopted a fifth.
    half = stdtrit(1, 0.975) * 100 * np.sqrt((0.05**2 + 0.05**2) / 2)
    assert adopted.change_high - adopted.change == pytest.approx(half)
    assert adopted.standing is None


def test_where_one_place_outweighs_all_others_no_range_is_made_up():
    """Student's t with a fraction of a degree of freedom gives ranges of 10^100 points."""
    forums = pd.DataFrame(
        {"date": pd.to_datetime(["2025-01-20"] * 3 + ["2026-01-20"] * 3), "unit_id": None,
         "kecamatan": list("XYZXYZ"), "aspirations": [5000, 9, 9] * 2, "adopted": [1500, 3, 5, 1500, 7, 7]}
    )  # fmt: skip
    adopted = readings(data(consultations=forums))["aspirations_adopted"]
    assert adopted.value == pytest.approx(100 * 1514 / 5018)
    assert (adopted.change, adopted.change_low, adopted.moved) == (None, None, None)


def test_indicators_without_their_table_disappear():
    assert readings(data()) == {}


def test_every_indicator_says_its_target_source_and_certainty():
    for one in load_indicators():
        assert one.certainty in ("confirmed", "secondary", "none"), one.name
        assert (one.target is None) == (one.certainty == "none"), one.name


def answers(rng: np.random.Generator, units: int = 40, shift: float = 0.0) -> pd.DataFrame:
    """Sums of answers in two quarters, a year apart: units differ, and have better and worse quarters."""
    quarters = pd.PeriodIndex([QUARTER - 4, QUARTER])
    own = rng.normal(0, 0.12, (units, 1, 1)) + rng.normal(0, 0.06, (units, 2, len(CODES)))
    own = own + rng.normal(0, 0.05, (units, 2, 1)) + np.array([0.0, shift / 25])[None, :, None]
    n = rng.integers(20, 120, (units, 2, 1))
    sums = n * (3.4 + own) + np.sqrt(n) * 0.6 * rng.normal(size=(units, 2, len(CODES)))
    cells = pd.DataFrame(
        {"unit_id": np.repeat(np.arange(units), 2), "quarter": quarters.append([quarters] * (units - 1))}
    )
    for place, code in enumerate(CODES):
        total, people = sums[:, :, place].ravel(), n.ravel()
        spread = 0.36 * (people - 1)
        cells[f"sum_{code}"], cells[f"n_{code}"] = total, people
        cells[f"sum2_{code}"] = total**2 / people + spread
    mean = sums.mean(axis=2).ravel()
    return cells.assign(n_scored=people, sum_score=mean, sum2_score=mean**2 / people + spread / len(CODES))


def false_share(seed: int, cities: int) -> float:
    rng = np.random.default_rng(seed)
    return float(np.mean([set(moved(rng)) != {"open"} for _ in range(cities)]))


def moved(rng: np.random.Generator, shift: float = 0.0) -> list[str]:
    return [found.moved for found in readings(data(responses=True), answers(rng, shift=shift)).values()]


def test_a_city_where_nothing_changed_is_told_so():
    """All indicators together; a short form of the study below."""
    assert false_share(1, 40) <= 0.05 + 2 * np.sqrt(0.05 * 0.95 / 40)


@pytest.mark.slow
def test_of_2000_cities_where_nothing_changed_at_most_one_in_twenty_is_told_otherwise():
    """All together (their errors are correlated, so less than the 5 % allowed), and each."""
    rng = np.random.default_rng(2)
    told = np.array([[one != "open" for one in moved(rng)] for _ in range(2000)])
    assert told.any(axis=1).mean() <= 0.05
    assert (told.mean(axis=0) <= 0.05 / 4 + 2 * np.sqrt(0.0125 / 2000)).all()


KECAMATAN = ("Serang", "Kasemen", "Walantaka", "Curug", "Cipocok Jaya", "Taktakan")


def shares_of_nothing(rng: np.random.Generator, units: int = 115) -> SimpleNamespace:
    """Registers of six quarters without change: offices and kecamatan differ, and years of a kecamatan."""
    n = rng.poisson(0.75 * 6 * units)
    unit = rng.integers(0, units, n)
    late = rng.beta(2, 18, units)[unit] > rng.random(n)
    content = rng.beta(7, 3, units)[unit] > rng.random(n)
    received = pd.Timestamp("2025-04-01") + pd.to_timedelta(rng.integers(0, 548, n), unit="D")
    responded = received + pd.to_timedelta(np.where(late, 30, 1), unit="D")
    complaints = pd.DataFrame(
        {
            "unit_id": unit.astype(str),
            "class": "permintaan_informasi",
            "received": received,
            "verified": pd.NaT,
            "responded": responded,
            "closed": responded + pd.Timedelta(days=3),
            "satisfaction": np.where(rng.random(n) < 0.6, np.where(content, 3.0, 2.0), np.nan),
        }
    )
    forums = pd.DataFrame(
        {"kecamatan": np.tile(KECAMATAN, 24), "unit_id": None, "year": np.repeat([2025, 2026], 72)}
    )
    forums["date"] = pd.to_datetime(forums["year"].astype(str) + "-02-10")
    groups = forums.groupby(["kecamatan", "year"]).ngroup().to_numpy()
    place = pd.factorize(forums["kecamatan"])[0]
    chance = 0.28 + rng.normal(0, 0.03, 6)[place] + rng.normal(0, 0.03, 12)[groups]
    forums["aspirations"] = rng.poisson(11, len(forums))
    forums["adopted"] = rng.binomial(forums["aspirations"], chance.clip(0, 1))
    return data(complaints=complaints, consultations=forums)


def shares_told(rng: np.random.Generator) -> list[bool]:
    return [found.moved in ("better", "worse") for found in readings(shares_of_nothing(rng)).values()]


def test_shares_where_nothing_changed_are_told_so():
    """A short form of the study below."""
    rng = np.random.default_rng(8)
    assert np.mean([any(shares_told(rng)) for _ in range(20)]) <= 0.15


@pytest.mark.slow
def test_shares_of_400_cities_where_nothing_changed():
    """Complaints in time, content complainants, proposals adopted: together, and each."""
    rng = np.random.default_rng(9)
    told = np.array([shares_told(rng) for _ in range(400)])
    assert told.shape == (400, 3)
    assert told.any(axis=1).mean() <= 0.05
    assert (told.mean(axis=0) <= 0.05 / 3 + 2 * np.sqrt(0.05 / 3 / 400)).all()


def test_a_city_four_points_better_is_told_so():
    rng = np.random.default_rng(2)
    assert np.mean([moved(rng, 4.0) == ["better"] * 4 for _ in range(20)]) >= 0.9


def panel(
    rng: np.random.Generator,
    *,
    units: int = 115,
    quarters: int = 16,
    fall: float = 0.0,
    since: int = 1,
    n: int = 45,
) -> pd.DataFrame:
    """Index cells as the simulated city has them: 20 to 120 people, 1.2 points between quarters, a city
    that grows, has seasons and good quarters; the first unit falls, with ``n`` people."""
    ns = np.clip(
        rng.integers(20, 120, (units, 1)) * rng.uniform(0.7, 1.3, (units, quarters)), 12, None
    ).round()
    ns[0] = n
    time = np.arange(quarters)
    city = 0.2 * time + np.sin(time * np.pi / 2) + rng.normal(0, 0.6, quarters)
    level = 80 + rng.normal(0, 3, (units, 1)) + rng.normal(0, 1.2, (units, quarters)) + city
    level[0, quarters - since :] -= fall
    value = level + rng.normal(size=ns.shape) * SD / np.sqrt(ns)
    spread = SD**2 * rng.chisquare(ns - 1)
    index = pd.period_range(end=QUARTER, periods=quarters, freq="Q-DEC")
    return pd.DataFrame(
        {
            "unit_id": np.repeat(np.arange(units).astype(str), quarters),
            "quarter": index.take(np.tile(time, units)),
            "ikm": value.ravel(),
            "n_scored": ns.ravel(),
            "sum_score": (value / 25 * ns).ravel(),
            "sum2_score": (spread / 625 + (value / 25) ** 2 * ns).ravel(),
        }
    )


def charts(cells: pd.DataFrame) -> pd.DataFrame:
    return chart_units(cells, QUARTER).table


def warned_first(rng: np.random.Generator, draws: int, **options: float) -> float:
    return float(np.mean([pd.notna(charts(panel(rng, **options))["warning"].iloc[0]) for _ in range(draws)]))


def test_noise_alone_warns_less_often_than_the_rules_allow():
    rng = np.random.default_rng(3)
    assert false_quarters(rng, 60) <= load_charts().false_discovery_rate + 2 * np.sqrt(0.05 * 0.95 / 60)


@pytest.mark.slow
@pytest.mark.parametrize("quarters", [2, 4, 8, 12, 16, 24])
@pytest.mark.parametrize("units", [12, 115])
def test_where_nothing_changed_few_quarters_tell_of_any_unit(units, quarters):
    """Of 400 quarters; 0.05 and two Monte-Carlo errors."""
    rng = np.random.default_rng([units, quarters])
    assert false_quarters(rng, 400, units=units, quarters=quarters) <= 0.05 + 2 * np.sqrt(0.05 * 0.95 / 400)


def false_quarters(rng: np.random.Generator, draws: int, **options: int) -> float:
    """Share of quarters of noise in which any unit is told to have fallen or risen."""
    told = [charts(panel(rng, **options))[["warning", "rise"]].notna().any(axis=None) for _ in range(draws)]
    return float(np.mean(told))


def test_a_planted_fall_is_found():
    rng = np.random.default_rng(4)
    assert warned_first(rng, 25, fall=10.0) >= 0.8
    assert warned_first(rng, 25, fall=6.0, since=8, quarters=20) >= 0.8


def test_limits_by_hand():
    """Without sampling noise: XmR with mean moving range of squares; 11 quarters 80, 82, ..., then 81."""
    cells = panel(np.random.default_rng(5), units=1, quarters=12)
    value = np.array([80.0, 82.0] * 5 + [80.0, 81.0])
    scores = value / 25
    n = cells["n_scored"]
    cells = cells.assign(ikm=value, sum_score=scores * n, sum2_score=scores**2 * n)
    found = charts(cells).iloc[0]
    between = np.ceil(np.sqrt((10 * 4 + 1) / 2 / 11) * 10) / 10
    assert found["centre"] == pytest.approx(value[:-1].mean())
    assert found["high"] - found["centre"] == pytest.approx(3 * between * np.sqrt(1 + 1 / 11))
    assert pd.isna(found["beyond"]) and pd.isna(found["warning"])


def test_a_fall_of_the_whole_city_is_no_warning_about_units():
    cells = panel(np.random.default_rng(6))
    now = cells["quarter"] == QUARTER
    found = charts(cells.assign(ikm=cells["ikm"] - 12.0 * now))
    assert (found["beyond"] == "below").mean() > 0.5
    assert found["warning"].notna().sum() <= 2


def test_few_quarters_or_a_withheld_cell_give_no_usual_range_but_a_unit_surveyed_twice_is_judged():
    cells = panel(np.random.default_rng(7), units=3, quarters=12)
    assert charts(cells)["low"].notna().all()
    hidden = (cells["unit_id"] == "0") & (cells["quarter"] == QUARTER)
    hidden |= (cells["unit_id"] == "1") & (cells["quarter"] == QUARTER - 3)
    found = charts(cells[~hidden]).set_index("unit_id")
    assert list(found.index) == ["1", "2"]
    assert pd.isna(found.loc["1", "low"]) and pd.notna(found.loc["2", "low"])
    assert charts(cells[cells["quarter"] == QUARTER]).empty


def test_a_fall_is_found_in_a_young_survey_too():
    rng = np.random.default_rng(8)
    assert warned_first(rng, 20, fall=14.0, quarters=4) >= 0.8


def test_a_unit_that_was_not_always_surveyed_bends_nobodys_chart():
    """The city grows; a unit that joined late stands above its short past like everybody."""
    cells = panel(np.random.default_rng(9), units=20)
    time = (cells["quarter"] - QUARTER).map(lambda offset: offset.n)
    grown = cells.assign(ikm=cells["ikm"] + 1.5 * time)
    late = (grown["unit_id"].astype(int) < 8) & (time < -3)
    assert charts(grown[~late])[["warning", "rise"]].isna().all(axis=None)
