"""Indices that earlier reports printed, held against today's answers: which convention made them.

Nothing is told of a quarter that is withheld, and the mean of the units' indices is not tried where a
unit of that quarter is: beside the index of all respondents it would tell of the withheld ones.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

import pandas as pd

from asn_analysis.measures.published import Traced, shown_decimals, trace
from asn_analysis.records.printed import CITY, Printed
from asn_analysis.rules.rules import load_analysis, load_skm


def compared(
    printed: Iterable[Printed], panel: pd.DataFrame, withheld: Collection[tuple[str, str]]
) -> dict[str, Any]:
    """The record's part: a row a figure, and by how much the weights in use differ at most.

    Parameters
    ----------
    panel : cells of all units that the figures concern
    withheld : scope and quarter of what must not be told
    """
    ordered = sorted(printed, key=lambda one: (one.quarter, one.scope != CITY, one.scope))
    rows = [_row(one, panel, withheld) for one in ordered]
    values = [pool["values"] for row in rows for pool in row.get("pools", ())]
    return {
        "rows": rows,
        "weights": list(load_skm().weights),
        "spread": max((round(max(own) - min(own), 2) for own in values), default=None),
    }


def _row(one: Printed, panel: pd.DataFrame, withheld: Collection[tuple[str, str]]) -> dict[str, Any]:
    """``state``: fits, none (no convention does), withheld, or incomplete (an element was not answered)."""
    place = {"scope": one.scope, "quarter": one.quarter}
    cells = panel[panel["quarter"].astype(str) == one.quarter]
    if one.scope != CITY:
        cells = cells[cells["unit_id"] == one.scope]
    few = cells["n_respondents"].sum() < load_analysis().fewest_respondents
    if few or (one.scope, one.quarter) in withheld:
        return {**place, "state": "withheld"}
    dark = any(quarter == one.quarter for _, quarter in withheld)
    found = trace(cells, one.figure, by_unit=one.scope == CITY and not dark)
    return {**place, **(_found(one, found) if found else {"state": "incomplete"})}


def _found(one: Printed, found: Traced) -> dict[str, Any]:
    index = found.found
    return {
        "state": "fits" if index.weights else "none",
        "printed": index.printed,
        "decimals": shown_decimals(one.figure),
        "pool": found.pool,
        "weights": index.weights,
        "rounding": index.rounding,
        "others": list(index.others),
        "difference": round(index.printed - found.own["respondents"][load_skm().default_weights], 4),
        "pools": [{"pool": pool, "values": list(own.values())} for pool, own in found.own.items()],
    }
