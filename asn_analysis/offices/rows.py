"""The rows of answers of a recognised grid as one record a respondent, or why a row is none."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from asn_analysis.offices.below import Below, last_numbered, numbering, prose, total_of
from asn_analysis.offices.body import LOOSE, respondents, told_apart
from asn_analysis.offices.columns import Columns
from asn_analysis.offices.layout import Layout
from asn_analysis.offices.profile import COUNT, empty, number_in
from asn_analysis.offices.refusals import Unreadable, unread
from asn_analysis.records.coded import Coded
from asn_analysis.records.words import matches

MOST_COUNTED = 10_000  # people behind one row
NUMBER = re.compile(r"(no|nomor|nmr)( urut)?( \w+)?|urut(an)?")


@dataclass(frozen=True)
class Raw:
    """A respondent's texts, put together from one row or several; ``problem`` says why that failed."""

    row: int
    cells: list[str]
    items: dict[str, str]
    problem: Unreadable | None = None


@dataclass(frozen=True)
class Answers:
    """Those who answered, a row each, in the order of the file; a row that counts several stands as often.

    ``items`` are the places of the elements' answers; ``problems`` say of a row, by its place, why it cannot
    be told apart into answers; ``copies`` number the people behind one row.
    """

    cells: Coded
    items: Mapping[str, int]
    problems: Mapping[int, Unreadable]
    copies: np.ndarray

    def __len__(self) -> int:
        return len(self.cells)

    @cached_property
    def sound(self) -> np.ndarray:
        """Which rows have no problem."""
        sound = np.ones(len(self), dtype=bool)
        sound[list(self.problems)] = False
        return sound

    def take(self, rows: np.ndarray) -> Answers:
        """These rows, each as often as it is named."""
        copies = np.arange(len(rows)) - np.searchsorted(rows, rows)
        problems = (
            {place: self.problems[row] for place, row in enumerate(rows.tolist()) if row in self.problems}
            if self.problems
            else {}
        )
        return Answers(self.cells.take(rows), self.items, problems, copies)


def answers_in(layout: Layout, columns: Columns, below: Below) -> Answers:
    """One row a respondent, without those who left the form empty or did not finish."""
    shapes = {"wide": _wide, "packed": _packed, "long": _long}
    found = shapes[layout.profile.shape](layout, columns, below)
    answers = found if isinstance(found, Answers) else _gathered([*found], columns)
    kept = np.ones(len(answers), dtype=bool)
    if (place := _finished(layout)) is not None:
        kept = answers.cells.column(place) != 0
        below.passed["answers that were not finished"] += int((~kept).sum())
    asked = [place for name, place in columns.places.items() if name not in ("response_id", COUNT)]
    filled = ~answers.sound
    for place in (*answers.items.values(), *asked):
        told, places = answers.cells.told(answers.cells.column(place), lambda text: not empty(text))
        filled |= told[places].astype(bool)
    below.passed["empty form rows"] += int((kept & ~filled).sum())
    below.passed += Counter()  # without zeros
    answers = _pasted(layout, answers.take(np.flatnonzero(kept & filled)))
    return _counted(answers, columns.places[COUNT]) if COUNT in columns.places else answers


def _pasted(layout: Layout, answers: Answers) -> Answers:
    """With a problem for rows that stand twice, their number too, where every number names one row."""
    cells = answers.cells
    place = next((place for place, name in enumerate(layout.names) if NUMBER.fullmatch(name)), None)
    if place is None or layout.profile.shape != "wide":
        return answers
    numbers = cells.column(place)
    found, times = np.unique(numbers, return_counts=True)
    first: dict[int, int] = {}
    amiss = {}
    for row in np.flatnonzero(np.isin(numbers, found[(times > 1) & (found != 0)])).tolist():
        other = first.setdefault(int(numbers[row]), row)
        if not np.array_equal(*(cells.codes[cells.starts[n] : cells.starts[n + 1]] for n in (row, other))):
            return answers  # several numberings, such as one a unit
        if other != row:
            amiss[row] = unread("stands twice", row=cells.numbers[other])
    return replace(answers, problems=amiss | dict(answers.problems))


def _finished(layout: Layout) -> int | None:
    """The place of what an application writes only when an answer is finished."""
    found = (place for place, name in enumerate(layout.names) if matches(layout.profile.finished, name))
    return next(found, None)


def _counted(answers: Answers, place: int) -> Answers:
    """Every row once for each of the people that its count tells."""

    def count(text: str) -> int:
        number = number_in(text)
        return int(number) if number is not None and not number % 1 and 0 <= number <= MOST_COUNTED else -1

    told, places = answers.cells.told(answers.cells.column(place), count)
    counts = told[places].astype(np.int64)
    texts = answers.cells.texts
    amiss = {
        row: unread("no count", most=MOST_COUNTED, text=texts[answers.cells.column(place)[row]][:40])
        for row in np.flatnonzero(counts < 0).tolist()
    }
    answers = replace(answers, problems=amiss | dict(answers.problems))
    return answers.take(np.repeat(np.arange(len(answers)), np.where(counts < 0, 1, counts)))


def _gathered(raws: list[Raw], columns: Columns) -> Answers:
    """Respondents whose answers were put together, as a table with the answers behind the cells."""
    width = max((len(raw.cells) for raw in raws), default=0)
    texts: dict[str, int] = {"": 0}
    codes = [
        texts.setdefault(text, len(texts))
        for raw in raws
        for text in (
            *raw.cells,
            *[""] * (width - len(raw.cells)),
            *(raw.items.get(code, "") for code in columns.items),
        )
    ]
    lengths = np.full(len(raws), width + len(columns.items))
    numbers = np.array([raw.row for raw in raws], dtype=np.int64)
    cells = Coded.of(numbers, lengths, np.array(codes, dtype=np.uint32), list(texts))
    items = {code: width + place for place, code in enumerate(columns.items)}
    problems = {place: raw.problem for place, raw in enumerate(raws) if raw.problem}
    return Answers(cells, items, problems, np.zeros(len(raws), dtype=np.int64))


def _wide(layout: Layout, columns: Columns, below: Below) -> Answers:
    rows, doubtful = respondents(layout, columns, below)
    last = max(columns.items.values())
    skipped = {*columns.items.values(), columns.places.get("comment")}
    end = last_numbered(layout, numbering(layout, columns))
    cells, problems = layout.grid.cells, {}
    for place, (number, row) in zip(
        np.searchsorted(rows, doubtful), cells.take(doubtful).rows(), strict=True
    ):
        problem = _misshapen(layout, row, last) or _shifted(layout, row, columns)
        problem = problem or _doubtful(row, columns, skipped)
        if not problem and end is not None and number > end:
            problem = unread("unnumbered")
        if problem:
            problems[int(place)] = problem
    return Answers(cells.take(rows), columns.items, problems, np.zeros(len(rows), dtype=np.int64))


def _misshapen(layout: Layout, row: list[str], last: int) -> Unreadable | None:
    """A row of a CSV file with cells too many or too few: its answers may stand in the wrong columns."""
    width = len(layout.labels)
    if not layout.grid.sheet and (any(row[width:]) or len(row) <= last):
        return unread("misshapen", n=len(row), width=width)
    return None


def _shifted(layout: Layout, row: list[str], columns: Columns) -> Unreadable | None:
    """A row with an empty answer, and an answer where the comment or no column at all should be."""
    last = max(columns.items.values()) + 1
    if last >= len(row) or all(place < len(row) and row[place] for place in columns.items.values()):
        return None
    unnamed = not layout.label(last)
    if (unnamed or last == columns.places.get("comment")) and row[last] in {"1", "2", "3", "4"}:
        return unread("shifted")
    return None


def _doubtful(row: list[str], columns: Columns, skipped: set[int | None]) -> Unreadable | None:
    """A row of answers that calls itself a total, in whatever column that is neither answer nor comment."""
    for place, cell in enumerate(row):
        kind = total_of(cell) if place not in skipped else None
        if kind and (kind not in LOOSE or (not any(row[:place]) and place not in prose(columns))):
            return unread("a total", text=cell[:40])
    return None


def _packed(layout: Layout, columns: Columns, below: Below) -> Iterator[Raw]:
    place, asked = columns.places["packed"], columns.asked
    for number, row in told_apart(layout, below, layout.grid.rows(), columns):
        cell = row[place] if place < len(row) else ""
        parts = [part for part in re.split(r"[\s,;|/\[\]\"']+", cell) if part]
        items = {code: parts[key] for code, key in columns.items.items()} if len(parts) == asked else {}
        problem = None
        if not items and not empty(cell):
            problem = unread("scores", n=len(parts), asked=asked)
        yield Raw(number, row, items, problem or _misshapen(layout, row, place))


def _long(layout: Layout, columns: Columns, below: Below) -> Iterator[Raw]:
    """Answers gathered by respondent; their rows need not stand together."""
    who, question, answer = (_needed(layout, columns, name) for name in ("response_id", "question", "answer"))
    codes = {text: code for code, text in columns.items.items()}
    found: dict[str, Raw] = {}
    for number, row in told_apart(layout, below, layout.grid.rows(), columns):
        row = [*row, *[""] * (len(layout.labels) - len(row))]
        raw = found.setdefault(row[who], Raw(number, row, {}))
        code = codes.get(row[question])
        problem = unread("no code") if empty(row[who]) else None
        if code in raw.items:
            problem = unread("answers twice", question=row[question], row=number)
        if code is not None:
            raw.items[code] = row[answer]
        if problem or _differs(raw.cells, row, columns):
            problem = problem or unread("differs", first=raw.row, row=number)
            found[row[who]] = Raw(raw.row, raw.cells, raw.items, problem)
    yield from found.values()


def _differs(first: list[str], row: list[str], columns: Columns) -> bool:
    places = (columns.places.get(name) for name in ("unit_id", "date"))
    return any(place is not None and first[place][:10] != row[place][:10] for place in places)


def _needed(layout: Layout, columns: Columns, name: str) -> int:
    if name not in columns.places:
        raise layout.refused("no such column", name=name)
    return columns.places[name]


def questions(layout: Layout, place: int) -> list[str]:
    """The distinct questions of a long table, in the order of the file."""
    rows = told_apart(layout, Below(), layout.grid.rows())
    return list(dict.fromkeys(row[place] for _, row in rows if len(row) > place and row[place]))
