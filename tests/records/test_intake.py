"""What intake promises: every fault is found and placed; nothing recorded is lost, nothing invented."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pandas as pd
import pytest
import yaml

from asn_analysis.records.faults import LISTED
from asn_analysis.records.intake import (
    DatasetError,
    Fault,
    check_dataset,
    format_faults,
    read_dataset,
)
from asn_analysis.records.source import connect

OPTIONAL = ("digital_services", "complaints", "consultations", "staff", "follow_ups")
ITEMS = [f"u{number}" for number in range(1, 10)]


def answers(folder: Path) -> pd.DataFrame:
    return read_dataset(folder).responses.relation(duckdb.connect()).df()


def only(folder: Path) -> Fault:
    faults = check_dataset(folder)
    assert len(faults) == 1, format_faults(faults)
    return faults[0]


def place(fault: Fault) -> tuple:
    return fault.file, fault.row, fault.column, fault.value


def places(folder: Path) -> set[tuple]:
    return {place(fault) for fault in check_dataset(folder)}


def in_a_row_of_its_own(city, table: str, row: int, column: str, value: str, **key: str) -> int:
    """Repeat a row of a table under another key with one cell changed; the number of the new row."""
    lines = city.lines[table]
    lines.append(lines[row - 1])
    for name, cell in (key | {column: value}).items():
        city.put(table, len(lines), name, cell)
    return len(lines)


TWICE = {
    "trainings": "the same as another row",
    "digital_services": "the same unit_id, quarter, application and audience in more than one row",
    "consultations": "the same as another row",
    "follow_ups": "the same unit_id, promised_quarter, element, action and owner in more than one row",
}


@pytest.mark.parametrize(("table", "problem"), TWICE.items())
def test_a_row_that_was_pasted_twice_is_a_fault_in_both_places(city, table, problem):
    """A training pasted three times cost three times as much. Empty cells are alike too."""
    city.add(*OPTIONAL)
    city.lines[table].append(city.lines[table][1])
    faults = check_dataset(city.write())
    assert [(fault.file.partition(".")[0], fault.row, fault.problem) for fault in faults] == [
        (table, row, problem) for row in (2, 3)
    ]


# Nothing lost, nothing invented


def test_city_without_fault_is_read_whole(city):
    dataset = read_dataset(city.add(*OPTIONAL).write())
    assert dataset.row_counts == {"units": 3, "responses": 4, "trainings": 1} | dict.fromkeys(OPTIONAL, 1)
    assert dataset.manifest.simulated is True
    assert dataset.digital_services["quarter"].tolist() == [pd.Period("2026Q3", "Q-DEC")]


def test_missing_items_stay_missing_and_keep_their_row(city):
    read = answers(city.write())
    assert len(read) == 4
    assert read[ITEMS].iloc[1].isna().tolist() == [name in ("u2", "u5") for name in ITEMS]
    assert read[ITEMS].iloc[3].isna().all()
    assert not (read[ITEMS] == 0).any().any()


def test_relation_has_the_canonical_types(city):
    relation = read_dataset(city.write()).responses.relation(duckdb.connect())
    types = dict(zip(relation.columns, map(str, relation.types), strict=True))
    assert {types[item] for item in ITEMS} == {"UTINYINT"}
    assert (types["unit_id"], types["date"], types["channel"]) == ("VARCHAR", "DATE", "VARCHAR")


@pytest.mark.parametrize("suffix", [".xlsx", ".parquet"])
def test_other_formats_read_equal_to_csv(city, tmp_path, suffix):
    city.add(*OPTIONAL)
    expected, expected_answers = read_dataset(city.write()), answers(city.write())
    city.folder = tmp_path / "other"
    other = read_dataset(city.write_as(suffix))
    for table in ("units", "trainings", *OPTIONAL):
        pd.testing.assert_frame_equal(getattr(other, table), getattr(expected, table))
    pd.testing.assert_frame_equal(answers(city.folder), expected_answers)


def test_semicolons_decimal_commas_and_byte_order_mark_read_equal(city):
    expected, expected_answers = read_dataset(city.write()), answers(city.write())
    for table, lines in city.lines.items():
        text = "\n".join(lines).replace(",", ";").replace("4.2;61.5", "4,2;61,5") + "\n"
        (city.folder / f"{table}.csv").write_text(text, encoding="utf-8-sig")
    read = read_dataset(city.folder)
    pd.testing.assert_frame_equal(read.trainings, expected.trainings)
    pd.testing.assert_frame_equal(read.units, expected.units)
    pd.testing.assert_frame_equal(answers(city.folder), expected_answers)


def test_elements_are_mapped_by_name_where_the_form_swaps_eight_and_nine(city):
    expected = answers(city.write())
    city.manifest["elements"] |= {"pengaduan": "u9", "sarana": "u8"}
    swapped = answers(city.write())
    assert swapped["u8"].tolist() == expected["u9"].tolist()
    assert swapped["u9"].tolist() == expected["u8"].tolist()


def test_declared_headers_are_followed(city):
    city.lines["units"][0] = city.lines["units"][0].replace("unit_id", "kode")
    city.lines["responses"][0] = city.lines["responses"][0].replace("u3", "Q waktu")
    city.manifest["columns"] = {"units": {"unit_id": "kode"}}
    city.manifest["elements"]["waktu"] = "Q waktu"
    assert read_dataset(city.write()).units["unit_id"].tolist() == ["K1", "K2", "P1"]
    assert answers(city.folder)["u3"].tolist()[0] == 2


LAPOR = [
    "Tracking ID,Tanggal Laporan Masuk,Nama Pelapor,Klasifikasi Laporan,Kategori,Judul Laporan,"
    "Isi Laporan Awal,Isi Laporan Akhir,Sumber Laporan,Instansi Induk,Instansi Terdisposisi,"
    "Status Laporan,Tanggal Disposisi,Tanggal Tindak Lanjut,Tanggal Selesai",
    "5049672,6 Jan 2026,Warga,Pengaduan,KTP,Antre,awal,loket antre,SP4N,Kota Kecil,PUSKESMAS KOTA,"
    "Ditutup oleh Sistem,7 Jan 2026,9 Jan 2026,20 Jan 2026",
    "5049680,3 Feb 2026,Warga,Aspirasi,KTP,Jam,awal,jam buka,SMS,Kota Kecil,Puskesmas Kota,"
    "Belum Terverifikasi,,,",
    "5049681,4 Feb 2026,Warga,Permintaan Informasi,KTP,Biaya,awal,biaya,SMS,Kota Kecil,K2,"
    "Terverifikasi,5 Feb 2026,,",
]


DAYS = ("received", "verified", "responded", "closed")


def lapor(city) -> None:
    city.add("complaints").lines["complaints"] = list(LAPOR)
    city.manifest["drop"] = {"complaints": ["Nama Pelapor"]}


def test_an_export_of_lapor_is_read_by_the_headers_it_has(city):
    lapor(city)
    read = read_dataset(city.write()).complaints
    assert read["complaint_id"].tolist() == ["5049672", "5049680", "5049681"]
    assert read["unit_id"].tolist() == ["P1", "P1", "K2"]  # by name, by code
    assert read["class"].tolist() == [
        "pengaduan_tidak_berkadar_pengawasan",
        "aspirasi",
        "permintaan_informasi",
    ]
    assert read["status"].tolist() == ["closed", "waiting", "running"]
    days = [read[name].dt.strftime("%m-%d").fillna("").tolist() for name in DAYS]
    assert days == [["01-06", "02-03", "02-04"], ["01-07", "", "02-05"], ["01-09", "", ""], ["01-20", "", ""]]
    assert read["text"].tolist() == ["loket antre", "jam buka", "biaya"]
    assert read["channel"].tolist() == ["SP4N", "SMS", "SMS"]


def test_the_reporters_name_is_refused_unless_it_is_dropped(city):
    lapor(city)
    del city.manifest["drop"]
    assert "a column of personal data" in only(city.write()).problem


def test_a_name_that_two_units_have_is_no_unit(city):
    lapor(city)
    city.put("complaints", 3, "Instansi Terdisposisi", "Kelurahan Sukawana")
    assert place(only(city.write())) == ("complaints.csv", 3, "Instansi Terdisposisi", "Kelurahan Sukawana")


STATES = [
    (2, "Tanggal Selesai", "", "says that it was done"),
    (2, "Tanggal Tindak Lanjut", "", "says that it was done"),
    (4, "Tanggal Disposisi", "", "says that it was done"),
    (3, "Tanggal Selesai", "9 Feb 2026", "says that it is not done"),
    (3, "Status Laporan", "entah", "not one of waiting"),
]


def test_a_state_of_a_complaint_without_its_day_is_not_read_as_open(city):
    lapor(city)
    for number, (row, column, value, _) in enumerate(STATES):
        in_a_row_of_its_own(city, "complaints", row, column, value, **{"Tracking ID": f"{number}"})
    faults = check_dataset(city.write())
    first = len(LAPOR) + 1
    assert [place(fault)[1:] for fault in faults] == [
        (row, column, value or None) for row, (_, column, value, _) in enumerate(STATES, start=first)
    ]
    assert all(words in fault.problem for fault, (*_, words) in zip(faults, STATES, strict=True))


def test_an_export_without_any_day_of_handling_is_refused(city):
    lapor(city)
    city.lines["complaints"] = [line.rsplit(",", 3)[0] for line in city.lines["complaints"]]
    assert places(city.write()) == {
        ("complaints.csv", 2, name, None) for name in ("verified", "responded", "closed")
    } | {("complaints.csv", 4, "verified", None)}


def test_absent_optional_columns_are_all_missing_and_strange_ones_ignored(city):
    city.lines["units"] = ["unit_id,name,unit_type,catatan", "K1,A,mpp,x", "K2,B,mpp,", "P1,C,mpp,"]
    units = read_dataset(city.write()).units
    assert units["annual_users"].isna().all()
    assert "catatan" not in units


def test_ways_to_write_three(city):
    ways = ["3", " 3 ", "3.0", '"3,0"', "+3", "\u00a03"]
    rows = [f"r{n},K1,2026-07-01,KTP,L,30,3,3,{cell},4,3,3,3,1,4,cepat" for n, cell in enumerate(ways)]
    city.lines["responses"][1:] = rows
    assert answers(city.write())["u3"].tolist() == [3] * len(ways)


def test_ways_to_write_a_date(city):
    for cell in ("2026-08-31", "31/08/2026", "31-08-2026", "31/8/2026", "2026-08-31 00:00:00"):
        in_a_row_of_its_own(city, "responses", 2, "date", cell, response_id=cell)
    assert (answers(city.write())["date"].iloc[4:] == pd.Timestamp("2026-08-31")).tolist() == [True] * 5


@pytest.mark.parametrize(("zone", "days"), [("Asia/Jakarta", [1, 30]), ("Asia/Jayapura", [1, 1])])
def test_an_instant_is_read_on_the_city_s_day(city, zone, days):
    """Parquet holds instants in Greenwich's time: midnight in Jakarta is 17.00 of the day before there."""
    city.manifest["timezone"] = zone
    folder = city.write_as(".parquet")
    told = pd.read_parquet(folder / "responses.parquet")
    stamps = pd.to_datetime(["2026-07-01T00:00+07:00", "2026-06-30T23:59+07:00"] * 2)
    told.assign(date=stamps).to_parquet(folder / "responses.parquet")
    assert answers(folder)["date"].dt.day.tolist()[:2] == days


def test_same_files_give_the_same_hash_and_a_changed_cell_another(city):
    first = read_dataset(city.write()).sha256
    assert read_dataset(city.folder).sha256 == first
    city.put("responses", 2, "u1", "4").write()
    assert read_dataset(city.folder).sha256 != first


# Faults in cells


@pytest.mark.parametrize(
    ("code", "mangled", "shown"),
    [
        ("0071", "71", "71"),  # a spreadsheet drops zeros
        ("71", "71.0", "71.0"),
        ("RSUD-01", "rsud 1", "rsud 1"),
        ("AB 01", "AB\u00a001", "AB\\u00a001"),  # nobody would see the difference
    ],
)
def test_a_code_that_looks_like_one_of_the_units_table_is_told_with_that_one(city, code, mangled, shown):
    city.lines["units"] = [line.replace("K1,", f"{code},") for line in city.lines["units"]]
    city.lines["responses"] = [line.replace("K1,", f"{mangled},") for line in city.lines["responses"]]
    city.lines["trainings"] = [line.replace("K1,", f"{code},") for line in city.lines["trainings"]]
    faults = check_dataset(city.write())
    assert {fault.remedy for fault in faults} == {f"Write {code}, as the units table does."}
    assert f'value "{shown}"' in format_faults(faults)


def test_a_code_that_two_units_look_like_is_told_with_neither(city):
    city.lines["units"] += ["071,D,mpp,,1000,5", "0071,E,mpp,,1000,5"]
    assert only(city.put("responses", 4, "unit_id", "71").write()).remedy.startswith("Write a unit_id")


@pytest.mark.parametrize("table", ["units", "responses", "trainings"])
def test_a_header_that_stands_twice_is_one_fault(city, table):
    city.lines[table].append(city.lines[table][0])
    fault = only(city.write())
    assert (fault.row, fault.problem) == (len(city.lines[table]), "the header stands here again")


WRONG = [
    ("responses", 3, "u3", "5", "not an answer from 1 to 4"),
    ("responses", 3, "u3", "0", "not an answer from 1 to 4"),
    ("responses", 3, "u3", "3.5", "not an answer from 1 to 4"),
    ("responses", 3, "u3", "Sangat Baik", "not an answer from 1 to 4"),
    ("responses", 4, "unit_id", "Z9", "no such unit"),
    ("responses", 5, "date", "1999-12-31", "not a date from 2004-01-01"),
    ("responses", 5, "date", "2101-01-01", "not a date from 2004-01-01"),
    ("responses", 5, "date", "31/02/2026", "not a date"),
    ("responses", 5, "date", "01/02/26", "not a date"),
    ("responses", 2, "sex", "bapak", "not one of L, P"),
    ("responses", 2, "age", "6", "not a whole number from 10 to 110"),
    ("units", 2, "unit_type", "desa", "not one of kelurahan"),
    ("units", 2, "annual_users", "-1", "not a whole number of 0 or more"),
    ("trainings", 2, "hours", "0", "not a number above 0"),
    ("trainings", 2, "cost_idr", "15.000", "not a whole number"),
    ("trainings", 2, "posttest", "101", "not a number from 0 to 100"),
    ("digital_services", 2, "quarter", "2026Q5", "not a quarter"),
    ("digital_services", 2, "online_completed", "301", "more than in the column transactions"),
    ("digital_services", 2, "live_since", "2026-10-01", "in which services were already finished online"),
    ("complaints", 2, "responded", "2026-06-30", "before the date in the column received"),
    ("complaints", 2, "satisfaction", "5", "not a whole number from 1 to 4"),
    ("consultations", 2, "women", "81", "more than in the column present"),
    ("consultations", 2, "adopted", "21", "more than in the column aspirations"),
    ("staff", 2, "seminar", "2", "not a whole number from 0 to 1"),
    ("follow_ups", 2, "element", "u10", "not one of u1"),
    ("follow_ups", 2, "due_quarter", "2026Q1", "before the quarter in the column promised_quarter"),
]
KEYS = {"responses": "response_id", "units": "unit_id", "complaints": "complaint_id"}
KEYS |= {"staff": "staff_id", "digital_services": "application", "follow_ups": "action"}


def test_wrong_cells_are_named_with_their_rows_values_and_remedies(city):
    """Each in a row of its own, all in one city: no fault hides another, and none is made up."""
    city.add(*OPTIONAL)
    told = {}
    for number, (table, row, column, value, words) in enumerate(WRONG):
        key = {KEYS[table]: f"N{number}"} if table in KEYS else {}
        stands = in_a_row_of_its_own(city, table, row, column, value, **key)
        told[f"{table}.csv", stands, column, value] = words
    faults = check_dataset(city.write())
    assert sorted(map(place, faults)) == sorted(told)
    assert all(told[place(fault)] in fault.problem and fault.remedy for fault in faults)


def test_needed_cells_that_are_empty(city):
    empty = [("units", "name"), ("trainings", "hours"), ("responses", "date")]
    for table, column in empty:
        city.put(table, 2, column, "")
    faults = check_dataset(city.write())
    assert {place(fault) for fault in faults} == {
        (f"{table}.csv", 2, column, None) for table, column in empty
    }
    assert all("empty" in fault.problem for fault in faults)


@pytest.mark.parametrize(
    ("table", "column", "code"), [("responses", "response_id", "r1"), ("units", "unit_id", "K1")]
)
def test_repeated_code_is_named_in_every_row_that_has_it(city, table, column, code):
    city.lines[table].append(city.lines[table][1])
    last = len(city.lines[table])
    assert places(city.write()) == {(f"{table}.csv", 2, column, code), (f"{table}.csv", last, column, code)}


def test_staff_may_appear_once_a_year(city):
    city.add("staff").lines["staff"].append(city.lines["staff"][1].replace("2025", "2026"))
    assert check_dataset(city.write()) == ()


def test_consultation_needs_a_unit_or_a_kecamatan(city):
    fault = only(city.add("consultations").put("consultations", 2, "kecamatan", "").write())
    assert place(fault) == ("consultations.csv", 2, "unit_id", None)


def test_decimal_comma_belongs_to_semicolon_files(city):
    city.lines["trainings"][1] = 'K1,2025-04-07,technical,24,12,15000000,"4,2",61.5,80'
    assert place(only(city.write())) == ("trainings.csv", 2, "reaction", "4,2")


def test_dot_that_may_be_a_thousands_separator_is_refused_beside_decimal_commas(city):
    city.write()
    lines = [line.replace(",", ";") for line in city.put("trainings", 2, "hours", "1.250").lines["trainings"]]
    (city.folder / "trainings.csv").write_text("\n".join(lines).replace("4.2", "4,2"))
    assert place(only(city.folder)) == ("trainings.csv", 2, "hours", "1.250")


def test_rows_are_counted_as_a_clerk_sees_them(city):
    city.lines["responses"][2:2] = ["", "   ", "," * 15]
    city.put("responses", 6, "u3", "5")
    city.lines["responses"][1] = city.lines["responses"][1].replace("cepat", '"cepat\nsekali"')
    assert place(only(city.write())) == ("responses.csv", 6, "u3", "5")


@pytest.mark.parametrize(("suffix", "row"), [(".xlsx", 3), (".parquet", 2)])
def test_row_and_value_in_other_formats(city, suffix, row):
    fault = only(city.put("responses", 3, "u3", "Sangat Baik").write_as(suffix))
    assert place(fault) == (f"responses{suffix}", row, "u3", "Sangat Baik")


def test_parquet_of_numbers_keeps_not_a_number_as_missing_and_faults_fractions(city):
    file = city.write_as(".parquet") / "responses.parquet"
    frame = duckdb.read_parquet(str(file)).df()  # noqa: F841  (DuckDB finds it by name)
    for value, expected in (("'nan'", ()), ("3.5", (("responses.parquet", 1, "u1", "3.5"),))):
        duckdb.sql(f"COPY (SELECT * REPLACE (CAST({value} AS DOUBLE) AS u1) FROM frame LIMIT 1) TO '{file}'")
        assert tuple(map(place, check_dataset(city.folder))) == expected
    duckdb.sql(f"COPY (SELECT * REPLACE (CAST('nan' AS DOUBLE) AS u1) FROM frame) TO '{file}'")
    assert answers(city.folder)["u1"].isna().all()


def test_faults_in_several_tables_are_all_reported(city):
    city.add(*OPTIONAL)
    city.put("units", 2, "unit_type", "desa").put("responses", 2, "u1", "9").put("responses", 2, "u2", "x")
    city.put("trainings", 2, "unit_id", "Z9").put("staff", 2, "sanction", "dipecat")
    del city.lines["complaints"]
    assert places(city.write()) == {
        ("units.csv", 2, "unit_type", "desa"),
        ("responses.csv", 2, "u1", "9"),
        ("responses.csv", 2, "u2", "x"),
        ("trainings.csv", 2, "unit_id", "Z9"),
        ("staff.csv", 2, "sanction", "dipecat"),
        ("complaints.csv", None, None, None),
    }


def test_many_faults_of_one_kind_are_listed_then_counted(city):
    city.lines["responses"][1:] = [f"r{i},K1,2026-07-01,,,,5,3,3,3,3,3,3,3,3," for i in range(1, 51)]
    faults = check_dataset(city.write())
    assert [fault.row for fault in faults[:-1]] == list(range(2, 2 + LISTED))
    assert "30 more rows with this fault" in faults[-1].problem


# Faults in headers


def test_missing_column_is_one_fault_and_hides_no_other(city):
    city.lines["responses"] = [line.replace(",date,", ",tanggal,") for line in city.lines["responses"]]
    city.put("responses", 2, "u1", "7").put("trainings", 2, "hours", "-1")
    assert places(city.write()) == {
        ("responses.csv", None, "date", None),
        ("responses.csv", 2, "u1", "7"),
        ("trainings.csv", 2, "hours", "-1"),
    }


@pytest.mark.parametrize(("right", "wrong"), [("response_id", "responce_id"), ("comment", "coment")])
def test_header_that_is_nearly_ours_asks_did_you_mean(city, right, wrong):
    city.lines["responses"][0] = city.lines["responses"][0].replace(right, wrong)
    fault = only(city.write())
    assert place(fault) == ("responses.csv", 1, right, wrong)
    assert f"Did you mean {right}?" in fault.remedy


def test_header_that_stands_twice(city):
    city.lines["responses"][0] = city.lines["responses"][0].replace("service", "u1")
    assert place(only(city.write())) == ("responses.csv", 1, "u1", None)


def test_headers_may_differ_in_capitals_and_blanks(city):
    city.lines["units"][0] = " Unit_ID ,NAME,unit_type,kecamatan,annual_users,staff"
    assert check_dataset(city.write()) == ()


# Files that are no table


def spoil(city, content: bytes) -> Path:
    city.write()
    (city.folder / "responses.csv").write_bytes(content)
    return city.folder


def test_missing_file_does_not_hide_other_faults(city):
    city.put("units", 2, "unit_type", "desa").write()
    (city.folder / "responses.csv").unlink()
    assert places(city.folder) == {
        ("units.csv", 2, "unit_type", "desa"),
        ("responses.csv", None, None, None),
    }


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf\n\n", "empty"),
        ("response_id,unit_id\nr1,K1\n".encode("utf-16"), "UTF-16"),
        ("response_id,unit_id\nr1,K1\n".encode("utf-16-le"), "UTF-16"),
        (b"PK\x03\x04\x00\x01\x02\x03" * 50, "binary"),
        (bytes(range(256)) * 20, "binary"),
        (b"\nresponse_id,unit_id\nr1,K1\n", "row 1 is empty"),
    ],
)
def test_file_that_is_no_table(city, content, words):
    fault = only(spoil(city, content))
    assert place(fault) == ("responses.csv", None, None, None)
    assert words in fault.problem
    assert fault.remedy


def test_windows_encoding_is_named_with_the_cell_that_shows_it(city):
    city.put("responses", 4, "comment", "très ramah")
    fault = only(spoil(city, "\n".join(city.lines["responses"]).encode("cp1252")))
    assert place(fault) == ("responses.csv", 4, "comment", "très ramah")
    assert "Windows-1252" in fault.problem
    assert "UTF-8" in fault.remedy


def test_header_only(city):
    fault = only(spoil(city, city.lines["responses"][0].encode()))
    assert "no rows to read" in fault.problem


def test_city_without_training_yet_has_an_empty_table(city):
    del city.lines["trainings"][1:]
    assert read_dataset(city.write()).trainings.empty


def test_folder_instead_of_file(city):
    city.write()
    (city.folder / "responses.csv").unlink()
    (city.folder / "responses.csv").mkdir()
    assert "folder" in only(city.folder).problem


@pytest.mark.parametrize("suffix", [".xlsx", ".parquet"])
@pytest.mark.parametrize("content", [b"", b"not what the name says", b"PK\x03\x04PAR1"])
def test_damaged_workbook_or_parquet(city, suffix, content):
    folder = city.write_as(suffix)
    (folder / f"responses{suffix}").write_bytes(content)
    assert place(only(folder)) == (f"responses{suffix}", None, None, None)


def test_kind_of_file_that_is_not_read(city):
    city.manifest["tables"]["responses"] = "responses.dbf"
    assert "'.dbf'" in only(city.write()).problem


def test_rows_out_of_shape_are_named_and_the_others_still_checked(city):
    city.lines["responses"][2:2] = ["r8,K1,2026-07-01", 'r9,"K1"x,2026-07-01', ""]
    city.put("responses", 6, "u1", "8")
    found = check_dataset(city.write())
    assert [(fault.row, fault.column, fault.value) for fault in found] == [
        (3, None, None),
        (4, None, None),
        (6, "u1", "8"),
    ]


@pytest.mark.parametrize("separator", [";", "\t", "|"])
def test_other_separators_are_read(city, separator):
    expected = answers(city.write())
    content = "\n".join(city.lines["responses"]).replace(",", separator)
    pd.testing.assert_frame_equal(answers(spoil(city, content.encode())), expected)


def test_mixed_line_endings_are_read(city):
    expected = answers(city.write())
    first, *others = city.lines["responses"]
    content = "\r\n".join([first, *others[:2]]) + "\n" + "\n".join(others[2:]) + "\n"
    pd.testing.assert_frame_equal(answers(spoil(city, content.encode())), expected)


def test_wildcards_in_a_folder_name_stand_for_themselves(city, tmp_path):
    city.folder = tmp_path / "data [2026] *"
    assert len(answers(city.write())) == 4
    assert len(answers(city.write_as(".parquet"))) == 4


# dataset.yml


def broken(city, key: str, value: object) -> Path:
    city.manifest[key] = value
    return city.write()


def test_folder_without_manifest(tmp_path):
    assert place(only(tmp_path)) == ("dataset.yml", None, None, None)
    assert "no dataset.yml" in only(tmp_path / "nowhere").problem


@pytest.mark.parametrize("text", ["city: [", "- a\n- b\n", "", "city: \x00"])
def test_manifest_that_is_no_list_of_keys(tmp_path, text):
    (tmp_path / "dataset.yml").write_text(text)
    assert only(tmp_path).file == "dataset.yml"


def test_key_that_stands_twice(city):
    manifest = city.write() / "dataset.yml"
    manifest.write_text(manifest.read_text() + "simulated: false\n")
    assert "simulated stands twice" in check_dataset(city.folder)[0].problem


@pytest.mark.parametrize(
    ("wrong", "columns"),
    [
        (
            {"simulatd": True, "simulated": "ja", "city": "", "rollout": "random", "population": 759929},
            ("simulatd", "simulated", "city", "rollout", "population"),
        ),
        ({"tables": ["units.csv"]}, ("tables",)),
        (
            {"columns": {"unit": {}, "units": {"unit": "kode"}, "responses": {"u8": "u9"}, "trainings": "x"}},
            ("columns.unit", "columns.units.unit", "columns.responses.u8", "columns.trainings"),
        ),
        ({"population": {"Serang": "230.000", "Curug": 60000}}, ("population.Serang",)),
        ({"population": {"Serang": 230000, "Curugg": 1}}, ("population.Curug", "population.Curugg")),
    ],
)
def test_wrong_keys_of_the_manifest(city, wrong, columns):
    city.manifest |= wrong
    faults = check_dataset(city.write())
    assert sorted((fault.file, fault.column) for fault in faults) == sorted(
        ("dataset.yml", column) for column in columns
    )
    assert all(fault.remedy for fault in faults)


def test_population_of_every_kecamatan_is_read(city):
    people = {"Serang": 230000, "Curug": 60000}
    assert read_dataset(broken(city, "population", people)).manifest.population == people


@pytest.mark.parametrize("key", ["city", "simulated", "elements", "tables"])
def test_missing_key_of_the_manifest(city, key):
    del city.manifest[key]
    city.write() if key != "tables" else _write_without_tables(city)
    assert place(only(city.folder)) == ("dataset.yml", None, key, None)


def _write_without_tables(city) -> None:
    city.folder.mkdir()
    (city.folder / "dataset.yml").write_text(yaml.safe_dump(city.manifest))


def test_missing_table_in_the_manifest(city):
    del city.manifest["tables"]["trainings"]
    assert place(only(city.write())) == ("dataset.yml", None, "tables.trainings", None)


def test_unknown_table_asks_did_you_mean(city):
    city.manifest["tables"]["complaint"] = "complaint.csv"
    fault = only(city.write())
    assert fault.column == "tables.complaint"
    assert "Did you mean complaints?" in fault.remedy


def test_paths_that_leave_the_folder_are_refused(city):
    paths = ["../units.csv", "/etc/passwd.csv", "a/../../units.csv", "C:\\units.csv", "\\\\host\\x"]
    tables = city.add("staff", "complaints").manifest["tables"]
    tables |= dict(zip(tables, paths, strict=True))
    faults = check_dataset(city.write())
    assert {place(fault) for fault in faults} == {
        ("dataset.yml", None, f"tables.{table}", path) for table, path in tables.items()
    }
    assert all("leaves the folder" in fault.problem for fault in faults)


def test_link_that_leaves_the_folder_is_refused(city, tmp_path):
    city.write()
    (city.folder / "units.csv").rename(tmp_path / "elsewhere.csv")
    (city.folder / "units.csv").symlink_to(tmp_path / "elsewhere.csv")
    assert "leaves the folder" in only(city.folder).problem


def test_element_that_is_not_mapped(city):
    del city.manifest["elements"]["pengaduan"]
    assert place(only(city.write())) == ("dataset.yml", None, "elements.pengaduan", None)


def test_counts_that_nobody_took_may_be_empty_and_are_no_zero(city):
    """A clerk who must fill a cell writes 0, and the brief would say that no woman came."""
    city.add("consultations", "digital_services")
    for column in ("invited", "present", "women", "aspirations", "adopted"):
        city.put("consultations", 2, column, "")
    city.put("digital_services", 2, "transactions", "")
    folder = city.write()
    assert check_dataset(folder) == ()
    dataset = read_dataset(folder)
    counts = ["invited", "present", "women", "aspirations", "adopted"]
    assert dataset.consultations[counts].isna().all(axis=None)
    assert dataset.digital_services["transactions"].isna().all()


def test_column_that_serves_two_elements(city):
    city.manifest["elements"]["sarana"] = "u8"
    assert {fault.column for fault in check_dataset(city.write())} == {
        "elements.pengaduan",
        "elements.sarana",
    }


def test_unknown_element(city):
    city.manifest["elements"]["maklumat"] = "u10"
    assert only(city.write()).column == "elements.maklumat"


# What the reader gets


def test_error_carries_the_faults_and_their_list(city):
    with pytest.raises(DatasetError) as caught:
        read_dataset(city.put("responses", 3, "u3", "5").write())
    assert [place(fault) for fault in caught.value.faults] == [("responses.csv", 3, "u3", "5")]
    assert str(caught.value) == format_faults(caught.value.faults)


def test_list_of_faults_is_aligned_and_grouped_by_file():
    faults = [
        Fault("units.csv", 3, "name", None, "empty", "Fill it."),
        Fault("units.csv", 12, "unit_type", "des\na", "not one of opd", "Write opd."),
        Fault("responses.csv", None, None, None, "this file does not exist", "Add it."),
    ]
    assert format_faults(faults).splitlines() == [
        "units.csv  row 3   column name       empty. Remedy: Fill it.",
        'units.csv  row 12  column unit_type  value "des\\na": not one of opd. Remedy: Write opd.',
        "",
        "responses.csv  this file does not exist. Remedy: Add it.",
    ]


def test_examining_a_folder_again_sees_what_has_changed(city):
    assert check_dataset(city.write()) == ()
    assert only(city.put("responses", 3, "u3", "5").write()).value == "5"
    assert check_dataset(city.put("responses", 3, "u3", "4").write()) == ()


def test_codes_stored_as_small_numbers_are_read_as_the_texts_they_are(city):
    folder = city.write()
    with duckdb.connect() as con:
        con.execute(f"CREATE TABLE t AS FROM read_csv('{folder / 'responses.csv'}')")
        con.execute("UPDATE t SET unit_id = '7'")
        rows = "SELECT * REPLACE (unit_id::UTINYINT AS unit_id) FROM t"
        con.execute(f"COPY ({rows}) TO '{folder / 'responses.parquet'}'")
    units = folder / "units.csv"
    units.write_text(units.read_text(encoding="utf-8").replace("K1,", "7,"), encoding="utf-8")
    trainings = folder / "trainings.csv"
    trainings.write_text(trainings.read_text(encoding="utf-8").replace("K1,", "7,"), encoding="utf-8")
    manifest = folder / "dataset.yml"
    manifest.write_text(
        manifest.read_text(encoding="utf-8").replace("responses.csv", "responses.parquet"), encoding="utf-8"
    )
    assert set(answers(folder)["unit_id"]) == {"7"}


def test_a_connection_sees_no_other_and_leaves_nothing_behind():
    with connect() as one, connect() as other:
        one.execute("CREATE TABLE answers AS SELECT 1 AS n; CREATE VIEW shown AS FROM answers")
        other.execute("CREATE TABLE answers AS SELECT 2 AS n")
        assert (one.table("shown").fetchall(), other.table("answers").fetchall()) == ([(1,)], [(2,)])
    with pytest.raises(duckdb.Error), connect() as con:
        con.execute("FROM answers")
    with connect() as con:
        assert len(con.sql("SELECT * FROM duckdb_databases() WHERE NOT internal").fetchall()) == 2
