"""An arm that raises on a city's data is left out and named; the other arms and the core stand."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from markupsafe import Markup

from asn_analysis.arms.complaints import ARM
from asn_analysis.briefs.brief import Brief
from asn_analysis.briefs.inputs import read_city
from asn_analysis.briefs.record import analyse_city, city_record, unit_record
from asn_analysis.briefs.unit import unit_inputs
from asn_analysis.impact.study import Analysis
from asn_analysis.record.inputs import Inputs
from tests.briefs.arms import change_arm
from tests.briefs.conftest import UNITS, asn
from tests.conftest import needed_alone

WORDS = {
    "en": (
        "Left out, because an error occurred while it was worked out: Complaints",
        "This part is left out",
    ),
    "id": (
        "Tidak dimuat karena terjadi kesalahan saat mengolahnya: Pengaduan masyarakat",
        "Bagian ini tidak dimuat",
    ),
}


@pytest.fixture(scope="module")
def city(small_city: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """With the tables of two arms: one breaks down, one stands."""
    folder = shutil.copytree(small_city, tmp_path_factory.mktemp("left out") / "city")
    return needed_alone(folder, "complaints", "staff")


@pytest.fixture(scope="module")
def whole(city: Path) -> tuple[Inputs, Analysis]:
    """The city read and analysed while all arms stand: what an arm raises later changes neither."""
    inputs = read_city(str(city))
    return inputs, analyse_city(inputs)


def break_down(*arguments: object) -> None:
    raise ZeroDivisionError("no complaints of Bapak Sugeng, 081234567890")


def told(record: dict, language: str, part: str = "limits") -> str:
    return Markup(getattr(Brief(record), part)().html[language]).striptags()


def test_a_run_names_what_it_left_out_and_the_next_one_makes_it(city, tmp_path, monkeypatch):
    call = ("briefs", "--data", city, "--out", tmp_path, "--units", UNITS[0])
    with monkeypatch.context() as broken:
        change_arm(broken, "complaints", prepare=break_down)
        result = asn(*call)
        forecast = asn(*call, "--dry-run").output
    assert result.exit_code == 1
    assert "a part of it was left out because of an error: city" in forecast  # though nothing else changed
    assert "2 briefs made (4 pages), 0 unchanged, 0 failed" in result.output
    assert "left out of 2 briefs: complaints: ZeroDivisionError: no complaints of Bapak" in result.output
    quarter = tmp_path / "2026Q3"
    run = (quarter / "run.json").read_text(encoding="utf-8")
    assert all(line["left_out"][0].startswith("complaints: Zero") for line in json.loads(run)["made"])
    log = (quarter / "run.log").read_text(encoding="utf-8")
    assert "city: made in" in log
    assert "without complaints: ZeroDivisionError" in log
    for text in (run, log, result.output):
        assert "Sugeng" not in text
        assert "081234567890" not in text
    for scope in ("city", f"units/{UNITS[0]}"):
        record = json.loads((quarter / scope / "record.json").read_text(encoding="utf-8"))
        assert record["left_out"] == [{"arm": "complaints", "error": "ZeroDivisionError"}]
        assert record["staff"]
        for language, (sentence, _) in WORDS.items():
            assert sentence in (quarter / scope / f"brief.{language}.html").read_text(encoding="utf-8")

    result = asn(*call)  # nobody is asked for a reason: the quarter was never published whole
    assert result.exit_code == 0, result.output
    record = json.loads((quarter / "city" / "record.json").read_text(encoding="utf-8"))
    assert record["complaints"]
    assert not record["left_out"]


@pytest.mark.parametrize(
    ("arm", "broken"),
    [
        ("quality", {"prepare": break_down}),
        ("planning", {"complete": break_down}),
        ("complaints", {of: replace(getattr(ARM, of), sentences=break_down) for of in ("city", "unit")}),
        ("complaints", {of: replace(getattr(ARM, of), annex=break_down) for of in ("city", "unit")}),
    ],
)
def test_whatever_an_arm_raises_leaves_that_arm_out(city: Path, whole, monkeypatch, arm, broken):
    change_arm(monkeypatch, arm, **broken)
    inputs, analysis = whole
    if "prepare" in broken:
        inputs = read_city(str(city))
        analysis = analyse_city(inputs)
    record = city_record(inputs, analysis)
    shown = Brief(record).numbers().record
    assert [(entry["arm"], entry["error"]) for entry in shown["left_out"]] == [(arm, "ZeroDivisionError")]
    assert record["verdict"]["label"]
    unit = unit_record(unit_inputs(inputs, UNITS[0], record))
    for language, (sentence, in_place) in WORDS.items():
        assert sentence.split(":")[0] in told(record, language)
        assert in_place in Brief(record).arms().html[language]
        assert sentence.split(":")[0] in told(unit, language) or arm == "planning"


def test_a_figure_that_cannot_be_drawn_leaves_its_arm_out(whole, monkeypatch):
    record = city_record(*whole)
    figure = replace(ARM.figure, draw=break_down)
    change_arm(monkeypatch, "complaints", figure=figure)
    brief = Brief(record)
    assert "Pengaduan" in told(record, "id").split("kesalahan saat mengolahnya: ")[1]
    assert WORDS["en"][1] in brief.arms().html["en"]
    assert 'href="#staff"' in brief.arms().html["en"]
