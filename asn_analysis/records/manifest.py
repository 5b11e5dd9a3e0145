"""dataset.yml: whose data these are, and which file and column holds what."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from asn_analysis.records import printed
from asn_analysis.records.decided import Decided, decided
from asn_analysis.records.faults import Fault, amiss
from asn_analysis.records.manifest_keys import (
    NAME,
    ORDERS,
    ROLLOUTS,
    ZONES,
    fault,
    faults_in,
    file_and_sheet,
    is_count,
    is_name,
    mapping,
    path_faults,
)
from asn_analysis.records.schema import ITEMS, TABLES
from asn_analysis.rules.rules import load_skm
from asn_analysis.rules.yaml_files import YamlError, read_yaml


@dataclass(frozen=True)
class Manifest:
    """What dataset.yml declares; ``elements`` maps our codes (u1..u9) to the columns of the file.

    ``sheets`` names the sheet of a table that shares its workbook with others; ``drop`` names columns (in
    small letters) that are never read; ``redacts`` tells that personal data in cells are blotted;
    ``published`` holds figures that earlier reports printed, ``population`` the people who live in each
    kecamatan, ``dates`` the order of day and month, if anybody told; ``timezone`` is that of the city's
    days, for stamps that tell their offset; ``decided`` holds the city's own budgets and targets.
    """

    city: str
    producer: str
    licence: str
    simulated: bool
    rollout: str
    elements: dict[str, str]
    tables: dict[str, Path]
    sheets: dict[str, str] = field(default_factory=dict)
    columns: dict[str, dict[str, str]] = field(default_factory=dict)
    drop: dict[str, tuple[str, ...]] = field(default_factory=dict)
    redacts: bool = False
    published: tuple[printed.Printed, ...] = ()
    population: dict[str, int] = field(default_factory=dict)
    dates: str = ""
    timezone: str = ZONES[0]
    decided: Decided = field(default_factory=Decided)

    def file_columns(self, table: str) -> dict[str, str]:
        """Our column names and, for each, the header in this table's file; without elements not mapped."""
        named = self.columns.get(table, {})
        if table != "responses":
            return {column: named.get(column, column) for column in TABLES[table].columns}
        others = {
            column: named.get(column, column) for column in TABLES[table].columns if column not in ITEMS
        }
        return others | self.elements


def read_manifest(folder: Path) -> tuple[Manifest, tuple[Fault, ...]]:
    """What dataset.yml says as far as it is usable, and everything that is wrong with it."""
    raw, faults = _load(folder / NAME)
    if raw is None:
        return _manifest(folder, {}), faults
    return _manifest(folder, raw), tuple(faults_in(folder, raw))


def _load(path: Path) -> tuple[dict | None, tuple[Fault, ...]]:
    try:
        raw = read_yaml(path)
    except (FileNotFoundError, NotADirectoryError):
        return None, (fault("no manifest"),)
    except OSError as error:
        return None, (fault("unread manifest", error=str(error)),)
    except YamlError as error:
        return None, (Fault(NAME, error.row, None, None, *amiss("no yaml", problem=error.problem)),)
    if not isinstance(raw, dict):
        return None, (fault("no keys"),)
    return raw, ()


def _manifest(folder: Path, raw: dict) -> Manifest:
    """Every usable part of ``raw``, so that the tables can be checked in spite of faults here."""
    elements = {element.name: element.code for element in load_skm().elements}
    places = {
        name: file_and_sheet(given)
        for name in TABLES
        if (given := mapping(raw, "tables").get(name)) and not list(path_faults(folder, name, given))
    }
    return Manifest(
        city=str(raw.get("city", "")),
        producer=str(raw.get("producer", "")),
        licence=str(raw.get("licence", "")),
        simulated=bool(raw.get("simulated", True)),
        rollout=str(raw.get("rollout", ROLLOUTS[0])),
        elements={
            elements[name]: column.strip()
            for name, column in mapping(raw, "elements").items()
            if name in elements and is_name(column)
        },
        tables={name: folder / file for name, (file, _sheet) in places.items()},
        sheets={name: sheet for name, (_file, sheet) in places.items() if sheet},
        columns={
            table: {ours: theirs.strip() for ours, theirs in names.items() if is_name(theirs)}
            for table, names in mapping(raw, "columns").items()
            if isinstance(names, dict)
        },
        drop={
            table: tuple(header.strip().casefold() for header in headers if is_name(header))
            for table, headers in mapping(raw, "drop").items()
            if isinstance(headers, list)
        },
        timezone=zone if (zone := raw.get("timezone")) in ZONES else ZONES[0],
        redacts=raw.get("personal_data") == "redact",
        dates=raw["dates"] if raw.get("dates") in ORDERS else "",
        published=printed.declared(raw.get(printed.KEY)),
        decided=decided(raw),
        population={str(name).strip(): people for name, people in mapping(raw, "population").items()}
        if all(map(is_count, mapping(raw, "population").values()))
        else {},
    )
