"""The template: says what the schema says, in Indonesian; a filled one passes and gives the same panel."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
import yaml

from asn_analysis.measures.panel import build_panel
from asn_analysis.pages.form.guide import LISTS
from asn_analysis.pages.form.saved import workbook_bytes
from asn_analysis.pages.form.sheets import LONGEST_PROMPT, say
from asn_analysis.pages.form.template import About, manifest_text, template, write_template
from asn_analysis.pages.form.vocabulary import _vocabulary, choices_of, headers_of, meaning, sheet_of
from asn_analysis.records.intake import check_dataset, read_dataset
from asn_analysis.records.privacy import personal_header
from asn_analysis.records.schema import ITEMS, REQUIRED_TABLES, TABLES
from asn_analysis.rules.rules import load_skm
from tests.briefs.conftest import asn
from tests.briefs.workbooks import ABOUT, SMALL, cell, part_of, place_of, write_filled

COLUMNS = [(table, column) for table, schema in TABLES.items() for column in schema.columns]
OPTIONAL = [table for table in TABLES if table not in REQUIRED_TABLES]


@pytest.fixture(scope="module")
def book() -> openpyxl.Workbook:
    return template()


@pytest.fixture(scope="module")
def filled(small_dataset, tmp_path_factory) -> tuple[Path, list[str]]:
    """Five units of the small city, typed into the template; among them some with training."""
    trained = small_dataset.trainings["unit_id"].unique().tolist()
    others = [code for code in small_dataset.units["unit_id"] if code not in trained]
    units = [*trained[:3], *others[:2]]
    folder = tmp_path_factory.mktemp("office") / "kota"
    write_filled(folder, part_of(small_dataset, units))
    return folder, units


def rule(book: openpyxl.Workbook, table: str, column: str):
    """What Excel checks in a column, if anything."""
    sheet = book[sheet_of(table)]
    first = sheet.cell(2, place_of(sheet, table, column)).coordinate
    return next((one for one in sheet.data_validations.dataValidation if first in one.sqref), None)


def test_vocabulary_names_exactly_what_the_schema_has():
    told = _vocabulary()
    assert list(told["sheets"]) == list(TABLES)
    assert list(told["headers"]) == list(TABLES)
    for table, schema in TABLES.items():
        ours = [column for column in schema.columns if table != "responses" or column not in ITEMS]
        assert list(told["headers"][table]) == ours
    columns = [column for schema in TABLES.values() for column in schema.columns.values()]
    assert set(told["words"]) <= {word for column in columns for word in column.values}
    assert set(told["meanings"]) <= {word for column in columns for word in choices_of(column)}


@pytest.mark.parametrize("table", TABLES)
def test_names_are_such_as_excel_and_the_door_take(table):
    headers = list(headers_of(table).values())
    assert len({header.casefold() for header in headers}) == len(headers)
    assert not any(personal_header(header) for header in headers)
    assert len(sheet_of(table)) <= 31


@pytest.mark.parametrize(("table", "column"), COLUMNS)
def test_every_column_has_header_note_format_and_rule(book, table, column):
    told, sheet = TABLES[table].columns[column], book[sheet_of(table)]
    header = cell(book, table, 1, column)
    assert header.value == headers_of(table)[column]
    assert header.font.bold is (not told.nullable)
    note = header.comment.text
    assert ("WAJIB DIISI" in note) is (not told.nullable)
    assert all(f"{word} = {meaning(word)}" in note for word in choices_of(told) if meaning(word))
    shown = sheet.column_dimensions[header.column_letter].number_format
    kind = told.kind
    assert (shown == "@") is (kind in ("text", "quarter"))
    assert (rule(book, table, column) is not None) is (kind != "text" or told.refers or bool(told.values))


def test_notes_and_messages_are_indonesian(book):
    english = {"Write", "the", "whole", "number", "Leave", "cell", "of", "from", "Unit of"}
    for sheet in book.worksheets[1:-1]:
        texts = [header.comment.text for header in sheet[1]]
        texts += [rule.error for rule in sheet.data_validations.dataValidation]
        for text in texts:
            assert not english & set(text.replace(".", " ").replace(",", " ").split()), text


@pytest.mark.parametrize(
    ("table", "column", "kind", "operator", "low", "high"),
    [
        ("responses", "u3", "whole", "between", "1", "4"),
        ("responses", "age", "whole", "between", "10", "110"),
        ("responses", "date", "date", "between", "DATE(2004,1,1)", "DATE(2100,12,31)"),
        ("trainings", "hours", "decimal", "greaterThan", "0", None),
        ("trainings", "participants", "whole", "greaterThanOrEqual", "1", None),
        ("trainings", "pretest", "decimal", "between", "0", "100"),
        ("staff", "year", "whole", "between", "2004", "2100"),
    ],
)
def test_ranges_are_those_of_the_schema(book, table, column, kind, operator, low, high):
    found = rule(book, table, column)
    assert (found.type, found.operator, found.formula1, found.formula2) == (kind, operator, low, high)
    assert str(found.sqref).endswith("1048576")


@pytest.mark.parametrize(("table", "column"), [c for c in COLUMNS if TABLES[c[0]].columns[c[1]].values])
def test_lists_hold_the_allowed_words_on_the_sheet_of_words(book, table, column):
    name, _, area = rule(book, table, column).formula1.partition("!")
    assert name.strip("'") == say(LISTS)
    words = [row[0].value for row in book[say(LISTS)][area.replace("$", "")]]
    assert tuple(words) == choices_of(TABLES[table].columns[column])


def test_unit_codes_are_chosen_from_the_units_as_far_as_they_go(book):
    for table, schema in TABLES.items():
        for name, column in schema.columns.items():
            if column.refers:
                assert rule(book, table, name).formula1 == (
                    "OFFSET('Unit layanan'!$A$2,0,0,MAX(1,COUNTA('Unit layanan'!$A$2:$A$1048576)),1)"
                )


def test_messages_fit_into_what_excel_shows(book):
    for sheet in book.worksheets:
        for found in sheet.data_validations.dataValidation:
            assert len(found.error) <= LONGEST_PROMPT
            assert len(found.errorTitle) <= 32
            assert len(found.prompt or "") <= LONGEST_PROMPT


def test_elements_are_named_in_words_never_by_number(book):
    manifest = yaml.safe_load(manifest_text(ABOUT))
    for element in load_skm().elements:
        assert manifest["elements"][element.name] == element.short["id"]
        assert cell(book, "responses", 1, element.code).value == element.short["id"]


def test_header_stays_in_sight_and_pages_repeat_it(book):
    for table in TABLES:
        sheet = book[sheet_of(table)]
        assert sheet.freeze_panes == "B2"
        assert sheet.print_title_rows == "$1:$1"


def test_the_same_bytes_from_another_process(tmp_path):
    code = (
        "import sys; from asn_analysis.pages.form.saved import workbook_bytes as b; "
        "from asn_analysis.pages.form.template import template as t; sys.stdout.buffer.write(b(t()))"
    )
    env = os.environ | {"PYTHONHASHSEED": "7", "TZ": "Asia/Jakarta"}
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, env=env)
    assert other.stdout == workbook_bytes(template())


def test_a_filled_template_passes_check(filled):
    result = asn("check", filled[0], "--marked")
    assert result.exit_code == 0, result.output
    assert [path.name for path in filled[0].glob("*.xlsx")] == ["data.xlsx"]  # there is nothing to mark


def test_a_filled_template_gives_the_panel_of_the_same_city(filled, small_dataset):
    folder, units = filled
    typed, original = build_panel(read_dataset(folder)), build_panel(small_dataset)
    original = original[original["unit_id"].isin(units)].reset_index(drop=True)
    pd.testing.assert_frame_equal(
        typed.reset_index(drop=True), original[typed.columns], check_dtype=False, check_categorical=False
    )


def test_every_table_reads_as_it_was_typed(filled, small_dataset):
    folder, units = filled
    read = read_dataset(folder)
    for name in ("units", "trainings", *OPTIONAL):
        frame = getattr(small_dataset, name)
        expected = frame[frame["unit_id"].isin(units)].reset_index(drop=True)
        pd.testing.assert_frame_equal(getattr(read, name), expected)


def test_untouched_sheets_are_no_fault_and_no_record(tmp_path):
    write_filled(tmp_path / "kota", SMALL)
    read = read_dataset(tmp_path / "kota")
    assert all(getattr(read, table) is None for table in OPTIONAL)
    assert read.trainings.empty  # the city has trained nobody yet
    assert read.units["unit_id"].tolist() == ["01", "P1"]  # a code stays a text


def test_an_unfilled_template_asks_for_what_is_needed(tmp_path):
    write_template(tmp_path / "kota", About())
    places = {(fault.file, fault.column) for fault in check_dataset(tmp_path / "kota")}
    assert places == {
        ("dataset.yml", "city"),
        ("dataset.yml", "producer"),
        ("data.xlsx, sheet Unit layanan", None),
        ("data.xlsx, sheet Jawaban survei", None),
    }


@pytest.mark.parametrize("there", ["data.xlsx", "dataset.yml"])
def test_nothing_is_written_over(tmp_path, there):
    folder = tmp_path / "kota"
    folder.mkdir()
    (folder / there).write_text("kept")
    result = asn("template", folder)
    assert result.exit_code == 2
    assert there in result.output
    assert "is already there and stays as it is" in result.output
    assert [path.name for path in folder.iterdir()] == [there]
    assert (folder / there).read_text() == "kept"


def test_the_command_says_what_is_next(tmp_path):
    result = asn("template", tmp_path / "kota", "--city", "Kota: Contoh", "--producer", "Bagian 'A'")
    assert result.exit_code == 0
    assert "asn check" in result.output
    manifest = yaml.safe_load((tmp_path / "kota" / "dataset.yml").read_text(encoding="utf-8"))
    assert (manifest["city"], manifest["producer"]) == ("Kota: Contoh", "Bagian 'A'")


def test_a_folder_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    result = asn("template", tmp_path / "file" / "kota")
    assert result.exit_code == 2
    assert "Traceback" not in result.output
