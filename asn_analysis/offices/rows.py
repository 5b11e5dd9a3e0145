"""The rows of a recognised grid told apart: answers, printed totals, neither; one record a respondent."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from asn_analysis.offices.below import (
    Below,
    is_answer,
    labels_frequency,
    last_numbered,
    numbering,
    prose,
    total_of,
    without_tables,
)
from asn_analysis.offices.cells import Unreadable, empty, number_in
from asn_analysis.offices.columns import Columns
from asn_analysis.offices.grid import Row
from asn_analysis.offices.layout import Layout
from asn_analysis.offices.map import COUNT
from asn_analysis.offices.profile import plain
from asn_analysis.records.source import unreadable

LOOSE = ("index", "other")  # kinds of total whose words ("keterangan", "kinerja") services may bear too
FEWEST_HEADS = 3  # texts of the header in a row that make it one
NUMBERS = frozenset("1234")
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


def body(layout: Layout, below: Below, columns: Columns | None = None) -> Iterator[Row]:
    """The rows that hold answers, or should."""
    below.begin()
    if columns is None or layout.profile.shape != "wide":
        yield from _told_apart(layout, below, columns, frozenset())
        return
    numbers = numbering(layout, columns)
    yield from without_tables(_told_apart(layout, below, columns, numbers), columns, below, numbers)


def _told_apart(
    layout: Layout, below: Below, columns: Columns | None, numbers: frozenset[int]
) -> Iterator[Row]:
    wide = columns is not None and layout.profile.shape == "wide"
    words = prose(columns) if columns else set()
    in_numbers = wide and _answers_in_numbers(layout, columns)
    for number, row in layout.grid.rows():
        if number <= layout.header_row:
            continue
        place = next((place for place, cell in enumerate(row) if cell), 0)
        kind = _kind(row[place], place in numbers) if place not in words else None
        if kind and not (kind in LOOSE and place not in numbers and wide and _answered(row, columns)):
            below.total(kind, row, row[place])
            below.remark(number, row)
        elif not (wide and _numbers_only(row, columns)) and _repeats_header(layout, number, row):
            below.passed["repeated headers"] += 1
        elif _numbers_columns(row):
            below.passed["rows that number the columns"] += 1
        elif wide and (_is_remark(row, columns) or (in_numbers and _is_one_word(row, columns))):
            below.passed["lines of text"] += 1
            below.remark(number, row)
        elif below.ignore and place in numbers and plain(row[place]) in below.ignore:
            below.passed["rows that the map ignores"] += 1
        else:
            _refuse_word(layout, number, row, place, numbers)
            yield number, row


def _kind(first: str, among_numbers: bool) -> str | None:
    """Which total or statistic a row is by the text in front."""
    return total_of(first) or ("frequency" if among_numbers and labels_frequency(first) else None)


def _refuse_word(layout: Layout, number: int, row: list[str], place: int, numbers: frozenset[int]) -> None:
    """A word in front of a row, where the rows have numbers: a statistic that nobody knows, or a person."""
    is_word = re.fullmatch(r"[^\d]*[^\W\d][^\d]*", row[place]) and not empty(row[place])
    if place not in numbers or not is_word:
        return
    label = layout.labels[place] if place < len(layout.labels) else ""
    told = f'ignore: ["{row[place][:40]}"]'
    remedy = (
        f"If nobody gave these answers, say so in --map FILE, as {told}; if somebody did, number the row."
    )
    problem = "a word where the other rows have numbers: is the row a respondent?"
    raise unreadable(layout.grid.place, problem, remedy, (number, label or None, row[place]))


def _answers_in_numbers(layout: Layout, columns: Columns) -> bool:
    """Whether most of the first answers are numbers."""
    texts = [
        text
        for place in columns.items.values()
        if place < len(layout.sample)
        for text in layout.sample[place]
    ]
    return sum(number_in(text) is not None for text in texts) > len(texts) / 2


def _is_one_word(row: list[str], columns: Columns) -> bool:
    """One word under the answers and no number, in a file that answers in numbers: a key of two cells."""
    cells = [row[place] for place in columns.items.values() if place < len(row) and row[place]]
    return len(cells) == 1 and number_in(cells[0]) is None and bool(re.search(r"[^\W\d]{3}", cells[0]))


def _repeats_header(layout: Layout, number: int, row: list[str]) -> bool:
    """The header again, as on a new page; a ``DatasetError`` if it is another one, for other columns."""
    told = {place: name for place, cell in enumerate(row) if not cell.isdigit() and (name := _worded(cell))}
    heads = layout.heads
    familiar = [name for name in told.values() if name in layout.known]
    if not familiar:
        return False
    in_place = [place for place, name in told.items() if place < len(heads) and name in heads[place]]
    if told and len(in_place) == len(told) == sum(map(bool, row)):
        return True
    if len(familiar) >= FEWEST_HEADS and 2 * len(familiar) >= len(told) and len(in_place) < len(told):
        problem = "another header stands among the answers, and its columns are not those of the first"
        remedy = "Put each table into a file or sheet of its own, and import each with its own unit."
        raise unreadable(layout.grid.place, problem, remedy, (number, None, " | ".join(filter(None, row))))
    return False


@lru_cache(maxsize=100_000)
def _worded(cell: str) -> str:
    """A text with letters, plainly written; of another nothing."""
    return plain(cell) if re.search(r"[^\W\d]", cell) else ""


def _numbers_columns(row: list[str]) -> bool:
    """A row 1 2 3 4 … below the header, as printed tables number their columns."""
    if next(filter(None, row), "").strip("()") not in {"1", "2"}:
        return False
    texts = [re.sub(r"[()]", "", cell) for cell in row if cell]
    return len(texts) > 5 and texts in (
        [str(n) for n in range(first, len(texts) + first)] for first in (1, 2)
    )


def _is_remark(row: list[str], columns: Columns) -> bool:
    """A line of text between or below the answers, such as a signature, which no column of ours holds."""
    if len(row) - row.count("") > 2:
        return False
    filled = [(place, cell) for place, cell in enumerate(row) if cell]
    ours = set(columns.places.values()) if len(filled) > 1 else prose(columns)
    words = [cell for place, cell in filled if place not in ours and re.match(r"[^\d]*[^\W\d]", cell)]
    return 0 < len(words) == len(filled) <= 2 and not any(map(is_answer, words))


def _numbers_only(row: list[str], columns: Columns) -> bool:
    """Whether every element is answered by a number from 1 to 4, as in no header."""
    return all(len(row) > place and row[place] in NUMBERS for place in columns.items.values())


def _answered(row: list[str], columns: Columns) -> bool:
    """Whether a row has a readable answer on every element."""
    return all(len(row) > place and is_answer(row[place]) for place in columns.items.values())


def raw_records(layout: Layout, columns: Columns, below: Below) -> Iterator[Raw]:
    """One record a respondent, in the order of the file."""
    rows = {"wide": _wide, "packed": _packed, "long": _long}[layout.profile.shape](layout, columns, below)
    asked = [place for name, place in columns.places.items() if name not in ("response_id", COUNT)]
    for raw in rows:
        further = (raw.cells[place] for place in asked if place < len(raw.cells))
        if raw.problem or not (all(map(empty, raw.items.values())) and all(map(empty, further))):
            yield from _counted(raw, columns) if COUNT in columns.places else (raw,)
        else:
            below.passed["empty form rows"] += 1


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
