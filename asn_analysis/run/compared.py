"""A quarter that was made again, held against what was published, file by file."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any

from asn_analysis.pages.signed import unsigned
from asn_analysis.record.inputs import CITY
from asn_analysis.run.difference import changes, leaves
from asn_analysis.run.run_record import SIGN_OFF, signed_files

IDENTICAL, DIFFERS, MISSING, ADDED = OUTCOMES = ("identical", "differs", "missing", "added")


@dataclass(frozen=True)
class Compared:
    """One file: identical, differs, missing from the rerun, or added by it.

    Where it differs first: the field of a record with both values, or the line of another text.
    """

    name: str
    outcome: str
    field: str = ""
    line: int | None = None

    def summary(self) -> str:
        where = self.field or (f"line {self.line}" if self.line else "")
        return f"{self.outcome}: {self.name}{f': {where}' if where else ''}"


def compare(published: Path, again: Path) -> tuple[Compared, ...]:
    """Every file of two folders of one quarter, the city's first.

    What a page's foot says of its reviews, and what is kept of them, follows from no data: it does not count.
    """
    then, now = ({*signed_files(folder)} - {SIGN_OFF} for folder in (published, again))
    ordered = sorted(then | now, key=lambda name: (not name.startswith(CITY), name))
    return tuple(_compared(name, published, again) for name in ordered)


def counts(found: Sequence[Compared]) -> dict[str, int]:
    """How many files there are of each outcome, and in all."""
    return {**{kind: sum(one.outcome == kind for one in found) for kind in OUTCOMES}, "all": len(found)}


def _compared(name: str, published: Path, again: Path) -> Compared:
    if not (again / name).exists():
        return Compared(name, MISSING)
    if not (published / name).exists():
        return Compared(name, ADDED)
    before, after = _said(published / name), _said(again / name)
    if before == after:
        return Compared(name, IDENTICAL)
    if name.endswith("record.json"):
        return Compared(name, DIFFERS, field=_field(json.loads(before), json.loads(after)))
    return Compared(name, DIFFERS, line=_line(before, after))


def _said(path: Path) -> bytes:
    content = path.read_bytes()
    return unsigned(content.decode()).encode() if path.suffix == ".html" else content


def _field(old: Mapping[str, Any], new: Mapping[str, Any]) -> str:
    """The finding that differs most, or else what differs first of what no brief shows."""
    if found := changes(old, new):
        return found[0].summary().split(": ", 1)[1]
    for (place, then), (other, now) in zip_longest(leaves(old), leaves(new), fillvalue=("", None)):
        if (place, then) != (other, now):
            return f"{place}: {then} -> {now}" if place == other else f"{place or other}"
    return ""


def _line(before: bytes, after: bytes) -> int | None:
    """None of a file that is no text."""
    try:
        lines = zip_longest(before.decode().splitlines(), after.decode().splitlines())
    except UnicodeDecodeError:
        return None
    return next((number for number, (old, new) in enumerate(lines, 1) if old != new), None)
