"""A printed index held against its own elements: which weights and rounding made it, or that none did.

Weights and roundings are those seen in 21 public code bases and 11 published tables.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

import pandas as pd

from asn_analysis.measures.ikm import exact, ikm_from_elements, round_half_up
from asn_analysis.measures.survey import element_means
from asn_analysis.rules.rules import load_skm

Means = Mapping[str, Fraction]
Conventions = dict[str, Callable[[Fraction], Fraction]]  # name of the rounding to the index by weight
ONCE = "once, at the end"


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
    others : tuple of str
        Other weights that give the printed figure too, with some rounding: figures printed without
        decimals seldom tell weights apart.
    """

    printed: float
    weights: str | None
    rounding: str | None
    own: dict[str, float]
    others: tuple[str, ...] = ()

    @property
    def difference(self) -> float:
        """Printed less exact, in index points."""
        return round(self.printed - self.own[load_skm().default_weights], 4)

    def summary(self) -> str:
        """One sentence: the convention that fits, or that none does."""
        own = ", ".join(f"{value:.2f} with {name}" for name, value in self.own.items())
        if self.weights is None:
            return f"printed {self.printed:g}: no known convention gives it ({own})."
        too = f" (or {', '.join(self.others)})" if self.others else ""
        return f"printed {self.printed:g}: weights {self.weights}{too}, rounded {self.rounding} ({own})."


def _total(parts: Iterable[Fraction]) -> Fraction:
    return sum(parts, Fraction())


def _rounded_means(decimals: int) -> Callable[[Means, Fraction], Fraction]:
    return lambda means, weight: _total(round_half_up(mean, decimals) * weight for mean in means.values())


def _rounded_products(decimals: int) -> Callable[[Means, Fraction], Fraction]:
    return lambda means, weight: _total(round_half_up(mean * weight, decimals) for mean in means.values())


# In the order of how usual they are: the first that gives the printed figure is named.
ROUNDINGS: dict[str, Callable[[Means, Fraction], Fraction]] = {
    ONCE: lambda means, weight: sum(means.values()) * weight,
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
    means = {code: exact(value) for code, value in elements.items()}
    return _identify(means, str(printed).replace(",", "."), _conventions(means))


def _conventions(means: Means) -> Conventions:
    factor = load_skm().factor

    def scaled(index: Callable[[Means, Fraction], Fraction]) -> Callable[[Fraction], Fraction]:
        return lambda weight: index(means, weight) * factor

    return {rounding: scaled(index) for rounding, index in ROUNDINGS.items()}


def _identify(means: Means, printed: str, conventions: Conventions) -> PrintedIndex:
    """The most usual convention that fits; other weights that fit are named beside it."""
    skm, figure, decimals = load_skm(), exact(printed), shown_decimals(printed)
    own = {name: ikm_from_elements(means, name).value for name in skm.weights}
    fits = [
        (name, rounding)
        for rounding, index in conventions.items()
        for name, weight in skm.alike.items()
        if round_half_up(index(weight), decimals) == figure
    ]
    weights, rounding = fits[0] if fits else (None, None)
    others = tuple(name for name in own if name != weights and name in {fit for fit, _ in fits})
    return PrintedIndex(float(figure), weights, rounding, own, others)


def shown_decimals(printed: str) -> int:
    """Decimals to which a figure was rounded: an application rounds to two, and may show 87.50 as 87.5."""
    decimals = len(printed.replace(",", ".").partition(".")[2])
    return decimals if decimals != 1 else load_skm().decimals


# How a city's index may have been pooled: from all respondents, or as the mean of its units' indices.
POOLS = ("respondents", "units")
UNITS_ROUNDED = "unit indices to 2 decimals"


@dataclass(frozen=True)
class Traced:
    """A printed index traced in the answers.

    Attributes
    ----------
    pool : str or None
        Of `POOLS`, the one in which a convention fits; None if none does.
    found : PrintedIndex
        What fits; where nothing does, of all respondents.
    own : dict
        By pool, the index under each weight convention.
    """

    pool: str | None
    found: PrintedIndex
    own: dict[str, dict[str, float]]


def trace(cells: pd.DataFrame, printed: str, by_unit: bool = True) -> Traced | None:
    """Name the convention that makes ``printed`` from the answers in these cells of one quarter.

    All respondents are tried first, then, with ``by_unit`` and more than one unit, the mean of the units'
    indices, which gives a small unit the voice of a large one. A unit of which one element was never
    answered has no index and stays out of that mean. None if there is no index at all.
    """
    skm = load_skm()
    if any(not cells[f"n_{code}"].sum() for code in skm.codes):
        return None
    pools = {POOLS[0]: identify(element_means(cells, skm), printed)}
    complete = cells[(cells[[f"n_{code}" for code in skm.codes]] > 0).all(axis=1)]
    if by_unit and len(complete) > 1:
        units: list[Means] = [element_means(unit, skm) for _, unit in complete.groupby("unit_id")]
        pools[POOLS[1]] = _identify_mean(units, printed)
    pool = next((name for name, found in pools.items() if found.weights), None)
    own = {name: found.own for name, found in pools.items()}
    return Traced(pool, pools[pool or POOLS[0]], own)


def _identify_mean(units: list[Means], printed: str) -> PrintedIndex:
    """The mean of units' indices: unrounded (the index of the mean of their means) or each rounded first."""
    skm = load_skm()
    means = {code: _total(unit[code] for unit in units) / len(units) for code in skm.codes}

    def of_rounded(weight: Fraction) -> Fraction:
        indices = (sum(unit.values()) * weight * skm.factor for unit in units)
        return _total(round_half_up(index, skm.decimals) for index in indices) / len(units)

    conventions = _conventions(means)
    usual = {ONCE: conventions.pop(ONCE), UNITS_ROUNDED: of_rounded}
    return _identify(means, printed.replace(",", "."), usual | conventions)
