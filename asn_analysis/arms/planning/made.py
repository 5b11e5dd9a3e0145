"""The next survey and the next training: their part of the records.

The survey part needs the cells alone. What to train next, what a wave of training would show and what a
point has cost follow from the city's effect, so they are added once the analysis has run (``outlook``).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from asn_analysis.arms.arm import Prepared
from asn_analysis.arms.planning import part
from asn_analysis.arms.planning.part import (
    Cut,
    Lacking,
    NextTraining,
    NextWave,
    OfType,
    OfUnit,
    Outlook,
    Target,
    Way,
)
from asn_analysis.followup.cost import cost_cases
from asn_analysis.followup.expected import Kinds
from asn_analysis.followup.planning import (
    Wave,
    best_cut,
    equal_cut,
    forms_by_unit,
    forms_for_power,
    judge,
    next_wave,
    wave_power,
    with_power,
)
from asn_analysis.followup.targeting import (
    Choice,
    Targets,
    choose_units,
    kinds_of_training,
    training_costs,
)
from asn_analysis.impact.refusals import DesignError
from asn_analysis.impact.study import Analysis, city_design
from asn_analysis.measures.disclosure import of_units
from asn_analysis.measures.estimate import POWER, half_width
from asn_analysis.record.core import part_of
from asn_analysis.record.inputs import Inputs
from asn_analysis.records.intake import Dataset
from asn_analysis.rules.kinds import AnalysisRules
from asn_analysis.rules.rules import load_analysis

SHOWN = 10  # rows of an annex table
WAYS = ("fair", "freely", "lowest_first")
ADDED = ("differ", "least_met", "added", "added_low", "added_high")
EFFECT = ("estimate", "std_error", "df", "conf_low", "conf_high", "conf_low_robust", "conf_high_robust")


def made(dataset: Dataset, panel: pd.DataFrame, quarter: pd.Period) -> Prepared:
    """City: forms made and needed, whole and by type of unit; units: the same for each."""
    if of_units(panel).empty:
        return Prepared(None)
    rules = load_analysis()
    plan = forms_by_unit(panel, dataset.units, quarter)
    needed, price = int(plan["needed"].sum()), dataset.manifest.decided.cost_per_form
    city = part.Survey(
        half_width=rules.planning.half_width,
        cost_per_form=price,
        needed=needed,
        needed_cost=price and needed * price,
        made=int(panel.loc[panel["quarter"] == quarter, "n_respondents"].sum()),
        n_units=len(plan),
        n_enough=int((plan["made"] >= plan["needed"]).sum()),
        krejcie_morgan=int(plan["krejcie_morgan"].sum()) or None,
        by_type=_by_type(plan),
        short=_short(plan),
    )
    return Prepared(city, {unit: _of_unit(row, rules) for unit, row in plan.iterrows()})


def _of_unit(row: pd.Series, rules: AnalysisRules) -> OfUnit:
    return OfUnit(
        half_width=rules.planning.half_width,
        needed=int(row["needed"]),
        made=_whole(row["made"]),
        enough=None if pd.isna(row["made"]) else bool(row["made"] >= row["needed"]),
        krejcie_morgan=_whole(row["krejcie_morgan"]),
    )


def _whole(value: float) -> int | None:
    return None if pd.isna(value) else int(value)


def _by_type(plan: pd.DataFrame) -> tuple[OfType, ...]:
    """Forms per unit, those that lack most first."""
    rows = []
    for name, group in plan.groupby("unit_type"):
        made = None if group["made"].isna().any() else float(group["made"].mean())
        rows.append(OfType(str(name), len(group), made, float(group["needed"].mean())))
    return tuple(sorted(rows, key=lambda row: (row.made is None, (row.made or 0.0) / row.needed)))


def _short(plan: pd.DataFrame) -> tuple[Lacking, ...]:
    """The units that lack most forms."""
    known = plan[plan["made"].notna()]
    lack = (known["needed"] - known["made"]).sort_values(ascending=False, kind="stable")
    rows = known.loc[lack.index[lack > 0][:SHOWN]]
    return tuple(
        Lacking(unit, str(row["name"]), int(row["made"]), int(row["needed"]), _whole(row["krejcie_morgan"]))
        for unit, row in rows.iterrows()
    )


def outlook(inputs: Inputs, analysis: Analysis) -> Outlook:
    """What follows from the effect: whom to train next, budget and cost."""
    panel, rules, units = inputs.of_units, load_analysis(), pd.DataFrame(inputs.about["units"])
    known = analysis.effect and {name: getattr(analysis.effect, name) for name in EFFECT}
    users = units.set_index("unit_id")["annual_users"].dropna().astype(float).to_dict()
    change, budget = rules.planning.cost_change, inputs.about["training_budget"]
    kinds = kinds_of_training(analysis)
    candidates = untrained_units(inputs, units, kinds)
    refusal, targets = choose_units(analysis, units, candidates, budget)
    wave = targets and budget and next_wave(targets.fair.units, inputs.quarter)
    plan, survey = forms_by_unit(panel, units, inputs.quarter), inputs.about["arms"]["planning"]
    return Outlook(
        budget=_budget(plan, survey["made"], survey["cost_per_form"], panel, wave),
        wave=wave and _wave(panel, wave),
        cost_change=change,
        cost_cases=cost_cases(inputs.about["trainings"], known, users, change) if known else (),
        next=NextTraining(
            refusal=refusal,
            budget=budget,
            n_untrained=len(candidates),
            kinds=kinds and part_of(part.Kinds, kinds),
            **(_next(targets, candidates) if targets else {}),
        ),
    )


def untrained_units(inputs: Inputs, units: pd.DataFrame, kinds: Kinds | None) -> pd.DataFrame:
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
    return {
        **{name: getattr(targets, name) for name in ADDED},
        "choices": tuple(_way(name, getattr(targets, name)) for name in WAYS),
        "units": tuple(_target(unit, rows.loc[unit], targets) for unit in order),
    }


def _way(name: str, choice: Choice) -> Way:
    return part_of(Way, choice, name=name, n_units=len(choice.units))


def _target(unit: str, row: pd.Series, targets: Targets) -> Target:
    expected, kind = targets.expected, row["unit_type"]
    half = half_width(np.sqrt(expected.covariance.loc[kind, kind]), expected.df)
    return Target(
        **row[["name", "kecamatan", "users", "cost", "points"]],
        unit_id=unit,
        points_low=row["points"] - half,
        points_high=row["points"] + half,
        by_plain_rule=unit in targets.lowest_first.units,
    )


def _budget(
    plan: pd.DataFrame, made: int, price: int | None, panel: pd.DataFrame, wave: Wave | None
) -> tuple[Cut, ...]:
    """The whole plan, and two ways to cut it: to this quarter's forms, or to half if these were enough."""
    rules, needed = load_analysis(), plan["needed"].astype(float)
    whole = int(needed.sum())
    total = made if made < whole else whole // 2
    floor = min(rules.planning.fewest_forms, total // len(plan))
    if floor < 2:
        return ()
    typical = plan["users"].median()
    users = plan["users"].fillna(1.0 if pd.isna(typical) else typical)
    cuts = {
        "whole": needed,
        "equal": equal_cut(needed, total),
        "best": best_cut(needed, plan["variance"], users, total, floor),
    }
    rows = []
    for name, forms in cuts.items():
        judged = judge(forms, plan["variance"], users, price)
        judged = with_power(judged, panel, city_design(rules), wave, rules.sesoi) if wave else judged
        rows.append(part_of(Cut, judged, name=name))
    return tuple(rows)


def _wave(panel: pd.DataFrame, wave: Wave) -> NextWave | None:
    """What training these units would show a year later, against those that stay untrained."""
    rules = load_analysis()
    try:
        power = wave_power(panel, city_design(rules), wave, rules.sesoi)
        forms = forms_for_power(panel, city_design(rules), wave, rules.sesoi)
    except DesignError:
        return None
    more = {"n_units": len(wave.start), "until": str(wave.until), "forms": forms, "wanted": POWER}
    return part_of(NextWave, power, **more)
