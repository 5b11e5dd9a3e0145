"""Two changes at once, training and a digital service: neither is credited with the other's effect."""

from __future__ import annotations

import numpy as np
import pandas as pd

from asn_analysis.impact.average import GroupedEffects, effects_by
from asn_analysis.impact.columns import ordinal
from asn_analysis.impact.design import Design


def untouched_by(panel: pd.DataFrame, design: Design, other: str) -> pd.DataFrame:
    """The cells in which another treatment has not begun, for a design that asks for this one alone.

    Parameters
    ----------
    other : column with the first period of the other treatment, missing if never
    """
    return panel[~_begun(panel, design, other)]


def joint_effects(panel: pd.DataFrame, design: Design, other: str) -> GroupedEffects:
    """The effect of the design's treatment alone, of the other alone, and of both together.

    All three are imputed from cells that neither has touched, so a cell's group is what has begun in
    it; the groups are named "first", "other" and "both".
    """
    first, second = _begun(panel, design, design.cohort), _begun(panel, design, other)
    groups = np.select([first & second, first, second], ["both", "first", "other"], "")
    either = panel[[design.cohort, other]].min(axis=1)
    # A column of missing periods alone loses its kind in min().
    either = either.astype(panel[design.cohort].dtype)
    told = panel.assign(**{design.cohort: either}, group=pd.Series(groups, panel.index).replace("", None))
    return effects_by(told, design, "group")


def _begun(panel: pd.DataFrame, design: Design, cohort: str) -> pd.Series:
    return ordinal(panel[design.time], design.time) >= ordinal(panel[cohort], cohort)
