"""The command line: bad input is told clearly, ends with 2, and leaves nothing behind."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from asn_analysis.cli.briefs import _units
from asn_analysis.cli.failures import BadInput
from tests.briefs.conftest import asn
from tests.changed import read_responses, write_responses


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--quarter", "2031Q1"], "No unit was surveyed in 2031Q1. The survey covers 2023Q4 to 2026Q3."),
        (["--quarter", "third"], '"third" is not a quarter; write it as 2026Q2.'),
        (["--quarter", "2026Q7"], '"2026Q7" is not a quarter'),
        (["--quarter", "2026"], '"2026" is not a quarter'),
        (["--quarter", "2026-08-15"], '"2026-08-15" is not a quarter'),
        (["--units", "36.73.98", "--units", "36.73.01"], "no unit has the code 36.73.98"),
        (["--languages", "id,fr"], "choose from id, en"),
        (["--languages", "id,id"], "each once"),
        (["--workers", "0"], "--workers"),
        (["--speed", "9"], "No such option"),
    ],
)
def test_bad_parameters_are_refused_before_anything_starts(bare_city, tmp_path, options, message):
    out = tmp_path / "reports"
    result = asn("briefs", "--data", bare_city, "--out", out, *options)
    assert result.exit_code == 2
    assert message in " ".join(result.output.split())
    assert "Traceback" not in result.output
    assert not out.exists()


@pytest.mark.parametrize(
    ("codes", "message"),
    [
        ("36.73.99", "no unit has the code 36.73.99. Codes stand in the units table, for example K1 or K2."),
        ("K1,../../evil", "no unit has the code ../../evil"),
        ("36.73.02,36.73.01.9999", "the code 36.73.02 or 36.73.01.9999."),
        ("3673011212800001", "no unit has the code [NIK]."),
        (",", "no unit has the code (none given)"),
    ],
)
def test_codes_of_no_unit_are_named_but_nobodys_number(codes, message):
    with pytest.raises(BadInput) as refused:
        _units(codes, ["K1", "K2"])
    assert message in refused.value.format_message()


def test_a_folder_that_cannot_be_written_to_is_named(bare_city, tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    result = asn("briefs", "--data", bare_city, "--out", blocked / "reports")
    assert result.exit_code == 2
    assert f"{blocked} is a file, not a folder" in result.output
    assert "--out" in result.output


def test_faults_of_the_data_stop_check_and_briefs_alike(small_city, tmp_path):
    broken = tmp_path / "city"
    shutil.copytree(small_city, broken)
    trainings = broken / "trainings.csv"
    trainings.write_text(trainings.read_text().replace("technical", "tecnical", 1))
    for command in (("check", broken), ("briefs", "--data", broken, "--out", tmp_path / "reports")):
        result = asn(*command)
        assert result.exit_code == 2
        assert "trainings.csv" in result.output
        assert "tecnical" in result.output
        assert "Remedy:" in result.output
    assert not (tmp_path / "reports").exists()


def test_check_says_when_all_is_well(small_city):
    result = asn("check", small_city)
    assert result.exit_code == 0
    assert "is in order" in result.output


def test_a_dry_run_writes_nothing(bare_city, tmp_path):
    result = asn("briefs", "--data", bare_city, "--out", tmp_path / "reports", "--dry-run")
    assert result.exit_code == 0
    assert "Would make 25 briefs in id, en for 2026Q3" in result.output
    assert not (tmp_path / "reports").exists()


def test_simulate_refuses_a_city_too_small(tmp_path):
    assert asn("simulate", tmp_path / "x", "--units", "1").exit_code == 2
    assert asn("simulate", tmp_path / "x", "--quarters", "2").exit_code == 2


def test_simulate_makes_a_city_that_is_in_order(tmp_path):
    made = asn(
        "simulate", tmp_path / "city", "--units", "8", "--quarters", "8", "--respondents", "12", "--seed", "3"
    )
    assert made.exit_code == 0, made.output
    assert "truth.json" in made.output
    assert asn("check", tmp_path / "city").exit_code == 0


def test_help_names_every_command():
    result = asn("--help")
    assert result.exit_code == 0
    for command in ("template", "check", "briefs", "simulate"):
        assert command in result.output


def test_the_module_runs_like_the_command():
    run = subprocess.run(
        [sys.executable, "-m", "asn_analysis", "--version"], capture_output=True, text=True, check=True
    )
    assert run.stdout.startswith("asn, version")


def test_example_data_are_in_order(root: Path):
    assert asn("check", root / "data" / "example").exit_code == 0


def test_only_failed_asks_for_an_earlier_run(bare_city, tmp_path):
    result = asn("briefs", "--data", bare_city, "--out", tmp_path / "reports", "--only-failed")
    assert result.exit_code == 2
    assert "no earlier run of 2026Q3" in result.output
    assert not (tmp_path / "reports").exists()


@pytest.mark.parametrize("code", ["city", "ALL", "A,B"])
def test_codes_that_asn_itself_uses_are_refused(small_city, tmp_path, code):
    broken = tmp_path / "city"
    shutil.copytree(small_city, broken)
    units = broken / "units.csv"
    rows = units.read_text().splitlines()
    rows[1] = f'"{code}",' + rows[1].split(",", 1)[1]
    units.write_text("\n".join(rows) + "\n")
    result = asn("check", broken)
    assert result.exit_code == 2
    assert "a word that asn itself uses" in result.output


def test_a_mistyped_year_is_a_fault_and_makes_no_quarter(small_city, tmp_path):
    broken = tmp_path / "city"
    shutil.copytree(small_city, broken)
    path = broken / "responses.parquet"
    answers = read_responses(path)
    answers.loc[5, "date"] = pd.Timestamp("2062-09-30")
    write_responses(path, answers)
    result = asn("check", broken)
    assert result.exit_code == 2
    assert "2062-09-30" in result.output
    assert "more than a year after nearly all other answers" in result.output


def test_check_reads_the_plan_too(small_city, tmp_path):
    broken = tmp_path / "city"
    shutil.copytree(small_city, broken)
    (broken / "analysis_plan.yml").write_text("outcome: ikm\n")
    result = asn("check", broken)
    assert result.exit_code == 2
    assert "analysis_plan.yml must hold exactly" in result.output


def test_a_plan_is_locked_and_its_state_told(small_city, tmp_path):
    city = tmp_path / "city"
    shutil.copytree(small_city, city)
    (city / "analysis_plan.lock").unlink()
    assert asn("plan", "status", city).output.startswith("unlocked")
    assert asn("plan", "lock", city).output.startswith("locked: ")
    plan = city / "analysis_plan.yml"
    plan.write_text(plan.read_text().replace("sesoi: 2.0", "sesoi: 1.0"))
    told = asn("plan", "status", city).output
    assert told.startswith("changed")
    assert "deviation: sesoi planned 1.0, used 2.0" in told
    assert asn("plan", "status", tmp_path / "nowhere").exit_code == 2


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_while_the_commands_are_imported_ends_in_one_line(number, status):
    """The seam: whoever is the first to import click is sent the signal."""
    start = (
        "import signal, sys\n"
        "class Seam:\n"
        "    def find_spec(self, name, *_):\n"
        f"        if name == 'click': signal.raise_signal({int(number)})\n"
        "sys.meta_path.insert(0, Seam())\n"
        "from asn_analysis.__main__ import main\n"
        "main()\n"
    )
    ended = subprocess.run([sys.executable, "-c", start, "--help"], capture_output=True, text=True)
    assert (ended.returncode, ended.stdout, ended.stderr.split()) == (status, "", ["Interrupted."])


def test_no_command_compiles_grammars_that_no_notebook_needs():
    """jsonschema's addresses in other languages: over a second of each start where lark is installed."""
    start = "import sys; from asn_analysis.run import jobs; jobs.import_papermill(); "
    start += "sys.exit('lark' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", start]).returncode == 0


def test_a_quarter_that_stands_is_told_without_the_libraries_of_its_making():
    """They take most of a second, and an operator asks often."""
    start = "import sys; from asn_analysis.cli import briefs; from asn_analysis.run import run_record; "
    start += "sys.exit(not {'pandas', 'duckdb', 'scipy', 'matplotlib'}.isdisjoint(sys.modules))"
    assert subprocess.run([sys.executable, "-c", start]).returncode == 0


def test_what_is_only_drawn_with_is_imported_by_what_draws():
    start = "import sys; from asn_analysis.briefs import inputs; from asn_analysis.run import batch; "
    start += "sys.exit(bool({'matplotlib', 'scipy.optimize'} & {*sys.modules}))"
    assert subprocess.run([sys.executable, "-c", start]).returncode == 0


def test_a_command_ends_without_a_word_of_libraries(small_city, tmp_path):
    """Functions given to DuckDB are garbage in a ring: not looked for at the end, they are told leaked."""
    city = shutil.copytree(small_city, tmp_path / "city", ignore=shutil.ignore_patterns(".kept"))
    out = ["--out", tmp_path / "reports", "--units", "PKM-03"]
    command = [sys.executable, "-m", "asn_analysis", "briefs", "--data", city, *out]
    ended = subprocess.run(command, capture_output=True, text=True)
    assert ended.returncode == 0 and "leaked" not in ended.stdout + ended.stderr
