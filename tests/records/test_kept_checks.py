"""A table that was found in order is not looked through again until anything about it changes."""

from __future__ import annotations

import os

import pandas as pd
import pytest

from asn_analysis.measures.cells import ask_cells
from asn_analysis.records import intake, kept
from asn_analysis.records.responses import Responses


@pytest.fixture
def looked_through(monkeypatch):
    """Names of the tables that were looked through, in order; emptied by whoever reads them."""
    names: list[str] = []
    look = intake.check_table
    monkeypatch.setattr(
        intake, "check_table", lambda table, *rest: (names.append(table.name), look(table, *rest))[1]
    )
    return names


def again(folder) -> tuple:
    intake._examined.cache_clear()
    return intake.check_dataset(folder)


def test_only_the_table_that_changed(city, looked_through):
    folder = city.add("staff").write()
    before = intake.read_dataset(folder)
    assert set(looked_through) == set(before.row_counts)
    looked_through.clear()
    assert again(folder) == () and looked_through == []
    assert intake.read_dataset(folder).row_counts == before.row_counts
    path = folder / "trainings.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("2025", "2024"), encoding="utf-8")
    again(folder)
    assert looked_through == ["trainings"]


def test_a_unit_that_left_the_units_table_is_missed(city, looked_through):
    folder = city.add("staff").write()
    again(folder)
    path = folder / "units.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(line for line in lines if not line.startswith("P1")), encoding="utf-8")
    assert any("no such unit" in fault.problem for fault in again(folder))


def test_a_faulty_table_is_looked_through_each_time(city, looked_through):
    folder = city.write()
    path = folder / "trainings.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("2025", "2O25"), encoding="utf-8")
    first = again(folder)
    assert first and again(folder) == first
    assert looked_through.count("trainings") == 2


def test_what_another_version_found_is_not_taken_over(city, looked_through, monkeypatch):
    folder = city.write()
    again(folder)
    looked_through.clear()
    monkeypatch.setattr(kept, "_this_room", lambda: "another version")
    again(folder)
    assert looked_through


@pytest.fixture
def blotted(monkeypatch):
    """Names of the tables in whose texts people were looked for, in order; emptied by whoever reads them."""
    names: list[str] = []
    look = intake.discreet
    monkeypatch.setattr(intake, "discreet", lambda name, *rest: (names.append(name), look(name, *rest))[1])
    return names


def test_people_are_looked_for_in_a_text_once(city, blotted):
    city.add("complaints", "follow_ups").put("complaints", 2, "text", "Ibu Siti Aminah lama sekali")
    folder = city.write()
    first = intake.read_dataset(folder)
    assert set(blotted) == {"units", "trainings", "complaints", "follow_ups"}
    assert first.complaints["text"].tolist() == ["Ibu [nama] lama sekali"]
    blotted.clear()
    changed = intake.read_dataset(folder).complaints
    changed.loc[0, "text"] = "changed by whoever reads"
    assert intake.read_dataset(folder).complaints.equals(first.complaints)
    intake._examined.cache_clear()
    kept_of_it = intake.read_dataset(folder)
    assert blotted == []
    for name in ("units", "trainings", "complaints", "follow_ups"):
        pd.testing.assert_frame_equal(getattr(first, name), getattr(kept_of_it, name))


def test_a_name_of_a_unit_changes_what_is_known_of_every_table(city, blotted):
    city.add("complaints").put("complaints", 2, "text", "bantuan Siti Aminah lama")
    assert "Siti Aminah" not in intake.read_dataset(city.write()).complaints["text"][0]
    blotted.clear()
    known = intake.read_dataset(city.put("units", 4, "name", "Siti Aminah").write())
    assert set(blotted) == {"units", "trainings", "complaints"}
    assert known.complaints["text"].tolist() == ["bantuan Siti Aminah lama"]


def test_a_damaged_file_of_what_was_kept_is_made_again(city, blotted):
    folder = city.add("complaints").write()
    first = intake.read_dataset(folder)
    (found,) = (folder / kept.FOLDER).glob("complaints.shown_complaints.*")
    found.write_bytes(found.read_bytes().replace(b"antre", b"ENTRE"))
    blotted.clear()
    intake._examined.cache_clear()
    pd.testing.assert_frame_equal(intake.read_dataset(folder).complaints, first.complaints)
    assert blotted == ["complaints"]


def test_a_file_put_in_the_place_of_another_of_its_size_and_day_is_read(city):
    folder = city.add("complaints").write()
    path = folder / "complaints.csv"
    before, first = path.stat(), intake.read_dataset(folder)
    path.write_text(path.read_text(encoding="utf-8").replace("antre", "macet"), encoding="utf-8")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert path.stat().st_size == before.st_size
    assert first.complaints["text"].tolist() == ["antre"]
    assert intake.read_dataset(folder).complaints["text"].tolist() == ["macet"]


def test_what_a_file_of_answers_said_is_asked_once(city, monkeypatch):
    dataset, asked, show = intake.read_dataset(city.write()), [], Responses._query
    monkeypatch.setattr(Responses, "_query", lambda self, *rest: (asked.append(rest), show(self, *rest))[1])
    first, again = ask_cells(dataset), ask_cells(dataset)
    assert len(asked) == 1 and first.equals(again) and len(first)
    path = dataset.folder / "responses.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(",4,", ",3,"), encoding="utf-8")
    assert not ask_cells(intake.read_dataset(dataset.folder)).equals(first) and len(asked) == 2


def test_where_nothing_can_be_kept_all_is_looked_through_as_ever(city, looked_through):
    folder = city.write()
    (folder / kept.FOLDER).write_text("in the way", encoding="utf-8")
    assert again(folder) == () == again(folder)
    assert looked_through.count("units") == 2
