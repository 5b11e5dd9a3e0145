"""Small cells that must not be published, and those that would give them away by subtraction.

Whoever holds every page can subtract: units from the city, and what a quarter was said to be from what
another brief says it is. Whatever such a difference leaves must be a crowd: at least two units and
``fewest`` respondents (Hundepool et al. 2012, *Statistical Disclosure Control*, chapter 4: primary and
secondary suppression).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import pandas as pd

from asn_analysis.measures.panel import with_means

POOL = ""  # stands for the withheld units of a quarter together; no unit has an empty code
SUMS = ("n_", "sum_", "sum2_", "sum3_")
SAME = 2e-6  # index points: records hold six decimals

Cell = tuple[str, str]  # unit and quarter, written 2026Q3


class Told(NamedTuple):
    """What was printed of a cell or of a city's quarter; the index, where today's would be made alike."""

    n: int
    index: float | None = None  # type: ignore[assignment]  # a tuple has a method of this name


@dataclass(frozen=True)
class Release:
    """What the standing briefs of another quarter tell of the survey.

    Attributes
    ----------
    told : what is told of each cell
    withheld : cells of which it says that they are withheld
    city : quarter to what is told of the whole city
    """

    told: Mapping[Cell, Told] = field(default_factory=dict)
    withheld: frozenset[Cell] = frozenset()
    city: Mapping[str, Told] = field(default_factory=dict)


@dataclass(frozen=True)
class Withheld:
    """Cells that are not told, and quarters whose total over the city is not told either.

    ``small`` are those of the cells that too few answered; the others are withheld to protect these, or
    answers that came, went or changed since another brief.
    """

    cells: frozenset[Cell] = frozenset()
    city: frozenset[str] = frozenset()
    small: frozenset[Cell] = frozenset()


def withhold(
    panel: pd.DataFrame, fewest: int, releases: Sequence[Release] = (), reported: str = ""
) -> Withheld:
    """What must be withheld of a panel, so that nothing about a small group can be had from the rest.

    A cell is withheld where fewer than ``fewest`` people answered it or one of its elements. With other
    briefs at hand, so is one that was withheld before, and one of an earlier quarter to which fewer than
    ``fewest`` answers have come, or in which any were changed, since it was told. The next smallest join
    them until what they hold that nobody knows yet is a crowd; where there is none, the city's total is
    withheld.

    Parameters
    ----------
    panel : unit_id, quarter, n_respondents, and the people behind its elements or groups (n_u1, n_online)
    fewest : the threshold of the rules
    releases : what the standing briefs of other quarters tell
    reported : the quarter that is being told; its own numbers replace older ones on purpose
    """
    cells: set[Cell] = set()
    small: set[Cell] = set()
    city = set()
    for period, rows in panel.groupby("quarter"):
        quarter = str(period)
        others = [] if quarter == reported else releases
        before = {unit for other in releases for unit, when in other.withheld if when == quarter}
        rows = rows.set_index("unit_id")
        dark = _dark(rows, fewest, quarter, others, before)
        cells |= {(unit, quarter) for unit in dark.units}
        small |= {(unit, quarter) for unit in dark.small}
        gone = not before <= set(rows.index)
        if gone or not dark.crowd or _stands_out(rows, dark.units, fewest, quarter, others):
            city.add(quarter)
    return Withheld(frozenset(cells), frozenset(city), frozenset(small))


def changed_by_few(panel: pd.DataFrame, before: Release, quarter: str, fewest: int) -> tuple[str, ...]:
    """Units of which too few answers have come, gone or changed since their brief of the quarter was told.

    Whoever holds both briefs can subtract. How many answers changed is not known where their number is the
    same, so any change then counts as that of a few.
    """
    rows = panel[panel["quarter"].astype(str) == quarter]
    found = []
    for unit, n, index in zip(rows["unit_id"], rows["n_respondents"].astype(int), rows["ikm"], strict=True):
        then = before.told.get((unit, quarter))
        gap = then and (abs(n - then.n) or int(_differs(index, then.index)))
        if gap and gap < fewest:
            found.append(str(unit))
    return tuple(found)


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
    small: frozenset[str] = frozenset()


def _dark(
    rows: pd.DataFrame, fewest: int, quarter: str, others: Sequence[Release], before: set[str]
) -> _Dark:
    answered = rows[[name for name in rows if name.startswith("n_")]]  # 0: an element that nobody was asked
    counts, since = answered.to_numpy(float), _unknown(rows, quarter, others)
    small = np.where(counts > 0, counts, np.inf).min(axis=1) < fewest
    late = since.between(1, fewest - 1) & (since < answered["n_respondents"])
    dark = set(answered.index[small | late | answered.index.isin(before)])
    if not dark:
        return _Dark(frozenset(), crowd=True)
    joining = since[(since > 0) & ~since.index.isin(dark)]
    for unit in joining.sort_index().sort_values(kind="stable").index:
        if _is_crowd(answered.loc[sorted(dark)], since, fewest):
            break
        dark.add(unit)
    crowd = _is_crowd(answered.loc[sorted(dark)], since, fewest)
    return _Dark(frozenset(dark), crowd, frozenset(answered.index[small]))


def _unknown(rows: pd.DataFrame, quarter: str, others: Sequence[Release]) -> pd.Series:
    """Answers of each unit that no other brief has told: all, or as many as have come since it was told."""
    if not others:
        return rows["n_respondents"].astype(int)
    indices = rows["ikm"] if "ikm" in rows else [None] * len(rows)
    least = []
    for unit, n, index in zip(rows.index, rows["n_respondents"].astype(int), indices, strict=True):
        then = [other.told[unit, quarter] for other in others if (unit, quarter) in other.told]
        gaps = [abs(n - told.n) or int(_differs(index, told.index)) for told in then]
        least.append(min([n, *gaps]))
    return pd.Series(least, rows.index)


def _differs(now: float | None, then: float | None) -> bool:
    return now is not None and then is not None and abs(now - then) > SAME


def _is_crowd(dark: pd.DataFrame, since: pd.Series, fewest: int) -> bool:
    """Whether the sum over these units gives nobody away, in respondents and in every element."""
    new = since.reindex(dark.index)
    unknown = dark.mul(new / dark["n_respondents"], axis=0)
    asked = [part for name, part in unknown.items() if dark[name].sum() > 0]
    return all(_enough(int((part > 0).sum()), part.sum(), fewest) for part in asked)


def _enough(n_groups: int, n_people: float, fewest: int) -> bool:
    """Whether a sum hides its parts: as many people as groups would mean one in each."""
    return n_groups >= 2 and n_people >= fewest and n_people > n_groups


def _stands_out(
    rows: pd.DataFrame, dark: frozenset[str], fewest: int, quarter: str, others: Sequence[Release]
) -> bool:
    """Whether the city's total would tell of a few answers that came in, went or changed since another brief.

    Units that both tell are subtracted from both totals; what is left moved by a crowd, or not at all.
    A unit that only one of them tells was not surveyed at the other's time, or only not told of.
    """
    now = rows["n_respondents"]
    for other in others:
        if quarter not in other.city:
            continue
        then = {unit: told for (unit, when), told in other.told.items() if when == quarter}
        both = [unit for unit in then if unit not in dark]
        left = now.sum() - now.reindex(both, fill_value=0).sum()
        moved = left - (other.city[quarter].n - sum(then[unit].n for unit in both))
        new = now[[unit for unit in now.index if unit not in dark and unit not in then]].sum()
        few = any(0 < abs(gap) < fewest for gap in (moved, moved - new))
        if few or (0 in (moved, moved - new) and _exchanged(rows, other.city[quarter], then, both)):
            return True
    return False


def _exchanged(rows: pd.DataFrame, city: Told, then: Mapping[str, Told], both: Sequence[str]) -> bool:
    """Whether the city's index moved although its number and the units that are told did not."""
    if "ikm" not in rows:
        return False
    whole = with_means(rows[[name for name in rows if name.startswith(SUMS)]].sum().to_frame().T)
    told = any(_differs(rows["ikm"].get(unit, 0.0), then[unit].index) for unit in both)
    return not told and _differs(float(whole["ikm"].iloc[0]), city.index)
