"""The effect as it could be known at the end of a quarter, and as the verdict reads it."""

from __future__ import annotations

from dataclasses import fields, replace

import pandas as pd

from asn_analysis.impact import robustness
from asn_analysis.impact.annex import shares_of
from asn_analysis.impact.average import average_effect
from asn_analysis.impact.checks import Check
from asn_analysis.impact.design import Design
from asn_analysis.impact.estimate import Effect, estimate_effect
from asn_analysis.impact.refusals import DesignError
from asn_analysis.impact.verdict import Finding
from asn_analysis.measures.context import characteristics
from asn_analysis.rules.rules import load_analysis

Look = tuple[Effect | None, DesignError | None, pd.DataFrame]  # effect or refusal, and what was known


def told_by(panel: pd.DataFrame, design: Design) -> Design:
    """The design with those groups that the panel tells: a bare panel may know no kecamatan."""
    return replace(design, cluster=tuple(name for name in design.cluster if name in panel))


def look(panel: pd.DataFrame, until: pd.Period, design: Design) -> Look:
    """The effect as it could be known at the end of a quarter.

    Groups that share shocks are those that the panel tells: without kecamatan, the waves of training alone.
    """
    known = known_at(panel, until)
    try:
        effect = estimate_effect(known, told_by(known, design))
    except DesignError as error:
        return None, error, known
    return with_mix_held(effect, known, who_answers(known, effect)), None, known


def known_at(panel: pd.DataFrame, until: pd.Period) -> pd.DataFrame:
    """The panel of ``build_panel`` as it stood at the end of ``until``: later trainings had not begun.

    Examples
    --------
    >>> then = asn.known_at(panel, quarter - 2)
    >>> then["quarter"].max(), then["cohort"].max()
    (Period('2026Q1', 'Q-DEC'), Period('2026Q1', 'Q-DEC'))
    """
    known = panel[panel["quarter"] <= until]
    return known.assign(cohort=known["cohort"].where(known["cohort"] <= until))


def with_mix_held(effect: Effect, known: pd.DataFrame, shift: Check | None) -> Effect:
    """Where who answers changed with training, the effect also allows for that.

    Its robust interval is widened by the estimate with the shares of the characteristic that moved held
    constant.
    """
    if shift is None or not shift.falsified:
        return effect
    mix = shares_of(known, shift.values["characteristic"])
    try:
        held = average_effect(known.assign(**mix), replace(effect.design, covariates=tuple(mix)))
    except DesignError:
        return effect
    return effect.allowing("same_mix", held)


def who_answers(panel: pd.DataFrame, effect: Effect) -> Check | None:
    """The check on who answers, or None where the panel tells nobody's characteristics."""
    groups = characteristics(panel)
    most = load_analysis().most_composition_shift
    return robustness.composition_shift(panel, effect, groups, most) if groups else None


def finding_of(quarter: pd.Period, effect: Effect | None) -> Finding:
    """An effect as the verdict reads it."""
    if effect is None:
        return Finding(str(quarter))
    names = [field.name for field in fields(Finding) if field.name != "quarter"]
    return Finding(str(quarter), **{name: getattr(effect, name) for name in names})
