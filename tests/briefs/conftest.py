"""One real run of the batch on a small city, shared by the tests of what it leaves."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from asn_analysis.cli import main


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
def made(small_city: Path, once: Callable[..., Path]) -> Made:
    def make(out: Path) -> None:
        result = asn("briefs", "--data", small_city, "--out", out, "--units", ",".join(UNITS))
        assert result.exit_code == 0, result.output
        (out.parent / "told.txt").write_text(result.output, encoding="utf-8")

    out = once("reports", make)
    return Made(small_city, out, (out.parent / "told.txt").read_text(encoding="utf-8"), UNITS)
