"""What a brief says about public consultation."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from asn_analysis.briefs.language import N_, Words
from asn_analysis.briefs.tables import Table

FIGURE = None
HELD = N_(
    "In the last four quarters {count} forum was held: {present} of {invited} invited people came.",
    "In the last four quarters {count} forums were held: {present} of {invited} invited people came.",
)


def sentences(words: Words) -> list[Markup]:
    """How many forums, and who came."""
    place = "consultation"
    return [
        words.say_n(
            *HELD,
            f"{place}.n_forums",
            present=words.count(f"{place}.present"),
            invited=words.count(f"{place}.invited"),
        )
    ]


def annex(words: Words) -> Sequence[Table]:
    return ()
