"""A run that can be defended: its hashes hold, its bundle is one and the same, its differences are listed."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import zipfile
from pathlib import Path

import pytest

from asn_analysis.pages.beside import beside
from asn_analysis.run.difference import Change, changes
from tests.briefs.conftest import UNITS, Made, asn


@pytest.fixture
def copy(made: Made, tmp_path: Path) -> Path:
    shutil.copytree(made.quarter, tmp_path / "other" / "2026Q3")
    return tmp_path / "other" / "2026Q3"


def test_run_json_says_from_what_and_by_what_the_quarter_was_made(made):
    run = json.loads((made.quarter / "run.json").read_text())
    assert run["data"]["sha256"] == made.record("city")["data"]["sha256"]
    assert run["rules"] == made.record("city")["rules"]
    assert set(run["notebooks"]) == {"city_brief.ipynb", "unit_brief.ipynb"}
    assert {"asn-analysis", "papermill", "pandas", "matplotlib"} <= set(run["versions"])
    assert len(run["outputs"]) == len(set(run["outputs"])) > 10
    for name, digest in run["outputs"].items():
        assert hashlib.sha256((made.quarter / name).read_bytes()).hexdigest() == digest


def test_verify_finds_what_was_changed_removed_or_added(copy):
    assert asn("verify", copy).exit_code == 0
    (copy / "city" / "record.json").write_text("{}")
    (copy / "units" / UNITS[0] / "brief.id.html").unlink()
    (copy / "tables" / "more.csv").write_text("a,b")
    result = asn("verify", copy)
    assert result.exit_code == 1
    assert result.output.splitlines()[:3] == [
        "city/record.json: changed since the run",
        "tables/more.csv: not of this run",
        f"units/{UNITS[0]}/brief.id.html: missing",
    ]


def test_an_official_report_beside_a_brief_is_no_part_of_the_run(copy, tmp_path):
    assert asn("bundle", copy, "--to", tmp_path / "before.zip").exit_code == 0
    (copy / "units" / UNITS[0] / "report.id.docx").write_text("Laporan SKM")
    assert asn("verify", copy).exit_code == 0
    assert asn("bundle", copy, "--to", tmp_path / "after.zip").exit_code == 0
    assert (tmp_path / "after.zip").read_bytes() == (tmp_path / "before.zip").read_bytes()


def test_verify_names_a_folder_that_is_no_quarter(tmp_path):
    result = asn("verify", tmp_path)
    assert result.exit_code == 2
    assert "holds no run.json" in result.output


def test_the_same_content_is_bundled_to_the_same_bytes(made, copy, tmp_path):
    first, second = tmp_path / "a.zip", tmp_path / "b.zip"
    assert asn("bundle", made.quarter, "--to", first).exit_code == 0
    for path in copy.rglob("*"):
        path.touch()  # other times, as on another machine
    result = asn("bundle", copy, "--to", second)
    assert hashlib.sha256(second.read_bytes()).hexdigest() in result.output
    assert first.read_bytes() == second.read_bytes()
    with zipfile.ZipFile(first) as archive:
        names = set(archive.namelist())
        sums = archive.read("SHA256SUMS").decode().splitlines()
        run = json.loads(archive.read("2026Q3/run.json"))
        for line in sums:
            digest, name = line.split("  ")
            assert hashlib.sha256(archive.read(name)).hexdigest() == digest
    assert {name.split("  ")[1] for name in sums} == names - {"SHA256SUMS"}
    assert {"2026Q3/index.html", "software/requirements.lock", "software/notebooks/city_brief.ipynb"} <= names
    assert run["rerun"]["data"]["responses.parquet"]["table"] == "responses"
    assert not {name.split("/")[-1] for name in names} & {"dataset.yml", "responses.parquet", "trainings.csv"}


def test_the_clock_of_a_run_does_not_count_in_its_bundle(made, copy, tmp_path):
    assert asn("bundle", made.quarter, "--to", tmp_path / "a.zip").exit_code == 0
    run = json.loads((copy / "run.json").read_text(encoding="utf-8"))
    slower = [{**line, "seconds": 99.0} for line in run["made"]]
    run |= {"made": slower[:1], "skipped": slower[1:], "seconds": 99.0}
    (copy / "run.json").write_text(json.dumps(run), encoding="utf-8")
    assert asn("bundle", copy, "--to", tmp_path / "b.zip").exit_code == 0
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()


def test_an_unpacked_bundle_verifies_as_the_quarter_did(made, tmp_path):
    assert asn("bundle", made.quarter, "--to", tmp_path / "a.zip").exit_code == 0
    shutil.unpack_archive(tmp_path / "a.zip", tmp_path / "a")
    assert asn("verify", tmp_path / "a" / "2026Q3").exit_code == 0


@pytest.mark.parametrize(
    ("place", "value", "told"),
    [
        (("made", 0, "parts", "package"), "0" * 64, "the program here is not the one that made it"),
        (("notebooks", "city_brief.ipynb"), "0" * 64, "the program here is not the one that made it"),
        (("rerun", "beside"), {"2026Q2": {"sha256": "0", "catalogue": True}}, "2026Q2, whose records"),
    ],
)
def test_what_could_not_be_made_again_from_its_bundle_is_not_bundled(copy, tmp_path, place, value, told):
    run = json.loads((copy / "run.json").read_text(encoding="utf-8"))
    *steps, last = place
    at = run
    for step in steps:
        at = at[step]
    at[last] = value
    (copy / "run.json").write_text(json.dumps(run), encoding="utf-8")
    result = asn("bundle", copy, "--to", tmp_path / "c.zip")
    assert result.exit_code == 2
    assert told in " ".join(result.output.split())
    assert not list(tmp_path.glob("*.zip"))


def test_what_does_not_match_its_run_is_not_bundled(copy, tmp_path):
    (copy / "index.html").write_text("altered")
    result = asn("bundle", copy, "--to", tmp_path / "c.zip")
    assert result.exit_code == 2
    assert "index.html: changed since the run" in " ".join(result.output.split())
    assert not (tmp_path / "c.zip").exists()


def test_differences_come_verdicts_first_then_the_largest(made, copy):
    city = copy / "city" / "record.json"
    record = json.loads(city.read_text(encoding="utf-8"))
    record["verdict"]["label"] = "harm"
    record["effect"]["estimate"] = -record["effect"]["estimate"]
    record["ikm"]["value"] += 0.01
    city.write_text(json.dumps(record), encoding="utf-8")
    result = asn("diff", made.quarter, copy)
    assert result.exit_code == 0
    lines = result.output.splitlines()
    assert lines[0].startswith("3 findings differ")
    assert [line.split(": ")[1] for line in lines[1:]] == ["verdict.label", "effect.estimate", "ikm.value"]
    assert lines[1].endswith("-> harm")


def test_a_run_does_not_differ_from_itself(made):
    assert asn("diff", made.quarter, made.quarter).output.startswith("0 findings differ")


def test_diff_names_a_folder_without_a_record(made, tmp_path):
    result = asn("diff", made.quarter, tmp_path)
    assert result.exit_code == 2
    assert "holds no city/record.json" in result.output


def test_rows_are_told_apart_by_their_name_not_by_their_place():
    before = {"scope": "city", "trend": [{"quarter": "2026Q2", "value": 80.0}]}
    after = {
        "scope": "city",
        "trend": [{"quarter": "2026Q1", "value": 70.0}, {"quarter": "2026Q2", "value": 80.0}],
    }
    (change,) = changes(before, after)
    assert (change.place, change.before, change.after) == ("trend.2026Q1.value", None, 70.0)


def test_units_of_one_name_are_told_apart_and_a_name_corrected_is_no_number_changed():
    units = [{"unit_id": "36.73.01", "name": "Sama", "made": 9}, {"unit_id": "P2", "name": "Sama", "made": 5}]
    before, after = ({"scope": "city", "short": units} for _ in range(2))
    after["short"] = [units[0] | {"made": 8}, units[1] | {"name": "Lain"}]
    assert changes(before, after) == (Change("city", "short.36-73-01.made", 9, 8),)


def test_rows_of_one_unit_do_not_hide_each_other():
    promises = [{"unit_id": "P2", "late": 1}, {"unit_id": "P2", "late": 2}]
    after = [{"unit_id": "P2", "late": 3}, promises[1]]
    found = changes({"scope": "city", "due": promises}, {"scope": "city", "due": after})
    assert found == (Change("city", "due.0.late", 1, 3),)


def test_changes_below_what_any_brief_shows_are_none():
    assert not changes({"scope": "x", "ikm": {"value": 80.0001}}, {"scope": "x", "ikm": {"value": 80.0002}})


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("ikm.value", "satisfaction index"),
        ("effect.conf_low_robust", "effect of training, lower end of the cautious range"),
        ("elements.u3.value", "element Completion time"),
        ("trend.2026Q2.n", "index of 2026Q2, respondents"),
        ("verdict.label", "verdict, label"),
        ("complaints.open_old", "complaints, open old"),
    ],
)
def test_a_change_is_told_in_words(place, words):
    assert Change("city", place, 1.5, None).in_words() == f"city: {words}: from 1.5 to none"


def test_two_runs_stand_beside_each_other_with_their_differences_marked(made, copy, tmp_path):
    for language, marked in (("id", "berdampingan"), ("en", "beside")):
        page = copy / "city" / f"brief.{language}.html"
        before = made.page("city", language)
        title = re.search("<h1[^>]*>(.*?)</h1>", before, re.DOTALL)[1]
        page.write_text(before.replace(title, "Kota &amp; lain", 1), encoding="utf-8")
        out = tmp_path / f"{language}.html"
        done = asn("diff", made.quarter, copy, "--html", out, "--language", language)
        assert done.exit_code == 0, done.output
        html = out.read_text(encoding="utf-8")
        assert f'<html lang="{language}">' in html and marked in html
        assert "<ins>Kota &amp; lain</ins>" in html and html.count("<ins>") == 1 == html.count("<del>")
    missing = asn("diff", made.quarter, copy, "--html", tmp_path / "x.html", "--brief", "nowhere")
    assert missing.exit_code == 2 and not (tmp_path / "x.html").exists()


def test_blocks_that_differ_in_a_number_alone_are_set_beside_each_other():
    table = "<table><tr><th>a</th><td>1</td></tr></table>"
    page = f"<main><h1>Brief</h1><p>One.</p><p>The index is 82.10 of 100.</p>{table}</main>"
    later = page.replace("82.10", "82.44").replace("<p>One.</p>", "<p>New.</p><p>One.</p>")
    heading, new, alike, number, rest = beside(page, later)
    assert heading.heading and (new.before, new.after) == ("", "<ins>New.</ins>")
    assert number.before == "The index is <del>82.10</del> of 100."
    assert number.after == "The index is <ins>82.44</ins> of 100."
    assert (alike.alike, rest.alike) == (1, 1)
