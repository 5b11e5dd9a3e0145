"""Notebooks run cell by cell in this process: what each cell shows, and nothing on stderr.

A kernel a notebook and city would take most of the time of these tests; `make lab`, nbval and the tests of
the batch start real ones.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from functools import cache
from typing import Any

import matplotlib
import nbformat
import pandas as pd
import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from matplotlib import pyplot as plt
from traitlets.config import Config

from asn_analysis.briefs import inputs
from asn_analysis.records import intake

Shown = dict[str, list[dict[str, Any]]]  # cell to what it shows, each by kind


@contextmanager
def a_shell() -> Iterator[InteractiveShell]:
    """IPython without history; figures drawn into memory, tables as wide as a notebook's, data read once."""
    matplotlib.use("agg")
    quiet = Config({"HistoryManager": {"enabled": False}})
    ours = sys.modules["__main__"]  # which IPython replaces, and a process that is started afterwards asks
    shell = InteractiveShell.instance(config=quiet)
    try:
        with pd.option_context("display.max_columns", 20, "display.precision", 6), pytest.MonkeyPatch.context() as patch:
            once = cache(intake.read_dataset)
            patch.setattr(intake, "read_dataset", once)
            patch.setattr(inputs, "read_dataset", once)
            yield shell
    finally:
        InteractiveShell.clear_instance()
        sys.modules["__main__"] = ours
        plt.close("all")


def run_cells(shell: InteractiveShell, path: Path, **parameters: Any) -> Shown:
    """Every code cell of a notebook in turn, parameters put after their cell as papermill does."""
    plt.close("all")
    shell.reset(new_session=True)
    given = "\n".join(f"{name} = {value!r}" for name, value in parameters.items())
    shown: Shown = {}
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "code":
            more = given if "parameters" in cell.metadata.get("tags", []) else ""
            shown[cell.id] = _run(shell, f"{cell.source}\n{more}".rstrip(), cell.id)
    return shown


def _run(shell: InteractiveShell, source: str, name: str) -> list[dict[str, Any]]:
    with capture_output() as told:
        ran = shell.run_cell(source, store_history=True)
    assert ran.success, f"{name}: {ran.error_before_exec or ran.error_in_exec!r}"
    assert not told.stderr, f"{name}: {told.stderr}"
    shown = [output.data for output in told.outputs]
    if ran.result is not None and not shell.displayhook.quiet():
        shown.append(shell.display_formatter.format(ran.result)[0])
    shown += [{"image/png": number} for number in plt.get_fignums()]
    plt.close("all")
    return shown


def text_of(shown: list[dict[str, Any]]) -> str:
    """What a cell shows, as text and HTML."""
    return "\n".join(f"{data.get('text/plain', '')}\n{data.get('text/html', '')}" for data in shown)
