"""What a crash or a hand has damaged is named with its remedy, and what is written is on the disk."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import click
import pandas as pd
import pytest
from click.testing import CliRunner

from asn_analysis.briefs.published import read_published, read_releases
from asn_analysis.cli import main
from asn_analysis.cli.failures import BadInput, said_plainly
from asn_analysis.records.folders import built_beside, put_whole
from asn_analysis.records.left import Damaged
from asn_analysis.rules.rules import RulesError
from asn_analysis.run.batch import _refuse_missing
from asn_analysis.run.desk import Stopped
from asn_analysis.run.difference import run_changes
from asn_analysis.run.run_record import Outcome, note, read_history, read_run, verify
from asn_analysis.run.storage import journal_path
from asn_analysis.simulate.city import City
from tests.records.malformed import good

QUARTER = pd.Period("2026Q3", freq="Q-DEC")
SPOILED = (
    "",
    "{",
    "[]",
    "{}",
    "null",
    '"x"',
    "\0" * 100,
    '{"made": 1, "outputs": 2, "failed": 3}',
    "[" * 10_000,
)


@pytest.mark.parametrize("content", SPOILED)
@pytest.mark.parametrize("place", ["city", "units/K1"])
def test_a_damaged_record_of_another_quarter_is_named_with_what_to_do(tmp_path, place, content):
    city, path = tmp_path / "2026Q2" / "city", tmp_path / "2026Q2" / place / "record.json"
    for folder in (city, path.parent):
        folder.mkdir(parents=True, exist_ok=True)
    whole = {"schema_version": 1, "scope": "city", "quarter": "2026Q2", "package_version": "", "trend": []}
    verdict = {"label": "harm", "certainty": 0, "reasons": []}
    effect = dict.fromkeys(("estimate", "conf_low", "conf_high"))
    whole |= {"rules": {"sha256": ""}, "verdict": verdict, "effect": effect}
    whole |= {"ikm": None, "elements": [], "seen": {}}
    (city / "record.json").write_text(json.dumps(whole), encoding="utf-8")
    path.write_text(content, encoding="utf-8")
    with pytest.raises(Damaged, match=r"record\.json is damaged") as refused:
        read_releases(tmp_path, QUARTER)
    assert str(path) in str(refused.value) and "asn briefs --quarter 2026Q2" in str(refused.value)
    if place == "city":
        with pytest.raises(Damaged, match=r"2026Q2/city/record\.json"):
            read_published(tmp_path, QUARTER)


@pytest.mark.parametrize("content", SPOILED)
def test_a_damaged_run_json_is_named_and_never_taken_for_a_quarter_that_was_not_published(tmp_path, content):
    path = tmp_path / "2026Q3" / "run.json"
    path.parent.mkdir()
    path.write_text(content, encoding="utf-8")
    for read in (
        lambda: read_history(tmp_path, "2026Q3"),
        lambda: read_run(path.parent),
        lambda: verify(path.parent),
    ):
        with pytest.raises(Damaged, match=r"run\.json is damaged"):
            read()


def test_a_journal_cut_at_its_end_is_read_and_one_damaged_before_is_named(tmp_path):
    journal, made = journal_path(tmp_path, "2026Q3"), Outcome("K1", 1.0)
    note(journal, made)
    with journal.open("a") as file:
        file.write('{"scope": "K')
    assert set(read_history(tmp_path, "2026Q3").entries) == {"K1"}
    with journal.open("a") as file:
        file.write("\n")
    note(journal, made)
    with pytest.raises(Damaged, match=r"journal is damaged.*Delete it"):
        read_history(tmp_path, "2026Q3")


def test_a_record_that_is_compared_and_damaged_is_named(tmp_path):
    for quarter in ("a", "b"):
        (tmp_path / quarter / "city").mkdir(parents=True)
        (tmp_path / quarter / "city" / "record.json").write_text("{", encoding="utf-8")
    with pytest.raises(Damaged, match=r"a/city/record\.json"):
        run_changes(tmp_path / "a", tmp_path / "b")


def test_a_file_is_on_the_disk_before_it_takes_its_place(tmp_path, monkeypatch):
    steps = []
    flush, replace = os.fsync, Path.replace
    monkeypatch.setattr(os, "fsync", lambda number: (steps.append("flushed"), flush(number))[1])
    monkeypatch.setattr(Path, "replace", lambda part, to: (steps.append("renamed"), replace(part, to))[1])
    put_whole(tmp_path / "x.json", b"{}")
    assert steps == ["flushed", "renamed", "flushed"]  # the file, its name, the folder
    assert [path.name for path in tmp_path.iterdir()] == ["x.json"]


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
@pytest.mark.parametrize("library", ["leaves it", "turns it into an error", "swallows it"])
def test_a_signal_ends_any_command_with_its_status_and_says_so(number, status, library, capsys):
    with pytest.raises(SystemExit) as ended, said_plainly():
        try:
            signal.raise_signal(number)
        except KeyboardInterrupt:
            if library == "leaves it":
                raise
            if library == "turns it into an error":
                raise RuntimeError("Query interrupted") from None
    assert ended.value.code == status and "Interrupted." in capsys.readouterr().err
    assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL


def test_ctrl_c_that_meets_code_in_a_string_ends_a_module_with_its_status_too(tmp_path):
    (tmp_path / "meets.py").write_text(
        "import signal\nfrom asn_analysis.cli.failures import said_plainly\n"
        "with said_plainly(): exec('signal.raise_signal(signal.SIGINT)')"
    )
    run = subprocess.run([sys.executable, "-m", "meets"], cwd=tmp_path, capture_output=True)
    assert run.returncode == 130, run.stderr


@pytest.mark.parametrize(
    ("error", "said"),
    [
        ("a\udce9.csv".encode, r"'a\\udce9.csv' cannot be written in this system's character set"),
        (lambda: (_ for _ in ()).throw(RulesError("rules/skm/x.yml cannot be used")), "rules/skm/x.yml"),
    ],
)
def test_names_and_rules_that_cannot_be_used_are_told_without_a_traceback(error, said):
    with pytest.raises(BadInput, match=said) as told, said_plainly():
        error()
    assert isinstance(told.value, click.ClickException) and told.value.exit_code == 2


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="no folder here takes no file")
def test_a_place_where_nothing_can_be_written_is_not_taken_for_one_in_use():
    with pytest.raises(ValueError, match="Cannot write into /proc"), built_beside(Path("/proc/city")):
        pass


@pytest.mark.parametrize("content", ["", "x", "[1]", "- {date: 2026-01-01}", "[", "\0"])
def test_a_damaged_lock_of_the_plan_is_named_with_what_to_do(tmp_path, content):
    (good(tmp_path) / "analysis_plan.lock").write_text(content)
    result = CliRunner().invoke(main, ["plan", "status", str(tmp_path)])
    assert result.exit_code == 2 and "analysis_plan.lock is damaged" in result.output
    assert "restore it from a copy" in result.output and "Type" not in result.output


def test_a_page_that_is_missing_at_the_end_of_a_run_is_noticed(tmp_path):
    (tmp_path / "index.html").touch()
    _refuse_missing(tmp_path, ["index.html"])
    with pytest.raises(Stopped, match=r"city/brief\.id\.html was made and is missing"):
        _refuse_missing(tmp_path, ["index.html", "city/brief.id.html"])


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *((name, value) for name in ("effect", "drift") for value in (float("nan"), float("inf"), -1e9)),
        *(("respondents", value) for value in (float("nan"), 0.0, 1e12)),
        ("quarters", 10**6),
        ("units", 10**9),
    ],
)
def test_no_city_is_simulated_that_cannot_be(name, value):
    with pytest.raises(ValueError, match=r"must|at most"):
        City(**{name: value})
