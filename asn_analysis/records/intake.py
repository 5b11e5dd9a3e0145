"""A city's files, checked cell by cell and read into typed tables. Nothing stops at the first fault."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import chain
from pathlib import Path

import duckdb
import pandas as pd

from asn_analysis.records import kept
from asn_analysis.records.checks import check_table, codes_of, names_of, population_faults, question
from asn_analysis.records.door import discreet, manifest_faults, personal_faults, reviewed
from asn_analysis.records.faults import LISTED, DatasetError, Fault, amiss, format_faults
from asn_analysis.records.manifest import NAME, Manifest, read_manifest
from asn_analysis.records.printed import data_faults
from asn_analysis.records.privacy import without_control
from asn_analysis.records.responses import Responses
from asn_analysis.records.responses_store import QUARTER_OF
from asn_analysis.records.review import NAME as REVIEW
from asn_analysis.records.review import Entry, Review, read_review
from asn_analysis.records.schema import REQUIRED_TABLES, TABLES, python_texts
from asn_analysis.records.source import connect
from asn_analysis.records.table import Table, far_quarters, files_of, opened, plainly, typed
from asn_analysis.records.vocabulary import words_of
from asn_analysis.views.tables import html_table

__all__ = ["Dataset", "DatasetError", "Fault", "Responses", "check_dataset", "format_faults", "read_dataset"]


@dataclass(frozen=True)
class Dataset:
    """A city's records, checked.

    An optional table is ``None`` where the city has none, and where it has no rows: an empty sheet of a
    form says that nobody filled it, not that nothing happened.
    """

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
    review: Review = field(default_factory=Review)
    waiting: tuple[Entry, ...] = ()  # texts of the register that nobody has looked at

    def __repr__(self) -> str:
        rows = ", ".join(f"{name} {count:,}" for name, count in self.row_counts.items())
        return f"{self.manifest.city}{' (simulated data)' if self.manifest.simulated else ''}: {rows}"

    def _repr_html_(self) -> str:
        return html_table(pd.DataFrame(self.row_counts.items(), columns=["table", "rows"]), repr(self))


@dataclass(frozen=True)
class Examined:
    """What an examination of a folder found: the tables that can be opened, their rows, every fault."""

    manifest: Manifest
    tables: dict[str, tuple[Table, ...]]
    rows: dict[str, int]
    faults: tuple[Fault, ...]


@python_texts
def read_dataset(folder: str | Path) -> Dataset:
    """The data set in this folder, its tables as data/README.md has them.

    Parameters
    ----------
    folder : holds ``dataset.yml`` and the tables that it declares

    Raises
    ------
    DatasetError
        That carries every fault, if there is one.

    Examples
    --------
    >>> dataset = asn.read_dataset(city)
    >>> len(dataset.units), dataset.manifest.simulated
    (24, True)
    """
    examined = examine(Path(folder))
    if examined.faults:
        raise DatasetError(examined.faults)
    return _dataset(Path(folder), examined)


def check_dataset(folder: str | Path) -> tuple[Fault, ...]:
    """Every fault of the data set in this folder, in the order of its files and rows; empty without one.

    Parameters
    ----------
    folder : holds ``dataset.yml`` and the tables that it declares

    Examples
    --------
    >>> asn.check_dataset(city)
    ()
    """
    return examine(Path(folder)).faults


def examine(folder: Path, listed: int = LISTED) -> Examined:
    """All that can be opened, and every fault; not done again while no file has changed.

    ``listed`` faults of one kind in one column are told one by one; the rest are counted.
    """
    tables = read_manifest(folder)[0].tables.values()
    files = (folder / NAME, folder / REVIEW, *(file for path in tables for file in files_of(path)))
    states = [(path, path.stat()) for path in files if path.exists()]
    # The time of the last change to the inode cannot be set back, as that of the content can.
    state = tuple((path, state.st_size, state.st_mtime_ns, state.st_ctime_ns) for path, state in states)
    return _examined(folder, state, listed)


@lru_cache(maxsize=4)
def _examined(folder: Path, state: tuple[tuple[Path, int, int, int], ...], listed: int) -> Examined:
    """``state`` (names, sizes, times) tells a folder that was examined before from one that has changed."""
    manifest, found = read_manifest(folder)
    faults = [*found, *manifest_faults(manifest), *read_review(folder)[1]]
    tables, rows, names = {}, {}, {}
    with connect() as con:
        for name, path in manifest.tables.items():
            tables[name], found = opened(name, path, folder, manifest, listed)
            faults += found
            units = tables["units"][0] if tables.get("units") else None
            if name == "units" and units:
                names = names_of(units, con)
            elif units and name != "responses":
                tables[name] = tuple(replace(table, units=names) for table in tables[name])
            checked = [_checked(table, con, units, manifest) for table in tables[name]]
            faults += [fault for _, found in checked for fault in found]
            rows[name] = sum(counted for counted, _ in checked)
            if name == "units" and not rows[name]:  # nothing is held against what cannot be read
                tables[name] = ()
            faults += far_quarters(tables[name], [counted for counted, _ in checked])
        if tables.get("units"):
            faults += population_faults(manifest.population, tables["units"][0], con)
        if manifest.published and not faults:
            answered = _answered(tables, manifest, con)
            faults += data_faults(NAME, manifest.published, answered)
    return Examined(manifest, tables, rows, tuple(dict.fromkeys(faults)))


def _shown(table: Table, con: duckdb.DuckDBPyConnection, manifest: Manifest, review: Review) -> pd.DataFrame:
    """The table as it may be shown; kept so, since to look for people in all that was written takes long."""

    def shown() -> pd.DataFrame:
        return plainly(table.name, discreet(table.name, table.frame(con), manifest, review))

    asked = "\n".join((_all_that_is_asked(table, manifest), *sorted(review.known)))
    return typed(table.name, kept.kept(table.source.path, f"shown_{table.name}", asked, shown))


def _known(units: Table, con: duckdb.DuckDBPyConnection, manifest: Manifest) -> frozenset[str]:
    """The words of units, places and the city, which name nobody."""
    told = units.some(con, "name", "kecamatan").project("name, kecamatan").fetchall()
    names = chain([manifest.city], *told)
    return words_of(without_control(name) for name in names if name)


def _answered(
    tables: dict[str, tuple[Table, ...]], manifest: Manifest, con: duckdb.DuckDBPyConnection
) -> pd.DataFrame:
    """Every unit with the quarters in which it has answers, as text."""
    asked = f"SELECT DISTINCT unit_id, {QUARTER_OF} AS quarter FROM responses ORDER BY ALL"
    found = Responses(tables["responses"], 0, manifest.redacts).ask("answered", asked).drop_duplicates()
    units = pd.DataFrame({"unit_id": sorted(codes_of(tables["units"][0], con))})
    return units.merge(found, how="left")


def _checked(
    table: Table, con: duckdb.DuckDBPyConnection, units: Table | None, manifest: Manifest
) -> tuple[int, list[Fault]]:
    """Rows and faults; a file that was found in order before is not looked through again."""
    path, name, asked = table.source.path, f"checked_{table.name}", _all_that_is_asked(table, manifest)
    found = kept.recalled(path, name, asked) if units is not None else None
    if found is not None and set(found["unit_id"].dropna()) <= codes_of(units, con):
        return int(found["n"].sum()), []
    try:
        rows, faults = check_table(table, con, units)
        faults += personal_faults(table, con, manifest)
    except duckdb.Error:
        return 0, [amiss(table.label, "damaged")]
    if rows and not faults:
        counted = table.some(con, "unit_id").aggregate("unit_id, count(*) AS n", "unit_id")
        kept.keep(path, name, asked, counted.df())
    return rows, faults


def _all_that_is_asked(table: Table, manifest: Manifest) -> str:
    """All on which it depends, beside the file's content, whether the table is in order."""
    read_as = (table.places, table.source.header, manifest.sheets.get(table.name))
    return "\n".join(map(str, (question(table), manifest.drop, manifest.redacts, read_as)))


def _dataset(folder: Path, examined: Examined) -> Dataset:
    tables, manifest = examined.tables, examined.manifest
    filled = {name for name in TABLES if name in REQUIRED_TABLES or examined.rows.get(name)}
    with connect() as con:
        review = read_review(folder, _known(tables["units"][0], con, manifest))[0]
        frames = {
            name: _shown(tables[name][0], con, manifest, review) if name in filled else None
            for name in TABLES
            if name != "responses"
        }
    waiting: tuple[Entry, ...] = ()
    if frames["follow_ups"] is not None:
        frames["follow_ups"], waiting = reviewed(frames["follow_ups"], review)
    return Dataset(
        folder=folder,
        manifest=manifest,
        responses=Responses(tables["responses"], examined.rows["responses"], manifest.redacts, review.known),
        row_counts=dict(examined.rows),
        sha256=_sha256(folder, tables),
        review=review,
        waiting=waiting,
        **frames,
    )


def _sha256(folder: Path, tables: dict[str, tuple[Table, ...]]) -> str:
    """One hash over dataset.yml and every table."""
    digest = hashlib.sha256((folder / NAME).read_bytes())
    for table in (part for parts in tables.values() for part in parts):
        digest.update(table.source.sha256.encode())
    return digest.hexdigest()
