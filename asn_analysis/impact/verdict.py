"""From intervals to a decision: a table without statistics.

Labels, in the order in which they are tried:

================  ============================================================================
harm              the plain interval lies below 0
adjust            the robust interval lies below the smallest effect of interest (SESOI)
success           the robust interval lies above 0 and the estimate reaches the SESOI, in as many
                  consecutive quarters as the rules ask for
promising         the plain interval lies above 0
inconclusive      otherwise, and wherever the effect could not be estimated
================  ============================================================================

Certainty (0-5) starts from the design and loses a point for each weakness; it does not look at
the sign or size of the effect.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

LABELS = ("success", "promising", "adjust", "harm", "inconclusive")

DESIGN_POINTS = {
    "randomised": 5,
    "comparison_two_earlier": 4,
    "comparison_one_earlier": 2,
    "before_after": 1,
    "none": 0,
}

LOWER = {"success": "promising", "promising": "inconclusive"}


@dataclass(frozen=True)
class Finding:
    """What one quarter's data say, in units of the outcome; bounds None where they cannot be had."""

    quarter: str
    estimate: float | None
    conf_low: float | None
    conf_high: float | None
    conf_low_robust: float | None
    conf_high_robust: float | None


@dataclass(frozen=True)
class Reason:
    """Why a label or a certainty is what it is: a stable code and the points it gives or takes."""

    code: str
    points: int = 0


@dataclass(frozen=True)
class Verdict:
    """A decision with its certainty."""

    label: str
    certainty: int
    reasons: tuple[Reason, ...]

    def _repr_html_(self) -> str:
        return f"<p>{self.summary()}</p>"

    def summary(self) -> str:
        """One plain sentence."""
        return f"{self.label}, certainty {self.certainty} of 5."


def decide(
    findings: Sequence[Finding],
    sesoi: float,
    design: str,
    weaknesses: Sequence[str] = (),
    consecutive_quarters: int = 2,
    sign_depends_on_scoring: bool = False,
) -> Verdict:
    """The verdict on the last of ``findings``, which stand in the order of their quarters.

    Parameters
    ----------
    findings : one or more, oldest first, from consecutive quarters
    sesoi : smallest effect of interest, in units of the outcome, above 0
    design : a key of ``DESIGN_POINTS``
    weaknesses : codes of what costs a point of certainty each
    consecutive_quarters : quarters in which a success must have been seen
    sign_depends_on_scoring : whether another scoring of the answers turns the sign; a gain is then told
        one label lower
    """
    if sesoi <= 0:
        raise ValueError(f"The smallest effect of interest is {sesoi}; it must be above 0.")
    label, why = _label(findings, sesoi, consecutive_quarters)
    if sign_depends_on_scoring and label in LOWER:
        label, why = LOWER[label], "sign_depends_on_scoring"
    points = DESIGN_POINTS[design]
    certainty = max(0, points - len(weaknesses))
    reasons = [Reason(why), Reason(f"design_{design}", points)]
    return Verdict(label, certainty, (*reasons, *(Reason(code, -1) for code in weaknesses)))


def _label(findings: Sequence[Finding], sesoi: float, consecutive_quarters: int) -> tuple[str, str]:
    now = findings[-1]
    if now.estimate is None:
        return "inconclusive", "effect_refused"
    if now.conf_high < 0:
        return "harm", "interval_below_zero"
    if now.conf_high_robust is not None and now.conf_high_robust < sesoi:
        return "adjust", "robust_interval_below_sesoi"
    if _reaches(now, sesoi):
        recent = findings[-consecutive_quarters:]
        if len(recent) == consecutive_quarters and all(_reaches(finding, sesoi) for finding in recent):
            return "success", "robust_interval_above_zero_and_held"
        return "promising", "not_yet_held"
    if now.conf_low > 0:
        return "promising", _what_is_open(now)
    return "inconclusive", "interval_holds_zero"


def _reaches(finding: Finding, sesoi: float) -> bool:
    low = finding.conf_low_robust
    return low is not None and low > 0 and finding.estimate >= sesoi


def _what_is_open(finding: Finding) -> str:
    if finding.conf_low_robust is None:
        return "no_robust_interval"
    return "size_uncertain" if finding.conf_low_robust > 0 else "robust_interval_holds_zero"
