"""The next survey and the next training in the record."""

from __future__ import annotations

from dataclasses import dataclass

from asn_analysis.followup.cost import CostCase
from asn_analysis.followup.targeting import Gain


@dataclass(frozen=True)
class OfType:
    """Forms per unit of a type; with a withheld unit, what the type made is not told."""

    unit_type: str
    n_units: int
    made: float | None
    needed: float


@dataclass(frozen=True)
class Lacking:
    """A unit that lacks forms."""

    unit_id: str
    name: str
    made: int
    needed: int
    krejcie_morgan: int | None


@dataclass(frozen=True)
class Survey:
    """Forms made and needed a quarter, ``half_width`` in points, costs in rupiah; needs the cells alone."""

    half_width: float
    cost_per_form: int | None
    needed: int
    needed_cost: int | None
    made: int
    n_units: int
    n_enough: int
    krejcie_morgan: int | None
    by_type: tuple[OfType, ...]
    short: tuple[Lacking, ...]


@dataclass(frozen=True)
class Cut:
    """A way to spread forms over the units (see ``followup.planning.Allocation``)."""

    name: str
    total: int
    cost: float | None
    city: float
    typical: float
    widest: float
    power: float | None


@dataclass(frozen=True)
class NextWave:
    """What training the chosen units would show, ``wanted`` the chance for which it is planned."""

    detectable: float
    power: float
    detectable_robust: float | None
    power_robust: float | None
    sesoi: float
    wanted: float
    n_units: int
    until: str
    forms: int | None


@dataclass(frozen=True)
class Kinds:
    """Whether one kind of training is to be preferred (see ``followup.expected.Kinds``)."""

    best: str | None
    equal_p_value: float
    estimate: float | None
    conf_low: float | None
    conf_high: float | None


@dataclass(frozen=True)
class Way(Gain):
    """A way to choose whom to train (see ``followup.targeting.Choice``)."""

    name: str
    n_units: int


@dataclass(frozen=True)
class Target:
    """A unit to train next; points are those to expect in the unit."""

    unit_id: str
    name: str
    kecamatan: str | None
    users: float
    cost: float
    points: float
    points_low: float
    points_high: float
    by_plain_rule: bool


@dataclass(frozen=True)
class Refused:
    """Why nobody can be ranked (``refusal``), or None; ``budget`` is the city's, if it has set one."""

    refusal: str | None
    budget: float | None
    n_untrained: int
    kinds: Kinds | None


@dataclass(frozen=True)
class NextTraining(Refused):
    """Whom to train next (see ``followup.targeting.Targets``); a refusal leaves the rest empty."""

    differ: bool = False
    least_met: bool = False
    added: float | None = None
    added_low: float | None = None
    added_high: float | None = None
    choices: tuple[Way, ...] = ()
    units: tuple[Target, ...] = ()


@dataclass(frozen=True)
class Outlook:
    """What follows from the effect, so it is added once the analysis has run."""

    budget: tuple[Cut, ...]
    wave: NextWave | None
    cost_change: float
    cost_cases: tuple[CostCase, ...]
    next: NextTraining


@dataclass(frozen=True)
class OfCity(Outlook, Survey):
    """The city's next survey and training."""


@dataclass(frozen=True)
class OfUnit:
    """A unit's forms; what was made is missing for one that may be among the withheld ones."""

    half_width: float
    needed: int
    made: int | None
    enough: bool | None
    krejcie_morgan: int | None
