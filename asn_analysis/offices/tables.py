"""A respondent's texts to a row of our table, or what must be set aside, with the reason and the remedy."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

import pandas as pd

from asn_analysis.offices.cells import CORRECT, Unreadable
from asn_analysis.offices.columns import Columns
from asn_analysis.offices.dates import date_notes, date_reader, period_end, usual_span
from asn_analysis.offices.ladder import find_ladder
from asn_analysis.offices.layout import Layout
from asn_analysis.offices.map import PERIOD, Map
from asn_analysis.offices.profile import matches
from asn_analysis.offices.rows import Raw
from asn_analysis.offices.stamps import with_offset
from asn_analysis.offices.units import unit_of
from asn_analysis.offices.values import (
    answer_reader,
    attribute_reader,
    find_scale,
    known_words,
    missing_note,
    top_note,
)
from asn_analysis.records.manifest import ZONES
from asn_analysis.records.privacy import find_identifying, redact, without_identifying
from asn_analysis.records.schema import TABLES
from asn_analysis.rules.rules import load_skm

COLUMNS = tuple(TABLES["responses"].columns)
ATTRIBUTES = ("service", "channel", "sex", "age", "education", "occupation", "comment")
FREE = ("service", "comment")  # words of people: kept without what identifies a person
ROW, CELL = "row set aside", "cell left empty"


@dataclass(frozen=True)
class Choices:
    """What the operator says because the file cannot, or to settle what it leaves open."""

    units: Mapping[str, str]  # names and codes, plainly written, to codes; "" where two units bear the name
    unit: str | None = None
    quarter: pd.Period | None = None
    elements: tuple[str, ...] | None = None
    dates: str | None = None
    profile: str | None = None
    sheet: str | None = None
    drop_personal: bool = False
    zone: str = ZONES[0]
    own: Map = field(default_factory=Map)


@dataclass(frozen=True)
class Rejected:
    """A cell that could not be used, what became of it, and what can be done."""

    file: str
    sheet: str
    row: int
    column: str
    value: str
    reason: str
    outcome: str
    remedy: str


@dataclass(frozen=True)
class Reader:
    """Turns rows of one file into rows of our table; ``values`` reads the texts of each of our columns."""

    layout: Layout
    columns: Columns
    choices: Choices
    values: Mapping[str, Callable[[str], Any]]
    scale: str
    usual: tuple[date, date] | None
    words: Mapping[str, Mapping[str, int]]  # by element, the words that are read
    notes: tuple[str, ...]

    @cached_property
    def item_labels(self) -> dict[str, str]:
        """By element, the header over its answers, or what stands for it."""
        wide = self.layout.profile.shape == "wide"
        return {
            code: self.layout.labels[key] if wide else str(key) for code, key in self.columns.items.items()
        }

    def record(self, raw: Raw) -> tuple[list | None, list[Rejected]]:
        """The row of our table, or None if it must be set aside; and every cell that could not be used."""
        if raw.problem:
            return None, [self.rejected(raw.row, "", "", raw.problem)]
        values: dict[str, Any] = dict.fromkeys(COLUMNS)
        rejected = []
        for name, text, label in self._cells(raw):
            value = self._value(name, text, raw)
            if isinstance(value, Unreadable):
                outcome = CELL if name in ATTRIBUTES else ROW
                rejected.append(self.rejected(raw.row, label, text, value, outcome))
            else:
                values[name] = value
        values["unit_id"] = self.choices.unit or values["unit_id"]
        set_aside = any(found.outcome == ROW for found in rejected)
        if not set_aside and all(values[code] is None for code in self.columns.items):
            rejected.append(self.rejected(raw.row, "", "", Unreadable("no element was answered")))
            set_aside = True
        if set_aside:
            return None, rejected
        if values["response_id"] is not None:
            quarter = pd.Period(values["date"], "Q")
            values["response_id"] = f"{values['unit_id']}:{quarter}:{values['response_id']}"
        return list(values.values()), rejected

    def rejected(self, row: int, column: str, value: str, why: Unreadable, outcome: str = ROW) -> Rejected:
        """A cell of this file, or a whole row, that could not be used."""
        grid = self.layout.grid
        return Rejected(grid.label, grid.sheet, row, column, redact(value), why.reason, outcome, why.remedy)

    def _cells(self, raw: Raw) -> Iterator[tuple[str, str, str]]:
        """Our column, its text, and the header over it."""
        labels, places = self.layout.labels, self.columns.places
        for name, place in places.items():
            if name in COLUMNS:
                yield name, raw.cells[place] if place < len(raw.cells) else "", labels[place]
        if "date" not in places:
            told = [place for name, place in places.items() if name in PERIOD and place < len(raw.cells)]
            yield "date", " ".join(raw.cells[p] for p in told), " ".join(labels[p] for p in told)
        for code, text in raw.items.items():
            yield code, text, self.item_labels[code]

    def _value(self, name: str, text: str, raw: Raw) -> Any:
        if name == "date" and "date" not in self.columns.places:
            return self._timely(self._period(raw))
        return self.days(text) if name == "date" else self.values[name](text)

    @cached_property
    def days(self) -> Callable[[str], Any]:
        """Reads a day that can be one of this file."""
        return _Once(lambda text: self._timely(self.values["date"](text)))

    def _period(self, raw: Raw) -> date | Unreadable:
        """The day of a row without a date: the end of the quarter, or of the period that its columns tell."""
        places = {name: place for name, place in self.columns.places.items() if name in PERIOD}
        told = {name: raw.cells[place] for name, place in places.items() if place < len(raw.cells)}
        return period_end(told, self.choices.quarter)

    def _timely(self, day: date | None | Unreadable) -> date | Unreadable:
        quarter, usual = self.choices.quarter, self.usual
        if isinstance(day, Unreadable):
            return day
        if day is None:
            return Unreadable("no date")
        if quarter is not None and pd.Period(day, "Q") != quarter:
            return Unreadable(f"not in {quarter}", "Check --quarter and the date; one of them is wrong.")
        if usual is not None and not usual[0] <= day <= usual[1]:
            problem = f"more than a year off nearly all other answers ({usual[0]} to {usual[1]})"
            return Unreadable(problem, "Correct the year.")
        return day


def reader_of(
    layout: Layout, columns: Columns, counts: Mapping[str, Counter[str]], choices: Choices
) -> Reader:
    """The reader of a file, by ``counts``: how often each text stands in the columns judged as a whole."""
    label = layout.grid.place
    together = sum((counts[code] for code in columns.items), Counter())
    scale = find_scale(together, choices.own, label)
    names = {element.code: element.name for element in load_skm().elements}
    ladder = find_ladder({names[code]: counts[code] for code in columns.items}, choices.own, label)
    values: dict[str, Callable] = {
        code: _Once(answer_reader(names[code], scale, ladder, choices.own)) for code in columns.items
    }
    values |= {name: _Once(attribute_reader(name, counts[name])) for name in ATTRIBUTES if name not in FREE}
    values |= {
        "comment": _Once(lambda text: redact(text) or None),
        "service": _Once(lambda text: without_identifying(text) or None),
        "unit_id": _Once(lambda text: _unit(text, choices.units)),
    }
    values["response_id"] = _respondent
    year = choices.quarter.year if choices.quarter is not None else None
    stamp = with_offset if _in_greenwich(layout, columns) else str
    stamps = Counter({stamp(text): count for text, count in counts["date"].items()})
    read = date_reader(stamps, choices.dates, label, choices.zone, year)
    values["date"] = _Once(lambda text: read(stamp(text)))
    words = {code: known_words(names[code], ladder, choices.own) for code in columns.items}
    told = (*missing_note(together, scale, choices.own), *top_note(together, scale, choices.own))
    notes = (*told, *date_notes(stamps, choices.zone))
    usual = _usual(values["date"], counts["date"])
    return Reader(layout, columns, choices, values, scale.name, usual, words, notes)


def _in_greenwich(layout: Layout, columns: Columns) -> bool:
    place = columns.places.get("date")
    return place is not None and matches(layout.profile.greenwich, layout.names[place])


class _Once(dict):
    """A reader that reads each distinct text once."""

    def __init__(self, read: Callable[[str], Any]) -> None:
        self.read = read

    def __missing__(self, text: str) -> Any:
        self[text] = found = self.read(text)
        return found

    def __call__(self, text: str) -> Any:
        return self[text]


def _usual(read: Callable[[str], Any], texts: Counter[str]) -> tuple[date, date] | None:
    days = Counter[date]()
    for text, count in texts.items():
        if isinstance(day := read(text), date):
            days[day] += count
    return usual_span(days)


def _respondent(text: str) -> str | None | Unreadable:
    return None if find_identifying(text) else text or Unreadable("no code of the respondent")


def _unit(text: str, units: Mapping[str, str]) -> str | Unreadable:
    """The unit's code; a name that is only similar is offered, never taken."""
    code, nearly = unit_of(text, units)
    if code == "":
        return Unreadable("more than one unit bears this name", "Write the unit's code in its place.")
    if code and not nearly:
        return code
    hint = f"; is it {code}?" if nearly else ""
    told = f"units: {{{text[:60]}: {code or 'CODE'}}}"
    remedy = f"Write the unit's code, or say what is meant in --map FILE, as {told}."
    return Unreadable(f"no unit has this name or code{hint}", remedy if text else CORRECT)
