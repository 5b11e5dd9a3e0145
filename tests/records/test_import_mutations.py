"""Files broken in every way that hypothesis finds: an error that says why, or what stood in the cells.

Examples are drawn without a random seed (`derandomize`), so that a run can be repeated; `make study`
draws many more.
"""

from __future__ import annotations

import csv
import io
import tempfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asn_analysis.offices.columns import NeedsElements
from asn_analysis.offices.reading import read_office_file
from asn_analysis.offices.tables import COLUMNS, ROW, Choices
from asn_analysis.records.faults import DatasetError
from asn_analysis.records.intake import check_dataset
from tests.records.conftest import City
from tests.records.test_import import run
from tests.records.test_import_hostile import ANSWERS, GOOD, NAMES, good_workbook

LABELS = NAMES.split(",")
TABLE = [[*line.split(","), ""] for line in GOOD.split("\n")]
TABLE[0][-1] = "Saran"
HOSTILE = st.sampled_from(
    ["", " ", "-", "0", "5", "9", "-3", "3,5", "3.0", "(2)", "4.", "29,87", "1e9", "NaN", "inf", "TRUE", "#REF!",  # noqa: E501
     "=1+1", "'3", "3\u200b", "\uff13", "\u0663", "9" * 400, "√", "⭐⭐", "<b>3</b>", "\n", '"', ";", "Jumlah",  # noqa: E501
     "Total", "Rata-rata", "Keterangan", "Sangat baik", "Sangat mudah", "3 - Sesuai", "A", "2026-08-01", "31/02/2026",  # noqa: E501
     "Tanggal", "Persyaratan", "Sarana", "U1", "1 = Sangat Baik", "x" * 3000, "\ufeff3", "3\xa0"]
)  # fmt: skip
OPERATIONS = st.lists(
    st.one_of(
        st.tuples(st.just("cell"), st.integers(0, 20), st.integers(0, 10), HOSTILE),
        st.tuples(st.sampled_from(["drop", "double", "empty"]), st.integers(0, 10)),
        st.tuples(st.just("swap"), st.integers(0, 10), st.integers(0, 10)),
        st.tuples(st.sampled_from(["drop row", "double row", "shift right", "shift left"]), st.integers(0, 20)),  # noqa: E501
        st.tuples(st.just("shuffle"), st.permutations(range(20))),
        st.tuples(st.just("insert"), st.integers(0, 20), st.lists(HOSTILE, max_size=12)),
    ),
    min_size=1,
    max_size=5,
)  # fmt: skip


def seldom(examples: int):
    return settings(max_examples=examples, derandomize=True, deadline=None, database=None)


def mutated(operations: list[tuple]) -> list[list[str]]:
    rows = [list(row) for row in TABLE]
    for name, *told in operations:
        rows = _change(rows, name, told)
    return rows


def _change(rows: list[list[str]], name: str, told: list) -> list[list[str]]:
    at = told[0] % max(1, len(rows)) if isinstance(told[0], int) else 0
    if name in ("drop", "double", "empty"):
        return [_column(row, name, told[0]) for row in rows]
    if name == "swap":
        return [_swapped(row, *sorted(told)) for row in rows]
    if name == "shuffle":
        return [*rows[:1], *(rows[1 + n] for n in told[0] if 1 + n < len(rows))]
    if name == "insert":
        return [*rows[:at], list(told[1]), *rows[at:]]
    if name in ("drop row", "double row"):
        return [*rows[:at], *rows[at : at + 1] * (2 if name == "double row" else 0), *rows[at + 1 :]]
    return [_row(row, name, told) if n == at else row for n, row in enumerate(rows)]


def _column(row: list[str], name: str, place: int) -> list[str]:
    cell = row[place : place + 1]
    put = {"drop": [], "double": cell * 2, "empty": [""] * len(cell)}[name]
    return [*row[:place], *put, *row[place + 1 :]]


def _row(row: list[str], name: str, told: list) -> list[str]:
    if name == "shift right":
        return [*row[:3], "", *row[3:-1]]
    if name == "shift left":
        return [*row[:3], *row[4:], ""]
    return [told[2] if place == told[1] else cell for place, cell in enumerate(row)]


def _swapped(row: list[str], one: int, other: int) -> list[str]:
    if other < len(row):
        row[one], row[other] = row[other], row[one]
    return row


def as_csv(rows: list[list[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, quoting=csv.QUOTE_ALL).writerows(rows)
    return text.getvalue().encode()


def as_xlsx(rows: list[list[str]]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append([int(c) if c in "1234" and c else c.replace("=", "'=") or None for c in row])
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def read(content: bytes):
    """The file as it was read, or None if it was refused with a reason and a remedy."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "kiriman"
        path.write_bytes(content)
        try:
            return read_office_file(path, Choices(units={}, unit="K1"))
        except DatasetError as error:
            assert all(fault.problem and fault.remedy for fault in error.faults)
        except NeedsElements as error:
            assert error.candidates
    return None


def hold_against(rows: list[list[str]], found) -> None:
    """Every row is kept or listed, and a kept answer is what stood in the one column of its name."""
    filled = [n for n, row in enumerate(rows, start=1) if any(cell.strip(" \n\xa0\ufeff") for cell in row)]
    header = next(n for n in filled if {"Persyaratan", "Prosedur"} <= set(rows[n - 1]))
    listed = {one.row for one in found.rejected if one.outcome == ROW}
    kept = {int(record[0].rpartition("-")[2]): record for record in found.records}
    assert found.rows_read == len(kept) + len(listed)
    assert not set(kept) & listed
    assert len([n for n in filled if n > header]) == found.rows_read + sum(found.passed.values())
    for number, record in kept.items():
        for place, label in enumerate(LABELS, start=COLUMNS.index("u1")):
            _true(record[place], rows[number - 1], rows[header - 1], label)


def _true(value: int | None, row: list[str], header: list[str], label: str) -> None:
    columns = [n for n, name in enumerate(header) if name.strip() == label]
    text = row[columns[0]].strip(" .()\n\xa0\ufeff") if columns and columns[0] < len(row) else ""
    worded = {"Sangat baik": 4, "Sangat mudah": 4, "3 - Sesuai": 3, "3.0": 3}
    assert value == worded.get(text, int(text) if text in {"1", "2", "3", "4"} else None), (label, text)


@pytest.mark.parametrize(
    ("form", "examples"),
    [
        (as_csv, 100),
        (as_xlsx, 40),
        *(pytest.param(f, 5000, marks=pytest.mark.slow) for f in (as_csv, as_xlsx)),
    ],  # noqa: E501
)
def test_a_changed_table_is_refused_or_read_cell_by_cell(form, examples):
    @seldom(examples)
    @given(OPERATIONS)
    def changed(operations):
        rows = mutated(operations)
        found = read(form(rows))
        if found is not None:
            hold_against(rows, found)

    changed()


BYTES = {"csv": GOOD.encode(), "utf-16": GOOD.encode("utf-16"), "xlsx": good_workbook()}


@pytest.mark.parametrize("kind", BYTES)
def test_bytes_cut_flipped_or_put_in_never_end_in_a_traceback(kind):
    whole = BYTES[kind]

    @seldom(60)
    @given(
        st.integers(0, len(whole)),
        st.lists(st.tuples(st.integers(0, len(whole) - 1), st.binary(max_size=4)), max_size=6),
    )  # noqa: E501
    def broken(end, changes):
        content = bytearray(whole)
        for place, new in changes:
            content[place : place + len(new)] = new
        content = bytes(content[:end] if len(changes) % 2 == 0 else content)
        found = read(content)
        if found is not None and content == whole[: len(content)]:
            first = COLUMNS.index("u1")
            assert [record[first : first + 9] for record in found.records] == ANSWERS[: len(found.records)]

    broken()


def test_nothing_is_written_where_a_file_is_refused(tmp_path):
    @seldom(6)
    @given(st.integers(1, len(GOOD) - 1), st.binary(min_size=1, max_size=30))
    def refused(place, new):
        with tempfile.TemporaryDirectory(dir=tmp_path) as name:
            folder = Path(name)
            (folder / "kiriman.csv").write_bytes(GOOD.encode()[:place] + new)
            result = run(folder, folder / "kiriman.csv", "--unit", "K1")
            assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
            assert result.exit_code in (0, 2, 3)
            assert (folder / "data").exists() == (result.exit_code == 0)
            assert list(folder.glob(".data*")) == []

    refused()


@pytest.mark.parametrize("examples", [5, pytest.param(300, marks=pytest.mark.slow)])
@pytest.mark.parametrize("table", ["units.csv", "responses.csv", "trainings.csv", "dataset.yml"])
def test_a_broken_data_set_is_checked_without_a_traceback(table, examples, tmp_path):
    folder = City(tmp_path / "kota").write()
    whole = (folder / table).read_bytes()

    @seldom(examples)
    @given(st.integers(0, len(whole)), st.binary(max_size=6), st.integers(0, len(whole)))
    def broken(place, new, end):
        (folder / table).write_bytes((whole[:place] + new + whole[place + len(new) :])[: max(end, place)])
        for fault in check_dataset(folder):
            assert fault.problem
            assert fault.remedy

    broken()
