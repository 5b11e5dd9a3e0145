"""The units whose answers are imported: those of the data set, or of the table given for a new one."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb
import pandas as pd

from asn_analysis.offices.profile import plain
from asn_analysis.records.faults import DatasetError
from asn_analysis.records.files import open_source
from asn_analysis.records.intake import read_dataset
from asn_analysis.records.manifest import NAME
from asn_analysis.records.source import unreadable


@dataclass(frozen=True)
class About:
    """Whose data these are, needed for a new data set only."""

    city: str = ""
    producer: str = ""
    licence: str = "not for publication"
    units: Path | None = None


def known_units(into: Path, about: About) -> pd.DataFrame:
    """The units of the data set, or of the table that the operator gave for a new one."""
    if (into / NAME).exists():
        return read_dataset(into).units
    if about.units is None:
        problem, remedy = "is a new data set and needs its units", "Give their table with --units FILE."
        raise unreadable(into.name, problem, remedy)
    source, faults = open_source(about.units, about.units.name)
    if faults:
        raise DatasetError(faults)
    header = [name.strip().casefold() for name in source.header]
    missing = [name for name in ("unit_id", "name", "unit_type") if name not in header]
    if missing:
        raise unreadable(
            about.units.name, f"has no column {', '.join(missing)}", "See data/README.md, units."
        )
    with duckdb.connect() as con:
        cells = source.cells(con).order("record").df().drop(columns="record").astype("str")
    return cells.set_axis(header, axis=1)


def unit_names(units: pd.DataFrame, own: dict[str, str]) -> dict[str, str]:
    """From every code and name, plainly written, to the code; to "" where several units bear the name."""
    names = units["name"].map(plain)
    told = units["unit_id"].where(~names.duplicated(keep=False), "")
    codes = dict(zip(units["unit_id"].map(plain), units["unit_id"], strict=True))
    return dict(zip(names, told, strict=True)) | codes | own
