"""The record as a whole, for the city and for a unit, and what is read of earlier quarters' records."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from asn_analysis.followup.actions import Action
from asn_analysis.followup.cost import Cost
from asn_analysis.followup.movement import Comparison
from asn_analysis.followup.movement import Effect as PromisesEffect
from asn_analysis.record import effect as effects
from asn_analysis.record import parts
from asn_analysis.records.left import OF_A_QUARTER, Damaged, undamaged

SCHEMA_VERSION = 2
READABLE = (1, 2)  # what is read of earlier quarters has stood alike in both
QUARTER = re.compile(r"\d{4}Q\d")
T = TypeVar("T")


class RecordError(ValueError):
    """A record that is not what its type says."""


@dataclass(frozen=True)
class Rules:
    """The hash over the rules in force."""

    sha256: str


@dataclass(frozen=True)
class Revision:
    """Which publication of the quarter this is, why, and what the one before said."""

    number: int
    reason: str
    before: dict[str, Any]


@dataclass(frozen=True)
class Source:
    """Which function made some parts of the record, from how many rows, and their hash."""

    parts: tuple[str, ...]
    function: str
    rows: int | None
    sha256: str | None


@dataclass(frozen=True)
class LeftOut:
    """An arm that raised; ``message`` stands in no published record."""

    arm: str
    error: str
    message: str | None = None


@dataclass(frozen=True)
class FollowUps:
    """Promised actions by state, and the overdue ones."""

    promised: int
    done: int
    cancelled: int
    open: int
    n_overdue: int
    overdue: tuple[dict[str, Any], ...]


@dataclass(frozen=True)
class Kept:
    """What became of the elements of all done actions (see ``followup.movement.Kept``)."""

    n_measured: int
    n_clear: int
    by_chance: float
    comparisons: tuple[Comparison, ...]
    effect: PromisesEffect | None
    by_element: tuple[dict[str, Any], ...]


@dataclass(frozen=True)
class Promise:
    """Unit: a promised action, and how its element moved since, or why that cannot be said."""

    action: str
    element: str
    owner: str
    promised_quarter: str
    due_quarter: str
    status: str
    difference: float | None
    conf_low: float | None
    conf_high: float | None
    reason: str | None


@dataclass(frozen=True)
class Training:
    """A training of the unit."""

    unit_id: str
    start: str
    kind: str
    hours: float
    participants: int
    cost_idr: float
    reaction: float | None = None
    pretest: float | None = None
    posttest: float | None = None


@dataclass(frozen=True)
class CityIndex:
    """The city's index in a unit's record."""

    value: float
    grade: str


@dataclass(frozen=True, kw_only=True)
class Record:
    """What the records of city and units share."""

    schema_version: int
    scope: str
    quarter: str
    city: str
    unit: parts.Unit | None
    n_units: int
    dates: parts.Dates
    data: parts.Data
    rules: Rules
    revision: Revision | None
    package_version: str
    producer: str | None
    licence: str | None
    missing_tables: tuple[str, ...]
    parameters: dict[str, str]
    ikm: parts.Index | None
    without_index: tuple[parts.Unanswered, ...]
    elements: tuple[parts.ElementIndex, ...]
    survey: parts.Survey
    trend: tuple[parts.Quarter, ...]
    change: parts.Change | None
    effect: effects.EffectNumbers
    checks: tuple[parts.Check, ...]
    verdict: parts.Verdict
    plan: parts.Plan
    follow_ups: FollowUps | None
    kept_promises: Kept | None
    promises: tuple[Promise, ...] | None
    left_out: tuple[LeftOut, ...]
    actions: tuple[Action, ...]
    sources: tuple[Source, ...]


@dataclass(frozen=True, kw_only=True)
class City(Record):
    """The city's record without the arms' parts."""

    coverage: parts.Coverage
    n_respondents: int
    n_untrained: int
    disclosure: parts.Disclosure
    seen: parts.Hashes
    since_last: parts.SinceLast | None
    event_study: tuple[effects.AtTime, ...]
    paths: tuple[effects.Path, ...]
    planned_power: parts.PlannedPower | None
    cost: Cost | None
    element_effects: tuple[effects.ElementEffect, ...]
    estimators: tuple[effects.Named, ...]
    randomisation: effects.Randomisation | None
    two_way: effects.TwoWay | None
    kinds: tuple[effects.Group, ...]
    kinds_equal_p_value: float | None
    unit_types: tuple[effects.Group, ...]
    dose: effects.Estimate | None
    ordinal: tuple[effects.CutPoints, ...]
    sensitivity: effects.Sensitivity | None
    specifications: tuple[effects.Specification, ...]
    n_digital_meanwhile: int | None
    specification_counts: effects.Counts | None


@dataclass(frozen=True, kw_only=True)
class Unit(Record):
    """A unit's record without the arms' parts; effect and verdict are the city's."""

    coverage: parts.State
    n_respondents: int | None
    fewest_respondents: int
    city_ikm: CityIndex | None
    trainings: tuple[Training, ...]
    n_trainings: int


def checked(record: dict[str, Any]) -> dict[str, Any]:
    """The record, which holds what its type says.

    Raises
    ------
    RecordError
        If a part is missing or of another type: a fault of the program, caught before it is kept.
    """
    of = City if record["unit"] is None else Unit
    try:
        msgspec.convert(record, of)
    except msgspec.ValidationError as error:
        raise RecordError(
            f'The record of "{record["scope"]}" is not what its schema says: {error}.'
        ) from None
    return record


@dataclass(frozen=True)
class EarlierIndex:
    """An index as an earlier record holds it."""

    unrounded: float


@dataclass(frozen=True)
class EarlierElement(EarlierIndex):
    """An element's."""

    code: str


@dataclass(frozen=True)
class EarlierVerdict:
    """What was concluded."""

    label: str


@dataclass(frozen=True)
class EarlierEffect:
    """What was estimated."""

    estimate: float | None


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
    verdict: EarlierVerdict
    effect: EarlierEffect
    ikm: EarlierIndex | None
    elements: tuple[EarlierElement, ...]
    seen: parts.Hashes

    @property
    def method(self) -> list[str]:
        """What its numbers depend on beside the data: the rules and the version."""
        return [self.rules.sha256, self.package_version]


def read_earlier(path: Path, of: type[T]) -> T:
    """What is needed of a record that an earlier run left.

    Raises
    ------
    Damaged
        If the file is damaged, of a schema that this program does not read, or lacks a part.
    """
    remedy = OF_A_QUARTER.format(
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
