"""One real run of the batch on a small city, shared by the tests of what it leaves."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner, Result

from asn_analysis.cli import main
from asn_analysis.measures.context import with_context
from asn_analysis.measures.panel import build_panel, newest_complete_quarter
from asn_analysis.records.intake import Dataset


def asn(*arguments: object) -> Result:
    """The command line, as an operator calls it."""
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


@dataclass(frozen=True)
class Made:
    """A finished run."""

    data: Path
    out: Path
    output: str
    units: tuple[str, ...]

    @property
    def quarter(self) -> Path:
        return self.out / "2026Q3"

    def folder(self, scope: str) -> Path:
        return self.quarter / "city" if scope == "city" else self.quarter / "units" / scope

    def record(self, scope: str = "city") -> dict:
        return json.loads((self.folder(scope) / "record.json").read_text(encoding="utf-8"))

    def page(self, scope: str, language: str) -> str:
        return (self.folder(scope) / f"brief.{language}.html").read_text(encoding="utf-8")


UNITS = ("36.73.01", "PKM-03")


@pytest.fixture(scope="session")
def quarter(example: Dataset) -> pd.Period:
    return newest_complete_quarter(example)


@pytest.fixture(scope="session")
def panel(example: Dataset, quarter: pd.Period) -> pd.DataFrame:
    """The cells of the example city, with their context."""
    return with_context(build_panel(example, quarter), example)


@pytest.fixture(scope="session")
def run_once(once: Callable[..., Path]) -> Callable[[str, Path], Made]:
    """``run_once(name, city)``: the run over a city, made by whichever process of the tests comes first."""

    def run(name: str, city: Path) -> Made:
        def make(folder: Path) -> None:
            result = asn("briefs", "--data", city, "--out", folder / "reports", "--units", ",".join(UNITS))
            assert result.exit_code == 0, result.output
            (folder / "told.txt").write_text(result.output, encoding="utf-8")

        folder = once(name, make)
        return Made(city, folder / "reports", (folder / "told.txt").read_text(encoding="utf-8"), UNITS)

    return run


@pytest.fixture(scope="session")
def made(run_once: Callable[[str, Path], Made], small_city: Path) -> Made:
    return run_once("made", small_city)


@pytest.fixture(scope="session")
def bare(run_once: Callable[[str, Path], Made], bare_city: Path) -> Made:
    """The run of a city without optional tables, at half the time: for tests that run again and again."""
    return run_once("bare", bare_city)
