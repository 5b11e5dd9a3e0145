"""The bench on cities unlike the example: every cell runs, and what cannot be had is said in words."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pandas as pd
import pytest
import yaml
from IPython.core.interactiveshell import InteractiveShell

from asn_analysis.records.schema import ITEMS, REQUIRED_TABLES, TABLES
from asn_analysis.simulate.simulation import simulate
from tests.changed import read_responses, write_responses
from tests.notebooks.running import Shown, a_shell, run_cells, text_of

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
BENCH = (
    *("explore_satisfaction", "explore_impact", "explore_policy", "explore_participation"),
    "explore_rollout",
)
SILENT = {"parameters", "setup"}
OF_THE_EXAMPLE = re.compile(r"Serang|Walantaka|\(simulated")


def needed_alone(folder: Path) -> None:
    """As an import leaves a city: the three needed tables, their needed columns, real data."""
    manifest = yaml.safe_load((folder / "dataset.yml").read_text(encoding="utf-8"))
    for name in set(manifest["tables"]) - set(REQUIRED_TABLES):
        (folder / manifest["tables"].pop(name)).unlink()
    manifest |= {"city": "Kota Contoh", "simulated": False}
    (folder / "dataset.yml").write_text(yaml.safe_dump(manifest, sort_keys=False), encoding="utf-8")
    for name in ("units", "trainings"):
        columns = [column.name for column in TABLES[name].columns.values() if column.required]
        pd.read_csv(folder / f"{name}.csv")[columns].to_csv(folder / f"{name}.csv", index=False)
    units = pd.read_csv(folder / "units.csv")
    units.assign(name="Kantor " + units["unit_id"]).to_csv(folder / "units.csv", index=False)
    answers(folder, lambda frame: frame[["response_id", "unit_id", "date", *ITEMS]])
    (folder / "truth.json").unlink()


def answers(folder: Path, change: Callable[[pd.DataFrame], pd.DataFrame]) -> None:
    path = folder / "responses.parquet"
    write_responses(path, change(read_responses(path)))


def none_trained(folder: Path) -> None:
    frame = pd.read_csv(folder / "trainings.csv")
    frame.assign(start="2027-01-11").to_csv(folder / "trainings.csv", index=False)


def semesters(folder: Path) -> None:
    answers(folder, lambda frame: frame[frame["date"].dt.quarter.isin([2, 4])])


# Choices that match nothing, put to one of the cities.
NOWHERE = {
    "explore_impact": {"left_out": "Atlantis", "first_quarter": "2019Q1", "earlier_quarter": "2026Q2"},
    "explore_satisfaction": {"unit_type": "bandara"},
}
CITIES = {"needed tables alone": needed_alone, "refused": none_trained, "semesters": semesters}


@pytest.fixture(scope="module")
def shell() -> Iterator[InteractiveShell]:
    with a_shell() as shell:
        yield shell


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return simulate(
        tmp_path_factory.mktemp("bench") / "city", units=12, quarters=12, respondents=15, effect=4.0, seed=7
    )


@pytest.fixture(scope="module", params=CITIES)
def odd(request: pytest.FixtureRequest, city: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("odd") / request.param.replace(" ", "_")
    shutil.copytree(city, folder)
    CITIES[request.param](folder)
    return folder


@pytest.mark.parametrize("name", BENCH)
def test_every_cell_runs_and_shows_something(shell, odd, name):
    chosen = NOWHERE.get(name, {}) if odd.name == "semesters" else {}
    shown = run_cells(shell, NOTEBOOKS / f"{name}.ipynb", data=str(odd), **chosen)
    assert {cell for cell, outputs in shown.items() if not outputs} == SILENT
    said = "\n".join(map(text_of, shown.values()))
    assert not re.search(r"\binf\b|<Axes|\bat 0x", said)
    if odd.name == "needed_tables_alone":
        assert not OF_THE_EXAMPLE.search(said), OF_THE_EXAMPLE.search(said)
    CHECKED[name](odd.name, shown)


def of_impact(city: str, shown: Shown) -> None:
    if city == "refused":
        assert all("No unit is observed from its cohort on" in text_of(shown[cell]) for cell in EFFECTS)
        assert not any("image/png" in data for cell in EFFECTS for data in shown[cell])
        assert "inconclusive" in text_of(shown["analysis"])
    else:
        assert "treated units the average effect on ikm" in text_of(shown["estimate"])
    if city == "needed_tables_alone":
        assert "The panel tells no kecamatan" in text_of(shown["variations"])
        assert "has no truth.json" in text_of(shown["truth"])


    if city == "semesters":
        said = text_of(shown["variations"])
        assert "No row has the kecamatan Atlantis. There are " in said
        assert "Starting with 2019Q1 leaves out nothing, or everything. The panel covers 2023Q4 to 2026Q2" in said
        assert "The same cells and design as “as declared”: nothing was left out." in said
        assert "3 of 6 analyses were made" in said


def of_satisfaction(city: str, shown: Shown) -> None:
    if city == "semesters":
        assert "No row has the unit_type bandara; there are kecamatan, kelurahan" in text_of(shown["intervals"])
        assert "No row has the unit_type bandara" in text_of(shown["intervals-figure"])


EFFECTS = ("estimate", "robust", "by-hand", "jackknife", "influence", "twoway", "events", "events-figure")
EFFECTS += ("paths", "elements-figure", "curve-sentence", "curve", "truth", "truth-events")


def of_participation(city: str, shown: Shown) -> None:
    if city == "needed_tables_alone":
        for cell in ("read", "counts", "clocks", "closing", "closing-figure", "topics", "effect", "units-figure"):
            assert "has no table complaints" in text_of(shown[cell]), cell
        assert "has no table consultations" in text_of(shown["forums"])
        assert "has no table consultations" in text_of(shown["kecamatan-figure"])
    if city == "refused":
        assert "No unit is observed from its cohort on" in text_of(shown["effect"])


def of_policy(city: str, shown: Shown) -> None:
    if city == "refused":
        assert "No unit is observed from its cohort on" in text_of(shown["cost"] + shown["types"])
    if city == "needed_tables_alone":
        assert "tells no annual_users" in text_of(shown["forms"])


def of_rollout(city: str, shown: Shown) -> None:
    """None of these cities has enough untrained units."""
    for cell in ("choices", "over-time", "power", "cost", "smaller"):
        assert "Nobody can be trained" in text_of(shown[cell])


CHECKED: dict[str, Callable[[str, Shown], None]] = {
    "explore_impact": of_impact,
    "explore_participation": of_participation,
    "explore_policy": of_policy,
    "explore_rollout": of_rollout,
    "explore_satisfaction": of_satisfaction,
}
