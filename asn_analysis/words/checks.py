"""What each check of the comparison found."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from asn_analysis.record.parts import Check
from asn_analysis.words.language import Words, _
from asn_analysis.words.messages import Sentence
from asn_analysis.words.tables import Listing, Table
from asn_analysis.words.texts import CHARACTERISTICS, CODES, OUTCOMES


@dataclass(frozen=True)
class CheckValues:
    """The numbers that checks tell; each check has some of them (``impact.checks``)."""

    n_treated: int | None = None
    n_never_treated: int | None = None
    fewest: float | None = None
    p_value: float | None = None
    detectable: float | None = None
    detectable_drift: float | None = None
    detectable_bias: float | None = None
    sesoi: float | None = None
    periods: int | None = None
    estimate: float | None = None
    conf_low: float | None = None
    conf_high: float | None = None
    breakdown_mbar: float | None = None
    n_left_out: int | None = None
    lowest: float | None = None
    highest: float | None = None
    n_waves: int | None = None
    wave: str | None = None
    difference: float | None = None
    distance: float | None = None
    characteristic: str | None = None
    most: float | None = None
    n_controls: int | None = None
    n_moved: int | None = None
    n_flagged: int | None = None
    share: float | None = None


CHECKS = {
    (name, finding): Sentence(CheckValues, text, characteristic=CHARACTERISTICS)
    for name, told in CODES["checks"].items()
    for finding, text in told.items()
    if finding != "name"
}
NAMES = {name: told["name"] for name, told in CODES["checks"].items()}


def check_sentence(words: Words, index: int) -> Markup:
    """What one check found."""
    check = words.part(tuple[Check, ...], "checks")[index]
    values = words.part(CheckValues, f"{words.place_of(check)}.values")
    return words.tell(CHECKS[check.name, check.finding], values)


def with_outcome(words: Words, *outcomes: str) -> list[int]:
    """The places of the checks that came out so."""
    checks = words.part(tuple[Check, ...], "checks")
    return [place for place, check in enumerate(checks) if check.outcome in outcomes]


def checks(words: Words) -> Table:
    """Every check, its outcome, and what it found."""
    rows = words.part(tuple[Check, ...], "checks")
    listing = Listing(
        Check,
        _("What was checked"),
        (_("check"), "name", NAMES),
        (_("outcome"), "outcome", OUTCOMES),
        (_("finding"), lambda words, row: check_sentence(words, rows.index(row))),
        n_text=3,
    )
    return listing.table(words, rows)
