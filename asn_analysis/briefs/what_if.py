"""The bench's dials: how verdict, plan and cost move with the SESOI, the budgets and the coverage.

The same parts as in the briefs, asked again under other choices; the rules stay as they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import Any

import pandas as pd

from asn_analysis.arms.planning.made import untrained_units
from asn_analysis.followup.planning import (
    Cut,
    equal_cut,
    forms_by_unit,
    judge,
    next_wave,
)
from asn_analysis.followup.targeting import Targets, choose_units, kinds_of_training
from asn_analysis.impact.study import Analysis, city_design
from asn_analysis.record.inputs import Inputs

MILLION = 1e6
PRICE = 15_000  # rupiah a form, where the city has set none: paper or link, a quarter of an hour of staff


def what_if(
    city: Inputs, analysis: Analysis, sesoi: float = 2.0, survey_million: float = 75, coverage: float = 0.5
) -> pd.DataFrame:
    """Verdict, next survey and next training under other choices, one column.

    Parameters
    ----------
    city, analysis : what ``read_city`` and ``analyse_city`` return
    sesoi : smallest effect of interest, in points
    survey_million : million rupiah for the next quarter's forms; no more is spent than all units need
    coverage : share of what training every untrained unit would cost, between 0 and 1

    Examples
    --------
    >>> asn.what_if(inputs, analysis, sesoi=1.0).loc["verdict", "answer"]
    'promising'
    """
    return pd.DataFrame({"answer": pd.Series(_answer(city, analysis, sesoi, survey_million, coverage))})


def what_if_grid(
    city: Inputs,
    analysis: Analysis,
    sesoi: Sequence[float],
    survey_million: Sequence[float],
    coverage: Sequence[float],
) -> pd.DataFrame:
    """``what_if`` for every combination, one row each.

    Parameters
    ----------
    city, analysis, sesoi, survey_million, coverage : as for ``what_if``, the last three as lists

    Examples
    --------
    >>> grid = asn.what_if_grid(inputs, analysis, sesoi=[1.0, 2.0], survey_million=[75], coverage=[0.5])
    >>> grid["verdict"].tolist()
    ['promising', 'promising']
    """
    return pd.DataFrame(
        [_answer(city, analysis, *choice) for choice in product(sesoi, survey_million, coverage)]
    )


def _answer(
    city: Inputs, analysis: Analysis, sesoi: float, survey_million: float, coverage: float
) -> dict[str, Any]:
    units = pd.DataFrame(city.about["units"])
    candidates = untrained_units(city, units, kinds_of_training(analysis))
    budget = coverage * float(candidates["cost"].sum())
    refusal, targets = choose_units(analysis, units, candidates, budget)
    survey = _survey(city, units, survey_million * MILLION, sesoi, targets)
    return {
        "sesoi": sesoi,
        "survey_million": survey_million,
        "coverage": coverage,
        "verdict": analysis.verdict_at(sesoi).label,
        "forms": survey.total,
        "typical_half_width": survey.typical,
        "widest_half_width": survey.widest,
        **_training(targets),
        "cost_million": ((survey.cost or 0.0) + (targets.fair.cost if targets else 0.0)) / MILLION,
        "power": survey.power,
        "refusal": refusal,
    }


def _survey(city: Inputs, units: pd.DataFrame, budget: float, sesoi: float, targets: Targets | None) -> Cut:
    """The forms that the budget pays, every unit cut alike, and what the units trained next would show."""
    plan = forms_by_unit(city.of_units, units, city.quarter)
    price = city.about["arms"]["planning"]["cost_per_form"] or PRICE
    forms = equal_cut(plan["needed"].astype(float), int(budget // price))
    wave = targets and next_wave(city.of_units, city_design(), targets.fair.units, city.quarter)
    users = plan["users"].fillna(plan["users"].median())
    return judge("equal", forms, plan["variance"], users, price, wave, sesoi)


def _training(targets: Targets | None) -> dict[str, Any]:
    names = ("n_trained", "training_million", "users", "gain", "gain_low", "gain_high", "gain_lowest_first")
    if targets is None:
        return dict.fromkeys(names)
    fair, plain = targets.fair, targets.lowest_first
    gains = (fair.gain, fair.gain_low, fair.gain_high, plain.gain)
    return dict(zip(names, (len(fair.units), fair.cost / MILLION, fair.users, *gains), strict=True))
