"""What a file says of itself is used, asked about, or held against what is said of it; nothing wrong in silence.

The files of `cases` stand for kinds that offices send; where the shared originals are at hand, they are read too.
"""  # noqa: E501

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path
from zoneinfo import ZoneInfo

import openpyxl
import pandas as pd
import pytest

from asn_analysis.offices.columns import declared_order
from asn_analysis.offices.dates import day_in
from asn_analysis.offices.periods import span_in
from asn_analysis.offices.profile import Map, header_name
from asn_analysis.offices.reading import read_office_file
from asn_analysis.offices.tables import COLUMNS, Choices
from asn_analysis.offices.units import unit_names, units_in
from asn_analysis.records.faults import DatasetError
from asn_analysis.records.intake import check_dataset
from tests.records.office_layouts import KNOWN, TABLE, outcomes

SHARED = Path(os.environ.get("ASN_OFFICE_CASES", Path(__file__).parents[3] / "shared/cases/offices"))
Q3 = pd.Period("2026Q3", "Q")
NAMES = "Persyaratan,Prosedur,Waktu,Biaya,Produk,Kompetensi,Perilaku,Pengaduan,Sarana"
FOUR = ["3,3,2,4,3,3,3,4,2", "4,3,3,4,3,4,4,4,3", "2,3,2,3,3,3,3,3,2", "3,4,3,4,4,3,3,4,3"]  # index 79.17
KEY = ["1 = Sangat Baik", "2 = Baik", "3 = Kurang Baik", "4 = Tidak Baik"]
TWELVE = [*FOUR, *FOUR, *FOUR]


def lines(header: str, *rows: str) -> str:
    return "\n".join([header, *rows]) + "\n"


def led(lead: list, rows: list[str] = FOUR) -> list[str]:
    return [f"{first},{row}" for first, row in zip(lead, rows, strict=True)]


def worded(words: dict[str, str], rows: list[str] = FOUR) -> list[str]:
    return [",".join(words[answer] for answer in row.split(",")) for row in rows]


AGREE = {"1": "Sangat Tidak Setuju", "2": "Tidak Setuju", "3": "Setuju", "4": "Sangat Setuju"}
LETTERS = {"1": "STS", "2": "TS", "3": "S", "4": "SS"}
STP = {"1": "Sangat Tidak Puas", "2": "Tidak Puas", "3": "Puas", "4": "Sangat Puas"}
GRADES = {"1": "Tidak baik", "2": "Kurang baik", "3": "Baik", "4": "Sangat baik"}
FIVE = {"2": "Cukup Baik", "3": "Baik", "4": "Sangat Baik"}
STAMPS = ["2026-08-03 10:00:00"] * 4
DAYS = ["2026-02-10", "2026-05-10", "2026-08-10", "2026-11-10"]
SITES = ["Kelurahan Cipare", "Kelurahan Lopang"] * 2
NO = f"No,{NAMES}"
RIGHT = {  # file, unit and quarter that are said, index, rows by unit and quarter
    "04 dates under a header of another form": (lines(f"Tanggal Survey,{NAMES}", *led(DAYS)), ("KEL-01", None), 79.17, {("KEL-01", f"2026Q{q}"): 1 for q in (1, 2, 3, 4)}),  # noqa: E501
    "05 units under a header of another form": (lines(f"Kelurahan,{NAMES}", *led(SITES)), (None, Q3), 79.17, {("KEL-01", "2026Q3"): 2, ("KEL-02", "2026Q3"): 2}),  # noqa: E501
    "08 statistics below": (lines(NO, *led([1, 2, 3, 4]), "Minimum,2,3,2,3,3,3,3,3,2", "Modus,3,3,2,4,3,3,3,4,2", "Target,4,4,4,4,4,4,4,4,4"), ("KEL-01", Q3), 79.17, {("KEL-01", "2026Q3"): 4}),  # noqa: E501
    "14 numbered under No Urut": (lines(f"No Urut,{NAMES}", *led([1, 2, 3, 4])), ("KEL-01", Q3), 79.17, {("KEL-01", "2026Q3"): 4}),  # noqa: E501
    "21 a table of frequencies below": (lines(NO, *led([1, 2, 3, 4]), "", "Tidak baik,0,0,0,0,0,0,0,0,0", "Kurang baik,1,0,2,0,0,0,0,0,2", "Baik,2,3,2,1,3,3,3,1,2", "Sangat baik,1,1,0,3,1,1,1,3,0"), ("KEL-01", Q3), 79.17, {("KEL-01", "2026Q3"): 4}),  # noqa: E501
    "the same, labelled by numbers": (lines(NO, *led([1, 2, 3, 4]), "", "1,0,0,0,0,0,0,0,0,0", "2,1,0,2,0,0,0,0,0,2", "3,2,3,2,1,3,3,3,1,2", "4,1,1,0,3,1,1,1,3,0"), ("KEL-01", Q3), 79.17, {("KEL-01", "2026Q3"): 4}),  # noqa: E501
    "24 a 0 for no answer": (lines(NO, *led(range(1, 13), [TWELVE[0], "0" + TWELVE[1][1:], *TWELVE[2:]])), ("KEL-01", Q3), None, {("KEL-01", "2026Q3"): 12}),  # noqa: E501
}  # fmt: skip
REFUSED = {
    "01 'Tidak Puas' of an unknown ladder": (lines(f"Timestamp,{NAMES}", *led(STAMPS, worded(STP))), ("KEL-01", None), "tidak puas: 2"),  # noqa: E501
    "03 five steps in words": (lines(f"Timestamp,{NAMES}", *led(STAMPS, worded(FIVE))), ("KEL-01", None), "If it offers five steps"),  # noqa: E501
    "05 and one unit for all": (RIGHT["05 units under a header of another form"][0], ("KEL-01", Q3), "row 3"),
    "units under a header of no form": (lines(f"Di mana,{NAMES}", *led(SITES)), ("KEL-01", Q3), 'column "Di mana" names units'),  # noqa: E501
    "dates under a header of no form": (lines(f"Kapan,{NAMES}", *led(DAYS)), ("KEL-01", Q3), "one that is not in 2026Q3"),  # noqa: E501
    "08 with a word that nobody knows": (lines(NO, *led([1, 2, 3, 4]), "Pembanding,4,4,4,4,4,4,4,4,4"), ("KEL-01", Q3), "is the row a respondent?"),  # noqa: E501
    "09 a key beside, from good to bad": (lines(f"{NO},,Keterangan", *(f"{row},,{key}" for row, key in zip(led([1, 2, 3, 4]), KEY, strict=True))), ("KEL-01", Q3), "key beside the answers runs from good to bad"),  # noqa: E501
    "11 a count of people": (lines(f"{NAMES},Frekuensi", *(f"{row},{n}" for row, n in zip(FOUR, (10, 1, 1, 1), strict=True))), ("KEL-01", Q3), "13 in all"),  # noqa: E501
    "27 the top answer misspelt": (lines(f"Timestamp,{NAMES}", *led(STAMPS * 3, [row.replace("Sangat baik", "Sangat Biak", n % 4 == 0) for n, row in enumerate(worded(GRADES, TWELVE))])), ("KEL-01", None), "sangat biak: 4"),  # noqa: E501
    "a scale from zero": (lines(NO, *led([1, 2, 3, 4], [row.replace("2", "0").replace("4", "3") for row in FOUR])), ("KEL-01", Q3), "on a scale from zero"),  # noqa: E501
    "a file named after another unit": (lines(NO, *led([1, 2, 3, 4])), ("KEL-02", Q3), "the file's name"),
    "another unit above": ("KELURAHAN LOPANG\n\n" + lines(NO, *led([1, 2, 3, 4])), ("KEL-01", Q3), "--unit says KEL-01"),  # noqa: E501
    "another quarter above": ("Periode: Triwulan II Tahun 2026\n\n" + lines(NO, *led([1, 2, 3, 4])), ("KEL-01", Q3), "--quarter says 2026Q3"),  # noqa: E501
    "questions that the file explains otherwise": (lines("No,U1,U2,U3,U4,U5,U6,U7,U8,U9", *led([1, 2, 3, 4]), "", "U8 = Sarana dan prasarana", "U9 = Penanganan pengaduan"), ("KEL-01", Q3), "is read as pengaduan"),  # noqa: E501
    "a list of trainings": ("Nama Pelatihan,Tanggal Mulai,Jumlah Peserta,JP\nBimtek,2026-01-05,20,24\n", ("KEL-01", Q3), "reads answers of surveys only"),  # noqa: E501
}  # fmt: skip


def read(path: Path, said: tuple, own: Map | None = None, **more):
    return read_office_file(path, Choices(KNOWN, *said, own=own or Map(), **more))


def index(found) -> float:
    return round(sum(25 * float(mean) for mean in found.means.values()) / 9, 2)


def cells(found) -> dict:
    unit, day = COLUMNS.index("unit_id"), COLUMNS.index("date")
    return dict(Counter((row[unit], str(pd.Period(row[day], "Q"))) for row in found.records))


@pytest.mark.parametrize("name", RIGHT)
def test_what_a_file_says_is_read(name, tmp_path):
    content, said, expected, by_cell = RIGHT[name]
    (tmp_path / "kiriman.csv").write_text(content)
    found = read(tmp_path / "kiriman.csv", said)
    assert cells(found) == by_cell
    assert expected in (None, index(found))
    assert found.set_aside == 0


@pytest.mark.parametrize("name", REFUSED)
def test_what_a_file_leaves_open_or_contradicts_is_asked_about(name, tmp_path):
    content, said, told = REFUSED[name]
    path = tmp_path / ("skm_kel_cipare.csv" if "named after" in name else "kiriman.csv")
    path.write_text(content)
    with pytest.raises(DatasetError) as caught:
        read(path, said, elements=declared_order("regulation") if "explains" in name else None)
    assert told in str(caught.value)


ANSWERS = {  # a map that answers what is asked, and the index that follows
    "01 'Tidak Puas' of an unknown ladder": (Map(answers={"all": {"tidak puas": 2}}), 79.17, 4),
    "11 a count of people": (Map(columns={"frekuensi": "count"}), 76.28, 13),
    "08 with a word that nobody knows": (Map(ignore=frozenset(["pembanding"])), 79.17, 4),
    "27 the top answer misspelt": (Map(answers={"all": {"sangat biak": 4}}), 79.17, 12),
    "units under a header of no form": (Map(columns={"di mana": "-"}), 79.17, 4),
    "another quarter above": (Map(ignore=frozenset(["periode triwulan ii tahun 2026"])), 79.17, 4),
}


@pytest.mark.parametrize("words", [AGREE, LETTERS])
def test_agreement_in_words_and_letters_is_a_ladder_too(words, tmp_path):
    rows = [*FOUR, "1,1,1,1,1,1,1,1,1"]
    (tmp_path / "kiriman.csv").write_text(lines(NO, *led([1, 2, 3, 4, 5], worded(words, rows))))
    assert index(read(tmp_path / "kiriman.csv", ("KEL-01", Q3))) == round((4 * 79.1667 + 25) / 5, 2)


def test_a_scale_from_zero_that_nobody_chose_the_zero_of_is_told(tmp_path):
    rows = [row.replace("2", "1").replace("3", "2").replace("4", "3") for row in TWELVE]
    (tmp_path / "kiriman.csv").write_text(lines(NO, *led(range(1, 13), rows)))
    notes = read(tmp_path / "kiriman.csv", ("KEL-01", Q3)).notes
    assert any("no answer is 4" in note for note in notes)


def test_a_column_without_header_that_holds_days_is_asked_for_one(tmp_path):
    (tmp_path / "kiriman.csv").write_text(lines(f",{NAMES}", *led(["2026-02-03"] * 4)))
    with pytest.raises(DatasetError, match="Write a header over it in the file"):
        read(tmp_path / "kiriman.csv", ("KEL-01", Q3))


@pytest.mark.parametrize("name", ANSWERS)
def test_every_question_has_an_answer_that_lets_the_file_in(name, tmp_path):
    own, expected, people = ANSWERS[name]
    (tmp_path / "kiriman.csv").write_text(REFUSED[name][0])
    found = read(tmp_path / "kiriman.csv", REFUSED[name][1], own)
    assert (index(found), len(found.records)) == (expected, people)


def test_06_sheets_named_after_quarters_decide_or_contradict(tmp_path):
    book = openpyxl.Workbook()
    for title in ("TW I 2026", "TW II 2026"):
        sheet = book.create_sheet(title)
        for row in lines(NO, *led([1, 2, 3, 4])).split():
            sheet.append([int(cell) if cell.isdigit() else cell for cell in row.split(",")])
    book.save(tmp_path / "kiriman.xlsx")
    found = read(tmp_path / "kiriman.xlsx", ("KEL-01", None), sheet="TW II 2026")
    assert cells(found) == {("KEL-01", "2026Q2"): 4}
    with pytest.raises(DatasetError, match='"TW II 2026" names another period, and --quarter says 2026Q3'):
        read(tmp_path / "kiriman.xlsx", ("KEL-01", Q3), sheet="TW II 2026")


def test_a_key_on_another_sheet_and_below_is_seen(tmp_path):
    book = openpyxl.Workbook()
    for row in lines(NO, *led([1, 2, 3, 4])).split():
        book.active.append(row.split(","))
    book.create_sheet("Petunjuk").append(["Skala", "Arti"])
    for number, words in enumerate(("Sangat Baik", "Baik", "Kurang Baik", "Tidak Baik"), start=1):
        book["Petunjuk"].append([number, words])
    book.save(tmp_path / "kiriman.xlsx")
    with pytest.raises(DatasetError, match="key on the sheet Petunjuk runs from good to bad"):
        read(tmp_path / "kiriman.xlsx", ("KEL-01", Q3))
    (tmp_path / "kiriman.csv").write_text(lines(NO, *led([1, 2, 3, 4]), "", "1,Sangat Baik", "4,Tidak Baik"))
    with pytest.raises(DatasetError):
        read(tmp_path / "kiriman.csv", ("KEL-01", Q3))


@pytest.mark.parametrize(
    ("stamp", "zone", "quarter"),
    [
        ("2026-06-30T20:15:00Z", "Asia/Jakarta", "2026Q3"),
        ("2026-06-30T15:30:00+00:00", "Asia/Jakarta", "2026Q2"),
        ("2026-06-30T15:30:00+00:00", "Asia/Jayapura", "2026Q3"),
        ("2026/06/30 11:30:00 PM GMT+7", "Asia/Jakarta", "2026Q2"),
        ("2026-06-30 20:15:00", "Asia/Jakarta", "2026Q2"),
    ],
)
def test_stamps_that_tell_their_offset_are_read_in_the_citys_zone(stamp, zone, quarter, tmp_path):
    (tmp_path / "kiriman.csv").write_text(lines(f"Timestamp,{NAMES}", *led([stamp] * 4)))
    found = read(tmp_path / "kiriman.csv", ("KEL-01", None), zone=zone)
    assert cells(found) == {("KEL-01", quarter): 4}
    assert any(f"were read in {zone}" in note for note in found.notes) == ("T" in stamp or "GMT" in stamp)


@pytest.mark.parametrize(
    ("text", "quarters", "year"),
    [
        ("TW I", {1}, None), ("skm_kel_lopang_tw-iv-2026", {4}, 2026), ("2026Q3", {3}, 2026), ("Semester 2 Tahun 2026", {3, 4}, 2026),  # noqa: E501
        ("Juli - September 2026", {3}, 2026), ("Triwulan I s.d. II 2026", {1, 2}, 2026), ("third quarter", {3}, None),  # noqa: E501
    ],
)  # fmt: skip
def test_periods_are_found_in_names(text, quarters, year):
    assert (span_in(text).quarters, span_in(text).year) == (quarters, year)


@pytest.mark.parametrize(
    "text",
    ["31-08-2026", "Serang, 1 Oktober 2026", "Permenpan RB Nomor 14 Tahun 2017", "KEL-01", "06_sheets"],
)
def test_days_and_regulations_are_no_periods(text):
    assert span_in(text) is None


def test_units_are_found_in_names_and_cities_and_streets_are_not():
    found = {
        text: set(units_in(text, KNOWN))
        for text in ("SKM_Kel._Lopang_TW3", "UPT PKM Serang Kota", "Jl. Raya Lopang", "Kelurahn Lopang")
    }
    assert found == {"SKM_Kel._Lopang_TW3": {"KEL-02"}, "UPT PKM Serang Kota": {"PKM-01"}, "Jl. Raya Lopang": set(), "Kelurahn Lopang": {"KEL-02"}}  # fmt: skip  # noqa: E501
    twice = pd.concat([TABLE, pd.DataFrame({"unit_id": ["KEC-01"], "name": ["Kecamatan Lopang"]})])
    assert unit_names(twice, {})["lopang"] == ""


def test_headers_with_a_slip_are_read_and_true_words_left_alone():
    assert header_name("Tanggl Survei") == "tanggal survei"
    assert header_name("Persyaratn") == "persyaratan"
    assert header_name("Saran") == "saran"


def test_a_clock_of_a_form_may_turn_over_midnight():
    zone = ZoneInfo("Asia/Jakarta")
    assert day_in(zone, pd.Timestamp("2026-12-31").date(), "2026-12-31 17:00:00 UTC").year == 2027


@pytest.mark.parametrize("seeds", [range(40), pytest.param(range(40, 640), marks=pytest.mark.slow)])
@pytest.mark.parametrize("knows", [False, True])
def test_no_drawn_layout_is_read_wrong_in_silence(seeds, knows):
    """Whoever answers what is asked, rightly or with one unit and quarter for every file."""
    found = outcomes(seeds, knows)
    assert found["wrong"] == 0
    assert found["exact"] >= len(seeds) / 5


FOUR_OF_ONE = (79.17, {("KEL-01", "2026Q3"): 4})
SHARED_FILES = {  # the unit and quarter that are said; the index and rows by unit and quarter, or the refusal
    "01": (("KEL-01", None), "tidak puas: 2"),
    "03": (("KEL-01", None), "If it offers five steps"),
    "04": (("KEL-01", None), (79.17, {("KEL-01", f"2026Q{q}"): 1 for q in (1, 2, 3, 4)})),
    "05": ((None, Q3), (79.17, {("KEL-01", "2026Q3"): 2, ("KEL-02", "2026Q3"): 2})),
    "06": (("KEL-01", Q3), '"TW I" names another period, and --quarter says 2026Q3'),
    "08": (("KEL-01", Q3), FOUR_OF_ONE),
    "09": (("KEL-01", Q3), "runs from good to bad"),
    "11": (("KEL-01", Q3), "13 in all"),
    "14": (("KEL-01", Q3), FOUR_OF_ONE),
    "15": (("KEL-01", Q3), FOUR_OF_ONE),
    "16": (("KEL-01", Q3), FOUR_OF_ONE),
    "21": (("KEL-01", Q3), FOUR_OF_ONE),
    "24": (("KEL-01", Q3), (78.91, {("KEL-01", "2026Q3"): 12})),
    "27": (("KEL-01", None), "sangat biak: 4"),
}


@pytest.mark.skipif(not SHARED.exists(), reason="the shared office files are not at hand")
@pytest.mark.parametrize("number", SHARED_FILES)
def test_the_shared_files_come_out_as_their_readme_says(number):
    said, expected = SHARED_FILES[number]
    path = next(SHARED.glob(f"{number}_*"))
    sheet = "TW I" if number == "06" else None
    if isinstance(expected, str):
        with pytest.raises(DatasetError) as caught:
            read(path, said, sheet=sheet)
        assert expected in str(caught.value)
    else:
        found = read(path, said)
        assert (index(found), cells(found)) == expected


@pytest.mark.skipif(not SHARED.exists(), reason="the shared office files are not at hand")
def test_28_a_mapping_that_the_header_contradicts_is_refused():
    faults = check_dataset(next(SHARED.glob("28_*")))
    assert [(fault.row, fault.column) for fault in faults] == [(1, "U8 Sarana"), (1, "U9 Pengaduan")]


def test_rows_that_were_pasted_again_with_their_numbers_are_set_aside(tmp_path):
    path, said = tmp_path / "kiriman.csv", ("KEL-01", Q3)
    numbered = led(range(1, 49), TWELVE * 4)
    path.write_text(lines(NO, *numbered, numbered[2], numbered[3]), encoding="utf-8")
    found = read(path, said)
    assert (len(found.frame), found.set_aside) == (48, 2)
    assert [(one.row, one.reason[-5:]) for one in found.rejected] == [(50, "row 4"), (51, "row 5")]


def test_the_same_numbers_in_several_numberings_are_other_people(tmp_path):
    path, said = tmp_path / "kiriman.csv", ("KEL-01", Q3)
    path.write_text(lines(NO, *led(range(1, 13), TWELVE), *led(range(1, 5), FOUR[:1] * 4)), encoding="utf-8")
    found = read(path, said)
    assert (len(found.frame), found.set_aside) == (16, 0)
