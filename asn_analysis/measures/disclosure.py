"""Small cells that must not be published, and those that would give them away by subtraction."""

from __future__ import annotations

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
