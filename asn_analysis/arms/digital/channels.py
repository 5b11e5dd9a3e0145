"""Digital services: who answers by which channel, and what going live changes in channels and their mix."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd

from asn_analysis.impact.average import average_effect, untouched_by
from asn_analysis.impact.refusals import DesignError
from asn_analysis.impact.study import city_design
from asn_analysis.measures.digital import held_to_earlier_mix
from asn_analysis.measures.disclosure import withheld_cells
from asn_analysis.record.core import part_of
from asn_analysis.rules.rules import load_analysis, load_skm


@dataclass(frozen=True)
class Ranged:
    """An effect on the index, in points; its range holds together with the others told beside it."""

    estimate: float
    conf_low: float
    conf_high: float
    n_units: int


@dataclass(frozen=True)
class Shift:
    """The effect of going live in two parts that add up, and the share of answers given online."""

    total: Ranged
    within: Ranged
    mix: Ranged
    online_before: float | None
    online_since: float | None


@dataclass(frozen=True)
class Answered:
    """How a group of respondents rated the service in the last four quarters."""

    n: int
    index: float


@dataclass(frozen=True)
class Channel(Answered):
    """Those of a channel."""

    channel: Literal["counter", "online", "outreach"]


@dataclass(frozen=True)
class ByChannel:
    """Those who answered online, and all others."""

    online: Answered
    others: Answered


TRAINED = "trained_since"
PARTS = {"total": "index_all", "within": "index_within", "mix": "index_mix"}


def with_live(panel: pd.DataFrame, live: pd.Series) -> pd.DataFrame:
    """The panel with going live as the treatment, and training beside it."""
    start = pd.PeriodIndex(live.reindex(panel["unit_id"]), dtype=panel["cohort"].dtype)
    return panel.assign(**{TRAINED: panel["cohort"]}, cohort=start)


def channel_shift(panel: pd.DataFrame, channels: pd.DataFrame, live: pd.Series) -> Shift | None:
    """The effect of going live in two parts: within channels, and by the shift of channels."""
    split = held_to_earlier_mix(with_live(panel, live), channels, live)
    design = city_design()
    split = untouched_by(split, design, TRAINED)
    try:
        parts = {name: average_effect(split, replace(design, outcome=of)) for name, of in PARTS.items()}
    except DesignError:
        return None
    told = {name: part_of(Ranged, part) for name, part in parts.items()}
    cells = channels.merge(live.rename("live"), left_on="unit_id", right_index=True)
    began = cells["quarter"] >= cells["live"]
    online = cells["n"].where(cells["channel"] == "online", 0)
    share = online.groupby(began).sum() / cells["n"].groupby(began).sum()
    return Shift(**told, online_before=share.get(False), online_since=share.get(True))


def by_channel(cells: pd.DataFrame) -> tuple[Channel, ...]:
    """The index of each channel over a year; none is told where one has too few respondents in a quarter.

    Two years that share three quarters differ by single quarters.
    """
    told = cells.groupby("channel")[["n", "total"]].sum()
    if (cells.groupby(["channel", "quarter"])["n"].sum() < load_analysis().fewest_respondents).any():
        return ()
    index = told["total"] / told["n"] * load_skm().scale
    return tuple(Channel(told.at[name, "n"], round(index[name], 1), name) for name in told.index)


def content_online(year: pd.DataFrame) -> dict[str, ByChannel]:
    """Per unit the index of those who answered online and of all others, over a year.

    A quarter does not count where one of both is too small, or would give a small one away in the city's
    total; years that share three quarters differ by single quarters.
    """
    online = year["channel"] == "online"
    groups = year.assign(group=np.where(online, "online", "others"))
    sums = groups.pivot_table(["n", "total"], ["unit_id", "quarter"], "group", "sum", fill_value=0)
    if sums.empty or len(sums.columns) < 4:
        return {}
    n = sums["n"]
    cells = n.add_prefix("n_").assign(n_respondents=n.sum(axis=1)).reset_index()
    dark = withheld_cells(cells, load_analysis().fewest_respondents)
    shown = [(unit, str(when)) not in dark for unit, when in sums.index]
    known = sums[(n > 0).all(axis=1) & np.array(shown)]
    told = known.groupby("unit_id").sum()
    index = (told["total"] / told["n"] * load_skm().scale).round(1)
    return {
        unit: ByChannel(**{g: Answered(told.at[unit, ("n", g)], index.at[unit, g]) for g in index})
        for unit in told.index
    }
