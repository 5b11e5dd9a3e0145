"""A quarter that was made again, held against what was published, file by file."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any

from asn_analysis.pages.signed import unsigned
from asn_analysis.record.inputs import CITY
from asn_analysis.run.difference import changes
from asn_analysis.run.provenance import SIGN_OFF, signed_files

IDENTICAL, DIFFERS, MISSING, ADDED = OUTCOMES = ("identical", "differs", "missing", "added")


@dataclass(frozen=True)
class Compared:
    """One file: identical, differs (``where`` first), missing from the rerun, or added by it."""

    name: str
    outcome: str
    where: str = ""


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
    return (
        Compared(name, IDENTICAL) if before == after else Compared(name, DIFFERS, _where(name, before, after))
    )


def _said(path: Path) -> bytes:
    content = path.read_bytes()
    return unsigned(content.decode()).encode() if path.suffix == ".html" else content


def _where(name: str, before: bytes, after: bytes) -> str:
    """The first figure of a record, or the first line of another text, that is not the same."""
    if name.endswith("record.json"):
        old, new = json.loads(before), json.loads(after)
        found = [change.summary().split(": ", 1)[1] for change in changes(old, new)]
        return next(iter([*found, *_leaves_that_differ(old, new)]), "its layout")
    try:
        lines = zip_longest(before.decode().splitlines(), after.decode().splitlines())
        return next((f"line {n}" for n, (old, new) in enumerate(lines, 1) if old != new), "its line ends")
    except UnicodeDecodeError:
        return ""


def _leaves_that_differ(old: Any, new: Any, place: str = "") -> Iterator[str]:
    """What `changes` passes over: what is said about the data, or below what any brief shows."""
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for name in {**old, **new}:
            yield from _leaves_that_differ(old.get(name), new.get(name), f"{place}.{name}" if place else name)
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for number, pair in enumerate(zip(old, new, strict=True)):
            yield from _leaves_that_differ(*pair, f"{place}.{number}")
    elif old != new:
        yield f"{place}: {old} -> {new}"
