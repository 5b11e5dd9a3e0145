"""Files as clerks send them: a title above the header, signs that nobody sees, a row sent twice."""

from __future__ import annotations

import unicodedata

import openpyxl
import pandas as pd
import pytest

from asn_analysis.offices.files import open_grids
from asn_analysis.records.intake import check_dataset, format_faults, read_dataset
from tests.records.test_intake import only, place, places

TITLES = [
    (["DAFTAR UNIT PELAYANAN"], 2),
    (["", "DAFTAR UNIT PELAYANAN", "Kota Kecil, 2026", ""], 5),
    (["Unit;;;;;"], 2),
    (["", ""], 3),
]


# What stands above a header


@pytest.mark.parametrize(("above", "row"), TITLES)
@pytest.mark.parametrize("table", ["units", "responses", "trainings"])
@pytest.mark.parametrize("separator", [",", ";"])
def test_a_title_above_the_header_is_one_fault_that_names_its_row(city, table, above, row, separator):
    city.lines[table] = [*above, *(line.replace(",", separator) for line in city.lines[table])]
    fault = only(city.write())
    assert place(fault) == (f"{table}.csv", 1, None, None)
    assert fault.problem == f"row 1 is not the header of this table; row {row} looks like it"
    assert fault.remedy == f"Delete the rows above row {row}, so that the header stands in row 1."


def test_a_title_above_the_header_of_a_sheet_is_named_too(city):
    folder = city.write_as(".xlsx")
    book = openpyxl.load_workbook(folder / "trainings.xlsx")
    book.active.insert_rows(1, 2)
    book.active["A1"] = "REKAP PELATIHAN"
    book.save(folder / "trainings.xlsx")
    assert "row 3 looks like it" in only(folder).problem


def test_a_header_with_names_of_its_own_is_no_title(city):
    """The header again in row 4 is not taken for the header."""
    header = city.lines["trainings"][0]
    city.lines["trainings"][0] = header.replace("cost_idr", "biaya_total")
    city.lines["trainings"] += [city.lines["trainings"][1], header]
    assert not any("looks like it" in fault.problem for fault in check_dataset(city.write()))


@pytest.mark.parametrize("line", ["sep=;", '"sep=;"', "SEP=;", "sep=;;;;"])
def test_a_line_that_tells_the_separator_is_no_row(city, line):
    """Rows are counted as a spreadsheet shows them, which hides this line."""
    expected = read_dataset(city.write()).trainings
    rows = [row.replace(",", ";") for row in city.lines["trainings"]]
    path = city.folder / "trainings.csv"
    path.write_bytes("\r\n".join(["\ufeff" + line, *rows]).encode())
    pd.testing.assert_frame_equal(read_dataset(city.folder).trainings, expected)
    path.write_bytes("\r\n".join([line, rows[0], rows[1].replace("technical", "teknik sipil")]).encode())
    assert place(only(city.folder)) == ("trainings.csv", 2, "kind", "teknik sipil")
    number, row = next(open_grids(path)[0].rows())
    assert (number, row[:2]) == (1, ["unit_id", "start"])


@pytest.mark.parametrize(
    ("text", "problem"), [("sep=;\n", "the file is empty"), ("sep=,\na;b\n1;2\n", "missing")]
)
def test_nothing_below_that_line_or_another_separator_than_it_tells_is_a_fault(city, text, problem):
    city.write()
    (city.folder / "trainings.csv").write_text(text)
    assert all(problem in fault.problem for fault in check_dataset(city.folder))
    assert check_dataset(city.folder)


# Signs that nobody sees


@pytest.mark.parametrize("column", ["unit_id", "name"])
@pytest.mark.parametrize("nothing", ["\u200b", "\ufeff\u00a0", "\u2060\u200e", "\u00ad", "\u3000"])
@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".parquet"])
def test_a_name_or_code_of_signs_that_nobody_sees_is_an_empty_one(city, column, nothing, suffix):
    city.put("units", 4, column, nothing)
    folder = city.write() if suffix == ".csv" else city.write_as(suffix)
    found = {(fault.column, fault.problem) for fault in check_dataset(folder)}
    assert (column, "empty, but every row needs it") in found


@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".parquet"])
def test_a_code_means_the_same_however_its_accents_are_stored(city, suffix):
    composed, parted = (unicodedata.normalize(form, "KÉ-1") for form in ("NFC", "NFD"))
    assert composed != parted
    for table, code in {"units": composed, "responses": parted, "trainings": parted}.items():
        city.lines[table] = [line.replace("K1,", f"{code},") for line in city.lines[table]]
    folder = city.write() if suffix == ".csv" else city.write_as(suffix)
    assert check_dataset(folder) == ()
    assert set(read_dataset(folder).trainings["unit_id"]) == {composed}


def test_one_code_stored_in_two_ways_is_no_second_unit(city):
    composed, parted = (unicodedata.normalize(form, "KÉ-1") for form in ("NFC", "NFD"))
    city.lines["units"] += [f"{composed},A,mpp,,1000,5", f"{parted},B,mpp,,1000,5"]
    assert [(fault.row, fault.problem) for fault in check_dataset(city.write())] == [
        (row, "the same unit_id in more than one row") for row in (5, 6)
    ]


def test_two_codes_that_nobody_can_tell_apart_are_a_fault_in_both_places(city):
    city.lines["units"].append("K\u200b1,Lain,mpp,,1000,5")
    faults = check_dataset(city.write())
    assert [fault.row for fault in faults] == [2, 5]
    assert all("signs that nobody sees" in fault.problem for fault in faults)
    assert "K\\u200b1" in format_faults(faults)


def test_a_code_with_a_sign_that_nobody_sees_is_told_with_the_one_that_was_meant(city):
    city.put("trainings", 2, "unit_id", "K\u200b1")
    assert only(city.write()).remedy == "Write K1, as the units table does."


def test_an_empty_code_beside_an_unknown_one_is_told_like_any_fault(city):
    city.put("units", 4, "unit_id", "").put("trainings", 2, "unit_id", "Z9")
    assert places(city.write()) >= {("units.csv", 4, "unit_id", None), ("trainings.csv", 2, "unit_id", "Z9")}
