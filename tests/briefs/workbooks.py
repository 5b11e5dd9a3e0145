"""The template filled with part of a city, as an office would, through openpyxl."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pandas as pd
from openpyxl.worksheet.worksheet import Worksheet

from asn_analysis.pages.form.template import About, write_template
from asn_analysis.pages.form.vocabulary import headers_of, sheet_of
from asn_analysis.records.intake import Dataset

ABOUT = About("Kota Contoh", "Bagian Organisasi")
SMALL: dict[str, list[dict[str, Any]]] = {
    "units": [
        {"unit_id": "01", "name": "Sukawana", "unit_type": "kelurahan", "kecamatan": "Serang"},
        {"unit_id": "P1", "name": "Puskesmas Kota", "unit_type": "puskesmas", "annual_users": 20000},
    ],
    "responses": [
        {"response_id": f"r{n}", "unit_id": unit, "date": pd.Timestamp(f"2026-07-{n:02d}"), "age": 20 + n}
        | {f"u{item}": 1 + (n + item) % 4 for item in range(1, 10)}
        for n, unit in enumerate(["01", "01", "P1", "P1"], start=1)
    ],
}


def write_filled(folder: Path, tables: dict[str, list[dict[str, Any]]]) -> Path:
    """A template in ``folder`` with these rows, by our column names; the path of its workbook."""
    path = write_template(folder, ABOUT)[0]
    book = openpyxl.load_workbook(path)
    for table, rows in tables.items():
        places = {ours: place for place, ours in enumerate(headers_of(table), start=1)}
        for number, row in enumerate(rows, start=2):
            for ours, value in row.items():
                if not pd.isna(value):
                    book[sheet_of(table)].cell(number, places[ours], _as_cell(value))
    book.save(path)
    return path


def _as_cell(value: Any) -> Any:
    return str(value) if isinstance(value, pd.Period) else value


def part_of(dataset: Dataset, units: list[str]) -> dict[str, list[dict[str, Any]]]:
    """The rows of these units in every table, as Python values."""
    with duckdb.connect() as con:
        answers = dataset.responses.relation(con).df()
    answers = answers[[column for column in headers_of("responses") if column in answers]]
    frames = {"units": dataset.units, "responses": answers, "trainings": dataset.trainings} | {
        name: getattr(dataset, name)
        for name in ("digital_services", "complaints", "consultations", "staff", "follow_ups")
    }
    return {name: _rows(frame[frame["unit_id"].isin(units)]) for name, frame in frames.items()}


def _rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return frame.astype(object).where(frame.notna(), None).to_dict("records")


def cell(book: openpyxl.Workbook, table: str, row: int, column: str) -> Any:
    """The cell of a column by our name."""
    return book[sheet_of(table)].cell(row, place_of(book[sheet_of(table)], table, column))


def place_of(sheet: Worksheet, table: str, column: str) -> int:
    header = headers_of(table)[column]
    return next(cell.column for cell in sheet[1] if cell.value == header)
