"""A quarter stands as long as nothing that its pages rest on has changed, in later quarters too.

What a quarter may tell is held against all that its neighbours have published, earlier and later: what a
later quarter has published since can make one of its numbers unfit to be told.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from asn_analysis.run.hashes import parts_of_run
from asn_analysis.run.run_record import Outcome, Run, signed_files, standing_run, write_run

DATA = {"units.csv": "0" * 64}
ASKED = ("2026Q1", "all", ["id", "en"], False)
QUARTER, EARLIER, LATER = "2026Q1", "2025Q4", "2026Q3"


def holding(folder: Path, **files: str) -> Path:
    """A quarter's folder with these files, their names without slashes and dots."""
    names = {"city": "city/record.json", "unit": "units/PKM-01/record.json", "page": "city/brief.id.html"}
    for name, text in files.items():
        path = folder / names.get(name, "index.html")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def run_of(out: Path) -> None:
    """The quarter as a run leaves it that has just been made beside whatever stands in the folder."""
    target = holding(out / QUARTER, city="{}", page="<html>", catalogue="<html>")
    about = {"parts": parts_of_run(DATA, target, ASKED), "notes": []}
    write_run(target, [Outcome("city", files={})], signed_files(target), about)


def stands(out: Path) -> Run | None:
    return standing_run(DATA, out, ASKED)


@pytest.fixture
def out(tmp_path: Path) -> Path:
    holding(tmp_path / LATER, city="{}", unit="{}", page="<html>", catalogue="<html>")
    holding(tmp_path / EARLIER, catalogue="<html>")
    run_of(tmp_path)
    found = stands(tmp_path)
    assert found and found.quarter == QUARTER and found.outcomes[0].skipped
    return tmp_path


MOVES: dict[str, Callable[[Path], object]] = {
    "the city's record of a later quarter": lambda out: holding(out / LATER, city="[]"),
    "a unit's record of a later quarter": lambda out: holding(out / LATER, unit="[]"),
    "a later quarter that is published since": lambda out: holding(out / "2026Q2", city="{}"),
    "a later quarter that is gone": lambda out: (out / LATER).rename(out / "kept"),
    "the catalogue that pages lead to": lambda out: (out / EARLIER / "index.html").unlink(),
}
STAYS: dict[str, Callable[[Path], object]] = {
    "a page of a later quarter": lambda out: holding(out / LATER, page="<p>", catalogue="<p>"),
    "a later quarter without records": lambda out: holding(out / "2026Q2", catalogue="<html>"),
    "what is no quarter": lambda out: holding(out / "drafts", city="[]", catalogue="<html>"),
}


@pytest.mark.parametrize("happens", MOVES)
def test_a_quarter_is_made_again_once_what_stands_beside_it_has_changed(out, happens):
    MOVES[happens](out)
    assert stands(out) is None
    run_of(out)
    assert stands(out)


@pytest.mark.parametrize("happens", STAYS)
def test_what_no_page_rests_on_makes_nothing_anew(out, happens):
    STAYS[happens](out)
    assert stands(out)


def test_of_two_quarters_that_stand_the_newest_is_told(out):
    """Where no quarter is asked for: the older run asked for the same, and stands too."""
    target = out / LATER
    run_of(out)
    about = {"parts": parts_of_run(DATA, target, ASKED), "notes": []}
    write_run(target, [Outcome("city", files={})], signed_files(target), about)
    assert stands(out).quarter == LATER
    holding(target, page="altered")
    assert stands(out).quarter == QUARTER
