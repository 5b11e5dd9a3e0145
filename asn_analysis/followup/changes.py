"""What changed since the last brief, in parts that add up.

Between what the last brief printed and what this one prints lie four steps: today's method on
the answers of then (method or rules), today's answers of then (revised data), the new quarter in the
units of both (new respondents), and other units or other shares of the same (mix). Each step is the
difference of two numbers on the way, so the parts always add up. Chance is no fifth step: it is
how far the new quarter's step would scatter by itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Parts:
    """The change of one number since it was last printed, in its own unit.

    Attributes
    ----------
    before, now : as printed then, and now
    method : by a changed method or changed rules; None where it cannot be told from revised data
    revised : by revised data of earlier quarters (with ``method`` None: by either)
    new : by the new quarter's respondents, in the units of both quarters
    mix : by other units, or other shares of the same among the respondents
    chance : half the range that chance alone gives the new part; None where it is not known
    """

    before: float
    now: float
    method: float | None
    revised: float
    new: float
    mix: float
    chance: float | None


def split_change(
    printed: float,
    printed_by_todays_method: float | None,
    then_by_todays_data: float,
    now: float,
    chance: float | None,
    mix: float = 0.0,
) -> Parts:
    """The steps from the number that was printed to today's.

    Parameters
    ----------
    printed : the last brief's number
    printed_by_todays_method : the same answers by today's method; None where it cannot be computed
    then_by_todays_data : the last brief's quarter from today's data by today's method
    now : this brief's number
    chance : half-width of the interval of the new part
    mix : the part of ``now - then_by_todays_data`` that compares other units
    """
    middle = printed if printed_by_todays_method is None else printed_by_todays_method
    return Parts(
        before=printed,
        now=now,
        method=None if printed_by_todays_method is None else printed_by_todays_method - printed,
        revised=then_by_todays_data - middle,
        new=now - then_by_todays_data - mix,
        mix=mix,
        chance=chance,
    )


def revised_quarters(then: Mapping[str, str], now: Mapping[str, str]) -> tuple[str, ...]:
    """Quarters whose answers are no longer what the last brief saw, by the hashes of their cells."""
    return tuple(quarter for quarter, seen in sorted(then.items()) if now.get(quarter) != seen)
