"""The indicators of the policy's goals: value, and whether a year has changed them by more than chance.

Every indicator is a mean of ratios of sums, over units (or forums) as clusters: the share of complaints
answered in time is one ratio, the satisfaction index nine. The survey's are as sure as who answered in
each unit makes them, and are compared over the units surveyed in both quarters.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from asn_analysis.measures.complaints import unrecorded, with_clocks
from asn_analysis.measures.consultation import counted
from asn_analysis.measures.disclosure import POOL
from asn_analysis.measures.estimate import half_width
from asn_analysis.measures.panel import QUARTER, YEAR
from asn_analysis.measures.survey import mean_error
from asn_analysis.records.intake import Dataset
from asn_analysis.rules.kinds import Indicator
from asn_analysis.rules.rules import load_analysis, load_indicators, load_skm

SHOWN = 4  # quarters on the board
CONTENT = 3  # of 4: "content" and "very content"
PER_CENT = 100.0


@dataclass(frozen=True)
class Reading:
    """An indicator at the end of a quarter, on 0 to 100.

    Attributes
    ----------
    indicator : its definition
    values : quarter to value, the last four; None where too little was recorded
    value, conf_low, conf_high : of the newest quarter
    year_ago, change, change_low, change_high : against the same quarter a year ago, the change over the
        units surveyed in both; the ranges of all indicators compared hold together with the rules'
        confidence
    """

    indicator: Indicator
    values: dict[pd.Period, float | None]
    value: float
    conf_low: float
    conf_high: float
    year_ago: float | None = None
    change: float | None = None
    change_low: float | None = None
    change_high: float | None = None

    @property
    def moved(self) -> str | None:
        """Better or worse, by more than chance explains; "open" if chance explains it."""
        if self.change is None or self.change_low is None or self.change_high is None:
            return None
        if self.change_low <= 0 <= self.change_high:
            return "open"
        return "better" if (self.change > 0) == (self.indicator.direction == "up") else "worse"

    @property
    def standing(self) -> str | None:
        """Its whole range on the right side of the target, on the wrong one, or neither."""
        target = self.indicator.target
        if target is None:
            return None
        if self.conf_low < target <= self.conf_high:
            return "open"
        return "reached" if (self.value >= target) == (self.indicator.direction == "up") else "missed"


@dataclass(frozen=True)
class Ratios:
    """Numerators and denominators: ratio x cluster x quarter; the value is ``scale`` x the mean ratio.

    ``alone`` marks clusters that must not be compared between quarters (None where all may be); ``within``
    is the newest value's standard error from who answered in each unit, and its degrees of freedom.
    """

    above: np.ndarray
    below: np.ndarray
    scale: float
    alone: np.ndarray | None = None
    within: tuple[float, float] | None = None

    def alike(self) -> Ratios | None:
        """The clusters that stand in the first and the last quarter; None where there is none."""
        if self.alone is None:
            return self
        both = (self.below[:, :, [0, -1]] > 0).all(axis=(0, 2)) & ~self.alone
        return replace(self, above=self.above[:, both], below=self.below[:, both]) if both.any() else None

    def at(self, place: int) -> tuple[float | None, np.ndarray, np.ndarray]:
        """The value in a quarter, each cluster's pull on it, and its share in what was recorded."""
        above, below = self.above[:, :, place], self.below[:, :, place]
        total = below.sum(axis=1, keepdims=True)
        if (total < load_analysis().fewest_respondents).any():
            return None, np.zeros(below.shape[1]), np.zeros(below.shape[1])
        ratio = above.sum(axis=1, keepdims=True) / total
        left, residual = total - below, above - ratio * below
        # What leaving the cluster out changes; if nothing is left, nobody knows.
        pulls = np.divide(residual, left, out=np.full(left.shape, np.inf), where=left > 0)
        pulls = pulls.mean(axis=0) * self.scale
        return float(ratio.mean() * self.scale), pulls, (below / total).mean(axis=0)


def read_indicators(dataset: Dataset, panel: pd.DataFrame, quarter: pd.Period) -> tuple[Reading, ...]:
    """Every indicator whose table the data set has and that can be had for the quarter."""
    quarters = pd.period_range(quarter - YEAR, quarter, freq=QUARTER)
    known = [
        _as_decided(one, dataset) for one in load_indicators() if getattr(dataset, one.source) is not None
    ]
    counted = [(one, ratios_of(one, dataset, panel, quarters)) for one in known]
    found = [(one, ratios) for one, ratios in counted if ratios and ratios.at(-1)[0] is not None]
    n_compared = sum(one.compared and _comparable(ratios) for one, ratios in found)
    return tuple(_reading(one, ratios, quarters, max(n_compared, 1)) for one, ratios in found)


def _as_decided(one: Indicator, dataset: Dataset) -> Indicator:
    """With the target that the city has set, if it has."""
    target = dataset.manifest.decided.targets.get(one.name)
    return one if target is None else replace(one, target=target, certainty="city")


def _reading(one: Indicator, ratios: Ratios, quarters: pd.PeriodIndex, n_compared: int) -> Reading:
    alpha = 1 - load_analysis().confidence
    value, pulls, shares = ratios.at(-1)
    assert value is not None, "only an indicator that can be had is read"
    if ratios.within:
        std_error, df = ratios.within
        half = float(half_width(std_error, df, 1 - alpha))
    else:
        half = _half_width(pulls, alpha, shares)
    low, high = max(value - half, 0.0), min(value + half, 100.0)
    values = {quarter: ratios.at(place)[0] for place, quarter in enumerate(quarters)}
    shown = {quarter: values[quarter] for quarter in quarters[-SHOWN:]}
    if not one.compared or not _comparable(ratios):
        return Reading(one, shown, value, low, high)
    then, alike = ratios.at(0)[0], ratios.alike()
    assert alike is not None, "what can be compared has units in both quarters"
    (now, pulls, shares), (before, pulls_before, shares_before) = alike.at(-1), alike.at(0)
    assert now is not None and before is not None
    change = now - before
    with np.errstate(invalid="ignore"):
        half = _half_width(pulls - pulls_before, alpha / n_compared, shares, shares_before)
    if half > PER_CENT:  # wider than any scale: too much hangs on a single cluster to know a range
        return Reading(one, shown, value, low, high)
    return Reading(one, shown, value, low, high, then, change, change - half, change + half)


def _comparable(ratios: Ratios) -> bool:
    alike = ratios.alike()
    return alike is not None and None not in (alike.at(0)[0], alike.at(-1)[0])


def _half_width(pulls: np.ndarray, alpha: float, *shares: np.ndarray) -> float:
    """Half of the jackknife's t-range; a few big clusters among many small ones count as few.

    Degrees of freedom: Satterthwaite's if clusters move as wholes (variance in the square of their
    shares in each quarter), Kish's if people do (variance in the shares): the fewer of the two.
    """
    together, squares = sum(shares), sum(share**2 for share in shares)
    n_clusters = np.count_nonzero(together)
    if n_clusters < 2 or not np.isfinite(pulls).all():
        return float(np.inf)
    std_error = np.sqrt((pulls**2).sum() * (n_clusters - 1) / n_clusters)
    df = min(weight.sum() ** 2 / (weight**2).sum() for weight in (together, squares)) - 1
    return float(half_width(std_error, df, 1 - alpha))


def ratios_of(
    one: Indicator, dataset: Dataset, panel: pd.DataFrame, quarters: pd.PeriodIndex
) -> Ratios | None:
    """What the indicator is made of; None if nothing of it was recorded."""
    if not isinstance(one.measure, str):
        return _survey(panel, one.measure, quarters)
    rows = SHARES[one.measure](getattr(dataset, one.source), quarters[-1])
    if rows.empty:
        return None
    wide = rows.groupby(["cluster", "quarter"]).sum().unstack()
    windows = [quarters - back for back in range(one.window)]
    above, below = (
        sum(wide[name].reindex(columns=window).fillna(0.0).to_numpy() for window in windows)
        for name in ("above", "below")
    )
    return Ratios(above[None], below[None], PER_CENT)


def _survey(panel: pd.DataFrame, codes: Sequence[str], quarters: pd.PeriodIndex) -> Ratios:
    cells = panel[panel["quarter"].isin(quarters)]
    unit, units = pd.factorize(cells["unit_id"], sort=True)
    above, below = np.zeros((2, len(codes), len(units), len(quarters)))
    for laid, name in ((above, "sum"), (below, "n")):
        known = cells[[f"{name}_{code}" for code in codes]].to_numpy(float)
        laid[:, unit, quarters.get_indexer(cells["quarter"])] = known.T
    alone = np.asarray(units == POOL)
    return Ratios(above, below, float(load_skm().factor), alone, mean_error(cells, codes, quarters[-1]))


def _actions_done(follow_ups: pd.DataFrame, quarter: pd.Period) -> pd.DataFrame:
    rows = follow_ups[(follow_ups["promised_quarter"] <= quarter) & (follow_ups["status"] != "cancelled")]
    return _rows(rows["unit_id"], rows["due_quarter"], rows["status"] == "done")


def _complaints_on_time(complaints: pd.DataFrame, quarter: pd.Period) -> pd.DataFrame:
    """By the quarter in which the limit ended: by then every complaint can be judged."""
    judged = complaints[:0] if "responded" in unrecorded(complaints) else complaints
    clocks, days = with_clocks(judged, quarter)
    ended = pd.Series(pd.NaT, clocks.index, dtype=pd.PeriodDtype(QUARTER))
    for back in range(YEAR + 2):
        end = (quarter - back).end_time.normalize()
        if end.year < days.years[0]:
            break
        age = days.between(clocks["received"], np.full(len(clocks), end.to_datetime64()))
        ended[age > clocks["limit"]] = quarter - back
    rows = clocks[ended.notna()]
    return _rows(rows["unit_id"], ended[ended.notna()], rows["days_responded"] <= rows["limit"])


def _complainants_content(complaints: pd.DataFrame, quarter: pd.Period) -> pd.DataFrame:
    if "satisfaction" not in complaints:
        return _rows(pd.Series(dtype=object), pd.Series(dtype=object), pd.Series(dtype=bool))
    rows = complaints[complaints["closed"].notna() & complaints["satisfaction"].notna()]
    closed = pd.Series(pd.PeriodIndex(rows["closed"], freq=QUARTER), rows.index)
    return _rows(rows["unit_id"], closed, rows["satisfaction"] >= CONTENT)


def _aspirations_adopted(consultations: pd.DataFrame, quarter: pd.Period) -> pd.DataFrame:
    """Forums of a kecamatan share who decides: the kecamatan is the cluster, else the unit."""
    place = pd.Series("", consultations.index, dtype=object)
    for name in ("unit_id", "kecamatan"):
        if name in consultations:
            place = consultations[name].astype(object).where(consultations[name].notna(), place)
    held = pd.Series(pd.PeriodIndex(consultations["date"], freq=QUARTER), consultations.index)
    decided = counted(consultations["adopted"], consultations["aspirations"])
    rows = consultations[decided]
    return _rows(place[decided], held[decided], rows["adopted"].fillna(0), rows["aspirations"])


def _rows(
    cluster: pd.Series, quarter: pd.Series, above: pd.Series, below: pd.Series | float = 1.0
) -> pd.DataFrame:
    return pd.DataFrame(
        {"cluster": cluster, "quarter": quarter, "above": above.astype(float), "below": below}
    ).astype({"below": float})


SHARES: dict[str, Callable[[pd.DataFrame, pd.Period], pd.DataFrame]] = {
    "actions_done": _actions_done,
    "complaints_on_time": _complaints_on_time,
    "complainants_content": _complainants_content,
    "aspirations_adopted": _aspirations_adopted,
}
