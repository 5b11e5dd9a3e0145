"""What a record holds, whatever tables a city has: its parts as types, in JSON's own values.

Points are those of the index (25-100), shares lie between 0 and 1, quarters are written 2026Q3 and days
2026-09-30. A number that cannot be had is None. An arm's part is a type of the arm's own folder.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from asn_analysis.followup.changes import Parts
from asn_analysis.impact.verdict import Finding, Reason
from asn_analysis.measures.index_change import IndexChange
from asn_analysis.records.unit_names import told_apart

Label = Literal["success", "promising", "adjust", "harm", "inconclusive"]
Hashes = dict[str, str]


@dataclass(frozen=True)
class Index:
    """An index with its range, and the probability of each grade (see ``measures.ikm.Ikm``)."""

    value: float
    grade: str
    unrounded: float
    n: int | None
    std_error: float | None
    df: float | None
    conf_low: float | None
    conf_high: float | None
    grade_probabilities: dict[str, float] | None


@dataclass(frozen=True)
class ElementIndex(Index):
    """The index of an element."""

    code: str
    name: str


@dataclass(frozen=True)
class UsersIndex(Index):
    """The index over the yearly users of so many units."""

    n_units: int


@dataclass(frozen=True)
class UnitName:
    """A unit by its code and name; ``told`` names it among others."""

    unit_id: str
    name: str
    kecamatan: str | None

    @property
    def told(self) -> str:
        return told_apart(self.name, self.kecamatan)


@dataclass(frozen=True)
class Unit(UnitName):
    """The unit that a brief is about."""

    unit_type: str
    annual_users: int | None
    staff: int | None = None


@dataclass(frozen=True)
class Coverage:
    """City: how many of all units were surveyed, whether that is complete, who is absent, and who of these
    has been silent for more than a year.
    """

    n_all: int
    complete: bool
    absent: tuple[UnitName, ...]
    n_absent: int
    silent: tuple[UnitName, ...]
    n_silent: int
    by_users: UsersIndex | None


@dataclass(frozen=True)
class State:
    """Unit: whether this quarter's results are told, and 1 where it is absent, and where it is silent."""

    state: Literal["told", "not_surveyed", "small", "protecting"]
    n_absent: int = 0
    n_silent: int = 0


@dataclass(frozen=True)
class Dates:
    """First and last day of the quarter."""

    start: str
    end: str


@dataclass(frozen=True)
class Data:
    """What a record was made from; ``rows`` by table."""

    sha256: str
    rows: dict[str, int]
    simulated: bool


@dataclass(frozen=True)
class Survey:
    """Surveys a year, and the quarters without one: of the city, and missed by the unit."""

    a_year: int | None
    gaps: tuple[str, ...]
    missed: tuple[str, ...]


@dataclass(frozen=True)
class Quarter:
    """The index of a quarter; withheld, or without an index where an element was not answered."""

    quarter: str
    withheld: bool
    value: float | None
    unrounded: float | None
    conf_low: float | None
    conf_high: float | None
    grade: str | None
    n: int | None
    n_units: int
    complete: bool


@dataclass(frozen=True)
class AtPlace:
    """The index of a kecamatan's units in a quarter; None where too few answered, or not every element."""

    quarter: str
    value: float | None


@dataclass(frozen=True)
class Place:
    """A kecamatan, or None for the offices that serve the whole city: what may be told of its units."""

    kecamatan: str | None
    n_units: int
    quarters: tuple[AtPlace, ...]


@dataclass(frozen=True)
class Lowest(UnitName):
    """One of the units that stand lowest, its index drawn towards the mean (``measures.ranking``)."""

    n: int
    observed: float
    shrunk: float
    conf_low: float
    conf_high: float
    trained: bool


@dataclass(frozen=True)
class OfKind:
    """Trainings of a kind."""

    kind: str
    n: int


@dataclass(frozen=True)
class Held:
    """The trainings held so far, in how many units, and their mean of lesson hours and of participants."""

    n: int
    n_units: int
    hours: float
    participants: float
    kinds: tuple[OfKind, ...]


@dataclass(frozen=True)
class Unanswered:
    """A quarter in which nobody answered these elements."""

    quarter: str
    elements: tuple[str, ...]


@dataclass(frozen=True)
class Change(IndexChange):
    """How the index moved since an earlier quarter."""

    since: str = ""


@dataclass(frozen=True)
class Plan:
    """The analysis plan's state, and where the analysis departs from it."""

    state: str
    sha256: str | None
    locks: tuple[str, ...]
    seen_from: str | None
    holds: bool
    author: str | None
    deviations: tuple[dict[str, Any], ...]


@dataclass(frozen=True)
class Lot:
    """The public lot of the order of training: whose turn it is now, and how many of it wait.

    ``state`` "changed": the file is not what was drawn and locked. ``ahead``: units trained out of turn;
    ``n_outside``: trained units that are not in the lot.
    """

    state: Literal["followed", "departed", "changed"]
    seed: str
    drawn: str
    n_drawn: int
    n_waiting: int
    next: tuple[UnitName, ...]
    ahead: tuple[UnitName, ...]
    n_outside: int


@dataclass(frozen=True)
class Check:
    """What one check found; ``values`` and ``table`` are its own."""

    name: str
    outcome: Literal["passed", "failed", "informational"]
    finding: str
    weakness: bool
    values: dict[str, Any]
    table: tuple[dict[str, Any], ...]
    sentence: str = ""


@dataclass(frozen=True)
class Then(Finding):
    """What a quarter's data say today, beside what was published then."""

    label: str = "inconclusive"
    published: str | None = None
    published_estimate: float | None = None
    revised: bool = False


@dataclass(frozen=True)
class Verdict:
    """The answer, how sure it is (0 to 5), and in the city's record how it came about."""

    label: Label
    certainty: int
    reasons: tuple[Reason, ...]
    series: tuple[Then, ...] = ()


@dataclass(frozen=True)
class Disclosure:
    """How much is withheld: results of units by quarter, and quarters of the whole city."""

    fewest: int
    n_cells: int
    n_withheld: int
    n_withheld_now: int
    n_quarters_of_city: int


@dataclass(frozen=True)
class PlannedPower:
    """What the roll-out that is planned could show."""

    n_units: int
    n_treated_units: int
    detectable: float
    detectable_robust: float | None
    power: float
    power_robust: float | None
    decides: bool | None
    sesoi: float


@dataclass(frozen=True)
class SinceLast:
    """What changed since the last brief, in parts that add up."""

    quarter: str
    index: Parts
    effect: Parts | None
    revised_quarters: tuple[str, ...]
    method_changed: bool
