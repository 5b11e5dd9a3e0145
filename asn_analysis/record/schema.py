"""The record as a whole, for the city and for a unit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec

from asn_analysis.followup.actions import Action, Request
from asn_analysis.followup.cost import Cost
from asn_analysis.followup.movement import Kept
from asn_analysis.record import effect as effects
from asn_analysis.record import parts

SCHEMA_VERSION = 2


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
class Overdue:
    """A promised action past its quarter."""

    unit_id: str
    unit: str
    kecamatan: str | None
    action: str
    element: str
    owner: str
    promised_quarter: str
    due_quarter: str
    status: str
    evidence: str | None = None


@dataclass(frozen=True)
class FollowUps:
    """Promised actions by state, and the overdue ones."""

    promised: int
    done: int
    cancelled: int
    open: int
    n_overdue: int
    overdue: tuple[Overdue, ...]


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
    request: Request | None
    actions: tuple[Action, ...]
    sources: tuple[Source, ...]


@dataclass(frozen=True, kw_only=True)
class City(Record):
    """The city's record without the arms' parts."""

    coverage: parts.Coverage
    n_respondents: int
    n_untrained: int
    held: parts.Held | None
    disclosure: parts.Disclosure
    places: tuple[parts.Place, ...]
    lowest: tuple[parts.Lowest, ...]
    seen: parts.Hashes
    since_last: parts.SinceLast | None
    in_answers: effects.InAnswers | None
    event_study: tuple[effects.AtTime, ...]
    paths: tuple[effects.Path, ...]
    lot: parts.Lot | None = None
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
