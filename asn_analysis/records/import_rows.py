"""The rows of a recognised grid told apart: answers, printed totals, neither; one record a respondent."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from asn_analysis.records.import_columns import Columns
from asn_analysis.records.import_grid import Row
from asn_analysis.records.import_profile import Layout, matches, plain, vocabulary
from asn_analysis.records.import_values import NUMERIC, empty
from asn_analysis.records.source import unreadable


@dataclass(frozen=True)
class Raw:
    """A respondent's texts; ``problem`` says why the row cannot be told apart into answers."""

    row: int
    cells: list[str]
    items: dict[str, str]
    problem: str = ""


@dataclass
class Below:
    """What stood in the body beside answers, filled while it is read: printed totals, rows passed over."""

    printed: dict[str, list[str]] = field(default_factory=dict)
    index: str = ""
    passed: Counter[str] = field(default_factory=Counter)


def body(layout: Layout, below: Below) -> Iterator[Row]:
    """The rows that hold answers, or should."""
    below.printed, below.index, below.passed = {}, "", Counter()
    header = [plain(label) for label in layout.labels]
    for number, row in layout.grid.rows():
        if number <= layout.header_row:
            continue
        first = next((cell for cell in row if cell), "")
        kind = _total(first)
        if kind:
            _keep_total(below, kind, row, first)
        elif [plain(cell) for cell in row] == header[: len(row)]:
            below.passed["repeated headers"] += 1
        elif _numbers_columns(row):
            below.passed["rows that number the columns"] += 1
        else:
            yield number, row


def _total(first: str) -> str | None:
    """Which printed total a row is, told by its first text; a number or a code is an answer row."""
    name = plain(first)
    if not re.search(r"[a-z]", name):
        return None
    return next((kind for kind, patterns in vocabulary()["totals"].items() if matches(patterns, name)), None)


def _keep_total(below: Below, kind: str, row: list[str], first: str) -> None:
    below.passed["rows of totals"] += 1
    if kind == "index":
        numbers = [cell for cell in row if re.fullmatch(NUMERIC, cell)] or re.findall(r"\d+[.,]\d+", first)
        below.index = below.index or next(iter(numbers), "")
    else:
        below.printed.setdefault(kind, row)


def _numbers_columns(row: list[str]) -> bool:
    """A row 1 2 3 4 … below the header, as printed tables number their columns."""
    texts = [re.sub(r"[()]", "", cell) for cell in row if cell]
    return len(texts) > 5 and texts in (
        [str(n) for n in range(first, len(texts) + first)] for first in (1, 2)
    )


def raw_records(layout: Layout, columns: Columns, below: Below) -> Iterator[Raw]:
    """One record a respondent, in the order of the file."""
    rows = {"wide": _wide, "packed": _packed, "long": _long}[layout.profile.shape](layout, columns, below)
    asked = [place for name, place in columns.places.items() if name != "response_id"]
    for raw in rows:
        texts = [*raw.items.values(), *(raw.cells[place] for place in asked if place < len(raw.cells))]
        if raw.problem or not all(map(empty, texts)):
            yield raw
        else:
            below.passed["empty form rows"] += 1


def _wide(layout: Layout, columns: Columns, below: Below) -> Iterator[Raw]:
    last = max(columns.items.values())
    for number, row in body(layout, below):
        items = {code: row[place] if place < len(row) else "" for code, place in columns.items.items()}
        yield Raw(number, row, items, _misshapen(layout, row, last))


def _misshapen(layout: Layout, row: list[str], last: int) -> str:
    """A row of a CSV file with cells too many or too few: its answers may stand in the wrong columns."""
    width = len(layout.labels)
    if not layout.grid.sheet and (any(row[width:]) or len(row) <= last):
        return f"the row has {len(row)} cells and the header {width}"
    return ""


def _packed(layout: Layout, columns: Columns, below: Below) -> Iterator[Raw]:
    place, asked = columns.places["packed"], columns.asked
    for number, row in body(layout, below):
        cell = row[place] if place < len(row) else ""
        parts = [part for part in re.split(r"[\s,;|/\[\]\"']+", cell) if part]
        items = {code: parts[key] for code, key in columns.items.items()} if len(parts) == asked else {}
        problem = (
            "" if items or empty(cell) else f"{len(parts)} scores in the cell, where {asked} are expected"
        )
        yield Raw(number, row, items, problem or _misshapen(layout, row, place))


def _long(layout: Layout, columns: Columns, below: Below) -> Iterator[Raw]:
    """Answers gathered by respondent; their rows need not stand together."""
    who, question, answer = (_needed(layout, columns, name) for name in ("response_id", "question", "answer"))
    codes = {text: code for code, text in columns.items.items()}
    found: dict[str, Raw] = {}
    for number, row in body(layout, below):
        row = [*row, *[""] * (len(layout.labels) - len(row))]
        raw = found.setdefault(row[who], Raw(number, row, {}))
        code = codes.get(row[question])
        problem = "no code of the respondent" if empty(row[who]) else ""
        if code in raw.items:
            problem = f"the respondent answers {row[question]} twice (again in row {number})"
        if code is not None:
            raw.items[code] = row[answer]
        if problem or _differs(raw.cells, row, columns):
            problem = problem or f"the respondent's unit or day differs between rows {raw.row} and {number}"
            found[row[who]] = Raw(raw.row, raw.cells, raw.items, problem)
    yield from found.values()


def _differs(first: list[str], row: list[str], columns: Columns) -> bool:
    places = (columns.places.get(name) for name in ("unit_id", "date"))
    return any(place is not None and first[place][:10] != row[place][:10] for place in places)


def _needed(layout: Layout, columns: Columns, name: str) -> int:
    if name not in columns.places:
        problem = f"no column could be recognised as {name}"
        raise unreadable(layout.grid.label, problem, "Name it with --map FILE under columns.")
    return columns.places[name]


def questions(layout: Layout, place: int) -> list[str]:
    """The distinct questions of a long table, in the order of the file."""
    return list(
        dict.fromkeys(row[place] for _, row in body(layout, Below()) if len(row) > place and row[place])
    )
