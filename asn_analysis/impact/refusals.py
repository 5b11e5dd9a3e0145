"""What cannot be estimated, why, and what would make it so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asn_analysis.views.said import Unanswerable

if TYPE_CHECKING:
    from asn_analysis.impact.design import Design

COLUMNS = {"outcome": "outcome", "unit": "unit", "time": "period", "cohort": "first treated period"}
# Why a design is refused, and what would make the effect estimable.
REFUSALS = {
    "no_cells": ("No row has a value of {outcome} and a weight.", "Add rows that have both."),
    "one_period": (
        "There is only one {time}.",
        "An effect needs some from before and some from after treatment begins.",
    ),
    "no_treated": (
        "No {unit} is observed from its {cohort} on.",
        "Fill {cohort} for those that are treated, or wait for the next {time}.",
    ),
    "no_untreated": (
        "Every {unit} is treated whenever it is observed.",
        "Add rows from before {cohort}, or such as are never treated, with {cohort} empty.",
    ),
    "no_earlier_period": (
        "No treated {unit} is observed before its {cohort}.",
        "Add at least one earlier {time} of those that are treated.",
    ),
    "no_comparison": (
        "Once treatment has begun, no untreated {unit} shows in the same {time} how it would have gone.",
        "Add such as were never treated or were treated later, observed before and after.",
    ),
    "no_variation": (
        "{outcome} is the same in every row, so that nothing could have moved.",
        "Look at how the values came about before anything is concluded from them.",
    ),
    "single_unit": (
        "A single {unit} carries the whole comparison, so its chance cannot be distinguished from an effect.",
        "Add at least one more that is treated and one more that is not.",
    ),
    "collinear": (
        "An extra regressor of the design cannot be told apart from unit and period effects.",
        "Add such as are never treated, or an earlier {time}.",
    ),
    "one_dose": ("All treated cells have the same dose.", "Vary the dose between units."),
    "no_history": (
        "The past has too few units seen twice to know how much a cell varies.",
        "Observe at least 20 untreated units in two periods before planning.",
    ),
    "few_complaints": (
        "Too few complaints were recorded for a ratio.",
        "Read the counts; wait for more quarters.",
    ),
    "wide_range": (
        "From a large fall to a large rise everything fits the complaints recorded.",
        "Read the counts; wait for more quarters, or for more trained and untrained units.",
    ),
}


class DesignError(Unanswerable):
    """The data cannot carry this design.

    Attributes
    ----------
    reason : str
        What is missing, for the reader.
    remedy : str
        What would make the effect estimable.
    code : str
        A stable name of the reason, for records and translations.

    Examples
    --------
    >>> asn.estimate_effect(panel[panel["quarter"] == quarter], asn.city_design())
    Traceback (most recent call last):
    asn_analysis.impact.refusals.DesignError: There is only one quarter. An effect needs ...
    """

    def __init__(self, code: str, reason: str, remedy: str) -> None:
        super().__init__(reason, remedy)
        self.code = code

    @classmethod
    def named(cls, code: str, design: Design | None = None) -> DesignError:
        """The refusal of this name in ``REFUSALS``, in the panel's own columns if a design names them."""
        columns = {name: getattr(design, name, word) for name, word in COLUMNS.items()}
        columns["unit"] = columns["unit"].removesuffix("_id")
        reason, remedy = (text.format(**columns) for text in REFUSALS[code])
        return cls(code, reason, remedy)
