"""IP ASN against cases worked by hand, at the edges of its classes, and over the years it looks back."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from asn_analysis.measures.ip_asn import DIMENSIONS, by_unit, category, score_staff
from asn_analysis.rules.rules import load_ip_asn

CASES = yaml.safe_load((Path(__file__).parents[1] / "cases" / "ip_asn.yml").read_text(encoding="utf-8"))
USUAL = {
    "staff_id": "p",
    "unit_id": "A",
    "year": 2025,
    "position_type": "pelaksana",
    "education": "D4/S1",
    "leadership_hours": 0.0,
    "functional_hours": 0.0,
    "technical_hours": 0.0,
    "seminar": 0,
    "performance": 85.0,
    "sanction": "none",
}
NAMES = {
    "position": "position_type",
    "leadership": "leadership_hours",
    "functional": "functional_hours",
    "technical": "technical_hours",
}


def staff(*rows: dict) -> pd.DataFrame:
    return pd.DataFrame([USUAL | row for row in rows])


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["case"])
def test_a_case_worked_by_hand(case):
    told = {NAMES.get(name, name): value for name, value in case.items()}
    scored = score_staff(staff({name: told[name] for name in told if name in USUAL})).iloc[0]
    assert scored[list(DIMENSIONS)].tolist() == case["scores"]
    assert (scored["ip"], scored["category"]) == (case["ip"], case["category"])
    assert sum(case["scores"]) == case["ip"]


def test_there_are_at_least_twenty_cases_and_the_weights_sum_to_100():
    assert len(CASES) >= 20
    assert sum(load_ip_asn().weights.values()) == 100


@given(st.floats(0, 100))
def test_every_score_has_the_class_of_its_edges(ip):
    edges = {
        "very_low": (-1, 60),
        "low": (60, 70),
        "medium": (70, 80),
        "high": (80, 90),
        "very_high": (90, 100),
    }
    low, high = edges[category(pd.Series([ip]))[0]]
    assert low < ip <= high


def test_a_seminar_counts_two_years_and_a_sanction_five():
    years = staff(
        {"year": 2019, "sanction": "heavy"},
        {"year": 2020, "sanction": "light"},
        *({"year": year, "seminar": int(year == 2022)} for year in (2021, 2022, 2023, 2024, 2025)),
    )
    scored = score_staff(years).set_index("year")
    assert scored["discipline"].to_dict() == {
        **dict.fromkeys(range(2019, 2024), 1),
        2024: 3,
        2025: 5,
    }
    assert scored.index[scored["competence"] > 0].tolist() == [2022, 2023]


def test_leadership_training_stays_with_the_person_but_not_with_the_neighbour():
    rows = staff(
        {"staff_id": "a", "year": 2023, "position_type": "struktural", "leadership_hours": 40},
        {"staff_id": "a", "year": 2025, "position_type": "struktural"},
        {"staff_id": "b", "year": 2025, "position_type": "struktural"},
    )
    assert score_staff(rows)["competence"].tolist() == [15, 15, 0]


def test_a_unit_has_the_mean_of_its_staff_and_the_share_that_met_the_duty():
    rows = staff(
        {"staff_id": "a", "technical_hours": 24, "seminar": 1},
        {"staff_id": "b"},
        {"staff_id": "c", "functional_hours": 12, "technical_hours": 8},
        {"staff_id": "d", "technical_hours": 19.5},
    )
    unit = by_unit(score_staff(rows)).iloc[0]
    assert unit["ip"] == (85 + 45 + 45 + 45) / 4
    assert (unit["n_staff"], unit["share_met_duty"], unit["category"]) == (4, 0.5, "very_low")


def test_the_order_of_the_rows_does_not_matter():
    rows = staff(
        *({"staff_id": f"p{i % 7}", "year": 2020 + i // 7, "seminar": i % 3 == 0} for i in range(35))
    )
    one = score_staff(rows.astype({"seminar": int}))
    other = score_staff(rows.astype({"seminar": int}).sample(frac=1, random_state=1))
    pd.testing.assert_frame_equal(one, other)
