"""Complaints in the record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from asn_analysis.measures.closing import HalfClosed
from asn_analysis.measures.complaints import OnTime, Rate

Disagreement = Literal["praised_but_complained", "low_but_silent"]


@dataclass(frozen=True)
class Counts:
    """Complaints received and open at the end of the quarter; ``old``: from before the last four quarters.

    None where the days of closing, or of answers, are not recorded.
    """

    received: int
    received_year: int
    open: int | None
    open_old: int | None
    open_past_limit: int | None


@dataclass(frozen=True)
class OfUnit(Counts):
    """A unit's own, and what most of a year's are about, where they are enough."""

    element: str | None
    n_element: int | None


@dataclass(frozen=True)
class Closed:
    """The share closed by a working day since receipt, open ones counted."""

    day: float
    closed: float
    conf_low: float
    conf_high: float


@dataclass(frozen=True)
class Closing(HalfClosed):
    """How long until a year's complaints are closed (Kaplan and Meier); see ``TimeToClose``."""

    curve: tuple[Closed, ...]
    by_limit: tuple[Closed, ...]


@dataclass(frozen=True)
class Change:
    """What training did to the number of complaints, as shares of those expected; or why not."""

    refusal: str | None
    finding: Literal["fell", "rose", "little", "undecided"] | None = None
    change: float | None = None
    conf_low: float | None = None
    conf_high: float | None = None
    two_way: float | None = None
    two_way_low: float | None = None
    two_way_high: float | None = None
    observed: int | None = None
    expected: float | None = None
    n_treated_units: int | None = None
    n_units: int | None = None


@dataclass(frozen=True)
class Topic:
    """What complaints are about, by keywords; ``quote`` holds no personal data."""

    topic: str
    element: str | None
    n: int
    share: float
    quote: str | None


@dataclass(frozen=True)
class Elements:
    """The element that most complaints are about, and the one that the survey puts last."""

    complained: str
    n: int
    n_known: int
    weakest: str
    index: float
    agree: bool


@dataclass(frozen=True)
class Disagreeing:
    """A unit on which complaints and survey disagree; the rate is of 1,000 users."""

    unit_id: str
    name: str
    kind: Disagreement
    n: int
    index: float
    rate: float
    conf_low: float
    conf_high: float


@dataclass(frozen=True)
class OfCity(Counts):
    """Clocks, backlog, what a year's complaints are about, and what training did to their number.

    ``uncertain_years`` are those whose joint leave is estimated; ``follow_up`` ends with all classes.
    A clock whose days the register does not hold is None or empty.
    """

    since: str
    n_quarters: int
    uncertain_years: tuple[str, ...]
    rate: Rate | None
    verification: OnTime | None
    follow_up: tuple[OnTime, ...]
    closing: Closing | None
    effect: Change
    topics: tuple[Topic, ...]
    n_texts: int
    n_unknown: int
    n_rare: int
    share_unknown: float | None
    share_rare: float | None
    elements: Elements | None
    disagreeing: tuple[Disagreeing, ...]
