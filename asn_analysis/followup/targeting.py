"""Which untrained units to train next under a budget, beside the plain rule "lowest score first".

A unit's expected gain is its users times the effect to be expected there (``expected.py``). Where the
evidence cannot tell types of unit apart, the order rests on users and cost alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from asn_analysis.followup.expected import Expected, Kinds, expected_effects, rank_kinds, with_kind
from asn_analysis.impact.study import Analysis
from asn_analysis.measures.estimate import half_width
from asn_analysis.rules.rules import load_analysis

CENT = 0.01  # rupiah: what sums of costs may differ by in a computer
Rule = tuple[np.ndarray, float, float]  # what each unit counts if chosen, and the ends of their sum


@dataclass(frozen=True)
class Gain:
    """What citizens may expect of training some units.

    Attributes
    ----------
    cost : rupiah; users : people served in a year
    gain, gain_low, gain_high : points on the index of all users of the city, and their range
    """

    cost: float
    users: float
    gain: float
    gain_low: float
    gain_high: float


@dataclass(frozen=True)
class Choice(Gain):
    """Units to train next, by code."""

    units: tuple[str, ...]


@dataclass(frozen=True)
class Targets:
    """Three ways to spend the budget, and what being clever adds.

    Attributes
    ----------
    fair : most gain with each kecamatan's share; freely : most gain; lowest_first : the plain rule
    added, added_low, added_high : gain of ``fair`` over ``lowest_first``, and its range
    differ : whether effects by type could be told apart
    least_met : whether the budget allows every kecamatan its least number of units
    expected : by type
    """

    fair: Choice
    freely: Choice
    lowest_first: Choice
    added: float
    added_low: float
    added_high: float
    differ: bool
    least_met: bool
    expected: Expected


def kinds_of_training(analysis: Analysis) -> Kinds | None:
    """Whether the city's evidence puts one kind of training first."""
    rules, groups = load_analysis(), analysis.annex.kinds if analysis.annex else None
    return rank_kinds(groups, rules.planning.alike_p_value, rules.fewest_units)


def choose_units(
    analysis: Analysis, units: pd.DataFrame, candidates: pd.DataFrame, budget: float | None
) -> tuple[str | None, Targets | None]:
    """The choices under a budget in rupiah, or why nobody can be ranked; without a budget all are chosen."""
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
    targets = train_next(candidates, expected, np.inf if budget is None else budget, all_users, *limits)
    return (None, targets) if targets.fair.units else ("budget_too_small", None)


def train_next(
    candidates: pd.DataFrame,
    expected: Expected,
    budget: float,
    all_users: float,
    least: int = 1,
    most_share: float = 0.40,
) -> Targets:
    """The choices under a budget.

    Parameters
    ----------
    candidates : unit_id, unit_type, kecamatan (missing: serves the whole city), users, cost, ikm (missing:
        not surveyed, or too few respondents)
    expected : from ``expected_effects``
    budget : rupiah
    all_users : of the city, so that gains are points of the index of all users
    least, most_share : each kecamatan gets at least so many units and at most this share of the budget
    """
    rows = candidates.sort_values("unit_id", ignore_index=True)
    gain = rows["users"].to_numpy(float) * expected.points.reindex(rows["unit_type"]).to_numpy()
    cost = rows["cost"].to_numpy(float)
    rules = _kecamatan_rules(rows, cost, budget, least, most_share)
    fair = _most(gain, cost, budget, rules)
    least_met = fair is not None
    if fair is None:
        fair = _most(gain, cost, budget, _kecamatan_rules(rows, cost, budget, 0, most_share))
    assert fair is not None, "without a least number to train nobody is a choice"
    plain = _in_order(rows.sort_values(["ikm", "unit_id"]).index, cost, budget)
    added, low, high = _range(rows, fair.astype(float) - plain, expected, all_users)
    return Targets(
        fair=_choice(rows, cost, fair, expected, all_users),
        freely=_choice(rows, cost, _most(gain, cost, budget, []), expected, all_users),
        lowest_first=_choice(rows, cost, plain, expected, all_users),
        added=added,
        added_low=low,
        added_high=high,
        differ=expected.differ,
        least_met=least_met,
        expected=expected,
    )


def _kecamatan_rules(
    rows: pd.DataFrame, cost: np.ndarray, budget: float, least: int, most_share: float
) -> list[Rule]:
    rules: list[Rule] = []
    for _, group in rows.groupby("kecamatan"):
        inside = rows.index.isin(group.index).astype(float)
        rules.append((inside, min(least, len(group)), np.inf))
        rules.append((inside * cost, -np.inf, most_share * budget))
    return rules


def _most(gain: np.ndarray, cost: np.ndarray, budget: float, rules: list[Rule]) -> np.ndarray | None:
    """The units with the largest summed gain (integer programme); None where the rules cannot be met."""
    from scipy.optimize import milp  # slow to import, and what is prepared for a brief chooses nobody

    scale = max(np.abs(gain).max(initial=0.0), 1e-12)
    found = milp(
        -gain / scale,
        integrality=np.ones(len(gain)),
        bounds=(0, 1),
        constraints=[(cost, -np.inf, budget), *rules],
        options={"mip_rel_gap": 0.0},
    )
    return None if found.x is None else found.x > 0.5


def _in_order(order: Sequence[int], cost: np.ndarray, budget: float) -> np.ndarray:
    """Unit after unit as long as the money lasts, passing over those that have become too dear."""
    picked, left = np.zeros(len(cost), dtype=bool), budget
    for place in order:
        if cost[place] <= left + CENT:
            picked[place], left = True, left - cost[place]
    return picked


def _choice(
    rows: pd.DataFrame, cost: np.ndarray, picked: np.ndarray, expected: Expected, all_users: float
) -> Choice:
    return Choice(
        float(cost[picked].sum()),
        float(rows.loc[picked, "users"].sum()),
        *_range(rows, picked.astype(float), expected, all_users),
        units=tuple(rows.loc[picked, "unit_id"]),
    )


def _range(
    rows: pd.DataFrame, weight: np.ndarray, expected: Expected, all_users: float
) -> tuple[float, float, float]:
    """Gain of weighted units with its range: the users of each type carry the type's uncertainty."""
    users = (rows["users"] * weight / all_users).groupby(rows["unit_type"]).sum()
    users = users.reindex(expected.points.index, fill_value=0.0).to_numpy(float)
    gain = float(users @ expected.points.to_numpy())
    error = np.sqrt(max(float(users @ expected.covariance.to_numpy() @ users), 0.0))
    half = float(half_width(error, expected.df))
    return gain, gain - half, gain + half


def training_costs(
    units: pd.DataFrame, trainings: Sequence[Mapping[str, Any]], kind: str | None = None
) -> pd.Series:
    """What a training of each unit may cost: the trainings so far, per member of staff of their units.

    Where staff numbers are missing, the mean cost of a training.

    Parameters
    ----------
    kind : the kind that is to be held; None for the mix held so far
    """
    known = pd.DataFrame(trainings, columns=["unit_id", "kind", "cost_idr"])
    known = known if kind is None else known[known["kind"] == kind]
    staff = units.set_index("unit_id")["staff"].astype(float)
    of_trained = known["unit_id"].map(staff)
    mean = float(known["cost_idr"].mean())
    if not of_trained.sum() > 0:
        return pd.Series(mean, index=staff.index)
    per_head = known.loc[of_trained.notna(), "cost_idr"].sum() / of_trained.sum()
    return (staff * per_head).fillna(mean)
