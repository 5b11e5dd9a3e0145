"""One table in every format that offices send is read alike; none opens a way around the bounds."""

from __future__ import annotations

import csv
import io
import zipfile
import zlib

import pandas as pd
import pytest

from asn_analysis.offices.files import open_grids
from asn_analysis.records.faults import DatasetError
from asn_analysis.records.workbooks import read_workbook
from tests.records.office_formats import archive, compound, ods, xls, xlsb
from tests.records.test_import import answers, run
from tests.records.test_import_hostile import ANSWERS, GOOD, HEADER, read, workbook

ROWS = [[int(cell) if cell.isdigit() else cell for cell in line.split(",")] for line in GOOD.split("\n")]


def page(rows: list[list]) -> bytes:
    """As PHP scripts write it: no end tags needed, the day of two rows in one cell."""
    cells = ["".join(f"<td>{cell}" for cell in row) for row in rows[1:]]
    head = "".join(f"<th>{name}</th>" for name in rows[0])
    return f"<meta charset=utf-8>\n<table border=1><tr>{head}</tr><tr>{'<tr>'.join(cells)}</table>".encode()


def strict(content: bytes) -> bytes:
    """ISO 29500 strict: other names for the same parts."""
    renamed = (
        (b"http://schemas.openxmlformats.org/spreadsheetml/2006/main", b"http://purl.oclc.org/ooxml/spreadsheetml/main"),
        (b"http://schemas.openxmlformats.org/officeDocument/2006", b"http://purl.oclc.org/ooxml/officeDocument"),
    )  # fmt: skip
    parts = {}
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        for name in book.namelist():
            parts[name] = book.read(name)
            for old, new in renamed:
                parts[name] = parts[name].replace(old, new)
    return archive(parts)


FORMATS = {
    "kiriman.xlsx": workbook(ROWS),
    "strict.xlsx": strict(workbook(ROWS)),
    "kiriman.xls": xls(ROWS),
    "kiriman.xlsb": xlsb(ROWS),
    "kiriman.ods": ods(ROWS),
    "halaman.xls": page(ROWS),
    "kiriman.zip": archive({"kelurahan/K1.csv": GOOD, "__MACOSX/K1.csv": b"\0"}),
}


@pytest.mark.parametrize("name", FORMATS)
def test_a_table_is_the_same_in_every_format(name, tmp_path):
    found = read(tmp_path, FORMATS[name], name)
    assert [row[-10:-1] for row in found.records] == ANSWERS
    assert found.label == name


def test_an_spss_file_is_read_by_its_questions_and_the_words_of_its_values(tmp_path):
    pyreadstat = pytest.importorskip("pyreadstat")
    frame = pd.DataFrame(
        [row[1:] for row in ROWS[1:]], columns=[f"u{n}" for n in range(1, 10)], dtype="float64"
    )
    words = dict(enumerate(("Tidak Baik", "Kurang Baik", "Baik", "Sangat Baik"), start=1))
    frame.insert(0, "sex", [1.0, 2.0] * 10)
    labels = ["Jenis kelamin", *HEADER.split(",")[1:]]
    values = {"sex": {1: "Laki-laki", 2: "Perempuan"}, **{f"u{n}": words for n in range(1, 10)}}
    pyreadstat.write_sav(frame, str(tmp_path / "a.sav"), column_labels=labels, variable_value_labels=values)
    rows = list(open_grids(tmp_path / "a.sav")[0].rows())
    assert rows[0] == (1, labels)
    assert rows[1][1] == ["Laki-laki", *(words[answer] for answer in ANSWERS[0])]


def test_cells_of_a_page_that_span_rows_and_columns_stand_in_each(tmp_path):
    (tmp_path / "a.xls").write_bytes(
        b"<html><table><tr><td rowspan=2>K1<td colspan=2>x<br>y<tr><td>3<td>4"
        b"<tr><td colspan=99999999>z</table></html>"
    )
    rows = list(open_grids(tmp_path / "a.xls")[0].rows())
    assert rows == [(1, ["K1", "x y", "x y"]), (2, ["K1", "3", "4"]), (3, ["z"])]


def test_a_zip_is_read_as_a_workbook_whose_sheets_are_its_files(tmp_path):
    units = archive({"K1.csv": GOOD, "Kelurahan Dua.xls": xls([ROWS[0], *ROWS[:0:-1]])})
    (tmp_path / "kiriman.zip").write_bytes(units)
    result = run(tmp_path, tmp_path / "kiriman.zip", "--sheet", "all")
    assert result.exit_code == 0, result.output
    assert sorted(answers(tmp_path)) == sorted(ANSWERS * 2)


def damaged() -> bytes:
    return archive({"a.csv": GOOD}).replace(zlib.crc32(GOOD.encode()).to_bytes(4, "little"), bytes(4))


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("bom.zip", lambda: archive({"a.csv": bytes(700_000_000)}), "would unpack"),
        ("bom.zip", lambda: archive({"a.zip": archive({"b.csv": GOOD})}), "packed again"),
        ("rusak.zip", damaged, "damaged"),
        ("banyak.zip", lambda: archive({f"{n}.csv": GOOD for n in range(201)}), "more than the 200"),
        ("jauh.xls", lambda: compound(bytes(4096)), "no sheet with cells"),
    ],
)
def test_packed_files_are_bounded(name, content, told, tmp_path):
    (tmp_path / name).write_bytes(content())
    with pytest.raises(DatasetError, match=told):
        open_grids(tmp_path / name)


def test_a_sheet_that_would_fill_the_memory_ends_only_the_process_that_reads_it(tmp_path):
    def far(book) -> None:
        book.active["XFC1000000"] = 4

    (tmp_path / "jarang.xlsx").write_bytes(workbook(ROWS, far))
    (tmp_path / "baik.xlsx").write_bytes(workbook(ROWS))
    with pytest.raises(DatasetError, match="more memory or time"):
        read_workbook(tmp_path / "jarang.xlsx", "jarang.xlsx")
    assert len(read_workbook(tmp_path / "baik.xlsx", "baik.xlsx")[0].cells) == len(ROWS)


def test_an_error_is_no_empty_answer(tmp_path):
    rows = [*ROWS, ["2026-08-30", *[4] * 8, "#REF!"]]
    found = read(tmp_path, workbook(rows), "kiriman.xlsx")
    assert [(bad.row, bad.value) for bad in found.rejected] == [(22, "#REF!")]


def test_a_last_row_may_end_without_a_line_break(tmp_path):
    text = "\n".join(
        f"{line},{end}" for line, end in zip(GOOD.split("\n"), ["Saran", *[""] * 20], strict=True)
    )
    assert len(read(tmp_path, text.encode()).records) == 20
    with pytest.raises(DatasetError, match="in the middle of a row"):
        read(tmp_path, text[:-3].encode())


@pytest.mark.parametrize(("suffix", "write"), [(".xls", xls), (".ods", ods), (".xlsb", xlsb)])
def test_a_data_set_of_its_own_may_be_in_these_formats_too(suffix, write, city, tmp_path):
    from asn_analysis.records.intake import read_dataset

    usual = read_dataset(city.write())
    for table in ("units", "responses"):
        lines = list(csv.reader(city.lines[table]))
        (city.folder / f"{table}{suffix}").write_bytes(
            write([[int(c) if c.isdigit() else c for c in row] for row in lines])
        )  # noqa: E501
        city.manifest["tables"][table] = f"{table}{suffix}"
    again = read_dataset(city.write())
    pd.testing.assert_frame_equal(usual.units, again.units)
    assert again.row_counts == usual.row_counts
