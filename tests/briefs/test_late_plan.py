"""A plan that was locked when data or results could be seen: told in both languages, and worth nothing."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

import asn_analysis as asn
from asn_analysis.briefs.inputs import city_inputs
from asn_analysis.records.plan import LOCK, NAME, lock_plan
from asn_analysis.run.run_record import first_run
from asn_analysis.words.language import Words, plain
from asn_analysis.words.wording import status
from tests.conftest import needed_alone

QUARTER = pd.Period("2026Q3", freq="Q-DEC")
PLANNED = Path(__file__).parents[2] / "data" / "example" / NAME
SAID = {
    "en": ("Plan locked after data", "2 October 2026, after the data"),
    "id": ("Rencana dikunci setelah data terkumpul", "2 Oktober 2026, setelah data"),
}


@pytest.fixture
def city(small_city: Path, tmp_path: Path) -> Path:
    """The small city's needed tables, with a plan that nobody has locked."""
    needed_alone(shutil.copytree(small_city, tmp_path / "city"))
    shutil.copy(PLANNED, tmp_path / "city" / NAME)
    (tmp_path / "city" / LOCK).unlink(missing_ok=True)
    return tmp_path / "city"


def test_it_takes_the_point_that_no_plan_takes_and_says_why(city):
    certainties = {}
    for locked in (date(2026, 9, 1), date(2026, 10, 2)):
        (city / LOCK).unlink(missing_ok=True)
        lock_plan(city, locked)
        inputs = city_inputs(asn.read_dataset(city), QUARTER)
        analysis = asn.analyse_city(inputs)
        certainties[locked.month] = analysis.verdict.certainty
    assert certainties == {9: certainties[10] + 1, 10: certainties[10]}
    record = asn.city_record(inputs, analysis)
    assert record["verdict"]["certainty"] == certainties[10]
    brief = asn.Brief(record)
    for language, (short, long) in SAID.items():
        assert short in [plain(text) for _name, text in status(Words(record, language))]  # in the page's foot
        assert long in plain(brief.annex().html[language])


def test_a_lock_within_the_quarter_but_after_the_first_run_is_late(city, tmp_path):
    lock_plan(city, date(2026, 9, 1))
    dataset = asn.read_dataset(city)
    log = tmp_path / "reports" / "2026Q3" / "run.log"
    log.parent.mkdir(parents=True)
    for day, state in (("2026-09-01", "locked"), ("2026-08-31", "late")):
        log.write_text(f"{day} 10:00:00,000 city: made in 5.0 s\n")
        assert first_run(tmp_path / "reports") == date.fromisoformat(day)
        inputs = city_inputs(dataset, QUARTER, first_run=first_run(tmp_path / "reports"))
        assert inputs.about["plan"]["state"] == state


def test_a_lock_after_an_earlier_quarter_was_published_is_late(city):
    lock_plan(city, date(2026, 9, 1))
    dataset = asn.read_dataset(city)
    for published, state in (({}, "locked"), ({"2026Q2": {}}, "late")):
        assert city_inputs(dataset, QUARTER, published).about["plan"]["state"] == state


def test_a_run_leaves_the_day_of_its_first_brief(made):
    assert first_run(made.out) == date.fromisoformat((made.quarter / "run.log").read_text()[:10])
