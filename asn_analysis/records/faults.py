"""What is wrong with a data set, told so that the clerk who keeps the file can mend it."""

from __future__ import annotations

import difflib
import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from itertools import groupby
from typing import Any

from asn_analysis.records.message import _
from asn_analysis.records.privacy import redact, without_identifying
from asn_analysis.records.words import shipped

LONGEST_VALUE = 60
At = tuple[int | None, str | None, str | None]
NOWHERE: At = (None, None, None)
LISTED = 20  # faults of one kind in one column told one by one; the rest are counted


@dataclass(frozen=True)
class Fault:
    """One thing to mend; ``row`` is the row a clerk sees (the header is row 1; in Parquet the record).

    ``personal`` marks what the privacy gate refuses; its value is never held. ``count`` is more than one
    where faults of a kind are only counted.
    """

    file: str
    row: int | None
    column: str | None
    value: str | None
    problem: str
    remedy: str
    personal: bool = False
    count: int = 1


def wording(why: str, **parts: Any) -> tuple[str, str]:
    """The problem and the remedy that faults.yml has for it, filled in."""
    problem, remedy = wordings()[why]
    return _(problem, **parts), _(remedy, **parts)


def amiss(file: str, why: str, at: At = NOWHERE, personal: bool = False, **parts: Any) -> Fault:
    """A fault in the words of faults.yml; ``at`` is its row, column and value, where it has a place."""
    return Fault(file, *at, *wording(why, **parts), personal=personal)


def further(fault: Fault, rest: int) -> Fault:
    """So many more rows with a fault like this one."""
    problem = _("{rest:,} more rows with this fault ({problem})", rest=rest, problem=fault.problem)
    return replace(fault, row=None, value=None, problem=problem, count=rest)


@cache
def wordings() -> dict[str, list[str]]:
    """Every problem and remedy by its short name, with the parts to be filled in."""
    return shipped(files(__package__).joinpath("faults.yml"))


def did_you_mean(name: str, known: Collection[str]) -> str | None:
    """A question that names the most similar known word, if one is similar enough."""
    close = difflib.get_close_matches(name.strip().casefold(), tuple(known), n=1, cutoff=0.8)
    return _("Did you mean {name}? Then write it so.", name=close[0]) if close else None


class DatasetError(ValueError):
    """A data set that cannot be used; ``faults`` holds every reason and ``str`` the readable list."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__(format_faults(self.faults))


def format_faults(faults: Iterable[Fault]) -> str:
    """The faults for a terminal: grouped by file, aligned, one line each."""
    groups = [list(group) for _, group in groupby(faults, key=lambda fault: fault.file)]
    blocks = ["\n".join(_lines(group)) for group in groups]
    return "\n\n".join(blocks)


def _lines(faults: list[Fault]) -> list[str]:
    places = [_place(fault) for fault in faults]
    widths = [max(map(len, parts)) for parts in zip(*places, strict=True)]
    return [_line(fault, place, widths) for fault, place in zip(faults, places, strict=True)]


def _place(fault: Fault) -> tuple[str, str, str]:
    row = "" if fault.row is None else f"row {fault.row}"
    what = "key" if fault.file.endswith(".yml") else "column"
    column = "" if fault.column is None else f"{what} {fault.column}"
    return fault.file, row, column


def _line(fault: Fault, place: tuple[str, str, str], widths: list[int]) -> str:
    padded = [part.ljust(width) for part, width in zip(place, widths, strict=True) if width]
    value = "" if fault.value is None else f"value {_quoted(fault.value)}: "
    return without_identifying("  ".join([*padded, f"{value}{fault.problem}. Remedy: {fault.remedy}"]))


def _quoted(value: str) -> str:
    value = redact(value)  # a terminal and its log are outputs too
    # JSON's quoting shows line breaks and control characters, which a terminal would obey.
    shown = value if len(value) <= LONGEST_VALUE else value[:LONGEST_VALUE] + "…"
    quoted = json.dumps(shown, ensure_ascii=False)
    # A no-break space, or a mark that turns the writing round, nobody would see either.
    return "".join(sign if sign.isprintable() else f"\\u{ord(sign):04x}" for sign in quoted)
