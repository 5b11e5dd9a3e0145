"""Files as offices send them: read right, or refused with the reason; nothing wrong in silence."""

from __future__ import annotations

import csv
import io
from fractions import Fraction
from pathlib import Path

import duckdb
import openpyxl
import pytest
import yaml

from asn_analysis.measures.ikm import round_half_up
from asn_analysis.offices.profile import read_map, vocabulary
from asn_analysis.records.faults import DatasetError
from asn_analysis.rules.rules import load_skm
from tests.briefs.conftest import asn

CASES = yaml.safe_load((Path(__file__).parent / "import_cases.yml").read_text(encoding="utf-8"))
N = 30
ELEMENTS = load_skm().elements
UNITS = "unit_id,name,unit_type\nK1,Kelurahan Satu,kelurahan\nK2,Kelurahan Dua,kelurahan\n"


def truth(respondent: int, element: int) -> int:
    """An answer from 1 to 4 that differs between elements, so that swapped columns are seen."""
    return (4, 3, 3, 4, 2, 4, 3, 1)[(respondent * 5 + element * (element + 3) + respondent * element) % 8]


def fields(respondent: int) -> dict[str, str]:
    told = {"n": str(respondent), "day": f"{13 + respondent % 15}"}
    for place, element in enumerate(ELEMENTS, start=1):
        answer = truth(respondent, place)
        words = vocabulary()["answers"][element.name][answer - 1][-1]
        told |= {f"u{place}": str(answer), f"w{place}": words.capitalize(), f"h{place}": str(answer * 25)}
    return told


def rows_of(layout: dict) -> list[list[str]]:
    if "long" in layout:
        return [
            [cell.format(q=q, answer=truth(n, q), **fields(n)) for cell in layout["long"]]
            for n in range(1, N + 1) for q in range(1, 10)
        ]  # fmt: skip
    return [[cell.format(**fields(n)) for cell in layout["row"]] for n in range(1, N + 1)]


def footer(weight: Fraction) -> list[list[str]]:
    sums = [sum(truth(n, place) for n in range(1, N + 1)) for place in range(1, 10)]
    index = float(round_half_up(sum(Fraction(total, N) for total in sums) * weight * 25, 2))
    return [
        ["Jumlah nilai", *map(str, sums)],
        ["NRR", *(f"{s / N:.3f}" for s in sums)],
        ["IKM", f"{index:.2f}"],
    ]


def table(layout: dict, case: dict) -> list[list[str]]:
    rows = rows_of(layout)
    for row, column, text in case.get("edit", []):
        rows[row - 1][column - 1] = text
    for key in ("edit_column", "edit_column2"):
        if key in case:
            for row in rows:
                row[case[key][0] - 1] = case[key][1]
    header = list(layout["header"])
    if "header_edit" in case:
        header[case["header_edit"][0] - 1] = case["header_edit"][1]
    heads = [*layout.get("above", []), header, *([layout["header2"]] if "header2" in layout else [])]
    ends = footer(Fraction(case.get("footer_weight", "1/9"))) if layout.get("footer") else []
    return [
        *heads,
        *([case["first"]] if "first" in case else []),
        *rows,
        *ends,
        *[[""] * len(header)] * case.get("blank", 0),
    ]


def write(folder: Path, layout: dict, case: dict) -> Path:
    rows = table(layout, case)
    if layout["kind"] == "csv":
        text = io.StringIO()
        csv.writer(text, delimiter=layout.get("delimiter", ",")).writerows(rows)
        told = text.getvalue().replace('"Swasta,PNS"', "Swasta,PNS") if case.get("raw") else text.getvalue()
        path = folder / "kiriman.csv"
        path.write_bytes(told.encode(case.get("encoding", "utf-8")))
        return path
    book = openpyxl.Workbook()
    book.active.title = layout.get("sheet", "Sheet1")
    for row in rows:
        book.active.append([int(cell) if cell.isdigit() else cell or None for cell in row])
    for name, cells in layout.get("sheets", {}).items():
        other = book.create_sheet(name, 0)
        for row in cells:
            other.append(row)
    if "header2" in layout:
        top = len(layout.get("above", [])) + 1
        book.active.merge_cells(start_row=top, end_row=top, start_column=2, end_column=10)
        book.active.merge_cells(start_row=top, end_row=top + 1, start_column=1, end_column=1)
    book.save(folder / "kiriman.xlsx")
    return folder / "kiriman.xlsx"


def run(folder: Path, path: Path, *options: str):
    (folder / "units.csv").write_text(UNITS, encoding="utf-8")
    new = ("--units", folder / "units.csv", "--city", "Kota Kecil", "--producer", "Bagian Organisasi")
    return asn("import", path, "--into", folder / "data", *new, *options)


def answers(folder: Path) -> list[tuple]:
    items = ", ".join(element.code for element in ELEMENTS)
    where = folder / "data" / "responses" / "*.parquet"
    return duckdb.sql(f"SELECT {items} FROM read_parquet('{where}')").fetchall()


@pytest.mark.parametrize(
    "case", CASES["cases"], ids=lambda case: f"{case['of']}: {case.get('name', 'as it should be')}"
)
def test_a_file_is_read_right_or_refused_with_the_reason(case, tmp_path):
    layout = CASES["layouts"][case["of"]]
    path = write(tmp_path, layout, case)
    result = run(tmp_path, path, *case.get("options", layout["options"]), *case.get("more", []))
    told = " ".join(result.output.split())
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    if "refused" in case:
        assert result.exit_code == (3 if case["refused"] == "Personal data" else 2), result.output
        assert case["refused"] in told
        assert not (tmp_path / "data").exists()
        assert "3673011508900001" not in told
        return
    assert result.exit_code == 0, result.output
    assert case.get("says", "") in told
    true = [tuple(truth(n, place) for place in range(1, 10)) for n in range(1, N + 1)]
    given = answers(tmp_path)
    assert len(given) == case["kept"], result.output
    left = list(true)
    for row in given:
        left.remove(row)  # every kept row is a true one, in the declared order of elements
    assert len(left) == N - case["kept"]


def test_the_corpus_holds_forty_files_of_ten_layouts():
    assert len(CASES["cases"]) >= 40
    assert len(CASES["layouts"]) == len({case["of"] for case in CASES["cases"]}) == 10


def test_an_import_leaves_every_quarter_checked_and_its_cells_ready(tmp_path):
    layout = CASES["layouts"]["sql"]
    run(tmp_path, write(tmp_path, layout, {"of": "sql"}), *layout["options"])
    responses = tmp_path / "data" / "responses"
    for path in responses.glob("*.parquet"):
        for name in ("checked_responses", "cells"):
            assert len(list((responses / ".kept").glob(f"{path.stem}.{name}.*"))) == 1


def test_a_second_file_is_added_and_a_repeated_one_refused(tmp_path):
    layout = CASES["layouts"]["sql"]
    assert run(tmp_path, write(tmp_path, layout, {}), *layout["options"]).exit_code == 0
    before = (tmp_path / "data" / "responses" / "2026Q3.parquet").read_bytes()
    again = run(tmp_path, tmp_path / "kiriman.csv", *layout["options"])
    assert again.exit_code == 2
    assert "was imported before" in again.output
    saved_again = tmp_path / "salinan.csv"
    saved_again.write_text((tmp_path / "kiriman.csv").read_text() + "\n\n")
    resaved = run(tmp_path, saved_again, *layout["options"])
    assert resaved.exit_code == 2
    assert "30 of its 30 rows stand in the data set already" in " ".join(resaved.output.split())
    assert (tmp_path / "data" / "responses" / "2026Q3.parquet").read_bytes() == before
    other = write(tmp_path, layout, {"edit": [[1, 10, "7"]]} | {"edit_column": [3, "K1"]})
    added = run(tmp_path, other, *layout["options"])
    assert added.exit_code == 0, added.output
    assert len(answers(tmp_path)) == 59
    listed = list(csv.DictReader((tmp_path / "data" / "rejected.csv").open(encoding="utf-8")))
    assert [(row["row"], row["column"], row["value"]) for row in listed] == [("2", "u6", "7")]
    assert sorted(path.name for path in tmp_path.glob(".data.*")) == []


def test_both_readings_are_shown_where_the_order_is_open(tmp_path):
    layout = CASES["layouts"]["sql"]
    result = run(tmp_path, write(tmp_path, layout, {}))
    mean = {place: sum(truth(n, place) for n in range(1, N + 1)) / N * 25 for place in (8, 9)}
    assert "--elements regulation: index" in result.output
    assert f"u8 is pengaduan ({mean[8]:.2f}), u9 is sarana ({mean[9]:.2f})" in result.output
    assert f"u8 is sarana ({mean[8]:.2f}), u9 is pengaduan ({mean[9]:.2f})" in result.output


def test_a_new_layout_needs_a_map_and_no_code(tmp_path):
    header = ["Hari", "Loket", *(f"Butir {letter}" for letter in "ABCDEFGHI")]
    rows = [
        [f"2026-08-{n % 28 + 1:02d}", "Loket Satu", *(str(truth(n, e)) for e in range(1, 10))]
        for n in range(1, 11)
    ]
    path = tmp_path / "butir.csv"
    path.write_text("\n".join(",".join(row) for row in [header, *rows]))
    columns = {f"Butir {letter}": element.name for letter, element in zip("ABCDEFGHI", ELEMENTS, strict=True)}
    told = {
        "title": "butir", "shape": "wide", "recognise": {"header": ["hari", "butir a"]}, "units": {"Loket Satu": "K1"},  # noqa: E501
        "columns": {"Hari": "date", "Loket": "unit_id"} | columns,
    }  # fmt: skip
    (tmp_path / "peta.yml").write_text(yaml.safe_dump(told))
    result = run(tmp_path, path, "--map", str(tmp_path / "peta.yml"))
    assert result.exit_code == 0, result.output
    assert sorted(answers(tmp_path)) == sorted(tuple(truth(n, e) for e in range(1, 10)) for n in range(1, 11))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--elements", "a,b"], "is no element"), (["--profile", "nope"], "there is no profile nope"),
        (["--quarter", "3"], "write it as 2026Q3"), (["--unit", "K1", "--unit", "K2"], "give one, or one a file"),  # noqa: E501
        (["--sheet", "X"], "has no sheet X"), (["--map", "none.yml"], "does not exist"),
    ],
)  # fmt: skip
def test_wrong_options_are_told(options, message, tmp_path):
    result = run(tmp_path, write(tmp_path, CASES["layouts"]["sql"], {}), *options)
    assert result.exit_code == 2
    assert message in result.output
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("recognise: {header: [a]}\nheader_rows: two", "header_rows"),
        ("recognise: {header: [a]}\nheader_rows: 0", "header_rows"),
        ("recognise: {header: [a]}\ndate: end", "date"),
        ("recognise: {header: a}", "recognise.header"),
        ("recognise: {heder: [a]}", "heder"),
        ("recognise: {header: ['(']}", "subpattern"),
        ("recognise: {elements: some}", "recognise.elements"),
        ("title: own layout", "recognise"),
        ("colums: {A: sarana}", "colums"),
        ("columns: {A: [1]}", "columns"),
        ("units: {A: [1]}", "units"),
        ("missing: x", "missing"),
        ("ignore: [[a]]", "ignore"),
        ("scale: {1: [a, b]}", "scale"),
    ],
)
def test_a_map_of_the_wrong_kind_is_told_with_its_key(text, told, tmp_path):
    (tmp_path / "peta.yml").write_text(text)
    with pytest.raises(DatasetError, match=rf"peta\.yml.*{told}.*Known keys"):
        read_map(tmp_path / "peta.yml")


@pytest.mark.parametrize("number", ["[4]", "{a: 4}", "5", "baik", ""])
def test_a_map_whose_answers_are_no_numbers_is_told(number, tmp_path):
    own = tmp_path / "peta.yml"
    own.write_text(f"answers: {{all: {{puas: {number}}}}}\n")
    result = run(tmp_path, write(tmp_path, CASES["layouts"]["sql"], {}), "--map", str(own))
    assert result.exit_code == 2, result.output
    assert "peta.yml" in result.output and "answers.all" in result.output
    assert "'word: number from 1 to 4'" in result.output
