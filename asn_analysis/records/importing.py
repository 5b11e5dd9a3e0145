"""One office file read: its layout, its columns, its answers, and what had to be set aside and why."""

from __future__ import annotations

import csv
import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pandas as pd

from asn_analysis.records.faults import DatasetError, Fault
from asn_analysis.records.import_columns import Columns, find_columns, target_places
from asn_analysis.records.import_grid import open_grids
from asn_analysis.records.import_privacy import personal_faults
from asn_analysis.records.import_profile import Layout, Map, chosen_profile, plain, recognise
from asn_analysis.records.import_rows import Below, Raw, questions, raw_records
from asn_analysis.records.import_values import (
    Unreadable,
    answer_reader,
    attribute_reader,
    date_reader,
    find_scale,
    usual_span,
)
from asn_analysis.records.privacy import find_identifying, redact, without_identifying
from asn_analysis.records.schema import ITEMS, TABLES
from asn_analysis.records.source import unreadable
from asn_analysis.rules.rules import load_skm

COLUMNS = tuple(TABLES["responses"].columns)
ATTRIBUTES = ("service", "channel", "sex", "age", "education", "occupation", "comment")
FREE = ("service", "comment")  # words of people: kept without what identifies a person
ROW, CELL = "row set aside", "cell left empty"
MOST_SHOWN = 5
LETTERS = str.maketrans("0123456789", "ghijklmnop")  # a code without digits is no phone number


@dataclass(frozen=True)
class Choices:
    """What the operator says because the file cannot, or to settle what it leaves open."""

    units: Mapping[str, str]  # names and codes, plainly written, to codes
    unit: str | None = None
    quarter: pd.Period | None = None
    elements: tuple[str, ...] | None = None
    dates: str | None = None
    profile: str | None = None
    sheet: str | None = None
    drop_personal: bool = False
    own: Map = field(default_factory=Map)


@dataclass(frozen=True)
class Rejected:
    """A cell that could not be used, and what became of it."""

    file: str
    sheet: str
    row: int
    column: str
    value: str
    reason: str
    outcome: str


@dataclass(frozen=True)
class Imported:
    """A file as it was read. ``records`` are rows of the responses table; ``means`` exact, by element."""

    label: str
    sheet: str
    source: str
    layout: str
    title: str
    order: str
    scale: str
    notes: tuple[str, ...]
    rows_read: int
    records: tuple[tuple, ...]
    rejected: tuple[Rejected, ...]
    passed: Mapping[str, int]
    unused: tuple[str, ...]
    extra: tuple[str, ...]
    printed: Mapping[str, Mapping[str, str]]
    printed_index: str

    @property
    def set_aside(self) -> int:
        """Rows read that are not kept."""
        return self.rows_read - len(self.records)

    @property
    def sums(self) -> dict[str, tuple[int, int]]:
        """Sum and number of the answers kept, by element."""
        places = {code: COLUMNS.index(code) for code in ITEMS}
        answers = {code: [row[p] for row in self.records if row[p] is not None] for code, p in places.items()}
        return {code: (sum(given), len(given)) for code, given in answers.items()}

    @property
    def means(self) -> dict[str, Fraction]:
        """Mean answer of each element that was answered."""
        return {code: Fraction(total, n) for code, (total, n) in self.sums.items() if n}


def read_office_file(path: Path, choices: Choices) -> Imported:
    """The file's answers; a ``DatasetError`` where it cannot be read right."""
    layout = recognise(
        open_grids(path), chosen_profile(choices.profile, choices.own), choices.sheet, path.name
    )
    columns = _columns(layout, choices)
    personal = tuple(personal_faults(layout, columns, raw_records(layout, columns, Below())))
    if personal and not choices.drop_personal:
        raise DatasetError(personal)
    counts = _counts(layout, columns)
    readers, scale = _readers(layout, columns, counts, choices)
    source = _source(path, layout.grid.sheet)
    below, records, rejected, n_read = Below(), [], [], 0
    usual = _usual(readers["date"], counts["date"])
    seen: dict[str, int] = {}
    for raw in raw_records(layout, columns, below):
        n_read += 1
        record, found = _record(raw, layout, columns, readers, choices, usual)
        if record is not None:
            record[0] = f"{source[:8].translate(LETTERS)}-{raw.row}" if record[0] is None else record[0]
            if record[0] in seen:
                problem = f"the same respondent stands in row {seen[record[0]]}"
                found.append(_rejected(layout, raw.row, "response_id", record[0], problem, ROW))
            else:
                seen[record[0]] = raw.row
                records.append(tuple(record))
        rejected += found
    _refuse_empty(layout, n_read, records, rejected)
    return Imported(
        label=path.name,
        sheet=layout.grid.sheet,
        source=source,
        layout=layout.profile.name,
        title=layout.profile.title,
        order=columns.order,
        scale=scale,
        notes=(f"{len(personal)} columns or cells of personal data left out",) * bool(personal)
        + _notes(layout, columns, records, choices),
        rows_read=n_read,
        records=tuple(records),
        rejected=tuple(rejected),
        passed=dict(below.passed),
        unused=columns.unused,
        extra=columns.extra,
        printed=_printed(below, columns) if layout.profile.shape == "wide" else {},
        printed_index=below.index,
    )


def _source(path: Path, sheet: str) -> str:
    """Names a sheet of a file by its content, so that importing it twice is seen."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256")
    digest.update(sheet.encode())
    return digest.hexdigest()


def _columns(layout: Layout, choices: Choices) -> Columns:
    texts: list[str] = []
    if layout.profile.shape == "long":
        texts = questions(layout, target_places(layout, choices.own).get("question", 0))
    columns = find_columns(layout, choices.own, texts, choices.elements)
    label = layout.grid.label
    if ("unit_id" in columns.places) == (choices.unit is not None):
        given = choices.unit is not None
        problem = (
            "names the unit in a column, and --unit names one too"
            if given
            else "does not say which unit it is about"
        )
        remedy = 'Leave out --unit, or map the column to "-".' if given else "Say it with --unit CODE."
        raise unreadable(label, problem, remedy)
    if "date" not in columns.places and choices.quarter is None:
        raise unreadable(label, "has no column of dates", "Say the quarter with --quarter 2026Q3.")
    return columns


def _counts(layout: Layout, columns: Columns) -> dict[str, Counter[str]]:
    """How often each text stands in each column that is judged as a whole."""
    counts = {name: Counter() for name in (*ITEMS, "date")}
    place = columns.places.get("date")
    for raw in raw_records(layout, columns, Below()):
        for code, text in raw.items.items():
            counts[code][text] += 1
        if place is not None and place < len(raw.cells):
            counts["date"][raw.cells[place]] += 1
    return counts


def _readers(layout: Layout, columns: Columns, counts: dict, choices: Choices) -> tuple[dict[str, Any], str]:
    label = layout.grid.label
    scale = find_scale(sum((counts[code] for code in columns.items), Counter()), choices.own, label)
    names = {element.code: element.name for element in load_skm().elements}
    readers = {code: _once(answer_reader(names[code], scale, choices.own)) for code in columns.items}
    readers |= {name: _once(attribute_reader(name)) for name in ATTRIBUTES if name not in FREE}
    readers |= {
        "comment": lambda text: redact(text) or None,
        "service": lambda text: without_identifying(text) or None,
    }
    readers["response_id"] = lambda text: None if find_identifying(text) else text or Unreadable("no code")
    readers["date"] = _once(date_reader(counts["date"], choices.dates, label))
    return readers, scale.name


class _once(dict):
    """A reader that reads each distinct text once."""

    def __init__(self, read) -> None:
        self.read = read

    def __missing__(self, text: str) -> Any:
        self[text] = found = self.read(text)
        return found

    def __call__(self, text: str) -> Any:
        return self[text]


def _usual(read, texts: Counter[str]) -> tuple[date, date] | None:
    days = Counter[date]()
    for text, count in texts.items():
        if isinstance(day := read(text), date):
            days[day] += count
    return usual_span(days)


def _record(
    raw: Raw,
    layout: Layout,
    columns: Columns,
    readers: dict,
    choices: Choices,
    usual: tuple[date, date] | None,
) -> tuple[list | None, list[Rejected]]:
    """The row of our table, or None if it must be set aside; and every cell that could not be used."""
    if raw.problem:
        return None, [_rejected(layout, raw.row, "", "", raw.problem, ROW)]
    values: dict[str, Any] = dict.fromkeys(COLUMNS)
    rejected = []
    for name, text, label in _cells(raw, layout, columns):
        value = _value(name, text, readers, choices, usual)
        if isinstance(value, Unreadable):
            outcome = CELL if name in ATTRIBUTES else ROW
            rejected.append(_rejected(layout, raw.row, label, text, value.reason, outcome))
        else:
            values[name] = value
    if "date" not in columns.places:
        values["date"] = choices.quarter.end_time.date()
    values["unit_id"] = choices.unit or values["unit_id"]
    if all(values[code] is None for code in columns.items) and not any(r.outcome == ROW for r in rejected):
        rejected.append(_rejected(layout, raw.row, "", "", "no element was answered", ROW))
    if any(found.outcome == ROW for found in rejected):
        return None, rejected
    if values["response_id"] is not None:
        values["response_id"] = (
            f"{values['unit_id']}:{pd.Period(values['date'], 'Q')}:{values['response_id']}"
        )
    return list(values.values()), rejected


def _cells(raw: Raw, layout: Layout, columns: Columns) -> Iterator[tuple[str, str, str]]:
    """Our column, its text, and the header over it."""
    for name, place in columns.places.items():
        if name in COLUMNS:
            yield name, raw.cells[place] if place < len(raw.cells) else "", layout.labels[place]
    for code, text in raw.items.items():
        key = columns.items[code]
        yield code, text, layout.labels[key] if layout.profile.shape == "wide" else str(key)


def _value(name: str, text: str, readers: dict, choices: Choices, usual: tuple[date, date] | None) -> Any:
    if name == "unit_id":
        return choices.units.get(plain(text)) or Unreadable("no unit of this name or code, or more than one")
    value = readers[name](text)
    if name == "date" and not isinstance(value, Unreadable):
        return _timely(value, choices, usual)
    return value


def _timely(day: date | None, choices: Choices, usual: tuple[date, date] | None) -> date | Unreadable:
    if day is None:
        return Unreadable("no date")
    if choices.quarter is not None and pd.Period(day, "Q") != choices.quarter:
        return Unreadable(f"not in {choices.quarter}")
    if usual is not None and not usual[0] <= day <= usual[1]:
        return Unreadable(f"more than a year off nearly all other answers ({usual[0]} to {usual[1]})")
    return day


def _rejected(layout: Layout, row: int, column: str, value: str, reason: str, outcome: str) -> Rejected:
    return Rejected(layout.grid.label, layout.grid.sheet, row, column, redact(value), reason, outcome)


def _refuse_empty(layout: Layout, n_read: int, records: list, rejected: list[Rejected]) -> None:
    label = layout.grid.label
    if n_read == 0:
        raise unreadable(
            label, "there are no answers below its header", "Check that this is the filled file."
        )
    if not records:
        raise DatasetError(
            Fault(
                label, r.row, r.column or None, r.value or None, r.reason, "No row of the file could be used."
            )
            for r in rejected[:MOST_SHOWN]
        )


def _notes(layout: Layout, columns: Columns, records: list, choices: Choices) -> tuple[str, ...]:
    notes = [layout.grid.note] if layout.grid.note else []
    if "date" not in columns.places:
        notes.append(f"no dates in the file: all set to {choices.quarter.end_time:%Y-%m-%d}")
    answers = {value for row in records for value in row[COLUMNS.index("u1") : COLUMNS.index("u9") + 1]}
    if load_skm().highest not in answers and len(records) >= 30:
        notes.append("no answer is 4: check that the form does not ask on a scale of three")
    missing = [element.name for element in load_skm().elements if element.code not in columns.items]
    if missing:
        notes.append(f"not asked, left empty: {', '.join(missing)}")
    return tuple(notes)


def _printed(below: Below, columns: Columns) -> dict[str, dict[str, str]]:
    """The printed totals by kind and element."""
    return {
        kind: {code: row[place] for code, place in columns.items.items() if place < len(row) and row[place]}
        for kind, row in below.printed.items()
        if kind != "other"
    }


def write_rejected(path: Path, rejected: list[Rejected]) -> None:
    """What could not be used, below that of earlier imports; a new file, since the old one may be linked."""
    earlier = path.read_text(encoding="utf-8") if path.exists() else ""
    path.unlink(missing_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(earlier)
        writer = csv.writer(file)
        if not earlier:
            writer.writerow(["file", "sheet", "row", "column", "value", "reason", "outcome"])
        writer.writerows(
            (found.file, found.sheet, found.row, found.column, found.value, found.reason, found.outcome)
            for found in rejected
        )
