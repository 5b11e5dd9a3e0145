"""What a cell can be before anybody knows its column: empty, a number, or no value and why."""

from __future__ import annotations

from dataclasses import dataclass

from asn_analysis.records.import_profile import plain, vocabulary

STRAYS = 0.05  # of the cells; more than this unlike the rest is another habit, not a slip
NUMERIC = r"-?\d+(?:[.,]\d+)?"
CORRECT = "Correct the cell in the file and import it again."


@dataclass(frozen=True)
class Unreadable:
    """Why a text is no value, and what a clerk can do about it."""

    reason: str
    remedy: str = CORRECT


def empty(text: str) -> bool:
    """Nothing in the cell, or a word that says so."""
    return text in ("", "-", "–", "—", ".") or plain(text) in vocabulary()["no_answer"]
