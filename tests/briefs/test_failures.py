"""What happens to machines and notebooks: a clear message, the right exit status, no damaged file."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest

from asn_analysis.run import desk, hashes, jobs
from tests.briefs.conftest import UNITS, Made, asn
from tests.briefs.test_batch import files_in


def full(*arguments: object) -> None:
    raise OSError(28, "No space left on device")


@pytest.fixture
def again(bare: Made, tmp_path: Path) -> Made:
    """A copy of the finished run, in which the city's brief stands."""
    shutil.copytree(bare.out, tmp_path / "reports")
    return Made(bare.data, tmp_path / "reports", bare.output, bare.units)


@pytest.fixture
def unit_cell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Puts a cell of code into the unit's notebook of this test."""

    def put(code: str) -> None:
        folder = tmp_path / "notebooks"
        shutil.copytree(hashes.NOTEBOOKS, folder)
        path = folder / "unit_brief.ipynb"
        notebook = nbformat.read(path, as_version=4)
        notebook.cells.insert(2, nbformat.v4.new_code_cell(code))
        nbformat.write(notebook, path)
        monkeypatch.setattr(hashes, "NOTEBOOKS", folder)

    return put


def test_a_notebook_that_hangs_dies_or_raises_fails_alone(again, bare, unit_cell, monkeypatch):
    hangs, dies, raises, fine = known = sorted({*UNITS, *some_units(bare, 2)})
    unit_cell(
        "import json, os, time\n"
        "scope = json.load(open(prepared))['scope']\n"
        f"if scope == {hangs!r}: time.sleep(600)\n"
        f"if scope == {dies!r}: os.kill(os.getpid(), 9)\n"
        f"if scope == {raises!r}: raise ValueError('no such thing')\n"
    )
    call = ("briefs", "--data", again.data, "--out", again.out, "--units", ",".join(known))
    monkeypatch.setattr(jobs, "CELL_TIMEOUT", 15)
    result = asn(*call)
    assert result.exit_code == 1
    assert "1 brief made (2 pages), 1 unchanged, 3 failed" in result.output
    state = json.loads((again.quarter / "run.json").read_text())
    reasons = {entry["scope"]: entry["reason"] for entry in state["failed"]}
    assert "CellTimeoutError" in reasons[hangs]
    assert "DeadKernelError" in reasons[dies]
    assert "no such thing" in reasons[raises]
    assert (again.folder(raises) / "brief.failed.ipynb").exists()
    log = (again.quarter / "run.log").read_text()
    assert f"{raises}: failed: " in log
    assert "no such thing" not in log  # an error's message may quote the data
    for unit in {*UNITS} - {fine}:  # the earlier brief stands, whole
        assert (again.folder(unit) / "record.json").read_bytes() == (
            bare.folder(unit) / "record.json"
        ).read_bytes()


def some_units(made: Made, number: int) -> list[str]:
    city = (made.data / "units.csv").read_text(encoding="utf-8").splitlines()[1:]
    codes = [line.split(",")[0].strip('"') for line in city]
    return [code for code in codes if code not in UNITS][:number]


@pytest.mark.parametrize("where", [(jobs, "write_whole"), (desk, "note")], ids=["page", "journal"])
def test_a_full_disk_stops_the_run_and_damages_nothing(again, monkeypatch, where):
    shutil.rmtree(again.folder(UNITS[0]))  # so that it has to be made
    before = files_in(again.quarter)
    monkeypatch.setattr(*where, full)
    result = asn("briefs", "--data", again.data, "--out", again.out, "--units", ",".join(UNITS))
    assert result.exit_code == 1
    assert "No space left on device" in result.output
    assert "go on with: asn briefs" in " ".join(result.output.split())
    assert "Traceback" not in result.output
    assert files_in(again.quarter) == before


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of two megabytes; only root may make one, so elsewhere the test is skipped."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(disk)]
    if (
        not shutil.which("mount")
        or os.name != "posix"
        or subprocess.run(mount, capture_output=True).returncode
    ):
        pytest.skip("cannot mount a small disk here")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


def test_a_disk_that_runs_full_and_is_then_read_only(bare, tiny_disk):
    shutil.copytree(bare.out, tiny_disk / "reports")
    before = files_in(tiny_disk / "reports" / "2026Q3")
    with pytest.raises(OSError, match="No space"), (tiny_disk / "other").open("wb", buffering=0) as other:
        while True:
            other.write(b"x" * 4096)
    out = tiny_disk / "reports"
    call = ("briefs", "--data", bare.data, "--out", out, "--units", ",".join(UNITS), "--force")
    result = asn(*call)
    assert result.exit_code in (1, 2)
    assert "No space left on device" in result.output
    assert files_in(tiny_disk / "reports" / "2026Q3") == before

    (tiny_disk / "other").unlink()
    subprocess.run(["mount", "-o", "remount,ro", str(tiny_disk)], check=True)
    result = asn(*call)
    assert result.exit_code == 2
    assert "Cannot write into" in result.output
    assert files_in(tiny_disk / "reports" / "2026Q3") == before


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ('data: str = ""\nprepared: int = 0', 'parameter "prepared" is declared as int'),
        ('data: str = ""', 'has no parameter "prepared"'),
        ('prepared: str = ""\nsurplus: str = ""', 'declares the parameter "surplus" and never reads it'),
    ],
)
def test_parameters_that_a_notebook_does_not_take_are_refused(tmp_path, parameters, message):
    cells = [nbformat.v4.new_code_cell(parameters, metadata={"tags": ["parameters"]})]
    cells.append(nbformat.v4.new_code_cell("print(data if 'data' in globals() else '', prepared)"))
    spec = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    path = tmp_path / "brief.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=spec), path)
    with pytest.raises(ValueError, match=message):
        jobs.refuse_parameters(path, {"prepared": "x.json"})
