"""What is asked and not refused: amounts that look like thousands, what seems to be told twice."""

from __future__ import annotations

import pandas as pd
import pytest
from click.testing import CliRunner

from asn_analysis.cli import main
from asn_analysis.measures.digital import usage
from asn_analysis.records.intake import check_dataset, read_dataset
from asn_analysis.records.questions import questions
from tests.records.test_intake import OPTIONAL, in_a_row_of_its_own, place


def asked(city) -> list[tuple]:
    folder = city.write()
    assert check_dataset(folder) == ()
    return [place(one) for one in questions(folder)]


def test_nothing_is_asked_about_the_example_or_a_city_without_fault(city, root):
    assert asked(city.add(*OPTIONAL)) == []
    assert questions(root / "data" / "example") == ()


@pytest.mark.parametrize(
    ("table", "amount"),
    [("trainings", "15000"), ("trainings", "15"), ("digital_services", "5000"), ("digital_services", "5")],
)
def test_an_amount_that_looks_like_thousands_or_millions_is_asked_about(city, table, amount):
    city.add(*OPTIONAL).put(table, 2, "cost_idr", amount)
    assert asked(city) == [(f"{table}.csv", 2, "cost_idr", amount)]


def test_what_was_free_or_cheap_is_not_asked_about(city):
    city.add(*OPTIONAL).put("trainings", 2, "cost_idr", "120000").put("digital_services", 2, "cost_idr", "0")
    assert asked(city) == []


def test_budgets_in_millions_are_asked_about(city):
    city.manifest["planning"] = {"training_budget": 300, "cost_per_form": 15}
    keys = {"planning.training_budget": "300", "planning.cost_per_form": "15"}
    assert asked(city) == [("dataset.yml", None, key, amount) for key, amount in keys.items()]


@pytest.mark.parametrize(
    ("table", "column", "value"), [("trainings", "participants", "14"), ("consultations", "present", "70")]
)
def test_what_may_have_happened_twice_is_asked_about_in_both_rows(city, table, column, value):
    last = in_a_row_of_its_own(city.add(*OPTIONAL), table, 2, column, value)
    assert [found[:2] for found in asked(city)] == [(f"{table}.csv", row) for row in (2, last)]


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [("digital_services", "online_started", "130"), ("follow_ups", "status", "done")],
)
def test_what_cannot_be_two_things_is_a_fault_in_both_rows(city, table, column, value):
    """Two counts of one application would be added up; a promise kept would also be one overdue."""
    last = in_a_row_of_its_own(city.add(*OPTIONAL), table, 2, column, value)
    faults = check_dataset(city.write())
    assert [fault.row for fault in faults] == [2, last]
    assert all("in more than one row" in fault.problem for fault in faults)


def test_two_applications_or_audiences_in_a_quarter_are_no_fault(city):
    in_a_row_of_its_own(city.add(*OPTIONAL), "digital_services", 2, "application", "Lain")
    in_a_row_of_its_own(city, "digital_services", 2, "audience", "staff")
    assert asked(city) == []


def test_services_begun_in_an_earlier_quarter_may_be_finished_in_this(city):
    """Asked about, and no share is told of counts that are not of the same services."""
    city.add(*OPTIONAL).put("digital_services", 2, "online_completed", "121")
    assert asked(city) == [("digital_services.csv", 2, "online_completed", "121")]
    used = usage(read_dataset(city.folder).digital_services, ["quarter"])
    assert pd.isna(used["completion"].item())
    assert used["take_up"].item() == pytest.approx(121 / 300)


def test_the_check_says_what_to_ask_though_all_is_in_order(city):
    city.put("trainings", 2, "cost_idr", "15000").write()
    result = CliRunner().invoke(main, ["check", str(city.folder)])
    assert result.exit_code == 0
    assert "is in order" in result.output
    assert 'row 2  column cost_idr  value "15000": less than 10,000 rupiah for each' in result.output


def test_a_question_calls_columns_as_the_file_does(city):
    city.manifest["columns"] = {"trainings": {"cost_idr": "biaya", "participants": "peserta"}}
    header = city.lines["trainings"][0]
    city.put("trainings", 2, "cost_idr", "15000")
    city.lines["trainings"][0] = header.replace("cost_idr", "biaya").replace("participants", "peserta")
    (one,) = questions(city.write())
    assert (one.column, one.problem) == (
        "biaya",
        "less than 10,000 rupiah for each of those in the column peserta",
    )


def test_a_key_is_told_by_the_file_s_own_headers(city):
    city.add("digital_services").manifest["columns"] = {"digital_services": {"application": "aplikasi"}}
    city.lines["digital_services"].append(city.lines["digital_services"][1].replace("300", "310"))
    city.lines["digital_services"][0] = city.lines["digital_services"][0].replace("application", "aplikasi")
    assert {fault.problem for fault in check_dataset(city.write())} == {
        "the same unit_id, quarter, aplikasi and audience in more than one row"
    }
