"""Staff in the record."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Staff:
    """Means of the staff: the professionalism index (IP ASN), its dimensions, and hours of training (JP)."""

    ip: float
    qualification: float
    competence: float
    performance: float
    discipline: float
    hours: float
    share_met_duty: float
    n_staff: int


@dataclass(frozen=True)
class StaffIn(Staff):
    """Those of a year."""

    year: int


@dataclass(frozen=True)
class Class:
    """How many stand in some neighbouring classes of the index."""

    classes: tuple[str, ...]
    n: int
    share: float


@dataclass(frozen=True)
class UnitStaff:
    """What may be told of a unit: whole points, discipline with performance."""

    unit_id: str
    name: str
    year: int
    ip: int
    qualification: int
    competence: int
    performance_and_discipline: int
    category: str
    hours: float
    share_met_duty: float
    n_staff: int


@dataclass(frozen=True)
class Weights:
    """The most points that each dimension of the index can give."""

    qualification: float
    competence: float
    performance: float
    discipline: float


@dataclass(frozen=True)
class WeightsOfUnit:
    """The same, as a unit's are told."""

    qualification: float
    competence: float
    performance_and_discipline: float


@dataclass(frozen=True)
class HeldAgainst:
    """What would be no link, and what would be a strong enough one."""

    nothing: float
    enough: float


@dataclass(frozen=True)
class Measured(HeldAgainst):
    """A link that the trainings themselves tell; None where fewer than two measured it."""

    estimate: float | None
    conf_low: float | None
    conf_high: float | None
    n_trainings: int


@dataclass(frozen=True)
class Behaviour(HeldAgainst):
    """The link that the effects on these elements tell."""

    elements: tuple[str, ...]


@dataclass(frozen=True)
class Chain:
    """Kirkpatrick's chain from training to citizens."""

    reaction: Measured
    learning: Measured
    behaviour: Behaviour
    result: HeldAgainst


@dataclass(frozen=True)
class OfCity(Staff):
    """The last full year, the years before it, the units furthest from the duty, and the chain."""

    year: int
    duty_hours: int
    weights: Weights
    categories: tuple[Class, ...]
    years: tuple[StaffIn, ...]
    lowest: tuple[UnitStaff, ...]
    chain: Chain


@dataclass(frozen=True)
class UnitYear:
    """A unit's year."""

    year: int
    ip: int
    hours: float
    share_met_duty: float
    n_staff: int


@dataclass(frozen=True)
class OfUnit:
    """A unit's last full year; all but ``fewest`` is missing where its staff are so few as to be withheld."""

    withheld: bool
    year: int
    fewest: int | None = None
    ip: int | None = None
    qualification: int | None = None
    competence: int | None = None
    performance_and_discipline: int | None = None
    category: str | None = None
    hours: float | None = None
    share_met_duty: float | None = None
    n_staff: int | None = None
    duty_hours: int | None = None
    weights: WeightsOfUnit | None = None
    years: tuple[UnitYear, ...] = ()
