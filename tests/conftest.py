"""What several rooms' tests share: reference data outside the repository, and small simulated cities."""

from __future__ import annotations

from pathlib import Path

import pytest

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
def small_city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twenty-four units, ten quarters: big enough for an effect, small enough for a test."""
    return simulate(
        tmp_path_factory.mktemp("city"), units=24, quarters=12, respondents=30, effect=4.0, seed=7
    )


@pytest.fixture(scope="session")
def small_dataset(small_city: Path) -> Dataset:
    return read_dataset(small_city)
