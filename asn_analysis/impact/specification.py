"""Would another analyst agree? One effect under every defensible choice, declared beforehand.

Source: Simonsohn, Simmons and Nelson (Nature Human Behaviour, 2020). The grid is data that the caller
declares (a rules file); nothing is chosen here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import product
from typing import TYPE_CHECKING, Any

import pandas as pd

from asn_analysis.impact.average import averages_on
from asn_analysis.impact.callaway import group_times_on
from asn_analysis.impact.design import COMPARISONS, Design
from asn_analysis.impact.grid import holding, lay_out
from asn_analysis.impact.refusals import DesignError
from asn_analysis.measures.estimate import Estimate

if TYPE_CHECKING:
    from matplotlib.axes import Axes

ESTIMATORS = ("imputation", "callaway_cross_sections", "callaway_units")
NUMBERS = ("estimate", "std_error", "conf_low", "conf_high")
DIMENSIONS = ("estimator", "comparison", "weight", "window", "covariates", "scoring")


@dataclass(frozen=True)
class Choices:
    """The declared grid: every combination is one specification.

    Attributes
    ----------
    estimator, comparison : names out of ``ESTIMATORS`` and ``COMPARISONS``
    weight : name to column of weights, None for equal weights
    window : name to number of periods kept up to the last one, None for all
    covariates : name to columns held constant; only the imputation can hold any
    scoring : name to (column of the outcome, factor that brings it to the headline's unit)
    """

    estimator: Sequence[str] = ("imputation",)
    comparison: Sequence[str] = COMPARISONS
    weight: Mapping[str, str | None] = field(default_factory=dict)
    window: Mapping[str, int | None] = field(default_factory=lambda: {"all": None})
    covariates: Mapping[str, Sequence[str]] = field(default_factory=lambda: {"none": ()})
    scoring: Mapping[str, tuple[str, float]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, known in (("estimator", ESTIMATORS), ("comparison", COMPARISONS)):
            wrong = [value for value in getattr(self, name) if value not in known]
            if wrong:
                raise ValueError(f"{name} {wrong[0]!r} is not one of {', '.join(known)}.")


@dataclass(frozen=True, repr=False)
class SpecificationCurve:
    """All specifications, sorted by estimate.

    Attributes
    ----------
    table : DataFrame
        One row a specification: the six choices, estimate, std_error, conf_low, conf_high (in the headline's
        unit), refusal (code, missing where estimated), headline (True once).
    sesoi : float
    """

    design: Design
    table: pd.DataFrame = field(repr=False)
    sesoi: float

    @property
    def counts(self) -> dict[str, int]:
        """How many were estimated, agree in sign, show it, and reach the SESOI."""
        found = self.table[self.table["refusal"].isna()]
        sign = 1 if (found["estimate"] > 0).mean() >= 0.5 else -1
        low = found["conf_low"] if sign > 0 else -found["conf_high"]
        return {
            "n": len(found),
            "n_refused": int(self.table["refusal"].notna().sum()),
            "sign": sign,
            "n_same_sign": int((sign * found["estimate"] > 0).sum()),
            "n_shown": int((low > 0).sum()),
            "n_sesoi": int((sign * found["estimate"] >= self.sesoi).sum()),
        }

    def tidy(self) -> pd.DataFrame:
        """One row a specification, in the house vocabulary."""
        term = self.table[list(DIMENSIONS)].agg(" · ".join, axis=1)
        return self.table.assign(term=term, unit_of_measure=self.design.outcome)

    def plot(self, ax: Axes | None = None, **options: Any) -> Any:
        """All estimates in their order, the headline ringed; a dashed line at the SESOI."""
        from asn_analysis.views import plots

        return plots.specifications(self.table, ax=ax, sesoi=self.sesoi, **options)

    def __repr__(self) -> str:
        return self.summary()

    def _repr_html_(self) -> str:
        return f"<p>{self.summary()}</p>"

    def summary(self) -> str:
        """One plain sentence."""
        found = self.counts
        word = "above" if found["sign"] > 0 else "below"
        return (
            f"Of {found['n']} specifications {found['n_same_sign']} lie {word} 0, {found['n_shown']} of "
            f"them with their whole interval, and {found['n_sesoi']} reach {self.sesoi:g}."
        )


def specification_curve(
    panel: pd.DataFrame, design: Design, choices: Choices, sesoi: float
) -> SpecificationCurve:
    """Estimate every combination of the declared choices.

    Parameters
    ----------
    panel : with every column that the choices name
    design : the headline; choices left empty keep its weight and outcome
    sesoi : smallest effect of interest

    Notes
    -----
    Combinations that do not exist (covariates with Callaway and Sant'Anna) are not listed; those that
    the data refuse are listed with the code of the refusal.

    Examples
    --------
    >>> from asn_analysis.impact.specification import Choices
    >>> choices = Choices(weight={"respondents": "n_respondents", "equal": None})
    >>> asn.specification_curve(panel, asn.city_design(), choices, sesoi=2.0).summary()
    'Of 4 specifications 4 lie above 0, 2 of them with their whole interval, and 4 reach 2.'
    """
    weight = choices.weight or {str(design.weight): design.weight}
    scoring = choices.scoring or {design.outcome: (design.outcome, 1.0)}
    choices = replace(choices, weight=weight, scoring=scoring)
    rows = [
        row | {"window": window}
        for window, kept in choices.window.items()
        for row in _specifications(_Laid(_window(panel, design, kept), design, choices))
    ]
    table = pd.DataFrame(rows).sort_values("estimate", ignore_index=True)
    return SpecificationCurve(design, table.assign(headline=_headline(table, design, weight, scoring)), sesoi)


class _Laid:
    """The grids of one window, which many specifications share."""

    def __init__(self, panel: pd.DataFrame, design: Design, choices: Choices) -> None:
        self.panel, self.design, self.choices = panel, design, choices
        self.grid = cache(lambda weight, scoring: lay_out(panel, self.design_of(weight, scoring)))

    def design_of(self, weight: str, scoring: str) -> Design:
        outcome, _ = self.choices.scoring[scoring]
        return replace(self.design, weight=self.choices.weight[weight], outcome=outcome)

    def of_the_same_cells(self, weight: str) -> list[list[str]]:
        """Scorings, together where the same cells have them."""
        groups: dict[object, list[str]] = {}
        for scoring in self.choices.scoring:
            try:
                cells: object = self.grid(weight, scoring).weight.tobytes()
            except DesignError:
                cells = scoring
            groups.setdefault(cells, []).append(scoring)
        return list(groups.values())


def _specifications(laid: _Laid) -> Iterator[dict[str, Any]]:
    """One row a combination that exists."""
    choices = laid.choices
    for estimator, comparison, weight, covariates in product(
        choices.estimator, choices.comparison, choices.weight, choices.covariates
    ):
        if choices.covariates[covariates] and estimator != "imputation":
            continue
        row: dict[str, Any] = dict(
            zip(DIMENSIONS, (estimator, comparison, weight, None, covariates, None), strict=True)
        )
        for scorings in laid.of_the_same_cells(weight):
            try:
                found = [
                    _scaled(each, choices.scoring[scoring][1])
                    for scoring, each in zip(scorings, _estimate(laid, row, scorings), strict=True)
                ]
            except DesignError as refusal:
                found = [dict.fromkeys(NUMBERS) | {"refusal": refusal.code}] * len(scorings)
            yield from (row | {"scoring": name} | each for name, each in zip(scorings, found, strict=True))


def _estimate(laid: _Laid, row: Mapping[str, Any], scorings: Sequence[str]) -> Sequence[Estimate]:
    """One estimate a scoring; all have the same cells, and so refuse alike."""
    grids = [laid.grid(row["weight"], scoring) for scoring in scorings]
    held = (*laid.design.covariates, *laid.choices.covariates[row["covariates"]])
    design = laid.design_of(row["weight"], scorings[0])
    design = replace(design, comparison=row["comparison"], covariates=held)
    outcomes = [grid.outcome for grid in grids]
    if row["estimator"] == "imputation":
        return averages_on(holding(grids[0], laid.panel, design), design, outcomes)
    sampling = row["estimator"].removeprefix("callaway_")
    return [found.aggregate("simple") for found in group_times_on(grids[0], design, outcomes, sampling)]


def _window(panel: pd.DataFrame, design: Design, kept: int | None) -> pd.DataFrame:
    if kept is None:
        return panel
    periods = sorted(panel[design.time].unique())
    return panel[panel[design.time] >= periods[max(0, len(periods) - kept)]]


def _scaled(found: Estimate, factor: float) -> dict[str, Any]:
    scaled = replace(found, estimate=factor * found.estimate, std_error=abs(factor) * found.std_error)
    return {name: getattr(scaled, name) for name in NUMBERS} | {"refusal": None}


def _headline(
    table: pd.DataFrame,
    design: Design,
    weight: Mapping[str, str | None],
    scoring: Mapping[str, tuple[str, float]],
) -> pd.Series:
    """The specification that is the headline's own; none if the grid does not hold it."""
    same_weight = [name for name, column in weight.items() if column == design.weight]
    same_outcome = [name for name, (column, _) in scoring.items() if column == design.outcome]
    return (
        (table["estimator"] == "imputation")
        & (table["comparison"] == design.comparison)
        & table["weight"].isin(same_weight)
        & table["scoring"].isin(same_outcome)
        & table["window"].eq("all")
        & table["covariates"].eq("none")
    )
