"""What is read of records that earlier quarters left or cities sent, and which of them can be pooled.

Nothing is dropped without a word: what cannot be read, or must never be mixed, ends the command; what does
not fit the others is set aside by name, and the brief says so.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TypeVar

import msgspec

from asn_analysis.record.effect import Allowance, Estimate, Measured, Refused
from asn_analysis.record.parts import Data, Dates, Hashes, Verdict
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


REMEDY = "Ask the city to send the record.json that lies beside its brief again."
CITY = "city"  # the scope of a city's record


@dataclass(frozen=True)
class SentEffect(Measured):
    """A city's effect (see ``record.effect.EffectNumbers``)."""

    exposure: float | None
    n_units: int | None
    n_treated_units: int | None
    n_respondents: float | None
    method: str | None
    sesoi: float
    comparison: str
    refusal: Refused | None
    allowances: tuple[Allowance, ...] | None = None


@dataclass(frozen=True)
class SentCity:
    """What is read of a city's record."""

    scope: str
    quarter: str
    city: str
    dates: Dates
    data: Data
    rules: Rules
    package_version: str
    verdict: Verdict
    effect: SentEffect


@dataclass(frozen=True)
class Sent:
    """A record, the file that it came in, and the hash of that file."""

    file: str
    sha256: str
    record: SentCity


@dataclass(frozen=True)
class Terms:
    """What records must share to be pooled: the same question, put in the same way, at the same time."""

    quarter: str
    sesoi: float
    comparison: str
    rules: str
    method: str | None


@dataclass(frozen=True)
class LeftAside:
    """A record that is not pooled, and why: codes of ``words.province.ASIDE``."""

    city: str
    quarter: str
    sha256: str
    reasons: tuple[str, ...]


def alike(name: str) -> str:
    """A city's name without what typing it makes different."""
    return " ".join(name.casefold().split())


def refuse_unusable(sent: Sequence[Sent]) -> None:
    """Raise a ValueError for what must never be pooled, whatever is asked for."""
    for one in sent:
        if one.record.scope != CITY:
            raise ValueError(f"{one.file} is the record of the unit {one.record.scope}, not of a city.")
    _refuse_twice(sent, "city", [alike(one.record.city) for one in sent])
    _refuse_twice(sent, "data", [one.record.data.sha256 for one in sent])
    by_kind = {one.record.data.simulated: one.file for one in sent}
    if len(by_kind) > 1:
        raise ValueError(
            f"{by_kind[True]} tells of simulated data, {by_kind[False]} of real ones; nothing may mix them."
        )


def _refuse_twice(sent: Sequence[Sent], what: str, values: Sequence[str]) -> None:
    """Two records of one city, or of the same data, would count twice."""
    seen: dict[str, str] = {}
    for one, value in zip(sent, values, strict=True):
        if value in seen:
            raise ValueError(f"{seen[value]} and {one.file} are of the same {what}. Give one of them.")
        seen[value] = one.file


def shared_terms(sent: Sequence[Sent], quarter: str = "") -> Terms:
    """The terms of most records that have an effect, of one quarter if it is asked for.

    Raises
    ------
    ValueError
        If no record has an effect, or several terms are shared by equally many.
    """
    usable = [_terms(one) for one in sent if _usable(one) and quarter in ("", one.record.quarter)]
    if not usable:
        raise ValueError(f"None of these records has an effect{f' for {quarter}' if quarter else ''}.")
    counts = Counter(usable).most_common(2)
    if len(counts) > 1 and counts[0][1] == counts[1][1]:
        differ = ", ".join(_differences(counts[0][0], counts[1][0]))
        raise ValueError(
            f"As many records differ as agree in {differ}; say which to pool with --quarter, or give only "
            "those that belong together."
        )
    return counts[0][0]


def set_aside(sent: Iterable[Sent], terms: Terms) -> tuple[list[Sent], list[LeftAside]]:
    """The records that can be pooled under these terms, and the others with every reason why not."""
    kept, aside = [], []
    for one in sent:
        other_quarter = ["quarter"] * (one.record.quarter != terms.quarter)
        reasons = _differences(_terms(one), terms) if _usable(one) else [*other_quarter, "refused"]
        if reasons:
            record = one.record
            aside.append(LeftAside(record.city, record.quarter, one.sha256, tuple(reasons)))
        else:
            kept.append(one)
    return kept, aside


def misfits(aside: Sequence[LeftAside]) -> list[LeftAside]:
    """Those that have an effect, which could be pooled if their record were made under the same terms."""
    return [one for one in aside if "refused" not in one.reasons]


def _usable(one: Sent) -> bool:
    effect = one.record.effect
    return effect.estimate is not None and bool(effect.std_error)


def _terms(one: Sent) -> Terms:
    record, effect = one.record, one.record.effect
    return Terms(record.quarter, effect.sesoi, effect.comparison, record.rules.sha256, effect.method)


def _differences(one: Terms, other: Terms) -> list[str]:
    theirs = asdict(other)
    return [name for name, value in asdict(one).items() if value != theirs[name]]
