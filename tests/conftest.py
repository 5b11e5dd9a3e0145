"""What several rooms' tests share: reference data outside the repository, and small simulated cities."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock

from asn_analysis.records.intake import Dataset, read_dataset
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
def small_city(once: Callable[..., Path]) -> Path:
    """Twenty-four units, twelve quarters: big enough for an effect, small enough for a test."""
    size = {"units": 24, "quarters": 12, "respondents": 30}
    return once("small_city", lambda folder: simulate(folder, **size, effect=4.0, seed=7))


@pytest.fixture(scope="session")
def small_dataset(small_city: Path) -> Dataset:
    return read_dataset(small_city)
