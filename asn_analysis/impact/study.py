"""The city's question put to its panel: effect, checks and verdict of one quarter."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from asn_analysis.impact import checks, robustness
from asn_analysis.impact.annex import Annex, beside_the_headline
from asn_analysis.impact.checks import Check
from asn_analysis.impact.design import Design
from asn_analysis.impact.estimate import Effect
from asn_analysis.impact.looks import Look, finding_of, look, told_by, who_answers
from asn_analysis.impact.ordinal import answers_to, cut_point_effects, scoring
from asn_analysis.impact.randomisation import Lot
from asn_analysis.impact.refusals import DesignError
from asn_analysis.impact.shown import plot_analysis
from asn_analysis.impact.verdict import Finding, Standard, Verdict, decide, label_of
from asn_analysis.rules.kinds import AnalysisRules
from asn_analysis.rules.rules import load_analysis, load_quality, load_skm
from asn_analysis.views.tables import html_table

KECAMATAN = "kecamatan"
Questioned = tuple[dict[pd.Period, Look], Annex | None, tuple[Check, ...]]
AHEAD: list[tuple[pd.DataFrame, tuple[Any, ...], Questioned]] = []  # see ``think_ahead``


@dataclass(frozen=True, repr=False)
class Analysis:
    """What training changed in the city, as of one quarter.

    Attributes
    ----------
    quarter : Period
    effect : Effect on the index, or None where the data refuse it
    earlier_effect : the same as known at the end of the quarter before, or None
    refusal : DesignError or None, why
    checks : what could be wrong, in the order in which a brief tells it
    annex : Annex, what other analysts would ask for, or None without an effect
    findings : what each quarter's data said at its end, oldest first
    labels : the verdict's label at the end of each of these quarters
    verdict : Verdict
    """

    quarter: pd.Period
    effect: Effect | None
    earlier_effect: Effect | None
    refusal: DesignError | None
    checks: tuple[Check, ...]
    annex: Annex | None
    findings: tuple[Finding, ...]
    labels: tuple[str, ...]
    verdict: Verdict

    def summary(self) -> str:
        """The finding and the verdict in plain sentences."""
        found = self.effect.sentence if self.effect else str(self.refusal)
        return f"{found} Verdict: {self.verdict.summary()}"

    def verdict_at(self, sesoi: float) -> Verdict:
        """The verdict with another smallest effect of interest, all else as it was decided."""
        strength = self.verdict.reasons[1].code.removeprefix("design_")
        known = {check.name for check in self.checks}
        more = [reason.code for reason in self.verdict.reasons[2:] if reason.code not in known]
        rules = replace(load_analysis(), sesoi=sesoi)
        return verdict_of(self.findings, self.checks, strength, more, rules)

    def plot(self, label: str = "") -> Any:
        """Four figures on one: the effect, its course, trained units' paths, and the elements."""
        return plot_analysis(self, label)

    def __repr__(self) -> str:
        return self.summary()

    def _repr_html_(self) -> str:
        checks = pd.DataFrame(
            [(check.name, check.outcome) for check in self.checks], columns=["check", "outcome"]
        )
        return html_table(checks, self.summary())


def city_design(rules: AnalysisRules | None = None) -> Design:
    """The comparison that the rules declare: trained units with those not trained, or not yet.

    Examples
    --------
    >>> asn.city_design().cluster  # whose units may share shocks
    ('kecamatan', 'cohort')
    """
    rules = rules or load_analysis()
    return Design(
        outcome="ikm",
        unit="unit_id",
        time="quarter",
        cohort="cohort",
        weight="n_respondents",
        fixed_weights=True,
        cluster=(KECAMATAN, "cohort"),
        bounds=load_skm().ends,
        comparison=rules.comparison,
        confidence=rules.confidence,
        leads=rules.leads,
        lags=rules.lags,
    )


def analyse(
    panel: pd.DataFrame,
    quarter: pd.Period | str | None = None,
    rollout: str = "staggered",
    plan_holds: bool = False,
    flagged: Collection[str] | None = None,
    design: Design | None = None,
    lot: Lot | None = None,
) -> Analysis:
    """Estimate the effect as of ``quarter``, question it, and decide.

    Parameters
    ----------
    panel : what ``with_context`` returns; a bare ``build_panel`` leaves out what needs the context
    quarter : the quarter to report; by default the panel's last
    rollout : "randomised" if the order of training was drawn by lot, else "staggered"
    plan_holds : whether a plan was locked beforehand and followed
    flagged : units whose survey raises questions; None if that was not looked into
    design : by default the declared one; to another no locked plan holds
    lot : the public lot that set the order, which is then drawn again to see what chance can do

    Examples
    --------
    >>> asn.analyse(panel, quarter).summary()
    'Among 17 treated units ... +3.21 (+0.484 to +5.93). Verdict: promising, certainty 1 of 5.'
    """
    rules = load_analysis()
    plan_holds = plan_holds and design in (None, city_design(rules))
    design = told_by(panel, design or city_design(rules))
    quarter = panel["quarter"].max() if quarter is None else pd.Period(quarter, freq=panel["quarter"].dt.freq)
    looks, annex, found = _questioned(panel, quarter, design, rules, lot)
    effect, refusal, now = looks[quarter]
    findings = tuple(finding_of(until, seen[0]) for until, seen in looks.items())
    if effect and flagged is not None:
        found += (_without_flagged(now, flagged, findings, design, rules),)
    strength = design_strength(effect, refusal, now, rollout)
    verdict = verdict_of(findings, found, strength, [] if plan_holds else ["plan_not_locked"], rules)
    labels = [_label_then(findings[: end + 1], rules) for end in range(len(findings) - 1)]
    before = [seen[0] for seen in looks.values()][:-1]
    earlier = before[-1] if before else None
    return Analysis(
        quarter, effect, earlier, refusal, found, annex, findings, (*labels, verdict.label), verdict
    )


def think_ahead(panel: pd.DataFrame, quarter: pd.Period, lot: Lot | None) -> Annex | None:
    """Question cells as declared before a brief does: copies of this process find there what was found.

    Nothing is remembered of what a brief or a researcher asks, who may change what they were given.
    """
    rules = load_analysis()
    asked = quarter, told_by(panel, city_design(rules)), rules, lot
    found = _questioned(panel, *asked)
    AHEAD.append((panel, asked, found))
    return found[1]


def _questioned(
    panel: pd.DataFrame, quarter: pd.Period, design: Design, rules: AnalysisRules, lot: Lot | None
) -> Questioned:
    """The effect as of each quarter, what stands beside the last, and what could be wrong with it."""
    for known, asked, found in AHEAD:
        if asked == (quarter, design, rules, lot) and known.equals(panel):
            return found
    looks = {until: look(panel, until, design) for until in _quarters(panel, quarter, rules)}
    effect, _, now = looks[quarter]
    annex = beside_the_headline(now, design, rules, lot) if effect else None
    return looks, annex, _checks(now, design, effect, annex, rules)


def verdict_of(
    findings: Sequence[Finding],
    found: Sequence[Check],
    strength: str,
    more: Sequence[str],
    rules: AnalysisRules,
) -> Verdict:
    """The verdict after these checks; ``more``: weaknesses that no check tells."""
    return decide(
        findings,
        rules.sesoi,
        strength,
        [*(check.name for check in found if check.weakness), *more],
        rules.consecutive_quarters,
        any(check.finding == "sign_depends_on_scoring" for check in found),
        rules.least_exposure,
        [check.name for check in found if check.falsified],
    )


def _quarters(panel: pd.DataFrame, quarter: pd.Period, rules: AnalysisRules) -> list[pd.Period]:
    """Quarters that are looked at: surveyed from the first training on, as many as a success needs, and this.

    Of the one that is reported every cell may be withheld.
    """
    surveyed = sorted({*panel.loc[panel["quarter"] <= quarter, "quarter"], quarter})
    begun = [until for until in surveyed if until >= panel["cohort"].min()]
    return max(begun, surveyed[-rules.consecutive_quarters :], key=len)


def _label_then(findings: tuple[Finding, ...], rules: AnalysisRules) -> str:
    return label_of(findings, Standard(rules.sesoi, rules.consecutive_quarters, rules.least_exposure))[0]


def _checks(
    panel: pd.DataFrame, design: Design, effect: Effect | None, annex: Annex | None, rules: AnalysisRules
) -> tuple[Check, ...]:
    if panel.empty:
        return ()
    missing = checks.missing_items(panel, load_skm().codes, rules.most_missing_items)
    if effect is None or annex is None:
        return (missing,)
    given = sum(answers_to(panel, code) for code in load_skm().codes)
    found = [
        checks.few_units(effect, rules.fewest_units),
        checks.pre_trend(effect, rules.sesoi),
        robustness.placebo(effect, rules.sesoi),
        checks.negative_controls([annex.elements[code] for code in rules.negative_controls]),
        robustness.leave_one_unit_out(effect),
        robustness.leave_one_wave_out(effect),
        robustness.shock_in_one_wave(effect, rules.sesoi),
        scoring(cut_point_effects(panel, design, given), effect.estimate),
        missing,
    ]
    if annex.sensitivity:
        found.insert(3, robustness.breakdown(annex.sensitivity))
    shift = who_answers(panel, effect)
    return (*found, shift) if shift else tuple(found)


def _without_flagged(
    panel: pd.DataFrame,
    flagged: Collection[str],
    findings: tuple[Finding, ...],
    design: Design,
    rules: AnalysisRules,
) -> Check:
    """The last findings again without the units whose survey raises questions."""
    asked = panel["unit_id"].isin(flagged)
    share = float(panel.loc[asked, "n_respondents"].sum() / panel["n_respondents"].sum())
    recent = findings[-rules.consecutive_quarters :]
    freq = panel["quarter"].dt.freq
    effects = [look(panel[~asked], pd.Period(then.quarter, freq=freq), design)[0] for then in recent]
    without = [finding_of(then.quarter, effect) for then, effect in zip(recent, effects, strict=True)]
    stays = _label_then(tuple(without), rules) == _label_then(recent, rules)
    most = load_quality().most_flagged_share
    return checks.flagged_units(len(set(flagged)), share, most, effects[-1], stays)


def design_strength(
    effect: Effect | None, refusal: DesignError | None, panel: pd.DataFrame, rollout: str
) -> str:
    """How strong the comparison is, as a key of the verdict's ``DESIGN_POINTS``."""
    if effect is None:
        return "before_after" if refusal and refusal.code == "no_comparison" else "none"
    if rollout == "randomised":
        return "randomised"
    earlier = panel[panel["quarter"] < panel["cohort"]].groupby("unit_id").size()
    return "comparison_two_earlier" if earlier.median() >= 2 else "comparison_one_earlier"
