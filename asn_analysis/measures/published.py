"""A printed index held against its own elements: which weights and rounding made it, or that none did.

Weights and roundings are those seen in 21 public code bases and 11 published tables.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from asn_analysis.measures.ikm import exact, ikm_from_elements, round_half_up
from asn_analysis.rules.rules import load_skm

Means = Mapping[str, Fraction]


@dataclass(frozen=True)
class PrintedIndex:
    """A printed index and what could have made it.

    Attributes
    ----------
    printed : float
    weights : str or None
        "exact", "0.11" or "0.111"; None if no convention gives the printed figure.
    rounding : str or None
        Which intermediate rounding goes with it; "once, at the end" where there is none.
    own : dict
        The index under each convention, rounded once; "exact" is the regulation's.
    """

    printed: float
    weights: str | None
    rounding: str | None
    own: dict[str, float]

    @property
    def difference(self) -> float:
        """Printed less exact, in index points."""
        return round(self.printed - self.own["exact"], 4)

    def summary(self) -> str:
        """One sentence: the convention that fits, or that none does."""
        own = ", ".join(f"{value:.2f} with {name}" for name, value in self.own.items())
        if self.weights is None:
            return f"printed {self.printed:g}: no known convention gives it ({own})."
        return f"printed {self.printed:g}: weights {self.weights}, rounded {self.rounding} ({own})."


def _rounded_means(decimals: int) -> Callable[[Means, Fraction], Fraction]:
    return lambda means, weight: sum(round_half_up(mean, decimals) * weight for mean in means.values())


def _rounded_products(decimals: int) -> Callable[[Means, Fraction], Fraction]:
    return lambda means, weight: sum(round_half_up(mean * weight, decimals) for mean in means.values())


# In the order of how usual they are: the first that gives the printed figure is named.
ROUNDINGS: dict[str, Callable[[Means, Fraction], Fraction]] = {
    "once, at the end": lambda means, weight: sum(means.values()) * weight,
    "element means to 2 decimals": _rounded_means(2),
    "element means to 3 decimals": _rounded_means(3),
    "weighted means to 2 decimals": _rounded_products(2),
    "weighted means to 3 decimals": _rounded_products(3),
    "weighted sum to 2 decimals": lambda means, weight: round_half_up(sum(means.values()) * weight, 2),
}


def identify(elements: Mapping[str, Fraction | float | str], printed: float | str) -> PrintedIndex:
    """Name the convention that makes ``printed`` from these element means.

    The comparison is at the decimals that were printed ("88" is compared as a whole number, 91.48 at two);
    a figure with more decimals than the regulation's two is compared at its own.
    """
    text = str(printed).replace(",", ".")
    figure = exact(text)
    decimals = len(text.partition(".")[2])
    skm = load_skm()
    means = {code: exact(value) for code, value in elements.items()}
    own = {name: ikm_from_elements(means, name).value for name in skm.weights}
    for rounding, index in ROUNDINGS.items():
        for name, weight in skm.weights.items():
            if _printed_as(index(means, weight) * skm.factor, decimals, skm.decimals) == figure:
                return PrintedIndex(float(figure), name, rounding, own)
    return PrintedIndex(float(figure), None, None, own)


def _printed_as(index: Fraction, decimals: int, usual: int) -> Fraction:
    """An application rounds to two decimals, and may show fewer: 88.00 as 88, 87.50 as 87.5."""
    return round_half_up(index, decimals if decimals != 1 else usual)
