"""The index and its elements, with their certainty, from the cells of one unit or of a city.

Every unit of the city is surveyed, so units are strata and no sample (Cochran 1977, *Sampling Techniques*,
chapter 5): how sure an index is follows from the people who happened to answer within each unit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd

from asn_analysis.measures.disclosure import of_units
from asn_analysis.measures.ikm import (
    Ikm,
    grade_of,
    ikm_from_elements,
    round_half_up,
    with_interval,
)
from asn_analysis.measures.panel import SCORE
from asn_analysis.rules.kinds import Skm
from asn_analysis.rules.rules import load_skm


def survey_index(cells: pd.DataFrame) -> Ikm:
    """The index over all respondents of ``cells`` under the weights in force, 25 to 100, with its interval.

    ``cells`` are any rows of ``build_panel``. The nine answers of a person count as one draw; every unit is a
    stratum (Cochran 1977, chapter 5).

    Raises
    ------
    ValueError
        If nobody answered one of the nine elements.

    Examples
    --------
    >>> asn.survey_index(panel[panel["quarter"] == quarter]).summary()
    'IKM 84.72 (84.09 to 85.36), grade B.'
    """
    skm = load_skm()
    index = ikm_from_elements(element_means(cells, skm))
    return _with_strata(index, cells, SCORE, int(cells["n_respondents"].sum()), skm.scale)


def indices_by(cells: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """The index of ``cells`` (of ``build_panel``) by columns ``by``: a row a group, with ``Ikm``'s numbers.

    Examples
    --------
    >>> asn.indices_by(now, ["kecamatan"]).loc["Curug", "grade"]
    'B'
    """
    found = {key: survey_index(part) for key, part in cells.groupby(list(by))}
    index = pd.MultiIndex.from_tuples(list(found), names=list(by)) if len(by) > 1 else None
    rows = pd.DataFrame(list(found.values()))
    return rows.set_axis(index if index is not None else pd.Index([key[0] for key in found], name=by[0]))


def index_by_users(cells: pd.DataFrame, users: Mapping[str, float | None]) -> tuple[Ikm, int] | None:
    """The index over the units' users: each unit's own index by the people it serves in a year.

    With the number of units; without those whose users are not known, or where an element has no answer.
    None where no two are left.
    """
    skm = load_skm()
    means = means_by(of_units(cells), "unit_id")
    known = [unit for unit, found in means.items() if users.get(unit) and len(found) == len(skm.codes)]
    if len(known) < 2:
        return None
    strata = strata_of(cells[cells["unit_id"].isin(known)], SCORE)
    share = np.array([users[unit] for unit in strata.index], dtype=float)
    share /= share.sum()
    exact = [Fraction(part) for part in share]
    of_all: dict[str, Fraction] = {
        code: sum(
            (part * means[unit][code] for part, unit in zip(exact, strata.index, strict=True)), Fraction(0)
        )
        / sum(exact)
        for code in skm.codes
    }
    variance, df = sum_of(share**2 * strata["noise"].to_numpy(), strata["n"].to_numpy() - 1)
    n = int(cells.loc[cells["unit_id"].isin(known), "n_respondents"].sum())
    found = with_interval(ikm_from_elements(of_all), n, skm.scale * np.sqrt(variance), df)
    return found, len(known)


def element_indices(cells: pd.DataFrame) -> dict[str, Ikm]:
    """Each element answered in ``cells``, by code, as an index (mean answer x 25) with interval and grade.

    Examples
    --------
    >>> elements = asn.element_indices(now)
    >>> min(elements, key=lambda code: elements[code].unrounded)  # the lowest: facilities
    'u9'
    """
    skm = load_skm()
    return {u: _element(cells, u, mean, skm) for u, mean in _answered_means(cells, skm).items()}


def lowest_element(elements: Mapping[str, Ikm]) -> str | None:
    """The code of the element that stands lowest; None where several do, as they are printed."""
    return alone_first(pd.Series({code: -found.value for code, found in elements.items()}))


def alone_first(values: pd.Series) -> str | None:
    """The label of the largest value; None where there is no value, or where several are the largest."""
    first = values.index[values == values.max()]
    return first[0] if len(first) == 1 else None


def _element(cells: pd.DataFrame, code: str, mean: Fraction, skm: Skm) -> Ikm:
    unrounded = mean * skm.factor
    printed = round_half_up(unrounded, skm.decimals)
    index = Ikm(float(printed), grade_of(printed).grade, float(unrounded), "element")
    moments = (f"n_{code}", f"sum_{code}", f"sum2_{code}")
    return _with_strata(index, cells, moments, int(cells[f"n_{code}"].sum()), skm.factor)


def mean_error(cells: pd.DataFrame, codes: Sequence[str], quarter: pd.Period) -> tuple[float, float] | None:
    """Standard error, and its degrees of freedom, of the mean index of some elements in a quarter.

    Of all nine a person's mean is known; of fewer, a person's answers are taken to move together, which can
    only make the error larger.
    """
    now, skm = cells[cells["quarter"] == quarter], load_skm()
    if set(codes) == set(skm.codes):
        errors = [_error(now, SCORE)]
    else:
        errors = [_error(now, (f"n_{code}", f"sum_{code}", f"sum2_{code}")) for code in codes]
    if not all(np.isfinite(error) for error, _ in errors):
        return None
    return float(np.mean([error for error, _ in errors]) * skm.factor), min(df for _, df in errors)


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
    n, total = (_totals(cells, kind, skm) for kind in ("n", "sum"))
    return {u: Fraction(total[u], n[u]) for u in skm.codes if n[u]}


def unanswered(cells: pd.DataFrame) -> list[str]:
    """Elements that nobody answered in these cells: without all nine there is no index."""
    return [u for u, n in _totals(cells, "n", load_skm()).items() if not n]


def unanswered_by_quarter(cells: pd.DataFrame) -> dict[pd.Period, list[str]]:
    """The same of each quarter that the cells hold."""
    codes = load_skm().codes
    return {when: [u for u in codes if u not in means] for when, means in means_by(cells, "quarter").items()}


def means_by(cells: pd.DataFrame, by: str) -> dict[Any, dict[str, Fraction]]:
    """Mean answer to each element that was answered, exact, in each group of the cells."""
    codes, groups = load_skm().codes, cells.groupby(by)
    n, total = (groups[[f"{kind}_{u}" for u in codes]].sum() for kind in ("n", "sum"))
    rows = zip(n.index, n.to_numpy().tolist(), total.to_numpy().tolist(), strict=True)
    return {
        group: {
            u: Fraction(int(sums[place]), int(counts[place]))
            for place, u in enumerate(codes)
            if counts[place]
        }
        for group, counts, sums in rows
    }


def _totals(cells: pd.DataFrame, kind: str, skm: Skm) -> dict[str, int]:
    """Each element's sum over all cells, by column: choosing many at once costs more than their sums."""
    return {u: int(cells[f"{kind}_{u}"].to_numpy().sum()) for u in skm.codes}


def _with_strata(index: Ikm, cells: pd.DataFrame, moments: tuple[str, ...], n: int, scale: float) -> Ikm:
    error, df = _error(cells, moments)
    if np.isnan(error):
        return replace(index, n=n)
    return with_interval(index, n, scale * error, df)


def _error(cells: pd.DataFrame, moments: tuple[str, ...]) -> tuple[float, float]:
    strata = strata_of(cells, moments)
    n = strata["n"].to_numpy()
    with np.errstate(invalid="ignore"):  # nobody answered: not a number
        variance, df = sum_of((n / n.sum()) ** 2 * strata["noise"].to_numpy(), n - 1)
    return float(np.sqrt(variance)), df


def strata_of(cells: pd.DataFrame, moments: tuple[str, ...]) -> pd.DataFrame:
    """By unit: n answers and the sampling variance (``noise``) of their mean; NaN where it cannot be known.

    A unit with a single answer is taken to vary like the others; where all have one, they are one stratum.
    """
    place, units = pd.factorize(cells["unit_id"], sort=True)
    sums = np.zeros((3, len(units)))  # summed by hand: a brief asks this a thousand times, of a few cells
    for row, name in zip(sums, moments, strict=True):
        np.add.at(row, place, cells[name].to_numpy(dtype=float))
    units, sums = units[sums[0] > 0], sums[:, sums[0] > 0]
    if (sums[0] < 2).all():
        units, sums = pd.Index([0]), sums.sum(axis=1, keepdims=True)
    n, total, squares = sums
    with np.errstate(divide="ignore", invalid="ignore"):
        about = np.maximum(squares - total**2 / n, 0.0)
        df = (n - 1).sum()
        typical = about.sum() / df if df else np.nan
        spread = np.where(n > 1, about / (n - 1), typical)
        return pd.DataFrame({"n": n, "mean": total / n, "noise": spread / n}, index=units)


def sum_of(variances: np.ndarray, df: np.ndarray) -> tuple[float, float]:
    """A sum of independent variances, and Satterthwaite's degrees of freedom."""
    total, known = float(variances.sum()), df > 0
    squares = float((variances[known] ** 2 / df[known]).sum())
    return total, total**2 / squares if squares else float(df.sum())
