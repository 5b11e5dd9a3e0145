"""Survey quality"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from asn_analysis.arms.arm import Prepared
from asn_analysis.measures.quality import Screening, screen_survey
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
    place = ("unit_id", "name", "kecamatan", "median", "low", "high")
    shown = flags.head(MOST_SHOWN).to_dict("records")
    return OfCity(
        n_units=len(found.units),
        n_flags=len(flags),
        n_flagged_units=len(found.flagged_units),
        flagged_units=tuple(found.flagged_units),
        fewest_respondents=load_analysis().fewest_respondents,
        flags=tuple(Flag(**_shown(row), **_of(row, place)) for row in shown),
        n_more=max(len(flags) - MOST_SHOWN, 0),
        screens=tuple(
            CityScreen(
                screen=screen,
                checked=screen in normal.index,
                **(_of(normal.loc[screen], normal.columns) if screen in normal.index else {}),
                n_flagged=int(per_screen.get(screen, 0)),
            )
            for screen in load_quality().margins
        ),
    )


def _units(table: pd.DataFrame) -> dict[str, OfUnit]:
    """Each unit's screens, in the order of the rules."""
    order = {screen: place for place, screen in enumerate(load_quality().margins)}
    told = ("flagged", "median", "low", "high")
    ordered = table.sort_values("screen", key=lambda screens: screens.map(order), kind="stable")
    screens: dict[str, list[UnitScreen]] = {unit: [] for unit in sorted(table["unit_id"].unique())}
    for row in ordered.to_dict("records"):
        screens[row["unit_id"]].append(UnitScreen(**_shown(row), **_of(row, told)))
    fewest = load_analysis().fewest_respondents
    return {
        unit: OfUnit(n_flags=sum(row.flagged for row in rows), fewest_respondents=fewest, screens=tuple(rows))
        for unit, rows in screens.items()
    }


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    """The share as it may be told: itself, ``more`` than it, or only that ``few`` forms are concerned."""
    fewest, found, of = load_analysis().fewest_respondents, row["found"], row["of"]
    share, how = row["share"], "share"
    if row["screen"] not in OF_QUARTERS and pd.notna(found):
        if found < fewest:
            share, how = None, "few"
        elif of - found < fewest:
            share, how = max(of - fewest, fewest) / of, "more"
    detail = row["detail"] if pd.notna(row["detail"]) else None
    return {"screen": row["screen"], "share": share and round(float(share), 2), "how": how, "detail": detail}


def _of(row: Any, names: Any) -> dict[str, Any]:
    return {name: None if pd.isna(row[name]) else _plain(row[name]) for name in names}


def _plain(value: Any) -> Any:
    return value.item() if hasattr(value, "item") else value
