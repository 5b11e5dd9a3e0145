"""What regulations and policy owners have set, read once from dated YAML into frozen types."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cache, wraps
from typing import Any, ParamSpec, TypeVar

from asn_analysis.rules import loading
from asn_analysis.rules.loading import from_file, made_of, names

Names = Mapping[str, str]
Weights = Mapping[str, Fraction]
FILES = (
    *("analysis.yml", "complaints.yml", "indicators.yml"),
    *("ip_asn.yml", "quality.yml", "topics.yml", "actions.yml"),
)


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
    cost_per_form: int
    training_budget: int
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
    duty_hours: float
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
    target: float | None
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


@dataclass(frozen=True)
class ActionRules:
    """What the evidence calls for, the most important first (``actions.yml``)."""

    first_screen: int
    rules: tuple[ActionRule, ...]


ASKED: ContextVar[str | None] = ContextVar("quarter that is asked about", default=None)
P = ParamSpec("P")
T = TypeVar("T")


@contextmanager
def in_force(quarter: object) -> Iterator[None]:
    """Within it the survey regulation is the one of this quarter, for all that a brief of it shows.

    Earlier quarters are told by the same weights, so that no change of the index is one of the rules.
    """
    before = ASKED.set(str(quarter))
    try:
        yield
    finally:
        ASKED.reset(before)


def by_rules_of(quarter: Callable[..., object]) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """A function that goes by the regulation of a quarter, which its first arguments tell."""

    def decorate(function: Callable[P, T]) -> Callable[P, T]:
        @wraps(function)
        def asked(*arguments: P.args, **named: P.kwargs) -> T:
            with in_force(quarter(*arguments)):
                return function(*arguments, **named)

        return asked

    return decorate


def load_skm() -> Skm:
    """The survey regulation of the quarter that is asked about (see ``in_force``), else the newest."""
    quarter = ASKED.get()
    return skm_on(quarter) if quarter else regulations()[-1]


@cache
def skm_on(quarter: str) -> Skm:
    """The survey regulation in force on the first day of a quarter (2027Q1); the oldest before all."""
    year, number = map(int, quarter.split("Q"))
    first = date(year, 3 * number - 2, 1)
    known = regulations()
    return next((skm for skm in reversed(known) if skm.in_force_since <= first), known[0])


@cache
def regulations() -> tuple[Skm, ...]:
    """Every survey regulation on file, in the order of coming into force; decimals are exact fractions."""
    found = (made_of(name, _skm) for name in names("skm"))
    return tuple(sorted(found, key=lambda skm: skm.in_force_since))


def _skm(raw: Any) -> Skm:
    elements = tuple(Element(**entry) for entry in raw["elements"])
    codes = [element.code for element in elements]
    named = sorted(raw["weights"], key=lambda name: name != raw["default_weights"])
    return Skm(
        regulation=raw["regulation"],
        in_force_since=date.fromisoformat(raw["in_force_since"]),
        text=json.dumps(raw, sort_keys=True),
        elements=elements,
        lowest=int(raw["answers"]["lowest"]),
        highest=int(raw["answers"]["highest"]),
        weights={name: _weights(raw["weights"][name], codes) for name in named},
        default_weights=raw["default_weights"],
        factor=int(raw["index"]["factor"]),
        decimals=int(raw["index"]["decimals"]),
        grades=tuple(Grade(entry["grade"], Fraction(entry["at_least"])) for entry in raw["grades"]),
    )


def _weights(given: str | Mapping[str, str], codes: Sequence[str]) -> Weights:
    """One weight for all elements, or a weight for each."""
    if isinstance(given, str):
        return dict.fromkeys(codes, Fraction(given))
    if {*given} != {*codes}:
        raise ValueError(f"The weights name {', '.join(given)}, and not each of {', '.join(codes)}.")
    return {code: Fraction(given[code]) for code in codes}


@from_file("analysis.yml")
def load_analysis(raw: Any) -> AnalysisRules:
    """The choices of the analysis as frozen values."""
    return AnalysisRules(
        confidence=raw["confidence"],
        sesoi=raw["sesoi"],
        comparison=raw["comparison"],
        negative_controls=tuple(raw["negative_controls"]),
        fewest_respondents=raw["fewest_respondents"],
        complete_share=raw["complete_share"],
        fewest_ranked=raw["fewest_ranked"],
        specifications=raw["specifications"],
        scorings={name: tuple(scores) for name, scores in raw["scorings"].items()},
        planning=PlanningRules(**raw["planning"]),
        **raw["event_time"],
        **raw["verdict"],
    )


@from_file("quality.yml")
def load_quality(raw: Any) -> QualityRules:
    """The thresholds of the survey-quality screens as frozen values."""
    told = {name: raw[name] for name in QualityRules.__dataclass_fields__}
    return QualityRules(**{**told, "open_on_closed_days": tuple(raw["open_on_closed_days"])})


@from_file("ip_asn.yml")
def load_ip_asn(raw: Any) -> IpAsn:
    """The professionalism index as frozen values; classes as (above, what), the highest first."""
    return IpAsn(
        weights=raw["weights"],
        qualification=raw["qualification"],
        competence={kind: Competence(**given) for kind, given in raw["competence"].items()},
        technical_hours=raw["technical_hours"],
        seminar_years=raw["seminar_years"],
        performance=tuple((step["above"], step["points"]) for step in raw["performance"]),
        discipline=raw["discipline"],
        discipline_years=raw["discipline_years"],
        categories=tuple((step["above"], step["name"]) for step in raw["categories"]),
        duty_hours=raw["duty"]["hours"],
        chain=raw["chain"],
    )


@from_file("complaints.yml")
def load_complaints(raw: Any) -> ComplaintRules:
    """The limits for complaints as frozen values."""
    return ComplaintRules(
        verification=raw["verification"]["days"],
        follow_up={name: limit["days"] for name, limit in raw["follow_up"].items()},
        country=raw["working_days"]["country"],
        week=tuple(raw["working_days"]["week"]),
        smallest_change=raw["smallest_change"],
        widest_range=raw["widest_range"],
        confidence=raw["confidence"],
    )


@from_file("topics.yml")
def load_topics(raw: Any) -> tuple[Topic, ...]:
    """The keyword taxonomy of complaints and comments, in the order in which ties are broken."""
    return tuple(Topic(entry["name"], entry["element"], tuple(entry["keywords"])) for entry in raw["topics"])


@from_file("indicators.yml")
def load_indicators(raw: Any) -> tuple[Indicator, ...]:
    """The indicators of the policy's goals, in their order."""
    rows = raw["indicators"]
    measures = [row["measure"] for row in rows]
    measures = [found if isinstance(found, str) else tuple(found) for found in measures]
    return tuple(
        Indicator(**{**row, "measure": measure}) for row, measure in zip(rows, measures, strict=True)
    )


@from_file("indicators.yml")
def load_charts(raw: Any) -> ChartRules:
    """The rules of the control charts as frozen values."""
    return ChartRules(**raw["charts"])


@from_file("actions.yml")
def load_actions(raw: Any) -> ActionRules:
    """The rules by which actions are proposed, as frozen values."""
    return ActionRules(raw["first_screen"], tuple(ActionRule(**rule) for rule in raw["rules"]))


def rules_sha256() -> str:
    """One hash over the rules in force, so that a brief can say which rules made it."""
    return hashlib.sha256("".join([load_skm().text, *map(loading.text, FILES)]).encode()).hexdigest()
