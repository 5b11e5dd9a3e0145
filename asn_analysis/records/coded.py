"""A table as its distinct texts and which of them stands where: each text is asked about once."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, islice
from typing import Any

import numpy as np

# What nobody sees around a text: blanks of any width, and marks that web pages and joined files leave.
WIDTHS = (range(0x2000, 0x2010), range(0x2028, 0x2030), range(0x205F, 0x206A))
BLANK = "\t\n\v\f\r \x85\xa0\xad\u1680\u180e\u2800\u3000\u3164\ufeff" + "".join(map(chr, chain(*WIDTHS)))
SEARCHED = 40  # rows at the top among which a header stands


def tidied(text: str) -> str:
    """Without what nobody sees around it; an é is one sign, also where a file has e and an accent."""
    return text.strip(BLANK) if text.isascii() else unicodedata.normalize("NFC", text).strip(BLANK)


@dataclass(frozen=True)
class Coded:
    """Rows by their ``numbers`` in the file; the first text is the empty one, all are tidied.

    Cell ``k`` of row ``i`` is ``texts[codes[starts[i] + k]]``.
    """

    numbers: np.ndarray
    starts: np.ndarray
    codes: np.ndarray
    texts: list[str]

    @classmethod
    def of(cls, numbers: np.ndarray, lengths: np.ndarray, codes: np.ndarray, texts: list[str]) -> Coded:
        """Of texts as they stand in a file, the first of which is empty."""
        told: dict[str, int] = {}
        place = np.array([told.setdefault(tidied(text), len(told)) for text in texts], dtype=codes.dtype)
        starts = np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)])
        return cls(numbers, starts, place[codes], list(told))

    def __len__(self) -> int:
        return len(self.numbers)

    @cached_property
    def lengths(self) -> np.ndarray:
        """Cells of each row."""
        return np.diff(self.starts)

    @property
    def width(self) -> int:
        """Cells of the longest row."""
        return int(self.lengths.max(initial=0))

    @property
    def filled(self) -> np.ndarray:
        """Which rows hold any text."""
        return np.diff(np.concatenate([[0], np.cumsum(self.codes != 0)])[self.starts]) > 0

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Each row's number and texts."""
        texts, codes = self.texts, self.codes
        for place, number in enumerate(self.numbers.tolist()):
            found = codes[self.starts[place] : self.starts[place + 1]].tolist()
            yield number, [texts[code] for code in found]

    @property
    def top(self) -> tuple[tuple[int, list[str]], ...]:
        """The first rows, among which a header stands."""
        return tuple(islice(self.rows(), SEARCHED))

    def column(self, place: int) -> np.ndarray:
        """The code of this cell in each row; that of the empty text where a row is shorter."""
        there = self.lengths > place
        found = np.zeros(len(self), dtype=self.codes.dtype)
        found[there] = self.codes[self.starts[:-1][there] + place]
        return found

    def take(self, rows: np.ndarray) -> Coded:
        """These rows, in this order."""
        if len(rows) == len(self) and bool((rows == np.arange(len(self))).all()):
            return self
        lengths, firsts = self.lengths[rows], self.starts[:-1][rows]
        starts = np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)])
        places = np.arange(starts[-1]) + np.repeat(firsts - starts[:-1], lengths)
        return Coded(self.numbers[rows], starts, self.codes[places], self.texts)

    def counts(self, place: int) -> Counter[str]:
        """How often each text stands in this cell of the rows that reach so far."""
        there = self.lengths > place
        codes, n = np.unique(self.codes[self.starts[:-1][there] + place], return_counts=True)
        return Counter(dict(zip([self.texts[code] for code in codes], n.tolist(), strict=True)))

    def put(self, shown: Mapping[tuple[int, int], str]) -> Coded:
        """The table with these texts in the place of those at (row number, cell)."""
        if not any(shown.values()):
            return self
        codes, texts = self.codes.copy(), list(self.texts)
        for (number, cell), text in shown.items():
            row = int(np.searchsorted(self.numbers, number))
            if row < len(self) and self.numbers[row] == number and cell < self.lengths[row]:
                codes[self.starts[row] + cell] = len(texts)
                texts.append(text)
        return Coded(self.numbers, self.starts, codes, texts)

    def told(self, codes: np.ndarray, ask: Callable[[str], Any]) -> tuple[np.ndarray, np.ndarray]:
        """What ``ask`` says of each distinct text behind ``codes``, and which of these stands where."""
        distinct, places = self.distinct(codes)
        answers = np.empty(len(distinct), dtype=object)
        answers[:] = [ask(self.texts[code]) for code in distinct]
        return answers, places

    def distinct(self, codes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The distinct ones of ``codes``, and which of these stands where; of many without sorting."""
        if len(codes) < len(self.texts) // 8:  # a wide table: its texts are not gone through for each column
            return np.unique(codes, return_inverse=True)
        found = np.flatnonzero(np.bincount(codes, minlength=len(self.texts)))
        place = np.empty(len(self.texts), dtype=np.int64)
        place[found] = np.arange(len(found))
        return found, place[codes]
