"""Personal data are refused at the door by place and kind; declared, they are read without themselves."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from asn_analysis.cli import main
from asn_analysis.records.intake import check_dataset, format_faults, read_dataset
from tests.records.conftest import TABLES

NIK, PHONE = "3673014101900001", "0812-3456-7890"
CELLS = [
    ("responses", 2, "comment", f"NIK saya {NIK}"),
    ("responses", 3, "service", "KTP 081234567890"),
    ("responses", 2, "response_id", NIK),
    ("units", 2, "name", "Loket budi@mail.co.id"),
    ("complaints", 2, "text", f"hubungi {PHONE}"),
    ("complaints", 2, "channel", "+62 812 3456 7890"),
    ("follow_ups", 2, "action", "Telepon (0812) 3456 7890"),
    ("follow_ups", 2, "owner", "NIP 198507122010011003"),
    ("follow_ups", 2, "evidence", "budi at gmail dot com"),
    ("digital_services", 2, "application", "wa.me 6281234567890"),
    ("staff", 2, "staff_id", "198507122010011003"),
]


def test_personal_cells_are_refused_by_place_and_kind(city):
    for table, row, column, text in CELLS:
        if table not in city.manifest["tables"]:
            city.add(table)
        city.put(table, row, column, text)
    faults = check_dataset(city.write())
    assert sorted((fault.file, fault.row, fault.column, fault.personal, fault.value) for fault in faults) == (
        sorted((f"{table}.csv", row, column, True, None) for table, row, column, _ in CELLS)
    )
    assert not [text for *_, text in CELLS if text in format_faults(faults)]


def with_column(city, header: str, cells: str):
    lines = city.lines["responses"]
    city.lines["responses"] = [f"{lines[0]},{header}", *(f"{line},{cells}" for line in lines[1:])]
    return city


def test_personal_columns_are_refused_and_can_be_dropped(city):
    columns = {"Nama": "Budi", "No HP": "-", "kolom_x": NIK, "kontak": "", "IP": "1"}
    for header, cells in columns.items():
        with_column(city, header, cells)
    faults = check_dataset(city.write())
    assert [(fault.column, fault.personal) for fault in faults] == [(header, True) for header in columns]
    for fault, header in zip(faults, columns, strict=True):
        assert f"drop: {{responses: [{header}]}}" in fault.remedy
    city.manifest["drop"] = {"responses": list(columns)}
    assert read_dataset(city.write()).row_counts["responses"] == 4


def test_a_column_in_use_can_be_dropped(city):
    city.manifest["drop"] = {"responses": ["Comment"]}
    dataset = read_dataset(city.put("responses", 2, "comment", NIK).write())
    assert dataset.responses.comments().empty


def test_declared_cells_are_read_without_what_is_personal(city):
    city.add("follow_ups", "complaints").manifest["personal_data"] = "redact"
    city.put("follow_ups", 2, "owner", f"Kelurahan {PHONE}").put("responses", 2, "comment", f"NIK {NIK} lama")
    dataset = read_dataset(city.put("responses", 2, "service", NIK).write())
    assert dataset.follow_ups["owner"].tolist() == ["Kelurahan [nomor telepon]"]
    assert dataset.responses.comments()["comment"].tolist() == ["NIK [NIK] lama", "ramah sekali"]


def test_a_key_is_never_redacted(city):
    city.manifest["personal_data"] = "redact"
    assert check_dataset(city.put("responses", 2, "response_id", NIK).write())[0].personal


def test_names_and_addresses_in_free_text_are_never_refused_but_blotted(city):
    city.add("complaints").put("complaints", 2, "text", "Pak Budi Santoso di Jl. Melati No. 3 lambat")
    dataset = read_dataset(city.put("responses", 2, "comment", "Ibu Siti ramah").write())
    assert dataset.complaints["text"].tolist() == ["Pak [nama] di [alamat] lambat"]
    assert dataset.responses.comments()["comment"].tolist() == ["Ibu [nama] ramah", "ramah sekali"]


def test_a_fault_that_quotes_a_cell_tells_the_kind_only(city):
    told = format_faults(
        check_dataset(city.put("responses", 2, "sex", NIK).put("responses", 3, "age", PHONE).write())
    )
    assert NIK not in told and PHONE not in told
    assert '"[NIK]"' in told and '"[nomor telepon]"' in told


def test_a_file_without_a_header_does_not_print_its_first_person(city):
    city.lines["responses"][0] = f"{NIK},budi@mail.co.id,{PHONE}"
    told = format_faults(check_dataset(city.write()))
    assert not any(personal in told for personal in (NIK, "budi@", PHONE))


@pytest.mark.parametrize("command", [["check"], ["briefs", "--data"], ["report", "--unit", "K1"]])
def test_the_command_line_refuses_with_its_own_status_and_writes_nothing(city, tmp_path, command):
    folder = city.put("responses", 2, "comment", NIK).put("responses", 3, "sex", "X").write()
    out = [] if command == ["check"] else ["--out", str(tmp_path / "out")]
    result = CliRunner().invoke(main, [*command, str(folder), *out])
    assert result.exit_code == 3, result.output
    assert NIK not in result.output
    assert "row 2" in result.output
    assert not (tmp_path / "out").exists()


def test_the_manifest_names_offices_alone(city):
    keys = ["city", "producer", "licence"]
    city.manifest |= dict.fromkeys(keys, "Bagian Organisasi, bagor@kota.go.id")
    assert [fault.column for fault in check_dataset(city.write()) if fault.personal] == keys


@pytest.mark.parametrize(
    ("key", "value"), [("personal_data", "keep"), ("drop", ["Nama"]), ("drop", {"responses": "Nama"})]
)
def test_a_mistyped_declaration_is_a_fault(city, key, value):
    city.manifest[key] = value
    faults = check_dataset(city.write())
    assert [fault.column.split(".")[0] for fault in faults] == [key], json.dumps(str(faults))


PLANTED = {NIK: "3673014101900001", PHONE: "0812", "198507122010011003": "1985", "budi@mail.co.id": "budi@"}
COLUMNS = [(table, column) for table in TABLES for column in TABLES[table][0].split(",")]


@pytest.mark.parametrize("place", (0, 2))
def test_in_whatever_column_a_person_stands_the_data_set_is_refused_and_nobody_is_named(city, place):
    """Every column of every table at once, numbers and dates too, a row a table; each kind in each column."""
    city.add(*TABLES)
    planted = list(PLANTED.items())
    for number, (table, column) in enumerate(COLUMNS):
        city.put(table, 2, column, planted[(number + place) % len(planted)][0])
    faults = check_dataset(city.write())
    told = format_faults(faults)
    assert {fault.file for fault in faults if fault.personal} >= {f"{table}.csv" for table in FREE}
    assert not any(part in told for part in PLANTED.values()), told


FREE = ("units", "responses", "complaints", "digital_services", "consultations", "staff", "follow_ups")


@pytest.mark.parametrize("personal", PLANTED)
def test_no_key_code_file_or_table_name_of_the_manifest_is_repeated_with_a_person_in_it(city, personal):
    city.manifest |= {"elements": {**city.manifest["elements"], personal: "u1"}, personal: personal}
    city.manifest["tables"] = {**city.manifest["tables"], "complaints": f"{personal}.csv", personal: "x.csv"}
    city.manifest["drop"] = {personal: [personal], "responses": [personal]}
    told = format_faults(check_dataset(city.write()))
    assert told and PLANTED[personal] not in told


@pytest.mark.parametrize("personal", PLANTED)
def test_the_command_line_repeats_no_person_of_a_file_or_an_argument(city, personal, tmp_path):
    city.manifest["tables"]["units"] = f"{personal}.csv"
    folder = str(city.write())
    runner = CliRunner()
    results = [runner.invoke(main, ["check", folder])]
    city.manifest["tables"]["units"] = "units.csv"
    city.write()
    out = ["--out", str(tmp_path / "out")]
    results += [
        runner.invoke(main, ["briefs", "--data", folder, *out, "--units", personal]),
        runner.invoke(main, ["briefs", "--data", folder, *out, "--quarter", personal]),
        runner.invoke(main, ["report", folder, *out, "--unit", personal]),
        runner.invoke(main, ["check", str(tmp_path / personal)]),
    ]
    for result in results:
        assert result.exit_code in (2, 3), result.output
        assert "Traceback" not in result.output
        assert PLANTED[personal] not in result.output, result.output
