"""Nothing that identifies a person is written: exit 3, and what was published stands as it was."""

from __future__ import annotations

import json
import re
import shutil
import zipfile
from pathlib import Path

import nbformat
import pandas as pd
import pytest
from openpyxl import load_workbook

from asn_analysis.pages.gate import PersonalData, refuse_personal, write_whole
from asn_analysis.records.privacy import last_words
from asn_analysis.run import hashes
from asn_analysis.run.hashes import file_hashes
from asn_analysis.run.storage import whole_or_nothing
from asn_analysis.simulate.simulation import simulate
from tests.briefs.conftest import asn
from tests.changed import read_responses, write_responses
from tests.records.personal_texts import personal_texts
from tests.records.planted import planted

NIK = "3673014101900001"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("brief.id.html", f"<td>{NIK}</td>"),
        ("brief.id.html", '<img alt="+62 812 3456 7890">'),
        ("brief.id.html", '<a href="data:text/csv;charset=utf-8,a%0Abudi%40mail.co.id">'),
        ("brief.id.html", "<p>;base64, 0812 3456 7890</p>"),
        ("units.csv", f"a,b\n1,{NIK}\n"),
        ("units.csv", f"unit,nik,n\na,{NIK},12\n"),
        ("units.csv", f"nik,n\n{NIK},12\n"),
        ("brief.id.html", f'<a href="data:text/csv;charset=utf-8,nik%2Cn%0A{NIK}%2C12">'),
        ("units.csv", f"n,nik\n12,{NIK}.0\n"),
        ("units.csv", f"n;nik\n12;{NIK},000000\n"),
        ("units.csv", "n,phone\n12,6281234567890.0\n"),
        ("units.csv", f'a,b\n1,"<path {NIK}>"\n'),
        ("record.json", json.dumps({"unit": {"name": "NIP 198507122010011003"}})),
        ("record.json", json.dumps({"budi@mail.co.id": 1})),
        ("record.json", json.dumps({"unit": {"name": "81234567890"}})),
        ("brief.failed.ipynb", json.dumps({"cells": [{"outputs": [{"text": ["0812-3456-7890\n"]}]}]})),
    ],
)
def test_personal_data_are_written_into_no_kind_of_file(name, text, tmp_path):
    with pytest.raises(PersonalData) as refused:
        write_whole(tmp_path / name, text)
    assert name in str(refused.value)
    assert not any(part in str(refused.value) for part in (NIK, "812", "budi", "1985"))
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("units.csv", f"a,b\n0.{NIK},62812345678\n"),
        (
            "record.json",
            json.dumps({"sha256": NIK, "seen": {"2026Q1": NIK}, "n": int(NIK), "x": 36.73010101900012}),
        ),
        ("brief.id.html", f'<img src="data:image/svg+xml;base64,{NIK}/081234567890=">'),
        ("brief.id.html", '<path d="M 3673.0101 0190.0001 L 36.73 01.01"/>'),
        ("brief.id.html", '<data data-from="cost" value="62812345678">Rp62.812.345.678</data>'),
        ("brief.id.html", '<data data-from="high" value="62813807.770356">Rp62,8 juta</data>'),
        ("costs.csv", "unit,high\na,3673014105.900001\n"),
        ("costs.csv", "unit;high;n\na;3673014105,900001;2\n"),
        ("brief.id.html", f"<code>ab{NIK}{'0' * 46}</code>"),
        ("costs.csv", "unit,cost\na,81234567890\n"),
        ("record.json", json.dumps({"cost": 81234567890, "unit_id": "8171021001"})),
    ],
)
def test_numbers_of_our_own_are_not_taken_for_a_person(name, text):
    refuse_personal(name, text)


def test_the_reason_of_a_failure_tells_the_kind_only():
    assert (
        last_words(ValueError(f"no such unit: {NIK}, Pak Budi"))
        == "ValueError: no such unit: [NIK], Pak [nama]"
    )


UNIT = "36.73.01"
FIELDS = {
    "units": ("name", "kecamatan"),
    "responses": ("comment", "service"),
    "complaints": ("channel", "text"),
    "follow_ups": ("action", "owner", "evidence"),
    "digital_services": ("application",),
    "consultations": ("kecamatan",),
}
PLANTED = personal_texts(1000)
NAMES_OF_THINGS = ("name", "kecamatan", "service", "channel", "application")
NUMBERS = {
    "NIK",
    "phone",
    "mail",
    "spelled",
    "NPWP",
    "BPJS",
    "account",
    "SIM",
    "NUPTK",
    "NISN",
    "passport",
    "plate",
}
MORE = planted(600, seed=5)


PLAN = """
outcome: ikm
estimator: imputation
comparison: not_yet_treated
sesoi: 1.0
confidence: 0.95
elements_of_interest: [u3]
date: 2026-01-01
author: Wagiyem Prawirodirdjo, S.Sos
"""


def plant(folder: Path) -> None:
    """Every made-up person into a text cell of some table, one after the other."""
    frames = {name: pd.read_csv(folder / f"{name}.csv", dtype=str) for name in FIELDS if name != "responses"}
    frames["responses"] = read_responses(folder / "responses.parquet")
    slots = [
        (name, column, row)
        for name, columns in FIELDS.items()
        for column in columns
        for row in frames[name].index
    ]
    written: dict[tuple, list[str]] = {}
    for place, (_, _, text) in enumerate(PLANTED):
        written.setdefault(slots[place % len(slots)], []).append(text)
    words = [slot for slot in slots if slot[1] not in NAMES_OF_THINGS]
    for place, one in enumerate(MORE):
        chosen = slots if one.kind in NUMBERS else words
        written.setdefault(chosen[place % len(chosen)], []).append(one.text)
    for (name, column, row), texts in written.items():
        frames[name][column] = frames[name][column].astype(object)
        frames[name].loc[row, column] = " ; ".join(texts)
    write_responses(folder / "responses.parquet", frames.pop("responses"))
    for name, frame in frames.items():
        frame.to_csv(folder / f"{name}.csv", index=False)


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    folder = tmp_path_factory.mktemp("gate")
    data = simulate(folder / "data", units=2, quarters=6, respondents=12, seed=3)
    plant(data)
    refused = asn("check", data)
    assert refused.exit_code == 3
    assert all(f"{name}." in refused.output for name in FIELDS)
    assert_nobody_in(refused.output)
    (data / "analysis_plan.yml").write_text(PLAN, encoding="utf-8")
    manifest = data / "dataset.yml"
    manifest.write_text(manifest.read_text(encoding="utf-8") + "personal_data: redact\n", encoding="utf-8")
    result = asn("briefs", "--data", data, "--out", folder / "out", "--languages", "id", "--units", UNIT)
    assert result.exit_code == 0, result.output
    return data, folder / "out"


def test_of_a_thousand_planted_persons_none_is_in_any_output(published):
    files = [path for path in published[1].rglob("*") if path.is_file()]
    texts = "\n".join(map(said_in, files))
    assert any(path.suffix == ".xlsx" for path in files) and any(path.name == "run.log" for path in files)
    assert "[NIK]" in texts or "[nomor telepon]" in texts  # planted where readers would see it
    assert_nobody_in(texts)


def said_in(path: Path) -> str:
    if path.suffix != ".xlsx":
        return path.read_text(encoding="utf-8")
    sheets = load_workbook(path).worksheets
    return "\n".join(str(cell.value) for sheet in sheets for row in sheet.iter_rows() for cell in row)


def assert_nobody_in(texts: str) -> None:
    digits = re.sub(r"[^\d\n<>\",;]", "", texts)
    for kind, part, _ in PLANTED:
        assert part not in texts
        assert kind == "e-mail" or re.sub(r"\D", "", part) not in digits
    words = set(re.findall(r"[\w.+-]+", texts.casefold()))
    assert [
        one for one in MORE if one.part.casefold() in words or len(one.part) > 9 and one.part in texts
    ] == []


def test_nor_in_the_official_report(published, tmp_path):
    result = asn("report", published[0], "--unit", UNIT, "--out", tmp_path)
    assert result.exit_code == 0, result.output
    (word,) = tmp_path.rglob("report.id.docx")
    with zipfile.ZipFile(word) as parts:
        inside = "\n".join(parts.read(name).decode() for name in parts.namelist() if name.endswith(".xml"))
    waiting = (published[0] / "review.csv").read_text(encoding="utf-8-sig")
    for texts in (inside, result.output, waiting):
        assert_nobody_in(texts)
    assert "review.csv" in result.output
    assert "review.csv" in inside


def test_a_notebook_that_shows_a_person_publishes_nothing(published, tmp_path, monkeypatch):
    data, out = published
    shutil.copytree(hashes.NOTEBOOKS, tmp_path / "notebooks")
    path = tmp_path / "notebooks" / "unit_brief.ipynb"
    notebook = nbformat.read(path, as_version=4)
    heading = next(cell for cell in notebook.cells if "told" in cell.metadata.get("tags", []))
    heading.source = f"## Hubungi {NIK}"
    nbformat.write(notebook, path)
    monkeypatch.setattr(hashes, "NOTEBOOKS", tmp_path / "notebooks")
    before = {name: digest for name, digest in file_hashes(out).items() if not name.endswith("run.log")}
    result = asn("briefs", "--data", data, "--out", out, "--languages", "id", "--units", UNIT)
    assert result.exit_code == 3, result.output
    assert "(NIK)" in result.output and NIK not in result.output
    after = {name: digest for name, digest in file_hashes(out).items() if not name.endswith("run.log")}
    assert after == before
    assert asn("verify", out / "2026Q3").exit_code == 0


def test_a_quarter_that_did_not_stand_before_is_gone_again(tmp_path):
    with pytest.raises(PersonalData), whole_or_nothing(tmp_path, "2026Q3", tmp_path / "workshop"):
        write_whole(tmp_path / "2026Q3" / "city" / "brief.id.html", "made")
        write_whole(tmp_path / "2026Q3" / "index.html", NIK)
    assert not (tmp_path / "2026Q3").exists()


def test_a_reason_that_names_a_person_is_refused_before_anything_is_made(published):
    data, out = published
    result = asn("briefs", "--data", data, "--out", out, "--reason", "lihat budi@mail.co.id")
    assert result.exit_code == 3, result.output
