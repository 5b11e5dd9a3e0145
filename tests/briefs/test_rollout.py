"""`asn plan draw` and `asn plan drawn`: proposed, drawn once, locked, and held against what was done."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Collection
from hashlib import sha256
from pathlib import Path

import duckdb
import pandas as pd
import pytest
import yaml
from click.testing import Result

from asn_analysis.briefs.inputs import read_city
from asn_analysis.briefs.lot import CHANGED, order_of_training, waiting
from asn_analysis.briefs.record import analyse_city, city_record
from asn_analysis.followup.rollout import draw_lot
from asn_analysis.impact.randomisation import DRAWS
from asn_analysis.records.intake import read_dataset
from asn_analysis.records.rollout import LOCK, NAME, Drawn, Wave, read_rollout, write_rollout
from asn_analysis.records.unit_names import told_apart
from asn_analysis.words.annex import lot_sentence
from asn_analysis.words.language import LANGUAGES, Words, plain
from tests.briefs.conftest import asn
from tests.changed import read_responses, write_responses
from tests.conftest import needed_alone

SEED = "IHSG 1-12-2026: 7.123,45"
OPTIONS = ("--seats", 4, "--cost", 1_000_000, "--draws", 2, "--quarters", 5)


@pytest.fixture
def city(small_city: Path, tmp_path: Path) -> Path:
    """The small city's needed tables, before all but one of its trainings."""
    folder = needed_alone(shutil.copytree(small_city, tmp_path / "city"))
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
    assert kept.order == draw_lot(kept.strata, SEED)[:12]
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


def test_a_number_of_waves_that_is_not_proposed_writes_nothing(city):
    made = draw(city, "--seed", SEED, "--waves", 9)
    assert made.exit_code == 2 and "no roll-out in 9 waves" in made.output
    assert not (city / NAME).exists()


def test_a_city_without_a_lot_is_told_how_to_draw_one(tmp_path):
    found = asn("plan", "drawn", tmp_path)
    assert found.exit_code == 2 and "asn plan draw" in found.output


STRATA = {"a": "Utara", "b": "Utara", "c": None, "d": None}
ORDER = draw_lot(STRATA, SEED)
WAVES = (Wave("2026Q4", tuple(ORDER[:2])), Wave("2027Q1", tuple(ORDER[2:])))
KEPT = Drawn(SEED, "2026-12-02", STRATA, WAVES)
FIRST = pd.Period("2026Q4", freq="Q-DEC")


def named(unit: str) -> str:
    return f"Unit {unit}"


def seen(trained: Collection[str]) -> dict:
    about = {unit: {"name": named(unit), "kecamatan": part} for unit, part in STRATA.items()}
    return waiting(KEPT, dict.fromkeys(trained, FIRST), about)


@pytest.mark.parametrize(("done", "then"), [(0, ORDER[:2]), (1, ORDER[1:2]), (2, ORDER[2:]), (4, [])])
def test_whose_turn_it_is_follows_the_lot(done, then):
    lot = seen(ORDER[:done])
    assert [row["name"] for row in lot["next"]] == list(map(named, then))
    assert (lot["n_drawn"], lot["n_waiting"], lot["state"]) == (4, 4 - done, "followed")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_brief_tells_the_seed_the_order_and_who_was_out_of_turn(language):
    def told(lot: dict) -> str:
        return plain(lot_sentence(Words({"lot": lot}, language)))

    in_turn = ", ".join(f"{named(unit)} ({unit})" for unit in ORDER[:2])
    assert SEED in told(seen([])) and in_turn in told(seen([]))
    assert SEED in told(seen(ORDER)) and in_turn not in told(seen(ORDER))
    assert f": {named(ORDER[1])} ({ORDER[1]})." in told(seen(ORDER[1:2]))
    assert told({**seen([]), "n_outside": 3}).startswith(told(seen([])) + " 3 ")
    assert "rollout.yml" in told(CHANGED) and SEED not in told(CHANGED)


@pytest.fixture
def drawn_city(small_city: Path, tmp_path: Path) -> Path:
    """The small city, had a lot drawn two waves of five from 2025Q3 on, and been followed in the first."""
    city = needed_alone(shutil.copytree(small_city, tmp_path / "city"))
    (city / "trainings.csv").write_text(
        (city / "trainings.csv").read_text(encoding="utf-8").splitlines(keepends=True)[0], encoding="utf-8"
    )
    units = pd.read_csv(city / "units.csv").iloc[:-1]  # one is not in the lot
    strata = dict(zip(units["unit_id"], units["kecamatan"].fillna(""), strict=True))
    order = draw_lot(strata, SEED)
    waves = (Wave("2025Q3", tuple(order[:5])), Wave("2026Q4", tuple(order[5:10])))
    write_rollout(city, Drawn(SEED, "2025-06-30", strata, waves))
    rows = pd.read_csv(small_city / "trainings.csv").head(5).assign(unit_id=order[:5], start="2025-07-14")
    rows.to_csv(city / "trainings.csv", index=False)
    return city


def brief_of(city: Path) -> dict:
    inputs = read_city(str(city))
    return city_record(inputs, analyse_city(inputs))


def strength(record: dict) -> tuple[str, int]:
    return next((row["code"], row["points"]) for row in record["verdict"]["reasons"] if row["points"] > 0)


def test_briefs_follow_the_lot_as_long_as_it_is_kept(drawn_city):
    """The fifth point and its own dealing while it is followed; neither once it is not, and it is told."""
    order = read_rollout(drawn_city).order
    record = brief_of(drawn_city)
    assert strength(record) == ("design_randomised", 5)
    assert [unit["unit_id"] for unit in record["lot"]["next"]] == list(order[5:])
    action = next(row for row in record["actions"] if row["code"] == "train_in_order")
    assert action["count"] == 5
    named_first = record["lot"]["next"][:3]
    assert action["names"] == [told_apart(unit["name"], unit["kecamatan"]) for unit in named_first]
    inputs = read_city(str(drawn_city))
    dealt = analyse_city(inputs).annex.lot
    assert tuple(unit for unit, _ in dealt)[:10] == order and record["randomisation"]["draws"] == DRAWS

    train(drawn_city, order[7], "2026-07-06")
    departed = brief_of(drawn_city)
    assert strength(departed)[1] == 4 and departed["lot"]["state"] == "departed"

    with (drawn_city / NAME).open("a", encoding="utf-8") as file:
        file.write("# tidied\n")
    changed = brief_of(drawn_city)
    assert strength(changed)[1] == 4 and changed["lot"]["state"] == "changed"
    assert not any(row["code"] == "train_in_order" for row in changed["actions"])


def test_units_trained_before_the_lot_keep_the_fifth_point_away(drawn_city):
    """Nobody drew their turn; a city that says all were drawn, by an earlier lot, is believed."""
    kept = read_rollout(drawn_city)
    outside = set(pd.read_csv(drawn_city / "units.csv")["unit_id"]) - set(kept.strata)
    train(drawn_city, outside.pop(), "2025-01-13")
    quarter = pd.Period("2026Q3", freq="Q-DEC")
    found = order_of_training(read_dataset(drawn_city), quarter)
    assert (found["lot"]["n_outside"], found["rollout"]) == (1, "staggered")
    assert tuple(found["order"]["order"][:10]) == kept.order  # what was drawn is still dealt as it was
    manifest = (drawn_city / "dataset.yml").read_text(encoding="utf-8")
    changed = manifest.replace("rollout: staggered", "rollout: randomised")
    (drawn_city / "dataset.yml").write_text(changed, encoding="utf-8")
    assert order_of_training(read_dataset(drawn_city), quarter)["rollout"] == "randomised"


def semester(city: Path) -> None:
    path = city / "responses.parquet"
    frame = read_responses(path)
    write_responses(path, frame[frame["date"].dt.quarter.isin([1, 3])])


def kecamatan(city: Path, name: str | None) -> None:
    units = pd.read_csv(city / "units.csv").assign(kecamatan=name)
    units.assign(name="Kantor é 抽 " + units["unit_id"]).to_csv(city / "units.csv", index=False)


def one_never_surveyed(city: Path) -> None:
    units = pd.read_csv(city / "units.csv")
    more = units.tail(1).assign(unit_id="BARU-1", name="Kantor Baru")
    pd.concat([units, more]).to_csv(city / "units.csv", index=False)


ODD: dict[str, tuple[Callable[[Path], None], tuple, str]] = {
    "no kecamatan": (lambda city: kecamatan(city, None), (), "Drawn and locked"),
    "one kecamatan": (lambda city: kecamatan(city, "Utara"), (), "Drawn and locked"),
    "more seats than units": (lambda city: None, ("--seats", 500), "Drawn and locked"),
    "semester": (semester, ("--quarters", 6), "Drawn and locked"),
    "never surveyed": (one_never_surveyed, (), "tell what training changed there: BARU-1 (Kantor Baru)."),
}


@pytest.mark.parametrize("odd", ODD)
def test_lots_of_odd_cities(city, odd):
    change, more, told = ODD[odd]
    change(city)
    made = asn("plan", "draw", city, *OPTIONS, "--seed", " angka  acuan: 7.123,45 ", *more)
    assert made.exit_code == 0, made.output
    assert told in made.output
    assert asn("plan", "drawn", city).exit_code == 0
    assert set(read_rollout(city).order) <= set(read_rollout(city).strata)


def test_limits_that_allow_nobody_write_nothing(city):
    for more in (("--seats", 0), ("--budget", 999_999)):
        made = draw(city, "--seed", SEED, *more)
        assert made.exit_code == 2 and "Nobody can be trained" in made.output
    for unit in pd.read_csv(city / "units.csv")["unit_id"]:
        train(city, unit, "2026-07-06")
    made = draw(city, "--seed", SEED)
    assert made.exit_code == 2 and "Nobody can be trained: 0 of 0 untrained" in made.output
    assert not (city / NAME).exists()


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda f: f.groupby(["unit_id", f["date"].dt.to_period("Q")]).head(4), "fewer than 5 respondents"),
        (lambda f: f.assign(**{f"u{number}": 3 for number in range(1, 10)}), "All answers are the same"),
    ],
)
def test_no_power_is_promised_where_no_brief_could_find_an_effect(city, change, why):
    """Once a city of four answers a unit was promised .40, and one where everybody says 3 was promised 1."""
    path = city / "responses.parquet"
    write_responses(path, change(duckdb.sql(f"FROM '{path.as_posix()}'").df()))
    made = draw(city)
    assert made.exit_code == 2 and why in made.output
