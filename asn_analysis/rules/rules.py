"""What is in force: the rules of regulations and policy owners, read once from dated YAML."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from fractions import Fraction
from functools import cache, wraps
from importlib.resources import files
from typing import Any, ParamSpec, TypeVar

from msgspec import ValidationError, convert

from asn_analysis.rules.kinds import (
    ActionRules,
    AnalysisRules,
    ChartRules,
    ComplaintRules,
    Indicator,
    IpAsn,
    QualityRules,
    Skm,
    Topic,
    Weights,
)
from asn_analysis.rules.yaml_files import WRONG, YamlError, parsed

FILES = (
    *("analysis.yml", "complaints.yml", "indicators.yml"),
    *("ip_asn.yml", "quality.yml", "topics.yml", "actions.yml"),
)
EXACT = "skm/"  # every value stays as it is written, so that 0.11 and 76.61 are exact
ASKED: ContextVar[str | None] = ContextVar("quarter that is asked about", default=None)
P = ParamSpec("P")
T = TypeVar("T")


class RulesError(ValueError):
    """A file of rules that cannot be used."""


def text(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


def names(folder: str) -> list[str]:
    """The files of rules in a folder of their own."""
    found = files(__package__).joinpath(folder).iterdir()
    return sorted(f"{folder}/{file.name}" for file in found if file.name.endswith(".yml"))


def made_of(name: str, make: Callable[[Any], T]) -> T:
    """What a function makes of the content of a file.

    Raises
    ------
    RulesError
        If the file cannot be read, or the function makes nothing of it.
    """
    try:
        return make(parsed(text(name).encode(), as_text=name.startswith(EXACT)))
    except (OSError, *WRONG) as error:
        told = isinstance(error, YamlError | OSError | ValidationError)
        what = error if told else f"{type(error).__name__}: {error}"
        raise RulesError(f"rules/{name} cannot be used ({what}). Correct it, or put it back.") from None


def from_file(name: str) -> Callable[[Callable[[Any], T]], Callable[[], T]]:
    """What a function makes of the content of a file beside this one."""

    def loading(make: Callable[[Any], T]) -> Callable[[], T]:
        def load() -> T:
            return made_of(name, make)

        load.__name__, load.__doc__ = make.__name__, make.__doc__
        return cache(load)

    return loading


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
    """The survey regulation of the quarter that is asked about (see ``in_force``), else the newest.

    Source: ``rules/skm/*.yml`` (Permenpan RB 14/2017). Raises ``RulesError`` where a file is spoiled.

    Examples
    --------
    >>> skm = asn.load_skm()
    >>> skm.codes
    ('u1', 'u2', 'u3', 'u4', 'u5', 'u6', 'u7', 'u8', 'u9')
    >>> skm.ends  # the lowest and the highest index
    (25.0, 100.0)
    """
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
    codes = [element["code"] for element in raw["elements"]]
    named = sorted(raw["weights"], key=lambda name: name != raw["default_weights"])
    weights = {name: _weights(raw["weights"][name], codes) for name in named}
    told = raw | raw["answers"] | raw["index"] | {"weights": weights, "text": json.dumps(raw, sort_keys=True)}
    return convert(told, Skm, strict=False, dec_hook=lambda kind, value: kind(value))


def _weights(given: str | Mapping[str, str], codes: Sequence[str]) -> Weights:
    """One weight for all elements, or a weight for each."""
    if isinstance(given, str):
        return dict.fromkeys(codes, Fraction(given))
    if {*given} != {*codes}:
        raise ValueError(f"The weights name {', '.join(given)}, and not each of {', '.join(codes)}.")
    return {code: Fraction(given[code]) for code in codes}


@from_file("analysis.yml")
def load_analysis(raw: Any) -> AnalysisRules:
    """The choices of the analysis that a policy owner may change (``rules/analysis.yml``).

    Raises
    ------
    RulesError
        If the file is spoiled, with the place in it.

    Examples
    --------
    >>> rules = asn.load_analysis()
    >>> rules.sesoi, rules.confidence  # smallest effect of interest in index points; coverage of intervals
    (2.0, 0.95)
    """
    return convert(raw | raw["event_time"] | raw["verdict"], AnalysisRules)


@from_file("quality.yml")
def load_quality(raw: Any) -> QualityRules:
    """The thresholds of the survey-quality screens."""
    return convert(raw, QualityRules)


@from_file("ip_asn.yml")
def load_ip_asn(raw: Any) -> IpAsn:
    """The professionalism index; classes as (above, what), the highest first."""
    steps = {
        "performance": [(step["above"], step["points"]) for step in raw["performance"]],
        "categories": [(step["above"], step["name"]) for step in raw["categories"]],
    }
    return convert(raw | steps | {"duty_hours": raw["duty"]["hours"]}, IpAsn)


@from_file("complaints.yml")
def load_complaints(raw: Any) -> ComplaintRules:
    """Limits for complaints, in working days, and choices of their analysis (``rules/complaints.yml``).

    Source: Permenpan RB 62/2018, as far as the file says. Raises ``RulesError`` where it is spoiled.
    """
    limits = {name: limit["days"] for name, limit in raw["follow_up"].items()}
    days = {"verification": raw["verification"]["days"], "follow_up": limits}
    return convert(raw | raw["working_days"] | days, ComplaintRules)


@from_file("topics.yml")
def load_topics(raw: Any) -> tuple[Topic, ...]:
    """The keyword taxonomy of complaints and comments, in the order in which ties are broken."""
    return convert(raw["topics"], tuple[Topic, ...])


@from_file("indicators.yml")
def load_indicators(raw: Any) -> tuple[Indicator, ...]:
    """The indicators of the policy's goals, in their order."""
    return convert(raw["indicators"], tuple[Indicator, ...])


@from_file("indicators.yml")
def load_charts(raw: Any) -> ChartRules:
    """The rules of the control charts."""
    return convert(raw["charts"], ChartRules)


@from_file("actions.yml")
def load_actions(raw: Any) -> ActionRules:
    """The rules by which actions are proposed, the most important first."""
    return convert(raw, ActionRules)


def rules_sha256() -> str:
    """One hash over the rules in force, so that a brief can say which rules made it."""
    return hashlib.sha256("".join([load_skm().text, *map(text, FILES)]).encode()).hexdigest()
