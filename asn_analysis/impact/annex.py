"""What other analysts would ask for beside the headline: estimators, groups, elements, specifications."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from typing import ParamSpec, TypeVar

import numpy as np
import pandas as pd

from asn_analysis.impact.allowances import as_logits
from asn_analysis.impact.average import Average, GroupedEffects, average_effect, dose_slope, effects_by
from asn_analysis.impact.callaway import group_time_effects
from asn_analysis.impact.design import Design
from asn_analysis.impact.multiplicity import simultaneous
from asn_analysis.impact.ordinal import answers_to, cut_point_effects
from asn_analysis.impact.randomisation import Lot, Randomisation, randomisation_test
from asn_analysis.impact.refusals import DesignError
from asn_analysis.impact.sensitivity import Sensitivity, sensitivity
from asn_analysis.impact.specification import Choices, SpecificationCurve, specification_curve
from asn_analysis.impact.twoway import TwoWay, two_way
from asn_analysis.measures.context import characteristics, shares_told
from asn_analysis.measures.estimate import Estimate
from asn_analysis.measures.panel import YEAR
from asn_analysis.rules.kinds import AnalysisRules
from asn_analysis.rules.rules import load_skm

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True)
class Annex:
    """Everything beside the headline, worked out when it is asked for; None where the data refuse it.

    Attributes
    ----------
    panel : with the scorings and shares that its parts need
    design : the headline's
    lot : the lot that set the order of training, if one did
    """

    panel: pd.DataFrame = field(repr=False)
    design: Design
    rules: AnalysisRules = field(repr=False)
    lot: Lot | None = None

    @cached_property
    def estimators(self) -> dict[str, Estimate]:
        """Name to Average or Callaway-Sant'Anna aggregate, all on the index."""
        return _estimators(self.panel, self.design)

    @cached_property
    def randomisation(self) -> Randomisation | None:
        return _or_none(randomisation_test, self.panel, self.design, lot=self.lot)

    @cached_property
    def two_way(self) -> TwoWay | None:
        return _or_none(two_way, self.panel, self.design)

    @cached_property
    def elements(self) -> dict[str, Average]:
        """Element code to its effect, in answer points (1 to 4)."""
        return {
            code: average_effect(self.panel, replace(self.design, outcome=code, weight=f"n_{code}"))
            for code in load_skm().codes
        }

    @cached_property
    def element_table(self) -> pd.DataFrame:
        """The elements with simultaneous intervals and Holm's p values."""
        return simultaneous(self.elements)

    @cached_property
    def cut_points(self) -> dict[str, tuple[Average, ...]]:
        """Element code to the effects on P(answer <= 1, 2, 3)."""
        return {
            code: cut_point_effects(self.panel, self.design, answers_to(self.panel, code))
            for code in load_skm().codes
        }

    @cached_property
    def kinds(self) -> GroupedEffects | None:
        """Effects by kind of training."""
        return _by(self.panel, self.design, "kind")

    @cached_property
    def unit_types(self) -> GroupedEffects | None:
        return _by(self.panel, self.design, "unit_type")

    @cached_property
    def dose(self) -> Estimate | None:
        """Effect per further hour (JP) of training."""
        return _or_none(dose_slope, self.panel, self.design, "hours") if "hours" in self.panel else None

    @cached_property
    def sensitivity(self) -> Sensitivity | None:
        return _or_none(sensitivity, self.panel, self.design)

    @cached_property
    def curve(self) -> SpecificationCurve:
        choices = _choices(self.panel, self.rules)
        return specification_curve(self.panel, self.design, choices, self.rules.sesoi)

    @cached_property
    def n_digital_meanwhile(self) -> int | None:
        """Trained units in which a digital service went live within a year of the training.

        One could pass for the other.
        """
        if "digital" not in self.panel:
            return None
        trained = self.panel[self.panel["cohort"].notna() & (self.panel["digital"] == 1)]
        live = trained.groupby("unit_id").agg(live=("quarter", "min"), cohort=("cohort", "first"))
        gap = live["live"].astype("int64") - live["cohort"].astype("int64")
        return int((gap.abs() <= YEAR).sum())


def beside_the_headline(
    panel: pd.DataFrame, design: Design, rules: AnalysisRules, lot: Lot | None = None
) -> Annex:
    """Everything that stands beside the headline, from the same panel; what a bare one lacks is left out."""
    return Annex(_with_scorings(_with_shares(panel), design, rules), design, rules, lot)


def _with_scorings(panel: pd.DataFrame, design: Design, rules: AnalysisRules) -> pd.DataFrame:
    """The panel with the index under other scorings."""
    given = [answers_to(panel, code) for code in load_skm().codes]
    in_force = load_skm().scale / load_skm().factor  # 1 under exact weights
    scored = {
        name: in_force * np.mean([_mean_score(each, np.array(scores)) for each in given], axis=0)
        for name, scores in rules.scorings.items()
    }
    if design.bounds is not None:
        scored["ikm_logit"] = as_logits(panel["ikm"].to_numpy(), design.bounds, panel["ikm"].mean())
    return panel.assign(**scored)


def _mean_score(given: np.ndarray, scores: np.ndarray) -> np.ndarray:
    answered = given.sum(axis=1)
    return np.divide(given @ scores, answered, out=np.full(len(given), np.nan), where=answered > 0)


def _with_shares(panel: pd.DataFrame) -> pd.DataFrame:
    """Shares of who answered, one group of each characteristic left out, and the share online."""
    shares: dict[str, np.ndarray] = {}
    for name in characteristics(panel):
        shares |= shares_of(panel, name)
    online = shares.get("share of channel: online")
    return panel.assign(**shares, **({} if online is None else {"online": online}))


def shares_of(panel: pd.DataFrame, characteristic: str) -> dict[str, np.ndarray]:
    """Shares of a characteristic's groups in each cell, the first group left out."""
    columns = characteristics(panel)[characteristic]
    shares = shares_told(panel, columns)
    return {f"share of {column}": shares[:, n] for n, column in enumerate(columns) if n}


def _estimators(panel: pd.DataFrame, design: Design) -> dict[str, Estimate]:
    never = replace(design, comparison="never_treated")
    mix = [column for column in panel.columns if column.startswith("share of ")]
    group_time = cache(lambda: group_time_effects(panel, design))
    asked: dict[str, Callable[[], Estimate]] = {
        "imputation": lambda: average_effect(panel, design),
        "imputation_never": lambda: average_effect(panel, never),
        "callaway_not_yet": lambda: group_time().aggregate("simple"),
        "callaway_never": lambda: group_time_effects(panel, never).aggregate("simple"),
        "callaway_dynamic": lambda: group_time().aggregate("dynamic"),
        "callaway_group": lambda: group_time().aggregate("group"),
        "callaway_calendar": lambda: group_time().aggregate("calendar"),
    }
    if "digital" in panel and panel["digital"].nunique() > 1:
        asked["without_digital"] = lambda: average_effect(panel, replace(design, covariates=("digital",)))
    if "online" in panel:
        asked["without_channel"] = lambda: average_effect(panel, replace(design, covariates=("online",)))
    if mix:
        asked["same_respondents"] = lambda: average_effect(panel, replace(design, covariates=tuple(mix)))
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
    declared["scoring"] = {
        name: scored for name, scored in declared["scoring"].items() if scored[0] in panel.columns
    }
    return Choices(**declared)


def _or_none(ask: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T | None:
    """The result, or None where the data cannot carry it; the headline's refusal is told elsewhere."""
    try:
        return ask(*arguments, **named)
    except DesignError:
        return None
