"""Papermill by hand: a published notebook runs where and under whatever kernel a researcher has it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from asn_analysis.pages.parts import PART, RECORD
from asn_analysis.simulate.simulation import simulate
from tests.conftest import needed_alone

ROOT = Path(__file__).parents[2]
KERNEL = "kota-contoh"


@pytest.fixture
def kernels(tmp_path: Path) -> dict[str, str]:
    """An environment whose only kernel of ours bears another name than python3."""
    spec = {
        "argv": [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"],
        "display_name": "Kota Contoh",
        "language": "python",
    }
    folder = tmp_path / "jupyter" / "kernels" / KERNEL
    folder.mkdir(parents=True)
    (folder / "kernel.json").write_text(json.dumps(spec), encoding="utf-8")
    return {**os.environ, "JUPYTER_PATH": str(tmp_path / "jupyter"), "PYTHONPATH": str(ROOT)}


def test_a_brief_by_hand_under_any_kernel_from_any_folder(tmp_path: Path, kernels: dict[str, str]) -> None:
    needed_alone(simulate(tmp_path / "city", units=10, quarters=8, respondents=12, seed=3))
    command = [sys.executable, "-m", "papermill", str(ROOT / "notebooks" / "city_brief.ipynb"), "out.ipynb"]
    options = ["-k", KERNEL, "-p", "data", "city", "-p", "quarter", "2026Q2", "--no-progress-bar"]
    ran = subprocess.run([*command, *options], cwd=tmp_path, env=kernels, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    made = nbformat.read(tmp_path / "out.ipynb", as_version=4)
    shown = [output.get("data", {}) for cell in made.cells for output in cell.get("outputs", [])]
    records = [json.loads(data[RECORD]) for data in shown if RECORD in data]
    assert [record["quarter"] for record in records] == ["2026Q2"]
    told = [cell for cell in made.cells if cell.source.startswith("brief.") and "numbers" not in cell.source]
    assert sum(PART in data for data in shown) == len(told) > 5
