"""Survey quality in the record: who would be asked what, beside what is normal in the city."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Normal:
    """The middle unit of the city, and the range of nine units in ten; missing where nobody could look."""

    median: float | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, kw_only=True)
class OfScreen(Normal):
    """What a screen found in a unit: its share, ``more`` than it, or that ``few`` forms are concerned."""

    screen: str
    share: float | None
    how: Literal["share", "few", "more"]
    detail: str | None


@dataclass(frozen=True, kw_only=True)
class Flag(OfScreen):
    """A question to a unit."""

    unit_id: str
    name: str
    kecamatan: str | None


@dataclass(frozen=True, kw_only=True)
class UnitScreen(OfScreen):
    """A screen in a unit's own part."""

    flagged: bool


@dataclass(frozen=True, kw_only=True)
class CityScreen(Normal):
    """A screen over the city: whether it could be checked, and how many units are asked."""

    screen: str
    checked: bool
    n_flagged: int


@dataclass(frozen=True, kw_only=True)
class Screened:
    """How many questions there are; fewer forms than ``fewest_respondents`` are never told."""

    n_flags: int
    fewest_respondents: int


@dataclass(frozen=True, kw_only=True)
class OfUnit(Screened):
    """A unit's own screens, beside the city's normal to five points."""

    screens: tuple[UnitScreen, ...]


@dataclass(frozen=True, kw_only=True)
class OfCity(Screened):
    """The units to be asked, and every screen's normal."""

    n_units: int
    n_flagged_units: int
    flagged_units: tuple[str, ...]
    flags: tuple[Flag, ...]
    n_more: int
    screens: tuple[CityScreen, ...]
