"""Numbers on an axis."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.ticker import Formatter

from asn_analysis.words.language import Words


class Numbers(Formatter):
    """Decides the decimals when it is drawn: only then is it known which ticks an axis has room for."""

    def __init__(self, words: Words, decimals: int) -> None:
        self.words, self.fewest = words, decimals
        self.decimals = decimals

    def set_locs(self, locs: Sequence[float]) -> None:
        super().set_locs(locs)
        exact = (n for n in range(self.fewest, 6) if all(round(at, n) == round(at, 6) for at in locs))
        self.decimals = next(exact, 6)

    def __call__(self, value: float, pos: int | None = None) -> str:
        return self.words.format_number(value, self.decimals)
