"""Digital services in the record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from asn_analysis.impact.verdict import Verdict
from asn_analysis.record.effect import EffectNumbers


@dataclass(frozen=True)
class Used:
    """What applications were used for (see ``measures.digital.usage``): shares, and rupiah a service."""

    n_units: int
    transactions: float
    take_up: float | None
    completion: float | None
    cost_per_service: float | None


@dataclass(frozen=True)
class UsedSoFar(Used):
    """In the last four quarters; ``cost_since_live`` is that since going live, building included."""

    cost_since_live: float | None


@dataclass(frozen=True)
class UsedIn(Used):
    """In a quarter."""

    quarter: str


@dataclass(frozen=True)
class GoingLive(EffectNumbers):
    """The effect of going live among units not yet trained; ``few_units``: fewer than a verdict needs."""

    few_units: bool
    verdict: Verdict


@dataclass(frozen=True)
class Estimate:
    """An effect on the index, in points; its range holds together with the others told beside it."""

    estimate: float
    conf_low: float
    conf_high: float
    n_units: int


@dataclass(frozen=True)
class Joint(Estimate):
    """The effect where only one, or both, had begun."""

    term: Literal["training", "digital", "both"]


@dataclass(frozen=True)
class Shift:
    """The effect of going live in two parts that add up, and the share of answers given online."""

    total: Estimate
    within: Estimate
    mix: Estimate
    online_before: float | None
    online_since: float | None


@dataclass(frozen=True)
class Answered:
    """How a group of respondents rated the service in the last four quarters."""

    n: int
    index: float


@dataclass(frozen=True)
class Channel(Answered):
    """Those of a channel."""

    channel: Literal["counter", "online", "outreach"]


@dataclass(frozen=True)
class ByChannel:
    """Those who answered online, and all others."""

    online: Answered
    others: Answered


@dataclass(frozen=True)
class OfUnit:
    """A unit's applications by audience; ``live_since`` and ``trend`` are of those for citizens."""

    citizens: UsedSoFar | None
    staff: UsedSoFar | None
    live_since: str | None
    trend: tuple[UsedIn, ...]
    channels: ByChannel | None


@dataclass(frozen=True)
class OfCity:
    """Use, effects of going live (``waktu``: on completion time), the question of both, and channels."""

    citizens: UsedSoFar | None
    staff: UsedSoFar | None
    trend: tuple[UsedIn, ...]
    effect: GoingLive
    waktu: GoingLive
    effect_of_staff_systems: GoingLive
    waktu_of_staff_systems: GoingLive
    joint: tuple[Joint, ...]
    channel_shift: Shift | None
    channels: tuple[Channel, ...]
