"""Rows that are no respondents: totals, statistics, tables below the answers, lines of text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache, lru_cache

from asn_analysis.offices.cells import number_in
from asn_analysis.offices.columns import Columns
from asn_analysis.offices.grid import Row
from asn_analysis.offices.ladder import numbered, split, steps_of
from asn_analysis.offices.layout import SAMPLED, Layout
from asn_analysis.offices.profile import matches, plain, vocabulary

PROSE = ("unit_id", "service", "occupation", "comment")  # columns whose words may be those of a total
MOST_REMARKS = 200
LONGEST = 12  # rows of a table below the answers
FIRST = 5  # cells of a column by which it is told that it holds numbers
WHOLES = (100, 1)  # what shares add up to, beside the number of people


@dataclass
class Below:
    """What stood in the body beside answers, filled while it is read: totals, remarks, rows passed over.

    ``ignore`` are the labels of rows that the operator says are no respondents.
    """

    ignore: frozenset[str] = frozenset()
    printed: dict[str, list[str]] = field(default_factory=dict)
    index: str = ""
    passed: Counter[str] = field(default_factory=Counter)
    remarks: list[tuple[int, str]] = field(default_factory=list)

    def begin(self) -> None:
        """Forget an earlier reading."""
        self.printed, self.index, self.passed, self.remarks = {}, "", Counter(), []

    def total(self, kind: str, row: list[str], first: str) -> None:
        """Keep a printed total; the last of several is the whole file's."""
        self.passed["rows of frequencies" if kind == "frequency" else "rows of totals"] += 1
        if kind == "index":
            numbers = [cell for cell in row if number_in(cell) is not None] or re.findall(
                r"\d+[.,]\d+", first
            )
            self.index = next(iter(numbers), "") or self.index
        else:
            self.printed[kind] = row

    def remark(self, number: int, row: list[str]) -> None:
        """Keep the row's words."""
        if len(self.remarks) < MOST_REMARKS:
            self.remarks.append((number, " ".join(cell for cell in row if cell)[:500]))


def total_of(first: str) -> str | None:
    """Which printed total a row is, told by its first text; a number or a code is an answer row."""
    return None if first.isdigit() else _total_of(first)


@lru_cache(maxsize=20_000)
def _total_of(first: str) -> str | None:
    name = plain(first)
    if not re.search(r"[a-z]", name):
        return None
    return next((kind for kind, patterns in vocabulary()["totals"].items() if matches(patterns, name)), None)


@lru_cache(maxsize=20_000)
def labels_frequency(first: str) -> bool:
    """Whether a text in front of a row is an answer, as in a table of how often each was given."""
    name = plain(first)
    return bool(re.search(r"[a-z]", name)) and (
        split(name)[1] in answer_words() or matches(vocabulary()["frequencies"], name)
    )


@cache
def answer_words() -> frozenset[str]:
    """Every word that is an answer on some element."""
    elements = vocabulary()["answers"]
    return frozenset(word for name, told in elements.items() for word in (*numbered(told), *steps_of(name)))


def is_answer(cell: str) -> bool:
    """Whether a cell can be read as an answer."""
    return plain(cell) in answer_words() or cell in {"1", "2", "3", "4"}


def prose(columns: Columns) -> set[int]:
    """The places of words, among which those of a total may stand."""
    return {columns.places[name] for name in PROSE if name in columns.places}


def numbering(layout: Layout, columns: Columns) -> frozenset[int]:
    """Places beside the answers whose first cells are numbers: a word further down is no respondent's."""
    taken = {*columns.items.values(), *prose(columns)}
    return frozenset(
        place
        for place in range(len(layout.sample))
        if place not in taken and _begins_with_numbers(layout.sample[place])
    )


def _begins_with_numbers(texts: dict[str, list[int]]) -> bool:
    first = sorted((row, text) for text, rows in texts.items() for row in rows[:FIRST])[:FIRST]
    return bool(first) and sum(number_in(text) is not None for _, text in first) > len(first) / 2


def last_numbered(layout: Layout, places: Iterable[int]) -> int | None:
    """The last row with a number in front; None where rows are not numbered, or not all were looked at."""
    found = [place for place in places if place < len(layout.labels) and _numbers_rows(layout, place)]
    if not found or sum(map(len, layout.sample[found[0]].values())) >= SAMPLED // 2:
        return None
    numbers = [rows[-1] for text, rows in layout.sample[found[0]].items() if number_in(text) is not None]
    return max(numbers, default=None)


def _numbers_rows(layout: Layout, place: int) -> bool:
    return bool(layout.names[place]) and matches(vocabulary()["ignored"], layout.names[place])


def without_tables(
    rows: Iterator[Row], columns: Columns, below: Below, numbers: frozenset[int]
) -> Iterator[Row]:
    """The rows without the blocks further down whose columns add up to the people above, or to 100 %."""
    n, last, block = 0, None, []
    front = min(numbers, default=None)
    for number, row in rows:
        begins = last is not None and (number > last + 1 or _restarts(row, front))
        if block and (begins or len(block) > LONGEST):
            yield from _judged(block, columns, below, n)
            n, block = n + len(block), []
        last = number
        if block or begins:
            block.append((number, row))
        else:
            n += 1
            yield number, row
    yield from _judged(block, columns, below, n)


def _restarts(row: list[str], front: int | None) -> bool:
    return front is not None and front < len(row) and row[front] == "1"


def _judged(block: list[Row], columns: Columns, below: Below, n: int) -> Iterator[Row]:
    """The rows of a block, unless they are a table of how often each answer was given."""
    if not block:
        return
    counts = [
        [number_in(row[place]) if place < len(row) else None for _, row in block]
        for place in columns.items.values()
    ]
    sums = {sum(number or 0 for number in column) for column in counts}
    outside = any(number not in (None, 1, 2, 3, 4) for column in counts for number in column)
    wholes = (n, *WHOLES)
    if (
        outside
        and len(block) <= LONGEST
        and all(any(abs(total - whole) < 0.02 * whole for whole in wholes) for total in sums)
    ):
        below.passed["rows of a table below the answers"] += len(block)
    else:
        yield from block
