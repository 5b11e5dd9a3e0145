"""The files behind the tables of a data set, opened: one a table, for answers also one a quarter."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd

from asn_analysis.records.faults import Fault
from asn_analysis.records.manifest import Manifest
from asn_analysis.records.message import _
from asn_analysis.records.responses_store import QUARTER_FILE, quarter_files
from asn_analysis.records.table import Table, open_table


def label_of(name: str, folder: Path, manifest: Manifest) -> str:
    """What faults call the file of a table, or its sheet of a workbook."""
    label = manifest.tables[name].relative_to(folder).as_posix()
    return f"{label}, sheet {manifest.sheets[name]}" if name in manifest.sheets else label


def files_of(path: Path) -> list[Path]:
    return [path, *quarter_files(path)] if path.is_dir() else [path]


def opened(
    name: str, path: Path, folder: Path, manifest: Manifest, listed: int
) -> tuple[tuple[Table, ...], list[Fault]]:
    """The table's file, or for responses each file of their folder, and what is wrong with those."""
    label = label_of(name, folder, manifest)
    if name != "responses" or not path.is_dir():
        table, faults = open_table(name, path, label, manifest, listed)
        return (table,) if table else (), faults
    tables, faults = [], []
    for file in quarter_files(path):
        if not QUARTER_FILE.fullmatch(file.name):
            problem = _("not a quarter's file")
            remedy = _("Name a quarter's file such as 2026Q3.parquet, or take it out of the folder.")
            faults.append(Fault(f"{label}/{file.name}", None, None, None, problem, remedy))
            continue
        table, found = open_table(name, file, f"{label}/{file.name}", manifest, listed)
        faults += found
        if table:
            tables.append(replace(table, source=replace(table.source, quarter=file.stem)))
    if not tables and not faults:
        problem = _("there is no quarter's file in this folder")
        remedy = _("Import the answers, or name one file in dataset.yml.")
        faults.append(Fault(label, None, None, None, problem, remedy))
    return tuple(tables), faults


def far_quarters(parts: tuple[Table, ...], rows: list[int]) -> list[Fault]:
    """Files more than a year after nearly all other answers: a mistyped year, told without a clock."""
    quarters = [pd.Period(part.source.quarter) for part in parts if part.source.quarter]
    if not quarters:
        return []
    usual = quarters[int((pd.Series(rows).cumsum() >= 0.99 * sum(rows)).idxmax())]
    problem = _("more than a year after nearly all other answers (to {usual})", usual=str(usual))
    return [
        Fault(part.label, None, "date", None, problem, _("Correct the year."))
        for part, quarter in zip(parts, quarters, strict=True)
        if quarter > usual + 4
    ]
