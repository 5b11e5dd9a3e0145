"""What may be written in dataset.yml, and what is wrong with what is."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path, PureWindowsPath

from asn_analysis.records import printed
from asn_analysis.records.cells import DAY_FIRST, MONTH_FIRST
from asn_analysis.records.decided import PLANNING, TARGETS, decided_faults
from asn_analysis.records.faults import Fault, amiss
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


def fault(why: str, key: str | None = None, value: object = None, **parts: object) -> Fault:
    return Fault(NAME, None, key, None if value is None else str(value), *amiss(why, **parts))


def _key_faults(raw: dict) -> Iterator[Fault]:
    yield from _unknown(raw, KNOWN_KEYS, "key")
    for key in NEEDED_KEYS:
        if key not in raw:
            yield fault("missing key", key)
    for key in TEXT_KEYS:
        if key in raw and not (isinstance(raw[key], str) and raw[key].strip()):
            yield fault("no text", key, raw[key])
    if not isinstance(raw.get("simulated", True), bool):
        yield fault("neither", "simulated", raw["simulated"])
    yield from _choice_faults(raw)


def _choice_faults(raw: dict) -> Iterator[Fault]:
    """Keys that take one of a few words."""
    for key, known in (("rollout", ROLLOUTS), ("dates", ORDERS), ("timezone", ZONES)):
        if raw.get(key, known[0]) not in known:
            yield fault(key, key, raw[key], listed=", ".join(known))


def _unknown(names: Iterable[object], known: Iterable[str], what: str, key: str = "") -> Iterator[Fault]:
    known = tuple(known)
    for name in names:
        if name not in known:
            remedy = did_you_mean(str(name), known) or _("Known: {listed}.", listed=", ".join(known))
            yield Fault(NAME, None, f"{key}{name}", None, UNKNOWN[what], remedy)


def did_you_mean(name: str, known: Iterable[str]) -> str | None:
    """A question that names the most similar known word, if one is similar enough."""
    close = difflib.get_close_matches(name.strip().casefold(), tuple(known), n=1, cutoff=0.8)
    return _("Did you mean {name}? Then write it so.", name=close[0]) if close else None


def mapping(raw: dict, key: str) -> dict:
    value = raw.get(key)
    return value if isinstance(value, dict) else {}


def _not_a_mapping(raw: dict, key: str) -> Iterator[Fault]:
    if raw.get(key) is not None and not isinstance(raw[key], dict):
        yield fault("no lines", key, raw[key])


def _element_faults(raw: dict) -> Iterator[Fault]:
    yield from _not_a_mapping(raw, "elements")
    if "elements" not in raw or list(_not_a_mapping(raw, "elements")):
        return
    declared = mapping(raw, "elements")
    names = [element.name for element in load_skm().elements]
    yield from _unknown(declared, names, "element", "elements.")
    for name in names:
        if name not in declared:
            yield fault("no element", f"elements.{name}", name=name)
        elif not is_name(declared[name]):
            yield fault("no element's column", f"elements.{name}", declared[name])
    yield from _shared_columns(declared)


def _shared_columns(declared: dict) -> Iterator[Fault]:
    uses = Counter(column.strip().casefold() for column in declared.values() if is_name(column))
    for name, column in declared.items():
        if is_name(column) and uses[column.strip().casefold()] > 1:
            yield fault("shared column", f"elements.{name}", column)


def _table_faults(folder: Path, raw: dict) -> Iterator[Fault]:
    yield from _not_a_mapping(raw, "tables")
    declared = mapping(raw, "tables")
    yield from _unknown(declared, TABLES, "table", "tables.")
    for name in REQUIRED_TABLES:
        if name not in declared and isinstance(raw.get("tables"), dict):
            yield fault("missing table", f"tables.{name}", name=name)
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
        yield fault("no file name", f"tables.{name}", file)
    elif sheet and Path(file).suffix.lower() not in SUFFIXES:
        yield fault("no workbook", f"tables.{name}", file)
    elif not _stays_inside(folder, file):
        yield fault("outside", f"tables.{name}", file)


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
        yield fault("personal_data", "personal_data", raw["personal_data"])
    yield from _not_a_mapping(raw, "drop")
    yield from _unknown(mapping(raw, "drop"), TABLES, "table", "drop.")
    for table, headers in mapping(raw, "drop").items():
        if not (isinstance(headers, list) and all(map(is_name, headers))):
            yield fault("no headers", f"drop.{table}")


def _population_faults(raw: dict) -> Iterator[Fault]:
    yield from _not_a_mapping(raw, "population")
    for kecamatan, people in mapping(raw, "population").items():
        if not is_count(people):
            yield fault("no people", f"population.{kecamatan}", people)


def is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


def _renaming_faults(table: str, names: object) -> Iterator[Fault]:
    key = f"columns.{table}"
    if not isinstance(names, dict):
        yield fault("no names", key)
        return
    yield from _unknown(names, TABLES[table].columns, "column", f"{key}.")
    for ours, theirs in names.items():
        if table == "responses" and ours in ITEMS:
            yield fault("element renamed", f"{key}.{ours}")
        elif not is_name(theirs):
            yield fault("no column's name", f"{key}.{ours}", theirs)


def is_name(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())
