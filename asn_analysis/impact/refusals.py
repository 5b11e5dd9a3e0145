"""What cannot be estimated, why, and what would make it so."""

from __future__ import annotations

from asn_analysis.views.said import Unanswerable

# Why a design is refused, and what would make the effect estimable.
REFUSALS = {
    "no_cells": ("There is no cell with an outcome.", "Add survey responses."),
    "one_period": (
        "There is only one period.",
        "An effect needs periods before and after the training.",
    ),
    "no_treated": (
        "No unit is observed after a training.",
        "Record the trainings, or wait for the next survey.",
    ),
    "no_untreated": (
        "Every unit is trained in every observed period.",
        "Add periods from before the training, or units that are not trained.",
    ),
    "no_earlier_period": (
        "No trained unit is observed before its training.",
        "Add the survey of at least one earlier period of the trained units.",
    ),
    "no_comparison": (
        "In no period after a training is there an untrained unit that shows how it would have gone.",
        "Add units that were never trained or were trained later, observed before and after.",
    ),
    "no_variation": (
        "Every cell has the same outcome, so that nothing could have moved.",
        "Look at how the answers came about before anything is concluded from them.",
    ),
    "single_unit": (
        "A single unit carries the whole comparison, so its chance cannot be told from an effect.",
        "Add at least one more trained and one more untrained unit.",
    ),
    "collinear": (
        "An extra regressor of the design cannot be told apart from unit and period effects.",
        "Add never-trained units, or more periods before the training.",
    ),
    "one_dose": ("All treated cells have the same dose.", "Vary the dose between units."),
    "no_history": (
        "The past has too few units seen twice to know how much a cell varies.",
        "Survey at least 20 untrained units in two periods before planning.",
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
    asn_analysis.impact.refusals.DesignError: There is only one period. An effect needs periods before ...
    """

    def __init__(self, code: str, reason: str, remedy: str) -> None:
        super().__init__(reason, remedy)
        self.code = code

    @classmethod
    def named(cls, code: str) -> DesignError:
        """The refusal of this name in ``REFUSALS``."""
        return cls(code, *REFUSALS[code])
