"""The index and its elements, with their certainty, from the cells of one unit or of a city."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from asn_analysis.measures.ikm import (
    Ikm,
    grade_of,
    ikm_from_elements,
    resolve_weights,
    round_half_up,
    with_interval,
)
from asn_analysis.rules.rules import Skm, load_skm


def survey_index(cells: pd.DataFrame, weights: str | None = None, confidence: float = 0.95) -> Ikm:
    """The index over all respondents of ``cells``, by default under the weights in force.

    With several units the interval treats units as clusters; within one unit it treats respondents
    as the independent draws, so that the nine answers of a person count as one.
    """
    skm = load_skm()
    means = element_means(cells, skm)
    index = ikm_from_elements(means, weights)
    _, weight = resolve_weights(weights, skm)
    n = int(cells["n_respondents"].sum())
    if cells["unit_id"].nunique() > 1:
        return _with_clusters(index, _index_pull(cells, weights), n, confidence)
    moments = cells[["n_scored", "sum_score", "sum2_score"]].sum()
    scale = skm.factor * float(sum(weight.values()))
    return _with_respondents(index, *moments, n=n, scale=scale, confidence=confidence)


def element_indices(cells: pd.DataFrame, confidence: float = 0.95) -> dict[str, Ikm]:
    """Each element that was answered as an index of its own (mean answer x 25) with interval and grade."""
    skm = load_skm()
    means, units = _answered_means(cells, skm), _units(cells, skm)
    return {u: _element(cells, units, u, mean, skm, confidence) for u, mean in means.items()}


def _element(
    cells: pd.DataFrame, units: pd.DataFrame, code: str, mean: Fraction, skm: Skm, confidence: float
) -> Ikm:
    unrounded = mean * skm.factor
    printed = round_half_up(unrounded, skm.decimals)
    index = Ikm(float(printed), grade_of(printed).grade, float(unrounded), "element")
    n = int(cells[f"n_{code}"].sum())
    if len(units) > 1:
        return _with_clusters(index, _residuals(units, code, mean) * skm.factor, n, confidence)
    moments = cells[[f"n_{code}", f"sum_{code}", f"sum2_{code}"]].sum()
    return _with_respondents(index, *moments, n=n, scale=skm.factor, confidence=confidence)


def _sums(skm: Skm) -> list[str]:
    return [f"{kind}_{u}" for u in skm.codes for kind in ("n", "sum")]


def element_means(cells: pd.DataFrame, skm: Skm) -> dict[str, Fraction]:
    """Mean answer to each element over all respondents of these cells, exact.

    Raises
    ------
    ValueError
        If nobody answered one of the nine.
    """
    means = _answered_means(cells, skm)
    if lacking := [u for u in skm.codes if u not in means]:
        raise ValueError(f"No answers to {', '.join(lacking)}; the index needs all nine elements.")
    return means


def _answered_means(cells: pd.DataFrame, skm: Skm) -> dict[str, Fraction]:
    totals = {name: int(total) for name, total in cells[_sums(skm)].sum().items()}
    return {u: Fraction(totals[f"sum_{u}"], totals[f"n_{u}"]) for u in skm.codes if totals[f"n_{u}"]}


def unanswered(cells: pd.DataFrame) -> list[str]:
    """Elements that nobody answered in these cells: without all nine there is no index."""
    return [u for u in load_skm().codes if not cells[f"n_{u}"].sum()]


def _units(cells: pd.DataFrame, skm: Skm) -> pd.DataFrame:
    """Answers and their sums, a row a unit."""
    return cells.groupby("unit_id")[_sums(skm)].sum()


def _residuals(units: pd.DataFrame, code: str, mean: Fraction) -> pd.Series:
    """What each unit's answers pull the mean away by (linearised ratio)."""
    return (units[f"sum_{code}"] - float(mean) * units[f"n_{code}"]) / units[f"n_{code}"].sum()


def _with_clusters(index: Ikm, pull: pd.Series, n: int, confidence: float) -> Ikm:
    n_clusters = len(pull)
    std_error = float(np.sqrt((pull**2).sum() * n_clusters / (n_clusters - 1)))
    return with_interval(index, n, std_error, n_clusters - 1, confidence)


def _with_respondents(
    index: Ikm, count: float, total: float, squares: float, *, n: int, scale: float, confidence: float
) -> Ikm:
    if count < 2:
        return Ikm(index.value, index.grade, index.unrounded, index.weights, n=n)
    variance = max(squares - total**2 / count, 0.0) / (count - 1)
    return with_interval(index, n, float(scale * np.sqrt(variance / count)), count - 1, confidence)


@dataclass(frozen=True)
class IndexChange:
    """How an index moved between two quarters, in index points (25-100 scale)."""

    difference: float
    conf_low: float | None
    conf_high: float | None


def index_change(now: pd.DataFrame, before: pd.DataFrame, confidence: float = 0.95) -> IndexChange:
    """The change of the index between two sets of cells.

    In a city the same units stand in both, so their pulls are paired; in a single unit the
    respondents of two quarters are different people (Welch).
    """
    new, old = survey_index(now, confidence=confidence), survey_index(before, confidence=confidence)
    difference = new.unrounded - old.unrounded
    if new.std_error is None or old.std_error is None:
        return IndexChange(difference, None, None)
    std_error, df = _paired(now, before) if now["unit_id"].nunique() > 1 else _welch(new, old)
    half_width = float(stdtrit(df, 0.5 + confidence / 2)) * std_error
    return IndexChange(difference, difference - half_width, difference + half_width)


def _paired(now: pd.DataFrame, before: pd.DataFrame) -> tuple[float, float]:
    pulls = _index_pull(now).sub(_index_pull(before), fill_value=0.0)
    n_clusters = len(pulls)
    return float(np.sqrt((pulls**2).sum() * n_clusters / (n_clusters - 1))), n_clusters - 1


def _welch(new: Ikm, old: Ikm) -> tuple[float, float]:
    one, two = new.std_error**2, old.std_error**2
    if one + two == 0:
        return 0.0, new.df + old.df
    return float(np.sqrt(one + two)), (one + two) ** 2 / (one**2 / new.df + two**2 / old.df)


def _index_pull(cells: pd.DataFrame, weights: str | None = None) -> pd.Series:
    """What each unit pulls the index away by (linearised)."""
    skm = load_skm()
    _, weight = resolve_weights(weights, skm)
    means, units = element_means(cells, skm), _units(cells, skm)
    return sum(float(weight[u]) * _residuals(units, u, means[u]) for u in skm.codes) * skm.factor
