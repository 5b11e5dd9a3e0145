"""Bad files: a clear error each, no traceback, nothing written, memory bounded; never a wrong answer."""

from __future__ import annotations

import io
import random
import tracemalloc
import zipfile
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from asn_analysis.offices.columns import NeedsElements
from asn_analysis.offices.reading import read_office_file
from asn_analysis.offices.tables import COLUMNS, Choices
from asn_analysis.records.faults import DatasetError

NAMES = "Persyaratan,Prosedur,Waktu,Biaya,Produk,Kompetensi,Perilaku,Pengaduan,Sarana"
HEADER = f"Tanggal,{NAMES}"
ANSWERS = [tuple(1 + (3 * n + 5 * e + n * e) % 4 for e in range(9)) for n in range(20)]
GOOD = "\n".join([HEADER, *(f"2026-08-{n + 1:02d},{','.join(map(str, a))}" for n, a in enumerate(ANSWERS))])
ROW = "2026-08-01,4,3,3,4,3,4,3,3,4"
CHOICES = Choices(units={}, unit="K1")


def read(folder: Path, content: bytes, name: str = "kiriman.csv", choices: Choices = CHOICES):
    path = folder / name
    path.write_bytes(content)
    return read_office_file(path, choices)


def workbook(rows: list[list], change=None) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    if change:
        change(book)
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def good_workbook(change=None) -> bytes:
    return workbook([line.split(",") for line in GOOD.split("\n")], change)


def hide(book) -> None:
    book.create_sheet("Sampul")
    book.worksheets[0].sheet_state = "hidden"


def formula(book) -> None:
    book.active["B3"] = "=1+2"


def twice(book) -> None:
    book.copy_worksheet(book.active)


def with_sheet(xml: bytes) -> bytes:
    """The good workbook with another sheet part."""
    held = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(good_workbook())) as old,
        zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for part in old.namelist():
            new.writestr(part, xml if part.endswith("sheet1.xml") else old.read(part))
    return held.getvalue()


def full_sheet() -> bytes:
    head = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    cells = "".join(f'<c t="inlineStr"><is><t>{name}</t></is></c>' for name in HEADER.split(","))
    last = "".join(f'<c t="inlineStr"><is><t>{text}</t></is></c>' for text in ROW.split(","))
    rows = f'<row r="1">{cells}</row><row r="2">{last}</row><row r="1048576">{last}</row>'
    return with_sheet(head + rows.encode() + b"</sheetData></worksheet>")


REFUSED = {
    "empty file": (b"", "empty"),
    "blank lines only": (b"\n\n \n", "empty"),
    "header only": (HEADER.encode(), "no answers below"),
    "commas only": (b",,,,\n,,,,\n", "no cells"),
    "binary": (bytes(range(256)) * 9, "binary|no text"),
    "nul bytes": (GOOD.encode().replace(b"4", b"\0", 1), "binary"),
    "UTF-16 without its mark": (GOOD.encode("utf-16-le"), "UTF-16"),
    "a web page as .xls": (b"<html><p>U1</p></html>", "no sheet with cells"),
    "a damaged old Excel file": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(5000), "not an Excel"),
    "a password": (b"\xd0\xcf\x11\xe0" + bytes(600) + "EncryptedPackage".encode("utf-16-le"), "password"),
    "Parquet": (b"PAR1" + bytes(50), "Parquet"),
    "PDF": (b"%PDF-1.7\nhello", "is a PDF"),
    "JSON": (b'{"u1": 4, "u2": 3}', "no known layout"),
    "SQL": (b"INSERT INTO skm VALUES (1, 4, 3);\n", "no known layout"),
    "a letter": (b"Yth. Bagian Organisasi,\nterlampir hasil survei.\n", "no known layout"),
    "a line of a million characters": (b"a" * 1_100_000, "million characters"),
    "an open quotation mark": (f'{GOOD}\n"2026-08-01,4'.encode(), "cannot be told apart"),
    "a huge cell": (f'{GOOD}\n"{"x" * 300_000}",4'.encode(), "cannot be told apart"),
    "two columns for one element": (GOOD.replace("Prosedur", "Waktu tunggu").encode(), "more than one question"),  # noqa: E501
    "an element is missing": (GOOD.replace("Biaya", "Kebersihan").encode(), "no question is about biaya"),
    "a question on two elements": (GOOD.replace("Pengaduan", "Sarana pengaduan").encode(), "could be"),
    "two dates": ("\n".join(f"{line.partition(',')[0]},{line}" for line in GOOD.split("\n")).encode(), "two columns could be date"),  # noqa: E501
    "no dates": ("\n".join(line.partition(",")[2] for line in GOOD.split("\n")).encode(), "Say the quarter"),
    "a unit column beside --unit": (GOOD.replace("Tanggal", "Unit").encode(), "names one too"),
    "a scale of five": (GOOD.replace(",4", ",5").encode(), "not on the scale"),
    "a scale of ten": (GOOD.replace(",4", ",10").replace(",3", ",8").encode(), "not on the scale"),
    "a scale from zero": (GOOD.replace(",4", ",0").encode(), "on a scale from zero"),
    "percentages": (GOOD.replace(",4", ",97").encode(), "not on the scale"),
    "negative answers": (GOOD.replace(",4", ",-4").encode(), "not on the scale"),
    "decimals everywhere": (GOOD.replace(",4", ",3.5").encode(), "not on the scale"),
    "words of no scale": (GOOD.replace(",1", ",setuju").replace(",2", ",setuju").replace(",3", ",ya").encode(), "no answer on"),  # noqa: E501
    "dates in both orders": (f"{HEADER}\n31/08/2026{ROW[10:]}\n08/31/2026{ROW[10:]}".encode(), "mix day first"),  # noqa: E501
    "dates in either order": (f"{HEADER}\n05/06/2026{ROW[10:]}".encode(), "--dates day-first"),
    "years of two digits": (f"{HEADER}\n26/07/05{ROW[10:]}".encode(), "two digits"),
    "no such day": (f"{HEADER}\n2026-02-30{ROW[10:]}".encode(), "no such day"),
    "a day long before Excel's counting": (f"{HEADER}\n14623{ROW[10:]}".encode(), "not between"),
    "a year long ago": (f"{HEADER}\n1926-02-01{ROW[10:]}".encode(), "not between"),
    "every row too short": (f"{HEADER}\n2026-08-01,4,3".encode(), "cells and the header"),
    "every row too long": (f"{HEADER}\n{ROW},4,4".encode(), "cells and the header"),
    "nobody answered": (f"{HEADER}\n2026-08-01,,,,,,,,,\n".encode(), "no element was answered"),
    "NIK in a comment": (f"{HEADER},Saran\n{ROW},3673011508900001".encode(), "personal data"),
    "a phone in an unknown column": (f"{HEADER},Lain\n{ROW},081234567890".encode(), "personal data"),
    "an e-mail": (f"{HEADER},Saran\n{ROW},budi@contoh.id".encode(), "personal data"),
    "a column of names": (f"{HEADER},Nama\n{ROW},x".encode(), "personal data"),
    "a damaged workbook": (b"PK\x03\x04" + bytes(500), "damaged"),
    "a zip that holds no table": (None, "no known layout"),
    "a workbook with an empty sheet": (workbook([]), "no cells|no known"),
    "answers on a hidden sheet": (good_workbook(hide), "hidden sheet"),
    "answers on two sheets": (good_workbook(twice), "several sheets"),
    "a formula without its result": (good_workbook(formula), "formula without its result"),
    "a full sheet": (full_sheet(), "1,048,576"),
    "broken XML": (with_sheet(b"<worksheet><sheetData><row>"), "damaged|not an Excel"),
    "a zip bomb": (with_sheet(b" " * 60_000_000), "would unpack"),
    "an XML bomb": (with_sheet(b'<!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet>&a;</worksheet>'), ""),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_a_bad_file_is_refused_by_name(name, tmp_path):
    content, message = REFUSED[name]
    if content is None:
        held = io.BytesIO()
        with zipfile.ZipFile(held, "w") as archive:
            archive.writestr("surat.txt", "isi")
        content = held.getvalue()
    with pytest.raises(DatasetError) as caught:
        read(tmp_path, content)
    fault = caught.value.faults[0]
    assert any(part in str(caught.value) for part in message.split("|"))
    assert fault.file.startswith("kiriman.csv")
    assert fault.remedy.endswith((".", ")")) or ":" in fault.remedy
    assert "3673011508900001" not in str(caught.value)


@pytest.mark.parametrize("missing", ["no-such.csv", "", "folder"])
def test_what_is_no_file_is_named(missing, tmp_path):
    (tmp_path / "folder").mkdir()
    with pytest.raises(DatasetError, match="does not exist|not a file"):
        read_office_file(tmp_path / missing, CHOICES)


def only_true_rows(read_file) -> None:
    first = COLUMNS.index("u1")
    for record in read_file.records:
        assert record[first : first + 9] == ANSWERS[record[2].day - 1]


@pytest.mark.parametrize("share", range(2, 100, 4))
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_file_cut_off_anywhere_gives_true_rows_or_an_error(kind, share, tmp_path):
    whole = GOOD.encode() if kind == "csv" else good_workbook()
    try:
        only_true_rows(read(tmp_path, whole[: len(whole) * share // 100]))
    except (DatasetError, NeedsElements) as error:
        assert str(error)


@pytest.mark.parametrize("seed", range(24))
def test_flipped_bytes_never_end_in_a_traceback(seed, tmp_path):
    draw = random.Random(seed)
    content = bytearray(good_workbook() if seed % 2 else GOOD.encode())
    for _ in range(1 + seed // 3):
        content[draw.randrange(len(content))] = draw.randrange(256)
    try:
        read(tmp_path, bytes(content))
    except (DatasetError, NeedsElements) as error:
        assert str(error)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_encodings_and_separators_are_recognised(encoding, mark, tmp_path):
    told = read(tmp_path, GOOD.replace(",", mark).encode(encoding))
    assert len(told.records) == len(ANSWERS)
    only_true_rows(told)


def test_a_cell_with_a_stray_value_costs_one_row_that_is_listed(tmp_path):
    told = read(tmp_path, GOOD.replace("2026-08-05,", "2026-08-05,29;87", 1).encode())
    assert (told.rows_read, len(told.records), told.set_aside) == (20, 19, 1)
    assert (told.rejected[0].row, told.rejected[0].column) == (6, "Persyaratan")


def test_memory_stays_bounded_with_a_zip_bomb(tmp_path):
    bomb = with_sheet(b"<a>" * 60_000_000)
    tracemalloc.start()
    with pytest.raises(DatasetError, match="would unpack"):
        read(tmp_path, bomb)
    assert tracemalloc.get_traced_memory()[1] < 20_000_000
    tracemalloc.stop()


def test_a_quarter_that_the_dates_are_not_in_leaves_nothing(tmp_path):
    with pytest.raises(DatasetError, match="not in 2025Q1"):
        read(tmp_path, GOOD.encode(), choices=Choices(units={}, unit="K1", quarter=pd.Period("2025Q1", "Q")))
