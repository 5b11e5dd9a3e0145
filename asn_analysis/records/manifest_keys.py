"""What may be written in dataset.yml, and what is wrong with what is."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path, PureWindowsPath

from asn_analysis.records import printed
from asn_analysis.records.cells import DAY_FIRST, MONTH_FIRST
from asn_analysis.records.decided import PLANNING, TARGETS, decided_faults
from asn_analysis.records.faults import Fault
from asn_analysis.records.message import _
from asn_analysis.records.schema import ITEMS, REQUIRED_TABLES, TABLES
from asn_analysis.records.workbooks import SUFFIXES
from asn_analysis.rules.rules import load_skm

NAME = "dataset.yml"
TEXT_KEYS = ("city", "producer", "licence")
NEEDED_KEYS = (*TEXT_KEYS, "simulated", "elements", "tables")
KNOWN_KEYS = (
    *NEEDED_KEYS,
    *("rollout", "dates", "timezone", "columns", "drop", "personal_data", "population", printed.KEY),
    *(PLANNING, TARGETS),
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


def faults_in(folder: Path, raw: dict) -> Iterator[Fault]:
    """Everything that is wrong with the keys of a manifest and what they say."""
    yield from _key_faults(raw)
    yield from _element_faults(raw)
    yield from _table_faults(folder, raw)
    yield from _column_faults(raw)
    yield from _privacy_faults(raw)
    yield from printed.form_faults(NAME, raw.get(printed.KEY))
    yield from _population_faults(raw)
    yield from decided_faults(NAME, raw)


def fault(problem: str, remedy: str, *, key: str | None = None, value: object = None) -> Fault:
    return Fault(NAME, None, key, None if value is None else str(value), problem, remedy)


def _key_faults(raw: dict) -> Iterator[Fault]:
    yield from _unknown(raw, KNOWN_KEYS, "key")
    for key in NEEDED_KEYS:
        if key not in raw:
            yield fault(_("this key is missing"), _("Add it; data/README.md shows an example."), key=key)
    for key in TEXT_KEYS:
        if key in raw and not (isinstance(raw[key], str) and raw[key].strip()):
            yield fault(_("not a text"), _("Write a name in words."), key=key, value=raw[key])
    if not isinstance(raw.get("simulated", True), bool):
        remedy = _("Write true for simulated data and false for real data, without quotation marks.")
        yield fault(_("neither true nor false"), remedy, key="simulated", value=raw["simulated"])
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
            yield fault(problem, remedy, key=key, value=raw[key])


def _unknown(names: Iterable[object], known: Iterable[str], what: str, key: str = "") -> Iterator[Fault]:
    known = tuple(known)
    for name in names:
        if name not in known:
            remedy = did_you_mean(str(name), known) or _("Known: {listed}.", listed=", ".join(known))
            yield fault(UNKNOWN[what], remedy, key=f"{key}{name}")


def did_you_mean(name: str, known: Iterable[str]) -> str | None:
    """A question that names the most similar known word, if one is similar enough."""
    close = difflib.get_close_matches(name.strip().casefold(), tuple(known), n=1, cutoff=0.8)
    return _("Did you mean {name}? Then write it so.", name=close[0]) if close else None


def mapping(raw: dict, key: str) -> dict:
    value = raw.get(key)
    return value if isinstance(value, dict) else {}


def _not_a_mapping(raw: dict, key: str) -> Iterator[Fault]:
    if raw.get(key) is not None and not isinstance(raw[key], dict):
        remedy = _("Write one 'name: value' a line, indented, as data/README.md shows.")
        yield fault(_("not a list of 'name: value' lines"), remedy, key=key, value=raw[key])


def _element_faults(raw: dict) -> Iterator[Fault]:
    yield from _not_a_mapping(raw, "elements")
    if "elements" not in raw or list(_not_a_mapping(raw, "elements")):
        return
    declared = mapping(raw, "elements")
    names = [element.name for element in load_skm().elements]
    yield from _unknown(declared, names, "element", "elements.")
    for name in names:
        if name not in declared:
            remedy = _(
                "Add '{name}:' and the column that holds it; compare the wording of the questionnaire.",
                name=name,
            )
            yield fault(_("this element is not mapped"), remedy, key=f"elements.{name}")
        elif not is_name(declared[name]):
            remedy = _("Write the name of one column of the responses file.")
            yield fault(_("not a column name"), remedy, key=f"elements.{name}", value=declared[name])
    yield from _shared_columns(declared)


def _shared_columns(declared: dict) -> Iterator[Fault]:
    uses = Counter(column.strip().casefold() for column in declared.values() if is_name(column))
    for name, column in declared.items():
        if is_name(column) and uses[column.strip().casefold()] > 1:
            remedy = _("Give each of the nine elements its own column.")
            yield fault(_("this column serves two elements"), remedy, key=f"elements.{name}", value=column)


def _table_faults(folder: Path, raw: dict) -> Iterator[Fault]:
    yield from _not_a_mapping(raw, "tables")
    declared = mapping(raw, "tables")
    yield from _unknown(declared, TABLES, "table", "tables.")
    for name in REQUIRED_TABLES:
        if name not in declared and isinstance(raw.get("tables"), dict):
            remedy = _("Add '{name}:' and its file under tables.", name=name)
            yield fault(_("the table {name} is missing", name=name), remedy, key=f"tables.{name}")
    for name, file in declared.items():
        if name in TABLES:
            yield from path_faults(folder, name, file)


def file_and_sheet(given: object) -> tuple[object, str]:
    """The file of a table, written alone or with the sheet that holds it."""
    if isinstance(given, dict) and set(given) == {"file", "sheet"} and is_name(given["sheet"]):
        return given["file"], given["sheet"].strip()
    return given, ""


def path_faults(folder: Path, name: str, given: object) -> Iterator[Fault]:
    file, sheet = file_and_sheet(given)
    if not is_name(file):
        remedy = _("Write one file name, or {{file: data.xlsx, sheet: Unit}} for a sheet of a workbook.")
        yield fault(_("not a file name"), remedy, key=f"tables.{name}", value=file)
    elif sheet and Path(file).suffix.lower() not in SUFFIXES:
        remedy = _("Write the file name alone, or name a workbook (.xlsx).")
        yield fault(_("only a workbook (.xlsx) has sheets"), remedy, key=f"tables.{name}", value=file)
    elif not _stays_inside(folder, file):
        remedy = _("Copy the file into the folder of dataset.yml and write its name only.")
        yield fault(
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
    declared = mapping(raw, "columns")
    yield from _unknown(declared, TABLES, "table", "columns.")
    for table, names in declared.items():
        if table in TABLES:
            yield from _renaming_faults(table, names)


def _privacy_faults(raw: dict) -> Iterator[Fault]:
    if raw.get("personal_data", "redact") != "redact":
        remedy = _("Write redact, or leave the key out: personal data are then refused.")
        yield fault(_("not a known way"), remedy, key="personal_data", value=raw["personal_data"])
    yield from _not_a_mapping(raw, "drop")
    yield from _unknown(mapping(raw, "drop"), TABLES, "table", "drop.")
    for table, headers in mapping(raw, "drop").items():
        if not (isinstance(headers, list) and all(map(is_name, headers))):
            remedy = _("Write the headers as a list, such as [Nama, No HP].")
            yield fault(_("not a list of column names"), remedy, key=f"drop.{table}")


def _population_faults(raw: dict) -> Iterator[Fault]:
    yield from _not_a_mapping(raw, "population")
    for kecamatan, people in mapping(raw, "population").items():
        if not is_count(people):
            remedy = _("Write the number of people as digits alone, such as 230000.")
            yield fault(_("not a number of people"), remedy, key=f"population.{kecamatan}", value=people)


def is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


def _renaming_faults(table: str, names: object) -> Iterator[Fault]:
    key = f"columns.{table}"
    if not isinstance(names, dict):
        problem = _("not a list of 'our name: their name'")
        yield fault(problem, _("Write it as data/README.md shows."), key=key)
        return
    yield from _unknown(names, TABLES[table].columns, "column", f"{key}.")
    for ours, theirs in names.items():
        if table == "responses" and ours in ITEMS:
            remedy = _("Remove it here and name the column under elements.")
            yield fault(_("elements are mapped under elements only"), remedy, key=f"{key}.{ours}")
        elif not is_name(theirs):
            yield fault(
                _("not a column name"), _("Write the header of the file."), key=f"{key}.{ours}", value=theirs
            )


def is_name(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())
