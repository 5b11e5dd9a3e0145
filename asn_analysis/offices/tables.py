"""A respondent's texts to a row of our table, or what must be set aside, with the reason and the remedy."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache, cached_property
from typing import Any

import numpy as np
import pandas as pd

from asn_analysis.offices.columns import Columns
from asn_analysis.offices.dates import date_notes, date_reader, period_end, usual_span, with_offset
from asn_analysis.offices.ladder import find_ladder
from asn_analysis.offices.layout import Layout
from asn_analysis.offices.periods import quarter_of
from asn_analysis.offices.profile import PERIOD, Map
from asn_analysis.offices.refusals import Unreadable, unread
from asn_analysis.offices.rows import Answers
from asn_analysis.offices.units import unit_of
from asn_analysis.offices.values import (
    answer_reader,
    attribute_reader,
    find_scale,
    known_words,
    missing_note,
)
from asn_analysis.records.coded import Coded
from asn_analysis.records.manifest import ZONES
from asn_analysis.records.privacy import find_identifying, redact, without_identifying
from asn_analysis.records.schema import TABLES
from asn_analysis.records.words import matches
from asn_analysis.rules.rules import load_skm

COLUMNS = tuple(TABLES["responses"].columns)
ATTRIBUTES = ("service", "channel", "sex", "age", "education", "occupation", "comment")
FREE = ("service", "comment")  # words of people: kept without what identifies a person
ROW, CELL = "row set aside", "cell left empty"
LAST = 1_000  # behind all cells of its row


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

    def read(self, answers: Answers, code: str) -> tuple[pd.DataFrame, list[Rejected]]:
        """The rows of our table that are kept; and every cell that could not be used, in the file's order.

        ``code`` names the file, for respondents without a code of their own.
        """
        rows = answers.cells.numbers.tolist()
        aside = ~answers.sound
        found = [(row, -1, self.rejected(rows[row], "", "", why)) for row, why in answers.problems.items()]
        nobody = np.zeros(len(answers), dtype=np.int64)
        values = {name: _column(name, _objects([None]))[nobody] for name in COLUMNS}
        unanswered = np.ones(len(answers), dtype=bool)
        for order, (name, label, texts, told, places) in enumerate(self._columns(answers)):
            amiss = np.array([isinstance(value, Unreadable) for value in told], dtype=bool)
            outcome = CELL if name in ATTRIBUTES else ROW
            bad = amiss[places] & answers.sound if amiss.any() else np.zeros(len(answers), dtype=bool)
            for row in np.flatnonzero(bad).tolist():
                place = places[row]
                found.append(
                    (row, order, self.rejected(rows[row], label, texts[place], told[place], outcome))
                )
            aside |= bad & (outcome == ROW)
            values[name] = _column(name, np.where(amiss, None, told))[places]
            if name in self.columns.items:
                unanswered &= np.array([value is None for value in told], dtype=bool)[places]
        for row in np.flatnonzero(unanswered & ~aside).tolist():
            found.append((row, LAST, self.rejected(rows[row], "", "", unread("nothing answered"))))
        kept = np.flatnonzero(~aside & ~unanswered)
        if self.choices.unit:
            values["unit_id"][:] = self.choices.unit
        kept, twice = self._named(answers, kept, values, code)
        found += twice
        columns = {name: values[name][kept] for name in COLUMNS}
        frame = pd.DataFrame({name: pd.Series(told, dtype=told.dtype) for name, told in columns.items()})
        return frame, [rejected for *_, rejected in sorted(found, key=lambda told: told[:2])]

    def _named(
        self, answers: Answers, kept: np.ndarray, values: dict[str, Any], code: str
    ) -> tuple[np.ndarray, list[tuple[int, int, Rejected]]]:
        """Gives every kept respondent a code; those that stand twice are told and taken out."""
        numbers, copies = answers.cells.numbers[kept].tolist(), answers.copies[kept].tolist()
        given, units, days = (values[name][kept].tolist() for name in ("response_id", "unit_id", "date"))
        own = [
            (f"{code}-{number}" if told is None else f"{unit}:{quarter_of(day)}:{told}")
            + (f".{copy + 1}" if copy else "")
            for number, copy, told, unit, day in zip(numbers, copies, given, units, days, strict=True)
        ]
        values["response_id"][kept] = own
        who = pd.factorize(_objects(own))[0]
        first = np.unique(who, return_index=True)[1]
        twice = []
        for place in np.flatnonzero(first[who] != np.arange(len(own))).tolist():
            why = unread("same respondent", row=numbers[first[who[place]]])
            rejected = self.rejected(numbers[place], "response_id", own[place], why)
            twice.append((int(kept[place]), LAST, rejected))
        return kept[first], twice

    def rejected(self, row: int, column: str, value: str, why: Unreadable, outcome: str = ROW) -> Rejected:
        """A cell of this file, or a whole row, that could not be used."""
        grid = self.layout.grid
        return Rejected(grid.label, grid.sheet, row, column, redact(value), why.reason, outcome, why.remedy)

    def _columns(self, answers: Answers) -> Iterator[tuple[str, str, list[str], np.ndarray, np.ndarray]]:
        """Our column, the header over it, its distinct texts, what each is, and which stands in which row."""
        labels, cells = self.layout.labels, answers.cells
        for name, place in self.columns.places.items():
            if name in COLUMNS:
                read = self._day if name == "date" else self.values[name]
                yield name, labels[place], *self._told(cells, place, read)
        if "date" not in self.columns.places:
            yield self._periods(cells)
        for code, place in answers.items.items():
            yield code, self.item_labels[code], *self._told(cells, place, self.values[code])

    @staticmethod
    def _told(
        cells: Coded, place: int, read: Callable[[str], Any]
    ) -> tuple[list[str], np.ndarray, np.ndarray]:
        distinct, places = cells.distinct(cells.column(place))
        texts = [cells.texts[code] for code in distinct]
        return texts, _objects([read(text) for text in texts]), places

    def _periods(self, cells: Coded) -> tuple[str, str, list[str], np.ndarray, np.ndarray]:
        """The day of rows without a date: the end of the quarter, or of what their columns tell."""
        named = {name: place for name, place in self.columns.places.items() if name in PERIOD}
        codes = np.array([cells.column(place) for place in named.values()]).reshape(len(named), len(cells))
        distinct, places = np.unique(codes, axis=1, return_inverse=True)
        told = [[cells.texts[code] for code in column] for column in distinct.T]
        days = [
            self._timely(period_end(dict(zip(named, one, strict=True)), self.choices.quarter)) for one in told
        ]
        label = " ".join(self.layout.labels[place] for place in named.values())
        return "date", label, [" ".join(one) for one in told], _objects(days), places.reshape(-1)

    def _day(self, text: str) -> date | Unreadable:
        return self._timely(self.values["date"](text))

    def _timely(self, day: date | None | Unreadable) -> date | Unreadable:
        quarter, usual = self.choices.quarter, self.usual
        if isinstance(day, Unreadable):
            return day
        if day is None:
            return unread("no date")
        if quarter is not None and quarter_of(day) != quarter:
            return unread("other quarter", quarter=quarter)
        if usual is not None and not usual[0] <= day <= usual[1]:
            return unread("mistyped year", first=usual[0], last=usual[1])
        return day


def _column(name: str, values: np.ndarray) -> Any:
    """Distinct values of one of our columns in the type that DuckDB takes without looking at each."""
    whole = TABLES["responses"].columns[name].kind == "whole"
    return pd.array(values, dtype="Int16") if whole else values


def _objects(values: list[Any]) -> np.ndarray:
    found = np.empty(len(values), dtype=object)
    found[:] = values
    return found


def reader_of(
    layout: Layout, columns: Columns, counts: Mapping[str, Counter[str]], choices: Choices
) -> Reader:
    """The reader of a file, by ``counts``: how often each text stands in the columns judged as a whole."""
    label = layout.grid.place
    together = sum((counts[code] for code in columns.items), Counter())
    scale = find_scale(together, choices.own, label)
    names = load_skm().names
    ladder = find_ladder({names[code]: counts[code] for code in columns.items}, choices.own, label)
    values: dict[str, Callable] = {
        code: cache(answer_reader(names[code], scale, ladder, choices.own)) for code in columns.items
    }
    values |= {name: cache(attribute_reader(name, counts[name])) for name in ATTRIBUTES if name not in FREE}
    values |= {
        "comment": cache(lambda text: redact(text) or None),
        "service": cache(lambda text: without_identifying(text) or None),
        "unit_id": cache(lambda text: _unit(text, choices.units)),
    }
    values["response_id"] = _respondent
    year = choices.quarter.year if choices.quarter is not None else None
    stamp = with_offset if _in_greenwich(layout, columns) else str
    stamps = Counter({stamp(text): count for text, count in counts["date"].items()})
    read = date_reader(stamps, choices.dates, label, choices.zone, year)
    values["date"] = cache(lambda text: read(stamp(text)))
    words = {code: known_words(names[code], ladder, choices.own) for code in columns.items}
    notes = (*missing_note(together, scale, choices.own), *date_notes(stamps, choices.zone))
    usual = _usual(values["date"], counts["date"])
    return Reader(layout, columns, choices, values, scale.name, usual, words, notes)


def _in_greenwich(layout: Layout, columns: Columns) -> bool:
    place = columns.places.get("date")
    return place is not None and matches(layout.profile.greenwich, layout.names[place])


def _usual(read: Callable[[str], Any], texts: Counter[str]) -> tuple[date, date] | None:
    days = Counter[date]()
    for text, count in texts.items():
        if isinstance(day := read(text), date):
            days[day] += count
    return usual_span(days)


def _respondent(text: str) -> str | None | Unreadable:
    return None if find_identifying(text) else text or unread("no code")


def _unit(text: str, units: Mapping[str, str]) -> str | Unreadable:
    """The unit's code; a name that is only similar is offered, never taken."""
    code, nearly = unit_of(text, units)
    if code == "":
        return unread("units of one name")
    if code and not nearly:
        return code
    if not text:
        return unread("no unit here")
    hint = f"; is it {code}?" if nearly else ""
    return unread("no known unit", hint=hint, text=text[:60], code=code or "CODE")
