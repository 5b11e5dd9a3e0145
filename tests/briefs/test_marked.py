"""The marked copy: every fault in it, in Indonesian; nothing personal; mended, it is a data set again."""

from __future__ import annotations

import ast
import shutil
import subprocess
import zipfile
from pathlib import Path

import openpyxl
import pytest
import yaml
from openpyxl.comments import Comment

from asn_analysis.pages.form import marked
from asn_analysis.pages.form.findings import COLUMNS, HEADER_ROW, TITLE
from asn_analysis.pages.form.guide import GUIDE
from asn_analysis.pages.form.marked import Unmarkable, write_marked
from asn_analysis.pages.form.sheets import column_note, say
from asn_analysis.pages.form.style import AMISS, NEEDED, fill
from asn_analysis.pages.form.vocabulary import choices_of, sheet_of, told
from asn_analysis.records.intake import check_dataset, examine, read_dataset
from asn_analysis.records.message import Message
from asn_analysis.records.schema import TABLES
from asn_analysis.words.catalogues import PACKAGE
from tests.briefs.conftest import asn
from tests.briefs.workbooks import SMALL, cell, place_of, write_filled

NIK = "3673011203900001"  # invented: the number 0001 is never the first to be given out
OPTIONAL_OF_UNITS = ("kecamatan", "annual_users", "staff")
OTHERS = ("digital_services", "complaints", "consultations", "staff", "follow_ups")
RECORDED = SMALL | {
    "trainings": [
        {"unit_id": "01", "start": "07/04/2025", "kind": "technical", "hours": 24, "participants": 12}
        | {"cost_idr": 15_000_000}
    ],
    "complaints": [{"complaint_id": "c1", "unit_id": "P1", "class": "aspirasi", "received": "2026-07-01"}],
    "staff": [
        {"staff_id": f"s{n}", "unit_id": "01", "year": 2025, "position_type": "pelaksana"}
        | {"education": "D3", "leadership_hours": 0, "functional_hours": 0, "technical_hours": 24}
        | {"seminar": 1, "performance": 85, "sanction": "none"}
        for n in (1, 2)
    ],
}


class Office:
    """A filled workbook in which a test may break something."""

    def __init__(self, folder: Path, *tables: str) -> None:
        """With these optional tables; the others are taken out of dataset.yml."""
        self.folder, self.path = folder, write_filled(folder, RECORDED)
        self.declare(lambda manifest: [manifest["tables"].pop(name) for name in OTHERS if name not in tables])

    def declare(self, do) -> Office:
        path = self.folder / "dataset.yml"
        manifest = yaml.safe_load(path.read_text(encoding="utf-8"))
        do(manifest)
        path.write_text(yaml.safe_dump(manifest, sort_keys=False), encoding="utf-8")
        return self

    def change(self, do) -> Office:
        book = openpyxl.load_workbook(self.path)
        do(book)
        book.save(self.path)
        return self

    def put(self, table: str, row: int, column: str, value: object) -> Office:
        return self.change(lambda book: put(book, table, row, column, value))

    def copies(self) -> list[Path]:
        return write_marked(self.folder)

    def marked(self) -> openpyxl.Workbook:
        """The marked copy, in which every fault must be told."""
        book = openpyxl.load_workbook(self.copies()[0])
        faults = examine(self.folder, marked.MOST_MARKED).faults
        assert [row[5] for row in findings(book)] == [f"{told(fault.problem)}." for fault in faults]
        assert [row[6] for row in findings(book)] == [told(fault.remedy) for fault in faults]
        return book


def put(book: openpyxl.Workbook, table: str, row: int, column: str, value: object) -> None:
    cell(book, table, row, column).value = value


def findings(book: openpyxl.Workbook) -> list[tuple]:
    return list(book[say(TITLE)].iter_rows(min_row=HEADER_ROW + 1, values_only=True))


def red_cells(book: openpyxl.Workbook) -> list[tuple[str, str]]:
    return [
        (sheet.title, one.coordinate)
        for sheet in book.worksheets
        if sheet.title != say(GUIDE)  # which shows the colours
        for row in sheet.iter_rows()
        for one in row
        if one.fill.fill_type == "solid" and one.fill.fgColor.rgb.endswith(AMISS)
    ]


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """The three needed tables, in order."""
    return Office(tmp_path / "kota")


# Table, row, column, what stands there, and what its note says of problem and remedy.
CELLS = [
    ("responses", 3, "u2", 7, "bukan angka jawaban dari 1 sampai 4", "Tulis angka jawaban (1, 2, 3"),
    ("responses", 4, "u2", "=1+2", "rumus tanpa hasil, atau galat seperti #N/A", "Tulis nilainya langsung"),
    ("responses", 2, "date", "kemarin", "bukan tanggal dari 2004-01-01", "Tulis tanggal seperti 31/08"),
    ("responses", 5, "unit_id", "P9", "unit ini tidak ada dalam daftar unit", "Pilih kode yang ada"),
    ("responses", 3, "response_id", "r1", "Kode kuesioner yang sama di lebih dari", "Hapus baris yang"),
    ("responses", 4, "age", 7, "bukan bilangan bulat dari 10 sampai 110", "tanpa pemisah ribuan, atau"),
    ("units", 3, "unit_type", "Desa", "bukan salah satu dari Kelurahan", "Tulis persis salah satu"),
    ("units", 3, "name", None, "kosong, padahal wajib diisi", "Lengkapi isi sel ini."),
    ("trainings", 2, "hours", 0, "bukan bilangan di atas 0", "Tulis bilangan di atas 0, dengan angka"),
    ("complaints", 2, "closed", "2026-06-30", "lebih awal daripada tanggal di kolom Diterima",
     "Bandingkan kolom Ditutup dan Diterima pada baris ini"),
    ("staff", 3, "staff_id", "s1", "Kode samaran dan Tahun yang sama", "beri setiap baris kode sendiri"),
]  # fmt: skip


@pytest.fixture(scope="module")
def faulty(tmp_path_factory) -> tuple[Office, openpyxl.Workbook]:
    """All these faults in one workbook, one fault in 1,240 rows, and its marked copy."""
    office = Office(tmp_path_factory.mktemp("faulty") / "kota", "complaints", "staff")

    def broken(book):
        for table, row, column, value, *_ in CELLS:
            put(book, table, row, column, value)
        put(book, "responses", 5, "u3", "#N/A")
        cell(book, "responses", 5, "u3").data_type = "e"
        for n in range(10, 1250):
            put(book, "responses", n, "response_id", f"q{n}")
            put(book, "responses", n, "unit_id", "01")
            put(book, "responses", n, "date", "2026-07-09")
            put(book, "responses", n, "u1", 9)
        put(book, "responses", 9, "sex", "=HYPERLINK(1)")
        cell(book, "responses", 9, "sex").data_type = "s"

    before = office.change(broken).path.read_bytes()
    book = office.marked()
    assert office.path.read_bytes() == before
    found = set(examine(office.folder, marked.MOST_MARKED).faults)
    counted = [fault for fault in check_dataset(office.folder) if fault not in found]
    assert [fault.problem.parts["rest"] for fault in counted] == [1220]  # here each of them is told
    return office, book


@pytest.mark.parametrize(("table", "row", "column", "value", "problem", "remedy"), CELLS)
def test_a_faulty_cell_is_red_and_its_note_says_what_to_do(
    faulty, table, row, column, value, problem, remedy
):
    _, book = faulty
    found = cell(book, table, row, column)
    assert (sheet_of(table), found.coordinate) in red_cells(book)
    assert problem in found.comment.text
    assert remedy in found.comment.text
    assert (sheet_of(table), found.coordinate) in [line[1:3] for line in findings(book)]


def test_every_red_cell_is_a_finding_and_every_finding_with_a_cell_is_red(faulty):
    _, book = faulty
    assert set(red_cells(book)) == {line[1:3] for line in findings(book)}
    assert [sheet.title for sheet in book.worksheets][:2] == [say(TITLE), say(GUIDE)]
    assert book[say(TITLE)]["A1"].value == f"{len(findings(book))} hal yang perlu diperbaiki"
    assert len(COLUMNS) == len(findings(book)[0])


def test_an_error_value_is_never_an_empty_answer(faulty):
    _, book = faulty
    assert "rumus tanpa hasil" in cell(book, "responses", 5, "u3").comment.text


def test_every_row_with_one_fault_is_red_and_beyond_bounds_they_are_counted(faulty, monkeypatch):
    office, book = faulty
    red = {at for sheet, at in red_cells(book) if sheet == "Jawaban survei"}
    assert {cell(book, "responses", n, "u1").coordinate for n in range(10, 1250)} <= red
    monkeypatch.setattr(marked, "MOST_MARKED", 20)
    few = openpyxl.load_workbook(office.copies()[0])
    line = next(line for line in findings(few) if "baris lagi" in line[5])
    assert line[5].startswith("1.220 baris lagi dengan masalah yang sama (bukan angka jawaban dari 1")
    assert line[2] == cell(few, "responses", 1, "u1").coordinate


def test_a_cell_inside_a_merged_area_is_marked_where_the_area_begins():
    sheet = openpyxl.Workbook().active
    sheet.merge_cells("B2:C3")
    marked._mark(sheet, 3, 3, ["Masalah"])
    assert sheet["B2"].comment.text == "Masalah"


def test_a_sheet_formatted_to_its_last_cell_is_copied_without_filling_it():
    sheet = openpyxl.Workbook().active
    sheet["A1"] = "Kode unit"
    sheet["XFD1048576"].fill = fill(AMISS)
    marked._clean(sheet, marked.Place(Path(), "", frozenset()))
    assert len(sheet._cells) == 2


def test_texts_of_the_office_are_never_run(faulty):
    _, book = faulty
    line = next(line for line in book[say(TITLE)].iter_rows() if line[4].value == "=HYPERLINK(1)")
    assert line[4].data_type == "s"


def test_a_workbook_too_large_to_hold_is_not_marked(faulty, monkeypatch):
    monkeypatch.setattr(marked, "MOST_BYTES", 1000)
    with pytest.raises(Unmarkable, match="too large to be marked"):
        faulty[0].copies()


def test_same_faults_same_copy_then_a_mended_copy_is_a_data_set(office):
    """The way of a workbook between operator and office: half mended, sent again, mended."""
    office.put("responses", 3, "u2", 7).put("responses", 4, "u2", 8)
    (first,) = office.copies()
    content = first.read_bytes()
    assert office.copies() == [first]
    book = office.marked()
    put(book, "responses", 3, "u2", 3)
    book.save(office.path)
    (second,) = office.copies()
    assert (first.name, second.name) == ("data.diperiksa.xlsx", "data.diperiksa-2.xlsx")
    assert first.read_bytes() == content
    again = openpyxl.load_workbook(second)
    assert red_cells(again) == [("Jawaban survei", cell(again, "responses", 4, "u2").coordinate)]
    assert cell(again, "responses", 3, "u2").comment is None
    put(again, "responses", 4, "u2", 4)
    again.save(office.path)
    assert check_dataset(office.folder) == ()


def test_what_is_missing_or_renamed_is_listed_and_a_header_keeps_its_note(office):
    """A header misspelt, a column and a sheet deleted, a key of dataset.yml left empty."""

    def broken(book):
        put(book, "units", 1, "name", "Nama  unit")
        book["Unit layanan"].delete_cols(place_of(book["Unit layanan"], "units", "unit_type"))
        del book["Pelatihan"]

    office.declare(lambda manifest: manifest.update(city=None))
    book = office.change(broken).marked()
    others = "Petunjuk, Unit layanan, Jawaban survei, Layanan digital, Pengaduan, Konsultasi publik, Pegawai"
    assert [line[1:6] for line in findings(book)] == [
        ("dataset.yml", None, "city", None, "bukan teks."),
        ("Unit layanan", "B1", "Nama unit", "Nama  unit",
         "kolom ini tidak ada, tetapi ada judul yang mirip."),
        ("Unit layanan", None, "Jenis unit", None,
         "kolom ini tidak ada; judul kolom yang ada: Kode unit, Nama  unit, Kecamatan, Pengguna per tahun, "
         "Jumlah pegawai."),
        ("data.xlsx, lembar Pelatihan", None, None, None,
         f"lembar ini tidak ada dalam buku kerja; yang ada: {others}, Tindak lanjut, Pilihan."),
    ]  # fmt: skip
    header = book["Unit layanan"]["B1"]
    assert "ada judul yang mirip" in header.comment.text
    assert "WAJIB DIISI" in header.comment.text

    header.value = "Nama unit"
    book.save(office.path)
    again = openpyxl.load_workbook(office.copies()[0])["Unit layanan"]["B1"]
    assert again.fill.fgColor.rgb.endswith(NEEDED)
    assert again.comment.text.startswith("WAJIB DIISI")


def test_faults_of_other_files_are_listed_in_a_copy_of_the_workbook(office):
    lines = ["Kode unit,Nama unit,Jenis unit", "01,Sukawana,desa", "P1,Puskesmas Kota,puskesmas"]
    (office.folder / "units.csv").write_text("\n".join(lines) + "\n")
    (office.folder / "trainings.xlsx").write_bytes(b"not a workbook")
    office.declare(lambda manifest: manifest["tables"].update(units="units.csv", trainings="trainings.xlsx"))
    office.declare(lambda manifest: [manifest["columns"]["units"].pop(c) for c in OPTIONAL_OF_UNITS])
    book = office.marked()
    assert [line[1:4] for line in findings(book)] == [
        ("units.csv", "baris 2", "Jenis unit"),
        ("trainings.xlsx", None, None),
    ]
    assert red_cells(book) == []


def test_order_extra_columns_and_dates_as_text_do_no_harm(office):
    def shuffled(book):
        sheet = book["Unit layanan"]
        rows = [[one.value for one in row] for row in sheet.iter_rows()]
        order = [3, 0, 5, 2, 1, 4]
        for number, row in enumerate([rows[0], *rows[:0:-1]], start=1):
            note = "catatan" if number == 1 else "=VLOOKUP(1,A1,1)"  # without result, and nobody reads it
            for place, value in enumerate([row[at] for at in order] + [note]):
                sheet.cell(number, place + 1).value = value
        put(book, "responses", 2, "date", "1/7/2026")

    office.change(shuffled)
    assert check_dataset(office.folder) == ()
    units = read_dataset(office.folder).units
    assert units["unit_id"].tolist() == ["P1", "01"]
    assert units["annual_users"].tolist()[0] == 20000
    assert units["kecamatan"].tolist()[1] == "Serang"


def test_the_copy_holds_nothing_that_identifies_a_person(office):
    def broken(book):
        put(book, "responses", 2, "comment", f"hubungi {NIK} ya, bu wagiyem")
        put(book, "responses", 3, "response_id", int(NIK))
        put(book, "responses", 4, "u1", 9)
        cell(book, "responses", 4, "u1").comment = Comment("tanya 0812-3456-7890", "petugas")
        sheet = book["Jawaban survei"]
        sheet.cell(1, 30, "Nama Lengkap")
        for row in range(2, 6):
            sheet.cell(row, 30, "Ujang Rekaan")
        notes = book.create_sheet("Catatan")
        notes["A1"], notes["B1"], notes["B2"] = "0812-3456-7890", "NIK", NIK

    told_only = asn("check", office.change(broken).folder)
    assert told_only.exit_code == 3
    assert "nothing was written" in told_only.output
    assert [path.name for path in office.folder.glob("*.xlsx")] == ["data.xlsx"]

    book = office.marked()
    with zipfile.ZipFile(office.copies()[0]) as archive:
        everything = " ".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())
    for secret in (NIK, "Ujang", "3456", "wagiyem"):
        assert secret not in everything
    assert cell(book, "responses", 2, "comment").value == "hubungi [NIK] ya, bu [nama]"
    assert "tampak sebagai data pribadi (NIK)" in cell(book, "responses", 2, "comment").comment.text
    assert cell(book, "responses", 4, "u1").comment.text.endswith("\n----\ntanya [nomor telepon]")
    assert "kolom data pribadi (nama)" in book["Jawaban survei"].cell(1, 30).comment.text

    result = asn("check", office.folder, "--marked")
    assert result.exit_code == 3
    assert f"marked in {office.copies()[0]}" in result.output
    assert NIK not in result.output


def test_a_data_set_without_workbook_says_why_there_is_no_copy(tmp_path):
    (tmp_path / "dataset.yml").write_text("city: Kota Contoh\n")
    result = asn("check", tmp_path, "--marked")
    assert result.exit_code == 2
    assert "nothing was marked: No table of this data set is a sheet of a workbook" in result.output


def test_sheets_belong_to_workbooks_only(tmp_path):
    tables = {"units": {"file": "units.csv", "sheet": "Unit"}, "staff": {"file": "data.xlsx"}}
    (tmp_path / "dataset.yml").write_text(yaml.safe_dump({"tables": tables}))
    problems = {fault.column: str(fault.problem) for fault in check_dataset(tmp_path)}
    assert problems["tables.units"] == "only a workbook (.xlsx) has sheets"
    assert problems["tables.staff"] == "not a file name"


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not on this machine")
def test_a_workbook_saved_by_libreoffice_reads_and_is_marked_alike(office, tmp_path):
    office.put("responses", 3, "u2", "=1+2").put("responses", 4, "u2", 7)
    command = ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to"]
    subprocess.run([*command, "xlsx", "--outdir", tmp_path, office.path], check=True, capture_output=True)
    shutil.copy(tmp_path / "data.xlsx", office.path)
    book = office.marked()  # the formula has its result now
    assert red_cells(book) == [("Jawaban survei", cell(book, "responses", 4, "u2").coordinate)]
    assert cell(book, "units", 2, "unit_id").value == "01"


def test_every_fault_of_a_data_set_is_made_of_messages():
    """A text that is no message would reach an office in English; `faults.yml` holds them."""
    plain = []
    for path in sorted((PACKAGE / "records").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Fault":
                problem_and_remedy = node.args[4:]
                plain += [(path.name, ast.unparse(text)) for text in problem_and_remedy if is_prose(text)]
    assert not plain


def is_prose(node: ast.expr) -> bool:
    return isinstance(node, ast.JoinedStr) or (
        isinstance(node, ast.Constant) and isinstance(node.value, str) and " " in node.value
    )


def test_parts_of_a_message_are_translated_too():
    from asn_analysis.records.schema import column

    remedy = column("x", whole="People", low=0, optional=True).remedy
    assert isinstance(remedy, Message)
    assert told(remedy) == (
        "Tulis bilangan bulat 0 atau lebih, dengan angka tanpa pemisah ribuan, atau kosongkan selnya."
    )


def test_an_office_is_told_the_words_of_its_lists_and_none_of_our_codes():
    """Once "Tulis persis salah satu dari: planned, …" beside a list that begins with Direncanakan."""
    status = TABLES["follow_ups"].columns["status"]
    words = "Direncanakan, Sedang berjalan, Selesai, Dibatalkan"
    assert told(status.remedy) == f"Tulis persis salah satu dari: {words}."
    assert told(status.problem) == f"bukan salah satu dari {words}"
    assert words in column_note(status)
    assert str(status.allowed) == "one of planned, running, done, cancelled"  # as the schema has them
    chosen = [column for table in TABLES.values() for column in table.columns.values() if column.values]
    assert all(", ".join(choices_of(column)) in told(column.remedy) for column in chosen)
