"""Survey quality"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from asn_analysis.arms.arm import Prepared
from asn_analysis.measures.quality import Screening, screen_survey
from asn_analysis.record.core import parts_by, parts_of
from asn_analysis.record.parts import UnitName
from asn_analysis.records.intake import Dataset
from asn_analysis.rules.rules import load_analysis, load_quality


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
class Flag(OfScreen, UnitName):
    """A question to a unit."""


@dataclass(frozen=True, kw_only=True)
class UnitScreen(OfScreen):
    """A screen in a unit's own part."""

    flagged: bool


@dataclass(frozen=True, kw_only=True)
class CityScreen(Normal):
    """A screen over the city: whether it could be checked, how many units are asked, and whether so many of
    them do alike that none can stand out.
    """

    screen: str
    checked: bool
    n_flagged: int
    throughout: bool


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


MOST_SHOWN = 10
OF_QUARTERS = ("same_count", "round_counts")
COARSE = 20  # steps of five percentage points


def prepare(dataset: Dataset, panel: pd.DataFrame, quarter: pd.Period) -> Prepared:
    """City: units to be asked, and every screen's normal. Unit: its own screens."""
    found = screen_survey(dataset, panel, quarter)
    if not found.units:
        return Prepared(None)
    normal = found.normal.set_index("screen")[["median", "low", "high"]]
    coarse = (normal * COARSE).round() / COARSE
    of_units = _units(found.table.join(coarse, on="screen"))
    return Prepared(_city(found, normal.round(2), dataset.units), of_units, found.flagged_units)


def _city(found: Screening, normal: pd.DataFrame, units: pd.DataFrame) -> OfCity:
    flags = found.table[found.table["flagged"]].sort_values(["p_value", "unit_id", "screen"])
    flags = flags.join(normal, on="screen").merge(units[["unit_id", "name", "kecamatan"]], on="unit_id")
    per_screen = flags.groupby("screen").size()
    screens = normal.reindex(list(load_quality().margins)).to_dict("index")
    return OfCity(
        n_units=len(found.units),
        n_flags=len(flags),
        n_flagged_units=len(found.flagged_units),
        flagged_units=tuple(found.flagged_units),
        fewest_respondents=load_analysis().fewest_respondents,
        flags=parts_of(Flag, _shown(flags.head(MOST_SHOWN))),
        n_more=max(len(flags) - MOST_SHOWN, 0),
        screens=tuple(
            CityScreen(
                screen=name,
                checked=name in normal.index,
                n_flagged=int(per_screen.get(name, 0)),
                throughout=bool(row["median"] > load_quality().throughout.get(name, 1)),
                **row,
            )
            for name, row in screens.items()
        ),
    )


def _units(table: pd.DataFrame) -> dict[str, OfUnit]:
    """Each unit's screens, in the order of the rules."""
    order = {screen: place for place, screen in enumerate(load_quality().margins)}
    ordered = table.sort_values("screen", key=lambda screens: screens.map(order), kind="stable")
    fewest = load_analysis().fewest_respondents
    return {
        unit: OfUnit(n_flags=sum(own.flagged for own in screens), fewest_respondents=fewest, screens=screens)
        for unit, screens in parts_by(ordered["unit_id"], UnitScreen, _shown(ordered)).items()
    }


def _shown(table: pd.DataFrame) -> pd.DataFrame:
    """Shares as they may be told: itself, ``more`` than it, or only that ``few`` forms are concerned."""
    fewest, of_forms = load_analysis().fewest_respondents, ~table["screen"].isin(OF_QUARTERS)
    few = of_forms & (table["found"] < fewest)
    more = of_forms & ~few & (table["of"] - table["found"] < fewest)
    share = table["share"].mask(more, (table["of"] - fewest).clip(lower=fewest) / table["of"])
    rounded = share.mask(few).astype(float).map(lambda value: round(value, 2))
    return table.assign(share=rounded, how=np.select([few, more], ["few", "more"], "share"))
