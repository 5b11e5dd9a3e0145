"""The bench's dials: how verdict, plan and cost move with the SESOI, the budgets and the coverage.

The same parts as in the briefs, asked again under other choices; the rules stay as they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import Any

import pandas as pd

from asn_analysis.briefs.analysis import Analysis, city_design
from asn_analysis.briefs.arms.planning_record import choose_units, forms_by_unit, next_wave, untrained_units
from asn_analysis.briefs.inputs import Inputs
from asn_analysis.followup.planning import Allocation, equal_cut, judge, with_power
from asn_analysis.followup.targeting import Targets
from asn_analysis.impact.verdict import decide
from asn_analysis.rules.rules import load_analysis


def what_if(
    city: Inputs, analysis: Analysis, sesoi: float = 2.0, survey_budget: float = 75e6, coverage: float = 0.5
) -> pd.DataFrame:
    """Verdict, next survey and next training under other choices, one row.

    Parameters
    ----------
    city, analysis : what ``read_city`` and ``analyse_city`` return
    sesoi : smallest effect of interest, in points
    survey_budget : rupiah for the next quarter's forms; what all units need is the most that is spent
    coverage : share of what training every untrained unit would cost, between 0 and 1
    """
    units = pd.DataFrame(city.about["units"])
    candidates = untrained_units(city, units)
    budget = coverage * float(candidates["cost"].sum())
    refusal, targets = choose_units(analysis, units, candidates, budget)
    survey = _survey(city, units, survey_budget, sesoi, targets)
    row = {
        "sesoi": sesoi,
        "survey_budget": survey_budget,
        "coverage": coverage,
        "verdict": _label(analysis, sesoi),
        "forms": survey.total,
        "typical_half_width": survey.typical,
        "widest_half_width": survey.widest,
        **_training(targets),
        "power": survey.power,
        "refusal": refusal,
    }
    return pd.DataFrame([row])


def what_if_grid(
    city: Inputs,
    analysis: Analysis,
    sesoi: Sequence[float],
    survey_budget: Sequence[float],
    coverage: Sequence[float],
) -> pd.DataFrame:
    """``what_if`` for every combination, one row each."""
    rows = [what_if(city, analysis, *choice) for choice in product(sesoi, survey_budget, coverage)]
    return pd.concat(rows, ignore_index=True)


def _label(analysis: Analysis, sesoi: float) -> str:
    turned = any(check.finding == "sign_depends_on_scoring" for check in analysis.checks)
    quarters = load_analysis().consecutive_quarters
    return decide(
        analysis.findings,
        sesoi,
        "none",
        consecutive_quarters=quarters,
        sign_depends_on_scoring=turned,
    ).label


def _survey(
    city: Inputs, units: pd.DataFrame, budget: float, sesoi: float, targets: Targets | None
) -> Allocation:
    """The forms that the budget pays, every unit cut alike, and what the units trained next would show."""
    plan = forms_by_unit(city.panel, units, city.quarter)
    price = load_analysis().planning.cost_per_form
    forms = equal_cut(plan["needed"].astype(float), int(budget // price))
    found = judge(forms, plan["variance"], plan["users"].fillna(plan["users"].median()), price)
    if targets is None:
        return found
    return with_power(found, city.panel, city_design(), next_wave(targets.fair.units, city.quarter), sesoi)


def _training(targets: Targets | None) -> dict[str, Any]:
    names = ("n_trained", "training_cost", "users", "gain", "gain_low", "gain_high", "gain_lowest_first")
    if targets is None:
        return dict.fromkeys(names)
    fair = targets.fair
    numbers = (fair.cost, fair.users, fair.gain, fair.gain_low, fair.gain_high, targets.lowest_first.gain)
    return dict(zip(names, (len(fair.units), *numbers), strict=True))
