"""Kirkpatrick's chain from a training to what citizens say: reaction, learning, behaviour, result."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

LINKS = ("reaction", "learning", "behaviour", "result")
STATES = ("absent", "open", "some", "enough")  # from the weakest


@dataclass(frozen=True)
class Link:
    """One link: its estimate and range, what would be nothing, and what would be enough.

    All are None where it was not measured.
    """

    name: str
    estimate: float | None
    conf_low: float | None
    conf_high: float | None
    nothing: float
    enough: float

    @property
    def state(self) -> str:
        """One of STATES, or "not_measured"; "open" where the range holds ``nothing``."""
        if self.estimate is None or self.conf_low is None or self.conf_high is None:
            return "not_measured"
        if self.conf_high < self.nothing:
            return "absent"
        if self.conf_low <= self.nothing:
            return "open"
        return "enough" if self.estimate >= self.enough else "some"


def weakest(links: Sequence[Link]) -> Link | None:
    """The link in the weakest state, the earliest of equals, since the later ones hang on it.

    None if every measured link is enough, or none was measured.
    """
    measured = [link for link in links if link.state not in ("not_measured", "enough")]
    return min(measured, key=lambda link: STATES.index(link.state), default=None)
