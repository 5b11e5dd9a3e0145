"""Small cells that must not be published, and those that would give them away by subtraction.

Whoever holds every page can subtract: units from the city, and what a quarter was said to be from what
another brief says it is. Whatever such a difference leaves must be a crowd: at least two units and
``fewest`` respondents (Hundepool et al. 2012, *Statistical Disclosure Control*, chapter 4: primary and
secondary suppression).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from asn_analysis.measures.panel import with_means

POOL = ""  # stands for the withheld units of a quarter together; no unit has an empty code
SUMS = ("n_", "sum_", "sum2_", "sum3_")

Cell = tuple[str, str]  # unit and quarter, written 2026Q3


@dataclass(frozen=True)
class Release:
    """What the standing briefs of another quarter tell of the survey.

    Attributes
    ----------
    told : cell to its number of respondents
    withheld : cells of which it says that they are withheld
    city : quarter to the city's number of respondents
    """

    told: Mapping[Cell, int] = field(default_factory=dict)
    withheld: frozenset[Cell] = frozenset()
    city: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Withheld:
    """Cells that are not told, and quarters whose total over the city is not told either."""

    cells: frozenset[Cell] = frozenset()
    city: frozenset[str] = frozenset()


def withhold(
    panel: pd.DataFrame, fewest: int, releases: Sequence[Release] = (), reported: str = ""
) -> Withheld:
    """What must be withheld of a panel, so that nothing about a small group can be had from the rest.

    A cell is withheld where fewer than ``fewest`` people answered it or one of its elements. With other
    briefs at hand, so is one that was withheld before, and one of an earlier quarter in which fewer than
    ``fewest`` answers have come in since it was told. The next smallest join them until what they hold
    that nobody knows yet is a crowd; where there is none, the city's total is withheld.

    Parameters
    ----------
    panel : unit_id, quarter, n_respondents, and the people behind its elements or groups (n_u1, n_online)
    fewest : the threshold of the rules
    releases : what the standing briefs of other quarters tell
    reported : the quarter that is being told; its own numbers replace older ones on purpose
    """
    cells: set[Cell] = set()
    city = set()
    for period, rows in panel.groupby("quarter"):
        quarter = str(period)
        others = [] if quarter == reported else releases
        before = {unit for other in releases for unit, when in other.withheld if when == quarter}
        dark = _dark(_answered(rows), fewest, quarter, others, before)
        cells |= {(unit, quarter) for unit in dark.units}
        if not dark.crowd or _stands_out(rows, dark.units, fewest, quarter, others):
            city.add(quarter)
    return Withheld(frozenset(cells), frozenset(city))


def pooled(panel: pd.DataFrame, withheld: Withheld) -> pd.DataFrame:
    """The panel with each quarter's withheld cells merged into one, so that nothing can tell them apart.

    The merged row stands under the code ``POOL``, belongs to no group and has no treatment; it is left
    out where the city's total is withheld too.
    """
    quarter = panel["quarter"].astype(str)
    keys = zip(panel["unit_id"], quarter, strict=True)
    hidden = np.array([key in withheld.cells for key in keys], dtype=bool)
    if not hidden.any():
        return panel
    dark = panel[hidden & ~quarter.isin(withheld.city).to_numpy()]
    if dark.empty:
        return panel[~hidden].reset_index(drop=True)
    sums = [name for name in panel.columns if name.startswith(SUMS) or ": " in name]
    pool = with_means(dark.groupby("quarter")[sums].sum().reset_index().assign(unit_id=POOL))
    if "cohort" in panel:
        pool["cohort"] = pd.PeriodIndex([pd.NaT] * len(pool), dtype=panel["cohort"].dtype)
    return pd.concat([panel[~hidden], pool], ignore_index=True)


def of_units(panel: pd.DataFrame) -> pd.DataFrame:
    """The cells of units alone, without what is withheld of them."""
    return panel[panel["unit_id"] != POOL]


def withheld_cells(panel: pd.DataFrame, fewest: int) -> frozenset[Cell]:
    """Unit and quarter of the cells to withhold, where only one table is published."""
    return withhold(panel, fewest).cells


def withheld_groups(counts: Mapping[str, int], fewest: int) -> frozenset[str]:
    """Groups of people that are too small to tell, and the next smallest that would give them away.

    ``counts`` are parts of a total that is told; what is withheld of it is at least two groups and
    ``fewest`` people. An empty group is told.
    """
    small: list[str] = []
    for group in sorted((group for group in counts if counts[group]), key=lambda name: (counts[name], name)):
        told = sum(counts[of] for of in small)
        if counts[group] < fewest or (small and not _enough(len(small), told, fewest)):
            small.append(group)
    return frozenset(small)


@dataclass(frozen=True)
class _Dark:
    units: frozenset[str]
    crowd: bool


def _answered(rows: pd.DataFrame) -> pd.DataFrame:
    """By unit: respondents, and those of each element or group (nobody: it was not asked)."""
    return rows.set_index("unit_id")[[name for name in rows if name.startswith("n_")]]


def _dark(
    answered: pd.DataFrame, fewest: int, quarter: str, others: Sequence[Release], before: set[str]
) -> _Dark:
    n = answered["n_respondents"]
    since = _unknown(n, quarter, others)
    small = answered.where(answered > 0).min(axis=1) < fewest
    late = since.between(1, fewest - 1) & (since < n)
    dark = set(answered.index[small | late | answered.index.isin(before)])
    if not dark:
        return _Dark(frozenset(), crowd=True)
    joining = since[(since > 0) & ~since.index.isin(dark)]
    for unit in joining.sort_index().sort_values(kind="stable").index:
        if _is_crowd(answered.loc[sorted(dark)], since, fewest):
            break
        dark.add(unit)
    return _Dark(frozenset(dark), _is_crowd(answered.loc[sorted(dark)], since, fewest))


def _unknown(n: pd.Series, quarter: str, others: Sequence[Release]) -> pd.Series:
    """Answers of each unit that no other brief has told: all, or as many as have come since it was told."""
    least = n.astype(int).copy()
    for other in others:
        told = pd.Series({unit: of for (unit, when), of in other.told.items() if when == quarter}, dtype=float)
        gap = (n - told.reindex(n.index)).abs()
        least = least.where(gap.isna() | (gap >= least), gap.fillna(0).astype(int))
    return least


def _is_crowd(dark: pd.DataFrame, since: pd.Series, fewest: int) -> bool:
    """Whether the sum over these units gives nobody away, in respondents and in every element."""
    new = since.reindex(dark.index)
    unknown = dark.mul(new / dark["n_respondents"], axis=0)
    asked = [part for name, part in unknown.items() if dark[name].sum() > 0]
    return all(_enough(int((part > 0).sum()), part.sum(), fewest) for part in asked)


def _enough(n_groups: int, n_people: float, fewest: int) -> bool:
    return n_groups >= 2 and n_people >= fewest


def _stands_out(
    rows: pd.DataFrame, dark: frozenset[str], fewest: int, quarter: str, others: Sequence[Release]
) -> bool:
    """Whether the city's total would tell of a few answers that came in, or went, since another brief.

    Units that both tell are subtracted from both totals; what is left moved by a crowd, or not at all.
    """
    now = rows.set_index("unit_id")["n_respondents"]
    for other in others:
        if quarter not in other.city:
            continue
        both = {u: n for (u, when), n in other.told.items() if when == quarter and u in now and u not in dark}
        moved = (now.sum() - now[list(both)].sum()) - (other.city[quarter] - sum(both.values()))
        if 0 < abs(moved) < fewest:
            return True
    return False
