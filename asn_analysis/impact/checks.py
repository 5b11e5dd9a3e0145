"""What could be wrong with an effect: three-valued checks, each with its power."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd

from asn_analysis.impact.estimate import Effect
from asn_analysis.impact.multiplicity import holm
from asn_analysis.measures.estimate import Estimate, detectable, equal_p_value, tidied

PASSED, FAILED, INFORMATIONAL = "passed", "failed", "informational"
# What should show nothing if the comparison is sound: one that fails caps the verdict's label.
FALSIFICATION = ("pre_trend", "placebo", "negative_controls", "composition_shift", "flagged_units")


@dataclass(frozen=True)
class Check:
    """One question put to an effect.

    Attributes
    ----------
    name : str
        Stable name; the wording of its sentence hangs on name and finding.
    outcome : "passed", "failed" or "informational"
    finding : str
        What was found, as a stable code.
    values : mapping of name to number, what the sentence needs
    table : DataFrame, the numbers behind it
    weakness : bool
        Whether it costs a point of certainty.
    """

    name: str
    outcome: str
    finding: str
    values: Mapping[str, Any]
    weakness: bool
    table: pd.DataFrame = field(default_factory=pd.DataFrame, repr=False)

    @classmethod
    def judged(
        cls,
        name: str,
        failed: bool,
        words: tuple[str, str],
        values: Mapping[str, Any],
        table: pd.DataFrame | None = None,
        blind: bool = False,
    ) -> Check:
        """Failed, which costs a point of certainty, or passed; ``words`` name what was found then.

        One that would not have seen what matters (``blind``) says nothing unless it failed.
        """
        outcome, found = (FAILED, words[0]) if failed else (PASSED, words[1])
        if blind and not failed:
            outcome, found = INFORMATIONAL, "underpowered"
        return cls(name, outcome, found, values, failed, pd.DataFrame() if table is None else table)

    @property
    def falsified(self) -> bool:
        """Whether it says that the comparison is not sound."""
        return self.outcome == FAILED and self.name in FALSIFICATION


def few_units(effect: Effect, fewest: int) -> Check:
    """Trained, and never trained, units below ``fewest`` make every interval shaky."""
    few = min(effect.n_treated_units, effect.n_never_treated_units) < fewest
    values = {
        "n_treated": effect.n_treated_units,
        "n_never_treated": effect.n_never_treated_units,
        "fewest": fewest,
    }
    return Check.judged("few_units", few, ("few", "enough"), values)


def pre_trend(effect: Effect, sesoi: float) -> Check:
    """Did trained units already move differently before the training?

    Hotelling's test of the event study's rows before the training and the t test of a linear drift, the
    smaller p value by Holm; beside the drift per quarter that a test of this size would have seen with 80 %
    power, and the bias that such a drift would leave in the plain estimate. Not rejecting counts as passed
    only if that bias stays below the SESOI.
    """
    rows = effect.event_study[effect.event_study["event_time"] < 0]
    joint = _joint_p_value(rows, effect.pre_covariance)
    if joint is None or effect.drift is None:
        return Check("pre_trend", INFORMATIONAL, "untestable", {}, True, rows)
    p_value = float(holm([joint, effect.drift.p_value]).min())
    values = {
        "p_value": p_value,
        "detectable_drift": effect.drift.detectable,
        "detectable_bias": effect.drift.detectable * effect.horizon,
        "sesoi": sesoi,
    }
    differs, blind = p_value < 1 - effect.design.confidence, values["detectable_bias"] > sesoi
    found = Check.judged("pre_trend", differs, ("differs", "alike"), values, rows, blind)
    return replace(found, weakness=differs or blind)


def _joint_p_value(rows: pd.DataFrame, covariance: np.ndarray) -> float | None:
    if rows["std_error"].isna().any():
        return None
    return equal_p_value(rows["estimate"].to_numpy(), covariance, rows["df"].min())


def negative_controls(effects: Sequence[Estimate]) -> Check:
    """Elements that training cannot move should not have moved (Holm over the controls)."""
    table = tidied(effects).drop(columns="statistic")
    rejected = holm(table["p_value"]) <= 0.05
    values = {
        "n_moved": int(rejected.sum()),
        "n_controls": len(table),
        "detectable": float(detectable(table["std_error"], table["df"]).max()),
    }
    return Check.judged("negative_controls", bool(rejected.any()), ("moved", "still"), values, table)


def flagged_units(
    n_flagged: int, share: float, most: float, without: Effect | None, verdict_stays: bool
) -> Check:
    """The estimate without the units whose survey raises questions; the headline keeps everybody.

    Parameters
    ----------
    n_flagged, share : how many units, and their share of the respondents
    most : share above which they cost certainty whatever the estimate says
    without : the effect without them, or None where it cannot be had
    verdict_stays : whether the label would be the same without them
    """
    name, values = "flagged_units", {"n_flagged": n_flagged, "share": share, "most": most}
    if not n_flagged:
        return Check(name, PASSED, "none", values, False)
    if without is None:
        return Check(name, FAILED, "untestable", values, True)
    values |= {bound: getattr(without, bound) for bound in ("estimate", "conf_low", "conf_high")}
    if not verdict_stays:
        return Check(name, FAILED, "turns", values, True)
    return Check.judged(name, share > most, ("heavy", "holds"), values)


def missing_items(panel: pd.DataFrame, items: Sequence[str], most: float) -> Check:
    """Share of answers left empty, over all items and respondents."""
    asked = panel["n_respondents"].sum() * len(items)
    share = float(1 - panel[[f"n_{item}" for item in items]].to_numpy().sum() / asked) if asked else 1.0
    return Check.judged("missing_items", share > most, ("heavy", "light"), {"share": share, "most": most})
