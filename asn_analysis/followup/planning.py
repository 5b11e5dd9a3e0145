"""The next survey: how many forms each unit needs, and what a smaller budget loses.

Krejcie and Morgan's table, which the survey regulation uses, stands beside it. The table looks at the
number of users alone and is made for one yes-or-no share; the plan here takes the spread of this city's
own answers, and asks what the index of each unit, and the effect of a training, could then tell.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from asn_analysis.impact.design import Design
from asn_analysis.impact.power import Plan, planned
from asn_analysis.impact.refusals import DesignError
from asn_analysis.measures.disclosure import POOL, of_units
from asn_analysis.measures.estimate import POWER, half_width
from asn_analysis.measures.panel import YEAR
from asn_analysis.rules.rules import load_analysis, load_skm

PRIOR_FORMS = 100  # the city's spread counts as much as this many of a unit's own answers
STEP = 5  # forms are planned in fives
SPREAD_STEP = 0.5  # points: one answer elsewhere in the city must not move a unit's plan
LEAST_PULL = 1e-6  # users x points: where all answers are alike, or nobody comes
MOST_FORMS = 2000  # a quarter and unit: beyond it a plan is refused rather than printed


def sample_size(population: int) -> int:
    """Krejcie and Morgan (1970): the sample that the regulation's annex asks for of a population of users.

    Examples
    --------
    >>> asn.sample_size(1000)
    278
    """
    spread = 3.841 * population * 0.25
    return round(spread / (0.05**2 * (population - 1) + 3.841 * 0.25))


def answer_spread(panel: pd.DataFrame) -> pd.Series:
    """Variance of one respondent's index within a unit (points squared), by unit.

    From the last year, each quarter about its own mean. A unit's own variance is drawn towards
    the city's as if the city added ``PRIOR_FORMS`` answers; a unit without answers has the city's.

    Examples
    --------
    >>> asn.answer_spread(panel).head(2).round(1).to_dict()
    {'36.73.01': 64.6, '36.73.01.1005': 73.9}
    """
    cells = panel[panel["quarter"] > panel["quarter"].max() - YEAR]
    squares = cells["sum2_score"] - cells["sum_score"] ** 2 / cells["n_scored"].where(cells["n_scored"] > 0)
    own = pd.DataFrame(
        {
            "unit_id": cells["unit_id"],
            "squares": squares.fillna(0.0).clip(lower=0.0) * load_skm().scale ** 2,
            "df": (cells["n_scored"] - 1).clip(lower=0),
        }
    )
    own = own.groupby("unit_id").sum().reindex(np.sort(panel["unit_id"].unique()), fill_value=0.0)
    city = np.sqrt(own["squares"].sum() / max(own["df"].sum(), 1))
    city = round(city / SPREAD_STEP) * SPREAD_STEP
    return (own["squares"] + PRIOR_FORMS * city**2) / (own["df"] + PRIOR_FORMS)


def expected_width(variance: pd.Series, forms: pd.Series) -> pd.Series:
    """Half the range that a unit's index can expect from so many forms, in points."""
    return half_width(np.sqrt(variance / forms), forms - 1)


def forms_for_precision(variance: pd.Series, wanted: float) -> pd.Series:
    """Forms at which the expected half-width is no more than ``wanted``, in steps of five.

    Parameters
    ----------
    variance : of one respondent's index, points squared, by unit (see ``answer_spread``)
    wanted : points on each side

    Raises
    ------
    ValueError
        If so many forms would be needed as nobody hands out.

    Examples
    --------
    >>> asn.forms_for_precision(pd.Series({"a": 100.0, "b": 400.0}), wanted=2.0).to_dict()
    {'a': 100, 'b': 390}
    """
    numbers = np.arange(STEP, MOST_FORMS + 1, STEP)
    scale = half_width(1 / np.sqrt(numbers), numbers - 1)
    place = np.searchsorted(-scale, -wanted / np.sqrt(variance.clip(lower=1e-12)))
    if (place >= len(numbers)).any():
        raise ValueError(
            f"A range of {wanted} points needs more than {MOST_FORMS} forms; ask for a wider one."
        )
    return pd.Series(numbers[place], index=variance.index)


def forms_by_unit(panel: pd.DataFrame, units: pd.DataFrame, quarter: pd.Period) -> pd.DataFrame:
    """By unit: name, unit_type, users, made, needed, krejcie_morgan, variance.

    ``made`` is missing for a unit that may be among the withheld ones.
    """
    rules, variance = load_analysis(), answer_spread(of_units(panel))
    now = panel[panel["quarter"] == quarter].set_index("unit_id")["n_respondents"]
    unseen = np.nan if POOL in now.index else 0
    about = units.set_index("unit_id").reindex(variance.index)
    needed = forms_for_precision(variance, rules.planning.half_width)
    table = [None if pd.isna(users) else sample_size(int(users)) for users in about["annual_users"]]
    return pd.DataFrame(
        {
            **about[["name", "kecamatan"]],
            "unit_type": about["unit_type"],
            "users": about["annual_users"].astype(float),
            "made": now.reindex(variance.index, fill_value=unseen).astype(float),
            "needed": needed.clip(lower=rules.planning.fewest_forms),
            "krejcie_morgan": pd.Series(table, variance.index, dtype=float),
            "variance": variance,
        }
    )


def next_wave(panel: pd.DataFrame, design: Design, units: Sequence[str], quarter: pd.Period) -> Plan | None:
    """Units trained from the next quarter on, judged by those that stay untrained a year after ``quarter``.

    None where no untrained unit was surveyed so far.
    """
    untrained, start = panel[panel["cohort"].isna()], dict.fromkeys(units, quarter + 1)
    try:
        return planned(untrained, design, start, quarter + YEAR, answer_spread(panel))
    except DesignError:
        return None


def forms_for_power(wave: Plan, sesoi: float) -> int | None:
    """Fewest forms a unit and quarter at which the wave shows an effect of ``sesoi`` with 80 % power.

    None where no number of forms is enough: then only more units, or more quarters, can help, since
    the ups and downs that all answers of a unit share do not shrink with the number of answers.
    """

    def reaches(forms: int) -> bool:
        return wave.power(sesoi, pd.Series(float(forms), index=wave.past.units)).power >= POWER

    low, high = 0, MOST_FORMS // STEP
    if not reaches(high * STEP):
        return None
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if reaches(middle * STEP) else (middle, high)
    return high * STEP


@dataclass(frozen=True)
class Cut:
    """A way to spread forms over the units.

    Attributes
    ----------
    total, cost : forms a quarter, and rupiah; no cost where the price of a form is not known
    city : half-width of the index of all users of these units, points; units are weighted by their users
    typical, widest : half-width of a unit's index, the median and the largest
    power : chance that the wave of training would show an effect of the SESOI; None without a wave, or where
        it cannot be judged
    """

    name: str
    total: int
    cost: float | None
    city: float
    typical: float
    widest: float
    power: float | None


def equal_cut(needed: pd.Series, total: int) -> pd.Series:
    """Every unit's need cut by the same share."""
    return np.floor(needed * min(total / needed.sum(), 1.0)).clip(lower=2)


def best_cut(needed: pd.Series, variance: pd.Series, users: pd.Series, total: int, fewest: int) -> pd.Series:
    """Neyman's allocation between a floor and each unit's need: forms by users x spread.

    It makes the index of all users as exact as so many forms can.

    Raises
    ------
    ValueError
        If the floors alone cost more than there is.
    """
    floor, pull = needed.clip(upper=fewest), (users * np.sqrt(variance)).clip(lower=LEAST_PULL)
    if floor.sum() > total:
        raise ValueError(f"{total} forms are fewer than {fewest} for each of {len(needed)} units.")
    low, high = 0.0, float((needed / pull).max())
    least, most, each = floor.to_numpy(), needed.to_numpy(), pull.to_numpy()
    for _ in range(100):
        middle = (low + high) / 2
        fits = np.clip(each * middle, least, most).sum() <= total
        low, high = (middle, high) if fits else (low, middle)
    return np.floor(np.clip(pull * low, floor, needed) + 1e-9)


def judge(
    name: str,
    forms: pd.Series,
    variance: pd.Series,
    users: pd.Series,
    cost_per_form: float | None,
    wave: Plan | None = None,
    sesoi: float = 0.0,
) -> Cut:
    """What so many forms by unit can tell, of a wave of training too, and what it costs."""
    width = expected_width(variance, forms)
    share = users / users.sum()
    city = float(half_width(np.sqrt((share**2 * variance / forms).sum()), np.inf))
    total = int(forms.sum())
    cost = cost_per_form and total * cost_per_form
    power = _power(wave, sesoi, forms) if wave else None
    return Cut(name, total, cost, city, float(width.median()), float(width.max()), power)


def _power(wave: Plan, sesoi: float, forms: pd.Series) -> float | None:
    try:
        return wave.power(sesoi, forms).power
    except DesignError:
        return None
