"""What is read of the records that earlier quarters' briefs left."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import msgspec

from asn_analysis.record.effect import Estimate
from asn_analysis.record.parts import Hashes, Verdict
from asn_analysis.record.schema import Rules
from asn_analysis.records.left import OF_A_QUARTER, Damaged, undamaged

READABLE = (1, 2)  # versions of the schema in which what is read here stands alike
QUARTER = re.compile(r"\d{4}Q\d")
T = TypeVar("T")


@dataclass(frozen=True)
class EarlierIndex:
    """An index as an earlier record holds it."""

    unrounded: float


@dataclass(frozen=True)
class EarlierElement(EarlierIndex):
    """An element's."""

    code: str


@dataclass(frozen=True)
class EarlierQuarter:
    """A row of the trend."""

    quarter: str
    withheld: bool
    unrounded: float | None
    n: int | None


@dataclass(frozen=True)
class Earlier:
    """What a later brief reads of a unit's record."""

    scope: str
    quarter: str
    trend: tuple[EarlierQuarter, ...]


@dataclass(frozen=True)
class EarlierCity(Earlier):
    """What a later brief reads of a city's record."""

    rules: Rules
    package_version: str
    verdict: Verdict
    effect: Estimate
    ikm: EarlierIndex | None
    elements: tuple[EarlierElement, ...]
    seen: Hashes

    @property
    def method(self) -> list[str]:
        """What its numbers depend on beside the data: the rules and the version."""
        return [self.rules.sha256, self.package_version]


def read_earlier(path: Path, of: type[T], remedy: str = "") -> T:
    """What is needed of a record that an earlier run left, here or, with a ``remedy`` of its own, elsewhere.

    Raises
    ------
    Damaged
        If the file is damaged, of a schema that this program does not read, or lacks a part.
    """
    remedy = remedy or OF_A_QUARTER.format(
        quarter=next((p.name for p in path.parents if QUARTER.fullmatch(p.name)), "")
    )
    with undamaged(path, remedy):
        record = msgspec.json.decode(path.read_bytes())
        version = record["schema_version"]
        if version not in READABLE:
            known = ", ".join(map(str, READABLE))
            raise Damaged(f"{path} has schema version {version}; this program reads {known}. {remedy}")
        try:
            return msgspec.convert(record, of)
        except msgspec.ValidationError as error:
            raise Damaged(f"{path} is damaged ({error}). {remedy}") from None
