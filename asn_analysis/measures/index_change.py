"""How the index moved between two quarters: like with like, and what moves a unit anyway counts as chance."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from asn_analysis.measures.control_charts import NOTHING, Between
from asn_analysis.measures.disclosure import of_units
from asn_analysis.measures.estimate import half_width
from asn_analysis.measures.ikm import resolve_weights
from asn_analysis.measures.panel import SCORE
from asn_analysis.measures.survey import strata_of, sum_of, survey_index
from asn_analysis.rules.rules import load_skm


@dataclass(frozen=True)
class IndexChange:
    """How an index moved between two quarters, in index points (25-100 scale).

    Attributes
    ----------
    difference, conf_low, conf_high : over the units surveyed in both quarters, at equal shares in both
    n_units : how many these are
    mix : what else the index over all respondents moved by: other units, or other shares of the same
    """

    difference: float
    conf_low: float | None
    conf_high: float | None
    n_units: int = 1
    mix: float = 0.0


def index_change(now: pd.DataFrame, before: pd.DataFrame, between: Between = NOTHING) -> IndexChange | None:
    """The change of the index between two sets of cells, like with like; None if no unit stands in both.

    Each unit counts with the mean of its two shares of respondents (Kitagawa 1955, JASA 50:1168-1194), so
    that the change lies between those of its units. ``between`` is what moves a unit from quarter to
    quarter beyond who answered.

    Parameters
    ----------
    now, before : rows of ``build_panel``, of two quarters
    between : what ``measures.control_charts.between_quarters`` learns; by default nothing

    Examples
    --------
    >>> change = asn.index_change(now, panel[panel["quarter"] == quarter - 1])
    >>> f"{change.difference:+.2f} points ({change.conf_low:+.2f} to {change.conf_high:+.2f})"
    '+0.13 points (-0.75 to +1.01)'
    """
    new, old = of_units(now), of_units(before)
    both = set(new["unit_id"]) & set(old["unit_id"])
    if not both:
        return None
    moved = survey_index(now).unrounded - survey_index(before).unrounded
    new, old = (cells[cells["unit_id"].isin(both)] for cells in (new, old))
    difference = _at_equal_shares(new, old)
    told = IndexChange(difference, None, None, len(both), moved - difference)
    variance, df = _of_change(strata_of(new, SCORE), strata_of(old, SCORE), between)
    if np.isnan(variance):
        return told
    half = float(half_width(np.sqrt(variance), df))
    return replace(told, conf_low=difference - half, conf_high=difference + half)


def _of_change(new: pd.DataFrame, old: pd.DataFrame, between: Between) -> tuple[float, float]:
    """Variance of a change in points and its degrees of freedom: who answered, what moves units anyway."""
    share = _mean_share(new["n"], old["n"])
    scale = load_skm().scale ** 2 * share**2
    moves = pd.Series([2 * between.sd**2 * float((share**2).sum())])
    variances = pd.concat([scale * new["noise"], scale * old["noise"], moves])
    dfs = pd.concat([new["n"] - 1, old["n"] - 1, pd.Series([between.df])])
    return sum_of(variances.to_numpy(), dfs.to_numpy())


def _at_equal_shares(new: pd.DataFrame, old: pd.DataFrame) -> float:
    """The mean of the units' changes, element by element, by the mean of their shares in both quarters."""
    skm = load_skm()
    _, weight = resolve_weights(None, skm)
    counted = [f"{kind}_{code}" for code in skm.codes for kind in ("n", "sum")]
    one, two = (cells.groupby("unit_id")[counted].sum() for cells in (new, old))
    points = 0.0
    for code in skm.codes:
        n, total, m, before = (
            cells[f"{kind}_{code}"].to_numpy() for cells in (one, two) for kind in ("n", "sum")
        )
        asked = (n > 0) & (m > 0)
        n, total, m, before = n[asked], total[asked], m[asked], before[asked]
        points += float(weight[code]) * float((_mean_share(n, m) * (total / n - before / m)).sum())
    return points * skm.factor


def _mean_share(one: Any, two: Any) -> Any:
    return (one / one.sum() + two / two.sum()) / 2
