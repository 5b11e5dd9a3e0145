"""Several effects at once: intervals that hold together, and p values that know how many were tried.

Intervals: max-t. The critical value is the quantile of the largest |t| of a multivariate t whose
correlations are those of the effects' jackknife replicates and whose degrees of freedom are the
smallest among them; found by seeded simulation. p values: Holm. Both keep the chance of any error.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from asn_analysis.impact.average import Average
from asn_analysis.impact.draws import normal_draws
from asn_analysis.measures.estimate import tidied

DRAWS, SEED = 40_000, 1


def simultaneous(effects: Mapping[str, Average]) -> pd.DataFrame:
    """One row an effect with its own interval, and one that holds together with all the others.

    Parameters
    ----------
    effects : name to effect, all from the same units

    Returns
    -------
    DataFrame with term, estimate, std_error, df, statistic, p_value, conf_low, conf_high (each alone),
    p_value_holm, conf_low_simultaneous, conf_high_simultaneous
    """
    table = tidied(effects.values()).assign(term=list(effects))
    together = critical_value(list(effects.values())) * table["std_error"]
    return table.assign(
        p_value_holm=holm(table["p_value"]),
        conf_low_simultaneous=np.minimum(table["conf_low"], table["estimate"] - together),
        conf_high_simultaneous=np.maximum(table["conf_high"], table["estimate"] + together),
    )


def critical_value(effects: list[Average]) -> float:
    """The quantile of the largest |t| among the effects."""
    replicates = pd.concat([effect.replicates for effect in effects], axis=1, join="outer")
    values = [effect.estimate for effect in effects]
    deviation = (replicates - values).fillna(0.0).to_numpy()  # a unit not in an effect moves it by 0
    scale = np.sqrt((deviation**2).sum(axis=0))
    standard = deviation / np.where(scale > 0, scale, 1.0)
    df = min(effect.df for effect in effects)
    rng = np.random.default_rng(SEED)
    normal = normal_draws(standard.T @ standard, (DRAWS,), rng)
    largest = np.abs(normal).max(axis=1) / np.sqrt(rng.chisquare(df, DRAWS) / df)
    return float(np.quantile(largest, effects[0].confidence))


def holm(p_value: Sequence[float]) -> np.ndarray:
    """P-values adjusted by Holm's steps down (Scandinavian Journal of Statistics, 1979).

    As statsmodels has it, whose import takes as long as that of everything else here.
    """
    given = np.asarray(p_value, dtype=float)
    order = np.argsort(given)
    steps = np.maximum.accumulate(given[order] * np.arange(len(given), 0, -1))
    adjusted = np.empty(len(given))
    adjusted[order] = np.minimum(steps, 1.0)
    return adjusted
