"""The units whose answers are imported: those of the data set, or of the table given for a new one."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import duckdb
import pandas as pd

from asn_analysis.offices.profile import vocabulary
from asn_analysis.offices.refusals import refused
from asn_analysis.records.faults import DatasetError
from asn_analysis.records.files import open_source
from asn_analysis.records.intake import read_dataset
from asn_analysis.records.manifest import NAME, ZONES, read_manifest
from asn_analysis.records.words import plain

ALIKE = 0.7  # of a name's letters, before another name is offered
SPELLED = 0.8  # of the letters of a name without its kind, in a heading or the name of a file
SHORTEST = 5  # letters of a name that is looked for inside a text
CITY = re.compile(
    r"\b(?:(?:kota|kabupaten|kab|provinsi|prov)|(?:jl|jln|jalan)(?: \w+)?) \w+"
)  # not the unit of that name


@dataclass(frozen=True)
class About:
    """Whose data these are, needed for a new data set only."""

    city: str = ""
    producer: str = ""
    licence: str = "not for publication"
    units: Path | None = None
    zone: str = ZONES[0]


def known_units(into: Path, about: About) -> pd.DataFrame:
    """The units of the data set, or of the table that the operator gave for a new one."""
    if (into / NAME).exists():
        return read_dataset(into).units
    if about.units is None:
        raise refused(into.name, "no units")
    source, faults = open_source(about.units, about.units.name)
    if faults:
        raise DatasetError(faults)
    header = [name.strip().casefold() for name in source.header]
    missing = [name for name in ("unit_id", "name", "unit_type") if name not in header]
    if missing:
        raise refused(about.units.name, "units without columns", columns=", ".join(missing))
    with duckdb.connect() as con:
        cells = source.cells(con).order("record").df().drop(columns="record").astype("str")
    return cells.set_axis(header, axis=1)


def zone_of(into: Path, about: About) -> str:
    """The time zone of the city's days."""
    return read_manifest(into)[0].timezone if (into / NAME).exists() else about.zone


def unit_names(units: pd.DataFrame, own: Mapping[str, str]) -> dict[str, str]:
    """From every code and name, plainly written, to the code; to "" where several units bear the name.

    A name without its kind ("Lopang" of Kelurahan Lopang) counts too, unless others bear it.
    """
    codes = dict(zip(units["unit_id"].map(unit_name), units["unit_id"], strict=True))
    names = units["name"].map(unit_name)
    told = _by_name(names, units["unit_id"])
    places = set(units.get("kecamatan", pd.Series(dtype=str)).dropna().map(plain))
    cores = _by_name(names.map(core_of), units["unit_id"])
    cores = {core: code for core, code in cores.items() if core and core not in places}
    return cores | told | codes | {unit_name(name): code for name, code in own.items()}


def _by_name(names: pd.Series, codes: pd.Series) -> dict[str, str]:
    return dict(zip(names, codes.where(~names.duplicated(keep=False), ""), strict=True))


@lru_cache(maxsize=50_000)
def unit_name(text: str) -> str:
    """Plainly written, with kinds of units written out: "UPT PKM Singandaru" is "puskesmas singandaru"."""
    words = vocabulary()["unit_kinds"]
    return " ".join(word for told in plain(text).split() if (word := words.get(told, told)))


def core_of(name: str) -> str:
    """A unit's name without its kind."""
    kind, _, core = name.partition(" ")
    return core if kind in vocabulary()["unit_kinds"].values() else ""


def unit_of(text: str, units: Mapping[str, str]) -> tuple[str | None, bool]:
    """The code that a cell names, "" where several do, None where none; and whether only nearly so."""
    name = unit_name(text)
    if name in units:
        return units[name], False
    close = difflib.get_close_matches(
        name, [known for known, code in units.items() if code], n=1, cutoff=ALIKE
    )
    return (units[close[0]], True) if close else (None, False)


def units_in(text: str, units: Mapping[str, str], cores: bool = True, near: bool = True) -> frozenset[str]:
    """The units that a longer text names, or nearly; ``cores``: whether a name without its kind is enough."""
    words = f" {unit_name(text)} "
    found = {name for name, code in units.items() if code and _tells(name, words, units, cores)}
    longest = {
        name for name in found if not any(name != other and f" {name} " in f" {other} " for other in found)
    }
    return frozenset(units[name] for name in longest) or (
        _nearly_in(words.split(), units) if near else frozenset()
    )


def _tells(name: str, words: str, units: Mapping[str, str], cores: bool) -> bool:
    is_core = any(f"{kind} {name}" in units for kind in set(vocabulary()["unit_kinds"].values()))
    if words.strip() == name:
        return len(name) >= SHORTEST or not is_core
    told = CITY.sub(" ", words) if is_core else words
    return len(name) >= SHORTEST and (cores or not is_core) and f" {name} " in told


def _nearly_in(words: list[str], units: Mapping[str, str]) -> frozenset[str]:
    """Units of a kind that the text names, whose further name it spells nearly so."""
    found = set()
    for name, code in units.items():
        kind, _, core = name.partition(" ")
        size = len(core.split())
        for place in [place for place, word in enumerate(words) if core_of(name) and word == kind]:
            spelled = " ".join(words[place + 1 : place + 1 + size])
            if difflib.SequenceMatcher(None, core, spelled).ratio() >= SPELLED:
                found.add(code)
    return frozenset(found - {""})
