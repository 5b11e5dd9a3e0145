"""The next survey and the next training in the record.

The survey part needs the cells alone. What to train next, what a wave of training would show and what a
point has cost follow from the city's effect, so they are added once the analysis has run (``complete``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from asn_analysis.arms.arm import Prepared
from asn_analysis.followup.cost import cost_cases
from asn_analysis.followup.expected import Kinds, expected_effects, rank_kinds, with_kind
from asn_analysis.followup.planning import (
    YEAR,
    Wave,
    answer_spread,
    best_cut,
    equal_cut,
    forms_for_power,
    forms_for_precision,
    judge,
    sample_size,
    wave_power,
    with_power,
)
from asn_analysis.followup.targeting import Choice, Targets, train_next, training_costs
from asn_analysis.impact.design import DesignError
from asn_analysis.impact.power import POWER
from asn_analysis.impact.study import Analysis, city_design
from asn_analysis.measures.disclosure import POOL, of_units
from asn_analysis.records.intake import Dataset
from asn_analysis.rules.rules import load_analysis

TABLES = ()
SHOWN = 10  # rows of an annex table
EFFECT = ("estimate", "std_error", "df", "conf_low", "conf_high", "conf_low_robust", "conf_high_robust")


def prepare(dataset: Dataset, panel: pd.DataFrame, quarter: pd.Period) -> Prepared:
    """City: forms made and needed, whole and by type of unit; units: the same for each."""
    if of_units(panel).empty:
        return Prepared(None)
    rules = load_analysis()
    plan = forms_by_unit(panel, dataset.units, quarter)
    now = panel[panel["quarter"] == quarter]
    city = {
        "half_width": rules.planning.half_width,
        "cost_per_form": rules.planning.cost_per_form,
        "needed": int(plan["needed"].sum()),
        "needed_cost": int(plan["needed"].sum()) * rules.planning.cost_per_form,
        "made": int(now["n_respondents"].sum()),
        "n_units": len(plan),
        "n_enough": int((plan["made"] >= plan["needed"]).sum()),
        "krejcie_morgan": int(plan["krejcie_morgan"].sum()) or None,
        "by_type": _by_type(plan),
        "short": _short(plan),
    }
    return Prepared(city, {unit: _of_unit(row, rules) for unit, row in plan.iterrows()})


def forms_by_unit(panel: pd.DataFrame, units: pd.DataFrame, quarter: pd.Period) -> pd.DataFrame:
    """By unit: name, unit_type, users, made, needed, krejcie_morgan, variance.

    ``made`` is missing for a unit that may be among the withheld ones.
    """
    rules, variance = load_analysis(), answer_spread(of_units(panel))
    now = panel[panel["quarter"] == quarter].set_index("unit_id")["n_respondents"]
    unseen = np.nan if POOL in now.index else 0
    about = units.set_index("unit_id").reindex(variance.index)
    needed = forms_for_precision(variance, rules.planning.half_width, rules.confidence)
    table = [None if pd.isna(users) else sample_size(int(users)) for users in about["annual_users"]]
    return pd.DataFrame(
        {
            "name": about["name"],
            "unit_type": about["unit_type"],
            "users": about["annual_users"].astype(float),
            "made": now.reindex(variance.index, fill_value=unseen).astype(float),
            "needed": needed.clip(lower=rules.planning.fewest_forms),
            "krejcie_morgan": pd.Series(table, variance.index, dtype=float),
            "variance": variance,
        }
    )


def _of_unit(row: pd.Series, rules: Any) -> dict[str, Any]:
    return {
        "half_width": rules.planning.half_width,
        "needed": int(row["needed"]),
        "made": _whole(row["made"]),
        "enough": None if pd.isna(row["made"]) else bool(row["made"] >= row["needed"]),
        "krejcie_morgan": _whole(row["krejcie_morgan"]),
    }


def _whole(value: float) -> int | None:
    return None if pd.isna(value) else int(value)


def _by_type(plan: pd.DataFrame) -> list[dict[str, Any]]:
    """Forms per unit, those that lack most first; with a withheld unit, what a type made is not told."""
    rows = []
    for name, group in plan.groupby("unit_type"):
        made = None if group["made"].isna().any() else float(group["made"].mean())
        needed = float(group["needed"].mean())
        rows.append({"unit_type": str(name), "n_units": len(group), "made": made, "needed": needed})
    return sorted(rows, key=lambda row: (row["made"] is None, (row["made"] or 0.0) / row["needed"]))


def _short(plan: pd.DataFrame) -> list[dict[str, Any]]:
    """The units that lack most forms."""
    known = plan[plan["made"].notna()]
    lack = (known["needed"] - known["made"]).sort_values(ascending=False, kind="stable")
    rows = known.loc[lack.index[lack > 0][:SHOWN]]
    return [
        {
            "unit_id": unit,
            "name": str(row["name"]),
            "made": int(row["made"]),
            "needed": int(row["needed"]),
            "krejcie_morgan": _whole(row["krejcie_morgan"]),
        }
        for unit, row in rows.iterrows()
    ]


def complete(inputs: Any, analysis: Analysis) -> dict[str, Any]:
    """The city's part with what follows from the effect: whom to train next, budget and cost."""
    panel, rules, units = inputs.of_units, load_analysis(), pd.DataFrame(inputs.about["units"])
    known = analysis.effect and {name: getattr(analysis.effect, name) for name in EFFECT}
    users = units.set_index("unit_id")["annual_users"].dropna().astype(float).to_dict()
    change = rules.planning.cost_change
    cases = cost_cases(inputs.about["trainings"], known, users, change) if known else ()
    kinds = kinds_of_training(analysis)
    candidates = untrained_units(inputs, units, kinds)
    refusal, targets = choose_units(analysis, units, candidates, rules.planning.training_budget)
    wave = targets and next_wave(targets.fair.units, inputs.quarter)
    return {
        "budget": _budget(
            forms_by_unit(panel, units, inputs.quarter), inputs.about["arms"]["planning"]["made"], panel, wave
        ),
        "wave": wave and _wave(panel, wave),
        "cost_change": change,
        "cost_cases": [asdict(case) for case in cases],
        "next": {
            "refusal": refusal,
            "budget": rules.planning.training_budget,
            "n_untrained": len(candidates),
            "kinds": kinds and _kinds(kinds),
            **(_next(targets, candidates) if targets else {}),
        },
    }


def next_wave(units: Sequence[str], quarter: pd.Period) -> Wave:
    """These units trained from the next quarter on, judged a year after the quarter reported."""
    return Wave(dict.fromkeys(units, quarter + 1), quarter + YEAR)


def kinds_of_training(analysis: Analysis) -> Kinds | None:
    """Whether the city's evidence puts one kind of training first."""
    rules, groups = load_analysis(), analysis.annex and analysis.annex.kinds
    return rank_kinds(groups, rules.planning.alike_p_value, rules.fewest_units)


def _kinds(kinds: Kinds) -> dict[str, Any]:
    told = ("best", "equal_p_value", "estimate", "conf_low", "conf_high")
    return {name: getattr(kinds, name) for name in told}


def choose_units(
    analysis: Analysis, units: pd.DataFrame, candidates: pd.DataFrame, budget: float
) -> tuple[str | None, Targets | None]:
    """The choices under a budget in rupiah, or why nobody can be ranked."""
    rules, effect = load_analysis(), analysis.effect
    if candidates.empty:
        return "none_untrained", None
    if effect is None:
        return "no_effect", None
    low = effect.conf_low if effect.conf_low_robust is None else effect.conf_low_robust
    if low <= 0:
        return "effect_not_shown", None
    all_users = float(units["annual_users"].dropna().sum())
    if candidates["users"].isna().any() or not all_users or not candidates["cost"].sum() > 0:
        return "no_users_or_cost", None
    expected = expected_effects(
        candidates["unit_type"],
        (effect.estimate, effect.std_error, effect.df),
        analysis.annex.unit_types if analysis.annex else None,
        rules.planning.alike_p_value,
        rules.fewest_units,
    )
    expected = with_kind(expected, kinds_of_training(analysis))
    limits = (rules.planning.least_per_kecamatan, rules.planning.most_share_per_kecamatan)
    targets = train_next(candidates, expected, budget, all_users, *limits)
    return (None, targets) if targets.fair.units else ("budget_too_small", None)


def untrained_units(inputs: Any, units: pd.DataFrame, kinds: Kinds | None) -> pd.DataFrame:
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
        "differ": targets.differ,
        "least_met": targets.least_met,
        "added": targets.added,
        "added_low": targets.added_low,
        "added_high": targets.added_high,
        "choices": [
            {"name": name, **_told(getattr(targets, name))} for name in ("fair", "freely", "lowest_first")
        ],
        "units": [_target(unit, rows.loc[unit], targets) for unit in order[:SHOWN]],
    }


def _told(choice: Choice) -> dict[str, Any]:
    told = {name: value for name, value in asdict(choice).items() if name != "units"}
    return {**told, "n_units": len(choice.units)}


def _target(unit: str, row: pd.Series, targets: Targets) -> dict[str, Any]:
    expected, kind = targets.expected, row["unit_type"]
    half = stdtrit(expected.df, 0.975) * np.sqrt(expected.covariance.loc[kind, kind])
    return {
        "unit_id": unit,
        "name": row["name"],
        "kecamatan": row["kecamatan"],
        "users": row["users"],
        "cost": row["cost"],
        "points": row["points"],
        "points_low": row["points"] - half,
        "points_high": row["points"] + half,
        "by_plain_rule": unit in targets.lowest_first.units,
    }


def _budget(plan: pd.DataFrame, made: int, panel: pd.DataFrame, wave: Wave | None) -> list[dict[str, Any]]:
    """The whole plan, and two ways to cut it: to this quarter's forms, or to half if these were enough."""
    rules, needed = load_analysis(), plan["needed"].astype(float)
    whole = int(needed.sum())
    total = made if made < whole else whole // 2
    floor = min(rules.planning.fewest_forms, total // len(plan))
    if floor < 2:
        return []
    typical = plan["users"].median()
    users = plan["users"].fillna(1.0 if pd.isna(typical) else typical)
    cuts = {
        "whole": needed,
        "equal": equal_cut(needed, total),
        "best": best_cut(needed, plan["variance"], users, total, floor),
    }
    rows = []
    for name, forms in cuts.items():
        judged = judge(forms, plan["variance"], users, rules.planning.cost_per_form)
        judged = with_power(judged, panel, city_design(rules), wave, rules.sesoi) if wave else judged
        rows.append({"name": name, **{k: v for k, v in asdict(judged).items() if k != "forms"}})
    return rows


def _wave(panel: pd.DataFrame, wave: Wave) -> dict[str, Any] | None:
    """What training these units would show a year later, against those that stay untrained."""
    rules = load_analysis()
    try:
        power = wave_power(panel, city_design(rules), wave, rules.sesoi)
        forms = forms_for_power(panel, city_design(rules), wave, rules.sesoi)
    except DesignError:
        return None
    numbers = ("detectable", "power", "detectable_robust", "power_robust", "sesoi")
    shown = {name: getattr(power, name) for name in numbers}
    shown["wanted"] = POWER
    return {**shown, "n_units": len(wave.start), "until": str(wave.until), "forms": forms}
