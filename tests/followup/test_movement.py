"""Promised elements: the change worked by hand, a planted effect found, and none claimed where none is."""

from __future__ import annotations

import duckdb
import numpy as np
import pandas as pd
import pytest
from scipy.stats import ttest_ind_from_stats

from asn_analysis.followup.movement import effect_of_done, element_cells, element_moves, kept_promises
from asn_analysis.measures.context import going_live
from asn_analysis.measures.panel import cohorts
from asn_analysis.rules.rules import load_skm

CODES = load_skm().codes
FIRST = pd.Period("2022Q4", freq="Q-DEC")
NOW = FIRST + 11
UNITS, QUARTERS = 60, 12
SINCE_AND_DUE = ("promised_quarter", "due_quarter")


def answers(panel: pd.DataFrame, means: np.ndarray, n: int, sd: float) -> pd.DataFrame:
    """Sums of ``n`` answers a cell and element with these means and standard deviation."""
    for place, code in enumerate(CODES):
        mean = means[:, place]
        panel[f"n_{code}"], panel[f"sum_{code}"] = n, n * mean
        panel[f"sum2_{code}"] = (n - 1) * sd**2 + n * mean**2
    return panel


def a_city(seed: int, planted: float = 0.0) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Once a year each unit promises on the element that its survey shows lowest; three in four are done.

    ``planted`` points are what an element gains for good once its done action fell due. A tenth of a
    respondent's spread is shared by a unit's elements in a quarter; element and unit levels differ.
    """
    rng, n, sd = np.random.default_rng(seed), 40, 0.7
    shape = (UNITS, QUARTERS, len(CODES))
    level = 3.2 + rng.normal(0, 0.1, (1, 1, shape[2])) + rng.normal(0, 0.1, (UNITS, 1, shape[2]))
    level = level + rng.normal(0, 0.05, (UNITS, QUARTERS, 1)) + rng.normal(0, sd / np.sqrt(n), shape)
    rows = []
    for quarter in range(QUARTERS):
        for unit in range(quarter % 4, UNITS, 4):
            element, due = int(level[unit, quarter].argmin()), quarter + int(rng.integers(1, 4))
            done = rng.random() < 0.75 and due < QUARTERS
            if done and (unit, element) not in {row[:2] for row in rows if row[4] == "done"}:
                level[unit, due:, element] += planted / 25
            rows.append((unit, element, quarter, due, "done" if done else "running"))
    panel = pd.DataFrame(
        {
            "unit_id": np.repeat([f"K{unit:02}" for unit in range(UNITS)], QUARTERS),
            "quarter": pd.PeriodIndex([FIRST + q for q in range(QUARTERS)] * UNITS),
            "n_respondents": n,
            "cohort": pd.PeriodIndex([pd.NaT] * UNITS * QUARTERS, freq="Q-DEC"),
        }
    )
    return answers(panel, level.reshape(-1, shape[2]), n, sd), promises(rows)


def promises(rows: list[tuple]) -> pd.DataFrame:
    unit, element, promised, due, status = zip(*rows, strict=True)
    return pd.DataFrame(
        {
            "unit_id": [f"K{number:02}" for number in unit],
            "element": [CODES[number] for number in element],
            "promised_quarter": pd.PeriodIndex([FIRST + q for q in promised]),
            "due_quarter": pd.PeriodIndex([FIRST + q for q in due]),
            "status": status,
        }
    )


@pytest.fixture(scope="module")
def example_kept(root):
    folder = root / "data" / "example"
    rows = pd.read_csv(folder / "follow_ups.csv")
    rows = rows.assign(**{at: pd.PeriodIndex(rows[at], freq="Q-DEC") for at in SINCE_AND_DUE})
    sums = ", ".join(f"count({u}) n_{u}, sum({u}) sum_{u}, sum({u}::INT * {u}) sum2_{u}" for u in CODES)
    cell = f"unit_id, date_trunc('quarter', date)::DATE AS quarter, {sums}"
    panel = duckdb.sql(f"SELECT {cell} FROM '{folder / 'responses.parquet'}' GROUP BY ALL").df()
    quarter = pd.PeriodIndex(panel["quarter"], freq="Q-DEC")
    first = cohorts(pd.read_csv(folder / "trainings.csv", parse_dates=["start"]))
    services = pd.read_csv(folder / "digital_services.csv", parse_dates=["live_since"])
    began = {"cohort": first, "digital": going_live(services)}
    start = {name: pd.PeriodIndex(panel["unit_id"].map(at), freq="Q-DEC") for name, at in began.items()}
    panel = panel.assign(quarter=quarter, cohort=start["cohort"], digital=(quarter >= start["digital"]) * 1.0)
    return kept_promises(rows, panel, panel["quarter"].max(), ())


def two_quarters() -> pd.DataFrame:
    """Unit K00: mean answers 3.0 then 3.4, 30 answers each, standard deviation 0.6 and 0.6."""
    panel = pd.DataFrame({"unit_id": "K00", "quarter": pd.PeriodIndex([FIRST, NOW])})
    return answers(panel, np.array([[3.0] * 9, [3.4] * 9]), 30, 0.6)


def test_a_change_is_welchs_in_points():
    moved = element_moves(promises([(0, 2, 0, 2, "done")]), element_cells(two_quarters()), NOW).iloc[0]
    wanted = ttest_ind_from_stats(85, 15, 30, 75, 15, 30, equal_var=False)
    half = 10 / wanted.statistic * 2.00172  # Student's t of 58
    assert moved["difference"] == pytest.approx(10)
    assert (moved["conf_low"], moved["conf_high"]) == pytest.approx((10 - half, 10 + half), abs=1e-4)
    assert moved["clear"] and moved["reason"] is None


@pytest.mark.parametrize(
    ("promised", "quarter", "withheld", "reason"),
    [
        (11, NOW, (), "this_quarter"),
        (3, NOW, (), "not_surveyed_then"),
        (0, NOW - 1, (), "not_surveyed_now"),
        (0, NOW, [("K00", str(FIRST))], "withheld"),
        (0, NOW, [("K00", str(NOW))], "withheld"),
        (0, NOW, [("K01", str(NOW))], None),
    ],
)
def test_what_cannot_be_measured_says_why_and_tells_no_number(promised, quarter, withheld, reason):
    rows = promises([(0, 2, promised, 2, "done")])
    moved = element_moves(rows, element_cells(two_quarters()), quarter, withheld).iloc[0]
    assert moved["reason"] == reason
    assert np.isnan(moved["difference"]) == np.isnan(moved["conf_low"]) == bool(reason)


def test_an_element_with_too_few_answers_is_not_told():
    few = two_quarters().assign(n_u3=[4, 30])
    moved = element_moves(promises([(0, 2, 0, 2, "done")]), element_cells(few), NOW).iloc[0]
    assert moved["reason"] == "too_few" and np.isnan(moved["difference"])


def test_elements_chosen_for_being_low_rise_by_themselves_and_nothing_is_claimed():
    panel, rows = a_city(seed=3)
    kept = kept_promises(rows, panel, NOW, ())
    assert kept.n_clear > 1.5 * kept.by_chance  # which a naive reader would take for success
    assert kept.effect.conf_low < 0 < kept.effect.conf_high
    lowest = kept.comparisons[1]
    assert lowest.name == "lowest" and abs(lowest.share - lowest.share_others) < 0.1


def test_a_planted_effect_is_found():
    panel, rows = a_city(seed=3, planted=5.0)
    kept = kept_promises(rows, panel, NOW, ())
    assert 0 < kept.effect.conf_low < 5.0 < kept.effect.conf_high
    assert all(row.share > row.share_others + 0.1 for row in kept.comparisons)


def test_the_table_by_element_counts_every_promise_once():
    panel, rows = a_city(seed=3)
    table = pd.DataFrame(kept_promises(rows, panel, NOW, ()).by_element).set_index("element")
    assert table["promised"].to_dict() == rows["element"].value_counts().to_dict()
    late = rows[(rows["status"] == "running") & (rows["due_quarter"] < NOW)]
    assert table["overdue"].sum() == len(late) and table["done"].sum() == (rows["status"] == "done").sum()
    assert (table["n_clear"] <= table["n_measured"]).all()


def test_without_done_actions_or_others_to_compare_no_effect_is_told():
    panel, rows = a_city(seed=3)
    cells = element_cells(panel)
    assert effect_of_done(rows.assign(status="running"), cells) is None
    assert effect_of_done(rows.head(1).assign(status="done"), cells[cells["unit_id"] == "K00"]) is None
    assert kept_promises(rows.assign(status="planned"), panel, NOW, ()).comparisons == ()


def test_in_the_example_city_where_promises_do_nothing_no_effect_is_claimed(example_kept):
    assert example_kept.effect.conf_low < 0 < example_kept.effect.conf_high
    same = example_kept.comparisons[0]
    assert same.share == pytest.approx(same.share_others, abs=0.05)


@pytest.mark.slow
def test_of_200_cities_without_an_effect_few_are_told_of_one():
    found = [effect_of_done(rows, element_cells(panel)) for panel, rows in map(a_city, range(200))]
    assert np.mean([effect.conf_low > 0 for effect in found]) <= 0.05
    assert np.mean([effect.conf_low <= 0 <= effect.conf_high for effect in found]) >= 0.9


@pytest.mark.slow
def test_of_100_cities_with_an_effect_its_range_holds_it():
    found = [
        effect_of_done(rows, element_cells(panel)) for panel, rows in (a_city(s, 4.0) for s in range(100))
    ]
    assert np.mean([effect.conf_low <= 4.0 <= effect.conf_high for effect in found]) >= 0.88
    assert np.mean([effect.conf_low > 0 for effect in found]) >= 0.9
