"""Survey quality: its part of the records.

Fewer than ``fewest_respondents`` forms are never told, nor all but so few. A unit's part holds the
city's normal to the nearest five points, so that a form elsewhere leaves it as it is.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from asn_analysis.arms.arm import Prepared
from asn_analysis.arms.quality.part import CityScreen, Flag, OfCity, OfUnit, UnitScreen
from asn_analysis.measures.quality import Screening, screen_survey
from asn_analysis.records.intake import Dataset
from asn_analysis.rules.rules import load_analysis, load_quality

MOST_SHOWN = 10
OF_QUARTERS = ("same_count", "round_counts")
COARSE = 20  # steps of five percentage points


def made(dataset: Dataset, panel: pd.DataFrame, quarter: pd.Period) -> Prepared:
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
