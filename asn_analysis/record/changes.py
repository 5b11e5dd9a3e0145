"""The record's part on what changed since the last brief."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from asn_analysis.followup.changes import Parts, revised_quarters, split_change
from asn_analysis.impact.estimate import Effect
from asn_analysis.impact.study import Analysis
from asn_analysis.measures.control_charts import Between
from asn_analysis.measures.estimate import half_width, jackknife_error
from asn_analysis.measures.ikm import ikm_from_elements
from asn_analysis.measures.index_change import index_change
from asn_analysis.measures.panel import rhythm
from asn_analysis.measures.survey import survey_index, unanswered
from asn_analysis.record.inputs import Inputs, method_of, seen_cells
from asn_analysis.record.parts import SinceLast
from asn_analysis.rules.rules import load_skm


def since_last(inputs: Inputs, analysis: Analysis) -> SinceLast | None:
    """The change of index and effect since the brief of the survey before; None without one."""
    last = str(_before(inputs))
    then = inputs.about["published"].get(last)
    if any(unanswered(inputs.panel[inputs.panel["quarter"] == when]) for when in (last, inputs.quarter)):
        return None
    now = seen_cells(inputs.panel)
    if then is None or then["ikm"] is None or last not in now or last in inputs.about["withheld_of_city"]:
        return None
    revised = revised_quarters(then["seen"], now)
    same_method = list(then["method"]) == method_of(inputs.about)
    return SinceLast(
        quarter=last,
        index=_index_parts(inputs, then),
        effect=_effect_parts(then, analysis, bool(revised), same_method),
        revised_quarters=revised,
        method_changed=not same_method,
    )


def _before(inputs: Inputs) -> pd.Period | None:
    return rhythm(inputs.surveyed).before(inputs.quarter)


def _index_parts(inputs: Inputs, then: Mapping[str, Any]) -> Parts:
    """Today's method on the printed elements is the index formula itself, so all parts can be told."""
    factor = load_skm().factor
    by_todays_method = ikm_from_elements({code: value / factor for code, value in then["elements"].items()})
    panel, last = inputs.panel, _before(inputs)
    cells, before = panel[panel["quarter"] == inputs.quarter], panel[panel["quarter"] == last]
    middle, now = survey_index(before).unrounded, survey_index(cells).unrounded
    change = index_change(cells, before, between=Between(**inputs.about["between"]))
    half = None
    if change is not None and change.conf_high is not None:
        half = change.conf_high - change.difference
    return split_change(
        then["ikm"],
        by_todays_method.unrounded,
        middle,
        now,
        half,
        now - middle if change is None else change.mix,
    )


def _effect_parts(
    then: Mapping[str, Any], analysis: Analysis, revised: bool, same_method: bool
) -> Parts | None:
    """Method and data can be told apart unless both changed: yesterday's program is not at hand."""
    now, earlier, printed = analysis.effect, analysis.earlier_effect, then["estimate"]
    if now is None or earlier is None or printed is None:
        return None
    by_todays_method = printed if same_method else None if revised else earlier.estimate
    return split_change(printed, by_todays_method, earlier.estimate, now.estimate, _chance(now, earlier))


def _chance(now: Effect, earlier: Effect) -> float:
    """Half the range of the difference between two looks at the same units (jackknife), by this brief's t."""
    left = (now.replicates - now.estimate).sub(earlier.replicates - earlier.estimate, fill_value=0.0).dropna()
    return float(half_width(jackknife_error(left), now.df, now.design.confidence))
