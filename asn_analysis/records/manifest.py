"""dataset.yml: whose data these are, and which file and column holds what."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PureWindowsPath

from asn_analysis.records import printed
from asn_analysis.records.cells import DAY_FIRST, MONTH_FIRST
from asn_analysis.records.faults import Fault
from asn_analysis.records.message import _
from asn_analysis.records.schema import ITEMS, REQUIRED_TABLES, TABLES
from asn_analysis.records.workbooks import SUFFIXES
from asn_analysis.rules.rules import load_skm
from asn_analysis.rules.yaml_files import YamlError, read_yaml

NAME = "dataset.yml"
TEXT_KEYS = ("city", "producer", "licence")
NEEDED_KEYS = (*TEXT_KEYS, "simulated", "elements", "tables")
KNOWN_KEYS = (
    *NEEDED_KEYS,
    *("rollout", "dates", "timezone", "columns", "drop", "personal_data", "population", printed.KEY),
)
ROLLOUTS = ("staggered", "randomised")
ORDERS = (DAY_FIRST, MONTH_FIRST)
ZONES = ("Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura")  # the first where none is declared
UNKNOWN = {
    "key": _("unknown key"),
    "element": _("unknown element"),
    "table": _("unknown table"),
    "column": _("unknown column"),
}


@dataclass(frozen=True)
class Manifest:
    """What dataset.yml declares; ``elements`` maps our codes (u1..u9) to the columns of the file.

    ``sheets`` names the sheet of a table that shares its workbook with others; ``drop`` names columns (in
    small letters) that are never read; ``redacts`` tells that personal data in cells are blotted;
    ``published`` holds figures that earlier reports printed, ``population`` the people who live in each
    kecamatan, ``dates`` the order of day and month, if anybody told; ``timezone`` is that of the city's
    days, for stamps that tell their offset.
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
    found = (
        *_key_faults(raw),
        *_element_faults(raw),
        *_table_faults(folder, raw),
        *_column_faults(raw),
        *_privacy_faults(raw),
        *printed.form_faults(NAME, raw.get(printed.KEY)),
        *_population_faults(raw),
    )
    return _manifest(folder, raw), found


def _fault(problem: str, remedy: str, *, key: str | None = None, value: object = None) -> Fault:
    return Fault(NAME, None, key, None if value is None else str(value), problem, remedy)


def _load(path: Path) -> tuple[dict | None, tuple[Fault, ...]]:
    try:
        raw = read_yaml(path)
    except FileNotFoundError:
        remedy = _("Name the folder that holds dataset.yml, or make one with `asn template`.")
        return None, (_fault(_("there is no dataset.yml in this folder"), remedy),)
    except OSError as error:
        problem = _("cannot be read ({error})", error=str(error))
        return None, (_fault(problem, _("Save it as a plain text file in UTF-8.")),)
    except YamlError as error:
        problem = _("is not valid YAML: {problem}", problem=error.problem)
        remedy = _(
            "Correct this line; use each key once, indent with blanks and put a blank after each colon."
        )
        return None, (Fault(NAME, error.row, None, None, problem, remedy),)
    if not isinstance(raw, dict):
        return None, (_fault(_("holds no keys"), _("Write it as data/README.md shows.")),)
    return raw, ()


def _key_faults(raw: dict) -> Iterator[Fault]:
    yield from _unknown(raw, KNOWN_KEYS, "key")
    for key in NEEDED_KEYS:
        if key not in raw:
            yield _fault(_("this key is missing"), _("Add it; data/README.md shows an example."), key=key)
    for key in TEXT_KEYS:
        if key in raw and not (isinstance(raw[key], str) and raw[key].strip()):
            yield _fault(_("not a text"), _("Write a name in words."), key=key, value=raw[key])
    if not isinstance(raw.get("simulated", True), bool):
        remedy = _("Write true for simulated data and false for real data, without quotation marks.")
        yield _fault(_("neither true nor false"), remedy, key="simulated", value=raw["simulated"])
    yield from _choice_faults(raw)


def _choice_faults(raw: dict) -> Iterator[Fault]:
    """Keys that take one of a few words."""
    for key, known, problem in (
        ("rollout", ROLLOUTS, _("not a known roll-out")),
        ("dates", ORDERS, _("not a known order of day and month")),
        ("timezone", ZONES, _("not a known time zone")),
    ):
        if raw.get(key, known[0]) not in known:
            remedy = _("Write one of: {listed}.", listed=", ".join(known))
            yield _fault(problem, remedy, key=key, value=raw[key])


def _unknown(names: Iterable[object], known: Iterable[str], what: str, key: str = "") -> Iterator[Fault]:
    known = tuple(known)
    for name in names:
        if name not in known:
            remedy = did_you_mean(str(name), known) or _("Known: {listed}.", listed=", ".join(known))
            yield _fault(UNKNOWN[what], remedy, key=f"{key}{name}")


def did_you_mean(name: str, known: Iterable[str]) -> str | None:
    """A question that names the most similar known word, if one is similar enough."""
    close = difflib.get_close_matches(name.strip().casefold(), tuple(known), n=1, cutoff=0.8)
    return _("Did you mean {name}? Then write it so.", name=close[0]) if close else None


def _mapping(raw: dict, key: str) -> dict:
    value = raw.get(key)
    return value if isinstance(value, dict) else {}


def _not_a_mapping(raw: dict, key: str) -> Iterator[Fault]:
    if raw.get(key) is not None and not isinstance(raw[key], dict):
        remedy = _("Write one 'name: value' a line, indented, as data/README.md shows.")
        yield _fault(_("not a list of 'name: value' lines"), remedy, key=key, value=raw[key])


def _element_faults(raw: dict) -> Iterator[Fault]:
    yield from _not_a_mapping(raw, "elements")
    if "elements" not in raw or list(_not_a_mapping(raw, "elements")):
        return
    declared = _mapping(raw, "elements")
    names = [element.name for element in load_skm().elements]
    yield from _unknown(declared, names, "element", "elements.")
    for name in names:
        if name not in declared:
            remedy = _(
                "Add '{name}:' and the column that holds it; compare the wording of the questionnaire.",
                name=name,
            )
            yield _fault(_("this element is not mapped"), remedy, key=f"elements.{name}")
        elif not _is_name(declared[name]):
            remedy = _("Write the name of one column of the responses file.")
            yield _fault(_("not a column name"), remedy, key=f"elements.{name}", value=declared[name])
    yield from _shared_columns(declared)


def _shared_columns(declared: dict) -> Iterator[Fault]:
    uses = Counter(column.strip().casefold() for column in declared.values() if _is_name(column))
    for name, column in declared.items():
        if _is_name(column) and uses[column.strip().casefold()] > 1:
            remedy = _("Give each of the nine elements its own column.")
            yield _fault(_("this column serves two elements"), remedy, key=f"elements.{name}", value=column)


def _table_faults(folder: Path, raw: dict) -> Iterator[Fault]:
    yield from _not_a_mapping(raw, "tables")
    declared = _mapping(raw, "tables")
    yield from _unknown(declared, TABLES, "table", "tables.")
    for name in REQUIRED_TABLES:
        if name not in declared and isinstance(raw.get("tables"), dict):
            remedy = _("Add '{name}:' and its file under tables.", name=name)
            yield _fault(_("the table {name} is missing", name=name), remedy, key=f"tables.{name}")
    for name, file in declared.items():
        if name in TABLES:
            yield from _path_faults(folder, name, file)


def _file_and_sheet(given: object) -> tuple[object, str]:
    """The file of a table, written alone or with the sheet that holds it."""
    if isinstance(given, dict) and set(given) == {"file", "sheet"} and _is_name(given["sheet"]):
        return given["file"], given["sheet"].strip()
    return given, ""


def _path_faults(folder: Path, name: str, given: object) -> Iterator[Fault]:
    file, sheet = _file_and_sheet(given)
    if not _is_name(file):
        remedy = _("Write one file name, or {{file: data.xlsx, sheet: Unit}} for a sheet of a workbook.")
        yield _fault(_("not a file name"), remedy, key=f"tables.{name}", value=file)
    elif sheet and Path(file).suffix.lower() not in SUFFIXES:
        remedy = _("Write the file name alone, or name a workbook (.xlsx).")
        yield _fault(_("only a workbook (.xlsx) has sheets"), remedy, key=f"tables.{name}", value=file)
    elif not _stays_inside(folder, file):
        remedy = _("Copy the file into the folder of dataset.yml and write its name only.")
        yield _fault(
            _("this path leaves the folder of the data set"), remedy, key=f"tables.{name}", value=file
        )


def _stays_inside(folder: Path, file: str) -> bool:
    # Read as a Windows path too, so that a data set is refused alike on every machine.
    windows = PureWindowsPath(file)
    if windows.drive or windows.root or ".." in windows.parts:
        return False
    try:
        return (folder / file).resolve().is_relative_to(folder.resolve())
    except (OSError, ValueError, RuntimeError):  # a loop of links, a name that no file can have
        return False


def _column_faults(raw: dict) -> Iterator[Fault]:
    yield from _not_a_mapping(raw, "columns")
    declared = _mapping(raw, "columns")
    yield from _unknown(declared, TABLES, "table", "columns.")
    for table, names in declared.items():
        if table in TABLES:
            yield from _renaming_faults(table, names)


def _privacy_faults(raw: dict) -> Iterator[Fault]:
    if raw.get("personal_data", "redact") != "redact":
        remedy = _("Write redact, or leave the key out: personal data are then refused.")
        yield _fault(_("not a known way"), remedy, key="personal_data", value=raw["personal_data"])
    yield from _not_a_mapping(raw, "drop")
    yield from _unknown(_mapping(raw, "drop"), TABLES, "table", "drop.")
    for table, headers in _mapping(raw, "drop").items():
        if not (isinstance(headers, list) and all(map(_is_name, headers))):
            remedy = _("Write the headers as a list, such as [Nama, No HP].")
            yield _fault(_("not a list of column names"), remedy, key=f"drop.{table}")


def _population_faults(raw: dict) -> Iterator[Fault]:
    yield from _not_a_mapping(raw, "population")
    for kecamatan, people in _mapping(raw, "population").items():
        if not _is_count(people):
            remedy = _("Write the number of people as digits alone, such as 230000.")
            yield _fault(_("not a number of people"), remedy, key=f"population.{kecamatan}", value=people)


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


def _renaming_faults(table: str, names: object) -> Iterator[Fault]:
    key = f"columns.{table}"
    if not isinstance(names, dict):
        problem = _("not a list of 'our name: their name'")
        yield _fault(problem, _("Write it as data/README.md shows."), key=key)
        return
    yield from _unknown(names, TABLES[table].columns, "column", f"{key}.")
    for ours, theirs in names.items():
        if table == "responses" and ours in ITEMS:
            remedy = _("Remove it here and name the column under elements.")
            yield _fault(_("elements are mapped under elements only"), remedy, key=f"{key}.{ours}")
        elif not _is_name(theirs):
            yield _fault(
                _("not a column name"), _("Write the header of the file."), key=f"{key}.{ours}", value=theirs
            )


def _is_name(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _manifest(folder: Path, raw: dict) -> Manifest:
    """Every usable part of ``raw``, so that the tables can be checked in spite of faults here."""
    elements = {element.name: element.code for element in load_skm().elements}
    places = {
        name: _file_and_sheet(given)
        for name in TABLES
        if (given := _mapping(raw, "tables").get(name)) and not list(_path_faults(folder, name, given))
    }
    return Manifest(
        city=str(raw.get("city", "")),
        producer=str(raw.get("producer", "")),
        licence=str(raw.get("licence", "")),
        simulated=bool(raw.get("simulated", True)),
        rollout=str(raw.get("rollout", ROLLOUTS[0])),
        elements={
            elements[name]: column.strip()
            for name, column in _mapping(raw, "elements").items()
            if name in elements and _is_name(column)
        },
        tables={name: folder / file for name, (file, _sheet) in places.items()},
        sheets={name: sheet for name, (_file, sheet) in places.items() if sheet},
        columns={
            table: {ours: theirs.strip() for ours, theirs in names.items() if _is_name(theirs)}
            for table, names in _mapping(raw, "columns").items()
            if isinstance(names, dict)
        },
        drop={
            table: tuple(header.strip().casefold() for header in headers if _is_name(header))
            for table, headers in _mapping(raw, "drop").items()
            if isinstance(headers, list)
        },
        timezone=zone if (zone := raw.get("timezone")) in ZONES else ZONES[0],
        redacts=raw.get("personal_data") == "redact",
        dates=raw["dates"] if raw.get("dates") in ORDERS else "",
        published=printed.declared(raw.get(printed.KEY)),
        population={str(name).strip(): people for name, people in _mapping(raw, "population").items()}
        if all(map(_is_count, _mapping(raw, "population").values()))
        else {},
    )
