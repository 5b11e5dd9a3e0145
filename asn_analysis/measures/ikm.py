"""The satisfaction index (*indeks kepuasan masyarakat*, IKM) exactly as the regulation has it.

Sums and counts of answers are whole numbers, so the index is computed as an exact fraction
and rounded once, half up, in decimal: binary floats would turn 95.325 into 95.32.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from numbers import Real

from scipy.special import stdtr

from asn_analysis.measures.estimate import half_width
from asn_analysis.rules.kinds import Grade, Skm
from asn_analysis.rules.rules import load_skm


@dataclass(frozen=True)
class Ikm:
    """A satisfaction index with its certainty.

    Attributes
    ----------
    value : float
        The index as it is printed: 25 to 100, two decimals, rounded half up.
    grade : str
        "A", "B", "C" or "D", looked up for ``value``.
    unrounded : float
        The same index before rounding.
    weights : str
        Name of the weight convention ("exact", "0.11", "0.111") or "own".
    n : int or None
        Respondents behind it; None where only element means were given.
    std_error, df, conf_low, conf_high : float or None
        On the 25-100 scale. None where the spread of the respondents is not known.
    grade_probabilities : dict or None
        Probability of each grade, adding up to 1; None where ``std_error`` is None or 0.

    Examples
    --------
    >>> index = asn.survey_index(now)
    >>> (index.value, index.grade, index.n)
    (84.72, 'B', 699)
    """

    value: float
    grade: str
    unrounded: float
    weights: str
    n: int | None = None
    std_error: float | None = None
    df: float | None = None
    conf_low: float | None = None
    conf_high: float | None = None
    grade_probabilities: dict[str, float] | None = None

    def _repr_html_(self) -> str:
        return f"<p>{self.summary()}</p>"

    def summary(self) -> str:
        """One plain sentence with its range."""
        if self.conf_low is None:
            return f"IKM {self.value:.2f}, grade {self.grade}; no range, since no spread of answers is known."
        return f"IKM {self.value:.2f} ({self.conf_low:.2f} to {self.conf_high:.2f}), grade {self.grade}."


def round_half_up(value: Fraction, decimals: int) -> Fraction:
    """Round half away from zero upwards, exactly."""
    scale = 10**decimals
    return Fraction(math.floor(value * scale + Fraction(1, 2)), scale)


def exact(number: Real | Fraction | float | str) -> Fraction:
    """The number as it is written: 3.868 is 3868/1000, not the nearest binary float."""
    return number if isinstance(number, Fraction) else Fraction(str(number))


def grade_of(index: Real | Fraction, skm: Skm | None = None) -> Grade:
    """The grade of an index, which is rounded to the regulation's decimals first."""
    skm = skm or load_skm()
    printed = round_half_up(exact(index), skm.decimals)
    reached = [grade for grade in skm.grades if printed >= grade.at_least]
    if not reached:
        raise ValueError(
            f"An index of {float(printed)} lies below {float(skm.grades[0].at_least)}, the lowest."
        )
    return reached[-1]


def resolve_weights(weights: str | Mapping[str, Real] | None, skm: Skm) -> tuple[str, dict[str, Fraction]]:
    """Name and weight per element, by default those in force; own ones must name every element and sum to 1.

    Own weights may miss 1 by what rounding of their digits explains, where that could not move a printed
    index: nine times 0.1111111111 stand for ninths.
    """
    weights = skm.default_weights if weights is None else weights
    if isinstance(weights, str):
        if weights not in skm.weights:
            raise ValueError(
                f'Unknown weights "{weights}". Use one of: {", ".join(skm.weights)}, or a mapping.'
            )
        return weights, dict(skm.weights[weights])
    if not isinstance(weights, Mapping):
        raise ValueError(f"weights {weights!r} are neither a name ({', '.join(skm.weights)}) nor a mapping.")
    own = {code: _number(code, value) for code, value in weights.items()}
    total = sum(own.values(), Fraction(0))
    if set(own) != set(skm.codes) or abs(total - 1) > min(_rounding(weights), _least_printed(skm)):
        raise ValueError(
            f"Own weights must name {', '.join(skm.codes)} and sum to 1, a ninth written as 1/9 or with at "
            f"least five decimals; these sum to {float(total)}."
        )
    return "own", {code: weight / total for code, weight in own.items()}


def _rounding(weights: Mapping[str, Real]) -> Fraction:
    """How far the rounding of typed digits can move a sum; fractions are not rounded."""
    typed = (str(weight) for weight in weights.values())
    digits = [int(Decimal(text).as_tuple().exponent) for text in typed if "/" not in text]
    return sum((Fraction(10) ** exponent / 2 for exponent in digits), Fraction(0))


def _least_printed(skm: Skm) -> Fraction:
    """The sum of weights may be wrong by this before the highest index can move by half a printed digit."""
    return Fraction(1, 2 * 10**skm.decimals) / (skm.highest * skm.factor)


def ikm_from_elements(
    elements: Mapping[str, Real | Fraction], weights: str | Mapping[str, Real] | None = None
) -> Ikm:
    """The index from the nine element means.

    Parameters
    ----------
    elements : mapping of element code ("u1" .. "u9") to its mean answer, 1 to 4
        By name, never by position: u8 is complaints handling, u9 facilities.
    weights : "exact" (1/9), "0.11", "0.111", or own weights that sum to 1; by default those in force

    Raises
    ------
    ValueError
        If an element is missing or unknown, or a mean lies outside 1 to 4.

    Notes
    -----
    Permenpan RB 14/2017: the sum of (element mean x weight), times 25. The grade is that of the
    index rounded half up to two decimals. Truncated weights can push a low index under 25; such
    an index belongs to the lowest grade.

    Examples
    --------
    >>> means = dict.fromkeys(asn.load_skm().codes, 3.5) | {"u8": 3.9}
    >>> asn.ikm_from_elements(means).summary()
    'IKM 88.61, grade A; no range, since no spread of answers is known.'
    """
    skm = load_skm()
    means = _checked_means(dict(elements), skm)
    name, weight = resolve_weights(weights, skm)
    index = sum((means[code] * weight[code] for code in skm.codes), Fraction()) * skm.factor
    printed = round_half_up(index, skm.decimals)
    grade = grade_of(max(printed, skm.grades[0].at_least), skm)
    return Ikm(value=float(printed), grade=grade.grade, unrounded=float(index), weights=name)


def _checked_means(elements: Mapping[str, Real | Fraction], skm: Skm) -> dict[str, Fraction]:
    missing = [code for code in skm.codes if code not in elements]
    unknown = [str(code) for code in elements if code not in skm.codes]
    if missing or unknown:
        raise ValueError(
            f"The index needs exactly {', '.join(skm.codes)}"
            + (f"; missing: {', '.join(missing)}" if missing else "")
            + (f"; unknown: {', '.join(unknown)}" if unknown else "")
        )
    means = {code: _number(code, elements[code]) for code in skm.codes}
    for code, mean in means.items():
        if not skm.lowest <= mean <= skm.highest:
            raise ValueError(
                f"{code} has the mean {elements[code]}; means lie between {skm.lowest} and {skm.highest}."
            )
    return means


def _number(code: str, value: Real | Fraction) -> Fraction:
    try:
        return exact(value)
    except (ValueError, TypeError, ArithmeticError):
        raise ValueError(f"{code} has the mean {value!r}, which is no number.") from None


def with_interval(index: Ikm, n: int, std_error: float, df: float) -> Ikm:
    """The same index with its t-interval and the probability of each grade.

    The interval is cut at the ends of the scale. The probability of a grade is the mass that the
    t-distribution around the index puts between the values which round into that grade. Answers that are all
    alike say nothing of how much answers differ: there is no interval then, rather than one without width.
    """
    if std_error == 0:
        return replace(index, n=n, std_error=std_error, df=df)
    skm = load_skm()
    half = float(half_width(std_error, df))
    lowest, highest = float(skm.lowest * skm.factor), float(skm.highest * skm.factor)
    return replace(
        index,
        n=n,
        std_error=std_error,
        df=df,
        conf_low=max(lowest, index.unrounded - half),
        conf_high=min(highest, index.unrounded + half),
        grade_probabilities=_grade_probabilities(index, std_error, df, skm),
    )


def _grade_probabilities(index: Ikm, std_error: float, df: float, skm: Skm) -> dict[str, float]:
    half_step = Fraction(1, 2 * 10**skm.decimals)
    edges = [float(grade.at_least - half_step) for grade in skm.grades[1:]]
    below = [0.0, *(float(stdtr(df, (edge - index.unrounded) / std_error)) for edge in edges), 1.0]
    return {
        grade.grade: high - low for grade, low, high in zip(skm.grades, below[:-1], below[1:], strict=True)
    }
