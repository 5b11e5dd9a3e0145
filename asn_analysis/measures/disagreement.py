"""Where complaints and the survey disagree: units that score high and are complained about, and the reverse.

Both sides are drawn towards the city's mean by what they rest on, so that small units do not
disagree by chance: the index as in ``ranking``, complaints as gamma-Poisson (Clayton and Kaldor 1987,
Biometrics 43:671-681).
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.special import gammaincinv, psi

from asn_analysis.measures.panel import SCORE, noise_of_mean, with_means
from asn_analysis.measures.ranking import rank_units
from asn_analysis.rules.rules import load_analysis, load_complaints, load_skm

SPREAD = (-4.0, 12.0)  # log of the prior's shape: from wild differences between units to none
HALVES = 60  # beyond the last digit


def shrunk_rates(counts: np.ndarray, users: np.ndarray) -> pd.DataFrame:
    """Each unit's complaints per 1,000 users, drawn towards the city's: rate, conf_low, conf_high.

    Parameters
    ----------
    counts, users : (G,), complaints and people served in the same time

    Source: Clayton and Kaldor (1987), gamma-Poisson; the interval is the posterior's.

    Examples
    --------
    >>> asn.shrunk_rates(np.array([2, 60, 8]), np.array([1000.0, 9000.0, 5000.0])).round(1)
       rate  conf_low  conf_high
    0   2.9       0.9        6.2
    1   6.6       5.0        8.3
    2   1.9       0.9        3.2
    """
    mean = counts.sum() / users.sum()
    shape = _shape(counts, users, mean)
    posterior, scale = counts + shape, 1000 / (users + shape / mean)
    tail = (1 - load_complaints().confidence) / 2
    values = {
        "rate": posterior * scale,
        "conf_low": gammaincinv(posterior, tail) * scale,
        "conf_high": gammaincinv(posterior, 1 - tail) * scale,
    }
    return pd.DataFrame(values)


def _shape(counts: np.ndarray, users: np.ndarray, mean: float) -> float:
    """The prior's shape by maximum likelihood of the negative binomial: where its slope in the shape is 0.

    Found by halves, since it takes longer to import SciPy's optimisers than to do all else with complaints.
    """
    expected, (low, high) = users * mean, SPREAD
    for _ in range(HALVES):
        middle = (low + high) / 2
        shape = np.exp(middle)
        steep = psi(counts + shape) - psi(shape) - np.log1p(expected / shape)
        rising = (steep + (expected - counts) / (expected + shape)).sum() > 0
        low, high = (middle, high) if rising else (low, middle)
    return float(np.exp(low))


def disagreeing_units(cells: pd.DataFrame, complaints: pd.Series, users: pd.Series) -> pd.DataFrame:
    """Units whose index and complaints certainly point in different directions.

    Parameters
    ----------
    cells : the year's cells that may be published
    complaints, users : by unit, in the same year

    Returns
    -------
    DataFrame
        unit_id, kind ("praised_but_complained" or "low_but_silent"), n, index, rate, conf_low,
        conf_high (complaints per 1,000 users), most complaints first.

    Examples
    --------
    >>> received = asn.of_year(clocks, quarter).groupby("unit_id").size()
    >>> users = dataset.units.set_index("unit_id")["annual_users"].astype(float)
    >>> len(asn.disagreeing_units(panel[panel["quarter"] > quarter - 4], received, users))
    0
    """
    index = _indices(cells)
    both = index.join(pd.DataFrame({"complaints": complaints, "users": users}), how="inner")
    both = both[both["users"] > 0]
    if len(both) < 2 or not both["complaints"].sum():
        return pd.DataFrame(columns=["unit_id", "kind", "n", "index", "rate", "conf_low", "conf_high"])
    rates = shrunk_rates(both["complaints"].to_numpy(float), both["users"].to_numpy(float))
    both = both.join(rates.set_axis(both.index))
    level = 1000 * both["complaints"].sum() / both["users"].sum()
    standing = _sides(both)
    kind = pd.Series(None, both.index, dtype=object)
    kind[(standing > 0) & (both["conf_low"] > level)] = "praised_but_complained"
    kind[(standing < 0) & (both["conf_high"] < level)] = "low_but_silent"
    found = both.assign(kind=kind)[kind.notna()].sort_values("rate", ascending=False).reset_index()
    return found[["unit_id", "kind", "n", "index", "rate", "conf_low", "conf_high"]]


def _sides(both: pd.DataFrame) -> pd.Series:
    """1 for units certainly above the mean index, -1 below, 0 for those that cannot be told apart."""
    fewest = load_analysis().fewest_ranked
    standings = rank_units(both.index, both["index"], both["std_error"], both["n"], fewest=fewest)
    mean = float(np.average(both["index"], weights=both["n"]))
    side = {
        unit.unit_id: 0 if unit.rank is None else int(unit.conf_low > mean) - int(unit.conf_high < mean)
        for unit in standings
    }
    return pd.Series(side).reindex(both.index)


def _indices(cells: pd.DataFrame) -> pd.DataFrame:
    """Index and its standard error of every unit at once, over all its cells."""
    skm = load_skm()
    names = [f"{part}_{u}" for u in skm.codes for part in ("sum", "n")]
    sums = with_means(cells.groupby("unit_id")[[*names, "n_respondents", *SCORE]].sum())
    std_error = skm.scale * np.sqrt(noise_of_mean(sums))
    found = {"n": sums["n_respondents"], "index": sums["ikm"], "std_error": std_error}
    return pd.DataFrame(found).dropna()
