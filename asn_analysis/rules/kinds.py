"""What a regulation or a policy owner can set: frozen types, a file of rules each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

Names = Mapping[str, str]
Weights = Mapping[str, Fraction]
Written = int | float  # kept as the file has it, for records print it


@dataclass(frozen=True)
class Element:
    """One of the nine elements (*unsur*) of the survey; ``names`` and ``short`` ones are by language."""

    code: str
    name: str
    names: Names
    short: Names


@dataclass(frozen=True)
class Grade:
    """One class of service quality; ``at_least`` is its lower edge on the 25-100 index."""

    grade: str
    at_least: Fraction


@dataclass(frozen=True)
class Skm:
    """A survey regulation: elements, weights (those in force first), index and grades (``skm/*.yml``).

    ``weights`` holds what a convention gives every element, or each its own; ``text`` is all that its
    file says.
    """

    regulation: str
    in_force_since: date
    text: str
    elements: tuple[Element, ...]
    lowest: int
    highest: int
    weights: Mapping[str, Weights]
    default_weights: str
    factor: int
    decimals: int
    grades: tuple[Grade, ...]

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(element.code for element in self.elements)

    @property
    def names(self) -> dict[str, str]:
        """The elements' names by code."""
        return {element.code: element.name for element in self.elements}

    @property
    def by_name(self) -> dict[str, str]:
        """The elements' codes by name."""
        return {element.name: element.code for element in self.elements}

    @property
    def weight(self) -> Weights:
        """The weights in force, by element: every index, effect and planted truth follows them."""
        return self.weights[self.default_weights]

    @property
    def alike(self) -> Mapping[str, Fraction]:
        """The conventions by which every element has the same weight, and that weight."""
        return {name: own[self.codes[0]] for name, own in self.weights.items() if len({*own.values()}) == 1}

    @property
    def scale(self) -> float:
        """Points of the index for one point of a respondent's mean answer."""
        return float(sum(self.weight.values()) * self.factor)

    @property
    def ends(self) -> tuple[float, float]:
        """The lowest and the highest index: 25 and 100 under exact weights."""
        return self.lowest * self.scale, self.highest * self.scale


@dataclass(frozen=True)
class PlanningRules:
    """What the next survey and the next training are planned by (``analysis.yml``)."""

    half_width: float
    fewest_forms: int
    cost_change: float
    least_per_kecamatan: int
    most_share_per_kecamatan: float
    alike_p_value: float


@dataclass(frozen=True)
class AnalysisRules:
    """Choices of the analysis that a policy owner may change (``analysis.yml``)."""

    confidence: float
    sesoi: float
    comparison: str
    leads: int
    lags: int
    negative_controls: tuple[str, ...]
    consecutive_quarters: int
    least_exposure: float
    fewest_units: int
    most_missing_items: float
    most_composition_shift: float
    fewest_respondents: int
    complete_share: float
    fewest_ranked: int
    specifications: Mapping[str, Any]
    scorings: Mapping[str, tuple[float, ...]]
    planning: PlanningRules


@dataclass(frozen=True)
class QualityRules:
    """From where on an office is asked about its survey (``quality.yml``)."""

    expected_false_flags: float
    fewest_forms: int
    fewest_units: int
    most_flagged_share: float
    earlier_quarters: int
    count_quarters: int
    fewest_items: int
    match: float
    fewest_facts: int
    sample: int
    sample_seed: int
    batch: int
    youngest: Mapping[str, Mapping[str, int]]
    open_on_closed_days: tuple[str, ...]
    limits: Mapping[str, float]
    throughout: Mapping[str, float]
    margins: Mapping[str, float]


@dataclass(frozen=True)
class Competence:
    """What training adds for one kind of position; ``main`` is the column of its own training's hours."""

    main: str | None
    main_points: float
    technical_points: float
    seminar_points: float


@dataclass(frozen=True)
class IpAsn:
    """Peraturan BKN 8/2019: scores and classes of the professionalism index (``ip_asn.yml``)."""

    weights: Mapping[str, int]
    qualification: Mapping[str, float]
    competence: Mapping[str, Competence]
    technical_hours: float
    seminar_years: int
    performance: tuple[tuple[float, float], ...]
    discipline: Mapping[str, float]
    discipline_years: int
    categories: tuple[tuple[float, str], ...]
    duty_hours: Written
    chain: Mapping[str, Any]


@dataclass(frozen=True)
class ComplaintRules:
    """Limits for complaints and choices of their analysis (``complaints.yml``).

    ``verification`` and ``follow_up`` (by class) are in working days; ``week`` holds 1 for each
    weekday, from Monday on, that is worked; ``smallest_change`` is a share of the rate;
    ``widest_range`` how many times its lower end a range's upper one may be to say anything.
    """

    verification: int
    follow_up: Mapping[str, int]
    country: str
    week: tuple[int, ...]
    smallest_change: float
    widest_range: float
    confidence: float


@dataclass(frozen=True)
class Topic:
    """What a text may be about (``topics.yml``); ``element`` is None outside the nine elements."""

    name: str
    element: str | None
    keywords: tuple[str, ...]


@dataclass(frozen=True)
class Indicator:
    """An indicator of one of the policy's goals (``indicators.yml``).

    ``names``, ``short`` ones and ``formula`` are by language;
    ``measure`` holds the elements whose mean index it is, or names a share; ``window`` is in quarters.
    """

    name: str
    goal: str
    source: str
    measure: tuple[str, ...] | str
    unit: str
    window: int
    direction: str
    compared: bool
    target: Written | None
    target_source: str
    certainty: str
    names: Names
    short: Names
    formula: Names


@dataclass(frozen=True)
class ChartRules:
    """When a unit's control chart gives a warning (``indicators.yml``)."""

    fewest_quarters: int
    limit: float
    run: int
    false_discovery_rate: float
    most_shown: int


@dataclass(frozen=True)
class ActionRule:
    """One action, when it is proposed, and which facts it tells (``actions.yml``)."""

    code: str
    scope: str
    when: Mapping[str, Any]
    owner: str
    due_in: int
    count: str | None = None
    share: str | None = None
    element: str | None = None
    other: str | None = None
    kind: str | None = None
    names: str | None = None
    cost: str | None = None
    asked: bool = False


@dataclass(frozen=True)
class ActionRules:
    """What the evidence calls for, the most important first (``actions.yml``)."""

    first_screen: int
    rules: tuple[ActionRule, ...]
