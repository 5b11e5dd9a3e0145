"""The types of a province's record: what the records of its cities say together (``together`` fills them)."""

from __future__ import annotations

from dataclasses import dataclass

from asn_analysis.impact.pooling import Answer, Spread
from asn_analysis.impact.verdict import Reason
from asn_analysis.record.parts import Dates, Label
from asn_analysis.record.schema import Rules
from asn_analysis.record.sent import LeftAside


@dataclass(frozen=True)
class Range:
    """Where an effect lies."""

    conf_low: float
    conf_high: float


@dataclass(frozen=True)
class Told(Range):
    """An estimate in points with its range and its error; all are always known here."""

    estimate: float
    std_error: float
    df: float


@dataclass(frozen=True)
class PooledCity(Told):
    """A city's own effect, and that drawn towards the mean; ``drift_allowed``: it can allow for a drift."""

    city: str
    weight: float
    shrunk: float
    shrunk_low: float
    shrunk_high: float
    label: Label
    certainty: int
    n_units: int
    n_treated_units: int
    n_respondents: float
    drift_allowed: bool
    sha256: str


@dataclass(frozen=True)
class PooledAllowance(Told):
    """The mean effect if in every city that can tell it the same allowance holds."""

    scale: str
    trend: str
    n_cities: int
    tau: float


@dataclass(frozen=True)
class MeanEffect(Told):
    """The mean over cities; robust: the union over the allowances, ``least`` the smallest estimate in it."""

    conf_low_robust: float | None
    conf_high_robust: float | None
    least: float | None
    exposure: float
    sesoi: float
    n_drift_allowed: int


@dataclass(frozen=True)
class Between:
    """How much true effects differ between cities: their standard deviation with its range."""

    tau: float
    conf_low: float
    conf_high: float
    tau_paule_mandel: float
    tau_averaged: float
    share: float
    q: float
    inflation: float
    spread: Spread
    highest: str
    lowest: str


@dataclass(frozen=True)
class ProvinceVerdict:
    """The answer and how sure it is: what the pool starts from, and what it loses a point by."""

    label: Answer
    certainty: int
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class Senders:
    """Who sent: cities expected (without a list all that sent), absent, sent but not on the list, set aside.

    ``n_misfit`` of those set aside have an effect, but not under the same terms.
    """

    listed: bool
    n_expected: int
    n_sent: int
    n_pooled: int
    n_misfit: int
    n_absent: int
    absent: tuple[str, ...]
    unexpected: tuple[str, ...]
    aside: tuple[LeftAside, ...]


@dataclass(frozen=True)
class ProvinceData:
    """What the record was made from: records alone."""

    simulated: bool
    n_respondents: float
    n_units: int


@dataclass(frozen=True)
class Province:
    """The whole record. ``city`` and ``unit`` name the place as in the records of cities."""

    schema_version: int
    scope: str
    quarter: str
    city: str
    unit: None
    dates: Dates
    data: ProvinceData
    rules: Rules
    package_version: str
    senders: Senders
    effect: MeanEffect
    further_city: Range
    between: Between
    verdict: ProvinceVerdict
    cities: tuple[PooledCity, ...]
    allowances: tuple[PooledAllowance, ...]
