"""What several rooms' tests share: reference data outside the repository, and small simulated cities."""

from __future__ import annotations

import tests.one_thread  # noqa: F401

# isort: split
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from filelock import FileLock

from asn_analysis.briefs.inputs import choose_quarter, city_inputs
from asn_analysis.briefs.record import analyse_city
from asn_analysis.impact.study import Analysis
from asn_analysis.record.inputs import Inputs
from asn_analysis.records.intake import Dataset, read_dataset
from asn_analysis.records.schema import REQUIRED_TABLES
from asn_analysis.simulate.simulation import simulate

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update", action="store_true", help="write tests/net.json again")


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of reference data; tests that need it are skipped, visibly, where it is absent."""
    if not SHARED.exists():
        pytest.skip("reference data (../shared) are not on this machine")
    return SHARED


@pytest.fixture(scope="session")
def once(
    tmp_path_factory: pytest.TempPathFactory, worker_id: str
) -> Callable[[str, Callable[[Path], object]], Path]:
    """``once(name, make)``: the folder that ``make`` filled, for all processes of this test run."""
    own = tmp_path_factory.getbasetemp()
    shared = own if worker_id == "master" else own.parent

    def made(name: str, make: Callable[[Path], object]) -> Path:
        folder, done = shared / name, shared / f"{name}.done"
        with FileLock(shared / f"{name}.lock"):
            if not done.exists():
                make(folder)
                done.touch()
        return folder

    return made


@pytest.fixture(scope="session")
def small_city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twenty-four units, twelve quarters: big enough for an effect, small enough for a test.

    Each process has its own: whoever reads a city keeps things beside its files, and another's copy would
    meet them half written.
    """
    folder = tmp_path_factory.mktemp("small") / "city"
    return simulate(folder, units=24, quarters=12, respondents=30, effect=4.0, seed=7)


def needed_alone(folder: Path, *beside: str) -> Path:
    """The city in this folder without its optional tables, or with these alone beside the needed ones."""
    manifest = yaml.safe_load((folder / "dataset.yml").read_text(encoding="utf-8"))
    for name in manifest["tables"].keys() - {*REQUIRED_TABLES, *beside}:
        (folder / manifest["tables"].pop(name)).unlink()
    (folder / "dataset.yml").write_text(yaml.safe_dump(manifest, sort_keys=False), encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def bare_city(small_city: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its three needed tables, on which no arm works: for how runs go, not for what they find."""
    return needed_alone(shutil.copytree(small_city, tmp_path_factory.mktemp("bare") / "city"))


@pytest.fixture(scope="session")
def small_dataset(small_city: Path) -> Dataset:
    return read_dataset(small_city)


@pytest.fixture(scope="session")
def example(root: Path) -> Dataset:
    return read_dataset(root / "data" / "example")


@pytest.fixture(scope="session")
def example_analysed(example: Dataset) -> tuple[Inputs, Analysis]:
    """The example city's newest complete quarter, read and analysed once for all who only look at it."""
    inputs = city_inputs(example, choose_quarter(example))
    return inputs, analyse_city(inputs)
