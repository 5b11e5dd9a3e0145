"""Small cells that must not be published, and those that would give them away by subtraction.

Whoever holds every page can subtract: units from their kecamatan, kecamatan from the city, and what a
quarter was said to be from what it is said to be now. Whatever such a difference leaves must be a crowd:
at least two units and ``fewest`` respondents.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd


def withheld_cells(panel: pd.DataFrame, fewest: int) -> frozenset[tuple[str, str]]:
    """Unit and quarter of the cells whose results are withheld.

    A cell under ``fewest`` respondents is withheld. The city's totals are published, so whatever is
    withheld in a quarter could be had by subtracting the other units: the next smallest cells are
    withheld too, until what is left in the dark has two units and ``fewest`` respondents.
    """
    withheld = []
    for quarter, cells in panel.groupby("quarter"):
        ordered = cells.sort_values(["n_respondents", "unit_id"])
        n_small = int((ordered["n_respondents"] < fewest).sum())
        if n_small == 0:
            continue
        dark = ordered["n_respondents"].cumsum()
        n_needed = max(n_small, 2, int((dark < fewest).sum()) + 1)
        withheld += [(unit, str(quarter)) for unit in ordered["unit_id"].iloc[:n_needed]]
    return frozenset(withheld)


def withheld_districts(
    panel: pd.DataFrame, districts: Mapping[str, str], hidden: frozenset[tuple[str, str]], fewest: int
) -> frozenset[tuple[str, str]]:
    """Kecamatan and quarter of the rows to withhold between published units and a published city.

    Parameters
    ----------
    panel : cells of all units
    districts : unit to its kecamatan; a unit without one counts in the city alone
    hidden : what ``withheld_cells`` withholds
    """
    cells = panel.assign(district=panel["unit_id"].map(districts), quarter=panel["quarter"].astype(str))
    cells["hidden"] = [key in hidden for key in zip(cells["unit_id"], cells["quarter"], strict=True)]
    found = []
    for quarter, now in cells.groupby("quarter"):
        dark = now[now["hidden"]]
        names = now.groupby("district")["n_respondents"].sum().sort_values(kind="stable").index
        kept = [name for name in names if _crowd(dark[dark["district"] == name], fewest)]
        while kept and not _crowd(dark[~dark["district"].isin(kept)], fewest):
            # The smallest kecamatan in which anything is dark joins the rest.
            kept.remove(next((name for name in kept if name in set(dark["district"])), kept[0]))
        found += [(name, quarter) for name in names if name not in kept]
    return frozenset(found)


def _crowd(dark: pd.DataFrame, fewest: int) -> bool:
    """Whether the sum over these cells gives nobody away: there is none, or there are enough."""
    return dark.empty or (len(dark) >= 2 and int(dark["n_respondents"].sum()) >= fewest)


def withheld_revisions(
    panel: pd.DataFrame, shown: Mapping[tuple[str, str], int], fewest: int
) -> tuple[frozenset[tuple[str, str]], frozenset[str]]:
    """Cells, and quarters of the city, that must not be shown again: late answers would stand out.

    A cell that was published with 40 answers and now has 41 would give the one away. Late answers are
    withheld like cells, and the city's row with them where too few have come in all.

    Parameters
    ----------
    panel : cells of all units
    shown : unit and quarter to the number of respondents that was published last
    """
    keys = list(zip(panel["unit_id"], panel["quarter"].astype(str), strict=True))
    late = panel.assign(n_respondents=panel["n_respondents"] - [shown.get(key, 0) for key in keys])
    late = late.loc[[key in shown for key in keys]]
    late = late.assign(n_respondents=late["n_respondents"].abs()).query("n_respondents > 0")
    cells = withheld_cells(late, fewest)
    left = late.loc[[key in cells for key in zip(late["unit_id"], late["quarter"].astype(str), strict=True)]]
    rows = left.groupby(left["quarter"].astype(str))
    return cells, frozenset(quarter for quarter, dark in rows if not _crowd(dark, fewest))
