"""A table as its distinct texts and which of them stands where: each text is asked about once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Coded:
    """Rows that hold something, by their ``numbers`` in the file; the first text is the empty one.

    Cell ``k`` of row ``i`` is ``texts[codes[starts[i] + k]]``.
    """

    numbers: np.ndarray
    starts: np.ndarray
    codes: np.ndarray
    texts: list[str]

    @classmethod
    def of(cls, numbers: np.ndarray, lengths: np.ndarray, codes: np.ndarray, texts: list[str]) -> Coded:
        return cls(numbers, np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)]), codes, texts)

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

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Each row's number and texts."""
        texts, codes = self.texts, self.codes
        for place, number in enumerate(self.numbers.tolist()):
            found = codes[self.starts[place] : self.starts[place + 1]].tolist()
            yield number, [texts[code] for code in found]

    def column(self, place: int) -> np.ndarray:
        """The code of this cell in each row; that of the empty text where a row is shorter."""
        there = self.lengths > place
        found = np.zeros(len(self), dtype=self.codes.dtype)
        found[there] = self.codes[self.starts[:-1][there] + place]
        return found

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

    def asked(self, codes: np.ndarray, ask: Callable[[str], Any]) -> np.ndarray:
        """What ``ask`` says of the texts behind ``codes``, asked once of each distinct one."""
        distinct, places = np.unique(codes, return_inverse=True)
        answers = np.empty(len(distinct), dtype=object)
        answers[:] = [ask(self.texts[code]) for code in distinct]
        return answers[places]
