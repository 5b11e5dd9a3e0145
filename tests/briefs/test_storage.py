"""Files that are whole at every moment, and one run at a time."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from asn_analysis.pages import gate
from asn_analysis.records import folders
from asn_analysis.run import storage
from tests.briefs.conftest import asn


def disk_full(*arguments: object) -> None:
    raise OSError(28, "No space left on device")


def folder(path: Path, text: str) -> Path:
    path.mkdir(parents=True)
    (path / "brief.id.html").write_text(text)
    (path / "record.json").write_text(text)
    return path


def test_a_file_is_written_whole_or_not_at_all(tmp_path, monkeypatch):
    target = tmp_path / "record.json"
    gate.write_whole(target, "first")
    monkeypatch.setattr(Path, "replace", disk_full)
    with pytest.raises(OSError, match="No space"):
        gate.write_whole(target, "second")
    assert [path.name for path in tmp_path.iterdir()] == ["record.json"]
    assert target.read_text() == "first"


@pytest.mark.parametrize("at_once", [True, False], ids=["exchanged at once", "in two steps"])
def test_a_briefs_files_are_replaced_together(tmp_path, monkeypatch, at_once):
    if not at_once:
        monkeypatch.setattr(folders, "_exchange", lambda one, other: False)
    target = folder(tmp_path / "units" / "PKM-03", "old")
    (target / "brief.en.html").write_text("of a language that is no longer made")
    folders.put_in_place(folder(tmp_path / "staged", "new"), target)
    assert {path.name: path.read_text() for path in target.iterdir()} == {
        "brief.id.html": "new",
        "record.json": "new",
    }
    assert sorted(path.name for path in tmp_path.rglob("*")) == [
        *("PKM-03", "brief.id.html", "record.json", "units")
    ]


def test_what_a_killed_run_left_half_done_is_cleaned_up_or_put_back(tmp_path):
    folder(tmp_path / ".2026Q3-abc" / "unit-PKM-03", "in the workshop")
    folder(tmp_path / "2026Q3" / "units" / ".PKM-03.before", "taken aside, not yet replaced")
    folder(tmp_path / "2026Q3" / "units" / ".PKM-04.before", "taken aside and replaced")
    folder(tmp_path / "2026Q3" / "units" / "PKM-04", "its replacement")
    (tmp_path / "2026Q3" / ".xyz.part").write_text("half a file")
    folder(tmp_path / ".2026Q2-abc", "another quarter's workshop")
    storage.clean(tmp_path, "2026Q3")
    assert sorted(path.name for path in tmp_path.iterdir()) == [".2026Q2-abc", "2026Q3"]
    units = tmp_path / "2026Q3" / "units"
    assert {path.name: (path / "record.json").read_text() for path in units.iterdir()} == {
        "PKM-03": "taken aside, not yet replaced",
        "PKM-04": "its replacement",
    }
    assert not list((tmp_path / "2026Q3").glob(".*"))


def test_a_second_run_says_who_holds_the_quarter(made, tmp_path):
    with storage.sole_run(tmp_path, "2026Q3"):
        result = asn("briefs", "--data", made.data, "--out", tmp_path, "--quarter", "2026Q3")
    assert result.exit_code == 2
    assert f"being made by another run, process {os.getpid()}, started 20" in " ".join(result.output.split())
    assert not list((tmp_path / "2026Q3").glob("*"))
    with storage.sole_run(tmp_path, "2026Q3"):
        pass  # free again


def test_another_quarter_is_free(tmp_path):
    with storage.sole_run(tmp_path, "2026Q3"), storage.sole_run(tmp_path, "2026Q2"):
        pass
