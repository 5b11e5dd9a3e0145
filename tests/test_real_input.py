"""Real answers: 49 respondents of Kabupaten Sekadau, first half of 2019, as a one-unit data set."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from tests.briefs.conftest import asn

# The order in which the form asks: facilities eighth, complaints ninth.
FORM = [
    *("persyaratan", "prosedur", "waktu", "biaya", "produk", "kompetensi", "perilaku"),
    *("sarana", "pengaduan"),
]


@pytest.fixture(scope="module")
def sekadau(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sekadau")
    lines = (shared / "reference" / "sekadau_2019_s1_answers.txt").read_text().splitlines()
    answers = [line.split() for line in lines if line.strip()]
    columns = [f"jawaban_{number}" for number in range(1, 10)]
    rows = [f"r{n};SKD-01;2019-06-{1 + n % 28:02d};{';'.join(answer)}" for n, answer in enumerate(answers)]
    (folder / "responses.csv").write_text(
        "\n".join([f"response_id;unit_id;date;{';'.join(columns)}", *rows]) + "\n", encoding="utf-8"
    )
    (folder / "units.csv").write_text(
        "unit_id,name,unit_type,kecamatan\nSKD-01,Kantor pelayanan Sekadau,opd,\n", encoding="utf-8"
    )
    (folder / "trainings.csv").write_text(
        "unit_id,start,kind,hours,participants,cost_idr,reaction,pretest,posttest\n", encoding="utf-8"
    )
    manifest = {
        "city": "Kabupaten Sekadau",
        "producer": "Kabupaten Sekadau",
        "licence": "published by the district",
        "simulated": False,
        "elements": dict(zip(FORM, columns, strict=True)),
        "tables": {"units": "units.csv", "responses": "responses.csv", "trainings": "trainings.csv"},
    }
    (folder / "dataset.yml").write_text(yaml.safe_dump(manifest, allow_unicode=True), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def brief(sekadau: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[dict, str, str]:
    out = tmp_path_factory.mktemp("reports")
    result = asn("briefs", "--data", sekadau, "--out", out, "--quarter", "2019Q2")
    assert result.exit_code == 0, result.output
    city = out / "2019Q2" / "city"
    return (
        json.loads((city / "record.json").read_text(encoding="utf-8")),
        (city / "brief.id.html").read_text(encoding="utf-8"),
        (city / "brief.en.html").read_text(encoding="utf-8"),
    )


def test_the_files_are_in_order(sekadau):
    assert asn("check", sekadau).exit_code == 0


def test_the_index_is_the_published_one_and_its_grade_uncertain(brief):
    record, _, _ = brief
    assert (record["ikm"]["value"], record["ikm"]["grade"], record["ikm"]["n"]) == (78.74, "B", 49)
    probabilities = record["ikm"]["grade_probabilities"]
    assert 0.02 < probabilities["C"] < 0.1
    assert probabilities["B"] + probabilities["C"] > 0.999


def test_elements_follow_the_declared_order_of_the_form(brief, shared):
    record, _, _ = brief
    lines = (shared / "reference" / "sekadau_2019_s1_answers.txt").read_text().splitlines()
    answers = [[int(x) for x in line.split()] for line in lines if line.strip()]
    eighth, ninth = (25 * sum(row[place] for row in answers) / len(answers) for place in (7, 8))
    by_name = {element["name"]: element["unrounded"] for element in record["elements"]}
    assert by_name["sarana"] == pytest.approx(eighth, abs=1e-5)
    assert by_name["pengaduan"] == pytest.approx(ninth, abs=1e-5)
    assert eighth != ninth


def test_the_brief_refuses_an_effect_and_says_what_is_missing(brief):
    record, indonesian, english = brief
    assert record["effect"]["estimate"] is None
    assert record["effect"]["refusal"]["code"] == "one_period"
    assert record["verdict"]["label"] == "inconclusive"
    assert record["verdict"]["certainty"] == 0
    assert "The effect of training cannot be estimated yet" in english
    assert "An effect needs surveys of all nine elements from before and after the training." in english
    assert "Pengaruh pelatihan belum dapat diperkirakan" in indonesian
    assert "diperlukan survei dengan kesembilan unsur sebelum dan sesudah pelatihan" in indonesian


def test_real_data_are_not_called_simulated(brief):
    _, indonesian, english = brief
    assert "Data simulasi" not in indonesian
    assert "Simulated data" not in english


def test_missing_tables_are_named_plainly(brief):
    _, indonesian, english = brief
    assert (
        "Left out, because the data set has no such table, or one without a row for the time reported: "
        "digital services, complaints" in english
    )
    assert "Tidak dimuat karena tabelnya tidak ada dalam data" in indonesian
    assert "untuk masa yang dilaporkan: layanan digital, pengaduan" in indonesian


def test_no_heading_stands_over_nothing(brief):
    """Without an effect its figures are left out, and so are their headings."""
    _, indonesian, english = brief
    assert "When the change came" not in english
    assert "Kapan perubahan itu datang" not in indonesian
    assert "What training changed" in english
