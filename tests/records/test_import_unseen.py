"""Files that the profiles were not written for: each is read as a careful clerk would, or refused."""

from __future__ import annotations

import csv
import datetime
import io
from collections.abc import Callable

import openpyxl
import pandas as pd
import pytest

from asn_analysis.offices.columns import declared_order
from asn_analysis.offices.profile import vocabulary
from asn_analysis.offices.reading import read_office_file
from asn_analysis.offices.tables import COLUMNS, Choices
from asn_analysis.records.faults import DatasetError
from asn_analysis.rules.rules import load_skm
from tests.records.test_import import run

NAMES = [element.name for element in load_skm().elements]
LABELS = ["Persyaratan", "Prosedur", "Waktu Penyelesaian", "Biaya/Tarif", "Produk", "Kompetensi Pelaksana",
          "Perilaku Pelaksana", "Penanganan Pengaduan", "Sarana dan Prasarana"]  # fmt: skip
N = 12
DAYS = [datetime.date(2026, 7 + n % 3, 3 + n * 2) for n in range(N)]
ANSWERS = [tuple(1 + (n * 5 + 3 * e + n * e) % 4 for e in range(9)) for n in range(N)]
U = [f"U{place}" for place in range(1, 10)]
UNITS = {"puskesmas satu": "P1", "puskesmas dua": "P2", "p1": "P1", "p2": "P2", "sukawana": ""}
P1, Q3, ORDER = (
    {"unit": "P1"},
    {"quarter": pd.Period("2026Q3", "Q")},
    {"elements": declared_order("regulation")},
)
NO_DATE = P1 | Q3


def as_csv(rows: list[list], mark: str = ",", encoding: str = "utf-8") -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=mark).writerows(rows)
    return text.getvalue().encode(encoding)


def as_xlsx(*sheets: list[list], merge: tuple[str, ...] = (), change: Callable | None = None) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for place, rows in enumerate(sheets, start=1):
        sheet = book.create_sheet(f"Lembar{place}")
        for row in rows:
            sheet.append(row)
    for span in merge:
        book.worksheets[0].merge_cells(span)
    if change:
        change(book.worksheets[0])
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def table(date: Callable = lambda day: f"{day:%d/%m/%Y}", answer: Callable = lambda value, element: value):
    rows = [
        [date(day), *(answer(value, element) for element, value in enumerate(given))]
        for day, given in zip(DAYS, ANSWERS, strict=True)
    ]
    return [["Tanggal", *LABELS], *rows]


def cells(*lead: Callable) -> list[list]:
    """Rows of answers behind what each of ``lead`` says of the respondent's number."""
    return [[*(tell(n) for tell in lead), *ANSWERS[n]] for n in range(N)]


def day(n: int) -> str:
    return DAYS[n].isoformat()


def words(answer: int, element: int) -> str:
    return vocabulary()["answers"][NAMES[element]][answer - 1][-1]


def turned(sheet) -> None:
    for row in (4, 5):
        sheet.row_dimensions[row].hidden = True


GRADES = ("Tidak Baik", "Kurang Baik", "Baik", "Sangat Baik")
TWO_ROWS = [["No", "Tanggal", "UNSUR PELAYANAN", *[None] * 8], [None, None, *U]]
SWAPPED = [*LABELS[:7], LABELS[8], LABELS[7]]
TICKS = [[n, day(n), *(1 if k == a else None for a in ANSWERS[n] for k in (1, 2, 3, 4))] for n in range(N)]
LETTERHEAD = [["PEMERINTAH KOTA"], ["UPT PUSKESMAS SATU"], [], ["Periode: Triwulan II Tahun 2025"], []]
SIGNATURE = [[], [*[None] * 6, "Kota, 1 Oktober 2026"], [*[None] * 6, "NIP. 19700101 199001 1 001"]]

READ_RIGHT = {  # file, choices, what is told beside
    "months by name, short and long": (as_csv(table(lambda d: f"{d.day:02d}-{('Jul', 'Agt', 'Sep')[d.month - 7]}-26")), P1, ""),  # noqa: E501
    "Jotform's dates": (as_csv(table(lambda d: f"{d:%b} {d.day}, {d.year}")), P1, ""),
    "years of two digits, the same in all": (as_csv(table(lambda d: f"{d:%d/%m/%y}")), P1, ""),
    "Excel's day numbers": (as_csv(table(lambda d: str((d - datetime.date(1899, 12, 30)).days))), P1, "numbers of days"),  # noqa: E501
    "date cells and dates as text": (as_xlsx(table(lambda d: d if d.day % 4 else f"{d:%d/%m/%Y}")), P1, ""),
    "month and year in columns": (as_csv([["Bulan", "Tahun", *LABELS], *cells(lambda n: ("Juli", "Agustus", "September")[n % 3], lambda n: 2026)]), P1, "last day of Bulan, Tahun"),  # noqa: E501
    "number and word, word and number": (as_csv(table(answer=lambda a, e: f"{a} - {words(a, e)}" if e % 2 else f"{words(a, e)} ({a})")), P1, ""),  # noqa: E501
    "the same four grades everywhere": (as_csv(table(answer=lambda a, e: GRADES[a - 1])), P1, ""),
    "answers with signs": (as_csv(table(answer=lambda a, e: (f"{a}.", f"({a})", f" {a} ")[e % 3])), P1, ""),
    "a header of two rows, again on the next page": (as_xlsx([*TWO_ROWS, *cells(lambda n: n, day)[:6], *TWO_ROWS, *cells(lambda n: n, day)[6:]]), P1 | ORDER, "2 repeated headers"),  # noqa: E501
    "a header of three rows": (as_xlsx([*TWO_ROWS, [None, None, *LABELS], *cells(lambda n: n, day)], merge=("A1:A3", "B1:B3", "C1:K1")), P1, "words of its labels"),  # noqa: E501
    "subtotals by service": (as_xlsx([["No", "Tanggal", *LABELS], *cells(lambda n: n, day)[:6], ["Sub Total", None, *[18] * 9], *cells(lambda n: n, day)[6:], ["TOTAL", None, *[36] * 9]]), P1, "2 rows of totals"),  # noqa: E501
    "letterhead and signature": (as_xlsx([*LETTERHEAD, *table(lambda d: d), *SIGNATURE]), P1, "2025\" names another period"),  # noqa: E501
    "units merged down": (as_xlsx([["Unit", "Tanggal", *LABELS], *cells(lambda n: "Puskesmas Satu" if n == 0 else None, day)], merge=(f"A2:A{N + 1}",)), {}, ""),  # noqa: E501
    "hidden rows": (as_xlsx(table(lambda d: d), change=turned), P1, "2 hidden rows"),
    "a mean of 16 digits beside": (as_xlsx([[*row, "Rata-rata" if n == 0 else sum(row[1:]) / 9] for n, row in enumerate(table(lambda d: d))]), P1, ""),  # noqa: E501
    "services that sound like totals": (as_csv([["Nama Layanan", "Tanggal", *LABELS], *cells(lambda n: "Keterangan Usaha", day)]), P1, ""),  # noqa: E501
    "comments that sound like totals": (as_csv([["Saran", "Tanggal", *LABELS], *cells(lambda n: "Jumlah loket ditambah", day)]), P1, ""),  # noqa: E501
    "score and words in a long table": (as_csv([["id_responden", "tanggal", "unit", "pertanyaan", "jawaban", "skor"], *([n, day(n), "P1", LABELS[e], words(ANSWERS[n][e], e), ANSWERS[n][e]] for n in range(N) for e in range(9))]), {}, "not used: jawaban"),  # noqa: E501
    "a report workbook with a sheet of values": (as_xlsx([["Parameter", "Nilai"], ["Populasi", 420]], table(lambda d: d)), P1, ""),  # noqa: E501
    "a separator told in the first line": (b"sep=;\r\n" + as_csv(table(), ";"), P1, ""),
    "fifty blank lines above": (b"\r\n" * 50 + as_csv(table()), P1, ""),
    "Excel's Unicode text": (as_csv(table(), "\t", "utf-16"), P1, "utf-16"),
    "U8 sarana, by its label": (as_csv([["Tanggal", *SWAPPED], *([day(n), *ANSWERS[n][:7], ANSWERS[n][8], ANSWERS[n][7]] for n in range(N))]), P1, ""),  # noqa: E501
}  # fmt: skip

REFUSED = {
    "a key from good to bad": (as_xlsx([["1 = Sangat Baik, 2 = Baik, 3 = Kurang Baik, 4 = Tidak Baik"], *table(lambda d: d)]), P1, "runs from good to bad"),  # noqa: E501
    "such a key below": (as_xlsx([*table(lambda d: d), [], ["Ket: 4 = Tidak Puas, 1 = Sangat Puas"]]), P1, "runs from good to bad"),  # noqa: E501
    "a key of five, of which four were used": (as_xlsx([*table(lambda d: d), ["Ket: 1=Sangat Tidak Puas, 5=Sangat Puas"]]), P1, "longer scale"),  # noqa: E501
    "labels of a scale of five": (as_csv([["Tanggal", *(f"{name} (skala 1-5)" for name in LABELS)], *table()[1:]]), P1, "longer scale"),  # noqa: E501
    "importance, not performance": (as_xlsx([["No", "Tingkat Kepentingan", *[None] * 8], [None, *LABELS], *cells(lambda n: n)]), NO_DATE, "not what citizens got"),  # noqa: E501
    "ticks in four columns an element": (as_xlsx([["No", "Tanggal", *(x for name in LABELS for x in (name, None, None, None))], *TICKS]), P1, "has no header"),  # noqa: E501
    "a header one column off": (as_xlsx([["No", "Tanggal", None, *LABELS], *cells(lambda n: n, day)]), P1, "has no header"),  # noqa: E501
    "a second table in another order": (as_xlsx([*table(lambda d: d), [], ["Tanggal", *SWAPPED], *table(lambda d: d)[1:]]), P1, "another header"),  # noqa: E501
    "a second table of another unit": (as_xlsx([*table(lambda d: d), ["Puskesmas Dua"], *table(lambda d: d)]), P1, "a line names P2"),  # noqa: E501
    "a heading of another unit": (as_csv([["Puskesmas Dua"], *table()]), P1, "names P2, and --unit says P1"),
    "a row a unit": (as_csv([["Unit", "Jumlah Responden", *LABELS], ["P1", 45, *ANSWERS[0]]]), Q3, "a row a unit"),  # noqa: E501
    "day and month turned by Excel": (as_xlsx(table(lambda d: d if d.day <= 12 else f"{d:%d/%m/%Y}")), P1, "turned day and month"),  # noqa: E501
    "years of two digits in front": (as_csv(table(lambda d: f"{d:%y/%m/%d}")), P1, "two digits"),
    "another year in a column": (as_csv([["Tahun", *LABELS], *cells(lambda n: 2025)]), NO_DATE, "not in 2026Q3"),  # noqa: E501
    "stars": (as_csv(table(answer=lambda a, e: "⭐" * a)), P1, "no answer on"),
    "letters": (as_csv(table(answer=lambda a, e: "ABCD"[a - 1])), P1, "no answer on"),
    "pairs in one cell": (as_csv([["Tanggal", "Jawaban"], *([day(n), "; ".join(f"U{9 - e}={a}" for e, a in enumerate(ANSWERS[n]))] for n in range(N))]), P1 | ORDER, ""),  # noqa: E501
    "numbers against words": (as_csv(table(answer=lambda a, e: f"{5 - a} - {words(a, e)}")), P1, "do not agree"),  # noqa: E501
    "a name that two units bear": (as_csv([["Unit", "Tanggal", *LABELS], *cells(lambda n: "Sukawana", day)]), {}, "more than one unit"),  # noqa: E501
    "a name with a slip": (as_csv([["Unit", "Tanggal", *LABELS], *cells(lambda n: "Puskesmas Sattu", day)]), {}, "is it P1"),  # noqa: E501
}  # fmt: skip

SET_ASIDE = {  # file, choices, rows set aside, reason
    "a dated mean that calls itself one": (as_csv([["Tanggal", "Jenis Layanan", *LABELS], *2 * cells(day, lambda n: "KTP"), [day(0), "Rata-rata KTP", *ANSWERS[0]]]), P1, 1, "or a total"),  # noqa: E501
    "a shifted row of a sheet": (as_xlsx([*table(lambda d: d), *table(lambda d: d)[1:], [DAYS[0], None, *ANSWERS[0]]]), P1, 1, "too far to the right"),  # noqa: E501
    "a shifted row beside a comment": (as_csv([[*table()[0], "Saran"], *([*row, ""] for row in 2 * table()[1:]), [day(0), "", *ANSWERS[0]]]), P1, 1, "too far to the right"),  # noqa: E501
    "months of another quarter": (as_csv([["Triwulan", "Tahun", *LABELS], *cells(lambda n: "III" if n else "II", lambda n: 2026), *cells(lambda n: "III", lambda n: 2026)]), NO_DATE, 1, "not in 2026Q3"),  # noqa: E501
    "unmapped words of a total": (as_csv([["Urusan", "Tanggal", *LABELS], *2 * cells(lambda n: "KTP", day), ["Keterangan Usaha", day(0), *ANSWERS[0]]]), P1, 1, "or a total"),  # noqa: E501
}  # fmt: skip


def read(folder, content: bytes, choices: dict):
    path = folder / ("kiriman.xlsx" if content.startswith(b"PK") else "kiriman.csv")
    path.write_bytes(content)
    return read_office_file(path, Choices(units=UNITS, **choices))


def kept(imported) -> list[tuple]:
    first = COLUMNS.index("u1")
    return [row[first : first + 9] for row in imported.records]


@pytest.mark.parametrize("name", READ_RIGHT)
def test_a_file_is_read_as_a_careful_clerk_would(name, tmp_path):
    content, choices, told = READ_RIGHT[name]
    found = read(tmp_path, content, choices)
    assert kept(found) == ANSWERS
    assert {row[COLUMNS.index("unit_id")] for row in found.records} == {"P1"}
    days = [row[COLUMNS.index("date")] for row in found.records]
    assert days == DAYS or told.startswith("last day")
    passed = [f"{count} {what}" for what, count in found.passed.items()]
    assert told in " | ".join([found.order, *found.notes, *passed, f"not used: {', '.join(found.unused)}"])


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_that_would_be_misread_is_refused(name, tmp_path):
    content, choices, reason = REFUSED[name]
    with pytest.raises(DatasetError) as caught:
        read(tmp_path, content, choices)
    assert reason in str(caught.value)
    assert all(len(fault.remedy) > 10 for fault in caught.value.faults)


@pytest.mark.parametrize("name", SET_ASIDE)
def test_a_row_that_could_be_two_things_is_set_aside(name, tmp_path):
    content, choices, rows, reason = SET_ASIDE[name]
    found = read(tmp_path, content, choices)
    assert (found.rows_read, found.set_aside) == (len(found.records) + rows, rows)
    assert reason in found.rejected[0].reason
    assert set(kept(found)) <= set(ANSWERS)


@pytest.mark.parametrize(("letters", "expected"), [("LP", ["L", "P"]), ("PW", ["L", "P"])])
def test_p_is_a_woman_beside_l_and_a_man_beside_w(letters, expected, tmp_path):
    rows = [["JK", *table()[0]], *([letters[n % 2], *row] for n, row in enumerate(table()[1:]))]
    found = read(tmp_path, as_csv(rows), P1)
    assert [row[COLUMNS.index("sex")] for row in found.records[:2]] == expected


def test_all_sheets_are_read_each_with_its_unit_and_a_copy_is_refused(tmp_path):
    first, second = table(lambda d: d)[:7], [table()[0], *table(lambda d: d)[7:]]
    book = openpyxl.load_workbook(io.BytesIO(as_xlsx(first, second, first)))
    for sheet, title in zip(book.worksheets, ("Kelurahan Satu", "K2", "Rekap"), strict=True):
        sheet.title = title
    book["Rekap"].sheet_state = "hidden"
    book.save(tmp_path / "kiriman.xlsx")
    result = run(tmp_path, tmp_path / "kiriman.xlsx", "--sheet", "all")
    assert result.exit_code == 0, result.output
    assert "sheet Kelurahan Satu" in result.output
    assert "sheet K2" in result.output
    book["Rekap"].sheet_state = "visible"
    book["Rekap"].title = "Kelurahan Dua"
    book.save(tmp_path / "dua.xlsx")
    again = run(tmp_path, tmp_path / "dua.xlsx", "--sheet", "all")
    assert again.exit_code == 2
    assert "stand in the data set already" in again.output
