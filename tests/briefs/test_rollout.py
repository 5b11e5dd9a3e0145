"""`asn plan draw` and `asn plan drawn`: proposed, drawn once, locked, and held against what was done."""

from __future__ import annotations

import shutil
from hashlib import sha256
from pathlib import Path

import pytest
import yaml
from click.testing import Result

from asn_analysis.briefs.lot import waiting
from asn_analysis.followup.lot import draw_lot
from asn_analysis.records.rollout import LOCK, NAME, Drawn, Wave, read_rollout
from asn_analysis.words.annex import lot_sentence
from asn_analysis.words.language import LANGUAGES, Words, plain
from tests.briefs.conftest import asn

SEED = "IHSG 1-12-2026: 7.123,45"
OPTIONS = ("--seats", 4, "--cost", 1_000_000, "--draws", 2, "--quarters", 5)


@pytest.fixture
def city(small_city: Path, tmp_path: Path) -> Path:
    """The small city before all but one of its trainings."""
    folder = tmp_path / "city"
    shutil.copytree(small_city, folder)
    rows = (folder / "trainings.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    (folder / "trainings.csv").write_text("".join(rows[:2]), encoding="utf-8")
    return folder


def draw(city: Path, *more: object) -> Result:
    return asn("plan", "draw", city, *OPTIONS, *more)


def train(city: Path, unit: str, start: str) -> None:
    path = city / "trainings.csv"
    header, row = path.read_text(encoding="utf-8").splitlines()[:2]
    values = dict(zip(header.split(","), row.split(","), strict=True)) | {"unit_id": unit, "start": start}
    with path.open("a", encoding="utf-8") as file:
        file.write(",".join(values[name] for name in header.split(",")) + "\n")


def test_ways_are_proposed_then_one_is_drawn_and_held_against_trainings(city):
    """One city from the proposal to a training out of turn: each command reads it again."""
    proposed = draw(city)
    assert "23 untrained units" in proposed.output and "->" in proposed.output
    assert not (city / NAME).exists()
    made = draw(city, "--seed", SEED, "--waves", 3)
    assert made.exit_code == 0, made.output
    kept = read_rollout(city)
    assert [len(wave.units) for wave in kept.waves] == [4, 4, 4]
    assert [wave.start for wave in kept.waves] == ["2026Q4", "2027Q1", "2027Q2"]
    assert list(kept.order) == [ticket.unit_id for ticket in draw_lot(kept.strata, SEED)][:12]
    train(city, kept.order[0], "2026-10-05")
    assert "1 of 12 units are trained, all of them in their turn." in asn("plan", "drawn", city).output
    train(city, kept.order[2], "2026-10-06")
    assert f"2 of 12 units are trained, out of turn: {kept.order[2]}." in asn("plan", "drawn", city).output
    again = draw(city, "--seed", "another")
    assert again.exit_code == 2 and "has a lot already" in again.output
    _reverse(city)
    found = asn("plan", "drawn", city)  # whoever mends the lock too is found by the seed
    assert found.exit_code == 2 and "not the order that its seed" in found.output


def _reverse(city: Path) -> None:
    """Another order, and a lock that fits it."""
    content = yaml.safe_load((city / NAME).read_text(encoding="utf-8"))
    content["waves"][0]["units"].reverse()
    (city / NAME).write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
    (city / LOCK).write_text(f"{sha256((city / NAME).read_bytes()).hexdigest()}  {NAME}\n", encoding="ascii")


@pytest.mark.parametrize(
    ("more", "told"),
    [(("--seed", SEED, "--waves", 9), "no roll-out in 9 waves"), (("--budget", 10), "Nobody can be trained")],
)
def test_what_cannot_be_drawn_writes_nothing(city, more, told):
    made = draw(city, *more)
    assert made.exit_code == 2 and told in made.output
    assert not (city / NAME).exists()


def test_a_city_without_a_lot_is_told_how_to_draw_one(tmp_path):
    found = asn("plan", "drawn", tmp_path)
    assert found.exit_code == 2 and "asn plan draw" in found.output


KEPT = Drawn(
    SEED,
    "2026-12-02",
    {"a": "Utara", "b": "Utara", "c": None, "d": None},
    (Wave("2026Q4", ("c", "a")), Wave("2027Q1", ("d", "b"))),
)
NAMES = {"a": "Unit A", "b": "Unit B", "c": "Unit C"}


@pytest.mark.parametrize(
    ("trained", "then"),
    [(set(), ["Unit C", "Unit A"]), ({"c"}, ["Unit A"]), ({"c", "a"}, ["d", "Unit B"]), (set("abcd"), [])],
)
def test_whose_turn_it_is_follows_the_lot(trained, then):
    lot = waiting(KEPT, trained, NAMES)
    assert [row["name"] for row in lot["next"]] == then
    assert (lot["n_drawn"], lot["n_waiting"]) == (4, 4 - len(trained))


@pytest.mark.parametrize("trained", [set(), set("abcd")])
def test_a_brief_tells_the_seed_and_the_order(trained):
    lot = waiting(KEPT, trained, NAMES)
    for language in LANGUAGES:
        told = plain(lot_sentence(Words({"lot": lot}, language)))
        assert SEED in told
        assert ("Unit C (c), Unit A (a)." in told) == (not trained)
