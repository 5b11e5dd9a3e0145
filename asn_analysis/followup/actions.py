"""What to do next: actions that follow from the evidence by rule, never from an invented cause."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

MOST = 3

# What each verdict calls for first; brief.md, "what follows".
BY_LABEL = {
    "success": "extend_training",
    "promising": "confirm_next_quarter",
    "adjust": "review_training",
    "harm": "pause_and_look",
    "inconclusive": "gather_evidence",
}
OWNERS = {
    "extend_training": "training_agency",
    "confirm_next_quarter": "survey_team",
    "review_training": "training_agency",
    "pause_and_look": "training_agency",
    "gather_evidence": "survey_team",
    "raise_weakest_element": "service_units",
    "close_overdue": "service_units",
}


@dataclass(frozen=True)
class Action:
    """What, who, by when; wording and measure hang on ``code``."""

    code: str
    owner: str
    due_quarter: str
    element: str | None = None
    count: int | None = None


def propose(
    quarter: pd.Period, weakest: str, n_overdue: int, label: str | None = None, n_untrained: int | None = None
) -> tuple[Action, ...]:
    """Up to three actions, due in the next quarter; ``label`` is the city's verdict, None for a unit."""
    due = str(quarter + 1)
    actions = []
    if label is not None:
        code = "confirm_next_quarter" if label == "success" and not n_untrained else BY_LABEL[label]
        count = n_untrained if code == "extend_training" else None
        actions.append(Action(code, OWNERS[code], due, count=count))
    actions.append(Action("raise_weakest_element", OWNERS["raise_weakest_element"], due, element=weakest))
    if n_overdue:
        actions.append(Action("close_overdue", OWNERS["close_overdue"], due, count=n_overdue))
    return tuple(actions[:MOST])
