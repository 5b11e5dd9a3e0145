"""The city's question put to its panel: effect, checks and verdict of one quarter."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pandas as pd

from asn_analysis.impact import checks
from asn_analysis.impact.checks import Check
from asn_analysis.impact.design import Design, DesignError
from asn_analysis.impact.estimate import Effect, estimate_effect
from asn_analysis.impact.verdict import Finding, Verdict, decide
from asn_analysis.rules.rules import AnalysisRules, load_analysis, load_skm


@dataclass(frozen=True)
class Analysis:
    """What training changed in the city, as of one quarter.

    Attributes
    ----------
    quarter : Period
    effect : Effect on the index, or None where the data refuse it
    refusal : DesignError or None, why
    element_effects : mapping of element code to its Effect, in answer points (1 to 4)
    checks : what could be wrong, in the order in which a brief tells it
    findings : the quarters that the verdict rests on, oldest first
    verdict : Verdict
    """

    quarter: pd.Period
    effect: Effect | None
    refusal: DesignError | None
    element_effects: dict[str, Effect]
    checks: tuple[Check, ...]
    findings: tuple[Finding, ...]
    verdict: Verdict

    def summary(self) -> str:
        """The finding and the verdict in plain sentences."""
        found = self.effect.summary() if self.effect else str(self.refusal)
        return f"{found} Verdict: {self.verdict.summary()}"


def city_design(rules: AnalysisRules | None = None) -> Design:
    """The declared comparison: trained units with units not trained or not yet."""
    rules = rules or load_analysis()
    return Design(
        outcome="ikm",
        unit="unit_id",
        time="quarter",
        cohort="cohort",
        weight="n_respondents",
        comparison=rules.comparison,
        confidence=rules.confidence,
        leads=rules.leads,
        lags=rules.lags,
    )


def analyse(
    panel: pd.DataFrame, quarter: pd.Period | str | None = None, rollout: str = "staggered"
) -> Analysis:
    """Estimate the effect as of ``quarter``, question it, and decide.

    Parameters
    ----------
    panel : what ``build_panel`` returns
    quarter : the quarter to report; by default the panel's last
    rollout : "randomised" if the order of training was drawn by lot, else "staggered"
    """
    rules = load_analysis()
    design = city_design(rules)
    quarter = panel["quarter"].max() if quarter is None else pd.Period(quarter, freq=panel["quarter"].dt.freq)
    looks = [_look(panel, quarter - back, design) for back in reversed(range(rules.consecutive_quarters))]
    effect, refusal, now = looks[-1]
    element_effects = _element_effects(now, design) if effect else {}
    found = _checks(now, effect, element_effects, rules)
    findings = tuple(
        _finding(quarter - back, look[0])
        for back, look in zip(reversed(range(rules.consecutive_quarters)), looks, strict=True)
    )
    verdict = decide(
        findings,
        rules.sesoi,
        _design_strength(effect, refusal, now, rollout),
        [check.name for check in found if check.weakness] + ["plan_not_locked"],
        rules.consecutive_quarters,
    )
    return Analysis(quarter, effect, refusal, element_effects, found, findings, verdict)


def _look(
    panel: pd.DataFrame, until: pd.Period, design: Design
) -> tuple[Effect | None, DesignError | None, pd.DataFrame]:
    """The effect as it could be known at the end of a quarter."""
    known = panel[panel["quarter"] <= until]
    known = known.assign(cohort=known["cohort"].where(known["cohort"] <= until))
    try:
        return estimate_effect(known, design), None, known
    except DesignError as error:
        return None, error, known


def _finding(quarter: pd.Period, effect: Effect | None) -> Finding:
    if effect is None:
        return Finding(str(quarter), None, None, None, None, None)
    return Finding(
        str(quarter),
        effect.estimate,
        effect.conf_low,
        effect.conf_high,
        effect.conf_low_robust,
        effect.conf_high_robust,
    )


def _element_effects(panel: pd.DataFrame, design: Design) -> dict[str, Effect]:
    return {
        code: estimate_effect(panel, replace(design, outcome=code, weight=f"n_{code}"))
        for code in load_skm().codes
    }


def _checks(
    panel: pd.DataFrame, effect: Effect | None, element_effects: dict[str, Effect], rules: AnalysisRules
) -> tuple[Check, ...]:
    missing = checks.missing_items(panel, load_skm().codes, rules.most_missing_items)
    if effect is None:
        return (missing,)
    controls = [element_effects[code] for code in rules.negative_controls]
    return (
        checks.few_units(effect, rules.fewest_units),
        checks.pre_trend(effect, rules.sesoi),
        checks.negative_controls(controls),
        missing,
    )


def _design_strength(
    effect: Effect | None, refusal: DesignError | None, panel: pd.DataFrame, rollout: str
) -> str:
    if effect is None:
        return "before_after" if refusal.code == "no_comparison" else "none"
    if rollout == "randomised":
        return "randomised"
    earlier = panel[panel["quarter"] < panel["cohort"]].groupby("unit_id").size()
    return "comparison_two_earlier" if earlier.median() >= 2 else "comparison_one_earlier"
