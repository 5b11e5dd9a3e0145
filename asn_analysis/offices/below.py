"""Rows that are no respondents: totals, statistics, tables below the answers, lines of text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache, lru_cache

import numpy as np

from asn_analysis.offices.columns import Columns
from asn_analysis.offices.ladder import numbered, split, steps_of
from asn_analysis.offices.layout import SAMPLED, Layout
from asn_analysis.offices.profile import number_in, vocabulary
from asn_analysis.records.coded import Coded
from asn_analysis.records.words import matches, plain

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
    numbers_rows = [bool(name) and matches(vocabulary()["ignored"], name) for name in layout.names]
    found = [place for place in places if place < len(numbers_rows) and numbers_rows[place]]
    if not found or sum(map(len, layout.sample[found[0]].values())) >= SAMPLED // 2:
        return None
    numbers = [rows[-1] for text, rows in layout.sample[found[0]].items() if number_in(text) is not None]
    return max(numbers, default=None)


def outside_tables(
    cells: Coded, columns: Columns, below: Below, numbers: frozenset[int], doubtful: np.ndarray
) -> np.ndarray:
    """Which rows stand in no block further down whose columns add up to the people above, or to 100 %.

    A block begins below an empty row, or where the numbers begin again.
    """
    kept = np.ones(len(cells), dtype=bool)
    if not doubtful.any():
        return kept
    begins = np.diff(cells.numbers, prepend=cells.numbers[:1]) > 1
    if numbers:
        told, places = cells.told(cells.column(min(numbers)), "1".__eq__)
        begins |= told[places].astype(bool)
    firsts = np.flatnonzero(begins[1:]) + 1
    for first, end in zip(firsts, np.append(firsts, len(cells))[1:], strict=True):
        if end - first <= LONGEST and doubtful[first:end].any():
            block = [row for _, row in cells.take(np.arange(first, end)).rows()]
            if _is_table(block, columns, int(kept[:first].sum())):
                kept[first:end] = False
                below.passed["rows of a table below the answers"] += len(block)
    return kept


def _is_table(block: list[list[str]], columns: Columns, n: int) -> bool:
    """Whether the rows of a block are a table of how often each answer was given by the ``n`` above."""
    counts = [
        [number_in(row[place]) if place < len(row) else None for row in block]
        for place in columns.items.values()
    ]
    sums = {sum(number or 0 for number in column) for column in counts}
    outside = any(number not in (None, 1, 2, 3, 4) for column in counts for number in column)
    return outside and all(any(abs(total - whole) < 0.02 * whole for whole in (n, *WHOLES)) for total in sums)
