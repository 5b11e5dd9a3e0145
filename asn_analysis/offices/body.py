"""The rows below a header told apart: answers, printed totals, repeated headers, lines of text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache, partial

import numpy as np

from asn_analysis.offices.below import (
    Below,
    is_answer,
    labels_frequency,
    last_numbered,
    numbering,
    outside_tables,
    prose,
    total_of,
)
from asn_analysis.offices.columns import Columns
from asn_analysis.offices.files import Row
from asn_analysis.offices.layout import Layout
from asn_analysis.offices.profile import empty, number_in
from asn_analysis.records.words import plain

LOOSE = ("index", "other")  # kinds of total whose words ("keterangan", "kinerja") services may bear too
FEWEST_HEADS = 3  # texts of the header in a row that make it one
NUMBERS = frozenset("1234")
MOST_ANSWERED = 6  # elements; a row with fewer answers may be a line of text, or numbers of columns
WORD = re.compile(r"[^\d]*[^\W\d][^\d]*")


def respondents(layout: Layout, columns: Columns, below: Below) -> tuple[np.ndarray, np.ndarray]:
    """The places in the grid of a wide table's rows of answers, and of those the ones that may be amiss."""
    cells, numbers = layout.grid.cells, numbering(layout, columns)
    usual = usual_rows(layout, columns, numbers) & (not below.ignore)
    told = told_apart(layout, below, cells.take(np.flatnonzero(~usual)).rows(), columns, numbers)
    doubtful = np.searchsorted(cells.numbers, np.array([number for number, _ in told], dtype=np.int64))
    rows = np.union1d(np.flatnonzero(usual), doubtful)
    rows = rows[outside_tables(cells.take(rows), columns, below, numbers, np.isin(rows, doubtful))]
    return rows, np.intersect1d(rows, doubtful)


def usual_rows(layout: Layout, columns: Columns, numbers: frozenset[int]) -> np.ndarray:
    """Which rows of a wide table are a respondent's beyond doubt; the others are looked at one by one.

    They have an answer under most elements and nothing else under any, the width of the header, and nowhere a
    word of a header, a total or, where numbers stand, any word.
    """
    cells, items = layout.grid.cells, [*columns.items.values()]
    end = last_numbered(layout, numbers)
    usual = (cells.numbers > layout.header_row) & (cells.lengths > max(items))
    usual &= cells.lengths <= len(layout.labels)
    if end is not None:
        usual &= cells.numbers <= end
    answered = np.zeros(len(cells), dtype=np.int64)
    for place in range(len(layout.labels)):
        column = cells.column(place)
        odd = partial(_odd, layout, place in items, place in numbers, place == columns.places.get("comment"))
        told, places = cells.told(column, odd)
        usual &= ~told[places].astype(bool)
        answered += (column != 0) & (place in items)
    shifted = cells.column(max(items) + 1)
    marks, places = cells.told(shifted, NUMBERS.__contains__)
    return usual & (answered >= MOST_ANSWERED) & ~((answered < len(items)) & marks[places].astype(bool))


def _odd(layout: Layout, is_item: bool, in_numbers: bool, is_comment: bool, text: str) -> bool:
    """Whether a text could make its row something else than a respondent's."""
    if text.isdigit():
        return is_item and text not in NUMBERS
    if (name := _worded(text)) and name in layout.known:
        return True
    if in_numbers and not empty(text) and (labels_frequency(text) or WORD.fullmatch(text)):
        return True
    return (is_item and not (empty(text) or is_answer(text))) or (not is_comment and bool(total_of(text)))


def told_apart(
    layout: Layout,
    below: Below,
    rows: Iterable[Row],
    columns: Columns | None = None,
    numbers: frozenset[int] = frozenset(),
) -> Iterator[Row]:
    """Those of the rows that hold answers, or should; what the others say is kept in ``below``.

    ``numbers`` are the places of a wide table that hold numbers (``numbering``).
    """
    wide = columns is not None and layout.profile.shape == "wide"
    words = prose(columns) if columns else set()
    in_numbers = wide and _answers_in_numbers(layout, columns)
    for number, row in rows:
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
    is_word = WORD.fullmatch(row[place]) and not empty(row[place])
    if place not in numbers or not is_word:
        return
    at = (number, layout.label(place) or None, row[place])
    raise layout.refused("word among numbers", at, word=row[place][:40])


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
        raise layout.refused("another header", (number, None, " | ".join(filter(None, row))))
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
