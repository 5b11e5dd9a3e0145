"""One vocabulary: what clerks write is read in own tables as in the files that offices send."""

from __future__ import annotations

import datetime

import duckdb
import pandas as pd
import pytest

from asn_analysis.offices.profile import vocabulary
from asn_analysis.pages.form.vocabulary import choices_of
from asn_analysis.records import cells
from asn_analysis.records.intake import check_dataset, read_dataset
from asn_analysis.records.schema import TABLES
from asn_analysis.records.words import values_of, words
from tests.records.test_intake import answers, only

CHOICES = [
    (table, name, value, word)
    for table, schema in TABLES.items()
    for name, column in schema.columns.items()
    for value, word in zip(column.values, choices_of(column), strict=True)
]  # fmt: skip


def read(kind: str, text: str, order: str = cells.DAY_FIRST):
    value = cells.value(kind, "cell", "VARCHAR", cells.text("cell"), False, order)
    return duckdb.execute(f"SELECT {value} FROM (SELECT ?::VARCHAR AS cell)", [text]).fetchall()[0][0]


def test_every_word_of_the_templates_lists_is_read_back():
    asked = [f"({cells.worded(repr(word), values_of(table, name))})" for table, name, _, word in CHOICES]
    found = duckdb.execute(f"SELECT {', '.join(asked)}").fetchall()[0]
    assert list(found) == [value for _, _, value, _ in CHOICES]
    assert {word for *_, word in CHOICES} & {"technical", "counter", "none", "planned"} == set()


def test_imports_read_the_same_words():
    assert vocabulary()["values"] is words()["values"]["responses"]
    assert vocabulary()["elements"] is words()["elements"]


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("whole", "Rp 18.500.000", 18_500_000),
        ("whole", "Rp. 18.500.000,-", 18_500_000),
        ("whole", "Rp18.500.000,00", 18_500_000),
        ("whole", "18,500,000", 18_500_000),
        ("whole", "1.250", None),  # a thousand, or a little more than one
        ("date", "12 Oktober 2024", datetime.date(2024, 10, 12)),
        ("date", "Senin, 12 Agt. 2024", datetime.date(2024, 8, 12)),
        ("date", "30 Februari 2024", None),
        ("date", "31.08.2026", datetime.date(2026, 8, 31)),
    ],
)
def test_numbers_and_days_as_clerks_write_them(kind, text, value):
    assert read(kind, text) == value


def test_the_order_of_day_and_month_is_as_declared():
    assert read("date", "05/06/2026", cells.MONTH_FIRST) == datetime.date(2026, 5, 6)


def clerks(city):
    city.lines["responses"][0] = "response_id,unit_id,date,channel,sex,education,u1,u2,u3,u4,u5,u6,u7,u8,u9"
    city.lines["responses"][1:] = ["r1,K1,1 Juli 2026,Loket,Laki-laki,S1,3,3,2,4,3,3,3,1,4"]
    city.put("trainings", 2, "kind", "Teknis").put("trainings", 2, "cost_idr", "Rp 18.500.000")
    return city.put("trainings", 2, "start", "12 Oktober 2024")


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_a_clerks_words_are_read_in_own_tables(city, suffix):
    folder = clerks(city).write() if suffix == ".csv" else clerks(city).write_as(suffix)
    found, training = answers(folder).iloc[0], read_dataset(folder).trainings.iloc[0]
    assert (found["channel"], found["sex"], found["education"]) == ("counter", "L", "D4/S1")
    assert found["date"] == pd.Timestamp("2026-07-01")
    assert (training["kind"], training["cost_idr"]) == ("technical", 18_500_000)
    assert training["start"] == pd.Timestamp("2024-10-12")


def test_a_mapping_that_the_headers_contradict_is_refused(city):
    city.lines["responses"][0] = city.lines["responses"][0].replace("u8,u9", "U8 Sarana,U9 Pengaduan")
    city.manifest["elements"] |= {"pengaduan": "U8 Sarana", "sarana": "U9 Pengaduan"}
    found = check_dataset(city.write())
    assert [(fault.row, fault.column) for fault in found] == [(1, "U8 Sarana"), (1, "U9 Pengaduan")]
    assert "the header says sarana" in found[0].problem
    city.manifest["elements"] |= {"pengaduan": "U9 Pengaduan", "sarana": "U8 Sarana"}
    assert check_dataset(city.write()) == ()


def test_day_or_month_first_is_asked_where_the_dates_do_not_tell(city):
    city.put("trainings", 2, "start", "05/31/2026")
    assert len(check_dataset(city.write())) == 2  # no such day, and the question
    city.put("trainings", 2, "start", "05/06/2026")
    fault = only(city.write())
    assert (fault.row, fault.column, fault.value) == (2, "start", "05/06/2026")
    assert "dates: month-first" in fault.remedy
    for order, day in (("day-first", "2026-06-05"), ("month-first", "2026-05-06")):
        city.manifest["dates"] = order
        assert read_dataset(city.write()).trainings["start"].iloc[0] == pd.Timestamp(day)
    city.manifest["dates"] = "day"
    assert "dates" in {fault.column for fault in check_dataset(city.write())}


def test_a_date_far_in_the_future_is_refused_in_real_data(city):
    city.manifest["simulated"] = False
    fault = only(city.put("trainings", 2, "start", "2062-04-07").write())
    assert (fault.column, fault.value) == ("start", "2062-04-07")
    assert "far in the future" in fault.problem


def test_faults_that_are_only_counted_count(city):
    city.lines["responses"][1:] = [f"r{n},K1,2026-07-01,KTP,L,30,7,3,3,3,3,3,3,3,3," for n in range(300)]
    assert sum(fault.count for fault in check_dataset(city.write())) == 300


def test_a_missing_column_tells_the_headers(city):
    city.lines["units"][0] = city.lines["units"][0].replace("unit_type", "Golongan")
    assert "Golongan" in next(f.problem for f in check_dataset(city.write()) if f.column == "unit_type")


def test_a_header_named_no_is_a_text(city):
    city.lines["responses"][0] = city.lines["responses"][0].replace("response_id", "No")
    folder = city.write()
    manifest = (folder / "dataset.yml").read_text(encoding="utf-8")
    (folder / "dataset.yml").write_text(
        f"{manifest}columns: {{responses: {{response_id: No}}}}\n", encoding="utf-8"
    )
    assert check_dataset(folder) == ()
