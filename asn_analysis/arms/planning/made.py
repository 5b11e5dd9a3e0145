"""The next survey and the next training: their part of the records.

The survey part needs the cells alone. What to train next, what a wave of training would show and what a
point has cost follow from the city's effect, so they are added once the analysis has run (``outlook``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from asn_analysis.arms.arm import Prepared
from asn_analysis.arms.planning.forms import Cut, Survey, by_type, cuts, of_unit, short
from asn_analysis.followup import expected
from asn_analysis.followup.cost import CostCase, cost_cases
from asn_analysis.followup.planning import forms_by_unit, forms_for_power, next_wave
from asn_analysis.followup.targeting import Gain, Targets, choose_units, kinds_of_training, training_costs
from asn_analysis.impact.power import Plan
from asn_analysis.impact.refusals import DesignError
from asn_analysis.impact.study import Analysis, city_design
from asn_analysis.measures.disclosure import of_units
from asn_analysis.measures.estimate import POWER, half_width
from asn_analysis.record.core import part_of
from asn_analysis.record.effect import Estimate
from asn_analysis.record.inputs import Inputs
from asn_analysis.record.parts import UnitName
from asn_analysis.records.intake import Dataset
from asn_analysis.rules.rules import load_analysis

WAYS = ("fair", "freely", "lowest_first")
ADDED = ("differ", "least_met", "added", "added_low", "added_high")
EFFECT = ("estimate", "std_error", "df", "conf_low", "conf_high", "conf_low_robust", "conf_high_robust")


@dataclass(frozen=True)
class NextWave:
    """What training the chosen units would show, ``wanted`` the chance for which it is planned."""

    detectable: float
    power: float
    detectable_robust: float | None
    power_robust: float | None
    sesoi: float
    wanted: float
    n_units: int
    until: str
    forms: int | None


@dataclass(frozen=True)
class Kinds(Estimate):
    """Whether one kind of training is to be preferred (see ``followup.expected.Kinds``)."""

    best: str | None
    equal_p_value: float


@dataclass(frozen=True)
class Way(Gain):
    """A way to choose whom to train (see ``followup.targeting.Choice``)."""

    name: str
    n_units: int


@dataclass(frozen=True)
class Target(UnitName):
    """A unit to train next; points are those to expect in the unit."""

    users: float
    cost: float
    points: float
    points_low: float
    points_high: float
    by_plain_rule: bool


@dataclass(frozen=True)
class NextTraining:
    """Whom to train next (see ``followup.targeting.Targets``); ``refusal``, why nobody can be ranked, leaves
    the rest empty. ``budget`` is the city's, if it has set one.
    """

    refusal: str | None
    budget: float | None
    n_untrained: int
    kinds: Kinds | None
    differ: bool = False
    least_met: bool = False
    added: float | None = None
    added_low: float | None = None
    added_high: float | None = None
    choices: tuple[Way, ...] = ()
    units: tuple[Target, ...] = ()


@dataclass(frozen=True)
class Outlook:
    """What follows from the effect, so it is added once the analysis has run."""

    budget: tuple[Cut, ...]
    wave: NextWave | None
    cost_change: float
    cost_cases: tuple[CostCase, ...]
    next: NextTraining


@dataclass(frozen=True)
class OfCity(Outlook, Survey):
    """The city's next survey and training."""


def prepare(dataset: Dataset, panel: pd.DataFrame, quarter: pd.Period) -> Prepared:
    """City: forms made and needed, whole and by type of unit; units: the same for each."""
    if of_units(panel).empty:
        return Prepared(None)
    rules = load_analysis()
    plan = forms_by_unit(panel, dataset.units, quarter)
    needed, price = int(plan["needed"].sum()), dataset.manifest.decided.cost_per_form
    city = Survey(
        half_width=rules.planning.half_width,
        cost_per_form=price,
        needed=needed,
        needed_cost=price and needed * price,
        made=int(panel.loc[panel["quarter"] == quarter, "n_respondents"].sum()),
        n_units=len(plan),
        n_enough=int((plan["made"] >= plan["needed"]).sum()),
        krejcie_morgan=int(plan["krejcie_morgan"].sum()) or None,
        by_type=by_type(plan),
        short=short(plan),
    )
    return Prepared(city, {unit: of_unit(row, rules) for unit, row in plan.iterrows()})


def outlook(inputs: Inputs, analysis: Analysis) -> Outlook:
    """What follows from the effect: whom to train next, budget and cost."""
    panel, rules, units = inputs.of_units, load_analysis(), pd.DataFrame(inputs.about["units"])
    known = analysis.effect and {name: getattr(analysis.effect, name) for name in EFFECT}
    users = units.set_index("unit_id")["annual_users"].dropna().astype(float).to_dict()
    change, budget = rules.planning.cost_change, inputs.about["training_budget"]
    kinds = kinds_of_training(analysis)
    candidates = untrained_units(inputs, units, kinds)
    refusal, targets = choose_units(analysis, units, candidates, budget)
    wave = None
    if targets and budget:
        wave = next_wave(panel, city_design(rules), targets.fair.units, inputs.quarter)
    plan, survey = forms_by_unit(panel, units, inputs.quarter), inputs.about["arms"]["planning"]
    return Outlook(
        budget=cuts(plan, survey["made"], survey["cost_per_form"], wave),
        wave=wave and _wave(wave),
        cost_change=change,
        cost_cases=cost_cases(inputs.about["trainings"], known, users, change) if known else (),
        next=NextTraining(
            refusal=refusal,
            budget=budget,
            n_untrained=len(candidates),
            kinds=kinds and part_of(Kinds, kinds),
            **(_next(targets, candidates) if targets else {}),
        ),
    )


def untrained_units(inputs: Inputs, units: pd.DataFrame, kinds: expected.Kinds | None) -> pd.DataFrame:
    """Units neither trained nor planned to be, with users, expected cost and a score that may be shown.

    The cost is that of the preferred kind of training where there is one.
    """
    taken = {row["unit_id"] for row in inputs.about["trainings"]} | set(inputs.about["planned"])
    told, held, best = inputs.of_units, inputs.about["trainings"], kinds and kinds.best
    now = told[told["quarter"] == inputs.quarter].set_index("unit_id")["ikm"]
    cost = training_costs(units, held, best) if held else pd.Series()
    rows = units[~units["unit_id"].isin(taken)].reset_index(drop=True)
    return rows.assign(
        users=rows["annual_users"].astype(float),
        cost=rows["unit_id"].map(cost).astype(float),
        ikm=rows["unit_id"].map(now).astype(float),
    )


def _next(targets: Targets, candidates: pd.DataFrame) -> dict[str, Any]:
    rows = candidates.set_index("unit_id").loc[list(targets.fair.units)]
    rows = rows.assign(points=rows["unit_type"].map(targets.expected.points))
    order = (rows["users"] * rows["points"] / rows["cost"]).sort_values(ascending=False, kind="stable").index
    ways = {name: getattr(targets, name) for name in WAYS}
    return {
        **{name: getattr(targets, name) for name in ADDED},
        "choices": tuple(part_of(Way, way, name=name, n_units=len(way.units)) for name, way in ways.items()),
        "units": tuple(_target(unit, rows.loc[unit], targets) for unit in order),
    }


def _target(unit: str, row: pd.Series, targets: Targets) -> Target:
    known, kind = targets.expected, row["unit_type"]
    half = half_width(np.sqrt(known.covariance.loc[kind, kind]), known.df)
    return Target(
        **row[["name", "kecamatan", "users", "cost", "points"]],
        unit_id=unit,
        points_low=row["points"] - half,
        points_high=row["points"] + half,
        by_plain_rule=unit in targets.lowest_first.units,
    )


def _wave(wave: Plan) -> NextWave | None:
    """What training these units would show a year later, against those that stay untrained."""
    sesoi = load_analysis().sesoi
    try:
        power, forms = wave.power(sesoi), forms_for_power(wave, sesoi)
    except DesignError:
        return None
    more = {"n_units": len(wave.start), "until": str(wave.until), "forms": forms, "wanted": POWER}
    return part_of(NextWave, power, **more)
