"""The rows of answers of a recognised grid as one record a respondent, or why a row is none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from asn_analysis.offices.below import Below, last_numbered, numbering, prose, total_of
from asn_analysis.offices.body import LOOSE, body
from asn_analysis.offices.cells import Unreadable, empty, number_in
from asn_analysis.offices.columns import Columns
from asn_analysis.offices.layout import Layout
from asn_analysis.offices.map import COUNT
from asn_analysis.offices.profile import matches
from asn_analysis.records.source import unreadable

MOST_COUNTED = 10_000  # people behind one row


@dataclass(frozen=True)
class Raw:
    """A respondent's texts; ``problem`` says why the row cannot be told apart into answers.

    ``copy`` numbers the further people of a row that stands for several.
    """

    row: int
    cells: list[str]
    items: dict[str, str]
    problem: Unreadable | None = None
    copy: int = 0


def raw_records(layout: Layout, columns: Columns, below: Below) -> Iterator[Raw]:
    """One record a respondent, in the order of the file."""
    rows = {"wide": _wide, "packed": _packed, "long": _long}[layout.profile.shape](layout, columns, below)
    asked = [place for name, place in columns.places.items() if name not in ("response_id", COUNT)]
    finished = _finished(layout)
    for raw in rows:
        if finished is not None and not any(raw.cells[finished : finished + 1]):
            below.passed["answers that were not finished"] += 1
            continue
        further = (raw.cells[place] for place in asked if place < len(raw.cells))
        if raw.problem or not (all(map(empty, raw.items.values())) and all(map(empty, further))):
            yield from _counted(raw, columns) if COUNT in columns.places else (raw,)
        else:
            below.passed["empty form rows"] += 1


def _finished(layout: Layout) -> int | None:
    """The place of what an application writes only when an answer is finished."""
    found = (place for place, name in enumerate(layout.names) if matches(layout.profile.finished, name))
    return next(found, None)


def _counted(raw: Raw, columns: Columns) -> Iterator[Raw]:
    """A row once for each of the people that its count tells."""
    text = raw.cells[columns.places[COUNT]] if columns.places[COUNT] < len(raw.cells) else ""
    number = number_in(text)
    if number is None or number % 1 or not 0 <= number <= MOST_COUNTED:
        told = Unreadable(f"no count of people from 0 to {MOST_COUNTED:,}: {text[:40]!r}")
        yield replace(raw, problem=raw.problem or told)
        return
    yield from (replace(raw, copy=copy) for copy in range(int(number)))


def _wide(layout: Layout, columns: Columns, below: Below) -> Iterator[Raw]:
    last = max(columns.items.values())
    skipped = {*columns.items.values(), columns.places.get("comment")}
    end = last_numbered(layout, numbering(layout, columns))
    for number, row in body(layout, below, columns):
        items = {code: row[place] if place < len(row) else "" for code, place in columns.items.items()}
        problem = _misshapen(layout, row, last) or _shifted(layout, row, columns)
        problem = problem or _doubtful(row, columns, skipped)
        if problem is None and end is not None and number > end:
            remedy = "Number the row if it is a respondent; delete it if it is a total."
            problem = Unreadable(
                "a respondent without a number below the last numbered one, or a total?", remedy
            )
        yield Raw(number, row, items, problem)


def _misshapen(layout: Layout, row: list[str], last: int) -> Unreadable | None:
    """A row of a CSV file with cells too many or too few: its answers may stand in the wrong columns."""
    width = len(layout.labels)
    if not layout.grid.sheet and (any(row[width:]) or len(row) <= last):
        remedy = "Put texts that hold the separator between quotation marks, and fill up short rows."
        return Unreadable(f"the row has {len(row)} cells and the header {width}", remedy)
    return None


def _shifted(layout: Layout, row: list[str], columns: Columns) -> Unreadable | None:
    """A row with an empty answer, and an answer where the comment or no column at all should be."""
    last = max(columns.items.values()) + 1
    if last >= len(row) or all(place < len(row) and row[place] for place in columns.items.values()):
        return None
    unnamed = last >= len(layout.labels) or not layout.labels[last]
    if (unnamed or last == columns.places.get("comment")) and row[last] in {"1", "2", "3", "4"}:
        remedy = "Move the answers back under their headers."
        return Unreadable("its answers stand a column too far to the right", remedy)
    return None


def _doubtful(row: list[str], columns: Columns, skipped: set[int | None]) -> Unreadable | None:
    """A row of answers that calls itself a total, in whatever column that is neither answer nor comment."""
    for place, cell in enumerate(row):
        kind = total_of(cell) if place not in skipped else None
        if kind and (kind not in LOOSE or (not any(row[:place]) and place not in prose(columns))):
            remedy = (
                "Delete the row if it is a total. If it is a respondent, correct this text, or say in "
                "--map FILE what its column is, as columns: {HEADER: service}."
            )
            return Unreadable(f'a respondent, or a total, as its text "{cell[:40]}" says?', remedy)
    return None


def _packed(layout: Layout, columns: Columns, below: Below) -> Iterator[Raw]:
    place, asked = columns.places["packed"], columns.asked
    for number, row in body(layout, below, columns):
        cell = row[place] if place < len(row) else ""
        parts = [part for part in re.split(r"[\s,;|/\[\]\"']+", cell) if part]
        items = {code: parts[key] for code, key in columns.items.items()} if len(parts) == asked else {}
        problem = None
        if not items and not empty(cell):
            problem = Unreadable(f"{len(parts)} scores in the cell, where {asked} are expected")
        yield Raw(number, row, items, problem or _misshapen(layout, row, place))


def _long(layout: Layout, columns: Columns, below: Below) -> Iterator[Raw]:
    """Answers gathered by respondent; their rows need not stand together."""
    who, question, answer = (_needed(layout, columns, name) for name in ("response_id", "question", "answer"))
    codes = {text: code for code, text in columns.items.items()}
    found: dict[str, Raw] = {}
    for number, row in body(layout, below, columns):
        row = [*row, *[""] * (len(layout.labels) - len(row))]
        raw = found.setdefault(row[who], Raw(number, row, {}))
        code = codes.get(row[question])
        problem = Unreadable("no code of the respondent") if empty(row[who]) else None
        if code in raw.items:
            problem = Unreadable(f"the respondent answers {row[question]} twice (again in row {number})")
        if code is not None:
            raw.items[code] = row[answer]
        if problem or _differs(raw.cells, row, columns):
            told = f"the respondent's unit or day differs between rows {raw.row} and {number}"
            problem = problem or Unreadable(told)
            found[row[who]] = Raw(raw.row, raw.cells, raw.items, problem)
    yield from found.values()


def _differs(first: list[str], row: list[str], columns: Columns) -> bool:
    places = (columns.places.get(name) for name in ("unit_id", "date"))
    return any(place is not None and first[place][:10] != row[place][:10] for place in places)


def _needed(layout: Layout, columns: Columns, name: str) -> int:
    if name not in columns.places:
        problem = f"no column could be recognised as {name}"
        raise unreadable(layout.grid.place, problem, "Name it with --map FILE under columns.")
    return columns.places[name]


def questions(layout: Layout, place: int) -> list[str]:
    """The distinct questions of a long table, in the order of the file."""
    return list(
        dict.fromkeys(row[place] for _, row in body(layout, Below()) if len(row) > place and row[place])
    )
