"""dataset.yml: whose data these are, which file and column holds what, and what is wrong with it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PureWindowsPath
from typing import Any

from asn_analysis.records import printed
from asn_analysis.records.cells import DAY_FIRST, MONTH_FIRST
from asn_analysis.records.coded import tidied
from asn_analysis.records.faults import Fault, amiss, did_you_mean
from asn_analysis.records.message import _
from asn_analysis.records.schema import ITEMS, REQUIRED_TABLES, TABLES
from asn_analysis.records.workbooks import SUFFIXES
from asn_analysis.rules.rules import load_indicators, load_skm
from asn_analysis.rules.yaml_files import YamlError, read_yaml

NAME = "dataset.yml"
TEXT_KEYS = ("city", "producer", "licence")
NEEDED_KEYS = (*TEXT_KEYS, "simulated", "elements", "tables")
KNOWN_KEYS = (
    *NEEDED_KEYS,
    *("rollout", "dates", "timezone", "columns", "drop", "personal_data", "population", printed.KEY),
    *("planning", "targets"),
)
ROLLOUTS = ("staggered", "randomised")
ORDERS = (DAY_FIRST, MONTH_FIRST)
ZONES = ("Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura")  # the first where none is declared
AMOUNTS = ("training_budget", "cost_per_form")
UNKNOWN = {
    "key": _("unknown key"),
    "element": _("unknown element"),
    "table": _("unknown table"),
    "column": _("unknown column"),
}


@dataclass(frozen=True)
class Decided:
    """What a city has decided itself; nobody else can, so a brief prints none of it where it is not told.

    Rupiah for the next round of training and for a survey form, and targets by indicator (0 to 100).
    """

    training_budget: int | None = None
    cost_per_form: int | None = None
    targets: Mapping[str, float] = field(default_factory=dict)


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
    dates: str
    timezone: str
    elements: dict[str, str]
    tables: dict[str, Path]
    sheets: dict[str, str]
    columns: dict[str, dict[str, str]]
    redacts: bool
    drop: dict[str, tuple[str, ...]]
    published: tuple[printed.Printed, ...]
    population: dict[str, int]
    decided: Decided

    def file_columns(self, table: str) -> dict[str, str]:
        """Our column names and, for each, the header in this table's file; without elements not mapped."""
        named = self.columns.get(table, {})
        found = {column: named.get(column, column) for column in TABLES[table].columns}
        if table != "responses":
            return found
        return {ours: theirs for ours, theirs in found.items() if ours not in ITEMS} | self.elements


def read_manifest(folder: Path) -> tuple[Manifest, tuple[Fault, ...]]:
    """What dataset.yml says as far as it is usable, and everything that is wrong with it."""
    try:
        raw = read_yaml(folder / NAME)
    except (FileNotFoundError, NotADirectoryError):
        wrong = _fault("no manifest")
    except OSError as error:
        wrong = _fault("unread manifest", error=str(error))
    except YamlError as error:
        wrong = amiss(NAME, "no yaml", (error.row, None, None), problem=error.problem)
    else:
        if isinstance(raw, dict):
            return manifest_of(folder, raw)
        wrong = _fault("no keys")
    return manifest_of(folder, {})[0], (wrong,)


def manifest_of(folder: Path, raw: dict) -> tuple[Manifest, tuple[Fault, ...]]:
    """Every usable part of ``raw``, so that tables can be checked in spite of faults here; and the faults."""
    told = _Told(raw)
    told.known(raw, KNOWN_KEYS, "key")
    for key in NEEDED_KEYS:
        if key not in raw:
            told.amiss("missing key", key)
    manifest = Manifest(
        **{key: told.one(key, is_name, "no text", "") for key in TEXT_KEYS},
        simulated=told.one("simulated", lambda value: isinstance(value, bool), "neither", True),
        rollout=told.one("rollout", ROLLOUTS.__contains__, "rollout", ROLLOUTS[0], listed=ROLLOUTS),
        dates=told.one("dates", ORDERS.__contains__, "dates", "", listed=ORDERS),
        timezone=told.one("timezone", ZONES.__contains__, "timezone", ZONES[0], listed=ZONES),
        elements=_elements(told),
        **_tables(told, folder),
        columns=_columns(told),
        redacts=told.one("personal_data", "redact".__eq__, "personal_data", "") == "redact",
        drop=_drop(told),
        published=_published(told),
        population=_population(told),
        decided=_decided(told),
    )
    return manifest, tuple(told.faults)


class _Told:
    """What is usable of dataset.yml, key by key; what is not is added to ``faults``."""

    def __init__(self, raw: dict) -> None:
        self.raw = raw
        self.faults: list[Fault] = []

    def amiss(self, why: str, key: str, value: object = None, **parts: object) -> None:
        self.faults.append(_fault(why, key, value, **parts))

    def one(self, key: str, holds: Callable, why: str, default: Any, listed: tuple[str, ...] = ()) -> Any:
        """The value of a key, if it is there and ``holds``."""
        if key not in self.raw:
            return default
        if holds(self.raw[key]):
            return self.raw[key]
        self.amiss(why, key, self.raw[key], listed=", ".join(listed))
        return default

    def lines(self, key: str, known: Collection[str] = (), what: str = "", needed: Collection[str] = ()):
        """The lines under a key, by their names; of ``known`` names alone, where there are such."""
        value = self.raw.get(key)
        if not (value is None or _is_lines(value)):
            self.amiss("no lines", key, value)
            return {}
        value = value or {}
        for name in needed if key in self.raw else ():
            if name not in value:
                self.amiss(f"missing {what}", f"{key}.{name}", name=name)
        return self.known(value, known, what, f"{key}.") if known else value

    def known(self, lines: dict, known: Collection[str], what: str, key: str = "") -> dict:
        """The lines whose names are known."""
        for name in lines:
            if name not in known:
                remedy = did_you_mean(str(name), known) or _("Known: {listed}.", listed=", ".join(known))
                self.faults.append(Fault(NAME, None, f"{key}{name}", None, UNKNOWN[what], remedy))
        return {name: value for name, value in lines.items() if name in known}

    def each(self, key: str, lines: dict, holds: Callable[[Any], bool], why: str) -> dict:
        """The lines whose values ``holds`` accepts."""
        for name, value in lines.items():
            if not holds(value):
                self.amiss(why, f"{key}.{name}", value)
        return {name: value for name, value in lines.items() if holds(value)}


def _fault(why: str, key: str | None = None, value: object = None, **parts: object) -> Fault:
    return amiss(NAME, why, (None, key, None if value is None else str(value)), **parts)


def _is_lines(value: object) -> bool:
    return isinstance(value, dict)


def is_name(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


def _elements(told: _Told) -> dict[str, str]:
    codes = load_skm().by_name
    given = told.lines("elements", codes, "element", needed=codes)
    columns = told.each("elements", given, is_name, "no element's column")
    uses = Counter(column.strip().casefold() for column in columns.values())
    for name, column in columns.items():
        if uses[column.strip().casefold()] > 1:
            told.amiss("shared column", f"elements.{name}", column)
    return {codes[name]: column.strip() for name, column in columns.items()}


def _tables(told: _Told, folder: Path) -> dict[str, Any]:
    """The files of tables, and the sheets that hold some of them."""
    tables, sheets = {}, {}
    for name, given in told.lines("tables", TABLES, "table", needed=REQUIRED_TABLES).items():
        file, sheet = _file_and_sheet(given)
        if not is_name(file):
            told.amiss("no file name", f"tables.{name}", file)
        elif sheet and Path(file).suffix.lower() not in SUFFIXES:
            told.amiss("no workbook", f"tables.{name}", file)
        elif not _stays_inside(folder, file):
            told.amiss("outside", f"tables.{name}", file)
        else:
            tables[name] = folder / file
            sheets |= {name: sheet} if sheet else {}
    order = {name: tables[name] for name in TABLES if name in tables}
    return {"tables": order, "sheets": sheets}


def _file_and_sheet(given: Any) -> tuple[Any, str]:
    """The file of a table, written alone or with the sheet that holds it."""
    if isinstance(given, dict) and set(given) == {"file", "sheet"} and is_name(given["sheet"]):
        return given["file"], given["sheet"].strip()
    return given, ""


def _stays_inside(folder: Path, file: str) -> bool:
    # Read as a Windows path too, so that a data set is refused alike on every machine.
    windows = PureWindowsPath(file)
    if windows.drive or windows.root or ".." in windows.parts:
        return False
    try:
        return (folder / file).resolve().is_relative_to(folder.resolve())
    except (OSError, ValueError, RuntimeError):  # a loop of links, a name that no file can have
        return False


def _columns(told: _Told) -> dict[str, dict[str, str]]:
    """By table, our columns that the file calls otherwise."""
    tables = told.lines("columns", TABLES, "table")
    return {
        table: _renamed(told, table, names)
        for table, names in told.each("columns", tables, _is_lines, "no names").items()
    }


def _renamed(told: _Told, table: str, names: dict) -> dict[str, str]:
    key = f"columns.{table}"
    ours = told.known(names, TABLES[table].columns, "column", f"{key}.")
    for name in ITEMS if table == "responses" else ():
        if name in ours:
            told.amiss("element renamed", f"{key}.{name}")
    return {
        name: header.strip() for name, header in told.each(key, ours, is_name, "no column's name").items()
    }


def _drop(told: _Told) -> dict[str, tuple[str, ...]]:
    def names(headers: Any) -> bool:
        return isinstance(headers, list) and all(map(is_name, headers))

    found = told.each("drop", told.lines("drop", TABLES, "table"), names, "no headers")
    return {table: tuple(header.strip().casefold() for header in headers) for table, headers in found.items()}


def _published(told: _Told) -> tuple[printed.Printed, ...]:
    found = []
    for quarter, figures in told.lines(printed.KEY).items():
        if not printed.QUARTER.fullmatch(str(quarter)):
            told.amiss("no quarter", printed.KEY, quarter)
        elif not _is_lines(figures):
            told.amiss("no figures", f"{printed.KEY}.{quarter}")
        else:
            found += [printed.Printed(quarter, tidied(str(s)), str(f)) for s, f in figures.items()]
    told.faults += [fault for one in found for fault in printed.figure_faults(NAME, one)]
    return tuple(found)


def _population(told: _Told) -> dict[str, int]:
    """Of every kecamatan or of none: what is left out would be told as missing."""
    given = told.lines("population")
    people = told.each("population", given, _is_count, "no people")
    return {tidied(str(name)): n for name, n in people.items()} if len(people) == len(given) else {}


def _decided(told: _Told) -> Decided:
    def is_target(value: Any) -> bool:
        return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 100

    names = [indicator.name for indicator in load_indicators()]
    planning, targets = told.lines("planning", AMOUNTS, "key"), told.lines("targets", names, "key")
    amounts = told.each("planning", planning, _is_count, "no amount")
    goals = told.each("targets", targets, is_target, "no target")
    return Decided(**amounts, targets={name: float(value) for name, value in goals.items()})
