"""What other analysts would ask for beside the headline: estimators, groups, elements, specifications."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from asn_analysis.impact.average import Average, GroupedEffects, Slope, average_effect, dose_slope, effects_by
from asn_analysis.impact.callaway import group_time_effects
from asn_analysis.impact.design import Design, DesignError
from asn_analysis.impact.multiplicity import simultaneous
from asn_analysis.impact.ordered_logit import OrderedLogit, ordered_logit
from asn_analysis.impact.ordinal import answer_counts, cut_point_effects
from asn_analysis.impact.randomisation import Randomisation, randomisation_test
from asn_analysis.impact.sensitivity import Sensitivity, sensitivity
from asn_analysis.impact.specification import Choices, SpecificationCurve, specification_curve
from asn_analysis.impact.twoway import TwoWay, two_way
from asn_analysis.measures.context import characteristics
from asn_analysis.rules.rules import AnalysisRules, load_skm

ANSWERS = (1, 2, 3, 4)


@dataclass(frozen=True)
class Annex:
    """Everything beside the headline; None where the data refuse it.

    Attributes
    ----------
    estimators : name to Average or Callaway-Sant'Anna aggregate, all on the index
    elements : element code to its effect, in answer points (1 to 4)
    element_table : DataFrame, the same with simultaneous intervals and Holm's p values
    cut_points : element code to the effects on P(answer <= 1, 2, 3)
    logits : element code to the ordered logit of its answers
    kinds, unit_types : effects by kind of training and by type of unit
    dose : effect per further hour (JP) of training
    n_digital_meanwhile : trained units in which a digital service went live within a year of the
        training, so that one could pass for the other
    """

    estimators: dict[str, Any]
    randomisation: Randomisation | None
    two_way: TwoWay | None
    elements: dict[str, Average]
    element_table: pd.DataFrame
    cut_points: dict[str, tuple[Average, ...]]
    logits: dict[str, OrderedLogit | None]
    kinds: GroupedEffects | None
    unit_types: GroupedEffects | None
    dose: Slope | None
    sensitivity: Sensitivity | None
    curve: SpecificationCurve
    n_digital_meanwhile: int | None


def beside_the_headline(panel: pd.DataFrame, design: Design, rules: AnalysisRules) -> Annex:
    """Everything that stands beside the headline, from the same panel.

    Parameters
    ----------
    panel : what ``with_context`` returns; what a bare panel lacks is left out
    design : the headline's
    """
    panel = with_scorings(_with_shares(panel), rules)
    elements = {
        code: average_effect(panel, replace(design, outcome=code, weight=f"n_{code}"))
        for code in load_skm().codes
    }
    by_element = {code: _answers_to(panel, code) for code in elements}
    return Annex(
        estimators=_estimators(panel, design),
        randomisation=_or_none(randomisation_test, panel, design),
        two_way=_or_none(two_way, panel, design),
        elements=elements,
        element_table=simultaneous(elements, design.confidence),
        cut_points={code: cut_point_effects(part, design, _COUNTS) for code, part in by_element.items()},
        logits={code: _or_none(ordered_logit, part, design, _COUNTS) for code, part in by_element.items()},
        kinds=_by(panel, design, "kind"),
        unit_types=_by(panel, design, "unit_type"),
        dose=_or_none(dose_slope, panel, design, "hours") if "hours" in panel else None,
        sensitivity=_or_none(sensitivity, panel, design),
        curve=specification_curve(panel, design, _choices(panel, rules), rules.sesoi),
        n_digital_meanwhile=_digital_meanwhile(panel) if "digital" in panel else None,
    )


_COUNTS = [f"answers_{answer}" for answer in ANSWERS]


def with_scorings(panel: pd.DataFrame, rules: AnalysisRules) -> pd.DataFrame:
    """The panel with the counts of all answers (answers_1 .. 4) and the index under other scorings."""
    counts = sum(_counts(panel, code) for code in load_skm().codes)
    per_element = {code: _counts(panel, code) for code in load_skm().codes}
    scored = {
        name: np.mean([_mean_score(given, np.array(scores)) for given in per_element.values()], axis=0)
        for name, scores in rules.scorings.items()
    }
    return panel.assign(**{name: counts[:, k] for k, name in enumerate(_COUNTS)}, **scored)


def _mean_score(given: np.ndarray, scores: np.ndarray) -> np.ndarray:
    answered = given.sum(axis=1)
    return np.divide(given @ scores, answered, out=np.full(len(given), np.nan), where=answered > 0)


def _counts(panel: pd.DataFrame, code: str) -> np.ndarray:
    sums = (panel[f"{power}_{code}"].to_numpy(dtype=float) for power in ("n", "sum", "sum2", "sum3"))
    return answer_counts(*sums)


def _answers_to(panel: pd.DataFrame, code: str) -> pd.DataFrame:
    given = _counts(panel, code)
    return panel.assign(**{name: given[:, k] for k, name in enumerate(_COUNTS)})


def _with_shares(panel: pd.DataFrame) -> pd.DataFrame:
    """Shares of who answered, one group of each characteristic left out, and the share online."""
    shares = {}
    for columns in characteristics(panel).values():
        known = panel[columns].sum(axis=1)
        for column in columns[1:]:
            shares[f"share of {column}"] = (panel[column] / known.where(known > 0)).fillna(0.0)
    online = shares.get("share of channel: online")
    return panel.assign(**shares, **({} if online is None else {"online": online}))


def _estimators(panel: pd.DataFrame, design: Design) -> dict[str, Any]:
    never = replace(design, comparison="never_treated")
    mix = [column for column in panel.columns if column.startswith("share of ")]
    asked: dict[str, Callable[[], Any]] = {
        "imputation": lambda: average_effect(panel, design),
        "imputation_never": lambda: average_effect(panel, never),
        "callaway_not_yet": lambda: group_time_effects(panel, design).aggregate("simple"),
        "callaway_never": lambda: group_time_effects(panel, never).aggregate("simple"),
        "callaway_dynamic": lambda: group_time_effects(panel, design).aggregate("dynamic"),
        "callaway_group": lambda: group_time_effects(panel, design).aggregate("group"),
        "callaway_calendar": lambda: group_time_effects(panel, design).aggregate("calendar"),
    }
    if "digital" in panel and panel["digital"].nunique() > 1:
        asked["without_digital"] = lambda: average_effect(panel, design, ["digital"])
    if "online" in panel:
        asked["without_channel"] = lambda: average_effect(panel, design, ["online"])
    if mix:
        asked["same_respondents"] = lambda: average_effect(panel, design, mix)
    found = {name: _or_none(ask) for name, ask in asked.items()}
    return {name: result for name, result in found.items() if result is not None}


def _by(panel: pd.DataFrame, design: Design, column: str) -> GroupedEffects | None:
    return _or_none(effects_by, panel, design, column) if column in panel else None


def _choices(panel: pd.DataFrame, rules: AnalysisRules) -> Choices:
    """The declared grid, without covariates that this data set does not have."""
    declared = dict(rules.specifications)
    declared["covariates"] = {
        name: columns
        for name, columns in declared["covariates"].items()
        if set(columns) <= set(panel.columns)
    }
    return Choices(**declared)


def _digital_meanwhile(panel: pd.DataFrame) -> int:
    trained = panel[panel["cohort"].notna() & (panel["digital"] == 1)]
    live = trained.groupby("unit_id").agg(live=("quarter", "min"), cohort=("cohort", "first"))
    gap = live["live"].astype("int64") - live["cohort"].astype("int64")
    return int((gap.abs() <= 4).sum())


def _or_none(ask: Callable[..., Any], *arguments: Any) -> Any:
    """The result, or None where the data cannot carry it; the headline's refusal is told elsewhere."""
    try:
        return ask(*arguments)
    except DesignError:
        return None
