"""Whether promised elements have moved since the promise, and whether more than others did.

What stands lowest by accident rises by itself. So the quarter of the promise is compared with today only to
tell what happened; what a done action does is judged on other quarters, against elements without one.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from asn_analysis.followup.register import OPEN
from asn_analysis.impact.average import Average, average_effect
from asn_analysis.impact.design import Design
from asn_analysis.impact.refusals import DesignError
from asn_analysis.measures.estimate import half_width, jackknife_error, satterthwaite
from asn_analysis.measures.panel import noise_of_mean
from asn_analysis.rules.rules import load_analysis, load_skm

KEY = ["unit_id", "quarter", "element"]
MEANWHILE = ("trained", "digital")  # what else raises some elements, held constant
SINCE = ["unit_id", "promised_quarter", "element"]
MOMENTS = ("n", "sum", "sum2")


@dataclass(frozen=True)
class Effect:
    """Points by which elements with a done action stand above what others let expect."""

    estimate: float
    std_error: float
    df: float
    conf_low: float
    conf_high: float
    n_elements: int


@dataclass(frozen=True)
class Comparison:
    """How many elements stand clearly higher than when they were promised, and how many others do.

    ``name`` is "same": done actions, beside the same elements in units that promised nothing in the
    same quarter; or "lowest": both only where the element was then its unit's lowest. The others are
    weighted to the promises' quarters and elements; a promise without any other like it is left out.
    """

    name: str
    n: int
    share: float
    n_others: int
    share_others: float


@dataclass(frozen=True)
class ByElement:
    """What was promised about an element, and of what was done, how much is measured and clearly higher."""

    element: str
    promised: int
    done: int
    overdue: int
    n_measured: int
    n_clear: int


@dataclass(frozen=True)
class Kept:
    """What became of the elements of all done actions.

    Attributes
    ----------
    n_measured, n_clear : done actions whose element can be compared with its quarter of promise, and
        those of them that stand clearly higher
    by_chance : how many of them would if nothing had moved
    comparisons : tuple of Comparison
    effect : Effect, or None where the data cannot tell
    by_element : tuple of ByElement, those with most promises first
    """

    n_measured: int
    n_clear: int
    by_chance: float
    comparisons: tuple[Comparison, ...]
    effect: Effect | None
    by_element: tuple[ByElement, ...]


def element_cells(panel: pd.DataFrame) -> pd.DataFrame:
    """One row per unit, quarter and element: n, index (25-100) and the variance of its mean."""
    about = [*KEY[:2], *(name for name in MEANWHILE if name in panel)]
    parts = [
        panel[[*about, *(f"{moment}_{code}" for moment in MOMENTS)]]
        .set_axis([*about, *MOMENTS], axis="columns")
        .assign(element=code)
        for code in load_skm().codes
    ]
    cells, factor = pd.concat(parts, ignore_index=True), load_skm().factor
    n = cells["n"].where(cells["n"] > 0).astype(float)
    index, variance = factor * cells["sum"] / n, factor**2 * noise_of_mean(cells, MOMENTS)
    return cells[[*about, "element"]].assign(n=n, index=index, variance=variance)


def element_moves(
    promises: pd.DataFrame,
    cells: pd.DataFrame,
    quarter: pd.Period,
    withheld: Collection[tuple[str, str]] = (),
) -> pd.DataFrame:
    """The promises, each with the change of its element's index between its quarter and now (Welch).

    Parameters
    ----------
    promises : unit_id, promised_quarter (Period), element
    cells : of ``element_cells``
    withheld : unit and quarter of cells whose results may not be told

    Returns
    -------
    promises with difference, conf_low, conf_high (points); missing where ``reason`` says why: promised
    "this_quarter", "not_surveyed_then", "not_surveyed_now", "withheld" or "too_few" answers; and clear,
    whether the range lies above 0
    """
    rules, known = load_analysis(), cells.set_index(KEY)
    then = known.reindex(_pairs(promises, SINCE))
    today = promises[SINCE].assign(promised_quarter=quarter)
    now = known.reindex(_pairs(today, SINCE))
    one, two = now["variance"].to_numpy(), then["variance"].to_numpy()
    n, m = now["n"].to_numpy(), then["n"].to_numpy()
    difference = now["index"].to_numpy() - then["index"].to_numpy()
    dark = [(unit, pd.Period(when, quarter.freq)) for unit, when in withheld]
    hidden = _pairs(promises, SINCE[:2]).isin(dark) | _pairs(today, SINCE[:2]).isin(dark)
    welch = satterthwaite(np.stack([one, two]), np.stack([n - 1, m - 1]))
    df = np.where(one + two > 0, welch, n + m - 2)
    half = half_width(np.sqrt(one + two), df)
    few = ~(np.minimum(n, m) >= rules.fewest_respondents)
    why = [(promises["promised_quarter"] == quarter).to_numpy(), hidden, np.isnan(m)]
    names = ["this_quarter", "withheld", "not_surveyed_then", "not_surveyed_now", "too_few"]
    reason = pd.Series(np.select([*why, np.isnan(n), few], names, ""), promises.index, object)
    told = (reason == "").to_numpy()
    bounds = {"difference": difference, "conf_low": difference - half, "conf_high": difference + half}
    moved = promises.assign(**{name: np.where(told, values, np.nan) for name, values in bounds.items()})
    return moved.assign(reason=reason.where(~told, None), clear=moved["conf_low"] > 0)


def at_surveys(promises: pd.DataFrame, surveyed: Collection[pd.Period]) -> pd.DataFrame:
    """The promises, each dated by the last survey of the city that it can have answered."""
    known = pd.PeriodIndex(sorted(surveyed))
    place = known.searchsorted(pd.PeriodIndex(promises["promised_quarter"]), side="right") - 1
    base = [
        known[at] if at >= 0 else own for at, own in zip(place, promises["promised_quarter"], strict=True)
    ]
    return promises.assign(promised_quarter=pd.PeriodIndex(base, freq=known.freq))


def kept_promises(
    promises: pd.DataFrame, panel: pd.DataFrame, quarter: pd.Period, withheld: Collection[tuple[str, str]]
) -> Kept:
    """What became of the elements of the done actions, in the whole city.

    Parameters
    ----------
    promises : unit_id, promised_quarter, due_quarter (Periods), element, status
    panel : cells up to the quarter, with ``cohort`` and, if known, ``digital``
    """
    cells = element_cells(panel.assign(trained=(panel["quarter"] >= panel["cohort"]).astype(float)))
    moves = element_moves(promises, cells, quarter, withheld)
    measured = moves[(moves["status"] == "done") & moves["reason"].isna()]
    since = cells[cells["quarter"].isin(measured["promised_quarter"])].dropna(subset="index")
    others = since[[*KEY, "index"]].rename(columns={"quarter": "promised_quarter"})
    others = others[~_pairs(others, SINCE[:2]).isin(_pairs(promises, SINCE[:2]))]
    others = element_moves(others, cells, quarter, withheld)
    found = {
        "same": _beside(measured, others),
        "lowest": _beside(_only_lowest(measured, since), _only_lowest(others, since)),
    }
    return Kept(
        n_measured=len(measured),
        n_clear=int(measured["clear"].sum()),
        by_chance=len(measured) * (1 - load_analysis().confidence) / 2,
        comparisons=tuple(Comparison(name, *row) for name, row in found.items() if row),
        effect=effect_of_done(promises, cells),
        by_element=_by_element(moves, quarter),
    )


def _pairs(rows: pd.DataFrame, names: list[str]) -> pd.MultiIndex:
    return pd.MultiIndex.from_frame(rows[names])


def _only_lowest(moves: pd.DataFrame, since: pd.DataFrame) -> pd.DataFrame:
    """Those on what was their unit's lowest element in the quarter of the promise."""
    lowest = since.sort_values(["index", "element"]).drop_duplicates(KEY[:2])
    return moves[_pairs(moves, SINCE).isin(_pairs(lowest, KEY))]


def _beside(promised: pd.DataFrame, others: pd.DataFrame) -> tuple[int, float, int, float] | None:
    """Number and share that rose clearly, of promised elements and of others in like numbers."""
    alike = SINCE[1:]
    others = others[others["reason"].isna()]
    per_group = others.groupby(alike)["clear"].agg(["mean", "size"])
    matched = promised.join(per_group, on=alike, how="inner")
    if matched.empty:
        return None
    n_others = per_group.loc[matched.set_index(alike).index.unique(), "size"].sum()
    return len(matched), float(matched["clear"].mean()), int(n_others), float(matched["mean"].mean())


def _by_element(moves: pd.DataFrame, quarter: pd.Period) -> tuple[ByElement, ...]:
    is_open = moves["status"].isin(OPEN)
    done, measured = moves["status"] == "done", moves["reason"].isna()
    counted = pd.DataFrame(
        {
            "promised": 1,
            "done": done,
            "overdue": is_open & (moves["due_quarter"] < quarter),
            "n_measured": done & measured,
            "n_clear": done & measured & moves["clear"],
        }
    ).astype(int)
    table = counted.groupby(moves["element"]).sum().reset_index()
    ordered = table.sort_values(["promised", "element"], ascending=[False, True])
    return tuple(ByElement(**row) for row in ordered.to_dict("records"))


def effect_of_done(promises: pd.DataFrame, cells: pd.DataFrame) -> Effect | None:
    """Elements since their first done action fell due, against the same elements without one (yet).

    The estimator is that of training, an element at a time, on how far an element stands from its unit's
    elements without any done action (METHODS.md, *Promised actions*).
    """
    done = promises[promises["status"] == "done"]
    if done.empty:
        return None
    cells = _against_the_unit(cells, done)
    start = done.assign(start=np.maximum(done["due_quarter"].array, (done["promised_quarter"] + 1).array))
    cells = cells.join(start.groupby(["unit_id", "element"])["start"].min(), on=["unit_id", "element"])
    waiting = cells[KEY].merge(start, on=["unit_id", "element"])
    waiting = waiting[waiting["quarter"].between(waiting["promised_quarter"], waiting["start"], "left")]
    between = _pairs(cells, KEY).isin(_pairs(waiting, KEY))
    design = Design("apart", "unit_id", "quarter", "start", "n", confidence=load_analysis().confidence)
    told = cells[~between].dropna(subset=["apart", "n"])
    asked = (_effect_on(own, design) for _, own in told.groupby("element"))
    found = [effect for effect in asked if effect is not None]
    return _pooled(found) if found else None


def _effect_on(cells: pd.DataFrame, design: Design) -> Average | None:
    """The effect on one element; None where nothing of the kind can be compared."""
    untreated = cells[~(cells["quarter"] >= cells["start"])]
    meanwhile = [name for name in MEANWHILE if name in cells and untreated[name].nunique() > 1]
    try:
        return average_effect(cells, replace(design, covariates=tuple(meanwhile)))
    except DesignError:
        return None


def _against_the_unit(cells: pd.DataFrame, done: pd.DataFrame) -> pd.DataFrame:
    """With ``apart``: the element's index less the mean of its unit's others without a done action."""
    pair = ["unit_id", "element"]
    untouched = ~_pairs(cells, pair).isin(_pairs(done, pair))
    usable = pd.Series(untouched, cells.index) & cells["index"].notna()
    groups = [cells["unit_id"], cells["quarter"]]
    total = cells["index"].where(usable, 0.0).groupby(groups).transform("sum")
    count = usable.groupby(groups).transform("sum")
    total, count = total - cells["index"].where(usable, 0.0), count - usable
    return cells.assign(apart=cells["index"] - total / count.where(count > 0))


def _pooled(found: list[Average]) -> Effect:
    weight = np.array([average.n_respondents for average in found])
    weight = weight / weight.sum()
    value = float(sum(w * average.estimate for w, average in zip(weight, found, strict=True)))
    pulls = [(average.replicates - average.estimate) * w for w, average in zip(weight, found, strict=True)]
    pull = pd.concat(pulls, axis=1).fillna(0.0).sum(axis=1)
    std_error = float(jackknife_error(pull))
    parts = np.array([(w * average.std_error) ** 2 for w, average in zip(weight, found, strict=True)])
    freedom = np.array([average.df for average in found])
    # Where every answer is the same nothing varies, and Satterthwaite's ratio is 0 / 0.
    df = float(satterthwaite(parts, freedom) if parts.any() else freedom.min())
    half = float(half_width(std_error, df, found[0].confidence))
    n_elements = sum(average.n_units for average in found)
    return Effect(value, std_error, df, value - half, value + half, n_elements)
