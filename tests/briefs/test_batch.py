"""A run: what it leaves, the same bytes again, nothing twice, and failures that stay alone."""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from asn_analysis.briefs.brief import Brief
from asn_analysis.briefs.inputs import choose_quarter, city_inputs
from asn_analysis.briefs.record import unit_record
from asn_analysis.briefs.unit import unit_inputs
from asn_analysis.measures.disclosure import withheld_cells
from asn_analysis.pages.catalogue import catalogue_record, data_tables
from asn_analysis.record.inputs import Inputs
from asn_analysis.record.schema import SCHEMA_VERSION
from asn_analysis.run import batch
from tests.briefs.conftest import UNITS, asn


def files_in(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name not in ("run.json", "run.log")
    }


def test_the_run_says_what_it_made_and_what_to_open(made):
    assert "3 briefs made (6 pages), 0 unchanged, 0 failed" in made.output
    assert f"Open {made.quarter / 'index.html'}" in made.output


def test_the_files_of_a_run_are_those_of_the_contract(made):
    names = set(files_in(made.quarter))
    pages = {"brief.id.html", "brief.en.html", "brief.id.xlsx", "brief.en.xlsx", "record.json"}
    expected = {"index.html", "index.en.html"}
    expected |= {f"city/{page}" for page in pages} | {
        f"units/{unit}/{page}" for unit in UNITS for page in pages
    }
    assert {name for name in names if not name.startswith("tables/")} == expected
    assert {"tables/units.csv", "tables/trend.csv", "tables/elements.csv"} <= names
    assert (made.quarter / "run.json").exists()
    assert {path.name for path in made.out.iterdir()} == {"2026Q3", ".2026Q3.lock"}  # no workshop left


def test_the_record_holds_what_the_contract_asks_for(made):
    record = made.record("city")
    assert record["schema_version"] == SCHEMA_VERSION
    assert (record["scope"], record["quarter"]) == ("city", "2026Q3")
    assert {"sha256", "rows", "simulated"} <= set(record["data"])
    assert {"value", "conf_low", "conf_high", "grade", "grade_probabilities", "n"} <= set(record["ikm"])
    assert [element["code"] for element in record["elements"]] == [f"u{n}" for n in range(1, 10)]
    effect = {
        "estimate", "std_error", "df", "conf_low", "conf_high", "conf_low_robust", "conf_high_robust",
        "sesoi", "n_units", "n_treated_units", "n_respondents", "method",
    }  # fmt: skip
    assert effect <= set(record["effect"])
    assert all({"name", "outcome", "sentence"} <= set(check) for check in record["checks"])
    assert {check["outcome"] for check in record["checks"]} <= {"passed", "failed", "informational"}
    assert {"label", "certainty", "reasons"} <= set(record["verdict"])
    assert isinstance(record["actions"], list)
    assert record["rules"]["sha256"]
    assert record["package_version"]
    assert record["parameters"]


def test_a_units_brief_tells_the_citys_effect_and_claims_none_of_its_own(made):
    city = made.record("city")
    for unit in UNITS:
        record = made.record(unit)
        assert record["scope"] == unit
        assert record["effect"]["estimate"] == round(city["effect"]["estimate"], 1)
        assert record["effect"]["conf_low_robust"] == round(city["effect"]["conf_low_robust"], 1)
        assert record["verdict"]["label"] == city["verdict"]["label"]
        assert "In the whole city:" in made.page(unit, "en")


def test_another_clone_folder_zone_locale_number_of_workers_and_kind_of_kernel_give_the_same_bytes(
    made, root, tmp_path
):
    clone = tmp_path / "clone"
    for part in ("asn_analysis", "notebooks"):
        shutil.copytree(root / part, clone / part, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(made.data, tmp_path / "data")
    elsewhere = {
        "PYTHONPATH": str(clone),
        "TZ": "Asia/Jakarta",
        "LC_ALL": "C",
        "LANG": "C",
        "PYTHONHASHSEED": "7",
        "COLUMNS": "40",
    }
    plain = (
        "from asn_analysis.run import fork_server; fork_server.FORKS = False; "
        "from asn_analysis import __main__; __main__.main()"
    )
    command = [sys.executable, "-c", plain, "briefs", "--units", ",".join(UNITS)]
    command += ["--workers", "1"]
    command += ["--data", str(tmp_path / "data"), "--out", str(tmp_path / "other")]
    subprocess.run(command, check=True, capture_output=True, cwd=tmp_path, env=os.environ | elsewhere)
    assert files_in(tmp_path / "other" / "2026Q3") == files_in(made.quarter)


def test_a_units_document_survives_the_way_to_the_notebook(small_dataset):
    city = city_inputs(small_dataset, choose_quarter(small_dataset))
    document = city.to_json()
    assert Inputs.from_json(document).to_json() == document


def test_one_failing_brief_spoils_no_other(bare, tmp_path, monkeypatch):
    """A document that the notebook cannot read fails its brief alone, is kept, and can be retried."""
    whole = batch.cut_units

    def broken(city, units):
        cut = whole(city, units)
        inputs = cut[UNITS[1]]
        return {**cut, UNITS[1]: replace(inputs, panel=inputs.panel.drop(columns="u1"), about={})}

    monkeypatch.setattr(batch, "cut_units", broken)
    call = ("briefs", "--data", bare.data, "--out", tmp_path, "--units", ",".join(UNITS))
    result = asn(*call)
    assert result.exit_code == 1
    assert "2 briefs made (4 pages), 0 unchanged, 1 failed" in result.output
    assert f"failed: {UNITS[1]}:" in result.output
    assert "--only-failed" in result.output
    run = json.loads((tmp_path / "2026Q3" / "run.json").read_text())
    assert [entry["scope"] for entry in run["failed"]] == [UNITS[1]]
    failed = tmp_path / "2026Q3" / "units" / UNITS[1]
    assert [path.name for path in failed.iterdir()] == ["brief.failed.ipynb"]
    assert UNITS[1] in (tmp_path / "2026Q3" / "index.html").read_text(encoding="utf-8")

    monkeypatch.undo()
    again = asn(*call, "--only-failed")
    assert again.exit_code == 0, again.output
    assert "1 brief made (2 pages), 2 unchanged, 0 failed" in again.output
    assert files_in(tmp_path / "2026Q3") == files_in(bare.quarter)


def test_cells_of_the_tables_cannot_run_as_formulas(made):
    city = made.record("city")
    unit = made.record(UNITS[0])
    unit["unit"]["name"] = "=cmd|' /C calc'!A0"
    catalogue = catalogue_record(city, [unit], [], ["id"])
    row = next(csv.DictReader(data_tables(city, [unit], catalogue)["units"].splitlines()))
    assert row["name"] == "'=cmd|' /C calc'!A0"
    assert float(row["change"]) == pytest.approx(unit["change"]["difference"])  # a minus is no formula


def test_a_unit_with_too_few_respondents_is_withheld(small_dataset, made):
    city = city_inputs(small_dataset, choose_quarter(small_dataset))
    now = (city.panel["quarter"] == city.quarter) & (city.panel["unit_id"] == UNITS[0])
    cells = city.panel.assign(n_respondents=city.panel["n_respondents"].where(~now, 4))
    withheld = sorted(withheld_cells(cells, 5))
    assert len(withheld) == 2  # one more, so that the city's total does not give it away
    few_city = replace(city, panel=cells, about={**city.about, "withheld": withheld})
    few = unit_inputs(few_city, UNITS[0], made.record("city"))
    record = unit_record(few)
    assert record["ikm"] is None
    assert record["elements"] == []
    assert record["n_respondents"] is None
    other = next(unit for unit, _ in withheld if unit != UNITS[0])  # large enough, withheld beside it
    beside = unit_record(unit_inputs(few_city, other, made.record("city")))
    told = Brief(beside).first_screen().html
    assert beside["ikm"] is None
    assert "results of this quarter are withheld" in told["en"]
    assert "hasil triwulan ini tidak ditampilkan" in told["id"]
    last = record["trend"][-1]
    assert (last["quarter"], last["withheld"]) == ("2026Q3", True)
    shown = ("value", "unrounded", "conf_low", "conf_high", "grade", "n")
    assert {name: last[name] for name in shown} == dict.fromkeys(shown)
