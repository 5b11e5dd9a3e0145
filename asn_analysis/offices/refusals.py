"""Why a file, a row or a cell is not read, and what can be done: the words of refusals.yml, filled in."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from asn_analysis.records.faults import DatasetError, Fault
from asn_analysis.records.words import shipped

CORRECT = "Correct the cell in the file and import it again."
At = tuple[int, str | None, str]  # row, header and text


@dataclass(frozen=True)
class Unreadable:
    """Why a text is no value, and what a clerk can do about it."""

    reason: str
    remedy: str = CORRECT


def refused(place: str, why: str, at: At | None = None, **told: Any) -> DatasetError:
    """A file or sheet that cannot be read right; ``told`` fills in what the table says of ``why``."""
    problem, remedy = (text.format(**told).strip() for text in _refusals()[why])
    return DatasetError([Fault(place, *(at or (None, None, None)), problem, remedy)])


def unread(why: str, **told: Any) -> Unreadable:
    """A row or a cell that cannot be read right."""
    return Unreadable(*(text.format(**told) for text in _refusals()[why]))


@cache
def _refusals() -> dict[str, list[str]]:
    return shipped(files(__package__).joinpath("refusals.yml"))
