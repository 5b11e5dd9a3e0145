"""A city's files, checked cell by cell and read into typed tables. Nothing stops at the first fault."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import duckdb
import pandas as pd

from asn_analysis.records.checks import check_table
from asn_analysis.records.door import blotted, discreet, manifest_faults, personal_faults
from asn_analysis.records.faults import DatasetError, Fault, format_faults
from asn_analysis.records.manifest import NAME, Manifest, read_manifest
from asn_analysis.records.privacy import HINT
from asn_analysis.records.schema import TABLES
from asn_analysis.records.table import Table, open_table

__all__ = ["Dataset", "DatasetError", "Fault", "Responses", "check_dataset", "format_faults", "read_dataset"]


@dataclass(frozen=True)
class Responses:
    """The answers of all respondents, left in their file and read where they are needed."""

    table: Table
    rows: int
    redacts: bool = False

    def relation(self, con: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyRelation:
        """All responses with canonical columns; u1..u9 are the declared elements, NULL where missing.

        Free words are left out: ``comments`` gives them.
        """
        shown = "* EXCLUDE (comment)"
        if self.redacts:
            shown += f" REPLACE (CASE WHEN NOT regexp_matches(service, '{HINT}') THEN service END AS service)"
        return self.table.relation(con).project(shown)

    def comments(self) -> pd.DataFrame:
        """Unit, day and words of everyone who wrote something, with whatever may be personal blotted."""
        with duckdb.connect() as con:
            said = self.table.relation(con).filter("comment IS NOT NULL")
            frame = said.project("unit_id, date, comment").df()
        return frame.assign(comment=blotted(frame["comment"]))

    @property
    def sha256(self) -> str:
        """Hash of the file's bytes."""
        return self.table.source.sha256


@dataclass(frozen=True)
class Dataset:
    """A city's records, checked; an optional table that the city does not have is ``None``."""

    folder: Path
    manifest: Manifest
    units: pd.DataFrame
    responses: Responses
    trainings: pd.DataFrame
    digital_services: pd.DataFrame | None
    complaints: pd.DataFrame | None
    consultations: pd.DataFrame | None
    staff: pd.DataFrame | None
    follow_ups: pd.DataFrame | None
    row_counts: dict[str, int]
    sha256: str


@dataclass(frozen=True)
class Examined:
    """What an examination of a folder found: the tables that can be opened, their rows, every fault."""

    manifest: Manifest
    tables: dict[str, Table]
    rows: dict[str, int]
    faults: tuple[Fault, ...]


def read_dataset(folder: str | Path) -> Dataset:
    """The data set in this folder; a ``DatasetError`` that carries every fault if there is one."""
    examined = _examine(Path(folder))
    if examined.faults:
        raise DatasetError(examined.faults)
    return _dataset(Path(folder), examined)


def check_dataset(folder: str | Path) -> tuple[Fault, ...]:
    """Every fault of the data set in this folder, in the order of its files and rows."""
    return _examine(Path(folder)).faults


def _examine(folder: Path) -> Examined:
    """All that can be opened, and every fault; not done again while no file has changed."""
    files = (folder / NAME, *read_manifest(folder)[0].tables.values())
    states = [(path, path.stat()) for path in files if path.exists()]
    return _examined(folder, tuple((path, state.st_size, state.st_mtime_ns) for path, state in states))


@lru_cache(maxsize=4)
def _examined(folder: Path, state: tuple[tuple[Path, int, int], ...]) -> Examined:
    """``state`` (names, sizes, times) tells a folder that was examined before from one that has changed."""
    manifest, found = read_manifest(folder)
    faults, tables, rows = [*found, *manifest_faults(manifest)], {}, {}
    with duckdb.connect() as con:
        for name, path in manifest.tables.items():
            table, found = open_table(name, path, path.relative_to(folder).as_posix(), manifest)
            faults += found
            if table is not None:
                tables[name] = table
                rows[name], found = check_table(table, con, tables.get("units"))
                faults += [*found, *personal_faults(table, con, manifest)]
    return Examined(manifest, tables, rows, tuple(faults))


def _dataset(folder: Path, examined: Examined) -> Dataset:
    tables = examined.tables
    with duckdb.connect() as con:
        frames = {
            name: discreet(name, tables[name].frame(con), examined.manifest) if name in tables else None
            for name in TABLES
            if name != "responses"
        }
    return Dataset(
        folder=folder,
        manifest=examined.manifest,
        responses=Responses(tables["responses"], examined.rows["responses"], examined.manifest.redacts),
        row_counts=dict(examined.rows),
        sha256=_sha256(folder, tables),
        **frames,
    )


def _sha256(folder: Path, tables: dict[str, Table]) -> str:
    """One hash over dataset.yml and every table."""
    digest = hashlib.sha256((folder / NAME).read_bytes())
    for table in tables.values():
        digest.update(table.source.sha256.encode())
    return digest.hexdigest()
