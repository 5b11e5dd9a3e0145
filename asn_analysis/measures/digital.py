"""Digital services: take-up, completion, cost, and who is content by which channel."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from asn_analysis.measures.cells import CHANNELS, ask_cells
from asn_analysis.measures.panel import QUARTER
from asn_analysis.records.intake import Dataset
from asn_analysis.records.responses_store import SCORE_PARTS
from asn_analysis.rules.rules import load_skm


def usage(rows: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """What applications were used for, by group of rows of ``digital_services``.

    Returns
    -------
    DataFrame, one row a group, with columns
        n_units; transactions (None if one row did not count them); take_up (share of all services given that
        were finished online); completion (share of those begun online); cost_per_service (rupiah per service
        finished online, for staff per transaction). Shares lie between 0 and 1, missing where nothing was
        counted; rows that lack one of two counts do not enter their share. Completion is missing where more
        were finished than begun: some were begun in an earlier quarter.
    """
    completed, started = (rows[f"online_{state}"].astype(float) for state in ("completed", "started"))
    given, citizens = rows["transactions"].astype(float), rows["audience"] == "citizens"
    served = completed.where(citizens, given)
    sums = pd.DataFrame(
        {
            "completed": completed.where(given.notna()),
            "counted": given.where(completed.notna()),
            "finished": completed.where(started.notna()),
            "started": started.where(completed.notna()),
            "served": served,
            "cost": rows["cost_idr"].astype(float).where(served.notna()),
        }
    )
    groups = sums.assign(unit=rows["unit_id"], given=given).groupby([rows[name] for name in by])
    total, whole = groups[[*sums]].sum(), groups["given"].sum(skipna=False)
    return pd.DataFrame(
        {
            "n_units": groups["unit"].nunique(),
            "transactions": whole.astype("Int64").astype(object).where(whole.notna(), None),
            "take_up": total["completed"] / total["counted"].where(total["counted"] > 0),
            "completion": (total["finished"] / total["started"]).where(total["started"] >= total["finished"]),
            "cost_per_service": total["cost"] / total["served"].where(total["served"] > 0),
        }
    )


def channel_cells(dataset: Dataset, until: pd.Period) -> pd.DataFrame:
    """Respondents of each unit, quarter and channel: n and the sum of their mean answers.

    Respondents who told no channel are left out. The index of a group is 25 times its mean: that of
    respondents' means, which parts of a group add up to exactly.
    """
    keys, asked = ["unit_id", "quarter"], ask_cells(dataset)
    cells = pd.concat(
        asked[keys].assign(channel=name, n=asked[f"n_scored_{name}"], total=asked[f"sum_score_{name}"])
        for name in CHANNELS
    )
    cells = cells.assign(quarter=pd.PeriodIndex(cells["quarter"], freq=QUARTER))
    cells = cells[(cells["n"] > 0) & (cells["quarter"] <= until)]
    cells = cells.groupby([*keys, "channel"], as_index=False).sum()
    return cells.assign(total=cells["total"] / SCORE_PARTS)


def held_to_earlier_mix(panel: pd.DataFrame, cells: pd.DataFrame, live: pd.Series) -> pd.DataFrame:
    """Each cell's index split by channel, held to the channels that the unit's people used before.

    Direct standardisation (METHODS.md, *Digital services*): ``index_within`` weighs a cell's channels by the
    unit's mix before it went live (units never live: over all quarters), ``index_mix`` is the rest of
    ``index_all``. Cells of a unit without an earlier mix are missing.

    Parameters
    ----------
    panel : cells with unit_id and quarter
    cells : what ``channel_cells`` returns
    live : unit to the quarter of going live
    """
    keys = pd.MultiIndex.from_frame(panel[["unit_id", "quarter"]])
    n = cells.pivot(index=["unit_id", "quarter"], columns="channel", values="n").reindex(keys).fillna(0.0)
    total = cells.pivot(index=["unit_id", "quarter"], columns="channel", values="total").reindex(keys)
    factor = load_skm().scale
    start = panel["unit_id"].map(live.astype("int64")).fillna(float("inf")).to_numpy()
    before = panel["quarter"].astype("int64").to_numpy() < start
    earlier = n[before].groupby(level="unit_id").sum()
    weight = earlier.reindex(panel["unit_id"]).to_numpy() * (n.to_numpy() > 0)
    mean = (total.to_numpy() / n.where(n > 0)).fillna(0.0).to_numpy() * factor
    share = pd.Series(weight.sum(axis=1)).where(lambda given: given > 0).to_numpy()
    count = n.sum(axis=1).where(lambda given: given > 0).to_numpy()
    index_all = total.sum(axis=1).to_numpy() * factor / count
    within = (weight * mean).sum(axis=1) / share
    whole = pd.Series(index_all).where(~pd.isna(within)).to_numpy()
    return panel.assign(index_all=whole, index_within=within, index_mix=whole - within)
