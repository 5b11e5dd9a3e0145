"""What a cell can be before anybody knows its column: empty, a number."""

from __future__ import annotations

import re
from functools import lru_cache

from asn_analysis.offices.profile import plain, vocabulary

STRAYS = 0.05  # of the cells; more than this unlike the rest is another habit, not a slip
NUMBER = re.compile(r"\(?(-?\d{1,9}(?:[.,]\d{1,20})?)[.)]?", re.ASCII)


def number_in(text: str) -> float | None:
    """The number that a cell is, also as "3." or "(3)"; None if it is none."""
    found = NUMBER.fullmatch(text)
    return float(found[1].replace(",", ".")) if found else None


@lru_cache(maxsize=20_000)
def empty(text: str) -> bool:
    """Nothing in the cell, or a word that says so."""
    return text in ("", "-", "–", "—", ".") or plain(text) in vocabulary()["no_answer"]
