"""From intervals to a decision: a table without statistics (METHODS.md, section 5, has it whole).

A quarter *counts* if it brought treated cells with a comparison that the quarter before did not have; what is
*held* is true now and in as many counted quarters running as the rules ask for. *Exposure* is the mean time
that treated units have had since training. Certainty (0-5) does not look at the sign or size of the effect;
it and the falsification checks *cap* the label.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
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
CAPPED = {"success": "promising", "adjust": "inconclusive", "harm": "inconclusive"}
LEAST_CERTAINTY = 3  # below it a label is capped


@dataclass(frozen=True)
class Finding:
    """What one quarter's data say, in units of the outcome; None where it cannot be had.

    Attributes
    ----------
    estimate, conf_low, conf_high : the headline
    conf_low_robust, conf_high_robust : union over the allowances for drift and scale
    least : the smallest estimate among them
    conf_low_undrifted : the lowest bound of them that allow for no drift
    n_treated_cells : treated cells that have a comparison
    exposure : quarters that treated units have had since training, on average
    room : how far they could rise on the scale from where they would now stand without it; None: no end known

    Examples
    --------
    >>> asn.decide([asn.Finding("2026Q2")], 2.0, "none").label  # an effect that could not be had
    'inconclusive'
    """

    quarter: str
    estimate: float | None = None
    conf_low: float | None = None
    conf_high: float | None = None
    conf_low_robust: float | None = None
    conf_high_robust: float | None = None
    least: float | None = None
    conf_low_undrifted: float | None = None
    n_treated_cells: int = 0
    exposure: float = 0.0
    room: float | None = None


@dataclass(frozen=True)
class Standard:
    """What a label asks for.

    Attributes
    ----------
    sesoi : smallest effect of interest, in units of the outcome, above 0
    consecutive_quarters : counted quarters running in which success, adjust and harm must have been seen
    least_exposure : quarters since training, on average, before adjust and harm can be said
    """

    sesoi: float
    consecutive_quarters: int = 2
    least_exposure: float = 4.0

    def __post_init__(self) -> None:
        if self.sesoi <= 0:
            raise ValueError(f"The smallest effect of interest is {self.sesoi}; it must be above 0.")


@dataclass(frozen=True)
class Reason:
    """Why a label or a certainty is what it is: a stable code and the points it gives or takes."""

    code: str
    points: int


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
    least_exposure: float = 4.0,
    failed: Sequence[str] = (),
) -> Verdict:
    """The verdict on the last of ``findings``, which stand in the order of their quarters.

    Parameters
    ----------
    findings : one or more, oldest first, one a surveyed quarter
    sesoi, consecutive_quarters, least_exposure : see ``Standard``
    design : a key of ``DESIGN_POINTS``
    weaknesses : codes of what costs a point of certainty each
    sign_depends_on_scoring : whether another scoring of the answers turns the sign; a gain is then told
        one label lower
    failed : the falsification checks that failed

    Raises
    ------
    ValueError
        If ``sesoi`` is not above 0.

    Examples
    --------
    Two quarters running the robust interval lies above 0 and the smallest estimate reaches 2 points:

    >>> seen = {"estimate": 2.5, "conf_low": 1.0, "conf_high": 4.0, "least": 2.1, "exposure": 5.0}
    >>> seen |= {"conf_low_robust": 0.5, "conf_high_robust": 4.5, "conf_low_undrifted": 0.8}
    >>> quarters = [asn.Finding("2026Q1", **seen, n_treated_cells=10)]
    >>> quarters += [asn.Finding("2026Q2", **seen, n_treated_cells=12)]
    >>> asn.decide(quarters, sesoi=2.0, design="comparison_two_earlier").summary()
    'success, certainty 4 of 5.'
    """
    label, why = label_of(findings, Standard(sesoi, consecutive_quarters, least_exposure))
    if sign_depends_on_scoring and label in LOWER:
        label, why = LOWER[label], "sign_depends_on_scoring"
    points = DESIGN_POINTS[design]
    certainty = max(0, points - len(weaknesses))
    label, why = _capped(label, why, certainty if points else LEAST_CERTAINTY, len(failed))
    reasons = [Reason(why, 0), Reason(f"design_{design}", points)]
    return Verdict(label, certainty, (*reasons, *(Reason(code, -1) for code in weaknesses)))


def _capped(label: str, why: str, certainty: int, n_failed: int) -> tuple[str, str]:
    """The label that failed checks and certainty leave; a design without points has no effect to cap."""
    if label != "inconclusive" and (n_failed > 1 or certainty == 0):
        return "inconclusive", "checks_failed" if n_failed > 1 else "no_certainty"
    if label in CAPPED and (n_failed or certainty < LEAST_CERTAINTY):
        return CAPPED[label], "check_failed" if n_failed else "little_certainty"
    return label, why


def label_of(findings: Sequence[Finding], standard: Standard) -> tuple[str, str]:
    """The label of the last finding before any cap, and the code of why."""
    now = findings[-1]
    if now.estimate is None:
        return "inconclusive", "effect_refused"
    for label, seen, why in (
        ("harm", below(0.0, standard), "robust_interval_below_zero"),
        ("adjust", below(standard.sesoi, standard), "robust_interval_below_sesoi"),
        ("success", reaches(standard), "robust_interval_above_zero_and_held"),
    ):
        if _held(seen, findings, standard.consecutive_quarters):
            return label, why
    if reaches(standard)(now):
        return "promising", "not_yet_held"
    if above_zero(now.conf_low_undrifted):
        return "promising", _what_is_open(now)
    return "inconclusive", _what_is_known(now, standard)


def counted(findings: Sequence[Finding]) -> list[Finding]:
    """The findings that rest on treated cells with a comparison which the one before did not have."""
    before = [0, *(finding.n_treated_cells for finding in findings)]
    return [finding for finding, n in zip(findings, before, strict=False) if finding.n_treated_cells > n]


def _held(seen: Callable[[Finding], bool], findings: Sequence[Finding], quarters: int) -> bool:
    recent = counted(findings)[-quarters:]
    return seen(findings[-1]) and len(recent) == quarters and all(map(seen, recent))


def below(bound: float, standard: Standard) -> Callable[[Finding], bool]:
    return lambda finding: (
        finding.conf_high_robust is not None
        and finding.conf_high_robust < bound
        and _has_room(finding, bound)
        and finding.exposure >= standard.least_exposure
    )


def _has_room(finding: Finding, bound: float) -> bool:
    """Whether the scale left room for more than the bound: near its end nothing can rise, trained or not."""
    return finding.room is None or finding.room >= bound


def reaches(standard: Standard) -> Callable[[Finding], bool]:
    return lambda finding: (
        above_zero(finding.conf_low_robust) and finding.least is not None and finding.least >= standard.sesoi
    )


def above_zero(bound: float | None) -> bool:
    return bound is not None and bound > 0


def _what_is_open(now: Finding) -> str:
    if now.conf_low_robust is None:
        return "no_robust_interval"
    return "size_uncertain" if now.conf_low_robust > 0 else "robust_interval_holds_zero"


def _what_is_known(now: Finding, standard: Standard) -> str:
    """What an interval that is not above 0 says all the same."""
    if above_zero(now.conf_low):
        return "scale_decides"
    if now.conf_high is not None and now.conf_high < 0:
        return "below_zero_not_held"
    upper = now.conf_high if now.conf_high_robust is None else now.conf_high_robust
    if upper is None or upper >= standard.sesoi:
        return "interval_holds_zero"
    return "small_not_held" if _has_room(now, standard.sesoi) else "no_room"
