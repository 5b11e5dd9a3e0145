"""What ATT(g, t) of Callaway and Sant'Anna amount to: averages over cohorts, event times and periods.

Shapes: G units, M pairs (g, t), J aggregated rows.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from asn_analysis.impact.design import Design
from asn_analysis.measures.estimate import Estimate, half_width, tidied, with_tests
from asn_analysis.views.tables import ShownRows

AGGREGATIONS = ("simple", "dynamic", "group", "calendar")


@dataclass(frozen=True, kw_only=True)
class Aggregate(Estimate):
    """One way to average the ATT(g, t), in units of the outcome.

    Attributes
    ----------
    kind : "simple", "dynamic", "group" or "calendar"
    rows : DataFrame
        What it averages (event times, cohorts or periods): term, estimate, std_error, conf_low, conf_high.
    influence : (G, J + 1) what each unit adds to the error of each row, the overall average last
    """

    kind: str
    design: Design
    rows: pd.DataFrame = field(repr=False)
    influence: np.ndarray = field(repr=False)

    @property
    def covariance(self) -> np.ndarray:
        """Covariance of the rows (J x J)."""
        rows = self.influence[:, :-1]
        return rows.T @ rows

    def tidy(self) -> pd.DataFrame:
        """The overall average, then what it averages, in the house vocabulary."""
        named = self.rows.assign(term=self.kind + "_" + self.rows["term"].astype(str), df=self.df)
        rows = with_tests(named.assign(unit_of_measure=self.design.outcome))
        return pd.concat([tidied([self]), rows], ignore_index=True)


@dataclass(frozen=True, repr=False)
class GroupTimeEffects(ShownRows):
    """All ATT(g, t), with what each unit adds to their errors.

    Attributes
    ----------
    pairs : DataFrame
        cohort, time, base (labels), event_time, estimate, std_error, conf_low, conf_high, n_units.
    influence : (G, M); its columns sum to 0, their squares to the squared standard errors
    cohort_of : (G,) column of the cohort of each unit among the M pairs' cohorts; mass : (G,) respondents
    """

    design: Design
    pairs: pd.DataFrame = field(repr=False)
    influence: np.ndarray = field(repr=False)
    first_treated: np.ndarray = field(repr=False)
    mass: np.ndarray = field(repr=False)

    def aggregate(self, kind: str = "simple") -> Aggregate:
        """Average over cohorts by their respondents, standard errors with estimated shares."""
        if kind not in AGGREGATIONS:
            raise ValueError(f'aggregation "{kind}" is not one of {", ".join(AGGREGATIONS)}.')
        return _aggregate(self, kind)

    def tidy(self) -> pd.DataFrame:
        """One row a pair, in the house vocabulary."""
        term = "att(" + self.pairs["cohort"].astype(str) + "," + self.pairs["time"].astype(str) + ")"
        return self.pairs.assign(term=term, unit_of_measure=self.design.outcome)

    def summary(self) -> str:
        """One plain sentence with its range."""
        return self.aggregate("simple").summary()


# What the rows of an aggregation are over: their key among the pairs, and the column that names each.
ROWS = {
    "simple": ("", ""),
    "dynamic": ("event_time", "event_time"),
    "group": ("first_treated", "cohort"),
    "calendar": ("clock", "time"),
}


def _aggregate(effects: GroupTimeEffects, kind: str) -> Aggregate:
    pairs, confidence, (key, label) = effects.pairs, effects.design.confidence, ROWS[kind]
    after = (pairs["event_time"] >= 0).to_numpy()
    shown = after | (kind == "dynamic")
    values = np.unique(pairs[key][shown]) if key else np.array([])
    masks = [(pairs[key] == value).to_numpy() & shown for value in values]
    found = [_over(effects, mask) for mask in masks]
    rows = pd.DataFrame(
        {
            "term": [pairs[label][mask].iloc[0] for mask in masks],
            "estimate": [estimate for estimate, _ in found],
        }
    )
    columns = np.column_stack([*(column for _, column in found), np.zeros((len(effects.mass), 0))])
    rows = with_intervals(rows, columns, confidence)
    if kind == "simple":
        estimate, overall = _over(effects, after)
    elif kind == "group":
        estimate, overall = _by_respondents(effects, values, rows["estimate"].to_numpy(), columns)
    else:
        alike = (values >= 0) | (kind == "calendar")
        estimate, overall = float(rows["estimate"][alike].mean()), columns[:, alike].mean(axis=1)
    return Aggregate(
        term=f"att_{kind}",
        estimate=estimate,
        std_error=float(np.sqrt(overall @ overall)),
        df=np.inf,
        confidence=confidence,
        unit_of_measure=effects.design.outcome,
        kind=kind,
        design=effects.design,
        rows=rows,
        influence=np.column_stack([columns, overall]),
    )


def _over(effects: GroupTimeEffects, mask: np.ndarray) -> tuple[float, np.ndarray]:
    """Average of some pairs."""
    chosen = effects.pairs[mask]
    cohorts, values = chosen["first_treated"].to_numpy(), chosen["estimate"].to_numpy()
    return _by_respondents(effects, cohorts, values, effects.influence[:, mask])


def _by_respondents(
    effects: GroupTimeEffects, cohorts: np.ndarray, values: np.ndarray, influence: np.ndarray
) -> tuple[float, np.ndarray]:
    """Average of effects by the respondents of their cohorts, with the error of those shares."""
    belongs = effects.first_treated[:, None] == cohorts
    mass = effects.mass @ belongs
    share, estimate = mass / mass.sum(), float(mass @ values / mass.sum())
    return estimate, influence @ share + effects.mass * (belongs @ (values - estimate)) / mass.sum()


def with_intervals(rows: pd.DataFrame, influence: np.ndarray, confidence: float) -> pd.DataFrame:
    std_error = np.sqrt((influence**2).sum(axis=0))
    half = half_width(std_error, np.inf, confidence)
    return rows.assign(
        std_error=std_error, conf_low=rows["estimate"] - half, conf_high=rows["estimate"] + half
    )
