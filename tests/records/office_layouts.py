"""Files as offices could send them, drawn by a seed, each with the answers that a careful clerk would read."""  # noqa: E501

from __future__ import annotations

import csv
import datetime
import io
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import openpyxl
import pandas as pd

from asn_analysis.offices.columns import NeedsElements, declared_order
from asn_analysis.offices.profile import vocabulary
from asn_analysis.offices.reading import read_office_file, sheets_with_answers
from asn_analysis.offices.tables import COLUMNS, Choices
from asn_analysis.offices.units import unit_names
from asn_analysis.records.faults import DatasetError
from asn_analysis.rules.rules import load_skm

NAMES = [element.name for element in load_skm().elements]
UNITS = {"KEL-01": "Kelurahan Cipare", "KEL-02": "Kelurahan Lopang", "PKM-01": "Puskesmas Serang Kota"}
TABLE = pd.DataFrame({"unit_id": list(UNITS), "name": list(UNITS.values())})
KNOWN = unit_names(TABLE, {})
Q3 = pd.Period("2026Q3", "Q")
LABELS = [
    ["Persyaratan", "Prosedur", "Waktu", "Biaya", "Produk", "Kompetensi", "Perilaku", "Pengaduan", "Sarana"],
    ["Kesesuaian Persyaratan", "Kemudahan Prosedur", "Kecepatan Waktu", "Kewajaran Biaya/Tarif", "Kesesuaian Produk",  # noqa: E501
     "Kompetensi Petugas", "Perilaku Petugas", "Penanganan Pengaduan", "Kualitas Sarana dan Prasarana"],
    ["U1 Persyaratan", "U2 Prosedur", "U3 Waktu", "U4 Biaya", "U5 Produk", "U6 Kompetensi", "U7 Perilaku", "U8 Sarana", "U9 Pengaduan"],  # noqa: E501
    ["Requirements", "Procedure", "Completion time", "Cost", "Product", "Staff competence", "Staff conduct", "Complaint handling", "Facilities"],  # noqa: E501
    ["Persyaratn", "Prosedr", "Waktu Pelayanan", "Biaya", "Produk", "Kompetnsi", "Perilku", "Pengaduann", "Saranaa"],  # noqa: E501
]  # fmt: skip
DATES = ["Tanggal", "Tanggal Survey", "Hari/Tanggal", "Tgl. Isi", "createdAt", "Completion time", "submitdate", "today", "_submission_time",  # noqa: E501
         "Tanggl Survei", "Waktu Pengisian", "Tgl Kunjungan", "Date of visit", "Kapan Datang", "Diisi"]  # fmt: skip  # noqa: E501
SITES = ["Unit", "Kelurahan", "Lokasi", "Tempat Layanan", "OPD/Unit", "Unit Pelayanan Publik", "Loket", "Kelurahn", "Nama Unit",  # noqa: E501
         "Service unit", "Di mana", "Penyedia"]  # fmt: skip
NUMBERS = ["No", "No Urut", "No. Responden", "Nomor", "Responden", "#"]
MONTHS = [
    "Januari",
    "Februari",
    "Maret",
    "April",
    "Mei",
    "Juni",
    "Juli",
    "Agustus",
    "September",
    "Oktober",
    "November",
    "Desember",
]  # noqa: E501
STYLES = [
    lambda d: f"{d.day} {MONTHS[d.month - 1]} {d.year}", lambda d: f"{d.day:02d}/{d.month:02d}/{d.year}",
    lambda d: f"{d:%Y-%m-%d}", lambda d: str((d - datetime.date(1899, 12, 30)).days),
    lambda d: f"{d:%Y-%m-%d}T03:15:00+00:00", lambda d: f"{d:%Y-%m-%d}T09:30:00.000+07:00", lambda d: f"{d:%d/%m/%y}",  # noqa: E501
    lambda d: f"{d.day}-{MONTHS[d.month - 1][:3]}-{d.year}", lambda d: f"Triwulan {['I', 'II', 'III', 'IV'][(d.month - 1) // 3]} {d.year}",  # noqa: E501
    lambda d: f"{MONTHS[d.month - 1]} {d.year}", lambda d: f"{d:%Y-%m-%d} 10:22:33",
]  # fmt: skip
LADDERS = {  # words of 1 to 4; None where they are not four steps
    "grades": ["Tidak Baik", "Kurang Baik", "Baik", "Sangat Baik"],
    "satisfied": ["Sangat Tidak Puas", "Tidak Puas", "Puas", "Sangat Puas"],
    "enough": ["Kurang", "Cukup", "Baik", "Sangat Baik"],
    "english": ["Very dissatisfied", "Dissatisfied", "Satisfied", "Very satisfied"],
    "five": ["Tidak Baik", "Kurang Baik", "Cukup Baik", "Baik", "Sangat Baik"],
}
STATISTICS = [
    "Minimum",
    "Maksimum",
    "Modus",
    "Median",
    "Target",
    "Bobot",
    "Rata-rata",
    "Std. Deviasi",
    "Pembanding Kota",
]


@dataclass(frozen=True)
class Sent:
    """A file, and how often each unit, quarter and nine answers truly stand in it; None: it must be refused."""  # noqa: E501

    name: str
    sheets: dict[str, list[list]]
    truth: Counter | None
    drawn: dict

    def write(self, folder: Path) -> Path:
        path = folder / self.name
        if path.suffix == ".csv":
            text = io.StringIO()
            csv.writer(text).writerows(next(iter(self.sheets.values())))
            path.write_text(text.getvalue(), encoding="utf-8")
            return path
        book = openpyxl.Workbook()
        book.remove(book.active)
        for title, rows in self.sheets.items():
            sheet = book.create_sheet(title)
            for row in rows:
                sheet.append([int(cell) if str(cell).isdigit() else cell or None for cell in row])
        book.save(path)
        return path


def drawn(seed: int) -> Sent:
    """The file of a seed."""
    rng = random.Random(seed)
    told = {
        "labels": rng.choice(LABELS),
        "unit": rng.choice(["nothing", "column", "column", "sheet", "file", "heading", "two columns"]),
        "date": rng.choice(["nothing", "column", "column", "column", "sheets", "file", "heading"]),
        "date header": rng.choice(DATES), "unit header": rng.choice(SITES), "style": rng.randrange(len(STYLES)),  # noqa: E501
        "answers": rng.choice(["numbers"] * 5 + ["hundred", "zero", "five numbers", "regulation", *LADDERS]),
        "dirt": rng.choice(["none", "none", "missing", "statistics", "frequencies", "key", "turned key", "count", "typo", "last row"]),  # noqa: E501
        "key": rng.choice(["beside", "below", "sheet"]), "number": rng.choice([*NUMBERS, ""]),
        "name": rng.choice([str.strip, str.upper, lambda n: n.replace("Kelurahan", "Kel."), lambda n: n.partition(" ")[2] or n]),  # noqa: E501
    }  # fmt: skip
    if told["unit"] == "sheet" and told["date"] == "sheets":
        told["unit"] = "nothing"
    return _sent(rng, told)


def _sent(rng: random.Random, told: dict) -> Sent:
    units = ["KEL-01"] if told["unit"] == "nothing" else [rng.choice(list(UNITS))]
    units = (
        rng.sample(["KEL-01", "KEL-02"], 2) if told["unit"] in ("column", "two columns", "sheet") else units
    )
    quarters = {"nothing": [3], "column": [1, 2, 3, 4], "sheets": [1, 2, 3, 4]}.get(
        told["date"], [rng.randint(1, 4)]
    )
    by_sheet = [
        (unit, quarter)
        for unit in (units if told["unit"] == "sheet" else [None])
        for quarter in (quarters if told["date"] == "sheets" else [None])
    ]
    sheets, truth = {}, Counter()
    for unit, quarter in by_sheet:
        people = _people(rng, [unit] if unit else units, [quarter] if quarter else quarters, told)
        title = (
            UNITS[unit]
            if unit
            else f"TW {['I', 'II', 'III', 'IV'][quarter - 1]}" + rng.choice(["", " 2026"])
            if quarter
            else "Data"
        )
        sheets[title] = _rows(rng, people, told, units, quarters)
        truth += Counter(person for person, n in people for _ in range(n))
    if told["dirt"].endswith("key") and told["key"] == "sheet":
        sheets["Keterangan"] = [["Skala", "Arti"], *([n, w] for n, w in enumerate(_key(told), start=1))]
    stem = (
        "survei"
        + (f"_{UNITS[units[0]]}".replace(" ", "_") if told["unit"] == "file" else "")
        + (f"_TW{quarters[0]}_2026" if told["date"] == "file" else "")
    )
    book = len(sheets) > 1 or told["unit"] == "sheet" or rng.random() < 0.4
    refused = told["answers"] in ("five numbers", "five") or told["dirt"] == "turned key"
    return Sent(stem + (".xlsx" if book else ".csv"), sheets, None if refused else truth, told)


def _people(rng: random.Random, units: list[str], quarters: list[int], told: dict) -> list[tuple]:
    """Who answered: unit, quarter, day and nine answers, and how many gave the same."""
    found = []
    for n in range(rng.randint(10, 30)):
        quarter = rng.choice(quarters)
        answers = tuple(rng.choice([1, 2, 3, 3, 3, 4, 4]) for _ in range(9))
        if told["dirt"] == "missing" and n == 1:
            answers = (None, *answers[1:])
        found.append(
            (
                (rng.choice(units), f"2026Q{quarter}", answers),
                rng.choice([1, 1, 2, 5]) if told["dirt"] == "count" else 1,
            )
        )
    return found


def _key(told: dict) -> list[str]:
    words = LADDERS["grades"]
    return words[::-1] if told["dirt"] == "turned key" else words


def _rows(rng: random.Random, people: list, told: dict, units: list[str], quarters: list[int]) -> list[list]:
    order = [*range(7), 8, 7] if told["labels"][7] == "U8 Sarana" else list(range(9))
    lead, header = [], []
    if told["number"]:
        header.append(told["number"])
        lead.append(lambda n, who: n)
    if told["date"] == "column":
        header.append(told["date header"])
        lead.append(
            lambda n, who: STYLES[told["style"]](
                datetime.date(2026, 3 * int(who[1][-1]) - n % 3, 13 + n % 15)
            )
        )
    if told["unit"] in ("column", "two columns"):
        header.append(told["unit header"])
        lead.append(lambda n, who: told["name"](UNITS[who[0]]))
    if told["unit"] == "two columns":
        header.append("Kecamatan")
        lead.append(lambda n, who: "Serang")
    rows = [
        [*(tell(n, who) for tell in lead), *(_said(who[2][e], e, told) for e in order)]
        for n, (who, _) in enumerate(people, start=1)
    ]
    header = [*header, *told["labels"]]
    if told["dirt"] == "typo":  # the top answer misspelt wherever it stands
        rows = [
            [str(c).replace("Sangat Baik", "Sangat Biak").replace("Sangat Puas", "Sagat Puass") for c in row]
            for row in rows
        ]
    if told["dirt"] == "count":
        header.append(rng.choice(["Frekuensi", "Jumlah", "Banyaknya", "f", "Jml Orang"]))
        rows = [[*row, n] for row, (_, n) in zip(rows, people, strict=True)]
    if told["dirt"].endswith("key") and told["key"] == "beside":
        header += ["", "Keterangan"]
        rows = [[*row, "", f"{n + 1} = {_key(told)[n]}" if n < 4 else ""] for n, row in enumerate(rows)]
    above = (
        [["PEMERINTAH KOTA SERANG"], [f"SURVEI KEPUASAN {UNITS[units[0]].upper()}"]]
        if told["unit"] == "heading"
        else []
    )
    above += (
        [[f"Periode Triwulan {['I', 'II', 'III', 'IV'][quarters[0] - 1]} Tahun 2026"]]
        if told["date"] == "heading"
        else []
    )
    return [*above, *([[]] if above else []), header, *rows, *_footer(rng, rows, len(lead), told)]


def _said(answer: int | None, element: int, told: dict) -> object:
    if answer is None:
        return {"numbers": 0, "hundred": 0}.get(told["answers"], "Tidak tahu")
    kind = told["answers"]
    if kind in LADDERS:
        return LADDERS[kind][answer if kind == "five" else answer - 1]
    if kind == "regulation":
        return vocabulary()["answers"][NAMES[element]][answer - 1][-1].capitalize()
    return {"numbers": answer, "hundred": answer * 25, "zero": answer - 1, "five numbers": answer + 1}[kind]


def _footer(rng: random.Random, rows: list[list], lead: int, told: dict) -> list[list]:
    if told["dirt"] == "statistics" and lead:
        made = [
            [label, *[""] * (lead - 1), *(rng.randint(2, 4) for _ in range(9))]
            for label in rng.sample(STATISTICS, 3)
        ]
        return made if told["number"] else []
    if told["dirt"] == "frequencies" and told["number"]:
        labels = rng.choice(
            [LADDERS["grades"], ["1", "2", "3", "4"], ["Nilai 1", "Nilai 2", "Nilai 3", "Nilai 4"]]
        )
        counts = [[sum(row[lead + e] == value for row in rows) for e in range(9)] for value in (1, 2, 3, 4)]
        return [
            [],
            *([label, *[""] * (lead - 1), *count] for label, count in zip(labels, counts, strict=True)),
        ]
    if told["dirt"].endswith("key") and told["key"] == "below":
        return [[], *([f"{n} = {word}"] for n, word in enumerate(_key(told), start=1))]
    if told["dirt"] == "last row":
        return [["Jumlah", *[""] * (lead - 1), *(30 for _ in range(9))]] if lead else []
    return []


def outcomes(seeds: Iterable[int], knows: bool) -> Counter:
    """How many drawn files are read exactly, asked about, rightly refused, or read wrong."""
    with tempfile.TemporaryDirectory() as folder:
        return Counter(outcome(drawn(seed), Path(folder), knows) for seed in seeds)


def outcome(sent: Sent, folder: Path, knows: bool) -> str:
    """What becomes of a file whose operator answers every question about its unit, quarter and order.

    One that ``knows`` says what is true where it is one unit or quarter; another says the same of every file.
    """
    path, choices = sent.write(folder), Choices(units=KNOWN)
    for _ in range(4):
        try:
            names = sheets_with_answers(path, choices) if path.suffix == ".xlsx" else [None]
            return _judged(sent, [read_office_file(path, replace(choices, sheet=name)) for name in names])
        except NeedsElements:
            choices = replace(choices, elements=declared_order("regulation"))
        except DatasetError as error:
            told = _answer(sent, str(error), knows)
            if not told or any(getattr(choices, name) is not None for name in told):
                break
            choices = replace(choices, **told)
    return "asked" if sent.truth else "refused"


def _answer(sent: Sent, text: str, knows: bool) -> dict:
    units = {person[0] for person in sent.truth or ()}
    quarters = {person[1] for person in sent.truth or ()}
    if "does not say which unit" in text:
        return {"unit": min(units) if knows and len(units) == 1 else "KEL-01"}
    if "has no column of dates" in text:
        return {"quarter": pd.Period(min(quarters)) if knows and len(quarters) == 1 else Q3}
    return {"dates": "day-first"} if "--dates" in text else {}


def _judged(sent: Sent, read: list) -> str:
    first, day, unit = (COLUMNS.index(name) for name in ("u1", "date", "unit_id"))
    found = Counter(
        (row[unit], str(pd.Period(row[day], "Q")), tuple(row[first : first + 9]))
        for one in read
        for row in one.records
    )
    set_aside = sum(one.set_aside for one in read)
    whole = sent.truth and found <= sent.truth and (sent.truth - found).total() == set_aside
    return "exact" if whole else "wrong"


if __name__ == "__main__":  # python -m tests.records.office_layouts 300
    for knows in (False, True):
        told = "who knows the file" if knows else "who says the same of every file"
        print(f"operator {told}: {dict(outcomes(range(int(sys.argv[1])), knows))}")
