"""What tests change: a city's answers, and files of a copy of the package, asked in a process of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pandas as pd

import asn_analysis

Edit = str | Callable[[str], str]  # what a file holds, or how it is changed


def read_responses(path: Path) -> pd.DataFrame:
    """The table of responses of a city."""
    return duckdb.read_parquet(str(path)).df()


def write_responses(path: Path, answers: pd.DataFrame) -> None:
    """A responses table in place of a city's."""
    duckdb.from_df(answers).project("* REPLACE (date::DATE AS date)").write_parquet(str(path))


@dataclass(frozen=True)
class House:
    """A copy of the package, and which of its files are not as they were."""

    root: Path
    changed: tuple[str, ...]

    def ask(self, script: str, *arguments: object) -> str:
        """What a script prints that imports this copy."""
        call = [sys.executable, "-c", script, *map(str, arguments)]
        found = subprocess.run(
            call,
            env={**os.environ, "PYTHONPATH": str(self.root)},
            capture_output=True,
            text=True,
            check=False,
            cwd=self.root,
        )
        assert found.returncode == 0, found.stderr
        return found.stdout


def change_house(root: Path, edits: Mapping[str, Edit]) -> House:
    """Copy the package and change these files of it, by their path within the package."""
    package = root / "asn_analysis"
    shutil.copytree(Path(asn_analysis.__file__).parent, package, ignore=shutil.ignore_patterns("*.pyc"))
    for name, edit in edits.items():
        path = package / name
        path.parent.mkdir(parents=True, exist_ok=True)
        text = edit if isinstance(edit, str) else edit(path.read_text(encoding="utf-8"))
        path.write_text(text, encoding="utf-8")
    return House(root, tuple(edits))


def after(mark: str, more: str, before: str = "") -> Callable[[str], str]:
    """Put a text behind the only place that says ``mark``, and another one before it."""

    def edit(text: str) -> str:
        assert text.count(mark) == 1, mark
        return text.replace(mark, before + mark + more)

    return edit
