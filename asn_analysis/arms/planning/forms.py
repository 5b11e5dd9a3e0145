"""The next survey: forms made and needed, whole, by type of unit and by unit, and two ways to need fewer."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from asn_analysis.followup.planning import Cut, best_cut, equal_cut, judge
from asn_analysis.impact.power import Plan
from asn_analysis.record.parts import UnitName
from asn_analysis.rules.kinds import AnalysisRules
from asn_analysis.rules.rules import load_analysis

SHOWN = 10  # rows of an annex table


@dataclass(frozen=True)
class OfType:
    """Forms per unit of a type; with a withheld unit, what the type made is not told."""

    unit_type: str
    n_units: int
    made: float | None
    needed: float


@dataclass(frozen=True)
class Lacking(UnitName):
    """A unit that lacks forms."""

    made: int
    needed: int
    krejcie_morgan: int | None


@dataclass(frozen=True)
class Survey:
    """Forms made and needed a quarter, ``half_width`` in points, costs in rupiah; needs the cells alone."""

    half_width: float
    cost_per_form: int | None
    needed: int
    needed_cost: int | None
    made: int
    n_units: int
    n_enough: int
    krejcie_morgan: int | None
    by_type: tuple[OfType, ...]
    short: tuple[Lacking, ...]


@dataclass(frozen=True)
class OfUnit:
    """A unit's forms; what was made is missing for one that may be among the withheld ones."""

    half_width: float
    needed: int
    made: int | None
    enough: bool | None
    krejcie_morgan: int | None


def of_unit(row: pd.Series, rules: AnalysisRules) -> OfUnit:
    """A unit's row of ``forms_by_unit``."""
    return OfUnit(
        half_width=rules.planning.half_width,
        needed=int(row["needed"]),
        made=_whole(row["made"]),
        enough=None if pd.isna(row["made"]) else bool(row["made"] >= row["needed"]),
        krejcie_morgan=_whole(row["krejcie_morgan"]),
    )


def _whole(value: float) -> int | None:
    return None if pd.isna(value) else int(value)


def by_type(plan: pd.DataFrame) -> tuple[OfType, ...]:
    """Forms per unit, those that lack most first."""
    rows = []
    for name, group in plan.groupby("unit_type"):
        made = None if group["made"].isna().any() else float(group["made"].mean())
        rows.append(OfType(str(name), len(group), made, float(group["needed"].mean())))
    return tuple(sorted(rows, key=lambda row: (row.made is None, (row.made or 0.0) / row.needed)))


def short(plan: pd.DataFrame) -> tuple[Lacking, ...]:
    """The units that lack most forms."""
    known = plan[plan["made"].notna()]
    lack = (known["needed"] - known["made"]).sort_values(ascending=False, kind="stable")
    rows = known.loc[lack.index[lack > 0][:SHOWN]]
    return tuple(
        Lacking(
            unit_id=str(unit),
            **row[["name", "kecamatan"]],
            made=int(row["made"]),
            needed=int(row["needed"]),
            krejcie_morgan=_whole(row["krejcie_morgan"]),
        )
        for unit, row in rows.iterrows()
    )


def cuts(plan: pd.DataFrame, made: int, price: int | None, wave: Plan | None) -> tuple[Cut, ...]:
    """The whole plan, and two ways to cut it: to this quarter's forms, or to half if these were enough."""
    rules, needed = load_analysis(), plan["needed"].astype(float)
    whole = int(needed.sum())
    total = made if made < whole else whole // 2
    floor = min(rules.planning.fewest_forms, total // len(plan))
    if floor < 2:
        return ()
    typical = plan["users"].median()
    users = plan["users"].fillna(1.0 if pd.isna(typical) else typical)
    ways = {
        "whole": needed,
        "equal": equal_cut(needed, total),
        "best": best_cut(needed, plan["variance"], users, total, floor),
    }
    return tuple(
        judge(name, forms, plan["variance"], users, price, wave, rules.sesoi) for name, forms in ways.items()
    )
