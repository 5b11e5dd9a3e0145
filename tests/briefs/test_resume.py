"""What is made again, and what is left: by content, after a change, a kill or a wish."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import duckdb
import psutil
import pytest

from asn_analysis.records import intake
from asn_analysis.run import desk, hashes, run_record
from tests.briefs.conftest import UNITS, Made, asn
from tests.briefs.test_batch import files_in

MARK = "ASN_TEST_RUN"
FILES = {f"brief.{language}.{kind}" for language in ("id", "en") for kind in ("html", "xlsx")} | {
    "record.json"
}


@pytest.fixture
def again(bare: Made, tmp_path: Path) -> Iterator[Made]:
    """A copy of the finished run and of its data, to be changed."""
    shutil.copytree(bare.data, tmp_path / "city")
    shutil.copytree(bare.out, tmp_path / "reports")
    yield Made(tmp_path / "city", tmp_path / "reports", bare.output, bare.units)


def run(made: Made, *options: str):
    return asn("briefs", "--data", made.data, "--out", made.out, "--units", ",".join(UNITS), *options)


def change_one_answer(data: Path, unit: str) -> None:
    """One respondent of the newest quarter takes back one answer's worth of satisfaction."""
    path = data / "responses.parquet"
    with duckdb.connect() as con:
        con.execute(f"CREATE TABLE responses AS FROM '{path}'")
        con.execute(
            "UPDATE responses SET u9 = u9 - 1 WHERE response_id = (SELECT min(response_id) FROM responses "
            "WHERE unit_id = ? AND u9 > 1 AND date = (SELECT max(date) FROM responses WHERE unit_id = ?))",
            [unit, unit],
        )
        con.execute(f"COPY responses TO '{path}' (FORMAT parquet)")


@pytest.fixture
def at_work(monkeypatch) -> list[str]:
    """What goes on in a run: "> scope" where a brief is begun, "< scope" where it is made."""
    events, make = [], desk.make_brief

    def told(job):
        events.append(f"> {job.scope}")
        outcome = make(job)
        events.append(f"< {job.scope}")
        return outcome

    monkeypatch.setattr(desk, "make_brief", told)
    return events


def test_one_changed_answer_remakes_its_unit_and_the_city_and_asks_for_a_reason(again, bare, at_work):
    before = files_in(again.quarter)
    change_one_answer(again.data, "PKM-03")

    planned = run(again, "--dry-run")
    assert "Would make 2 briefs" in planned.output  # units are held against the city's last finding
    assert "its data changed: city, PKM-03" in planned.output
    assert "Published already: city, PKM-03. If a number of them changes, the run stops" in planned.output
    assert "Published already" not in run(again, "--dry-run", "--reason", "Corrected.").output

    warned = run(again)
    assert warned.exit_code == 2
    assert "briefs of PKM-03 were made" in warned.output and "--despite-few" in warned.output
    refused = run(again, "--despite-few")
    assert refused.exit_code == 2
    assert "city: satisfaction index" in refused.output
    assert "ikm." not in refused.output
    assert "Say why with --reason" in refused.output
    assert files_in(again.quarter) == before

    at_work.clear()
    result = run(again, "--despite-few", "--reason", "A wrongly entered answer was corrected.")
    assert result.exit_code == 0, result.output
    assert sorted(at_work) == ["< PKM-03", "< city", "> PKM-03", "> city"]  # each made once
    assert at_work.index("> PKM-03") < at_work.index("< city")  # with the finding that is likely to stay
    assert "2 briefs made (4 pages), 1 unchanged, 0 failed" in result.output
    after = files_in(again.quarter)
    assert {
        name for name in before if name.startswith("units/36.73.01/") and after[name] != before[name]
    } == set()
    for scope in ("city", "PKM-03"):
        revision = again.record(scope)["revision"]
        assert (revision["number"], revision["reason"]) == (1, "A wrongly entered answer was corrected.")
        assert revision["before"]["ikm"] == bare.record(scope)["ikm"]["value"]
    assert asn("verify", again.quarter).exit_code == 0

    settled = run(again)
    assert "0 briefs made (0 pages), 3 unchanged" in settled.output  # the revision stays on the page
    assert files_in(again.quarter) == after


def test_a_unit_is_made_with_the_citys_new_finding(again, at_work):
    record = again.record("city")
    record["verdict"]["certainty"] += 1
    (again.folder("city") / "record.json").write_text(json.dumps(record))
    change_one_answer(again.data, "PKM-03")
    result = run(again, "--despite-few", "--reason", "A wrongly entered answer was corrected.")
    assert "2 briefs made (4 pages), 1 unchanged" in result.output
    assert at_work.count("< PKM-03") == 2  # what was begun with the finding of before is thrown away
    for unit in UNITS:
        assert again.record(unit)["verdict"]["certainty"] == record["verdict"]["certainty"] - 1
    assert asn("verify", again.quarter).exit_code == 0


def test_what_was_laid_beside_a_brief_stays_there_when_it_is_made_again(again):
    unit = again.quarter / "units" / UNITS[0]
    (unit / "scan").mkdir()
    for name in ("scan/signed.pdf", "catatan.txt"):
        (unit / name).write_text("signed", encoding="utf-8")
    (unit / "brief.xx.html").write_text("of a language that is no longer made", encoding="utf-8")
    (unit / "brief.en.html").unlink()
    assert "1 brief made (2 pages), 2 unchanged" in run(again).stdout
    assert {path.name for path in unit.iterdir()} == FILES | {"scan", "catatan.txt"}
    assert (unit / "scan" / "signed.pdf").read_text(encoding="utf-8") == "signed"
    assert "3 unchanged" in run(again).stdout


def test_files_that_were_altered_lost_or_damaged_are_made_again(again, bare):
    """A damaged record of the city foretells nothing: the unit whose files stand is left alone."""
    (again.folder(UNITS[0]) / "brief.en.html").write_text("altered")
    lost = again.folder(UNITS[1]) / "record.json"
    lost.unlink()
    planned = run(again, "--dry-run").output
    assert "Would make 2 briefs" in planned
    assert f"its files are missing or were altered: {', '.join(UNITS)}" in planned
    shutil.copy(bare.folder(UNITS[1]) / "record.json", lost)
    path = again.folder("city") / "record.json"
    path.write_text(path.read_text()[:200])
    assert "its files are missing or were altered: city" in run(again, "--dry-run").output
    assert "2 briefs made (4 pages), 1 unchanged" in run(again).output
    assert files_in(again.quarter) == files_in(bare.quarter)


def test_a_quarter_that_stands_is_told_without_reading_its_data(again, bare, monkeypatch):
    assert run(again).exit_code == 0
    monkeypatch.setattr(intake, "read_dataset", lambda folder: pytest.fail("the data were read"))
    assert "0 briefs made (0 pages), 3 unchanged, 0 failed" in run(again).output
    assert files_in(again.quarter) == files_in(bare.quarter)


def plan_added(made: Made) -> None:
    (made.data / "plan.yml").write_text("author: someone\n", encoding="utf-8")


def answer_changed(made: Made) -> None:
    change_one_answer(made.data, "PKM-03")


def page_altered(made: Made) -> None:
    (made.folder("city") / "brief.en.html").write_text("altered", encoding="utf-8")


def earlier_quarter_published(made: Made) -> None:
    (made.out / "2026Q2" / "city").mkdir(parents=True)
    (made.out / "2026Q2" / "city" / "record.json").write_text("{}", encoding="utf-8")


def run_failed(made: Made) -> None:
    state = json.loads((made.quarter / "run.json").read_text(encoding="utf-8"))
    state["failed"] = [{"scope": "PKM-03", "reason": "broken"}]
    (made.quarter / "run.json").write_text(json.dumps(state), encoding="utf-8")


def run_cut_short(made: Made) -> None:
    (made.out / ".2026Q3.journal").touch()


@pytest.mark.parametrize(
    "happens",
    [plan_added, answer_changed, page_altered, earlier_quarter_published, run_failed, run_cut_short],
    ids=lambda happens: happens.__name__,
)
def test_a_quarter_stands_no_more_once_anything_it_follows_from_has_changed(again, happens):
    asked = ("", ",".join(UNITS), ["id", "en"], False)
    assert run_record.standing_run(hashes.folder_hashes(again.data), again.out, asked) is not None
    happens(again)
    assert run_record.standing_run(hashes.folder_hashes(again.data), again.out, asked) is None


def test_a_dry_run_names_the_reason_and_the_time_and_writes_nothing(again):
    before = {path: path.stat().st_mtime_ns for path in again.out.rglob("*")}
    result = asn("briefs", "--data", again.data, "--out", again.out, "--dry-run")
    assert "Would make 22 briefs in id, en for 2026Q3" in result.output
    assert "3 unchanged; about " in result.output
    assert "  not made before: 36.73." in result.output
    forced = run(again, "--dry-run", "--force")
    assert "Would make 3 briefs" in forced.output
    assert f"forced: city, {', '.join(UNITS)}" in forced.output
    other = run(again, "--dry-run", "--languages", "id")
    assert "other languages: city" in other.output
    assert {path: path.stat().st_mtime_ns for path in again.out.rglob("*")} == before


def test_a_journal_cut_in_the_middle_of_a_line_is_read_up_to_there(again, bare):
    state = json.loads((again.quarter / "run.json").read_text())
    lines = [json.dumps(line) for line in (*state["made"], *state["skipped"])]
    (again.out / ".2026Q3.journal").write_text("\n".join([*lines[:2], lines[2][:40]]))
    (again.quarter / "run.json").unlink()
    result = run(again)
    assert "1 brief made (2 pages), 2 unchanged" in result.output
    assert files_in(again.quarter) == files_in(bare.quarter)
    assert not (again.out / ".2026Q3.journal").exists()


def started(made: Made, mark: str) -> subprocess.Popen:
    command = [
        sys.executable,
        "-m",
        "asn_analysis",
        "briefs",
        "--data",
        str(made.data),
        "--out",
        str(made.out),
    ]
    command += ["--units", ",".join(UNITS)]
    return subprocess.Popen(
        command, env=os.environ | {MARK: mark}, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )


def left_behind(mark: str) -> list[psutil.Process]:
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get(MARK) == mark and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except psutil.Error:
            continue
    return found


def wait_until_gone(mark: str, seconds: float = 10.0) -> list[psutil.Process]:
    until = time.monotonic() + seconds
    while (left := left_behind(mark)) and time.monotonic() < until:
        time.sleep(0.1)
    return left


def assert_nothing_broken(quarter: Path) -> None:
    for page in quarter.rglob("*.html"):
        assert page.read_text(encoding="utf-8").rstrip().endswith("</html>"), page
    for record in quarter.rglob("*.json"):
        json.loads(record.read_text(encoding="utf-8"))
    for folder in (quarter / "city", *(quarter / "units").glob("*")):
        names = {path.name for path in folder.glob("*")}
        assert names in (set(), FILES), names


def kill_and_resume(made: Made, undisturbed: Made, *moments: Callable[[], bool]) -> None:
    """Kill at these moments, each run going on where the last one stood, then let one finish."""
    mark = uuid4().hex
    for has_come in moments:
        process = started(made, mark)
        while not has_come() and process.poll() is None:
            time.sleep(0.02)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        assert_nothing_broken(made.quarter)
        assert not wait_until_gone(mark)
    last = started(made, mark)
    assert last.wait(timeout=120) == 0, last.stderr.read()
    last.communicate()
    assert files_in(made.quarter) == files_in(undisturbed.quarter)
    assert asn("verify", made.quarter).exit_code == 0
    assert {path.name for path in made.out.iterdir()} == {"2026Q3", ".2026Q3.lock"}
    assert not wait_until_gone(mark)


def test_a_killed_run_is_finished_by_the_same_command(bare, tmp_path):
    """Once when nothing is made yet, and once when a brief stands and the others are at work."""
    made, journal = Made(bare.data, tmp_path, bare.output, bare.units), tmp_path / ".2026Q3.journal"
    kill_and_resume(made, bare, (tmp_path / ".2026Q3.holder").exists, journal.exists)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(50))
def test_fifty_killed_runs_are_finished_by_the_same_command(bare, tmp_path, seed):
    until = time.monotonic() + random.Random(seed).uniform(1.0, 14.0)
    made = Made(bare.data, tmp_path, bare.output, bare.units)
    kill_and_resume(made, bare, lambda: time.monotonic() > until)


@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="a process cannot be made to wait here")
def test_of_two_runs_at_once_one_makes_the_quarter_and_the_other_says_who_does(again, bare):
    shutil.rmtree(again.folder(UNITS[0]))
    first = started(again, uuid4().hex)
    while not (again.out / ".2026Q3.holder").exists():
        assert first.poll() is None
        time.sleep(0.02)
    first.send_signal(signal.SIGSTOP)
    second = run(again)
    first.send_signal(signal.SIGCONT)
    assert second.exit_code == 2
    assert f"being made by another run, process {first.pid}" in " ".join(second.output.split())
    first.communicate(timeout=120)
    assert first.returncode == 0
    assert files_in(again.quarter) == files_in(bare.quarter)


def test_ctrl_c_ends_the_run_and_its_kernels_and_says_how_to_go_on(again):
    shutil.rmtree(again.quarter / "units")
    mark = uuid4().hex
    process = started(again, mark)
    for line in process.stderr:  # the city's brief stands; its units are at work
        if "city" in line:
            break
    time.sleep(0.3)
    process.send_signal(signal.SIGINT)
    _, message = process.communicate(timeout=20)
    assert process.returncode == 130
    assert "Interrupted. What was made stands; go on with: asn briefs --data" in message
    assert "Traceback" not in message and "Kernel died" not in message
    assert not wait_until_gone(mark)
    assert_nothing_broken(again.quarter)
